"""README's tables of results and figures/README.md, made from the JSON files that the experiments wrote.

wta-np reproduce readme
"""

import sys
from pathlib import Path

from figures import search
from figures.colour import N_TEST
from figures.experiment import FOLDER, read_results
from figures.tables import markdown, standard_error
from wta_np._utils.atomic import write_whole
from wta_np._utils.foreign import short
from wta_np.cli.reproduce import experiments, load_script

BEGIN = "<!-- results: made by `wta-np reproduce readme` from figures/*.json -->"
END = "<!-- end of results -->"
MNIST = (
    "table1",
    "fc_mnist",
    "rbm_mnist",
    "table2",
    "conv_mnist",
)  # of one kind of features the first counts
COLOUR = {"cifar10": "CIFAR-10", "svhn": "SVHN"}
SEARCHED = (
    "What `--search` tried, before any test image was read, and what it chose (bold). The SVM was fitted to 20,000\n"
    "training images and scored on 10,000 others, so that errors are larger than those above:"
)
ORDER = ("table1", "table2", "table3", "cifar10", "svhn", "sparsity_levels", "conv_sparsity", "epochs")
NOT_RESULTS = ("experiment", "settings", "machine", "seed", "rows", "answer")  # entries that are no results


def main(folder=FOLDER):
    """Write README.md of the clone, and README.md and the Markdown of every experiment in `folder`."""
    folder = Path(folder)
    try:
        made = pages(folder)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(
            f"a JSON file in {folder} holds something else than the results of its experiment ({short(repr(error))})"
        ) from error
    for path, text in made.items():
        with write_whole(path, "w") as file:
            file.write(text)
        print(path)
    return 0


def pages(folder):
    """{path: what it should hold} of all files that are made here."""
    found = {name: load_script(folder, name) for name in experiments(folder)}
    done = {name: (module, r) for name, module in found.items() if (r := read_results(folder, name))}
    made = {folder / "README.md": page(folder, done)}
    for name, (module, results) in done.items():
        if module.EXPERIMENT.text:
            made[folder / f"{name}.md"] = module.EXPERIMENT.text(results)
    readme = folder.parent / "README.md"
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{readme} lacks the lines {BEGIN} and {END}, between which the results belong")
    made[readme] = f"{before}{begin}\n\n{results_tables(done)}\n{end}{after}"
    return made


def results_tables(done):
    """The tables for README: MNIST, few labels, colour images; those that there are."""
    lines, taken = [], set()
    for name in MNIST:
        rows = done[name][0].EXPERIMENT.readme(done[name][1]) if name in done else []
        lines += [row for row in rows if row.key not in taken]
        taken |= {row.key for row in rows}
    tables = [results_table(lines)]
    if "table3" in done:
        module, results = done["table3"]
        tables.append(f"With few labels:\n\n{module.EXPERIMENT.text(results)}")
    for name, title in COLOUR.items():
        if name in done:
            rows = done[name][0].EXPERIMENT.readme(done[name][1])
            tables.append(f"Test accuracy on {title}:\n\n" + results_table(rows, N_TEST[name], 1))
    return "\n".join(tables)


def results_table(rows, n_test=10_000, digits=2):
    """Markdown of `ReadmeRow`s, with the standard errors of a test set of `n_test` images."""
    lines = []
    for row in rows:
        error = standard_error(float(row.here.partition("%")[0]), n_test)
        seconds = "" if row.seconds is None else f"{row.seconds:.0f}"
        seeds = "" if row.seconds is None else row.seeds
        lines.append([row.what, row.here, f"{error:.{digits}f}", row.paper, seeds, seconds])
    return markdown(["features", "here", "standard error", "paper", "seeds", "training, s"], lines)


def page(folder, done):
    """figures/README.md: every experiment that has results, the tables of the paper first."""
    names = [name for name in ORDER if name in done] + [name for name in done if name not in ORDER]
    parts = [
        "# Tables and figures\n",
        "One script of this folder makes each of them. The script writes its numbers, with every setting, the seed\n"
        "and the machine, to a JSON file beside itself. `wta-np reproduce readme` makes this page from these files.\n"
        "Times are for two cores. If a run is stopped, the same command resumes it. `--quick` makes a small version\n"
        "on the digits that come with the package.\n",
    ]
    for name in names:
        module, results = done[name]
        summary = module.__doc__.strip().splitlines()[0]
        own = module.EXPERIMENT
        parts.append(f"## {own.title or name}\n\n{summary}\n")
        parts.append(own.text(results) if own.text else numbers(results))
        if tried := read_results(folder, f"{name}_search"):
            parts.append(f"{SEARCHED}\n\n{search.text(tried)}")
        parts += [
            f"![{caption(own.title or name, path, name)}]({path.name})\n" for path in pictures(folder, name)
        ]
        parts.append(f"{own.see}\n" if own.see else "")
        parts.append(f"    wta-np reproduce {name}{command(own)}\n\n{sentence(own.minutes)} `{name}.json`\n")
    return "\n".join(part for part in parts if part)


def command(experiment):
    """The options that an experiment cannot do without."""
    return "".join(f" --{key} DIR" for key, default in experiment.settings.items() if default is None)


def sentence(words):
    return words[0].upper() + words[1:] + "."


def pictures(folder, name):
    """The pictures of an experiment, sorted."""
    return sorted([*folder.glob(f"{name}.png"), *folder.glob(f"{name}_*.png")])


def caption(title, path, name):
    """What a picture is called for those who do not see it."""
    return f"{title}{path.stem.removeprefix(name).replace('_', ' ').replace(' ', ': ', 1)}"


def numbers(results):
    """The single numbers and words among results, also one level down, as a table."""
    lines = []
    for key, value in results.items():
        inner = value.items() if isinstance(value, dict) and key not in NOT_RESULTS else [("", value)]
        for name, each in inner:
            if isinstance(each, int | float | str) and key not in NOT_RESULTS and name not in NOT_RESULTS:
                shown = f"{each:.4g}" if isinstance(each, float) else f"{each}"
                lines.append([f"{key}: {name}" if name else key, shown])
    return markdown(["", ""], lines)


if __name__ == "__main__":
    sys.exit(main())
