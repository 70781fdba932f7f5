"""What is wrong with the current row: kind, severity, and where."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.choice_row import ChoiceTile, SeverityTile
from inspection_station.station.garment_outline import GarmentOutline, PlaceMark
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size, keycap_text
from inspection_station.station.page_views import ChoiceView, PickerView
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import Card, PressButton, clear, column, row
from inspection_station.station.text import TextLabel, draw_line, text_width
from inspection_station.station.views import ActionView

OUTLINE_NEEDS = 96
"""With less height left the outline is not shown; the keypad still sets the place."""


class ChipButton(PressButton):
    """A small grey chip that can be pressed; the target around it is 44 high."""

    def __init__(self, view: ActionView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_view(view)

    def set_view(self, view: ActionView) -> None:
        """Stand for another action."""
        self._view = view
        self.setAccessibleName(view.text)
        self.setAccessibleDescription(keycap_text(view.key))
        self.setEnabled(view.enabled)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = theme.current()
        icon = 26 if self._view.icon else 0
        cap = keycap_size(self._view.key, "caption")[0] + 8 if self._view.key else 0
        return QSize(round(text_width(self._view.text, look.font("label", 600)) + icon + cap + 24), 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        chip = place.adjusted(0, 6, 0, -6)
        fill = look.color("border.hairline" if self.isDown() else "bg.sunken")
        draw_box(painter, chip, theme.Theme.radius("chip"), fill)
        left = chip.left() + 10
        colour = look.color("text.secondary")
        if self._view.icon:
            draw_icon(painter, self._view.icon, QRectF(left, chip.center().y() - 9, 18, 18), colour)
            left += 26
        font = look.font("label", 600)
        words = text_width(self._view.text, font)
        draw_line(painter, QRectF(left, chip.top(), words + 1, chip.height()), self._view.text, font, colour)
        if self._view.key:
            cap = keycap_size(self._view.key)[0]
            draw_keycap(painter, QRectF(left + words + 8, chip.top(), cap, chip.height()), self._view.key)


def fit_header(card: QWidget, mark: QWidget, title: TextLabel, chip: ChipButton, action: ActionView) -> None:
    """Where the noun is long the sign of the chip beside it gives way, then its own size: the word says more."""
    look = theme.current()
    between = 2 * (16 if look.density == "regular" else 10)
    for icon, role in ((action.icon, "h2"), ("", "h2"), ("", "bodyL")):
        chip.set_view(replace(action, icon=icon))
        title.set_role(role, 700)
        room = card.width() - 42 - mark.width() - between - chip.sizeHint().width()
        if text_width(title.text(), look.font(role, 700)) <= room:
            return


class DefectPicker(Card):
    """Header with the row's number and noun, kinds in keyboard order, severities, outline with pins.

    Signals:
        kind_chosen(str), severity_chosen(str), zone_chosen(int), normal_chosen().
    """

    kind_chosen = Signal(str)
    severity_chosen = Signal(str)
    zone_chosen = Signal(int)
    normal_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        regular = theme.current().density == "regular"
        super().__init__(20, 0, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._view: PickerView | None = None
        header = row(spacing=16 if regular else 10)
        self._mark = PlaceMark()
        self._title = TextLabel("", "h2")
        self._normal = ChipButton(ActionView("normal", ""))
        self._normal.clicked.connect(self.normal_chosen)
        header.addWidget(self._mark)
        header.addWidget(self._title, 1)
        header.addWidget(self._normal)
        self.column.setContentsMargins(20, 12 if regular else 4, 20, 16)
        self.column.addLayout(header)
        self.column.addSpacing(8)
        self._kinds_grid = QGridLayout()
        self._kinds_grid.setContentsMargins(0, 0, 0, 0)
        self._kinds_grid.setSpacing(8)
        self.column.addLayout(self._kinds_grid)
        self.column.addSpacing(12 if regular else 8)
        self._severity_line = row(spacing=8)
        self.column.addLayout(self._severity_line)
        self._hint = TextLabel("", "label", colour="text.secondary", wrap=True)
        self.column.addWidget(self._hint)
        self._place = QWidget()
        self._place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        inner = column(self._place, spacing=4, margins=(0, 10, 0, 0))
        self._place_caption = TextLabel("", "label", weight=600, colour="text.secondary")
        self._outline = GarmentOutline()
        self._outline.zone_chosen.connect(self.zone_chosen)
        inner.addWidget(self._place_caption)
        inner.addWidget(self._outline, 1)
        self.column.addWidget(self._place, 1)
        self._spare = QWidget()
        self.column.addWidget(self._spare, 0)
        self._kinds: list[ChoiceTile] = []
        self._severities: list[SeverityTile] = []

    @property
    def kinds(self) -> tuple[ChoiceTile, ...]:
        """The tiles of the kinds."""
        return tuple(self._kinds)

    @property
    def severities(self) -> tuple[SeverityTile, ...]:
        """The tiles of the severities."""
        return tuple(self._severities)

    def show_view(self, view: PickerView | None) -> None:
        """Show the choices of a row; None leaves the card empty."""
        before, self._view = self._view, view
        self._mark.setVisible(view is not None)
        self._title.setVisible(view is not None)
        self._normal.setVisible(view is not None)
        if view is None:
            self._fill((), ())
            self._hint.set_text("")
            self._fit()
            return
        self._mark.set_number(view.number)
        self._title.set_text(view.title)
        self._normal.set_view(view.normal)
        self._fit_header()
        self._hint.set_text(view.hint)
        self._hint.setVisible(bool(view.hint))
        same = before is not None and [k.name for k in before.kinds] == [k.name for k in view.kinds]
        if same and len(self._severities) == len(view.severities) and len(self._kinds) == len(view.kinds):
            for tile, kind in zip(self._kinds, view.kinds, strict=True):
                tile.set_view(kind)
            for bar, severity in zip(self._severities, view.severities, strict=True):
                bar.set_view(severity)
        else:
            self._fill(view.kinds, view.severities)
        self._place_caption.set_text(view.place_caption)
        self._outline.show_pins(view.outline, view.pins)
        self._outline.setAccessibleName(view.place_caption)
        self._fit()

    def _fill(self, kinds: tuple[ChoiceView, ...], severities: tuple[ChoiceView, ...]) -> None:
        clear(self._kinds_grid)
        clear(self._severity_line)
        self._kinds, self._severities = [], []
        for index, kind in enumerate(kinds):
            tile = ChoiceTile(kind, siblings=tuple(k.text for k in kinds))
            tile.chosen.connect(self.kind_chosen)
            self._kinds_grid.addWidget(tile, index // 2, index % 2)
            self._kinds.append(tile)
        for index, severity in enumerate(severities):
            bar = SeverityTile(severity, index + 1, tuple(s.text for s in severities))
            bar.chosen.connect(self.severity_chosen)
            self._severity_line.addWidget(bar, 1)
            self._severities.append(bar)

    def _fit_header(self) -> None:
        if self._view is not None:
            fit_header(self, self._mark, self._title, self._normal, self._view.normal)

    def _fit(self) -> None:
        """Show the outline only where there is room for it."""
        view = self._view
        wanted = view is not None and bool(view.outline)
        look = theme.current()
        rows = (len(self._kinds) + 1) // 2
        tile = self._kinds[0].height() if self._kinds else 0
        bars = self._severities[0].height() if self._severities else 0
        hint = look.line_height("label") if self._hint.text() else 0
        used = 12 + 44 + 8 + rows * (tile + 8) + 12 + bars + 16 + hint
        needed = OUTLINE_NEEDS + look.line_height("label") + 14
        shown = wanted and self.height() - used >= needed
        self._place.setVisible(shown)
        self.column.setStretchFactor(self._spare, 0 if shown else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_header()
        self._fit()
