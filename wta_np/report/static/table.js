// The table of units: what can be sorted by, what can be filtered, and in which order units stand.

const COLUMNS = {
  index: { name: "number", text: (unit) => String(unit), value: (unit) => unit, up: true },
  active: { name: "activity: share of images", text: (unit) => percent(units.active[unit]) },
  wins: { name: "wins: share of images", text: (unit) => percent(units.wins[unit]) },
  peak: { name: "largest activity", text: (unit) => plain(units.peak[unit]) },
  mean: { name: "mean activity when active", text: (unit) => plain(units.mean[unit]) },
  norm: { name: "norm of the atom", text: (unit) => plain(units.norm[unit]) },
  purity: { name: "class purity", text: (unit) => percent(purity(unit)), value: purity },
  twin: { name: "nearest atom: cosine", text: (unit) => plain(cosine(unit)), value: cosine },
  match: { name: "filter and atom: cosine", text: (unit) => plain(units.match[unit]) },
};

function purity(unit) {
  return numbers.classes ? numbers.classes.purity[unit] : 0;
}

function cosine(unit) {
  return units.nearest.value[unit].length ? units.nearest.value[unit][0] : 0;
}

const isDead = (unit) => units.active[unit] === 0;
const FILTERS = {
  all: { name: "all", keeps: () => true },
  alive: { name: "those that are active", keeps: (unit) => !isDead(unit) },
  dead: { name: "those that are never active", keeps: isDead },
  losers: { name: "those that never win", keeps: (unit) => units.wins[unit] === 0 },
};

const table = { sort: "index", isUp: true, filter: "all", prefers: -1, order: [], placeOf: new Map() };

function valueOf(unit) {
  const column = COLUMNS[table.sort];
  return column.value ? column.value(unit) : units[table.sort][unit];
}

// Put the units that pass the filters into `table.order`.
function arrange() {
  const keeps = FILTERS[table.filter].keeps;
  const isOfClass = (unit) => table.prefers < 0 || numbers.classes.preferred[unit] === table.prefers;
  const sign = table.isUp ? 1 : -1;
  const kept = range(numbers.summary.units).filter((unit) => keeps(unit) && isOfClass(unit));
  table.order = kept.sort((a, b) => sign * (valueOf(a) - valueOf(b)) || a - b);
  table.placeOf = new Map(table.order.map((unit, place) => [unit, place]));
}

function describe(unit) {
  const parts = [`${word} ${unit}`, isDead(unit) ? "never active" : `active on ${percent(units.active[unit])} of the images`];
  const preferred = numbers.classes ? numbers.classes.preferred[unit] : -1;
  if (preferred >= 0) parts.push(`prefers ${numbers.classes.names[preferred]}`);
  return parts.join(", ");
}
