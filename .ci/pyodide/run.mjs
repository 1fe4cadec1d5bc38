// Run pytest in Pyodide: node run.mjs FOLDER ROOT ARGUMENT...
// FOLDER holds what `python -m tutorials.book.live.runtime` fetched, ROOT is the repository.
import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const SITE = "/lib/python3.12/site-packages";
const [folder, root, ...argv] = process.argv.slice(2);

async function main() {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  const py = await loadPyodide({ indexURL: folder });
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".whl"))) {
    py.unpackArchive(new Uint8Array(readFileSync(`${folder}/${name}`)), "wheel", { extractDir: SITE });
  }
  py.FS.mkdirTree("/repository");
  py.FS.mount(py.FS.filesystems.NODEFS, { root }, "/repository");
  const how = ["--capture=sys", "-p", "no:cacheprovider", "-p", "no:faulthandler"]; // there are no files of processes
  py.globals.set("ARGV", py.toPy([...how, ...argv]));
  return py.runPython(`
import os, sys
os.chdir("/repository")
os.environ["MPLBACKEND"] = "Agg"
sys.dont_write_bytecode = True
import pytest
int(pytest.main(list(ARGV)))
`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(String(error.message).slice(-3000)); // the rest is the minified line of Pyodide in which it was thrown
  process.exitCode = 3;
}
