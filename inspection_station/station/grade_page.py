"""Grade and confirm: what the rules say and why, who is liable, where the item goes, what the label will be."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.choice_row import ChoiceRow, ChoiceTile, GradeChoice
from inspection_station.station.context_bar import ContextBar
from inspection_station.station.keycap import Keycap
from inspection_station.station.page import Page
from inspection_station.station.page_views import GradeView, LabelView, ReasonView, ToteView
from inspection_station.station.paint import draw_box, fitted
from inspection_station.station.picture import Picture
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import Card, Well, clear, column, fixed_column, row, scrolled
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView


class LabelPaper(QWidget):
    """The label's raster, at its own proportions, on paper."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raster: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_raster(self, raster: QImage | None) -> None:
        """Show another label."""
        self._raster = raster
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        place = QRectF(self.rect())
        draw_box(painter, place, 12, look.color("bg.sunken"))
        if self._raster is None or self._raster.isNull():
            return
        paper = fitted(self._raster.size(), place.adjusted(16, 16, -16, -16))
        for spread, alpha in ((8, 8), (4, 12), (2, 14)):
            shadow = paper.adjusted(-spread, -spread + 5, spread, spread + 5)
            draw_box(painter, shadow, spread, QColor(18, 22, 27, alpha))
        painter.fillRect(paper, QColor("#FFFFFF"))
        dots = (paper.size() * self.devicePixelRatioF()).toSize()
        # Averaged, not sampled: a thin stroke of one dot would vanish in a smaller preview.
        small = self._raster.convertToFormat(QImage.Format.Format_Grayscale8).scaled(
            dots, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(paper, small)
        painter.setPen(QColor("#D6DADF"))
        painter.drawRect(paper)


class ReasonRow(QWidget):
    """One reason with the rule that says so."""

    def __init__(self, view: ReasonView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        regular = theme.current().density == "regular"
        icon, colour = {
            True: ("mdi6.check-circle", "ok.solid"), False: ("mdi6.alert-circle", "error.solid"),
            None: ("mdi6.information-outline", "text.secondary"),
        }[view.good]  # fmt: skip
        line = row(self, spacing=12, margins=(0, 9 if regular else 3, 0, 9 if regular else 3))
        line.addWidget(Icon(icon, 28 if regular else 24, colour), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(TextLabel(view.text, "bodyL", wrap=True, max_lines=2), 3)
        if view.rule:
            rule = TextLabel(view.rule, "label", weight=400, colour="text.secondary", wrap=True, max_lines=3,
                             align=Qt.AlignmentFlag.AlignRight)  # fmt: skip
            line.addWidget(rule, 2)
        self.setAccessibleName(" · ".join(p for p in (view.text, view.rule) if p))


class BigTote(Well):
    """Where the item goes, in h2, with a hint that scanning another tote changes it."""

    def __init__(self, view: ToteView, parent: QWidget | None = None) -> None:
        regular = theme.current().density == "regular"
        super().__init__((22, 14, 22, 14) if regular else (10, 8, 10, 8), 18 if regular else 10, parent)
        self.line.addWidget(Icon("mdi6.tray-arrow-down", 46 if regular else 26))
        texts = column()
        role = "label" if regular else "caption"
        texts.addWidget(TextLabel(view.text, "h2", keep=True))
        texts.addWidget(TextLabel(view.note, role, weight=400, colour="text.secondary", code=True))
        self.line.addLayout(texts, 1)
        detail = TextLabel(view.detail, role, weight=600, colour="text.secondary", wrap=True, max_lines=2,
                           align=Qt.AlignmentFlag.AlignRight)  # fmt: skip
        detail.setFixedWidth(min(detail.sizeHint().width(), 150 if regular else 76))
        self.line.addWidget(detail, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(f"{view.text} {view.note} {view.detail}")


class GradePage(Page):
    """Shows a `GradeView`.

    Signals:
        grade_chosen(str): another grade's letter (asks for a reason next).
        disposition_chosen(str), disposition_refused(str): by name; refused ones are blocked.
        liability_chosen(str).
    """

    grade_chosen = Signal(str)
    disposition_chosen = Signal(str)
    disposition_refused = Signal(str)
    liability_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        self._regular = look.density == "regular"
        gutter = look.size("gutter")
        whole = column(self)
        self.context = ContextBar()
        whole.addWidget(self.context)
        body = row(spacing=gutter, margins=(gutter,) * 4)
        whole.addLayout(body, 1)
        left = column(spacing=gutter)
        self._grade_card, self._liability_card = Card(None, 0), Card(None, 0)
        left.addWidget(self._grade_card, 11 if self._regular else 4)
        left.addWidget(self._liability_card, 10 if self._regular else 3)
        body.addWidget(fixed_column(left, look.size("colGrade")))
        self._disposition_card = Card(None, 0)
        body.addWidget(self._disposition_card, 1)
        right = column(spacing=gutter)
        self._label_card = Card(None, 0)
        self._build_label_card()
        self.primary = PrimaryButton()
        self.take_primary(self.primary)
        self._back = ActionButton(ActionView("back", ""))
        self._back.clicked.connect(lambda: self.action_pressed.emit(self._back.view.name))
        right.addWidget(self._label_card, 1)
        right.addWidget(self.primary)
        right.addWidget(self._back)
        body.addWidget(fixed_column(right, look.size("colLabel")))

    def _build_label_card(self) -> None:
        head = row(spacing=12)
        self._label_title = TextLabel("", "h2")
        self._label_size = TextLabel("", "label", weight=400, colour="text.secondary")
        head.addWidget(self._label_title)
        head.addStretch(1)
        head.addWidget(self._label_size)
        self._paper = LabelPaper()
        foot = row(spacing=6)
        self._printer_icon = Icon("mdi6.printer-check", 20, "text.secondary")
        self._printer = TextLabel("", "label", weight=400, colour="text.secondary")
        self._copies = TextLabel("", "label", weight=400, colour="text.secondary")
        foot.addWidget(self._printer_icon)
        foot.addWidget(self._printer)
        foot.addStretch(1)
        foot.addWidget(self._copies)
        inner = self._label_card.column
        inner.addLayout(head)
        inner.addSpacing(12)
        inner.addWidget(self._paper, 1)
        inner.addSpacing(12)
        inner.addLayout(foot)

    def show_view(self, view: GradeView) -> None:
        """Show another state of the decision."""
        self.context.show_view(view.context)
        self._show_grades(view)
        self._show_liability(view)
        self._show_dispositions(view)
        self._show_label(view.label)
        self._back.set_view(view.back)
        self._bind_keys(view)
        self.show_primary(view.primary)

    def _show_grades(self, view: GradeView) -> None:
        inner = self._grade_card.column
        clear(inner)
        head = row(spacing=12)
        head.addWidget(TextLabel(view.grade_title, "h2"))
        head.addStretch(1)
        head.addWidget(TextLabel(view.grade_note, "label", weight=400, colour="text.secondary"))
        inner.addLayout(head)
        inner.addSpacing(16 if self._regular else 8)
        tiles = row(spacing=16 if self._regular else 12)
        for grade in view.grades:
            tile = GradeChoice(grade)
            tile.chosen.connect(self.grade_chosen)
            tiles.addWidget(tile, 1)
        inner.addLayout(tiles)
        inner.addSpacing(12 if self._regular else 4)
        reasons = QWidget()
        lines = column(reasons)
        for reason in view.reasons:
            lines.addWidget(ReasonRow(reason))
        lines.addStretch(1)
        inner.addWidget(scrolled(reasons), 1)

    def _show_liability(self, view: GradeView) -> None:
        inner = self._liability_card.column
        clear(inner)
        head = row(spacing=12)
        head.addWidget(TextLabel(view.liability_title, "h2"))
        head.addStretch(1)
        if view.liability_tag is not None:
            head.addWidget(Tag(view.liability_tag))
        every = ActionButton(ActionView("all_parties", translate("Shares"), "", "L"), size="small")
        every.clicked.connect(lambda: self.action_pressed.emit("all_parties"))
        head.addWidget(every)
        inner.addLayout(head)
        inner.addSpacing(16 if self._regular else 8)
        tiles = row(spacing=12 if self._regular else 8)
        for choice in view.liabilities:
            tile = ChoiceTile(choice, centred=True, siblings=tuple(c.text for c in view.liabilities))
            tile.chosen.connect(self.liability_chosen)
            tiles.addWidget(tile, 1 if len(view.liabilities) < 5 else tile.needed_width())
        inner.addLayout(tiles)
        inner.addSpacing(16 if self._regular else 8)
        evidence = row(spacing=24 if self._regular else 12)
        role, most = ("bodyL", 5) if self._regular else ("caption", 4)
        words = TextLabel(view.liability_words, role, weight=400, colour="text.secondary", wrap=True, max_lines=most)
        evidence.addWidget(words, 3, Qt.AlignmentFlag.AlignTop)
        for picture in view.pictures:
            frame = Picture(picture.picture, cover=False, note=picture.caption, bar=True, line="border.hairline",
                            line_width=2, empty=picture.empty)  # fmt: skip
            frame.set_marks(picture.marks)
            frame.setMaximumHeight(168)
            evidence.addWidget(frame, 2)
        inner.addLayout(evidence, 1)
        if view.tags:
            tags = row(spacing=8, margins=(0, 16 if self._regular else 8, 0, 0))
            for tag in view.tags:
                tags.addWidget(Tag(tag))
            tags.addStretch(1)
            inner.addLayout(tags)

    def _show_dispositions(self, view: GradeView) -> None:
        inner = self._disposition_card.column
        clear(inner)
        head = row(spacing=12)
        head.addWidget(TextLabel(view.disposition_title, "h2"))
        head.addStretch(1)
        keys = [choice.key for choice in view.dispositions if choice.key]
        if view.more is not None:
            more = ActionButton(view.more, size="small")
            more.clicked.connect(lambda: self.action_pressed.emit("more_dispositions"))
            head.addWidget(more)
        if len(keys) > 1:
            head.addWidget(Keycap(keys[0], keys[-1]))
        inner.addLayout(head)
        inner.addSpacing(16 if self._regular else 8)
        for index, choice in enumerate(view.dispositions):
            if index:
                inner.addSpacing(12 if self._regular else 8)
            line = ChoiceRow(choice)
            line.chosen.connect(self.disposition_chosen)
            line.refused.connect(self.disposition_refused)
            inner.addWidget(line)
        inner.addStretch(1)
        if view.tote is not None:
            inner.addWidget(BigTote(view.tote))

    def _show_label(self, view: LabelView) -> None:
        self._label_title.set_text(view.title)
        self._label_size.set_text(view.size)
        self._paper.set_raster(view.raster)
        self._paper.setAccessibleName(f"{view.title} {view.size}")
        self._printer_icon.set_icon("mdi6.printer-check" if view.printer_ready else "mdi6.printer-alert",
                                    "text.secondary" if view.printer_ready else "warn.text")  # fmt: skip
        self._printer.set_text(view.printer)
        self._copies.set_text(view.copies)

    def _bind_keys(self, view: GradeView) -> None:
        self.unbind_all()
        for grade in view.grades:
            if not grade.blocked:
                self.bind(f"Shift+{grade.letter}", partial(self.grade_chosen.emit, grade.letter))
        for choice in view.dispositions:
            signal = self.disposition_refused if choice.blocked else self.disposition_chosen
            self.bind(choice.key, partial(signal.emit, choice.name))
        for choice in view.liabilities:
            self.bind(choice.key, partial(self.liability_chosen.emit, choice.name))
        self.bind("L", partial(self.action_pressed.emit, "all_parties"))
        if view.more is not None:
            self.bind("PgDn", partial(self.action_pressed.emit, view.more.name))
        if view.back.key:
            self.bind(view.back.key, partial(self.action_pressed.emit, view.back.name))
