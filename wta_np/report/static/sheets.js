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

// What a map saw at a place: a piece of the image as large as its atom. Beyond the edge there is nothing.
function piece(image, place, size) {
  const [y, x, h, w] = frameAt(place);
  const { columns, height, width } = sheets.images;
  const [high, wide] = [h * height, w * width]; // of the piece, in pixels of the sheet
  const scale = size / Math.max(high, wide);
  const canvas = make("canvas", { "aria-hidden": "true" });
  canvas.width = Math.max(1, Math.round(wide * scale * density()));
  canvas.height = Math.max(1, Math.round(high * scale * density()));
  canvas.style.width = `${wide * scale}px`;
  canvas.style.height = `${high * scale}px`;
  const pen = canvas.getContext("2d");
  pen.imageSmoothingEnabled = false;
  pen.fillStyle = "#888";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const [left, top] = [clamp(x, 0, 1) * width, clamp(y, 0, 1) * height];
  const [right, bottom] = [clamp(x + w, 0, 1) * width, clamp(y + h, 0, 1) * height];
  const [across, down] = [canvas.width / wide, canvas.height / high];
  pen.drawImage(
    byId("sheet-images"),
    (image % columns) * width + left, Math.floor(image / columns) * height + top, right - left, bottom - top,
    (left - x * width) * across, (top - y * height) * down, (right - left) * across, (bottom - top) * down,
  );
  return canvas;
}

const labelOf = (image) => (numbers.images.label ? numbers.classes.names[numbers.images.label[image]] : null);
