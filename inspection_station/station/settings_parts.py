"""Parts of the settings' cards: a flow of tags, facts, meters, the bar of the disk, the cards' heading."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.paint import clip_round, draw_box
from inspection_station.station.settings_views import MeterView
from inspection_station.station.surfaces import Card, clear, column, row
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import FactView, TagView

BAR = 10  # logical pixels
TICK = (3, 22)


class TagFlow(QWidget):
    """Tags side by side, on as many lines as they need."""

    SPACING = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._shown: tuple[TagView, ...] = ()
        self._tags: list[Tag] = []

    def show_tags(self, tags: tuple[TagView, ...]) -> None:
        """Show other tags."""
        if tags == self._shown:
            return
        self._shown = tags
        for old in self._tags:
            old.hide()
            old.deleteLater()
        self._tags = [Tag(tag, parent=self) for tag in tags]
        for tag in self._tags:
            tag.show()
        self.updateGeometry()
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        hints = [tag.sizeHint() for tag in self._tags]
        return QSize(max((h.width() for h in hints), default=0), max((h.height() for h in hints), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Put the tags where they belong at this width, and be as high as they need."""
        left = top = high = 0
        for tag in self._tags:
            hint = tag.sizeHint()
            if left and left + hint.width() > self.width():
                left, top, high = 0, top + high + self.SPACING, 0
            tag.setGeometry(left, top, hint.width(), hint.height())
            left += hint.width() + self.SPACING
            high = max(high, hint.height())
        if self.height() != top + high:
            self.setFixedHeight(top + high)


