// How well a page answers a search: chapters and their pages come before the reference and before code.
var BONUS = [
  [/^tutorials\/\d\d-/, 40],
  [/^tutorials\/(answers|glossary|README)/, 30],
  [/^tutorials\/exercises\/|^files\/tutorials\/exercises\//, 25],
  [/^(README|CONTRIBUTING|figures|benchmarks)/, 15],
  [/^_modules\/|^files\//, -10],
];

var Scorer = {
  score: ([docname, title, anchor, description, score]) =>
    score + BONUS.reduce((sum, [pages, bonus]) => sum + (pages.test(docname) ? bonus : 0), 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
