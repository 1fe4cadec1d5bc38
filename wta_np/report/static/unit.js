// What there is to see of one unit. `#unit-17` in the address shows unit 17.

const panel = byId("unit");
const MOST_CLASSES = 12; // lines of the table of classes before it is folded

function openUnit(unit, { isBrowsing = false } = {}) {
  mark(unit);
  drawUnit(unit);
  openPanel(`#unit-${unit}`, isBrowsing);
}

function openPanel(address, isBrowsing) {
  panel.classList.add("is-open");
  panel.scrollTop = 0;
  if (setApart()) panel.focus({ preventScroll: true });
  if (location.hash !== address) history[isBrowsing ? "replaceState" : "pushState"](null, "", address);
}

// On a narrow page the panel lies over all else, which then cannot be reached. Returns whether it does.
function setApart() {
  const isOver = panel.classList.contains("is-open") && getComputedStyle(panel).position === "fixed";
  for (const element of document.querySelectorAll("header, .left, main > section:not(#dictionary)")) {
    element.inert = isOver;
  }
  return isOver;
}

function closeUnit() {
  const wasOpen = panel.classList.contains("is-open");
  panel.classList.remove("is-open");
  setApart();
  drawNothing();
  if (here !== null) mark(null);
  if (/^#(unit|image)-/.test(location.hash)) history.replaceState(null, "", location.pathname + location.search);
  if (wasOpen) grid.focus({ preventScroll: true });
}

function drawNothing() {
  show(panel, make("p.note", `Choose ${word === "map" ? "a map" : "a unit"} to see what it does.`));
}

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
  show(
    panel,
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

function closeButton() {
  const close = make("button", { type: "button", "aria-label": "Close", title: "Close (Escape)" }, "✕");
  close.addEventListener("click", closeUnit);
  return close;
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

// The address decides which unit is shown: links of the page, the Back button, and links from elsewhere.
function follow() {
  const found = /^#(unit|image)-(\d+)$/.exec(location.hash);
  if (!found) return;
  const unit = Number(found[2]);
  if (found[1] === "image") {
    openImage(unit);
    return;
  }
  if (unit >= numbers.summary.units) return;
  if (!table.placeOf.has(unit)) resetFilters();
  openUnit(unit, { isBrowsing: true });
}

window.addEventListener("resize", setApart);
window.addEventListener("hashchange", follow);
window.addEventListener("popstate", follow);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.classList.contains("is-open")) closeUnit();
});
panel.addEventListener("keydown", (event) => {
  if (!location.hash.startsWith("#unit-")) return;
  const place = table.placeOf.get(here);
  const target = { ArrowLeft: table.order[place - 1], ArrowRight: table.order[place + 1] }[event.key];
  if (target === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openUnit(target, { isBrowsing: true });
  panel.focus({ preventScroll: true });
});
