"""The routes of WebRTC: `/v1/offer` in JSON, and WHEP."""

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from vultus.server.problems import Problem
from vultus.server.webrtc import Peers

MOST_SDP = 100_000  # bytes
MOST_DIGITS = 12  # of a number in a query


def calls(peers: Peers) -> APIRouter:
    """The routes of WebRTC."""
    router, serve = APIRouter(prefix="/v1", tags=["live"]), _Calls(peers)
    router.add_api_route("/offer", serve.offer, methods=["POST"])
    router.add_api_route("/whep", serve.whep, methods=["POST"], status_code=201)
    router.add_api_route("/whep/{session}", serve.end, methods=["DELETE"], status_code=204)
    return router


class _Calls:
    """What the routes do."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    async def offer(self, request: Request) -> Response:
        """JSON {"sdp", "type": "offer", "portrait", "size", "rate", "seed", "label"} to {"sdp", "type", "session"}."""
        body = await _body(request)
        try:
            asked: dict[str, Any] = json.loads(body)
        except (ValueError, RecursionError) as cause:
            raise Problem(422, "wanted JSON") from cause
        if not isinstance(asked, dict) or not isinstance(asked.get("sdp"), str):
            raise Problem(422, 'wanted an object with "sdp"')
        answer, session = await self._peers.offer(asked["sdp"], asked, _address(request))
        return JSONResponse({"sdp": answer, "type": "answer", "session": session})

    async def whep(self, request: Request) -> Response:
        """WHEP: an SDP offer to an SDP answer; portrait, size, rate and seed as queries."""
        if request.headers.get("content-type", "").split(";")[0] != "application/sdp":
            raise Problem(415, "wanted Content-Type: application/sdp")
        asked: dict[str, object] = {
            name: int(value) if value.isdecimal() and len(value) < MOST_DIGITS and name != "portrait" else value
            for name, value in request.query_params.items()
        }
        sdp = (await _body(request)).decode("utf-8", "replace")
        answer, session = await self._peers.offer(sdp, asked, _address(request))
        return Response(answer, 201, {"Location": f"/v1/whep/{session}"}, "application/sdp")

    async def end(self, session: str) -> Response:
        """The end of a WHEP session."""
        if not await self._peers.end(session):
            raise Problem(404, "there is no such session")
        return Response(status_code=204)


async def _body(request: Request) -> bytes:
    body = await request.body()
    if len(body) > MOST_SDP:
        raise Problem(413, f"the offer is too large: wanted at most {MOST_SDP} bytes")
    return body


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
