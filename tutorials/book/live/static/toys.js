// Pictures of numbers that can be painted on, and the toys at their places in the page.
(() => {
  const Live = window.WtaLive;

  // A small array as a picture: grey from 0 to 1 if `grey`, else blue above and red below zero, white at it.
  class Grid {
    constructor(width, height, pixels, grey = false) {
      Object.assign(this, { width, height, grey, cell: Math.max(1, Math.floor(pixels / width)) });
      if (height > 2 * width) this.cellHeight = Math.max(2, Math.floor(256 / height));
      else this.cellHeight = this.cell;
      this.canvas = document.createElement("canvas");
      this.canvas.width = width * this.cell;
      this.canvas.height = height * this.cellHeight;
      this.context = this.canvas.getContext("2d");
    }

    show(values) {
      let largest = 1e-9;
      for (const value of values) largest = Math.max(largest, Math.abs(value));
      if (this.grey) largest = Math.max(largest, 1);
      for (let at = 0; at < this.width * this.height; at++) {
        const part = values[at] / largest;
        const rest = Math.round(255 * (1 - Math.abs(part)));
        const light = Math.round(255 * Math.min(1, Math.max(0, part)));
        if (this.grey) this.context.fillStyle = `rgb(${light},${light},${light})`;
        else this.context.fillStyle = part >= 0 ? `rgb(${rest},${rest},255)` : `rgb(255,${rest},${rest})`;
        const [x, y] = [at % this.width, Math.floor(at / this.width)];
        this.context.fillRect(x * this.cell, y * this.cellHeight, this.cell, this.cellHeight);
      }
    }

    // A frame around cells, `around` of them on a side.
    frame(x, y, width, height, around) {
      const more = (around - 1) / 2;
      this.context.strokeStyle = "#e07000";
      this.context.lineWidth = 2;
      this.context.strokeRect((x - more) * this.cell, (y - more) * this.cellHeight, (width + 2 * more) * this.cell, (height + 2 * more) * this.cellHeight);
    }

    // Call `paint(at, first)` with each cell that is pointed at while a button or a finger is down.
    onPaint(paint) {
      const tell = (event, first) => {
        const box = this.canvas.getBoundingClientRect();
        const x = Math.floor(((event.clientX - box.left) / box.width) * this.width);
        const y = Math.floor(((event.clientY - box.top) / box.height) * this.height);
        if (x >= 0 && x < this.width && y >= 0 && y < this.height) paint(y * this.width + x, first);
      };
      this.canvas.classList.add("live-paint");
      this.canvas.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        tell(event, true);
      });
      this.canvas.addEventListener("pointermove", (event) => event.buttons && tell(event, false));
    }
  }

  Live.Grid = Grid;
  Live.playing = [...document.querySelectorAll(".live-toy")].map((place) => new Live.toys[place.dataset.toy](place));
})();
