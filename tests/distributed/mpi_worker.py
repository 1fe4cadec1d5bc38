"""What each rank does in test_mpi.py: ``mpiexec -n N python -m mpi4py mpi_worker.py JOB FOLDER``."""

import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
from training_cases import CASES, train

from wta_np.distributed import world
from wta_np.distributed.agreement import weights_checksum


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


if __name__ == "__main__":
    {"all_cases": all_cases, "killed": killed}[sys.argv[1]](world(), Path(sys.argv[2]))
