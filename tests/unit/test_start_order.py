"""What the start promises: the parts without a window come first, and large libraries only when they are used."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from inspection_station.station import before_qt
before_qt.load()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
LATER = {"PySide6", "numpy", "cv2", "reportlab", "segno", "httpx2", "cryptography", "argon2", "alembic"}


def test_what_comes_before_qt_needs_neither_qt_nor_a_library_of_later() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "sqlalchemy" in loaded
    assert not loaded & LATER
