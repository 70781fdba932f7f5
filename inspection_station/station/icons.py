"""Icons: glyphs of Material Design Icons 6 drawn as paths from the typeface that qtawesome ships.

Only that one typeface is opened (2 ms), not all of qtawesome's (200 ms), so the start stays quick. Names are
those of qtawesome, ``mdi6.check-bold``.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPainterPath, QPixmap, QRawFont, QTransform

from inspection_station.station import theme

UNITS = 512.0
"""Units per em of the typeface; its icons fill the square from 64 below to 448 above the baseline."""


@cache
def _folder() -> Path:
    found = importlib.util.find_spec("qtawesome")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("qtawesome, which brings the icons, is not installed")
    return Path(next(iter(found.submodule_search_locations))) / "fonts"


@cache
def _characters() -> dict[str, str]:
    path = sorted(_folder().glob("materialdesignicons6-webfont-charmap-*.json"))[0]
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


@cache
def _face() -> QRawFont:
    path = sorted(_folder().glob("materialdesignicons6-webfont-*.ttf"))[0]
    return QRawFont(str(path), UNITS, QFont.HintingPreference.PreferNoHinting)


@cache
def icon_path(name: str) -> QPainterPath:
    """The outline of icon `name` in a square of 512 units; KeyError for an unknown name."""
    character = chr(int(_characters()[name.removeprefix("mdi6.")], 16))
    glyph = _face().glyphIndexesForString(character)[0]
    path = _face().pathForGlyph(glyph)
    return QTransform().translate(0, UNITS * 448 / 512).map(path)


def draw_icon(painter: QPainter, name: str, place: QRectF, colour: QColor) -> None:
    """Paint icon `name` centred in `place`, as large as the shorter side allows."""
    size = min(place.width(), place.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF(place.center().x() - size / 2, place.center().y() - size / 2))
    painter.scale(size / UNITS, size / UNITS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(icon_path(name), colour)
    painter.restore()


def icon_pixmap(name: str, colour: QColor, size: int) -> QPixmap:
    """Icon `name` as a pixmap of `size` logical pixels, sharp on scaled screens."""
    application = QGuiApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, name, QRectF(0, 0, size, size), colour)
    painter.end()
    return pixmap


def icon(name: str, colour: str = "text.primary", size: int = 26) -> QIcon:
    """Icon `name` in the colour of a token of the theme in force, for Qt's own widgets."""
    return QIcon(icon_pixmap(name, theme.current().color(colour), size))
