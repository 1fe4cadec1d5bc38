"""How processes find each other, share the cores, and end together."""

import subprocess
import sys

import pytest

from wta_np.cli import main, processes
from wta_np.distributed import ONE_RANK, launch, run_ranks
from wta_np.distributed.launch import started_rank
from wta_np.distributed.threads import cores_each, share_cores

CODE = """
import sys
from wta_np.cli import main
import numpy
from wta_np import FCWTA, fit
fit(FCWTA(4, 3), numpy.ones((9, 4), "f4"), 1, 3, progress=False)
status = main(["train", "fc", "--data", "nothing", "--out", sys.argv[1]])
print(status, sorted(name for name in sys.modules if name.startswith(("mpi4py", "threadpoolctl"))))
"""


@pytest.fixture
def under_mpiexec(monkeypatch):
    """The environment of rank 1 of 2, as MPICH's mpiexec makes it."""

    def start(rank=1, size=2):
        monkeypatch.setenv("PMI_RANK", str(rank))
        monkeypatch.setenv("PMI_SIZE", str(size))

    for name in (*launch.RANK, *launch.SIZE):
        monkeypatch.delenv(name, raising=False)
    return start


def test_training_without_mpiexec_imports_nothing_of_mpi(tmp_path, under_mpiexec):
    done = subprocess.run([sys.executable, "-c", CODE, tmp_path], capture_output=True, text=True)
    assert done.stdout == "2 []\n", done.stderr


@pytest.mark.parametrize(
    "environ, rank",
    [
        ({}, None),
        ({"PMI_RANK": "0", "PMI_SIZE": "1"}, None),
        ({"PMI_RANK": "3", "PMI_SIZE": "4"}, 3),
        ({"OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2"}, 0),
        ({"OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1", "PMIX_RANK": "0"}, None),
        ({"PMIX_RANK": "5"}, 5),
        ({"SLURM_PROCID": "0"}, None),  # set in every batch script
        ({"PMI_RANK": "", "PMI_SIZE": "x"}, None),
    ],
)
def test_mpiexec_is_known_by_its_environment(environ, rank):
    assert started_rank(environ) == rank


def test_missing_mpi4py_is_one_sentence_from_the_first_process(monkeypatch, under_mpiexec, capsys):
    monkeypatch.setattr(launch.importlib.util, "find_spec", lambda name: None)
    for rank, lines in ((0, 1), (1, 0)):
        under_mpiexec(rank)
        assert main(["train", "fc"]) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == lines
        assert not lines or "more than one process needs mpi4py: pip install 'wta_np[mpi]'" in told


def test_commands_for_one_process_refuse_several(under_mpiexec, capsys):
    under_mpiexec(0)
    assert main(["data", "list"]) == 2
    assert "wta-np data is work for one: run it without mpiexec" in capsys.readouterr().err


@pytest.mark.parametrize(
    "places, cores",
    [
        ([("a", range(4))], [4]),
        ([("a", range(4))] * 3, [1, 1, 1]),
        ([("a", range(8))] * 2 + [("b", range(2))], [4, 4, 2]),
        ([("a", [0, 1]), ("a", [2, 3])], [2, 2]),  # bound by mpiexec: nothing to share
        ([("a", [0])] * 4, [1] * 4),
    ],
)
def test_ranks_of_a_machine_share_its_cores(places, cores):
    places = [(machine, list(theirs), len(theirs)) for machine, theirs in places]
    assert [cores_each(places, rank) for rank in range(len(places))] == cores


def test_limits_of_the_user_stay(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert run_ranks(2, share_cores) == [None, None]
    assert share_cores(ONE_RANK) is None


class Ended(BaseException):
    pass


class Stub:
    """Ranks of which only some, or all, come to an end."""

    size = 2

    def __init__(self, rank, alike):
        self.rank, self.alike = rank, alike

    def all_arrive(self):
        return self.alike

    def abort(self, status):
        raise Ended(status)


def test_an_end_of_all_is_told_by_the_first_and_an_end_of_some_ends_all(capsys):
    assert processes.end(Stub(0, True), 2, "why") == 2
    assert processes.end(Stub(1, True), 2, "why") == 2
    assert capsys.readouterr().err == "why\n"
    with pytest.raises(Ended, match="2"):
        processes.end(Stub(1, False), 2, "why")
    assert capsys.readouterr().err == "why\n"
    with pytest.raises(Ended, match="1"):
        processes.end_with_traceback(Stub(1, True))
