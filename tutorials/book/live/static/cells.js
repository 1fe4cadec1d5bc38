// The cells of a chapter: each can be changed and run, in order, in one Python.
(() => {
  const Live = window.WtaLive;
  const { make, button } = Live;
  const GONE = "Python was ended, and its variables with it: Run all above brings them back.";

  class Cell {
    constructor(chapter, block, place) {
      Object.assign(this, { chapter, block, place, ran: 0 });
      this.code = block.querySelector("pre").textContent.replace(/\n$/, "");
      this.small = chapter.about.small[place];
      this.run = button("Run", "Run this cell (Shift-Enter in the editor)", () => chapter.runOnly(this));
      const above = button("Run all above", "Run every cell from the first to this one", () => chapter.runTo(this));
      this.edit = button("Edit", "Change the code of this cell", () => this.open());
      this.reset = button("Reset", "The code of the book", () => this.restore());
      this.reset.hidden = true;
      this.said = make("span", { className: "live-said" });
      this.said.setAttribute("role", "status");
      this.output = make("div", { className: "live-output" });
      const bar = make("div", { className: "live-bar" }, this.run, above, this.edit, this.reset, this.said);
      const tools = make("div", { className: "live-tools" }, bar, this.note(), this.output);
      block.after(tools);
    }

    // What is said of a cell that takes minutes here, or cannot run here.
    note() {
      const cannot = this.chapter.about.cannot[this.place];
      if (cannot) {
        this.run.disabled = true;
        return make("p", { className: "live-note", textContent: `This cell cannot run in a page: ${cannot}.` });
      }
      if (!this.small) return "";
      this.full = make("input", { type: "checkbox" });
      const changes = this.small.map(([from, to]) => `${to} in place of ${from}`).join(", ");
      const text = ` with the book's settings, which takes minutes here. Otherwise it runs a small variant, with other numbers: ${changes}`;
      return make("label", { className: "live-note" }, this.full, text);
    }

    text() {
      return this.editor ? this.editor.getValue() : this.code;
    }

    // The code to run, with small settings where that is not switched off.
    toRun() {
      if (!this.small || this.full.checked) return this.text();
      return this.small.reduce((text, [from, to]) => text.replaceAll(from, to), this.text());
    }

    open() {
      this.block.hidden = true;
      this.box = make("div", { className: "live-editor" });
      this.block.after(this.box);
      this.editor = Live.editor(this.box, this.code, `Code of cell ${this.place + 1}`, () => this.chapter.runOnly(this));
      this.edit.hidden = true;
      this.reset.hidden = false;
      this.editor.focus();
    }

    restore() {
      this.box.remove();
      this.editor = null;
      this.reset.hidden = true;
      this.block.hidden = this.edit.hidden = false;
    }

    print(text, stream) {
      const last = this.output.lastElementChild;
      const open = last && last.dataset.stream === stream ? last : null;
      if (open) open.textContent += text;
      else this.output.append(make("pre", { textContent: text, className: `live-${stream}` }));
      if (!open) this.output.lastElementChild.dataset.stream = stream;
    }

    async execute(kernel) {
      this.output.replaceChildren();
      this.said.textContent = "running";
      const began = performance.now();
      let answer;
      try {
        const heard = { output: ({ text, stream }) => this.print(text, stream) };
        answer = await kernel.ask({ kind: "run", code: this.toRun(), name: `cell ${this.place + 1}` }, heard);
      } catch (error) {
        this.said.textContent = error.message === "stopped" ? GONE : error.message;
        throw error;
      }
      for (const picture of answer.pictures) {
        this.output.append(make("img", { src: `data:image/png;base64,${picture}`, alt: "what this cell draws" }));
      }
      if (answer.error) this.print(answer.error, "error");
      this.said.textContent = answer.error ? "failed" : `done in ${((performance.now() - began) / 1000).toFixed(1)} s`;
      this.ran = kernel.generation;
      return !answer.error;
    }
  }

  class Chapter {
    constructor(blocks) {
      this.about = Live.data(document, "live-chapter-data");
      this.kernel = new Live.Kernel(["core", "pictures"], (text) => (this.said.textContent = text));
      this.said = make("span", { className: "live-said" });
      this.said.setAttribute("role", "status");
      this.stop = button("Stop", "End what is running, and Python with it", () => this.kernel.end());
      this.stop.disabled = true;
      const all = button("Run all cells", "From the first to the last", () => this.runTo(this.cells.at(-1)));
      const fresh = button("Begin anew", "Forget all variables and outputs", () => this.forget());
      const words = "The cells of this chapter can be changed and run here.";
      const bar = make("div", { className: "live-bar live-bar-chapter" }, words, all, this.stop, fresh, this.said);
      this.cells = blocks.map((block, place) => new Cell(this, block, place));
      blocks[0].before(bar);
    }

    forget() {
      this.kernel.end();
      for (const cell of this.cells) {
        cell.output.replaceChildren();
        cell.said.textContent = "";
        cell.ran = 0;
      }
    }

    runOnly(cell) {
      return this.runAll([cell]);
    }

    // Everything up to a cell that this Python has not run yet, and the cell.
    runTo(cell) {
      const upTo = this.cells.slice(0, cell.place + 1);
      const now = this.kernel.begun ? this.kernel.generation : -1;
      return this.runAll(upTo.filter((other) => other === cell || other.ran !== now));
    }

    async runAll(cells) {
      if (this.busy) return;
      this.busy = true;
      this.stop.disabled = false;
      try {
        await this.kernel.ready();
        for (const cell of cells) {
          if (!cell.run.disabled && !(await cell.execute(this.kernel))) break;
        }
      } catch (error) {
        if (error.message !== "stopped") this.said.textContent = error.message;
      } finally {
        this.busy = false;
        this.stop.disabled = true;
      }
    }
  }

  const blocks = [...document.querySelectorAll(".live-cell")];
  if (blocks.length) Live.chapter = new Chapter(blocks);
})();
