"""Papers for films that tests make."""

from datetime import datetime, timezone

from vultus.provenance import Papers

PAPERS = Papers(0x123456, datetime(2026, 11, 20, 12, tzinfo=timezone.utc), "ab" * 32, "cd" * 32, "virtual", "drawn")
