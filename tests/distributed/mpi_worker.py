"""What each rank does in test_mpi.py: ``mpiexec -n N python -m mpi4py mpi_worker.py JOB FOLDER``."""

import errno
import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
from training_cases import CASES, train

from wta_np.cli import main
from wta_np.distributed import world
from wta_np.distributed.agreement import weights_checksum
from wta_np.distributed.launch import started_rank
from wta_np.training.progress import Progress


def all_cases(ranks, folder):
    """Train every case; keep the weights of rank 0, and whether all ranks have them."""
    alike = {}
    for name in CASES:
        model, _ = train(name, ranks)
        alike[name] = len(set(ranks.gather_texts(weights_checksum(model)))) == 1
        if ranks.rank == 0:
            np.savez(folder / f"{name}.npz", **model.params)
    if ranks.rank == 0:
        calls = {kind: traffic.calls for kind, traffic in ranks.traffic.items()}
        (folder / "all.json").write_text(json.dumps({"alike": alike, "size": ranks.size, "calls": calls}))


def killed(ranks, folder):
    """Rank 1 dies without a word in the third epoch, after checkpoints of two."""

    def die(model, history):
        if ranks.rank == 1 and len(history) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    train("conv", ranks, checkpoint=folder / "model.npz", callbacks=[die])


def full_disk(folder):
    """The command, where the disk of rank 0 is full after the first epoch."""
    save = Progress.save

    def fail(state, path):
        if state.epoch > 1:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        save(state, path)

    if started_rank() == 0:
        Progress.save = fail
    sys.exit(main(["train", "fc", "--units", "20", "--batch-size", "500", "--out", str(folder / "run")]))


if __name__ == "__main__":
    job, folder = sys.argv[1], Path(sys.argv[2])
    if job == "full_disk":
        full_disk(folder)
    else:
        {"all_cases": all_cases, "killed": killed}[job](world(), folder)
