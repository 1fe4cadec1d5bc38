"""Open pages in Chromium without a screen, and ask it what went wrong. It needs nothing but Chromium.

Chromium is told what to do, and tells what happens, in JSON through two pipes: its DevTools protocol.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import tempfile

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE, LAPTOP = (390, 844), (1366, 768)  # pixels
AT_HOME = ("file:", "data:", "blob:", "about:", "chrome:", "chrome-error:")
LOOK = """(async () => {
  const told = [];
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
  for (const image of document.images) if (!image.naturalWidth) told.push("broken image " + image.src);
  for (const formula of document.querySelectorAll("main math, article math")) {
    const box = formula.getBoundingClientRect();
    if (!box.width || !box.height) told.push("a formula that takes no room: " + formula.textContent);
  }
  return told;
})()"""
LOOK_AT_CODE = """(() => {
  const code = [...document.querySelectorAll("article .highlight-python:not(.output) pre")];
  const cut = code.filter(block => block.scrollWidth > block.clientWidth + 1);
  return cut.map(block => "code that is cut off on a laptop: " + block.textContent.trim().slice(0, 60));
})()"""
LOOK_NARROW = """(() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth + 1) return [];
  return [`${page.scrollWidth} pixels wide on a phone with ${page.clientWidth}`];
})()"""
SEARCH = """new Promise(done => {
  let left = 50;
  const look = () => {
    if (document.querySelector("#search-results li")) done([]);
    else if (left--) setTimeout(look, 100);
    else done(["the search finds no page about 'winners'"]);
  };
  look();
})"""


def find():
    """The name of an installed Chromium, or None."""
    return next(filter(shutil.which, NAMES), None)


class Chromium:
    """A running browser with one page; `events` is what happened in it since they were last cleared."""

    def __init__(self, name, profile):
        self.events, self._count, self._rest = [], 0, b""
        (to_read, self._write), (self._read, to_write) = os.pipe(), os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, to_write)]
        flags = [
            "--headless",
            "--remote-debugging-pipe",
            "--disable-gpu",
            "--no-first-run",
            "--hide-scrollbars",
        ]
        flags += ["--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"]
        flags += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}"]
        flags += ["--no-sandbox"] * (os.geteuid() == 0)  # Chromium refuses a sandbox for root
        self.process = subprocess.Popen(
            [name, *flags, "about:blank"],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(3, 4),  # where Chromium reads and writes
            preexec_fn=lambda: (os.dup2(ends[0], 3), os.dup2(ends[1], 4)),
        )
        for end in (to_read, to_write, *ends):
            os.close(end)
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        """Have something done: its result."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"Chromium refuses {method}: {answer['error']['message']}")
                return answer["result"]

    def _next(self):
        while b"\0" not in self._rest:
            more = os.read(self._read, 2**16)
            if not more:
                raise RuntimeError("Chromium has ended; it may have lacked memory")
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(message)
        if "method" in message:
            self.events.append(message)
        return message

    def open(self, url, width, height):
        """Open a page in a window of this size, and wait until it is loaded."""
        self.resize(width, height)
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next()

    def resize(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def evaluate(self, script):
        """The value of an expression, awaited if it is a promise."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return result["result"].get("value")

    def complaints(self):
        """Errors in the console, and requests that left the disk, as sentences."""
        told = []
        for event in self.events:
            kind, params = event["method"], event["params"]
            if kind == "Runtime.exceptionThrown":
                told.append(
                    f"exception: {params['exceptionDetails'].get('exception', {}).get('description')}"
                )
            elif kind == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
                told.append(f"console: {' '.join(str(part.get('value')) for part in params['args'])}")
            elif kind == "Log.entryAdded" and params["entry"]["level"] == "error":
                told.append(f"console: {params['entry']['text']} {params['entry'].get('url', '')}")
            elif kind == "Network.requestWillBeSent" and not params["request"]["url"].startswith(AT_HOME):
                told.append(f"asks the network for {params['request']['url']}")
        return told

    def close(self):
        with contextlib.suppress(RuntimeError, OSError):
            self.call("Browser.close")
        for end in (self._read, self._write):
            os.close(end)
        self.process.wait(30)


def check(name, folder, pages):
    """Open every page at the width of a laptop and of a phone: what is wrong, as sentences."""
    told = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chromium = Chromium(name, profile)
        try:
            for path in pages:
                chromium.open(path.as_uri(), *LAPTOP)
                wrong = chromium.evaluate(LOOK)
                if "tutorials" in path.parts:
                    wrong += chromium.evaluate(LOOK_AT_CODE)
                chromium.resize(*PHONE)
                wrong += chromium.evaluate(LOOK_NARROW) + chromium.complaints()
                told += [f"{path.relative_to(folder)}: {what}" for what in wrong]
            if (folder / "search.html").exists():
                chromium.open((folder / "search.html").as_uri() + "?q=winners", *LAPTOP)
                told += [f"search.html: {what}" for what in chromium.evaluate(SEARCH) + chromium.complaints()]
        finally:
            chromium.close()
    return told
