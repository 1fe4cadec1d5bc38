// The panel beside the dictionary: it opens, closes, and follows the address. `#unit-17` shows unit 17.

const panel = byId("unit");

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

// What was in the panel goes, and with it the focus that it had: the panel itself gets it then.
function showInPanel(...parts) {
  const hadFocus = panel.contains(document.activeElement);
  show(panel, parts);
  if (hadFocus) panel.focus({ preventScroll: true });
}

function drawNothing() {
  showInPanel(make("p.note", `Choose ${word === "map" ? "a map" : "a unit"} to see what it does.`));
}

function closeButton() {
  const close = make("button", { type: "button", "aria-label": "Close", title: "Close (Escape)" }, "✕");
  close.addEventListener("click", closeUnit);
  return close;
}

// The address decides which unit is shown: links of the page, the Back button, and links from elsewhere.
function follow() {
  const found = /^#(unit|image)-(\d+)$/.exec(location.hash);
  if (!found) {
    if (location.hash === "" && panel.classList.contains("is-open")) closeUnit();
    return;
  }
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
