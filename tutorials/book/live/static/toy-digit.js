// Chapter 8: draw a digit; a small CONV-WTA shows its maps, their winners, and what these alone draw.
(() => {
  const Live = window.WtaLive;
  const { make, button, math } = Live;
  const SIDE = 28;

  class DigitToy {
    constructor(place) {
      this.params = math.unpacked(Live.toyWeights);
      this.F = this.params.W_enc2.shape[3];
      this.image = new Float32Array(SIDE * SIDE);
      this.off = new Set(); // maps whose winner is left out
      const title = make("p", { className: "live-title", textContent: "Try it: draw a digit, with the mouse or a finger." });
      const clear = button("Clear", "An empty image", () => this.clear());
      this.digit = new Live.Grid(SIDE, SIDE, 196, true);
      this.decoded = new Live.Grid(SIDE, SIDE, 196, true);
      this.maps = Array.from({ length: this.F }, () => new Live.Grid(SIDE, SIDE, 84, true));
      const figure = (grid, words) => make("figure", {}, grid.canvas, make("figcaption", { textContent: words }));
      const above = make("div", { className: "live-pictures" }, figure(this.digit, "draw here"), figure(this.decoded, `decoded from ${this.F} winners`));
      const below = make("div", { className: "live-pictures" }, ...this.maps.map((grid, f) => figure(grid, `map ${f}`)));
      this.words = make("p", { className: "live-words" });
      place.append(title, make("div", { className: "live-bar" }, clear), above, below, this.words);
      this.digit.onPaint((at) => this.paint(at));
      this.maps.forEach((grid, f) => grid.onPaint((_, first) => first && this.toggle(f)));
      this.begin();
    }

    // A seven, so that there is something to see.
    begin() {
      for (let j = 8; j < 20; j++) this.ink(j, 6);
      for (let t = 0; t < 16; t++) this.ink(Math.round(19 - t * 0.5), 6 + t);
      this.draw();
    }

    clear() {
      this.image.fill(0);
      this.draw();
    }

    toggle(f) {
      if (!this.off.delete(f)) this.off.add(f);
      this.draw();
    }

    // A soft pen: full in the middle, less beside it.
    ink(x, y) {
      for (let i = -2; i <= 2; i++) {
        for (let j = -2; j <= 2; j++) {
          const [u, v] = [y + i, x + j];
          if (u < 0 || u >= SIDE || v < 0 || v >= SIDE) continue;
          const strength = Math.max(0, 1 - (i * i + j * j) / 4.5);
          this.image[u * SIDE + v] = Math.max(this.image[u * SIDE + v], strength);
        }
      }
    }

    paint(at) {
      this.ink(at % SIDE, Math.floor(at / SIDE));
      this.draw();
    }

    draw() {
      const { maps, F, code } = math.convWta(this.params, this.image);
      const kept = code.filter(({ f }) => !this.off.has(f));
      this.image_hat = math.decode(kept, SIDE, SIDE, this.params.W_dec, this.params.b_dec);
      this.digit.show(this.image);
      this.decoded.show(this.image_hat);
      code.forEach(({ x, y, f }) => {
        this.maps[f].show(Array.from({ length: SIDE * SIDE }, (_, at) => maps[at * F + f]));
        this.maps[f].frame(x, y, 1, 1, 3);
        this.maps[f].canvas.classList.toggle("live-off", this.off.has(f));
      });
      const left = this.image.reduce((sum, value, i) => sum + (value - this.image_hat[i]) ** 2, 0);
      const all = this.image.reduce((sum, value) => sum + value ** 2, 0);
      this.words.textContent = all
        ? `${kept.length} numbers and their places stand for ${SIDE * SIDE} pixels; ${Math.round((100 * left) / all)}% of the squares are left. A click on a map leaves its winner out.`
        : "";
    }
  }

  Live.toys = { ...Live.toys, digit: DigitToy };
})();
