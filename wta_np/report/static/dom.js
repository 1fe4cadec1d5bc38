// Small helpers: elements that are made of text alone, and numbers as people read them.

const numbers = JSON.parse(document.getElementById("numbers").textContent);
const units = numbers.units;
const word = numbers.word; // "unit" or "map"
const hasWinners = numbers.summary.lifetime !== null; // else every active unit is one
const byId = (id) => document.getElementById(id);

// make("p.note", "text", child, ...): attributes are given as a plain object.
function make(what, ...parts) {
  const [tag, ...classes] = what.split(".");
  return fill(Object.assign(document.createElement(tag), { className: classes.join(" ") }), parts);
}

const SVG = "http://www.w3.org/2000/svg";

function draw(tag, attributes, ...parts) {
  return fill(document.createElementNS(SVG, tag), [attributes, ...parts]);
}

function fill(element, parts) {
  for (const part of parts.flat(Infinity)) {
    if (part === null || part === undefined || part === false) continue;
    if (typeof part === "object" && !(part instanceof Node)) {
      for (const [name, value] of Object.entries(part)) element.setAttribute(name, value);
    } else {
      element.append(part);
    }
  }
  return element;
}

function show(element, ...parts) {
  element.replaceChildren();
  return fill(element, parts);
}

function plain(value) {
  if (value === null || value === undefined) return "not known";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  const size = Math.abs(value);
  return size >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

function percent(share) {
  if (share === null || share === undefined) return "not known";
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "<0.1%";
  return `${value >= 10 ? Math.round(value) : Number(value.toFixed(1))}%`;
}

const several = (count, noun) => `${plain(count)} ${noun}${count === 1 ? "" : "s"}`;
const range = (n) => Array.from({ length: n }, (_, i) => i);
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

for (const element of document.querySelectorAll("[data-needs]")) {
  if (!numbers[element.dataset.needs]) element.hidden = true;
}
for (const element of document.querySelectorAll(".word")) element.textContent = word;
