// Python for a page: loaded when it is first needed, run in a worker, and ended with the worker where it must stop.
(() => {
  const Live = (window.WtaLive = window.WtaLive || {});
  const base = document.currentScript.src.replace(/kernel\.js.*$/, "");
  const arrived = new Map(); // name -> what to do with a file that a script brings

  // What this browser lacks, as a sentence; empty if it lacks nothing.
  Live.lacking = () => {
    const wanted = { Worker: "workers", WebAssembly: "WebAssembly", BigInt64Array: "64-bit numbers", Blob: "blobs" };
    const lacks = Object.keys(wanted).filter((name) => typeof window[name] === "undefined");
    if (!lacks.length) return "";
    const names = lacks.map((name) => wanted[name]).join(", ");
    return `This browser is too old to run Python: it lacks ${names}. A current Firefox, Chrome, Edge or Safari has them.`;
  };

  Live.file = (name, base64) => {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    arrived.get(name)(bytes);
  };

  // From the CDN; the browser refuses what has another hash.
  async function fetched(name, url, integrity) {
    try {
      const answer = await fetch(url, { integrity });
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    } catch (error) {
      throw new Error(`${name} cannot be had from ${new URL(url).host}, or is not the right file: ${error.message}`);
    }
  }

  function bring({ name, url, integrity }) {
    if (url) return fetched(name, url, integrity);
    return new Promise((done, failed) => {
      arrived.set(name, done);
      const script = document.createElement("script");
      script.src = `${base}data/${name}.js`;
      script.onerror = () => failed(new Error(`the file ${name} is missing beside this page`));
      document.head.append(script);
      script.onload = () => script.remove();
    });
  }

  class Kernel {
    // `parts` names what is needed, "core" alone or "pictures" as well; `say` is told how far it is.
    constructor(parts, say) {
      this.parts = parts;
      this.say = say;
      this.files = new Map();
      this.generation = 0; // counts the times that Python began anew
      this.ends = 0; // counts the times that it was ended, also before it had begun
      this.waiting = null;
    }

    load() {
      this.loading = this.loading || this.bringAll();
      return this.loading;
    }

    async bringAll() {
      const wanted = Live.manifest.files.filter((file) => this.parts.includes(file.part));
      const total = wanted.reduce((sum, file) => sum + file.size, 0);
      let size = 0;
      for (const file of wanted) {
        this.say(`Python is loading: ${Math.round(size / 1e6)} of ${Math.round(total / 1e6)} MB`);
        this.files.set(file.name, await bring(file));
        size += file.size;
      }
      this.libraries = wanted.filter((file) => file.library).map((file) => file.name);
    }

    // A running Python; begun if there is none.
    ready() {
      this.begun = this.begun || this.begin().catch((error) => {
        this.end();
        if (error.message !== "stopped") this.loading = null; // what has arrived stays
        throw error;
      });
      return this.begun;
    }

    async begin() {
      const lacking = Live.lacking();
      if (lacking) throw new Error(lacking);
      const ends = this.ends;
      await this.load();
      if (ends !== this.ends) throw new Error("stopped");
      this.say("Python is starting");
      const source = URL.createObjectURL(new Blob([Live.workerSource], { type: "text/javascript" }));
      this.worker = new Worker(source);
      this.generation++;
      await this.ask({ kind: "start", files: this.files, libraries: this.libraries }, {}, "ready");
      this.say("");
    }

    // Send a message and wait for its answer. `heard` is called with whatever comes in between.
    ask(message, heard = {}, end = "answer") {
      return new Promise((done, failed) => {
        const finish = (how, value) => {
          this.waiting = null;
          clearTimeout(this.timer);
          how(value);
        };
        this.waiting = (error) => finish(failed, error);
        this.worker.onerror = (event) => finish(failed, new Error(event.message));
        this.worker.onmessage = ({ data }) => {
          if (data.kind === end) finish(done, data.answer);
          else if (data.kind === "failed") finish(failed, new Error(data.text));
          else if (data.kind === "progress") this.say(data.text);
          else if (heard[data.kind]) heard[data.kind](data);
        };
        this.worker.postMessage(message);
      });
    }

    // End Python, whatever it is doing; the answer that is waited for becomes this error.
    end(why = "stopped") {
      this.ends++;
      if (this.worker) this.worker.terminate();
      this.worker = this.begun = null;
      this.say("");
      if (this.waiting) this.waiting(new Error(why));
    }
  }

  Live.Kernel = Kernel;
})();
