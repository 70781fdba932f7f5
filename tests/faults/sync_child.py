"""A station's sync as a process to be killed: sends what waits in a folder, then says ``drained`` and ends.

Says before each exchange with the centre which one it is (``PUT blobs``), and ``copied`` when it was told that it is.

python sync_child.py FOLDER     needs the project and its tests folder in PYTHONPATH
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from station_cases import station_settings

from inspection_station.station.assembly import Station
from inspection_station.station.centre_link import CentreLink


def main(folder: Path) -> None:
    """Round after round until nothing waits."""
    station = Station(station_settings(folder), folder)
    link = CentreLink(station, lambda state: None)
    transport = link._transport
    plain = transport.exchange

    def exchange(method: str, target: str, *arguments: Any, **further: Any) -> Any:
        os.write(1, f"{method} {target.partition('?')[0].split('/')[3]}\n".encode())
        return plain(method, target, *arguments, **further)

    transport.exchange = exchange  # type: ignore[method-assign]
    while True:
        report = link.engine.run_once()
        if not report.failure and not report.waiting.records and not report.waiting.photos:
            copied = link.engine.greeting is not None and link.engine.greeting.copied
            os.write(1, b"copied\ndrained\n" if copied else b"drained\n")
            break
    link.close()
    station.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
