"""The engine as a service and a page: one person, one talker; extra `server`.

    page or program ── socket / webrtc ── session ══ worker process: live ── Talker ── encode

The web side (one process, asyncio) carries bytes and never computes; the faces live in worker processes.
docs/live.md explains, docs/wire.md is the protocol.
"""
