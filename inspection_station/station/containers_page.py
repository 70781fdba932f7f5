"""Containers: the contents with ticks at the left, the document as it will print, what must hold before it closes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.containers_table import ContentTable
from inspection_station.station.page import Page
from inspection_station.station.paint import draw_box, fitted
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.containers import KIND_ICONS, CheckRow, ContainersView, kind_tab
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.sorting_page import VerdictBar
from inspection_station.station.surfaces import Card, clear, column, fixed_column, row, scrolled
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView

CHECKS = {"regular": 400, "compact": 300}  # widths, by density
PAPER = {"regular": 520, "compact": 340}
KINDS = ("return_to_vendor", "scrap", "refurbish", "restock", "carrier_claim")


class PaperView(QWidget):
    """A page of paper, whole and in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(translate("The document as it will print"))

    @property
    def image(self) -> QImage:
        """What is shown, null for nothing."""
        return self._image

    def show_image(self, image: QImage) -> None:
        """Show another page."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = fitted(self._image.size(), QRectF(self.rect()).adjusted(4, 4, -4, -4))
        ratio = self.devicePixelRatioF()
        scaled = self._image.scaled(
            round(place.width() * ratio), round(place.height() * ratio), Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        painter.drawImage(place, scaled)
        painter.setPen(theme.current().color("border.control"))
        painter.drawRect(place)


class KindTab(ActionButton):
    """The tab of one kind of document; the one in force is underlined."""

    def __init__(self, kind: str, digit: int, icon: str) -> None:
        self._selected = False
        super().__init__(ActionView(kind, kind_tab(kind), icon, str(digit)), size="small")

    def set_selected(self, selected: bool) -> None:
        """Whether it is the one in force."""
        self._selected = selected
        self.setAccessibleDescription(translate("Chosen") if selected else "")
        self.update()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        super().paint(painter, place)
        if self._selected:
            line = QRectF(place.left() + 10, place.bottom() - 4, place.width() - 20, 3)
            draw_box(painter, line, 1.5, theme.current().color("text.primary"))


class ContainersPage(Page):
    """See the module.

    Signals:
        kind_wanted(str): a document of that kind, by its tab or digit.
        row_opened(str): the row chosen, by its name.
    """

    kind_wanted = Signal(str)
    row_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        gap = 14 if regular else 8
        outer = column(self, spacing=gap, margins=(gap + 2, gap + 2, gap + 2, gap + 2))
        outer.addLayout(self._make_head(regular))
        line = row(spacing=gap)
        line.addWidget(self._make_table(), 1)
        self._paper_side = self._make_paper(look.density)
        line.addWidget(self._paper_side)
        line.addWidget(self._make_checks(look.density, gap))
        outer.addLayout(line, 1)
        self.verdict = VerdictBar()
        outer.addWidget(self.verdict)
        self.view: ContainersView | None = None
        for key, step in (("Up", -1), ("Down", 1), ("PgUp", -8), ("PgDn", 8)):
            self.bind(key, partial(self._step, step))
        for digit, kind in enumerate(KINDS, start=1):
            self.bind(str(digit), partial(self.kind_wanted.emit, kind))

    def _make_head(self, regular: bool) -> QHBoxLayout:
        head = row(spacing=10)
        self._tag = Tag(TagView(""))
        self._title = TextLabel("", "h2", weight=700, keep=True)
        self._detail = TextLabel("", "body", colour="text.secondary")
        head.addWidget(self._tag)
        head.addWidget(self._title)
        head.addWidget(self._detail, 1)
        self.tabs: dict[str, KindTab] = {}
        for digit, kind in enumerate(KINDS, start=1):
            button = KindTab(kind, digit, KIND_ICONS[kind] if regular else "")
            button.clicked.connect(lambda _=False, kind=kind: self.kind_wanted.emit(kind))
            self.tabs[kind] = button
            head.addWidget(button)
        return head

    def _make_table(self) -> Card:
        card = Card(spacing=8)
        head = row(spacing=10)
        self._table_title = TextLabel("", "h2", weight=700)
        self._table_tag = Tag(TagView(""))
        head.addWidget(self._table_title, 1)
        head.addWidget(self._table_tag)
        card.column.addLayout(head)
        self.table = ContentTable()
        self.table.chosen.connect(self._chosen)
        self._scroll = scrolled(self.table)
        self._empty = QWidget()
        inside = column(self._empty, spacing=12)
        self._empty_words = TextLabel("", "bodyL", weight=600, wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(1)
        inside.addWidget(Icon("mdi6.tray", 56, "text.tertiary"), 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(self._empty_words)
        inside.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._empty)
        card.column.addWidget(self._stack, 1)
        return card

    def _make_paper(self, density: str) -> QWidget:
        holder = column()
        card = Card(spacing=8)
        head = row(spacing=10)
        head.addWidget(TextLabel(translate("As it will print"), "h2", weight=700), 1)
        self._pages = TextLabel("", "label", colour="text.secondary", keep=True)
        head.addWidget(self._pages)
        card.column.addLayout(head)
        self.paper = PaperView()
        card.column.addWidget(self.paper, 1)
        holder.addWidget(card)
        return fixed_column(holder, PAPER[density])

    def _make_checks(self, density: str, gap: int) -> QWidget:
        side = column(spacing=gap)
        card = Card(spacing=10)
        self._checks_title = TextLabel("", "h2", weight=700)
        card.column.addWidget(self._checks_title)
        inside = QWidget()
        lines = column(inside, spacing=10)
        self._checks = column(spacing=8 if density == "regular" else 4)
        lines.addLayout(self._checks)
        self._photos = row(spacing=8)
        lines.addLayout(self._photos)
        lines.addStretch(1)
        card.column.addWidget(scrolled(inside), 1)
        self._note = TextLabel("", "label", colour="text.secondary", wrap=True)
        card.column.addWidget(self._note)
        side.addWidget(card, 1)
        self._actions = column(spacing=8)
        side.addLayout(self._actions)
        self.primary = PrimaryButton()
        side.addWidget(self.primary)
        self.take_primary(self.primary)
        return fixed_column(side, CHECKS[density])

    def show_view(self, view: ContainersView) -> None:
        """Show another tote, manifest or the list; the paper comes by `show_paper`."""
        self.view = view
        self._tag.set_view(view.tag)
        self._title.set_text(view.title)
        compact = theme.current().density != "regular"  # beside the tabs there is no room for it
        self._detail.set_text("" if compact else view.detail)
        for kind, button in self.tabs.items():
            button.set_selected(kind == view.kind)
        self._table_title.set_text(view.detail if compact and view.detail else view.table_title)
        self._table_tag.set_view(view.table_tag)
        self.table.show_rows(view.rows)
        self._empty_words.set_text(view.empty)
        self._stack.setCurrentWidget(self._scroll if view.rows else self._empty)
        self._checks_title.set_text(view.checks_title)
        clear(self._checks)
        for check in view.checks:
            self._checks.addLayout(_check_line(check))
        clear(self._photos)
        for source in view.photos:
            picture = Picture(source, radius=8, line="border.hairline")
            picture.setFixedHeight(80 if theme.current().density == "regular" else 52)
            self._photos.addWidget(picture)
        self._note.set_text(view.note)
        self._note.setHidden(theme.current().density != "regular" and len(view.checks) > 5)
        self._paper_side.setHidden(not view.document)
        self._show_actions(view.actions)
        self.verdict.show_place(view.age, "")
        rests = self.primary.hasFocus() or self.hasFocus()
        self.show_primary(view.primary)
        if rests:  # a disabled button gives the focus to whatever comes next
            self.rest_focus()

    def _show_actions(self, actions: tuple[ActionView, ...]) -> None:
        clear(self._actions)
        for start in range(0, len(actions), 2):
            line = row(spacing=8)
            for action in actions[start : start + 2]:
                button = ActionButton(action, size="small")
                button.clicked.connect(lambda _=False, name=action.name: self.action_pressed.emit(name))
                line.addWidget(button, 1)
            self._actions.addLayout(line)

    def show_paper(self, image: QImage, pages: int) -> None:
        """The document's first page, as it will print."""
        self.paper.show_image(image)
        self._pages.set_text(translate("A4 · {n} pages", n=pages) if pages else "")

    @property
    def chosen_name(self) -> str:
        """The name of the row chosen, empty for none."""
        rows, at = self.table.rows, self.table.at
        return rows[at].name if 0 <= at < len(rows) else ""

    def _step(self, step: int) -> bool:
        rows = self.table.rows
        if not rows:
            return False
        self._move_to(min(len(rows) - 1, max(0, self.table.at + step)))
        return True

    def _move_to(self, place: int) -> None:
        self.table.choose(place)
        high = self.table.row_height()
        self._scroll.ensureVisible(0, round((place + 0.5) * high), 0, high)

    def _chosen(self, place: int) -> None:
        again = place == self.table.at
        self._move_to(place)
        if again:
            self.row_opened.emit(self.chosen_name)


def _check_line(check: CheckRow) -> QHBoxLayout:
    line = row(spacing=10)
    tone = "ok.text" if check.passed else "warn.text"
    icon = Icon("mdi6.check-circle" if check.passed else "mdi6.alert-circle-outline", 22)
    icon.set_icon("mdi6.check-circle" if check.passed else "mdi6.alert-circle-outline", tone)
    line.addWidget(icon)
    line.addWidget(TextLabel(check.text, "body" if theme.current().density == "regular" else "label", keep=True))
    line.addStretch(1)
    line.addWidget(TextLabel(check.value, "label", colour="text.secondary"))
    return line
