// Which classes a unit prefers, and all units by the class that they prefer.

const MOST_CLASSES = 12; // lines of the table of classes before it is folded

function classTable(unit) {
  if (!numbers.classes) return null;
  const { names, active, mean, preferred } = numbers.classes;
  const most = Math.max(...mean[unit], 1e-12);
  const order = range(names.length);
  if (names.length > MOST_CLASSES) order.sort((a, b) => mean[unit][b] - mean[unit][a]);
  const lines = order.slice(0, names.length > MOST_CLASSES ? MOST_CLASSES : names.length).map((i) => {
    const bar = draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { class: "back", x: 0, y: 4, width: 100, height: 2 }),
      draw("rect", { class: "bar", x: 0, y: 0, width: (100 * mean[unit][i]) / most, height: 10 }));
    const name = i === preferred[unit] ? make("b", names[i]) : names[i];
    return make("tr", make("th", { scope: "row" }, name), make("td", bar),
      make("td.right", plain(mean[unit][i])), make("td.right", percent(active[unit][i])));
  });
  const head = make("tr", make("th", { scope: "col" }, "class"), make("th", { scope: "col", colspan: 2 }, "mean activity"),
    make("th", { scope: "col" }, "active"));
  const rest = names.length - lines.length;
  return make(
    "div",
    make("h4", "Classes"),
    make("table.by-class", make("thead", head), make("tbody", lines)),
    rest > 0 && make("p.note", `${several(rest, "more class")}es, on which it is less active.`.replace("classs", "class")),
  );
}

function drawClasses() {
  if (!numbers.classes) return;
  const { names, count, table: shares } = numbers.classes;
  const head = make("tr", make("th", { scope: "col" }, "prefers"), make("th", { scope: "col" }, `${word}s`),
    names.map((name) => make("th", { scope: "col" }, name)));
  const most = Math.max(...shares.flat(), 1e-12);
  const lines = names.map((name, i) => {
    const button = make("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      table.prefers = i;
      byId("prefers").value = String(i);
      refresh();
      byId("dictionary").scrollIntoView();
    });
    const cells = shares[i].map((share, j) => {
      const cell = make(i === j ? "td.own" : "td", count[i] ? percent(share) : "");
      cell.style.background = `rgba(var(--cell), ${(0.45 * share) / most})`;
      cell.title = `${word}s that prefer ${name} are active on ${percent(share)} of class ${names[j]}`;
      return cell;
    });
    return make("tr", make("th", { scope: "row" }, button), make("td", plain(count[i])), cells);
  });
  show(byId("class-table"), make("thead", head), make("tbody", lines));
}