class ButtonFlow(QWidget):
    """Buttons side by side, on as many lines as they need; hidden ones leave no gap."""

    SPACING = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._buttons: list[QWidget] = []

    def add(self, button: QWidget) -> None:
        """One more button, after the others."""
        button.setParent(self)
        self._buttons.append(button)

    def arrange(self) -> None:
        """Put the buttons where they belong: after one of them was shown, hidden or given other words."""
        left = top = high = 0
        for button in self._buttons:
            if button.isHidden():
                continue
            hint = button.sizeHint()
            if left and left + hint.width() > self.width():
                left, top, high = 0, top + high + self.SPACING, 0
            button.setGeometry(left, top, min(hint.width(), self.width()), hint.height())
            left += hint.width() + self.SPACING
            high = max(high, hint.height())
        if self.height() != top + high:
            self.setFixedHeight(top + high)

    def sizeHint(self) -> QSize:
        shown = [button.sizeHint() for button in self._buttons if not button.isHidden()]
        width = sum(hint.width() for hint in shown) + self.SPACING * max(0, len(shown) - 1)
        return QSize(width, max((hint.height() for hint in shown), default=0))

    def minimumSizeHint(self) -> QSize:
        shown = [button.sizeHint() for button in self._buttons if not button.isHidden()]
        return QSize(max((hint.width() for hint in shown), default=0), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()


class FactLines(QWidget):
    """Labels at the left, values at the right, a line each; `wrap` for values of any length, such as paths."""

    def __init__(self, role: str = "label", *, wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role, self._wrap = role, wrap
        self._lines = column(self, spacing=8 if theme.current().density == "regular" else 4)
        self._shown: tuple[FactView, ...] = ()
        self._values: list[TextLabel] = []

    def show_facts(self, facts: tuple[FactView, ...]) -> None:
        """Show other facts; lines that stay are only given their new values."""
        if [fact.label for fact in facts] == [fact.label for fact in self._shown]:
            for fact, label in zip(facts, self._values, strict=True):
                label.set_text(fact.value)
            self._shown = facts
            return
        self._shown = facts
        clear(self._lines)
        self._values = []
        for fact in facts:
            line = row(spacing=12)
            name = TextLabel(fact.label, self._role, colour="text.secondary", keep=True)
            value = TextLabel(fact.value, self._role, weight=500, code=fact.code, wrap=self._wrap,
                              align=Qt.AlignmentFlag.AlignRight)  # fmt: skip
            line.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(value, 1)
            self._lines.addLayout(line)
            self._values.append(value)


class _Bar(QWidget):
    """The bar of a meter: ink on sunken, limits as ticks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = MeterView("", "", 0.0)
        self.setFixedHeight(TICK[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        middle = self.height() / 2
        whole = QRectF(0, middle - BAR / 2, self.width(), BAR)
        draw_box(painter, whole, BAR / 2, look.color("border.hairline"))
        share = max(0.0, min(1.0, self.view.share))
        if share > 0:
            filled = QRectF(0, whole.top(), max(BAR, share * self.width()), BAR)
            draw_box(painter, filled, BAR / 2, look.color("text.primary" if self.view.fine else "error.solid"))
        for limit in self.view.limits:
            left = max(0.0, min(1.0, limit)) * (self.width() - TICK[0])
            painter.fillRect(QRectF(left, 0, *TICK), look.color("border.control"))


class Meter(QWidget):
    """A measure with its value and a bar against its limits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        whole = column(self, spacing=2)
        line = row(spacing=12)
        self._label = TextLabel("", "body", keep=True)
        self._value = TextLabel("", "body", weight=700, align=Qt.AlignmentFlag.AlignRight)
        line.addWidget(self._label)
        line.addWidget(self._value, 1)
        whole.addLayout(line)
        self._bar = _Bar()
        whole.addWidget(self._bar)

    def show_view(self, view: MeterView) -> None:
        """Show another measure."""
        self._label.set_text(view.label)
        self._value.set_text(view.value)
        self._value.set_colour("text.primary" if view.fine else "error.text")
        self._bar.view = view
        self._bar.update()
        self.setAccessibleName(f"{view.label} {view.value}")


class DiskBar(QWidget):
    """The disk: other things dark grey, photos here ink, photos not at the centre yet hatched, the rest free."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = (0.0, 0.0, 0.0)
        self.setFixedHeight(24)

    def show_parts(self, other: float, here: float, unsynced: float) -> None:
        """Shares of the disk, 0–1; `unsynced` is part of `here`."""
        self._parts = (other, here, min(unsynced, here))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        place = QRectF(self.rect())
        clip_round(painter, place, place.height() / 2)
        painter.fillRect(place, look.color("border.hairline"))
        other, here, unsynced = (max(0.0, min(1.0, part)) * place.width() for part in self._parts)
        # What there is at all can be seen: three pixels at least.
        here = max(3.0, here) if here else 0.0
        painter.fillRect(QRectF(0, 0, other, place.height()), look.color("border.control"))
        painter.fillRect(QRectF(other, 0, here, place.height()), look.color("text.primary"))
        if unsynced:
            hatched = QRectF(other + here - max(3.0, unsynced), 0, max(3.0, unsynced), place.height())
            painter.fillRect(hatched, look.color("bg.surface"))
            painter.fillRect(hatched, QBrush(look.color("text.primary"), Qt.BrushStyle.BDiagPattern))


class Trouble(QWidget):
    """What happened and what to do, in two lines; hidden while there is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lines = column(self, spacing=2)
        self._what = TextLabel("", "label", weight=600, colour="warn.text", wrap=True)
        self._to_do = TextLabel("", "label", colour="text.secondary", wrap=True)
        lines.addWidget(self._what)
        lines.addWidget(self._to_do)
        self.hide()

    def show_trouble(self, what: str, to_do: str = "", *, good: bool = False) -> None:
        """Say it; empty texts take it away. `good` when it is none."""
        self._what.set_colour("ok.text" if good else "warn.text")
        self._what.set_text(what)
        self._to_do.set_text(to_do)
        self._to_do.setVisible(bool(to_do))
        self.setVisible(bool(what))


class DeviceCard(Card):
    """A card with icon, title, what the device is, and how it is."""

    def __init__(self, icon: str, title: str, parent: QWidget | None = None) -> None:
        look = theme.current()
        super().__init__(spacing=12, parent=parent)
        head = row(spacing=16 if look.density == "regular" else 12)
        if icon:
            head.addWidget(Icon(icon, 48 if look.density == "regular" else 36))
        words = column(spacing=0)
        self._title = TextLabel(title, "h2", weight=700)
        self._subtitle = TextLabel("", "label", colour="text.secondary")
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head.addLayout(words, 1)
        self._head = head
        self._state = Tag(TagView(""))
        head.addWidget(self._state, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(head)
        self.setAccessibleName(title)

    def add_to_head(self, widget: QWidget) -> None:
        """Put `widget` beside the state."""
        self._head.insertWidget(self._head.count() - 1, widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_head(self, state: TagView, subtitle: str = "") -> None:
        """Show how the device is, and what it is."""
        self._state.set_view(state)
        self._state.setVisible(bool(state.text))
        self._subtitle.set_text(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self.setAccessibleDescription(state.text)
