// Pictures: each is cut from one of the sheets, large PNGs with many pictures.

const sheets = numbers.sheets;
const density = () => Math.min(3, window.devicePixelRatio || 1);

// Draw picture `index` of a sheet into a canvas. Its longer side becomes `size` pixels of the page.
// `box` is [top, left, height, width] of a frame, in shares of the picture.
function paint(canvas, name, index, size, box = null) {
  const { columns, height, width } = sheets[name];
  const isStrip = Math.max(height, width) > 6 * Math.min(height, width);
  const scale = size / Math.max(height, width);
  const [high, wide] = isStrip ? [size, size] : [height * scale, width * scale];
  canvas.width = Math.max(1, Math.round(wide * density()));
  canvas.height = Math.max(1, Math.round(high * density()));
  canvas.style.width = `${wide}px`;
  canvas.style.height = `${high}px`;
  const pen = canvas.getContext("2d");
  pen.imageSmoothingEnabled = false;
  const [left, top] = [(index % columns) * width, Math.floor(index / columns) * height];
  pen.drawImage(byId(`sheet-${name}`), left, top, width, height, 0, 0, canvas.width, canvas.height);
  if (!box) return canvas;
  const [y, x, h, w] = box.map((share, i) => share * (i % 2 ? canvas.width : canvas.height));
  for (const [colour, line] of [["#000", 4], ["#ffd23f", 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = line * density() * 0.75;
    pen.strokeRect(x, y, w, h);
  }
  return canvas;
}

function picture(name, index, size, label, box = null) {
  const canvas = make("canvas", label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" });
  return paint(canvas, name, index, size, box);
}

// The frame around the place [line, column] where a map was most active: as large as its atom.
function frameAt(place) {
  if (!place || !numbers.atom_size) return null;
  const { height, width } = numbers.images;
  const [high, wide] = numbers.atom_size;
  const y = (place[0] + 0.5 - high / 2) / height;
  const x = (place[1] + 0.5 - wide / 2) / width;
  return [y, x, high / height, wide / width];
}

const labelOf = (image) => (numbers.images.label ? numbers.classes.names[numbers.images.label[image]] : null);
