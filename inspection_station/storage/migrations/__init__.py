"""The steps from an older station database to today's, by Alembic; none is ever changed once released."""

from pathlib import Path

VERSIONS = Path(__file__).resolve().parent / "versions"
HEAD = "0010"  # the revision this program works with; a test compares it with the newest file in `versions`
