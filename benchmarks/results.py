"""The results of a run as a table for the screen, as JSON, as Markdown and as a picture."""

import json

from matplotlib.figure import Figure

from wta_np._utils.atomic import write_whole
from wta_np.plots import save_figure

HEAD = ["work", "peer", "ours", "peer's", "ratio", "quartiles", "target", "met"]


def cells(row):
    """The words of one row, in the order of `HEAD`."""
    target = "" if row["target"] is None else f"{row['target']:g}"
    if "failed" in row:
        return [row["work"], row["peer"], "", "", "", "results differ", target, "NO"]
    low, middle, high = row["ratio"]
    spread = f"{low:.2f} to {high:.2f}" if len(row["blocks"]["ours"]) > 1 else "one run"
    met = {None: "", True: "yes", False: "no"}[row["met"]]
    times = [f"{number(row[who][1])} {row['unit']}" for who in ("ours", "theirs")]
    return [row["work"], row["peer"], *times, f"{middle:.2f}", spread, target, met]


def number(value):
    """Three digits that count: 0.585, 58.5, 585, 5,847."""
    return f"{value:,.0f}" if value >= 999.5 else f"{value:#.3g}".rstrip(".")


def text_table(rows):
    """For the screen: columns of equal width."""
    table = [HEAD, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*table)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths)).rstrip() for line in table)


def markdown(rows, about, remarks):
    """The table, what it was measured on, and how equal the results were."""
    lines = ["# Benchmarks", "", "Made by `benchmarks/run.py`. " + explanation(), ""]
    lines += [f"| {' | '.join(line)} |" for line in (HEAD, ["---"] * len(HEAD), *map(cells, rows))]
    lines += ["", "## What was compared", ""]
    for row in rows:
        words = [f"NOT MEASURED: {row['failed']}"] if "failed" in row else [row["verified"], row["note"]]
        lines.append(f"- {row['work']}, {row['peer']}: {'; '.join(filter(None, words))}.")
    lines += [f"- {remark}" for remark in remarks]
    lines += ["", "## Machine", "", *(f"- {name}: {value}" for name, value in about.items())]
    return "\n".join(lines) + "\n"


def explanation():
    return (
        "A ratio is our time (or memory) over the peer's: below 1 we need less. Both take turns in blocks with a "
        "rest between, with as many threads and in float32; times are medians of the blocks' medians, ratios are "
        "taken round by round, their median and quartiles are shown. Nothing is measured before the results have "
        "been found equal."
    )


def picture(rows):
    """A bar for each ratio with its quartiles, a line for its target."""
    rows = [row for row in rows if "ratio" in row][::-1]
    figure = Figure(figsize=(9, 1.2 + 0.42 * max(1, len(rows))), layout="constrained")
    axes = figure.subplots()
    colours = {True: "tab:green", False: "tab:orange", None: "tab:gray"}
    for place, row in enumerate(rows):
        low, middle, high = row["ratio"]
        axes.barh(place, middle, color=colours[row["met"]], height=0.6)
        axes.errorbar(middle, place, xerr=[[middle - low], [high - middle]], color="black", capsize=3)
        if row["target"] is not None:
            axes.plot([row["target"]] * 2, [place - 0.42, place + 0.42], color="black", lw=2)
    axes.set_yticks(range(len(rows)), [f"{row['work']}\n{row['peer']}" for row in rows], fontsize=7)
    axes.axvline(1, ls=":", color="black")
    axes.set(xlabel="ours over the peer's; thick lines are targets", xlim=(0, None))
    axes.grid(axis="x", alpha=0.3)
    return figure


def write_results(folder, rows, about, remarks=(), name="results"):
    """Write results.json, results.md and results.png into `folder`, each whole or not at all."""
    with write_whole(folder / f"{name}.json", "w") as file:
        json.dump({"machine": about, "remarks": list(remarks), "rows": rows}, file, indent=1)
    with write_whole(folder / f"{name}.md", "w") as file:
        file.write(markdown(rows, about, remarks))
    save_figure(picture(rows), folder / f"{name}.png")
