"""The waiting page's centrepiece: a drawn barcode with a scan line over it, and the one instruction."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.paint import draw_box
from inspection_station.station.text import draw_line

BARS = "21121311221131121221113221131212211311122311213122111213211221311211232112213112211321121312112"
"""Widths of bars and gaps in turn: a drawing of a barcode, not a code."""
LINE_COLOUR = QColor("#F26A3A")
SWEEP_MS = 2400
STOP_AFTER_MS = 60_000


def draw_bars(painter: QPainter, place: QRectF, colour: QColor, pattern: str = BARS) -> None:
    """Paint a picture of a barcode that fills `place`."""
    unit = place.width() / sum(int(width) for width in pattern)
    left = place.left()
    for index, width in enumerate(pattern):
        if index % 2 == 0:
            painter.fillRect(QRectF(left, place.top(), int(width) * unit, place.height()), colour)
        left += int(width) * unit


def draw_scan_line(painter: QPainter, left: float, right: float, y: float) -> None:
    """Paint the scanner's line with its glow."""
    glow = QColor(LINE_COLOUR)
    glow.setAlpha(9)
    for spread in range(18, 0, -2):
        around = QRectF(left, y, right - left, 0).adjusted(-spread / 2, -spread, spread / 2, spread)
        draw_box(painter, around, spread, glow)
    draw_box(painter, QRectF(left, y - 2, right - left, 4), 2, LINE_COLOUR)


class ScanPrompt(QWidget):
    """Card with barcode, scan line, instruction and hint.

    The line sweeps until nobody has touched anything for 60 seconds, and not at all when motion is reduced.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._hint, self._prefixes = "", "", ""
        self._flash: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._idle = QElapsedTimer()
        self._idle.start()
        self._tick = QTimer(self)
        self._tick.setInterval(33)
        self._tick.timeout.connect(self._sweep)
        self._unflash = QTimer(self)
        self._unflash.setSingleShot(True)
        self._unflash.timeout.connect(self._end_flash)

    def show_texts(self, title: str, hint: str, prefixes: str = "") -> None:
        """Set the instruction, the hint below it, and the small line under the bars."""
        self._title, self._hint, self._prefixes = title, hint, prefixes
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        self.update()

    @property
    def is_sweeping(self) -> bool:
        """True while the scan line moves."""
        return self._tick.isActive()

    def flash(self, accepted: bool) -> None:
        """Tint the card for 120 ms: accepted or refused."""
        self._flash = theme.current().color("ok.bg" if accepted else "error.bg")
        self._unflash.start(120)
        self.update()

    def _end_flash(self) -> None:
        self._flash = None
        self.update()

    def _sweep(self) -> None:
        if self._idle.elapsed() > STOP_AFTER_MS:
            self._tick.stop()
        self.update(self._card_place().adjusted(-40, -10, 40, 10).toAlignedRect())

    def wake(self) -> None:
        """Somebody is at the bench: let the scan line move again."""
        self._idle.restart()
        if self.isVisible() and not theme.current().reduce_motion and not self._tick.isActive():
            self._tick.start()

    def showEvent(self, event: QEvent) -> None:
        self.wake()

    def hideEvent(self, event: QEvent) -> None:
        self._tick.stop()

    def _texts_height(self) -> int:
        look = theme.current()
        return look.line_height("display") + look.line_height("h2") + 72

    def sizeHint(self) -> QSize:
        card = 280 if theme.current().density == "regular" else 200
        return QSize(640, card + self._texts_height() + 40)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 120 + self._texts_height())

    def _card_place(self) -> QRectF:
        look = theme.current()
        texts = self._texts_height()
        height = min(280.0 if look.density == "regular" else 200.0, self.height() - texts - 24)
        width = min(height * 2.35 if look.density == "regular" else 440.0, self.width() - 96)
        total = height + texts
        return QRectF((self.width() - width) / 2, max(8.0, (self.height() - total) / 2), width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        card = self._card_place()
        # The card stands for paper: white in both themes, with the soft shadow papers have.
        for spread in range(26, 0, -2):
            around = card.adjusted(-spread, -spread + 8, spread, spread + 8)
            draw_box(painter, around, 12 + spread, QColor(18, 22, 27, 2))
        draw_box(painter, card, 14, self._flash or QColor("#FFFFFF"), QColor("#D6DADF"), 1)
        bars = QRectF(card.left() + card.width() * 0.145, card.top() + card.height() * 0.155, card.width() * 0.71,
                      card.height() * 0.61)  # fmt: skip
        ink = QColor("#12161B")
        draw_bars(painter, bars, ink)
        if self._prefixes:
            place = QRectF(card.left(), bars.bottom() + 8, card.width(), card.bottom() - bars.bottom() - 20)
            draw_line(painter, place, self._prefixes, look.font("caption", 500, code=True), QColor("#626B76"),
                      Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
        draw_scan_line(painter, card.left() - 27, card.right() + 27, self._line_y(bars))
        title = QRectF(0, card.bottom() + 48 * (card.height() / 280), self.width(), look.line_height("display"))
        draw_line(painter, title, self._title, look.font("display"), look.color("text.primary"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
        hint = QRectF(0, title.bottom() + 8, self.width(), look.line_height("h2"))
        draw_line(painter, hint, self._hint, look.font("h2", 400), look.color("text.secondary"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip

    def _line_y(self, bars: QRectF) -> float:
        if not self._tick.isActive():
            return bars.center().y()
        phase = (self._clock.elapsed() % SWEEP_MS) / SWEEP_MS
        share = 2 * phase if phase < 0.5 else 2 - 2 * phase
        share = share * share * (3 - 2 * share)
        return bars.top() + 6 + (bars.height() - 12) * share
