"""Which cells of the chapters take minutes in a page, and what makes them small; which cannot run there, and why.

By the number of the chapter and that of the cell, from 1. A small variant is a list of replacements in its code.
"""

THREADS = "it starts threads, and a browser's Python has none"
PROCESSES = "it starts several processes, and a browser's Python has one"

SMALL: dict[str, dict[int, list[tuple[str, str]]]] = {
    "02": {8: [("steps=600", "steps=60")]},
    "03": {9: [("data.x_train, epochs=5", "data.x_train[:2000], epochs=3")]},
    "04": {
        6: [("epochs=3", "epochs=2")],
        11: [("epochs=5", "epochs=2")],
        12: [("epochs=10", "epochs=3")],
    },
    "05": {
        2: [("x, epochs=5", "x[:2000], epochs=3")],
        6: [("second_layer(z, lr=lr)", "second_layer(z[:2000], lr=lr)")],
        7: [("z1, lifetime=0.02, epochs=5", "z1[:2000], lifetime=0.02, epochs=3")],
        13: [("x, epochs=5", "x[:2000], epochs=2")],
        15: [("model.encode(x),", "model.encode(x[:1000]),"), ("data.y_train)", "data.y_train[:1000])")],
    },
    "06": {
        11: [("epochs = 6", "epochs = 2"), ("data.x_train, epochs", "data.x_train[:3000], epochs")],
        14: [
            ("(100, 1000)", "(20, 100)"),
            (
                "fit(rbm.encode(data.x_train), data.y_train)",
                "fit(rbm.encode(data.x_train[:2000]), data.y_train[:2000])",
            ),
        ],
    },
    "08": {
        8: [("range(10)", "range(1)")],
        9: [("data.x_train[:4000], epochs=3", "data.x_train[:500], epochs=2")],
    },
    "09": {
        1: [
            ("flat.x_train, epochs=5", "flat.x_train[:2000], epochs=3"),
            ("data.x_train[:2000], epochs=5", "data.x_train[:300], epochs=2"),
        ],
        10: [("n = 3000", "n = 500")],
        14: [("draws = (20, 50, 100, 300), 3", "draws = (20, 50, 100, 300), 1")],
    },
    "10": {13: [("    times = []", "    import time\n\n    times = []")]},
    "11": {
        6: [("data.x_train, epochs=5", "data.x_train[:2000], epochs=3"), ("[:5000]", "[:1000]")],
        7: [("x_train, epochs=5", "x_train[:2000], epochs=5")],
    },
}

CANNOT: dict[str, dict[int, str]] = {
    "10": {12: THREADS},
    "12": {3: THREADS, 4: THREADS, 7: PROCESSES, 8: "it reads what the cell above it writes"},
}
