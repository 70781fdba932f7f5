"""Stored pictures for the screen: read and scaled off the GUI thread, kept while they are likely to be asked again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from inspection_station.errors import StationProblem
from inspection_station.picture_files import check_picture, read_picture_file
from inspection_station.station.background import Background, is_gone

LARGEST_KEPT = 128 * 2**20
"""Bytes of decoded pictures kept."""


def read_picture(path: Path, box: QSize) -> QImage:
    """The picture at `path`, scaled to cover `box` pixels, turned as its metadata say; null when unreadable."""
    try:
        data = read_picture_file(path)
        kind = check_picture(data).format.lower()
    except StationProblem:
        return QImage()
    buffer = QBuffer()
    buffer.setData(data)
    reader = QImageReader(buffer, kind.encode())
    reader.setAutoTransform(True)
    size = reader.size()
    if not box.isEmpty():
        wanted = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        if wanted.width() < size.width():
            reader.setScaledSize(wanted)
    return reader.read()


class Pictures:
    """Gives pictures to widgets.

    Args:
        background: where they are read; None reads at once (tests).
    """

    def __init__(self, background: Background | None = None) -> None:
        self._background = background
        self._kept: OrderedDict[tuple[str, int, int], QImage] = OrderedDict()
        self._bytes = 0
        self._asked: dict[tuple[str, int, int], list[Callable[[QImage], None]]] = {}

    def ask(self, path: Path, box: QSize, done: Callable[[QImage], None]) -> None:
        """Call `done` with the picture, at once when it is kept; with a null image when it cannot be read."""
        key = (str(path), box.width(), box.height())
        if key in self._kept:
            self._kept.move_to_end(key)
            done(self._kept[key])
            return
        if self._background is None:
            done(self._keep(key, read_picture(path, box)))
            return
        waiting = self._asked.setdefault(key, [])
        waiting.append(done)
        if len(waiting) == 1:
            self._background.run(
                lambda: read_picture(path, box), lambda image: self._answer(key, image), lane="photo"
            )

    def _answer(self, key: tuple[str, int, int], image: QImage) -> None:
        self._keep(key, image)
        for done in self._asked.pop(key, []):
            if not is_gone(done):  # the widget that asked may have made way for another one
                done(image)

    def _keep(self, key: tuple[str, int, int], image: QImage) -> QImage:
        if image.isNull():
            return image  # it may be there the next time
        self._kept[key] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > LARGEST_KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.sizeInBytes()
        return image


_current = Pictures()


def current() -> Pictures:
    """The source of pictures in force."""
    return _current


def use(pictures: Pictures) -> None:
    """Make `pictures` the source all widgets ask."""
    global _current
    _current = pictures
