// Chapter 7: an image to draw on, its windows as rows, the convolution, and where a gradient goes.
(() => {
  const Live = window.WtaLive;
  const { make, button, math } = Live;
  const SIDE = 8;
  const SIZE = 3;
  const FILTERS = {
    "vertical edges": [-1, 0, 1, -2, 0, 2, -1, 0, 1],
    "horizontal edges": [-1, -2, -1, 0, 0, 0, 1, 2, 1],
    "mean of a window": new Array(9).fill(1 / 9),
    "not symmetric": [1, 0, 0, 0, 0, 0, 0, 0, 0.5],
  };

  class ConvolutionToy {
    constructor(place) {
      this.image = new Array(SIDE * SIDE).fill(0);
      for (const at of [18, 19, 20, 26, 34, 35, 36, 44, 52, 51, 50]) this.image[at] = 1;
      this.at = 27;
      const title = make("p", { className: "live-title", textContent: "Try it: draw on the image. Point at another picture to choose a position." });
      this.filter = make("select", { onchange: () => this.draw() });
      this.filter.setAttribute("aria-label", "filter");
      this.filter.append(...Object.keys(FILTERS).map((name) => make("option", { textContent: name })));
      this.everywhere = make("input", { type: "checkbox", onchange: () => this.draw() });
      const label = make("label", {}, this.everywhere, " dy is 1 everywhere, not only at the position");
      const clear = button("Clear", "An empty image", () => this.image.fill(0) && this.draw());
      this.grids = {};
      const pictures = make("div", { className: "live-pictures" });
      for (const [name, words, width, height] of [
        ["x", "image x: draw here", SIDE, SIDE],
        ["W", "filter W", SIZE, SIZE],
        ["cols", "im2col(x): a row for each position", SIZE * SIZE, SIDE * SIDE],
        ["y", "convolution y = cols W", SIDE, SIDE],
        ["dx", "dx = col2im(dy Wᵀ)", SIDE, SIDE],
        ["dW", "dW = colsᵀ dy", SIZE, SIZE],
      ]) {
        this.grids[name] = new Live.Grid(width, height, name === "cols" ? 144 : 128);
        pictures.append(make("figure", {}, this.grids[name].canvas, make("figcaption", { textContent: words })));
      }
      this.words = make("p", { className: "live-words" });
      place.append(title, make("div", { className: "live-bar" }, "filter: ", this.filter, label, clear), pictures, this.words);
      this.grids.x.onPaint((at, first) => this.paint(at, first));
      for (const name of ["y", "dx"]) this.grids[name].onPaint((at) => this.choose(at));
      this.grids.cols.onPaint((at) => this.choose(Math.floor(at / (SIZE * SIZE))));
      this.draw();
    }

    paint(at, first) {
      if (first) this.ink = this.image[at] ? 0 : 1;
      this.image[at] = this.ink;
      this.choose(at);
    }

    choose(at) {
      this.at = at;
      this.draw();
    }

    draw() {
      const W = FILTERS[this.filter.value];
      const cols = math.im2col(this.image, SIDE, SIDE, SIZE);
      const y = cols.map((row) => math.dot(row, W));
      const dy = y.map((_, at) => Number(this.everywhere.checked || at === this.at));
      const dx = math.col2im(dy.map((d) => W.map((w) => w * d)), SIDE, SIDE, SIZE);
      const dW = W.map((_, place) => math.dot(cols.map((row) => row[place]), dy));
      this.shown = { x: this.image, W, cols: cols.flat(), y, dx, dW };
      for (const [name, values] of Object.entries(this.shown)) this.grids[name].show(values);
      for (const name of ["x", "dx"]) this.grids[name].frame(this.at % SIDE, Math.floor(this.at / SIDE), 1, 1, SIZE);
      this.grids.y.frame(this.at % SIDE, Math.floor(this.at / SIDE), 1, 1, 1);
      this.grids.cols.frame(0, this.at, SIZE * SIZE, 1, 1);
      const row = cols[this.at].map((value) => value.toFixed(0)).join(" ");
      this.words.textContent = `Row ${this.at} of im2col is the window around the position: ${row}. Its product with W is y = ${y[this.at].toFixed(2)}. Blue is positive, red negative.`;
    }
  }

  Live.toys = { ...Live.toys, convolution: ConvolutionToy };
})();
