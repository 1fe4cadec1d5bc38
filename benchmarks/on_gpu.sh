#!/usr/bin/env bash
# All that a GPU has to prove, in one call of ten minutes: tests, trainings, chapters, and times beside PyTorch's.
# Results lie in the folder OUT as soon as they are there, the most important first; a step that fails or takes too
# long ends none of the others.
#
#     benchmarks/on_gpu.sh                    downloads CuPy and PyTorch
#     WHEELS=wheels benchmarks/on_gpu.sh      from a folder of wheels, without a network; it was filled by
#                                             pip download -d wheels '.[test,bench,cuda12]' hatchling editables
set -uo pipefail
cd "$(dirname "$0")/.."
OUT=${OUT:-benchmarks/gpu}
CUDA=${CUDA:-cuda12} # or cuda13: what nvidia-smi shows
BIN=.venv-gpu/bin
mkdir -p "$OUT"
export PYTHONUNBUFFERED=1

step() { # name, seconds, command
    local name=$1 limit=$2 began=$SECONDS status
    shift 2
    timeout "$limit" "$@" >"$OUT/$name.txt" 2>&1
    status=$?
    echo "$name: exit status $status after $((SECONDS - began)) s" | tee -a "$OUT/summary.txt"
    return $status
}

step gpu 20 nvidia-smi
step environment 60 "${PYTHON:-python3}" -m venv .venv-gpu
step install 240 $BIN/python -m pip install ${WHEELS:+--no-index --find-links "$WHEELS"} \
    --disable-pip-version-check -e ".[test,bench,$CUDA]" || exit
step device 60 $BIN/python -c 'from wta_np.backend import get_backend; get_backend("cupy")' || exit

step tests_of_backends 120 $BIN/python -m pytest -m gpu --hypothesis-profile=device -q tests/test_same_on_every_backend.py \
    tests/test_backend.py tests/test_backend_waits.py tests/ops tests/models
for kind in fc conv rbm; do
    step "train_$kind" 60 $BIN/wta-np train $kind --backend cupy --epochs 3 --overwrite --out "$OUT/$kind"
    step "eval_$kind" 60 $BIN/wta-np eval "$OUT/$kind" --backend cupy --out "$OUT/eval_$kind.json"
done
step bench_quick 120 $BIN/python -m benchmarks.run --backend cupy --quick --out "$OUT/quick"
step chapter_10 60 $BIN/python tutorials/chapters.py 10
step tests_of_all 300 $BIN/python -m pytest -m gpu --hypothesis-profile=device -q
step bench 300 $BIN/python -m benchmarks.run --backend cupy --out "$OUT/table"
step chapters 600 $BIN/python tutorials/chapters.py
