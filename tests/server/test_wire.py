"""docs/wire.md names everything that a client may say and hear."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "vultus" / "server"
WIRE = (ROOT / "docs" / "wire.md").read_text()


def said() -> set[str]:
    """The types of messages that the door understands."""
    tree = ast.parse((SERVER / "door.py").read_text())
    cases = [case for node in ast.walk(tree) if isinstance(node, ast.match_case) for case in ast.walk(node.pattern)]
    values = [case.value for case in cases if isinstance(case, ast.MatchValue)]
    return {str(value.value) for value in values if isinstance(value, ast.Constant)}


def heard() -> set[str]:
    """The types of events that any file of the server tells."""
    nodes = (node for path in SERVER.glob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    first = [(node.keys[0], node.values[0]) for node in nodes if isinstance(node, ast.Dict) and node.keys]
    pairs = [(ast.unparse(key), value) for key, value in first if key is not None]
    found = {str(value.value) for key, value in pairs if key == "'type'" and isinstance(value, ast.Constant)}
    return found - {"about:blank", "http.response.start", "websocket.close", "answer"}


def test_there_is_something_to_look_for() -> None:
    assert {"push", "timeline", "microphone"} <= said()
    assert {"sentence", "heard", "played", "ended"} <= heard()


@pytest.mark.parametrize("kind", sorted(said()))
def test_every_message_is_documented(kind: str) -> None:
    assert kind in WIRE or f".{kind.rpartition('.')[2]}`" in WIRE


@pytest.mark.parametrize("kind", sorted(heard()))
def test_every_event_is_documented(kind: str) -> None:
    assert f"`{kind}`" in WIRE or f'"type": "{kind}"' in WIRE
