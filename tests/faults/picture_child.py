"""Opens pictures of a folder in every way the product does, and prints what each cost and said as JSON."""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"


def peak() -> int:
    """The most memory this process ever had, bytes."""
    # On Linux not by getrusage: what that tells begins with the memory of the process that started this one.
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def ways() -> dict[str, Callable[[Path], Any]]:
    """Each way of opening a file."""
    from PySide6.QtCore import QSize

    from inspection_station.admin.main import main as command
    from inspection_station.devices.camera_recording import RecordedCamera
    from inspection_station.documents.report_parts import reduced
    from inspection_station.evidence.imaging import thumbnail
    from inspection_station.picture_files import open_picture, read_picture_file
    from inspection_station.server.renditions import SIZES, rendition
    from inspection_station.station.pictures import read_picture

    def decode(path: Path) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            command(["decode", "--json", str(path)])
        return str(json.loads(printed.getvalue().splitlines()[0]).get("error", "no error"))

    def played(path: Path) -> object:
        camera = RecordedCamera(path)
        camera.open()
        try:
            return camera.read()
        finally:
            camera.close()

    def shown(path: Path) -> str:
        return "null" if read_picture(path, QSize(176, 132)).isNull() else "shown"

    return {
        "open_picture": lambda path: open_picture(read_picture_file(path)),
        "thumbnail": lambda path: thumbnail(read_picture_file(path)),
        "the window": shown,
        "the centre": lambda path: rendition(read_picture_file(path), next(iter(SIZES)), blurred=True),
        "the report": lambda path: reduced(path.read_bytes()),
        "decode": decode,
        "a recording": played,
    }


def main() -> None:
    """Every way with every file; each line has way, file, what was said and the bytes it added to the peak."""
    import cv2
    import numpy as np

    from inspection_station.errors import StationProblem

    folder = Path(sys.argv[1])
    known = ways()
    good = folder / "good"
    good.mkdir()
    cv2.imwrite(str(good / "good.png"), np.full((480, 640, 3), 120, np.uint8))
    for way in known.values():
        way(good / "good.png")  # what is loaded with the first use is no cost of a picture
    told = []
    for name, way in known.items():
        for path in sorted(one for one in folder.iterdir() if one.is_file()):
            before = peak()
            try:
                said = repr(way(path))
            except StationProblem as problem:
                said = problem.code
            told.append([name, path.name, said[:120], peak() - before])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
