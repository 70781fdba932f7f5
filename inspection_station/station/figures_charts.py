"""The painted parts of the figures: numbers on bars, patterns as well as colours; each row leads to its history."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import draw_box, draw_focus_ring
from inspection_station.station.presenting.figures import BarView, MixView, VendorView, percent
from inspection_station.station.text import draw_line, text_width
from inspection_station.station.views import Tone
from inspection_station.workflows.history_wish import HistoryWishFor

RIGHT, MIDDLE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
PATTERNS: dict[Tone, Qt.BrushStyle | None] = {
    "ok": None, "warn": Qt.BrushStyle.BDiagPattern, "rtv": None, "hold": Qt.BrushStyle.VerPattern,
    "error": Qt.BrushStyle.FDiagPattern, "info": Qt.BrushStyle.HorPattern, "neutral": Qt.BrushStyle.Dense5Pattern,
}  # fmt: skip
TRENDS = {"up": "mdi6.trending-up", "down": "mdi6.trending-down", "level": "mdi6.arrow-right"}


class Chart(QWidget):
    """Rows that can be pressed, and one that arrows have reached.

    Signals:
        chosen(HistoryWishFor): the history of this row is wanted.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selected = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 60)

    def wishes(self) -> tuple[HistoryWishFor, ...]:
        """The history of each row."""
        raise NotImplementedError

    def places(self) -> list[QRectF]:
        """Where each row lies."""
        raise NotImplementedError

    @property
    def selected(self) -> int:
        """The row that arrows reached, -1 for none."""
        return self._selected

    def select(self, row: int) -> None:
        """Mark a row; -1 marks none."""
        self._selected = row if row < len(self.wishes()) else -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for wish, place in zip(self.wishes(), self.places(), strict=True):
            if place.contains(event.position()):
                self.chosen.emit(wish)
                return

    def _ring(self, painter: QPainter) -> None:
        if 0 <= self._selected < len(self.wishes()):
            draw_focus_ring(painter, self.places()[self._selected], 6)


