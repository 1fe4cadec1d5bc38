// Small helpers for what stands in a page: elements, buttons, editors.
(() => {
  const Live = (window.WtaLive = window.WtaLive || {});

  Live.make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  Live.button = (text, title, onclick) => Live.make("button", { type: "button", className: "live-button", textContent: text, title, onclick });

  // An editor of Python; `run` is what Shift-Enter and Ctrl-Enter do, Escape leaves it.
  Live.editor = (place, text, label, run) => {
    const editor = CodeMirror(place, {
      value: text,
      mode: "python",
      indentUnit: 4,
      lineNumbers: true,
      matchBrackets: true,
      viewportMargin: Infinity,
      screenReaderLabel: label,
      extraKeys: {
        Tab: (cm) => (cm.somethingSelected() ? cm.indentSelection("add") : cm.execCommand("insertSoftTab")),
        "Shift-Tab": "indentLess",
        "Shift-Enter": run,
        "Ctrl-Enter": run,
        "Cmd-Enter": run,
        "Ctrl-/": "toggleComment",
        "Cmd-/": "toggleComment",
        Esc: (cm) => cm.getInputField().blur(),
      },
    });
    return editor;
  };

  Live.data = (element, name) => {
    const found = element.querySelector(`script.${name}`);
    return found ? JSON.parse(found.textContent) : null;
  };
})();
