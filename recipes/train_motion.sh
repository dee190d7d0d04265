#!/usr/bin/env bash
# Trains hearing (lips, phones and prosody from speech) and motion from nothing, on two cores.
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

# Sounds with the lips and phones that belong to them: real clips, real lips under synthetic voices, synthetic
# speech of 17 languages (espeak-ng, and flite and festival where they are installed: Debian's packages flite,
# festival, festvox-*), actors with checked phones.
[ -e "$run/data.npz" ] || "$python" -m vultus.train.speech_data --out "$run/data.npz"

# The hearing: an hour on two cores, checkpoints every 1000 steps, progress every 100. It aligns the readers of
# speechocean762 by itself on the way. At the end vultus/trained/hearing.safetensors is new.
[ -e "$run/hearing.done" ] || OMP_NUM_THREADS=1 "$python" -m vultus.train.hearing_train \
	--data "$run/data.npz" --out "$run" --steps 12000 --ship vultus/trained
touch "$run/hearing.done"

# Its last stage: half an hour on two cores, checkpoints every 100 steps. What motion is made from stays what it was.
[ -e "$run/finish.done" ] || OMP_NUM_THREADS=1 "$python" -m vultus.train.hearing_finish \
	--data "$run/data.npz" --begin "$run/hearing.safetensors" --out "$run/finish" --ship vultus/trained
touch "$run/finish.done"

# Hindsight, the lips of recordings: a quarter of an hour on two cores, checkpoints every 100 steps.
[ -e "$run/hindsight.done" ] || OMP_NUM_THREADS=1 "$python" -m vultus.train.hindsight_train \
	--data "$run/data.npz" --hearing vultus/trained/hearing.safetensors --out "$run/hindsight" --ship vultus/trained
touch "$run/hindsight.done"

# How well it hears, on people, voices and a language never trained on; the last line is JSON.
"$python" -m vultus.train.hearing_evaluate

# Life: the same sounds with everything that a face does beside its lips, drawn or real, under commands.
[ -e "$run/life.npz" ] || "$python" -m vultus.train.life --data "$run/data.npz" --out "$run/life.npz"

# What the trained hearing makes of these sounds, in three voices and rooms: minutes. It goes on where it was.
"$python" -m vultus.train.flow_data --life "$run/life.npz" --hearing "$run/checkpoint.pt" --out "$run/heard"

# The motion flow: half an hour on two cores, checkpoints every 250 steps, progress every 50. At the end
# vultus/trained/context.safetensors, velocity.safetensors and flow.safetensors are new.
"$python" -m vultus.train.flow_train --life "$run/life.npz" --heard "$run/heard" --out "$run" --steps 6200 \
	--ship vultus/trained

# Where feelings bring a face to rest that is not theirs, over an hour of life for each: a quarter of an hour.
[ -e "$run/rest.done" ] || "$python" -m vultus.train.flow_rest --data "$run/data.npz" --ship vultus/trained
touch "$run/rest.done"

# How good it is, on speakers never trained on; the last line is JSON.
"$python" -m vultus.train.evaluate
