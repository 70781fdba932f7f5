"""The record at the history's right: whether it is whole, what is known of the item, what was done, and what can be."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.history_list import VerificationBanner
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.paint import draw_box
from inspection_station.station.presenting.history_views import HistoryCaseView, LinkView, TimelineView
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.settings_parts import FactLines
from inspection_station.station.surfaces import Card, HairLine, PressButton, clear, column, row, scrolled
from inspection_station.station.tags import GradeTile, Icon, Tag
from inspection_station.station.text import TextLabel, draw_line
from inspection_station.station.views import ActionView

NEXT = "O"
"""The key that opens the other inspection of the same parcel."""


class _LinkRow(PressButton):
    """Another inspection of the same parcel; `key` opens it."""

    def __init__(self, view: LinkView, key: str) -> None:
        super().__init__()
        self.view, self._key = view, key
        look = theme.current()
        self.setFixedHeight(max(48, look.line_height("label") + look.line_height("caption") + 16))
        self.setAccessibleName(f"{view.text} {view.detail}")

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        draw_box(painter, place.adjusted(1, 1, -1, -1), 8, look.color("bg.sunken"))
        draw_icon(painter, "mdi6.link-variant", QRectF(place.left() + 10, place.center().y() - 11, 22, 22),
                  look.color("text.secondary"))  # fmt: skip
        cap = keycap_size(self._key) if self._key else (0.0, 0.0)
        words = place.adjusted(42, 6, -(cap[0] + 20), -6)
        high = look.line_height("label")
        draw_line(painter, QRectF(words.left(), words.top(), words.width(), high), self.view.text,
                  look.font("label", 600), look.color("text.primary"))  # fmt: skip
        low = QRectF(words.left(), words.top() + high, words.width(), words.height() - high)
        draw_line(painter, low, self.view.detail, look.font("caption"), look.color("text.secondary"))
        if self._key:
            spot = QRectF(place.right() - cap[0] - 10, place.center().y() - cap[1] / 2, *cap)
            draw_keycap(painter, spot, self._key)


class RecordSide(QWidget):
    """See the module.

    Signals:
        reprint_requested(), recheck_requested(), again_requested().
        link_chosen(str, str): another inspection of the parcel, by inspection id and item id.
    """

    reprint_requested = Signal()
    recheck_requested = Signal()
    again_requested = Signal()
    link_chosen = Signal(str, str)

    def __init__(self, house: bool) -> None:
        """`house`: for those who lead, who can have an item inspected again."""
        super().__init__()
        look = theme.current()
        self.setFixedWidth(look.size("colRight") + 32)
        right = column(self, spacing=look.size("gap"))
        self.verdict = VerificationBanner()
        right.addWidget(self.verdict)
        record = Card(20, spacing=8)
        heading = row(spacing=12)
        self._title = TextLabel("", "h2", weight=700, wrap=True, max_lines=2)
        self.grade_tile = GradeTile("", 28)
        heading.addWidget(self._title, 1)
        heading.addWidget(self.grade_tile)
        record.column.addLayout(heading)
        self._tags = row(spacing=8)
        record.column.addLayout(self._tags)
        inside = QWidget()
        whole = column(inside, spacing=10)
        self._links = column(spacing=8)
        whole.addLayout(self._links)
        self._facts = FactLines("label", wrap=True)
        whole.addWidget(self._facts)
        self._line = HairLine()
        whole.addWidget(self._line)
        self._timeline = column(spacing=10)
        whole.addLayout(self._timeline)
        whole.addStretch(1)
        record.column.addWidget(scrolled(inside), 1)
        right.addWidget(record, 1)
        self.export = PrimaryButton()
        right.addWidget(self.export)
        actions = row(spacing=look.size("gap"))
        self._reprint = ActionButton(ActionView("reprint", translate("Reprint"), "mdi6.printer-outline", "P"))
        self._house = house  # a lead decides, and needs not ask for it
        again = ActionView("again", translate("Re-inspect"), "mdi6.archive-refresh-outline", "I")
        recheck = ActionView("recheck", translate("Re-check"), "mdi6.refresh", "R")
        self._second = ActionButton(again if house else recheck)
        self._reprint.clicked.connect(self.reprint_requested)
        self._second.clicked.connect(self.again_requested if house else self.recheck_requested)
        actions.addWidget(self._reprint, 1)
        actions.addWidget(self._second, 1)
        right.addLayout(actions)
        self._view: HistoryCaseView | None = None
        self.show_view(None)

    def show_view(self, view: HistoryCaseView | None) -> None:
        """Show one record, or that none is chosen."""
        self._view = view
        for layout in (self._timeline, self._tags, self._links):
            clear(layout)
        self._reprint.setEnabled(view is not None and view.can_print)
        can = view is not None and (view.can_inspect_again if self._house else view.is_here)
        self._second.setEnabled(can)
        self.verdict.setVisible(view is not None)
        self.grade_tile.set_letter(view.grade if view else "")
        self.grade_tile.setVisible(bool(view and view.grade))
        self._title.set_text(view.title if view else translate("No inspection chosen"))
        self._facts.show_facts(view.facts if view else ())
        self._facts.setHidden(view is None or not view.facts)
        self._line.setHidden(view is None or not view.facts)
        if view is None:
            return
        self.verdict.show_verdict(view.verdict, view.verdict_detail)
        for tag in view.tags:
            self._tags.addWidget(Tag(tag))
        self._tags.addStretch(1)
        for place, link in enumerate(view.links):
            button = _LinkRow(link, NEXT if place == 0 else "")
            button.clicked.connect(partial(self.link_chosen.emit, link.inspection_id, link.item_id))
            self._links.addWidget(button)
        for act in view.timeline:
            self._timeline.addWidget(_act(act))

    def open_link(self) -> bool:
        """The other inspection of the parcel; False when there is none."""
        if self._view is None or not self._view.links:
            return False
        link = self._view.links[0]
        self.link_chosen.emit(link.inspection_id, link.item_id)
        return True

    def want_again(self) -> bool:
        """Have the item inspected again; False when whoever looks at it may not."""
        if not self._house or not self._second.isEnabled():
            return False
        self.again_requested.emit()
        return True


def _act(view: TimelineView) -> QWidget:
    holder = QWidget()
    line = row(holder, spacing=12)
    top = Qt.AlignmentFlag.AlignTop
    line.addWidget(Icon(view.icon, 24, "text.secondary"), 0, top)
    line.addWidget(TextLabel(view.time, "label", colour="text.tertiary", code=True), 0, top)
    words = column(spacing=0)
    words.addWidget(TextLabel(view.text, "label", weight=600, wrap=True))
    if view.detail:
        words.addWidget(TextLabel(view.detail, "caption", colour="text.tertiary", wrap=True))
    line.addLayout(words, 1)
    return holder
