// The tools above the dictionary, the theme, and the first drawing of everything.

const option = (value, text) => make("option", { value }, text);

function resetFilters() {
  table.filter = "all";
  table.prefers = -1;
  byId("filter").value = "all";
  byId("prefers").value = "-1";
  refresh();
}

function startTools() {
  const isThere = { purity: numbers.classes, match: units.match, wins: hasWinners, losers: hasWinners };
  const options = (kinds) => Object.entries(kinds)
    .filter(([name]) => !(name in isThere) || isThere[name])
    .map(([name, kind]) => option(name, kind.name));
  show(byId("sort"), options(COLUMNS));
  show(byId("filter"), options(FILTERS));
  const classes = numbers.classes ? numbers.classes.names : [];
  show(byId("prefers"), option("-1", "any class"), classes.map((name, i) => option(String(i), name)));
  byId("sort").addEventListener("change", (event) => {
    table.sort = event.target.value;
    table.isUp = Boolean(COLUMNS[table.sort].up);
    refresh();
  });
  byId("order").addEventListener("click", () => {
    table.isUp = !table.isUp;
    refresh();
  });
  byId("filter").addEventListener("change", (event) => {
    table.filter = event.target.value;
    refresh();
  });
  byId("prefers").addEventListener("change", (event) => {
    table.prefers = Number(event.target.value);
    refresh();
  });
  byId("size").addEventListener("change", (event) => {
    layout.size = Number(event.target.value);
    lay();
    if (here !== null) mark(here);
  });
  if (numbers.summary.units <= 100) layout.size = 88;
  byId("size").value = String(layout.size);
  byId("goto").max = numbers.summary.units - 1;
  byId("random").addEventListener("click", () => {
    if (table.order.length) openUnit(table.order[Math.floor(Math.random() * table.order.length)]);
  });
  byId("tools").addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = byId("goto");
    const unit = Number(value);
    if (value === "" || !Number.isInteger(unit) || unit < 0 || unit >= numbers.summary.units) {
      byId("found").textContent = `There is no ${word} ${value}: they are 0 to ${numbers.summary.units - 1}.`;
      return;
    }
    if (!table.placeOf.has(unit)) resetFilters();
    openUnit(unit);
  });
}

function startTheme() {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let own = null;
  try {
    own = localStorage.getItem("wta_np-theme");
  } catch {} // some browsers keep nothing for files
  const apply = () => {
    root.dataset.theme = own || (dark.matches ? "dark" : "light");
    byId("theme").textContent = root.dataset.theme === "dark" ? "Light" : "Dark";
  };
  dark.addEventListener("change", apply);
  byId("theme").addEventListener("click", () => {
    own = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("wta_np-theme", own);
    } catch {}
    apply();
  });
  apply();
}

async function start() {
  startTheme();
  drawOverview();
  drawTraining();
  drawSparsity();
  drawAbout();
  drawClasses();
  startTools();
  drawNothing();
  await Promise.all([...document.querySelectorAll("img[id^=sheet-]")].map((sheet) => sheet.decode()));
  refresh();
  drawReconstructions();
  follow();
  document.documentElement.dataset.ready = "yes";
}

start();
