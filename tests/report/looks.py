"""What a browser is asked about a page: expressions of JavaScript, and keys."""


def until(condition):
    """Waits until a condition holds: whether it does, at last."""
    return f"""new Promise(done => {{
  let left = 1000;
  const look = () => {{
    if ({condition}) done(true);
    else if (left--) setTimeout(look, 20);
    else done(false);
  }};
  look();
}})"""


READY = until("document.documentElement.dataset.ready")
FRAME = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
BLANK = """[...document.querySelectorAll("canvas")].filter(canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return !canvas.width || !canvas.clientWidth || !pixels.some(value => value);
}).length"""
ODD_WORDS = "document.body.innerText.match(/undefined|NaN|Infinity|\\[object|null/)"
NARROW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNNAMED = """[...document.querySelectorAll("button, a, select, input, [role=img], [role=option]")].filter(element =>
  !(element.textContent.trim() || element.getAttribute("aria-label") || element.labels?.length)).length"""
CONTRAST = """(() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const shade = colours => {
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    const parts = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => v / 255);
    const [r, g, b] = parts.map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!words || !element.getClientRects().length || element.closest(":disabled, option")) continue;
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const style = getComputedStyle(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [shade(behind), shade([...behind, colour])].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(`${element.tagName} ${element.textContent.slice(0, 30)}`);
  }
  return [...poor];
})()"""


def press(chromium, *keys):
    for key in keys:
        for kind in ("keyDown", "keyUp"):
            chromium.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)


def set_value(look, name, value, event="change"):
    """Set an element of a form, as a person would."""
    look(
        f"{{ const e = document.querySelector('#{name}'); e.value = '{value}'; e.dispatchEvent(new Event('{event}')) }}"
    )
