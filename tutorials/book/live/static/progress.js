// The page of exercises: which of them have been passed in this browser.
(() => {
  const Live = window.WtaLive;
  const { make, kept } = Live;
  const table = [...document.querySelectorAll("article table")].find((t) => t.querySelector('a[href*="exercises/ex01_"]'));
  if (!table) return;
  const rows = [...table.querySelectorAll("tbody tr")];
  let passed = 0;
  for (const row of rows) {
    const link = row.querySelector('a[href*="exercises/ex"]');
    const number = Number(link.getAttribute("href").match(/ex(\d\d)_/)[1]);
    const state = kept.get(number, "state") || (kept.get(number, "answer") ? "begun" : "");
    passed += state === "passed";
    const className = `live-mark ${state === "passed" ? "live-mark-passed" : ""}`;
    const text = state === "passed" ? "✓ passed" : state && state !== "begun" ? `${state} laws` : state;
    link.parentElement.append(make("span", { className, textContent: text }));
  }
  const bar = make("progress", { max: rows.length, value: passed });
  bar.setAttribute("aria-label", "Exercises passed");
  const words = `${passed} of ${rows.length} exercises passed in this browser. Each page has an editor, and checks what you write there.`;
  table.closest(".pst-scrollable-table-container, table").before(make("p", { className: "live-progress" }, bar, ` ${words}`));
})();
