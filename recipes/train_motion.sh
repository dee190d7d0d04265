#!/usr/bin/env bash
# Trains the motion network (lips from speech) from nothing: half an hour to an hour on two cores.
#
#     recipes/train_motion.sh [python]
#
# Needs the extras `train` and the tracked talking in ../shared/talking. Stopped and started again, it goes on
# where it was: the data set and the checkpoints are kept in runs/motion.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv-train/bin/python}
run=runs/motion
mkdir -p "$run"

# Sounds with the lips that belong to them: real clips, real lips under synthetic voices, and synthetic speech
# of 16 languages with coarticulated lips.
[ -e "$run/data.npz" ] || "$python" -m vultus.train.speech_data --out "$run/data.npz"

# The network: checkpoints every 500 steps, progress every 50. At the end vultus/trained/motion.onnx is new.
"$python" -m vultus.train.motion_train --data "$run/data.npz" --out "$run" --steps 6500 --ship vultus/trained

# How good it is, on speakers never trained on; the last line is JSON.
"$python" -m vultus.train.motion_evaluate
