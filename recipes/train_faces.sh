#!/usr/bin/env bash
# Trains our own face encoder (find, read, mouth, eye, matte) from nothing: about four hours of one core.
#
#     recipes/train_faces.sh [python] [cpu|cuda]
#
# Needs the extra `train`, MediaPipe as the teacher, and ../shared. Stopped and started again, it goes
# on where it was: data and checkpoints are kept in runs/faces. On a machine without ../shared the data can be
# carried along: runs/faces/data and runs/faces/mattes.npz are all that the trainings read.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv-train/bin/python}
device=${2:-cpu}
run=runs/faces
mkdir -p "$run"
if [ "$device" = cpu ]; then with=(--threads 2); else with=(--device "$device" --workers 14); fi

# Faces to learn from: the teacher's points on pictures and film frames, virtual individuals, rendered heads; mattes.
"$python" -m vultus.train.faces.data --out "$run/data"
"$python" -m vultus.train.faces.mattes --out "$run/mattes.npz"

# The networks: progress every 50 steps, checkpoints every 250, held-out figures every 1000; the last line of each
# puts it where the package finds it.
train() { "$python" -m "vultus.train.faces.$1" "${@:2}" "${with[@]}" --ship vultus/trained; }
train read_train --data "$run/data" --out "$run/read" --steps 5000
train read_train --data "$run/data" --out "$run/read_on" --steps 1340 --rate 5e-4 --begin "$run/read/read.onnx"
"$python" -m vultus.train.faces.blend "$run/read/read.onnx" "$run/read_on/read.onnx" --share 0.6 --ship vultus/trained
train find_train --data "$run/data" --out "$run/find" --steps 4000
train detail_train mouth --data "$run/data" --out "$run/mouth" --steps 3000
train detail_train eye --data "$run/data" --out "$run/eye" --steps 3000
train matte_train --data "$run/mattes.npz" --out "$run/matte" --steps 3600 --size 16

# How good they are on what was never trained on; the last line is JSON.
"$python" -m vultus.train.faces.evaluate --teacher
"$python" -m vultus.train.faces.evaluate_heads
"$python" -m vultus.train.faces.evaluate_alarms
