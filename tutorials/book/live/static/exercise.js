// An exercise in the page: an editor with the stub, a check by the grader, hints one at a time.
(() => {
  const Live = window.WtaLive;
  const { make, button, kept } = Live;
  const TOTAL = 180; // seconds that a check may take in all

  class Exercise {
    constructor(place) {
      this.about = Live.data(document, "live-exercise-data");
      this.place = place;
      this.said = make("span", { className: "live-said" });
      this.said.setAttribute("role", "status");
      this.report = make("div", { className: "live-report" });
      this.report.setAttribute("aria-live", "polite");
      this.hints = make("ol", { className: "live-hints" });
      this.kernel = new Live.Kernel(["core"], (text) => this.say(text));
      this.build();
    }

    build() {
      const { number, filename, hints } = this.about;
      this.check = button("Check", "Ask the laws of the exercise (Shift-Enter)", () => this.run());
      this.stop = button("Stop", "End what is running", () => this.kernel.end());
      this.stop.hidden = true;
      this.hint = button("Hint", "Show the next hint", () => this.showHint());
      this.hint.hidden = !hints.length;
      const save = button("Save as .py", `Save what you wrote as ${filename}`, () => Live.save(filename, this.text()));
      const reset = button("Reset", "Begin anew with the stub", () => this.reset());
      const bar = make("div", { className: "live-bar" }, this.check, this.stop, this.hint, save, reset, this.said);
      const box = make("div", { className: "live-editor" });
      this.place.replaceChildren(box, bar, this.hints, this.report);
      const text = kept.get(number, "answer") ?? this.about.stub;
      this.editor = Live.editor(box, text, `Your code for exercise ${number}`, () => this.run());
      this.editor.on("change", () => this.keep());
      this.editor.on("focus", () => Live.lacking() || this.kernel.load().then(() => this.busy || this.say("")).catch(() => {}));
      this.place.classList.add("live-built");
      this.showState();
    }

    text() {
      return this.editor.getValue();
    }

    say(text) {
      this.said.textContent = text;
    }

    keep() {
      const text = this.text();
      kept.put(this.about.number, "answer", text === this.about.stub ? null : text);
    }

    reset() {
      if (this.text() !== this.about.stub && !confirm("Throw away what you wrote here?")) return;
      this.editor.setValue(this.about.stub);
      kept.put(this.about.number, "state", null);
      this.report.replaceChildren();
    }

    showState() {
      if (kept.get(this.about.number, "state") === "passed") this.say("You have passed this exercise in this browser.");
    }

    showHint() {
      const next = this.about.hints[this.hints.children.length];
      if (next) this.hints.append(make("li", { textContent: next }));
      this.hint.disabled = this.hints.children.length === this.about.hints.length;
    }

    async run() {
      if (this.busy) return;
      this.busy = this.check.disabled = true;
      this.stop.hidden = false;
      this.report.replaceChildren();
      try {
        await this.kernel.ready();
        this.say("The laws are being asked");
        this.show(await this.ask());
      } catch (error) {
        this.say("");
        this.tell(error.message);
      } finally {
        this.busy = this.check.disabled = false;
        this.stop.hidden = true;
      }
    }

    // The grader's report. Code that does not return is ended, with Python around it.
    async ask() {
      const { number, seconds, slow } = this.about;
      let timer;
      const all = setTimeout(() => this.kernel.end(`The check took more than ${TOTAL} s and was ended.`), TOTAL * 1000);
      const heard = {
        busy: ({ what }) => {
          clearTimeout(timer);
          const words = `${what} ran for more than ${seconds} s: ${slow}`;
          if (what) timer = setTimeout(() => this.kernel.end(words), seconds * 1000);
        },
      };
      try {
        return await this.kernel.ask({ kind: "grade", number, source: this.text() }, heard);
      } finally {
        clearTimeout(timer);
        clearTimeout(all);
      }
    }

    tell(text) {
      this.report.append(make("p", { className: "live-failed", textContent: text }));
    }

    show(report) {
      const { number, after } = this.about;
      const passed = report.score === report.max_score;
      const before = kept.get(number, "state");
      kept.put(number, "state", passed || before === "passed" ? "passed" : `${report.score} of ${report.max_score}`);
      this.say("");
      const laws = make("ul", { className: "live-laws" });
      let last = "";
      for (const result of report.results) {
        const law = make("li", { className: result.passed ? "live-passed" : "live-failed" }, result.title);
        if (!result.passed) {
          const text = result.message === last ? "(the same as above)" : [result.message, ...result.example].join("\n");
          law.append(make("pre", { textContent: text }));
          last = result.message;
        }
        laws.append(law);
      }
      this.report.append(make("h3", { textContent: `${report.score} of ${report.max_score} laws hold` }), laws);
      for (const note of report.notes) this.tell(note);
      if (report.printed) {
        this.report.append(make("p", { textContent: "Your code printed, at first:" }), make("pre", { textContent: report.printed }));
      }
      if (passed) this.report.append(make("p", { className: "live-next", innerHTML: after }));
    }
  }

  const place = document.querySelector(".live-exercise");
  if (place) Live.exercise = new Exercise(place);
})();
