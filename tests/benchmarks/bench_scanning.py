"""Keyboard-wedge scanning measured: ten thousand scans and keystrokes with a window that stalls, and the band between.

    python tests/benchmarks/bench_scanning.py [SCANS]

Its last line is JSON, for `make bench`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from scan_traffic import Traffic, key_event  # noqa: E402

from inspection_station.station.scan_calibration import propose  # noqa: E402
from inspection_station.station.wedge_scanner import WedgeFilter  # noqa: E402

BAND = (31, 35, 36, 40, 45, 50, 55, 59)
LETTERS = 100


def at_work(application: QApplication, traffic: Traffic, **settings: Any) -> WedgeFilter:
    """A filter that listens to the traffic's window."""
    traffic.window.show()
    traffic.window.activateWindow()
    application.processEvents()
    traffic.window.setFocus()
    wedge = WedgeFilter(clock=lambda: traffic.now, **settings)
    traffic.listen(wedge)
    wedge.install()
    return wedge


def told(application: QApplication, traffic: Traffic, scans: int, **settings: Any) -> WedgeFilter:
    """Run the traffic, then let the filter go."""
    wedge = at_work(application, traffic, **settings)
    traffic.run(wedge, scans)
    wedge.remove()
    traffic.window.close()
    return wedge


def day(application: QApplication, scans: int) -> dict[str, float]:
    """Scans with gaps up to 30 ms among keystrokes from 60 ms on: what was not exactly as it had to be."""
    traffic = Traffic(int(time.time()))
    begun = time.perf_counter()
    told(application, traffic, scans)
    seconds = time.perf_counter() - begun
    wanted, heard = Counter(traffic.expected), Counter(traffic.happened)
    keys = sum(len(text) + 1 if kind == "scan" else 1 for kind, text in traffic.expected)
    bare = Traffic(1)
    bare.window.show()
    events = [key_event("A", 1000 + 90 * number) for number in range(5000)]
    begun = time.perf_counter()
    for event in events:
        QCoreApplication.sendEvent(bare.window, event)
    floor = (time.perf_counter() - begun) / len(events)
    bare.window.close()
    return {
        "scans": scans, "keys": sum(kind == "key" for kind, _ in traffic.expected),
        "lost": (wanted - heard).total(), "made up": (heard - wanted).total(),
        "out of order": float(traffic.happened != traffic.expected and wanted == heard),
        "µs a key": seconds / keys * 1e6, "floor": floor * 1e6, "held ms": max(traffic.waits, default=0.0),
    }  # fmt: skip


def band(application: QApplication, gap: int, scans: int) -> dict[str, float]:
    """A scanner whose gaps are all `gap` ms: taken, refused aloud, misread; and with the gap its calibration sets."""
    slow = Traffic(gap, scan_gaps=(gap, gap), endings=("\r",))
    wedge = told(application, slow, scans)
    measured = wedge.last_slow or wedge.last_scan
    assert measured is not None
    proposal = propose([measured.gaps])
    again = Traffic(gap, scan_gaps=(gap, gap), endings=("\r",))
    told(application, again, scans, max_gap_ms=proposal.max_gap)
    codes = Counter(text for kind, text in slow.expected if kind == "scan")
    heard = Counter(text for kind, text in slow.happened if kind == "scan")
    right = sum(text == code for text, code in zip(_scans(again.happened), _scans(again.expected), strict=False))
    return {
        "gap": gap, "taken": (heard & codes).total() / scans, "misread": (heard - codes).total(),
        "refused": sum(kind == "refused" for kind, _ in slow.happened) / scans,
        "set": proposal.max_gap, "separates": proposal.separates, "then": right / scans,
    }  # fmt: skip


def _scans(happened: list[tuple[str, str]]) -> list[str]:
    return [text for kind, text in happened if kind == "scan"]


def letters(application: QApplication) -> list[float]:
    """Milliseconds from a typed letter to its shortcut, in a real event loop."""
    traffic = Traffic(2)
    traffic.window.show()
    traffic.window.activateWindow()
    application.processEvents()
    traffic.window.setFocus()
    wedge = WedgeFilter()
    wedge.install()
    waits: list[float] = []
    for _ in range(LETTERS):
        loop = QEventLoop()
        begun = time.perf_counter()
        traffic.reached = lambda _key, _stamp, loop=loop: loop.quit()  # type: ignore[method-assign,misc]
        QCoreApplication.sendEvent(traffic.window, key_event("d", 0))
        QTimer.singleShot(1000, loop, loop.quit)
        loop.exec()
        waits.append((time.perf_counter() - begun) * 1000)
        pause = QEventLoop()
        QTimer.singleShot(20, pause, pause.quit)
        pause.exec()
    wedge.remove()
    traffic.window.close()
    return waits


def measure(scans: int) -> dict[str, Any]:
    """Everything, as plain data."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    return {
        "day": day(application, scans), "letters": letters(application),
        "band": [band(application, gap, max(20, scans // 50)) for gap in BAND],
    }  # fmt: skip


def main() -> None:
    """Measure, print the band for people, and all as JSON."""
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    print(f"{'gap of the scanner':<20}{'taken':>8}{'refused':>9}{'misread':>9}   {'set to':>6}{'taken then':>12}")
    for row in found["band"]:
        parts = "" if row["separates"] else "  as slow as typing"
        print(f"{row['gap']:>15} ms  {row['taken']:>8.0%}{row['refused']:>9.0%}{row['misread']:>9}"
              f"   {row['set']:>3} ms{row['then']:>12.0%}{parts}")  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()