class HourBars(Chart):
    """Bars by hour or day with their numbers, and the target as a dashed line with its words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[BarView, ...] = ()
        self._target, self._target_text = 0, ""

    def show_bars(self, bars: tuple[BarView, ...], target: int, target_text: str) -> None:
        """Show other bars."""
        self._bars, self._target, self._target_text = bars, target, target_text
        told = " ".join(f"{one.label} {one.units}" for one in bars)
        self.setAccessibleName(f"{target_text} {told}")
        self.update()

    def wishes(self) -> tuple[HistoryWishFor, ...]:
        return tuple(one.wish for one in self._bars)

    def places(self) -> list[QRectF]:
        width = (self.width() - 8) / max(1, len(self._bars))
        return [QRectF(4 + place * width, 0, width, self.height()) for place in range(len(self._bars))]

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        look, painter = theme.current(), QPainter(self)
        foot = look.line_height("caption") + 4.0
        head = look.line_height("caption") + 2.0
        base, high = self.height() - foot, self.height() - foot - head
        most = max(self._target, *(one.units for one in self._bars))
        label = look.font("caption", 400)
        for one, place in zip(self._bars, self.places(), strict=True):
            tall = max(2.0, high * one.units / most) if one.units else 0.0
            gap = min(12.0, place.width() * 0.14)
            bar = QRectF(place.left() + gap, base - tall, place.width() - 2 * gap, tall)
            draw_box(painter, bar, 4, look.color("text.primary" if one.strong else "border.control"))
            self._number(painter, one, bar, base)
            if text_width(one.label, label) <= place.width() or self._bars.index(one) % 3 == 0:
                room = max(place.width(), text_width(one.label, label) + 2)
                draw_line(painter, QRectF(place.center().x() - room / 2, base + 3, room, foot - 4), one.label, label,
                          look.color("text.secondary"), MIDDLE)  # fmt: skip
        painter.fillRect(QRectF(0, base, self.width(), 1), look.color("border.hairline"))
        level = base - high * self._target / most
        painter.setPen(QPen(look.color("error.text"), 2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, level), QPointF(self.width(), level))
        font = look.font("caption", 700)
        width = text_width(self._target_text, font) + 10
        words = QRectF(self.width() - width, max(0.0, level - head), width, head - 1)
        draw_box(painter, words, 3, look.color("bg.surface"))
        draw_line(painter, words, self._target_text, font, look.color("error.text"), MIDDLE)
        self._ring(painter)

    @staticmethod
    def _number(painter: QPainter, one: BarView, bar: QRectF, base: float) -> None:
        """The number in its bar, above one that is too low, smaller where it is too narrow."""
        look = theme.current()
        line, text = look.line_height("caption"), str(one.units)
        roles = ("label", "caption")
        role = next((one for one in roles if text_width(text, look.font(one, 700)) <= bar.width()), "")
        if not role or not one.units:
            return
        inside = bar.height() > line + 4
        top = base - line - 3 if inside else bar.top() - line
        colour = look.color("bg.surface" if inside else "text.primary")
        draw_line(painter, QRectF(bar.left(), top, bar.width(), line), text, look.font(role, 700), colour, MIDDLE)


class _Rows(Chart):
    """Rows one below the other, of equal height."""

    TALLEST = 46.0
    head = 0.0

    def places(self) -> list[QRectF]:
        count = len(self.wishes())
        high = min(self.TALLEST, (self.height() - self.head) / max(1, self.least_rows(), count))
        return [QRectF(0, self.head + place * high, self.width(), high) for place in range(count)]

    def least_rows(self) -> int:
        """Rows that there is always room for, so that few are not spread over the card."""
        return 5


class ReasonBars(_Rows):
    """Reasons with their bar, their number, and the share of all up to here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[BarView, ...] = ()

    def show_bars(self, bars: tuple[BarView, ...]) -> None:
        """Show other reasons."""
        self._bars = bars
        self.setAccessibleName(" ".join(f"{one.label} {one.units} {one.share}" for one in bars))
        self.update()

    def wishes(self) -> tuple[HistoryWishFor, ...]:
        return tuple(one.wish for one in self._bars)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        name, number, share = look.font("label", 500), look.font("label", 700), look.font("label", 400)
        wide = max((text_width(one.label, name) for one in self._bars), default=0.0) + 12
        wide = min(wide, self.width() * 0.46)
        most = max((one.units for one in self._bars), default=1)
        counts = max((text_width(str(one.units), number) for one in self._bars), default=0.0) + 12
        shares = text_width("100%", share) + 12
        for one, place in zip(self._bars, self.places(), strict=True):
            draw_line(painter, QRectF(0, place.top(), wide - 8, place.height()), one.label, name,
                      look.color("text.primary"))  # fmt: skip
            bar = QRectF(wide, place.center().y() - 9, self.width() - wide - counts - shares, 18)
            draw_box(painter, bar, 4, look.color("bg.sunken"))
            bar.setWidth(max(4.0, bar.width() * one.units / most))
            draw_box(painter, bar, 4, look.color("text.primary" if one.strong else "border.control"))
            right = self.width() - shares
            draw_line(painter, QRectF(right - counts, place.top(), counts, place.height()), str(one.units), number,
                      look.color("text.primary"), RIGHT)  # fmt: skip
            draw_line(painter, QRectF(right, place.top(), shares, place.height()), one.share, share,
                      look.color("text.secondary"), RIGHT)  # fmt: skip
        self._ring(painter)


class MixBars(_Rows):
    """Where units go: one bar of parts in colour and pattern, and below each part its name and number."""

    head = 42.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mix: tuple[MixView, ...] = ()
        self.head = 42.0 if theme.current().density == "regular" else 32.0

    def show_mix(self, mix: tuple[MixView, ...]) -> None:
        """Show another mix."""
        self._mix = mix
        self.setAccessibleName(" ".join(f"{one.tag.text} {one.units} {one.share}" for one in mix))
        self.update()

    def wishes(self) -> tuple[HistoryWishFor, ...]:
        return tuple(one.wish for one in self._mix)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        left, high = 0.0, self.head - 8
        whole = sum(one.part for one in self._mix) or 1.0
        for one in self._mix:
            width = self.width() * one.part / whole
            patch(painter, QRectF(left, 0, max(2.0, width - 2), high), one.tag.tone)
            left += width
        number, share = look.font("bodyL", 700), look.font("label", 400)
        shares = text_width("100.0%", share) + 14
        for one, place in zip(self._mix, self.places(), strict=True):
            side, y = 18.0, place.center().y()
            patch(painter, QRectF(0, y - side / 2, side, side), one.tag.tone)
            draw_icon(painter, one.tag.icon, QRectF(side + 10, y - 11, 22, 22), look.color("text.primary"))
            room = self.width() - shares - 90 - side - 44
            draw_line(painter, QRectF(side + 44, place.top(), room, place.height()), one.tag.text,
                      look.font("body", 500), look.color("text.primary"))  # fmt: skip
            draw_line(painter, QRectF(self.width() - shares - 90, place.top(), 90, place.height()), str(one.units),
                      number, look.color("text.primary"), RIGHT)  # fmt: skip
            draw_line(painter, QRectF(self.width() - shares, place.top(), shares, place.height()), one.share, share,
                      look.color("text.secondary"), RIGHT)  # fmt: skip
        self._ring(painter)


