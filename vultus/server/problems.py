"""What went wrong, as RFC 9457 says it: application/problem+json."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from vultus.errors import InputRefused, NoFace, PackageMissing, VoiceFailed, VultusError

TYPE = "application/problem+json"


@dataclass
class Problem(Exception):
    """A refusal with its HTTP status."""

    status: int
    detail: str
    retry_seconds: int | None = None


def problem_of(error: VultusError) -> Problem:
    """The problem that an error of the package is for a client."""
    if isinstance(error, NoFace):
        return Problem(422, "no face was found in the picture: use one that shows a face from the front")
    if isinstance(error, InputRefused):
        return Problem(422, str(error))
    if isinstance(error, PackageMissing):
        return Problem(501, str(error))
    if isinstance(error, VoiceFailed):
        return Problem(502, str(error))
    return Problem(500, "something broke: try again")


def response(problem: Problem) -> Response:
    """The answer that a problem is."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    headers = {"Retry-After": str(problem.retry_seconds)} if problem.retry_seconds else None
    return Response(json.dumps(body), problem.status, headers, TYPE)


async def on_problem(_request: Request, problem: Exception) -> Response:
    """Starlette's handler for `Problem`."""
    assert isinstance(problem, Problem)
    return response(problem)


async def on_error(_request: Request, error: Exception) -> Response:
    """Starlette's handler for the errors of the package."""
    assert isinstance(error, VultusError)
    return response(problem_of(error))
