"""A Code 128 painted on the screen, to be scanned from it: whole device pixels, black on white in every theme."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.documents.code_symbols import CODE128_QUIET, code128
from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.text import draw_line

BARS = 64  # logical pixels
WIDEST_MODULE = 3  # logical pixels; wider bars leave the window of a scanner that is held near


class CodePicture(QWidget):
    """Shows `text` (printable ASCII) as Code 128 with its text below; the modules are as wide as the place allows."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._bars = text, code128(text)
        self._modules = self._bars.modules + 2 * CODE128_QUIET
        self.setFixedHeight(BARS + round(theme.current().line_height("label")) + 18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(translate("Barcode {text}", text=text))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._modules, self.height())

    def sizeHint(self) -> QSize:
        return QSize(2 * self._modules, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#FFFFFF"))
        ratio = self.devicePixelRatioF()
        pixels = max(1, min(ceil(WIDEST_MODULE * ratio), int(self.width() * ratio / self._modules)))
        module = pixels / ratio
        left = int((self.width() * ratio - self._bars.modules * pixels) / 2) / ratio
        for place, width in enumerate(self._bars.widths):
            if place % 2 == 0:
                painter.fillRect(QRectF(left, 8, width * module, BARS), QColor("#000000"))
            left += width * module
        words = QRectF(0, BARS + 8, self.width(), self.height() - BARS - 10)
        draw_line(painter, words, self._text, theme.current().font("label", 600), QColor("#000000"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
