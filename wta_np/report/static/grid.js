// The dictionary: a list box of atoms, of which only those in sight are drawn.

const grid = byId("grid");
const space = make("div.space", { role: "presentation" });
grid.append(space);
const cells = new Map(); // unit -> its element, for those that are drawn
const layout = { size: 52, columns: 1, wide: 0, high: 0 };
let here = null; // the unit that is shown, or where the keyboard is

function lay() {
  const { height, width } = sheets.atoms;
  const isStrip = Math.max(height, width) > 6 * Math.min(height, width);
  const scale = layout.size / Math.max(height, width);
  layout.wide = (isStrip ? layout.size : Math.max(30, width * scale)) + 8;
  layout.high = (isStrip ? layout.size : height * scale) + 8 + 15;
  layout.columns = Math.max(1, Math.floor((grid.clientWidth - 8) / layout.wide));
  layout.wide = Math.floor((grid.clientWidth - 8) / layout.columns); // no gap at the right
  const high = Math.max(1, Math.ceil(table.order.length / layout.columns)) * layout.high + 8;
  space.style.height = `${high}px`;
  grid.style.setProperty("--content", `${high + 2}px`);
  clearCells();
  drawCells();
}

function clearCells() {
  for (const cell of cells.values()) cell.remove();
  cells.clear();
}

function drawCells() {
  const first = Math.max(0, Math.floor(grid.scrollTop / layout.high) - 2) * layout.columns;
  const rows = Math.ceil(grid.clientHeight / layout.high) + 4;
  const seen = table.order.slice(first, first + rows * layout.columns);
  const wanted = new Set(seen);
  for (const [unit, cell] of cells) {
    if (wanted.has(unit)) continue;
    cell.remove();
    cells.delete(unit);
  }
  seen.forEach((unit, i) => {
    if (!cells.has(unit)) cells.set(unit, space.appendChild(makeCell(unit, first + i)));
  });
}

function makeCell(unit, place) {
  const cell = make(
    "div.cell",
    { id: `cell-${unit}`, role: "option", "aria-label": describe(unit), title: describe(unit) },
    { "aria-setsize": table.order.length, "aria-posinset": place + 1, "aria-selected": String(unit === here) },
    picture("atoms", unit, layout.size),
    make("div.told", { "aria-hidden": "true" }, COLUMNS[table.sort].text(unit)),
  );
  cell.classList.toggle("is-dead", isDead(unit));
  cell.classList.toggle("is-here", unit === here);
  cell.style.left = `${4 + (place % layout.columns) * layout.wide}px`;
  cell.style.top = `${4 + Math.floor(place / layout.columns) * layout.high}px`;
  cell.style.width = `${layout.wide - 2}px`;
  cell.dataset.unit = unit;
  return cell;
}

// Mark a unit in the grid, and scroll it into sight.
function mark(unit) {
  const before = cells.get(here);
  here = unit;
  if (before) {
    before.classList.remove("is-here");
    before.setAttribute("aria-selected", "false");
  }
  const place = table.placeOf.get(unit);
  if (place === undefined) {
    grid.removeAttribute("aria-activedescendant");
    return;
  }
  const top = Math.floor(place / layout.columns) * layout.high;
  if (top < grid.scrollTop) grid.scrollTop = top;
  if (top + layout.high + 8 > grid.scrollTop + grid.clientHeight) {
    grid.scrollTop = top + layout.high + 8 - grid.clientHeight;
  }
  drawCells();
  cells.get(unit).classList.add("is-here");
  cells.get(unit).setAttribute("aria-selected", "true");
  grid.setAttribute("aria-activedescendant", `cell-${unit}`);
}

// Sort and filter anew.
function refresh() {
  arrange();
  const shown = table.order.length;
  const column = COLUMNS[table.sort].name;
  byId("found").textContent =
    `${several(shown, word)} of ${plain(numbers.summary.units)}` + (table.sort === "index" ? "" : `; below each: ${column}`);
  byId("order").textContent = table.isUp ? "Smallest first" : "Largest first";
  grid.scrollTop = 0;
  lay();
  if (here !== null) mark(here);
}

// Where a key leads from the place in the order, or null if it leads nowhere.
function placeAfter(key, place) {
  const page = layout.columns * Math.max(1, Math.floor(grid.clientHeight / layout.high));
  const steps = {
    ArrowLeft: -1, ArrowRight: 1, ArrowUp: -layout.columns, ArrowDown: layout.columns, PageUp: -page, PageDown: page,
  };
  const last = table.order.length - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  return key in steps ? clamp(place + steps[key], 0, last) : null;
}

grid.addEventListener("scroll", () => requestAnimationFrame(drawCells), { passive: true });
grid.addEventListener("click", (event) => {
  const cell = event.target.closest(".cell");
  if (cell) openUnit(Number(cell.dataset.unit));
});
grid.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !table.order.length) return;
  const isHere = table.placeOf.has(here);
  const place = isHere ? placeAfter(event.key, table.placeOf.get(here)) : placeAfter(event.key, 0) === null ? null : 0;
  if (event.key === "Enter" && here !== null) openUnit(here);
  if (place === null) return;
  event.preventDefault();
  openUnit(table.order[place], { isBrowsing: true });
});
new ResizeObserver(() => {
  lay();
  if (here !== null) mark(here);
}).observe(grid);
