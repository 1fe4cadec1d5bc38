// What there is to see of one unit.

function drawUnit(unit) {
  const place = table.placeOf.get(unit);
  const step = (by, label, text) => {
    const target = place === undefined ? undefined : table.order[place + by];
    const button = make("button", { type: "button", "aria-label": label, title: label }, text);
    button.disabled = target === undefined;
    button.addEventListener("click", () => openUnit(target, { isBrowsing: true }));
    return button;
  };
  const name = `${word === "map" ? "Map" : "Unit"} ${unit}`;
  panel.setAttribute("aria-label", name);
  showInPanel(
    make("div.bar", make("h3", name), step(-1, "Previous", "←"), step(1, "Next", "→"), closeButton()),
    make(sheets.filters ? "div.head.has-filter" : "div.head", portrait(unit), facts(unit)),
    topImages(unit),
    pieces(unit),
    spreadImages(unit),
    activity(unit),
    classTable(unit),
    neighbors(unit, "nearest", "Nearest atoms", "by the cosine between atoms"),
    neighbors(unit, "together", "Active on the same images", "by the correlation of activities"),
  );
}

function portrait(unit) {
  if (!sheets.filters) return picture("atoms", unit, 150, `Atom of ${word} ${unit}`);
  const pair = [["atoms", "Atom", "what it adds"], ["filters", "Filter", "what it looks for"]];
  return make("div.strip", pair.map(([name, what, words]) => make("figure.shot",
    picture(name, unit, 120, `${what} of ${word} ${unit}`), make("figcaption", `${what}: ${words}`))));
}

function facts(unit) {
  const lines = [
    ["active on", percent(units.active[unit])],
    hasWinners && ["wins on", percent(units.wins[unit])],
    ["largest activity", plain(units.peak[unit])],
    ["mean when active", plain(units.mean[unit])],
    ["norm of the atom", plain(units.norm[unit])],
    units.match && ["filter and atom: cosine", plain(units.match[unit])],
  ].filter(Boolean);
  const preferred = numbers.classes ? numbers.classes.preferred[unit] : -1;
  if (preferred >= 0) lines.push(["prefers class", numbers.classes.names[preferred]], ["class purity", percent(purity(unit))]);
  const list = make("dl.facts", lines.map(([term, value]) => [make("dt", term), make("dd", value)]));
  return make("div", list, isDead(unit) && make("p.note", "Never active on these images: a dead " + word + "."));
}

function shots(examples, unit, size) {
  return examples.image[unit].map((image, i) => {
    const value = plain(examples.value[unit][i]);
    const place = examples.place ? examples.place[unit][i] : null;
    const number = numbers.images.number[image];
    const parts = [`image ${number}`, labelOf(image) !== null && `class ${labelOf(image)}`, `activity ${value}`];
    if (place) parts.push(`at line ${place[0]}, column ${place[1]}`);
    const label = parts.filter(Boolean).join(", ");
    const brief = String(Number(examples.value[unit][i].toPrecision(2)));
    const told = labelOf(image) === null ? brief : [make("b", labelOf(image)), " ", brief];
    const canvas = picture("images", image, size, `image ${number}`, frameAt(place));
    const item = make("li", make("a.shot.quiet", { href: `#image-${number}`, title: label }, canvas, told));
    item.style.maxWidth = `${size}px`;
    return item;
  });
}

function topImages(unit) {
  const items = shots(units.top, unit, 62);
  if (!items.length) return null;
  const told = numbers.images.label ? "Below each: its class and the activity." : "Below each: the activity.";
  const frames = units.top.place ? " The frame is where the map is most active, as large as its atom." : "";
  return make("div", make("h4", "Images that excite it most"), make("p.note", told + frames), make("ul.strip", items));
}

function pieces(unit) {
  if (!units.top.place || !units.top.image[unit].length) return null;
  const items = units.top.image[unit].map((image, i) => make("li.shot", piece(image, units.top.place[unit][i], 46)));
  return make("div", make("h4", "What it sees there"), make("p.note", "The framed pieces of these images."),
    make("ul.strip", { "aria-hidden": "true" }, items));
}

function spreadImages(unit) {
  const items = shots(units.spread, unit, 46);
  if (!items.length) return null;
  const words = "From strong to weak, at equal steps of their rank among all images on which it is above zero.";
  return make("div", make("h4", "And images that excite it less"), make("p.note", words), make("ul.strip", items));
}

function activity(unit) {
  const counts = units.histogram[unit];
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!total) return null;
  const edges = range(counts.length + 1).map((i) => (i * units.peak[unit]) / counts.length);
  const zero = numbers.summary.images - total;
  return make(
    "div",
    make("h4", "Activity"),
    make("p.note", `Zero on ${several(zero, "image")}, above on ${plain(total)}.`),
    make("div.chart", histogram(edges, counts, "activity", "image")),
  );
}

function neighbors(unit, kind, title, words) {
  const { unit: found, value } = units[kind];
  if (!found[unit].length) return null;
  const links = found[unit].map((other, i) => {
    const told = plain(value[unit][i]);
    const label = `${word} ${other}, ${told}`;
    return make("li", make("a.shot", { href: `#unit-${other}`, title: label },
      picture("atoms", other, 46, `${word} ${other}`), told));
  });
  return make("div", make("h4", title), make("p.note", words), make("ul.strip", links));
}
