"""All benchmarks: the same work here and in PyTorch or scikit-learn, as ratios.

    python -m benchmarks.run [--quick] [--only WORDS] [--out DIR] [--threads 2] [--data-dir DIR]
    python -m benchmarks.run --backend cupy        # on a GPU, against PyTorch on the GPU

`make bench` installs the peers (the extra `bench`) and runs it. A full run takes about ten minutes and
writes results.json, results.md and results.png beside itself, or into --out; with --quick (less than two
minutes) or --only it writes files only where --out says so. The exit status is 1 if results of ours and of
a peer were not equal: such a line has no times.
"""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from benchmarks import pairs_conv, pairs_fc, pairs_rbm, pairs_svm, pairs_winners, peak_memory
from benchmarks.machine import describe, same_threads
from benchmarks.pair import Setting, measure
from benchmarks.results import text_table, write_results
from wta_np import load
from wta_np._utils.atomic import make_folder
from wta_np._utils.validation import check_int
from wta_np.backend import get_backend

FAMILIES = (pairs_conv, pairs_fc, pairs_rbm, pairs_svm, pairs_winners, peak_memory)


def main(argv=None, families=FAMILIES):
    arguments = parse(argv)
    setting = Setting(arguments.quick, arguments.threads, arguments.backend, arguments.data_dir)
    words = arguments.only.lower().split()
    folder = arguments.out or (None if arguments.quick or words else Path(__file__).parent)
    try:
        check_int("--threads", setting.threads, 1)
        check_place(setting.backend)
        if folder is not None:
            make_folder(folder)  # now, and not after ten minutes
        if setting.data_dir is not None:
            load("mnist", setting.data_dir)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    everything = [pair for family in families for pair in family.pairs(setting)]
    pairs = [p for p in everything if all(word in f"{p.name} {p.peer}".lower() for word in words)]
    if not pairs:
        names = "\n".join(f"  {pair.name}, {pair.peer}" for pair in everything)
        print(f"--only is {arguments.only!r}, expected words of one of\n{names}", file=sys.stderr)
        return 2
    with same_threads(setting.threads):
        about = describe(setting.threads, setting.backend)
        rows, remarks = run(pairs, setting)
    print(f"\n{text_table(rows)}\n")
    for line in [*remarks, *(f"{row['work']}: {row['failed']}" for row in rows if "failed" in row)]:
        print(line)
    if folder is not None:
        name = "results" if setting.backend == "numpy" else f"results_{setting.backend}"
        write_results(folder, rows, about, remarks, name)
        print(f"written: {folder / name}.json, .md, .png")
    return 1 if any("failed" in row for row in rows) else 0


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer blocks and less data")
    parser.add_argument("--only", default="", metavar="WORDS", help="lines whose name has all these words")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results")
    parser.add_argument("--threads", type=int, default=Setting.threads, help="of each (%(default)s)")
    parser.add_argument("--data-dir", help="folder with MNIST; otherwise the digits of the package")
    parser.add_argument("--backend", choices=("numpy", "cupy"), default="numpy")
    return parser.parse_args(argv)


def check_place(backend):
    """ValueError if our arrays, or PyTorch's, cannot be put where they were asked for."""
    get_backend(backend)
    if backend == "numpy":
        return
    try:
        import torch
    except ImportError:
        raise ValueError("--backend cupy compares with PyTorch, which is not installed") from None
    if not torch.cuda.is_available():
        raise ValueError("--backend cupy compares with PyTorch on the GPU, but this PyTorch finds none")
    # TF32 rounds the factors of convolutions to 10 bits; CuPy does not, and the work has to be the same
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False


def run(pairs, setting):
    """Measure what can be measured: rows, and a sentence for each that was left out."""
    rows, remarks = [], []
    with tqdm(pairs, unit="line") as bar:
        for pair in bar:
            bar.set_description(f"{pair.name}, {pair.peer}")
            if not pair.installed:
                remarks.append(f"{pair.name}: {pair.peer} is not installed and is left out.")
            elif setting.backend != "numpy" and not pair.on_gpu:
                remarks.append(f"{pair.name}, {pair.peer}: has no version for GPUs and is left out.")
            else:
                rows.append(measure(pair, setting))
    return rows, remarks


if __name__ == "__main__":
    sys.exit(main())
