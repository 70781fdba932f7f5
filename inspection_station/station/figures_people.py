"""The second leaf of the figures: people over the months, and what buyers stated against what was found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.presenting.figures_people import PeopleView
from inspection_station.station.surfaces import Card, row, scrolled
from inspection_station.station.text import TextLabel, draw_line

Cell = tuple[str, bool]  # its text, and whether it is beyond a limit


class PaintedTable(QWidget):
    """Rows of texts under their headings; numbers at the right of their columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads: tuple[tuple[str, float, bool], ...] = ()
        self._rows: tuple[tuple[Cell, ...], ...] = ()
        self._high = theme.current().line_height("label") + 14
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, heads: Sequence[tuple[str, float, bool]], rows: Sequence[Sequence[Cell]]) -> None:
        """Show other rows; `heads` are title, share of the width, and whether numbers stand below."""
        self._heads, self._rows = tuple(heads), tuple(tuple(one) for one in rows)
        self.setFixedHeight(self._high * (len(self._rows) + 1) + 2)
        self.setAccessibleName("\n".join(" ".join(text for text, _alarm in one) for one in self._rows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, width = theme.current(), QPainter(self), float(self.width())
        for place, cells in enumerate([[(title, False) for title, _share, _right in self._heads], *self._rows]):
            left, top = 0.0, float(place * self._high)
            for number, ((text, alarm), (_title, share, right)) in enumerate(zip(cells, self._heads, strict=True)):
                font = look.font("caption", 500) if not place else look.font("label", 700 if not number else 400)
                grey = look.color("text.secondary" if not place else "error.text" if alarm else "text.primary")
                told = f"▲ {text}" if alarm else text
                room = QRectF(left + 2, top, width * share - 10, self._high)
                align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
                draw_line(painter, room, told, font, grey, align)
                left += width * share
            painter.fillRect(QRectF(0, top + self._high - 1, width, 1), look.color("border.hairline"))


class PeopleLeaf(QWidget):
    """People at the left, stated against found at the right; both scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        gap = theme.current().size("gap")
        line = row(self, spacing=gap)
        self.people, self.stated = PaintedTable(), PaintedTable()
        self._title = TextLabel("", "bodyL", weight=700)
        self._none = TextLabel(translate("No data in this period"), "body", colour="text.secondary")
        for title, table, share in (
            (self._title, self.people, 66),
            (TextLabel(translate("Stated and found"), "bodyL", weight=700), self.stated, 34),
        ):
            card = Card(16, 8)
            card.column.addWidget(title)
            if table is self.people:
                note = translate(
                    "Only leads see this page: blind checks, drift of the grades, and by month the share overridden"
                )
                card.column.addWidget(TextLabel(note, "caption", colour="text.secondary", wrap=True))
                card.column.addWidget(self._none)
            card.column.addWidget(scrolled(table), 1)
            line.addWidget(card, share)

    def show_view(self, view: PeopleView) -> None:
        """Show other people."""
        self._title.set_text(view.title)
        self._none.setHidden(bool(view.people))
        months = [(name, 0.06, True) for name in view.months]
        self.people.show_rows(
            [(translate("Person"), 0.16, False), (translate("Units"), 0.08, True), (translate("Agreement"), 0.14, True),
             (translate("Overridden"), 0.11, True), (translate("Drift"), 0.14, True), *months],
            [
                [(one.name, False), (str(one.units), False), (one.agreement, "agreement" in one.alarms),
                 (one.changed, False), (one.drift, "drift" in one.alarms), *((text, False) for text in one.months)]
                for one in view.people
            ],
        )  # fmt: skip
        self.stated.show_rows(
            [(translate("Stated"), 0.4, False), (translate("Inspected as"), 0.4, False),
             (translate("Units"), 0.2, True)],
            [[(one.stated, False), (one.found, False), (str(one.units), False)] for one in view.stated],
        )  # fmt: skip
