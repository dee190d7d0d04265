"""Timed synthetic speech of recorded people: the voices of flite and festival (training only).

Both are programs of their own (Debian's packages `flite festival festvox-*`); they print the phones that they
said with their times. Where they are not installed there are no such voices.
"""

import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import numpy as np
from numpy.typing import NDArray

from vultus.train import phones
from vultus.train.espeak import Phone, Utterance

Floats = NDArray[np.float32]

_SPEAK = """
(define (say text file stretch)
  (Parameter.set 'Duration_Stretch stretch)
  (set! u (utt.synth (eval (list 'Utterance 'Text text))))
  (utt.save.wave u file 'riff)
  (set! out (fopen (string-append file ".phones") "w"))
  (mapcar (lambda (s) (format out "%s:%.4f " (item.name s) (item.feat s "end"))) (utt.relation.items u 'Segment))
  (fclose out))
"""


@dataclass(frozen=True)
class Voice:
    """A voice, and what its texts and phones are written in."""

    name: str  # festival's voice_NAME, or flite's
    language: str
    table: dict[str, str]
    encoding: str = "latin-1"
    by_flite: bool = False

    @property
    def installed(self) -> bool:
        """Whether this machine has it."""
        if self.by_flite:
            return which("flite") is not None
        return which("festival") is not None and any(Path("/usr/share/festival/voices").glob(f"*/{self.name}"))


VOICES = (
    *(Voice(name, "en-us", phones.ARPABET, by_flite=True) for name in ("awb", "rms", "slt")),
    *(Voice(name, "en-us", phones.ARPABET) for name in ("kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts")),
    Voice("lp_diphone", "it", phones.ITALIAN),
    Voice("pc_diphone", "it", phones.ITALIAN),
    Voice("upc_ca_ona_hts", "ca", phones.CATALAN),
    Voice("msu_ru_nsh_clunits", "ru", phones.RUSSIAN, "utf-8"),
    *(Voice(f"czech_{who}", "cs", phones.CZECH, "iso-8859-2") for who in ("ph", "dita", "krb", "machac")),
    Voice("suo_fi_lj_diphone", "fi", phones.FINNISH),
    Voice("hy_fi_mv_diphone", "fi", phones.FINNISH),
)


def _sound(path: Path) -> tuple[Floats, int]:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return samples.astype(np.float32) / np.float32(32768), file.getframerate()


def _timed(printed: str, table: dict[str, str]) -> tuple[Phone, ...]:
    """Phones of `label:end label:end ...`."""
    out, start = [], 0.0
    for pair in printed.split():
        label, end = pair.rsplit(":", 1)
        out.append(Phone("" if label in ("pau", "#", "_") else phones.named(table, label), start, float(end)))
        start = float(end)
    return tuple(out)


def _by_flite(texts: Sequence[str], voice: Voice, stretches: Sequence[float], folder: Path) -> list[str]:
    printed = []
    for i, (text, stretch) in enumerate(zip(texts, stretches, strict=True)):
        setting = f"duration_stretch={stretch:.2f}"
        command = ["flite", "-voice", voice.name, "--setf", setting, "-psdur", "-t", text, "-o", f"{folder}/{i}.wav"]
        printed.append(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return printed


def _by_festival(texts: Sequence[str], voice: Voice, stretches: Sequence[float], folder: Path) -> list[str]:
    lines = [_SPEAK, f"(voice_{voice.name})"]
    for i, (text, stretch) in enumerate(zip(texts, stretches, strict=True)):
        plain = text.replace('"', " ").replace("\\", " ")
        lines.append(f'(say "{plain}" "{folder}/{i}.wav" {stretch:.2f})')
    script = folder / "say.scm"
    script.write_bytes("\n".join(lines).encode(voice.encoding, "replace"))
    subprocess.run(["festival", "-b", str(script)], check=False, capture_output=True)
    paths = [folder / f"{i}.wav.phones" for i in range(len(texts))]
    return [path.read_text(voice.encoding) if path.exists() else "" for path in paths]


def speak(texts: Sequence[str], voice: Voice, stretches: Sequence[float]) -> list[Utterance]:
    """The texts spoken, each at its own pace (1 = usual, 2 = half as fast); those it cannot say are left out."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        printed = (_by_flite if voice.by_flite else _by_festival)(texts, voice, stretches, folder)
        out = []
        for i, line in enumerate(printed):
            timed = _timed(line, voice.table)
            if any(phone.name for phone in timed):
                samples, rate = _sound(folder / f"{i}.wav")
                out.append(Utterance(samples, timed, rate))
    return out
