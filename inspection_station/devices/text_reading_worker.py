"""The process behind `text_reading`: reads pictures from its input, writes their lines of text to its output.

A picture comes as eight bytes of length (big endian) and its file; the answer is one line of JSON,
``{"lines": [{"text", "score", "points"}]}`` or ``{"error": code}``. The process reaches no network, whatever a
library tries, and ends when its input does or when nothing was asked for a while.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, BinaryIO

from inspection_station.errors import StationProblem
from inspection_station.picture_files import open_picture

IDLE_SECONDS = 120.0
LARGEST_PICTURE = 64 * 1024 * 1024  # bytes of the file
THREADS = 2


class NetworkRefused(RuntimeError):
    """Something in this process wanted to reach another computer."""


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise NetworkRefused(event)


def _engine() -> Any:
    # Imported here: two seconds and the extra's packages, of which only this process knows.
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": 0.5,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def lines_in(engine: Any, picture: bytes) -> list[dict[str, object]]:
    """The lines of text `engine` reads in a picture file.

    Raises:
        StationProblem: ``picture.*``.
    """
    found = engine(open_picture(picture))
    if found.txts is None:
        return []
    return [
        {"text": str(text), "score": float(score), "points": [[float(x), float(y)] for x, y in corners]}
        for text, score, corners in zip(found.txts, found.scores, found.boxes, strict=True)
    ]


def _next_picture(source: BinaryIO) -> bytes | None:
    head = source.read(8)
    size = int.from_bytes(head, "big")
    if len(head) < 8 or size > LARGEST_PICTURE:
        return None
    picture = source.read(size)
    return picture if len(picture) == size else None


def main() -> int:
    """Answer until the input ends."""
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not stand between answers
    sys.addaudithook(_refuse_network)
    engine: Any = None
    while True:
        idle = threading.Timer(IDLE_SECONDS, os._exit, (0,))
        idle.daemon = True
        idle.start()
        picture = _next_picture(source)
        idle.cancel()
        if picture is None:
            return 0
        try:
            engine = engine or _engine()
            answer: dict[str, object] = {"lines": lines_in(engine, picture)}
        except StationProblem as problem:
            answer = {"error": problem.code}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    sys.exit(main())
