// Charts as SVG: bars of a histogram, and curves. Each says in words what it shows.

const BOX = { width: 420, height: 190, left: 52, right: 20, top: 10, bottom: 36 };

// Round values between low and high: 1, 2 or 5 times a power of ten.
function ticks(low, high, wanted = 4) {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(i * step + 0); // no -0
  return found;
}

// The same for a logarithmic axis: low and high, and what is returned, are logarithms.
function logTicks(low, high) {
  const found = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const times of [1, 2, 5]) found.push(power + Math.log10(times));
  }
  const inside = found.filter((tick) => tick >= low && tick <= high);
  return inside.length > 7 ? inside.filter(Number.isInteger) : inside.length > 1 ? inside : [low, high];
}

function frame(label, xScale, yScale, xTicks, yTicks, xName, xText = plain, yText = plain) {
  const { width, height, left, right, top, bottom } = BOX;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (const value of yTicks) {
    const y = yScale(value);
    svg.append(
      draw("line", { class: "axis", x1: left, x2: width - right, y1: y, y2: y }),
      draw("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, yText(value)),
    );
  }
  for (const value of xTicks) {
    svg.append(draw("text", { x: xScale(value), y: height - bottom + 15, "text-anchor": "middle" }, xText(value)));
  }
  svg.append(draw("text", { x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, xName));
  return svg;
}

const across = (low, high) => (value) =>
  BOX.left + ((value - low) / (high - low || 1)) * (BOX.width - BOX.left - BOX.right);
const upward = (low, high) => (value) =>
  BOX.height - BOX.bottom - ((value - low) / (high - low || 1)) * (BOX.height - BOX.top - BOX.bottom);

// Bars between edges (one more than counts). `marks` are [value, text] of lines across.
function histogram(edges, counts, xName, noun, { marks = [], isLog = false, xText = plain } = {}) {
  const value = (count) => (isLog ? Math.log10(1 + count) : count);
  const most = Math.max(1, ...counts);
  const x = across(edges[0], edges[edges.length - 1]);
  const y = upward(0, value(most));
  const yTicks = isLog ? [0, 1, 10, 100, 1000, 10000].filter((tick) => tick <= most) : ticks(0, most);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const label = `Histogram of ${several(total, noun)} by ${xName}`;
  const svg = frame(label, x, (tick) => y(value(tick)), ticks(edges[0], edges[edges.length - 1]), yTicks, xName, xText);
  counts.forEach((count, i) => {
    if (!count) return;
    const left = x(edges[i]);
    const bar = { class: "bar", x: left + 0.5, width: Math.max(1, x(edges[i + 1]) - left - 1) };
    const told = `${xText(edges[i])} to ${xText(edges[i + 1])}: ${several(count, noun)}`;
    svg.append(draw("rect", { ...bar, y: y(value(count)), height: y(0) - y(value(count)) }, draw("title", {}, told)));
  });
  for (const [at, text] of marks) {
    if (at < edges[0] || at > edges[edges.length - 1]) continue;
    const end = x(at) > BOX.width * 0.6 ? "end" : "start";
    svg.append(
      draw("line", { class: "mark", x1: x(at), x2: x(at), y1: BOX.top, y2: y(0) }),
      draw("text", { class: "mark-text", x: x(at) + (end === "end" ? -4 : 4), y: BOX.top + 10, "text-anchor": end }, text),
    );
  }
  return svg;
}

// A curve through points (xs, ys). With `names` the points stand at equal steps and are called so.
function curve(xs, ys, xName, yName, { names = null, isLog = false, yText = plain, here = null } = {}) {
  const known = ys.map((y, i) => [xs[i], y, i]).filter(([, y]) => y !== null && (!isLog || y > 0));
  if (!known.length) return make("p.note", `There is nothing to draw of ${yName}.`);
  const value = (y) => (isLog ? Math.log10(y) : y);
  let [low, high] = [Math.min(...known.map(([, y]) => value(y))), Math.max(...known.map(([, y]) => value(y)))];
  if (!isLog) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high) high = low + 1;
  const x = across(xs[0], xs[xs.length - 1]);
  const y = upward(low, high);
  const yTicks = isLog ? logTicks(low, high) : ticks(low, high);
  const every = Math.ceil(xs.length / 9);
  const xTicks = names ? xs.filter((_, i) => i % every === 0) : ticks(xs[0], xs[xs.length - 1], 6).filter(Number.isInteger);
  const [first, last] = [known[0], known[known.length - 1]];
  const name = (i) => (names ? names[i] : plain(xs[i]));
  const label = `${yName} against ${xName}: ${yText(first[1])} at ${name(first[2])}, ${yText(last[1])} at ${name(last[2])}`;
  const text = (tick) => yText(isLog ? 10 ** tick : tick);
  const svg = frame(label, x, y, xTicks, yTicks, xName, (at) => (names ? names[xs.indexOf(at)] : plain(at)), text);
  svg.append(draw("polyline", { class: "curve", points: known.map(([at, v]) => `${x(at)},${y(value(v))}`).join(" ") }));
  for (const [at, v, i] of known) {
    const dot = { class: "dot", cx: x(at), cy: y(value(v)), r: i === here ? 6 : known.length > 60 ? 1.5 : 3 };
    svg.append(draw("circle", dot, draw("title", {}, `${xName} ${name(i)}: ${yText(v)}`)));
  }
  return svg;
}

const figure = (caption, chart) => make("figure", make("figcaption", caption), make("div.chart", chart));
