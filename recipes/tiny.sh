#!/usr/bin/env bash
# The training of the motion network shrunk to about a minute, into a folder of its own: does all of it run?
#
#     recipes/tiny.sh [python]
#
# Without ../shared/talking it learns from synthetic speech alone.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv-train/bin/python}
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT

"$python" -m vultus.train.speech_data --out "$run/data.npz" --per-language 2 --per-voice 3 --voices 1 --limit 4
"$python" -m vultus.train.hearing_train --data "$run/data.npz" --out "$run" --steps 20 --size 8 --a-speaker 1
# Stopped and started again, it goes on; then what it made is put where --ship says.
"$python" -m vultus.train.hearing_train --data "$run/data.npz" --out "$run" --steps 30 --size 8 --a-speaker 1 --ship "$run/trained"
"$python" -m vultus.train.hearing_finish --data "$run/data.npz" --begin "$run/hearing.safetensors" --out "$run/finish" --steps 2 --size 4 \
    --a-speaker 1 --ship "$run/trained"
"$python" -m vultus.train.hindsight_train --data "$run/data.npz" --hearing "$run/trained/hearing.safetensors" --out "$run/hindsight" \
    --steps 2 --size 4 --ship "$run/trained"
"$python" -m vultus.train.life --data "$run/data.npz" --out "$run/life.npz" --part 0.01
"$python" -m vultus.train.flow_data --life "$run/life.npz" --hearing "$run/checkpoint.pt" --out "$run/heard" --variants 2
"$python" -m vultus.train.flow_train --life "$run/life.npz" --heard "$run/heard" --out "$run" --steps 4 --size 4
"$python" -m vultus.train.flow_train --life "$run/life.npz" --heard "$run/heard" --out "$run" --steps 6 --size 4 --ship "$run/trained"
"$python" -m vultus.train.flow_rest --data "$run/data.npz" --lives 2 --seconds 12 --ship "$run/trained"

# Faces need ../shared/faces and the teacher.
if [ -d ../shared/faces ] && "$python" -c "import mediapipe" 2>/dev/null; then
    "$python" -m vultus.train.faces.data --out "$run/faces/data" --limit 16 --virtual 12 --heads 4
    "$python" -m vultus.train.faces.mattes --out "$run/faces/mattes.npz" --pictures 4
    for part in read find; do
        "$python" -m "vultus.train.faces.${part}_train" --data "$run/faces/data" --out "$run/faces/$part" --steps 2 --size 4
        "$python" -m "vultus.train.faces.${part}_train" --data "$run/faces/data" --out "$run/faces/$part" --steps 3 --size 4 \
            --ship "$run/trained"
    done
    for part in mouth eye; do
        "$python" -m vultus.train.faces.detail_train "$part" --data "$run/faces/data" --out "$run/faces/$part" --steps 3 \
            --size 4 --ship "$run/trained"
    done
    "$python" -m vultus.train.faces.matte_train --data "$run/faces/mattes.npz" --out "$run/faces/matte" --steps 3 --size 4 \
        --ship "$run/trained"
fi
(cd "$run/trained" && sha256sum --check --quiet SHA256SUMS)
echo "tiny: trained, resumed and exported"
