// Overview, training, sparsity, settings, and what the words mean.

const CURVES = {
  loss: ["Loss per image: half the squared error", "loss", { isLog: true }],
  sparsity: ["Share of winners above zero among all pairs of image and " + word, "winners", { yText: percent }],
  dead: [`Share of ${word}s without any winner in the epoch`, "dead", { yText: percent }],
  lr: ["Learning rate", "learning rate", {}],
};

function drawOverview() {
  const { summary, history: past } = numbers;
  byId("title").textContent = numbers.title;
  const { data } = numbers.settings;
  byId("model").textContent = numbers.model + (data ? `, data: ${data}` : "");
  const last = (name) => (past && past[name] ? past[name][past[name].length - 1] : null);
  const cards = [
    [`${word}s`, plain(summary.units)],
    ["never active", plain(summary.never_active)],
    hasWinners && ["never a winner", plain(summary.never_winner)],
    ["active per image (L0)", plain(summary.active_per_image)],
    hasWinners && ["winners per image", plain(summary.winners_per_image)],
    ["explained variance", summary.explained_variance === null ? "not defined" : percent(summary.explained_variance)],
    ["images looked at", plain(summary.images)],
    ["epochs", past ? plain(past.epoch[past.epoch.length - 1]) : "not known"],
    ["last loss", plain(last("loss"))],
  ];
  show(byId("summary"), cards.filter(Boolean).map(([term, value]) => make("div", make("dt", term), make("dd", value))));
  const stack = recon.stack ? " The model is a stack: its atoms are drawn through the layers below." : "";
  byId("dictionary-words").textContent =
    `What each ${word} adds to ${numbers.adds_to}, each atom on its own scale: grey is zero, brighter adds, darker takes away. ` +
    `A click on an atom shows what its ${word} does.` + stack;
}

function drawTraining() {
  const past = numbers.history;
  if (!past) return show(byId("curves"), make("p.note", "There is no history of the training beside the model."));
  const charts = Object.entries(CURVES).map(([name, [caption, yName, options]]) =>
    figure(caption, past[name] ? curve(past.epoch, past[name], "epoch", yName, options)
      : make("p.note", "The history has no such column.")));
  return show(byId("curves"), charts);
}

function drawSparsity() {
  const { released, constrained } = numbers.sparsity;
  const { summary } = numbers;
  byId("sparsity-words").textContent =
    `A ${word} is active where its activity is above ${plain(summary.threshold)}. Released: without the constraints, as at ` +
    "test time." +
    (hasWinners ? ` Winners: under the constraints of training, in mini-batches of ${several(summary.batch_size, "image")}.` : "");
  const share = (values, rate) => {
    const most = Math.max(...values, 0.01);
    const bins = 40;
    const counts = new Array(bins).fill(0);
    for (const value of values) counts[Math.min(bins - 1, Math.floor((value / most) * bins))] += 1;
    const edges = range(bins + 1).map((i) => (i * most) / bins);
    const marks = rate ? [[rate, `lifetime ${percent(rate)}`]] : [];
    return histogram(edges, counts, "share of images", word, { isLog: true, xText: percent, marks });
  };
  const ofImages = ({ edges, count }) => histogram(edges, count, `${word}s per image`, "image");
  show(
    byId("sparsity-charts"),
    figure(`Density: on which share of the images a ${word} is active, released`, share(units.active)),
    hasWinners && figure(`The same of winners`, share(units.wins, summary.lifetime)),
    figure(`L0: how many ${word}s are active on an image, released`, ofImages(released)),
    hasWinners && figure(`Winners on an image`, ofImages(constrained)),
  );
}

const WORDS = {
  atom: `What a ${word} adds to ${numbers.adds_to} where its activity is 1: a line of the decoder's weights. All atoms are the dictionary.`,
  "active on": `The share of the ${plain(numbers.summary.images)} images on which the ${word} is active, with the constraints released. ` +
    "Dashboards of sparse autoencoders call it density.",
  "wins on": "The same under the constraints of training, where each " + word + " may be active on few images of a mini-batch. " +
    (word === "map" ? "Of a map counts the largest activity in the image." : ""),
  "active per image (L0)": `How many ${word}s are active on an image, on average.`,
  "filter and atom: cosine": `An untied model has two pictures of each ${word}: its filter, the weights by which it is excited, and its ` +
    "atom. 1: they are the same but for scale.",
  "explained variance": "1 minus the squared error of the reconstructions over that of the mean image. Measured under the constraints, in " +
    `mini-batches of ${several(numbers.summary.batch_size, "image")}, on at most 1,000 images. It is below zero where reconstructions are worse than the mean image, as they are where ` +
    "many images have no winner.",
  "class purity": `The ${word}'s mean activity on the class that it prefers, over the sum of its means on all classes. 100%: it answers to one class alone.`,
  cosine: "The product of two atoms that are scaled to length 1: 1 for atoms that differ in scale alone, 0 for atoms that have nothing in common.",
};

function drawAbout() {
  const line = ([name, value]) =>
    make("tr", make("th", { scope: "row" }, name), make("td", typeof value === "string" ? value : JSON.stringify(value)));
  const settings = Object.entries(numbers.settings);
  show(byId("settings"), make("tbody", [...settings, ...Object.entries(numbers.versions)].map(line)));
  const isThere = { "class purity": numbers.classes, "wins on": hasWinners, "filter and atom: cosine": units.match };
  const words = Object.entries(WORDS).filter(([name]) => !(name in isThere) || isThere[name]);
  show(byId("words"), words.map(([name, text]) => [make("dt", name), make("dd", text)]));
}