def patch(painter: QPainter, place: QRectF, tone: Tone) -> None:
    """A field in the colour and the pattern of a tone."""
    look = theme.current()
    draw_box(painter, place, 4, look.tone(tone, "solid"))
    pattern = PATTERNS[tone]
    if pattern is not None:
        over = QColor(look.color("bg.surface"))
        over.setAlpha(150)
        painter.fillRect(place.adjusted(1, 1, -1, -1), QBrush(over, pattern))


class VendorTable(_Rows):
    """Vendors by the rate of their defects, with its trend, the alarm line and the commonest defect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vendors: tuple[VendorView, ...] = ()
        self.head = theme.current().line_height("caption") + 4.0

    def show_vendors(self, vendors: tuple[VendorView, ...]) -> None:
        """Show other vendors."""
        self._vendors = vendors
        told = (f"{one.name} {one.units} {percent(one.rate)} {one.change} {one.first}" for one in vendors)
        self.setAccessibleName(" · ".join(told))
        self.update()

    def wishes(self) -> tuple[HistoryWishFor, ...]:
        return tuple(one.wish for one in self._vendors)

    @property
    def vendor(self) -> str:
        """The vendor that arrows reached, else the first; empty without any."""
        return self._vendors[max(0, self._selected)].vendor if self._vendors else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, width = theme.current(), QPainter(self), float(self.width())
        at = [8.0, width * 0.33, width * 0.44, width * 0.64, width * 0.72, width * 0.84]
        grey, caption = look.color("text.secondary"), look.font("caption", 500)
        heads = (translate("Vendor"), translate("Returns"), translate("Defect rate"), "", translate("Change"),
                 translate("First defect"))  # fmt: skip
        for number, text in enumerate(heads):
            right = number in (1, 4)
            end = at[number + 1] - (14 if right else 0) if number < 5 else width
            start = at[number] - (text_width(text, caption) if right else 0)
            draw_line(painter, QRectF(start, 0, end - start, self.head - 4), text, caption, grey,
                      RIGHT if right else Qt.AlignmentFlag.AlignLeft)  # fmt: skip
        painter.fillRect(QRectF(0, self.head - 2, width, 1), look.color("border.hairline"))
        strong, plain = look.font("label", 700), look.font("label", 400)
        ink = look.color("text.primary")
        for one, place in zip(self._vendors, self.places(), strict=True):
            tone = look.color("error.text") if one.alarm else ink
            top, high = place.top(), place.height()
            draw_line(painter, QRectF(at[0], top, at[1] - at[0] - 8, high), one.name, strong, ink)
            draw_line(painter, QRectF(at[1], top, at[2] - at[1] - 14, high), str(one.units), plain, ink, RIGHT)
            bar = QRectF(at[2], place.center().y() - 6, at[3] - at[2] - 62, 12)
            draw_box(painter, bar, 4, look.color("bg.sunken"))
            bar.setWidth(max(3.0, bar.width() * min(1.0, one.part)))
            draw_box(painter, bar, 4, look.color("error.solid") if one.alarm else ink)
            if one.alarm:
                over = QBrush(look.color("bg.surface"), Qt.BrushStyle.BDiagPattern)
                painter.fillRect(bar.adjusted(1, 1, -1, -1), over)
            draw_line(painter, QRectF(at[3] - 60, top, 56, high), percent(one.rate), strong, tone, RIGHT)
            if one.change:
                room = text_width(one.change, plain)
                end = at[5] - 14
                icon = QRectF(end - room - 24, place.center().y() - 9, 18, 18)
                draw_icon(painter, TRENDS[one.trend], icon, tone if one.trend == "up" else grey)
                draw_line(painter, QRectF(end - room - 1, top, room + 1, high), one.change, plain,
                          tone if one.trend == "up" else ink)  # fmt: skip
            draw_line(painter, QRectF(at[5], top, width - at[5], high), one.first, plain, grey)
            painter.fillRect(QRectF(0, place.bottom() - 1, width, 1), look.color("border.hairline"))
        self._ring(painter)
