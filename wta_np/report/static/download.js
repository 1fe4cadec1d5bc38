// The numbers as files: they are made in the page.

function save(name, type, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// A field of CSV: quoted where it has to be, and never a formula of a spreadsheet.
function field(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function unitsAsCsv() {
  const { classes } = numbers;
  const plainColumns = ["active", "wins", "peak", "mean", "norm"];
  const head = [word, ...plainColumns, "nearest", "cosine"];
  if (classes) head.push("preferred_class", "purity", ...classes.names.map((name) => `mean_on_${name}`));
  const lines = range(numbers.summary.units).map((unit) => {
    const line = [unit, ...plainColumns.map((name) => units[name][unit])];
    line.push(units.nearest.unit[unit][0], units.nearest.value[unit][0]);
    if (classes) line.push(classes.names[classes.preferred[unit]], classes.purity[unit], ...classes.mean[unit]);
    return line;
  });
  return [head, ...lines].map((line) => line.map(field).join(",")).join("\r\n") + "\r\n";
}

const fileName = numbers.title.replace(/[^\w.-]+/g, "_") || "report";
byId("csv").addEventListener("click", () => save(`${fileName}_units.csv`, "text/csv", unitsAsCsv()));
byId("json").addEventListener("click", () => {
  save(`${fileName}.json`, "application/json", byId("numbers").textContent);
});
