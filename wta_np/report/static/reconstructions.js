// Images and what the decoder makes of fewer or more winners.

const recon = numbers.reconstructions;
const WAY_WORDS = {
  image: `In each image the k most active ${word}s speak, each with its own activity; the others are set to zero. ` +
    "This is not how the model was trained: it shows how much each image needs.",
  unit: `In a mini-batch of ${several(recon.batch, "image")} each ${word} keeps its largest activities, on as many ` +
    "images as the rate allows; the others are set to zero. So an image can have many winners, or none. " +
    (numbers.summary.lifetime ? `Training used ${percent(numbers.summary.lifetime)}.` : "Training used no lifetime sparsity."),
};
const chosen = { way: "image", image: null };

function drawReconstructions() {
  const slider = byId("k");
  for (const radio of document.querySelectorAll("input[name=way]")) {
    radio.addEventListener("change", () => {
      chosen.way = radio.value;
      startWay();
    });
  }
  slider.addEventListener("input", drawStep);
  const shown = recon.images.map((image, i) => {
    const label = labelOf(image) === null ? `image ${numbers.images.number[image]}` : labelOf(image);
    const button = make("button.pair", { type: "button", "aria-pressed": "false" },
      picture("reconstructions", i, 64), make("canvas.made", { "aria-hidden": "true" }), label);
    button.title = `Which ${word}s speak for this image?`;
    button.addEventListener("click", () => showStrongest(i));
    return button;
  });
  show(byId("pairs"), shown);
  startWay();
}

function startWay() {
  const { setting } = recon[chosen.way];
  const wanted = chosen.way === "unit" ? numbers.summary.lifetime || 0.05 : numbers.summary.winners_per_image;
  const slider = byId("k");
  slider.max = setting.length - 1;
  const past = setting.findIndex((value) => value >= wanted);
  slider.value = past < 0 ? setting.length - 1 : past;
  byId("way-words").textContent = WAY_WORDS[chosen.way] +
    (recon.stack ? " The layers below are decoded without their constraints, which makes pictures too bright: each is " +
      "divided by its largest value. Explained variance is that of what the top layer sees." : "");
  drawStep();
}

const settingText = (value) => (chosen.way === "unit" ? percent(value) : plain(value));

function drawStep() {
  const at = Number(byId("k").value);
  const { setting, winners, explained } = recon[chosen.way];
  const text = chosen.way === "unit" ? `lifetime ${percent(setting[at])}` : `k = ${plain(setting[at])}`;
  byId("k-label").textContent = text;
  byId("k").setAttribute("aria-valuetext", text);
  byId("k-told").textContent =
    `${plain(winners[at])} ${word}s active per image; explained variance ${explained[at] === null ? "not defined" : percent(explained[at])}`;
  const before = chosen.way === "unit" ? recon.image.setting.length : 0;
  document.querySelectorAll("#pairs .made").forEach((canvas, i) => {
    paint(canvas, "reconstructions", (1 + before + at) * recon.images.length + i, 64);
  });
  const names = setting.map(settingText);
  const options = { names, yText: percent, here: at };
  const xName = chosen.way === "unit" ? "lifetime sparsity" : `${word}s that speak, k`;
  show(byId("explained"), curve(range(setting.length), explained, xName, "explained variance", options));
}

function showStrongest(i) {
  const buttons = document.querySelectorAll("#pairs .pair");
  chosen.image = chosen.image === i ? null : i;
  buttons.forEach((button, j) => button.setAttribute("aria-pressed", String(j === chosen.image)));
  if (chosen.image === null) return show(byId("strongest"));
  const links = strongest(recon.images[i], 52);
  const words = links.length
    ? `These ${word}s add most to image ${numbers.images.number[recon.images[i]]}. Below each: its number and its activity.`
    : `No ${word} is active on this image.`;
  return show(byId("strongest"), make("p.note", words), make("ul.strip", links));
}
