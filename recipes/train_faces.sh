#!/usr/bin/env bash
# Trains our own face encoder (find, read, matte) from nothing.
#
#     recipes/train_faces.sh [python] [cpu|cuda]
#
# Needs the extras `analysis` and `train`, MediaPipe as the teacher, and ../shared. Stopped and started again, it goes
# on where it was: data and checkpoints are kept in runs/faces. On a machine without ../shared the data can be
# carried along: runs/faces/data and runs/faces/mattes.npz are all that the trainings read.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv-train/bin/python}
device=${2:-cpu}
run=runs/faces
mkdir -p "$run"
if [ "$device" = cpu ]; then with=(--threads 2); else with=(--device "$device" --workers 14); fi

# Faces to learn from: the teacher's points on pictures and film frames, virtual individuals; and mattes.
"$python" -m vultus.train.faces.data --out "$run/data"
"$python" -m vultus.train.faces.mattes --out "$run/mattes.npz"

# The three networks: progress every 50 steps, checkpoints every 250, held-out figures every 1000.
"$python" -m vultus.train.faces.read_train "${with[@]}" --data "$run/data" --out "$run/read" --steps 12000
"$python" -m vultus.train.faces.find_train "${with[@]}" --data "$run/data" --out "$run/find" --steps 6000
"$python" -m vultus.train.faces.matte_train "${with[@]}" --data "$run/mattes.npz" --out "$run/matte" --steps 3000

# How good they are on what was never trained on; the last line is JSON. None of them ships before its bars are met:
# then add `--ship vultus/trained` to its line above.
"$python" -m vultus.train.faces.evaluate --teacher \
    --read "$run/read/read.onnx" --find "$run/find/find.onnx" --matte "$run/matte/matte.onnx"
