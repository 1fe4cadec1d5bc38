// Chapter 3: a unit's activations across a mini-batch, a slider for k, and who wins, ties and all.
(() => {
  const Live = window.WtaLive;
  const { make, button, math } = Live;
  const N = 12;

  class WinnersToy {
    constructor(place) {
      this.column = [0.9, 0, 0.5, 0.3, 0, 0.7, 0.3, 0, 0.5, 0.3, 0, 0.1];
      this.slider = make("input", { type: "range", min: 1, max: N, value: 4, id: "live-k" });
      this.slider.addEventListener("input", () => this.draw());
      const label = make("label", { htmlFor: "live-k", textContent: "k, the winners: " });
      this.words = make("p", { className: "live-words" });
      this.words.setAttribute("role", "status");
      this.bars = make("div", { className: "live-bars" });
      const other = button("Other values", "Draw another column", () => this.redraw());
      const bar = make("div", { className: "live-bar" }, label, this.slider, other);
      const title = make("p", { className: "live-title", textContent: "Try it: one unit, twelve samples. Click into a column to change its activity." });
      place.append(title, bar, this.bars, this.words);
      this.draw();
    }

    redraw() {
      this.column = this.column.map(() => Math.max(0, Math.round(Math.random() * 14 - 5) / 10));
      this.draw();
    }

    draw() {
      const k = Number(this.slider.value);
      const mask = math.winners(this.column, k);
      this.bars.replaceChildren(...this.column.map((value, row) => this.bar(value, row, mask[row])));
      this.words.textContent = this.tell(k, mask);
    }

    bar(value, row, wins) {
      const fill = make("span", { className: wins ? "live-fill live-wins" : "live-fill" });
      fill.style.height = `${Math.max(value * 100, 1)}%`;
      const tall = make("span", { className: "live-tall" }, fill);
      const words = make("span", { className: "live-value", textContent: value.toFixed(1) });
      const column = make("button", { type: "button", className: "live-column" }, tall, words, make("span", { textContent: wins ? "wins" : "" }));
      column.setAttribute("aria-label", `sample ${row}: ${value.toFixed(1)}${wins ? ", wins" : ""}`);
      column.onclick = (event) => {
        const box = column.firstChild.getBoundingClientRect();
        const at = event.detail ? (box.bottom - event.clientY) / box.height : value + 0.1; // a key has no place
        this.column[row] = at > 1.05 ? 0 : Math.min(1, Math.max(0, Math.round(at * 10) / 10));
        this.draw();
        this.bars.children[row].focus();
      };
      return column;
    }

    tell(k, mask) {
      const least = Math.min(...this.column.filter((_, row) => mask[row]));
      const tied = this.column.map((value, row) => (value === least ? row : -1)).filter((row) => row >= 0);
      const out = tied.filter((row) => !mask[row]);
      const all = this.column.filter((value) => value >= least).length;
      const said = `${k} win. The smallest winner is ${least.toFixed(1)}.`;
      if (!out.length) return `${said} No loser ties with it.`;
      return `${said} Rows ${tied.join(", ")} tie there; the lower rows win, and ${out.join(", ")} lose. A comparison with that value would let ${all} win.`;
    }
  }

  Live.toys = { ...Live.toys, winners: WinnersToy };
})();
