"""Fragmented MP4, box by box (ISO/IEC 14496-12, -15; Opus in ISOBMFF): one self-contained fragment a picture.

FFmpeg's muxer holds packets back until both tracks have some, and cannot leave fragments out. Here a fragment
is bytes as soon as its picture is, and any fragment but the first after a gap may be lost.
"""

import struct
from dataclasses import dataclass

from vultus.server.messages import MEDIA_RATE, Shown

VIDEO, AUDIO = 1, 2  # track numbers
OPUS_PIECE = MEDIA_RATE * 20 // 1000
PRE_SKIP = 120  # samples that libopus's low-delay mode puts before the sound
SYNC, NOT_SYNC = 0x02000000, 0x01010000  # sample flags: depends on no other; depends on others, no sync sample
UNITY = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
SPS, PPS, AUD = 7, 8, 9  # NAL unit types


@dataclass(frozen=True)
class Parameters:
    """What a decoder must know before the first picture."""

    sps: bytes
    pps: bytes

    @property
    def codec(self) -> str:
        """The picture's codec as MediaSource wants it named."""
        return f"avc1.{self.sps[1:4].hex()}"


def units(stream: bytes) -> list[bytes]:
    """The NAL units of an Annex B stream, without start codes."""
    parts = stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part for part in parts if part]


def parameters(stream: bytes) -> Parameters | None:
    """The parameter sets in a picture that stands alone; None where there are none."""
    found = {unit[0] & 31: unit for unit in units(stream)}
    return Parameters(found[SPS], found[PPS]) if SPS in found and PPS in found else None


def beginning(size: int, sets: Parameters) -> bytes:
    """The initialisation segment."""
    tracks = _track(VIDEO, size, _video_entry(size, sets)) + _track(AUDIO, 0, _audio_entry())
    extends = b"".join(_full("trex", 0, 0, struct.pack(">5I", track, 1, 0, 0, 0)) for track in (VIDEO, AUDIO))
    header = struct.pack(">4I", 0, 0, MEDIA_RATE, 0) + struct.pack(">IHH", 0x10000, 0x100, 0) + bytes(8) + UNITY
    movie = _full("mvhd", 0, 0, header + bytes(24) + struct.pack(">I", 3))
    return _box("ftyp", b"iso6\0\0\0\1iso6mp41") + _box("moov", movie + tracks + _box("mvex", extends))


def fragment(shown: Shown, sequence: int, origin: int = 0) -> bytes:
    """The fragment of one picture and its sound; times count from `origin`."""
    picture = _length_prefixed(shown.content)
    sounds = [piece for piece in shown.sounds if piece.time >= origin]
    sound = b"".join(piece.content for piece in sounds)
    runs = [_video_run(shown, origin, len(picture))]
    if sounds:
        runs.append(_audio_run([len(piece.content) for piece in sounds], sounds[0].time - origin))
    return _assembled(runs, [len(picture), len(sound)], sequence, picture + sound)


@dataclass(frozen=True)
class _Run:
    """A track fragment whose data offset is not known yet."""

    head: bytes  # tfhd and tfdt
    count: int
    flags: int
    rows: bytes


def _assembled(runs: list[_Run], lengths: list[int], sequence: int, data: bytes) -> bytes:
    header = _full("mfhd", 0, 0, struct.pack(">I", sequence))
    size = 8 + len(header) + sum(len(_traf(run, 0)) for run in runs)
    offset, boxes = size + 8, b""
    for run, length in zip(runs, lengths, strict=False):
        boxes += _traf(run, offset)
        offset += length
    return _box("moof", header + boxes) + _box("mdat", data)


def _traf(run: _Run, offset: int) -> bytes:
    body = struct.pack(">Ii", run.count, offset) + run.rows
    return _box("traf", run.head + _full("trun", 0, 0x1 | run.flags, body))


def _video_run(shown: Shown, origin: int, size: int) -> _Run:
    flags = SYNC if shown.key else NOT_SYNC
    return _Run(_head(VIDEO, shown.time - origin), 1, 0x700, struct.pack(">3I", shown.length, size, flags))


def _audio_run(sizes: list[int], time: int) -> _Run:
    rows = b"".join(struct.pack(">3I", OPUS_PIECE, size, SYNC) for size in sizes)
    return _Run(_head(AUDIO, time), len(sizes), 0x700, rows)


def _head(track: int, time: int) -> bytes:
    return _full("tfhd", 0, 0x20000, struct.pack(">I", track)) + _full("tfdt", 1, 0, struct.pack(">Q", time))


def _length_prefixed(stream: bytes) -> bytes:
    kept = (unit for unit in units(stream) if unit[0] & 31 not in (SPS, PPS, AUD))
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in kept)


def _video_entry(size: int, sets: Parameters) -> bytes:
    config = bytes([1, *sets.sps[1:4], 0xFF, 0xE1]) + struct.pack(">H", len(sets.sps)) + sets.sps
    config += b"\1" + struct.pack(">H", len(sets.pps)) + sets.pps
    entry = bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HH", size, size)
    entry += struct.pack(">IIIH", 0x480000, 0x480000, 0, 1) + bytes(32) + struct.pack(">Hh", 24, -1)
    colour = _box("colr", b"nclx" + struct.pack(">3HB", 1, 1, 1, 0))
    return _box("avc1", entry + _box("avcC", config) + colour)


def _audio_entry() -> bytes:
    entry = bytes(6) + struct.pack(">H", 1) + bytes(8) + struct.pack(">HHHHI", 1, 16, 0, 0, MEDIA_RATE << 16)
    return _box("Opus", entry + _box("dOps", struct.pack(">BBHIhB", 0, 1, PRE_SKIP, MEDIA_RATE, 0, 0)))


def _track(number: int, size: int, entry: bytes) -> bytes:
    video = number == VIDEO
    volume = 0 if video else 0x100
    header = struct.pack(">5I", 0, 0, number, 0, 0) + bytes(8) + struct.pack(">4H", 0, 0, volume, 0) + UNITY
    head = _full("tkhd", 0, 3, header + struct.pack(">II", size << 16, size << 16))
    handler = _full("hdlr", 0, 0, bytes(4) + (b"vide" if video else b"soun") + bytes(12) + b"\0")
    media = _full("mdhd", 0, 0, struct.pack(">4IHH", 0, 0, MEDIA_RATE, 0, 0x55C4, 0)) + handler
    kind = _full("vmhd", 0, 1, bytes(8)) if video else _full("smhd", 0, 0, bytes(4))
    here = _box("dinf", _full("dref", 0, 0, struct.pack(">I", 1) + _full("url ", 0, 1, b"")))
    table = _full("stsd", 0, 0, struct.pack(">I", 1) + entry)
    table += _full("stts", 0, 0, bytes(4)) + _full("stsc", 0, 0, bytes(4))
    table += _full("stsz", 0, 0, bytes(8)) + _full("stco", 0, 0, bytes(4))
    return _box("trak", head + _box("mdia", media + _box("minf", kind + here + _box("stbl", table))))


def _box(kind: str, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind.encode() + body


def _full(kind: str, version: int, flags: int, body: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags) + body)
