"""Text on the screen: a label with the line height of the type scale, and the same for painters.

Qt takes a line's height from whatever typefaces its letters happen to need, so that a Chinese line is taller than
a Latin one. Here a line always has the height its role says, and nothing moves when the language changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from inspection_station.station import theme

ELLIPSIS = "…"


# Digits of one width come with a hyphen as wide as a digit: right in numbers, a gap in words.
HYPHEN_IN_WORD = re.compile(r"(?<=[A-Za-z0-9])-(?=[a-z])")


def spelled(text: str) -> str:
    """`text` with the narrow hyphen inside words; of the same length."""
    return HYPHEN_IN_WORD.sub("\u2010", text)


def text_width(text: str, font: QFont) -> float:
    """Width of one line of `text` in logical pixels."""
    return QFontMetricsF(font).horizontalAdvance(spelled(text))


def baseline(font: QFont, height: float) -> float:
    """Distance of the baseline from the top of a line of `height` that holds `font`, Latin capitals centred."""
    metrics = QFontMetricsF(font)
    return (height + metrics.capHeight()) / 2


def draw_line(
    painter: QPainter,
    place: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> bool:
    """Paint one line of `text` vertically centred in `place`; returns True when it had to be shortened."""
    metrics = QFontMetricsF(font)
    text = spelled(text)
    shortened = metrics.horizontalAdvance(text) > place.width() + 0.5
    if shortened:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    width = metrics.horizontalAdvance(text)
    left = place.left()
    if align == Qt.AlignmentFlag.AlignHCenter:
        left += (place.width() - width) / 2
    elif align == Qt.AlignmentFlag.AlignRight:
        left += place.width() - width
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(left, place.top() + baseline(font, place.height())), text)
    return shortened


def broken(text: str, font: QFont, width: float, most: int = 2) -> tuple[str, ...]:
    """`text` broken at words, or between Chinese characters, into lines of `width`; the last of `most` holds the rest.

    Lines are about equally long where one would be too short a rest.
    """
    if most < 2 or not text or text_width(text, font) <= width:
        return (text,)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout = QTextLayout(spelled(text), font)
    layout.setTextOption(option)
    lines: list[str] = []
    start = 0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, width + 0.5))
        if len(lines) == most - 1:
            break
        start = line.textStart() + line.textLength()
        lines.append(text[line.textStart() : start].strip())
    layout.endLayout()
    rest = text[start:].strip()
    return (*lines, rest) if rest else tuple(lines)


def lines_fit(lines: Sequence[str], font: QFont, width: float) -> bool:
    """Whether each of `lines` is whole in `width`."""
    return all(text_width(line, font) <= width + 0.5 for line in lines)


class TextLabel(QLabel):
    """One text in one role of the type scale.

    `wrap` breaks lines (`max_lines` 0 means as many as needed); what does not fit ends in an ellipsis, and the
    whole stays in the tool tip and the accessible name. `keep` never lets a layout shorten a single line. Parts
    named by `set_strong` are painted bold.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        *,
        weight: int | None = None,
        colour: str | QColor = "text.primary",
        code: bool = False,
        wrap: bool = False,
        max_lines: int = 0,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        keep: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keep = keep and not wrap
        current = theme.current()
        self._type = current.font(role, weight, code)
        self._line = current.line_height(role)
        self._strong_type = current.font(role, 700, code)
        self._colour = colour
        self._wraps = wrap
        self._max_lines = max_lines if wrap else 1
        self._align = align
        self._strong: tuple[str, ...] = ()
        self._needed_width = 0.0
        policy = QSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Fixed
        )
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show `text`; the accessible name follows."""
        if text != self.text():
            self.setText(text)
        self._measure()

    def set_strong(self, parts: Sequence[str]) -> None:
        """Paint the first occurrence of each of `parts` bold."""
        self._strong = tuple(part for part in parts if part)
        self._measure()

    def set_colour(self, colour: str | QColor) -> None:
        """Change the colour: a token's name or a colour."""
        self._colour = colour
        self.update()

    def set_role(self, role: str, weight: int | None = None) -> None:
        """Write in another role of the type scale; `weight` None is the weight that it has there."""
        current = theme.current()
        self._type, self._strong_type = current.font(role, weight), current.font(role, 700)
        self._line = current.line_height(role)
        self._measure()

    def set_scale(self, size: float, line: float) -> None:
        """Enlarge (or reduce) letters and line height beyond their role, by these factors."""
        for font in (self._type, self._strong_type):
            font.setPixelSize(round(font.pixelSize() * size))
        self._line = round(self._line * line)
        self._measure()

    def _measure(self) -> None:
        width = max((text_width(line, self._type) for line in self.text().split("\n")), default=0.0)
        if self._strong:
            width += sum(text_width(p, self._strong_type) - text_width(p, self._type) for p in self._strong)
        self._needed_width = width
        self.updateGeometry()
        self.update()

    def _laid_out(self, width: float) -> list[tuple[QTextLayout, int, int]]:
        """The lines at `width`: layout, start and length of each (text positions)."""
        lines: list[tuple[QTextLayout, int, int]] = []
        for paragraph in spelled(self.text()).split("\n"):
            layout = QTextLayout(paragraph, self._type)
            option = QTextOption()
            option.setWrapMode(
                QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if self._wraps else QTextOption.WrapMode.NoWrap
            )
            layout.setTextOption(option)
            formats = []
            for part in self._strong:
                start = paragraph.find(spelled(part))
                if start >= 0:
                    bold = QTextLayout.FormatRange()
                    bold.start, bold.length = start, len(part)
                    look = QTextCharFormat()
                    look.setFont(self._strong_type)
                    bold.format = look
                    formats.append(bold)
            if formats:
                layout.setFormats(formats)
            layout.beginLayout()
            while True:
                line = layout.createLine()
                if not line.isValid():
                    break
                line.setLineWidth(max(1.0, width + 0.5))
                lines.append((layout, line.textStart(), line.textLength()))
            layout.endLayout()
        return lines

    def lines_at(self, width: int) -> int:
        """How many lines the whole text takes at `width` pixels."""
        if not self._wraps or not self.text():
            return 1
        return max(1, len(self._laid_out(width)))

    def is_cut(self) -> bool:
        """True when the text does not fit its place and ends in an ellipsis."""
        if not self.text():
            return False
        if not self._wraps:
            return self._needed_width > self.width() + 1
        lines = self.lines_at(self.width())
        return bool(self._max_lines and lines > self._max_lines) or lines * self._line > self.height() + 2

    def sizeHint(self) -> QSize:
        width = round(self._needed_width + 0.999)
        return QSize(min(width, 480) if self._wraps else width, self._line * self.text().count("\n") + self._line)

    def minimumSizeHint(self) -> QSize:
        if self._wraps:
            return QSize(24, self._line)
        if self._keep:
            return self.sizeHint()
        return QSize(min(round(self._needed_width + 0.999), 24), self._line)

    def hasHeightForWidth(self) -> bool:
        return self._wraps

    def heightForWidth(self, width: int) -> int:
        if not self._wraps:
            return self._line
        lines = self.lines_at(width)
        if self._max_lines:
            lines = min(lines, self._max_lines)
        return lines * self._line

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.text():
            return
        painter = QPainter(self)
        colour = self._colour if isinstance(self._colour, QColor) else theme.current().color(self._colour)
        if not self.isEnabled():
            colour = theme.current().color("text.tertiary")
        if not self._wraps and not self._strong:
            top = (self.height() - self._line) / 2
            cut = draw_line(painter, QRectF(0, top, self.width(), self._line), self.text(), self._type, colour,
                            self._align)  # fmt: skip
            self._tell_whole(cut)
            return
        lines = self._laid_out(self.width())
        fitting = len(lines)
        if self._max_lines:
            fitting = min(fitting, self._max_lines)
        fitting = max(1, min(fitting, (self.height() + 4) // max(1, self._line)))
        painter.setPen(colour)
        top = (self.height() - fitting * self._line) / 2 if self._align == Qt.AlignmentFlag.AlignVCenter else 0.0
        for index, (layout, start, length) in enumerate(lines[:fitting]):
            place = QRectF(0, top + index * self._line, self.width(), self._line)
            last_of_more = index == fitting - 1 and fitting < len(lines)
            if last_of_more:
                rest = layout.text()[start:]
                draw_line(painter, place, rest + ELLIPSIS if len(rest) == length else rest, self._type, colour,
                          self._align)  # fmt: skip
                continue
            line = layout.lineForTextPosition(start) if length else layout.lineAt(0)
            left = 0.0
            if self._align == Qt.AlignmentFlag.AlignHCenter:
                left = (self.width() - line.naturalTextWidth()) / 2
            elif self._align == Qt.AlignmentFlag.AlignRight:
                left = self.width() - line.naturalTextWidth()
            line.setPosition(QPointF(0, 0))
            line.draw(painter, QPointF(left, place.top() + baseline(self._type, self._line) - line.ascent()))
        self._tell_whole(fitting < len(lines))

    def _tell_whole(self, cut: bool) -> None:
        wanted = self.text() if cut else ""
        if self.toolTip() != wanted:
            self.setToolTip(wanted)
