// Python in a worker. It is sent everything that it needs, and asks nobody for more.
const SITE = "/lib/python3.12/site-packages";
const tell = (kind, more = {}) => self.postMessage({ kind, ...more });
let python;

async function start({ files, libraries }) {
  const script = (name) => URL.createObjectURL(new Blob([files.get(name)], { type: "text/javascript" }));
  self.fetch = async (where) => {
    const name = String(where.url || where).split("/").pop();
    if (!files.has(name)) throw new Error(`Python asks for ${where}, which is not part of this page`);
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(files.get(name), { headers: { "Content-Type": type } });
  };
  importScripts(script("pyodide.js"), script("pyodide.asm.js"));
  const py = await loadPyodide({ indexURL: "https://page.invalid/", lockFileURL: "https://page.invalid/lock.json" });
  tell("progress", { text: "Python is here, its libraries follow" });
  for (const name of libraries) {
    const form = name.endsWith(".whl") ? "wheel" : "zip";
    py.unpackArchive(files.get(name), form, { extractDir: SITE });
    files.delete(name);
  }
  py.registerJsModule("wta_page", {
    announce: (what) => tell("busy", { what: what ?? null }),
    output: (text, kind) => tell("output", { text, stream: kind }),
  });
  py.runPython(new TextDecoder().decode(files.get("in_worker.py")), { filename: "in_worker.py" });
  python = { grade: py.globals.get("grade"), run: py.globals.get("run") };
  tell("ready");
}

const answers = {
  start,
  grade: ({ number, source }) => tell("answer", { answer: JSON.parse(python.grade(number, source)) }),
  run: ({ code, name }) => tell("answer", { answer: JSON.parse(python.run(code, name)) }),
};

self.onmessage = async ({ data }) => {
  try {
    await answers[data.kind](data);
  } catch (error) {
    tell("failed", { text: String(error.message || error).trim().split("\n").pop() });
  }
};
