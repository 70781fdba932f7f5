"""The card of what needs attention: what the centre refused, why, where it belongs, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.settings_parts import ButtonFlow, DeviceCard
from inspection_station.station.settings_views import AttentionRowView, AttentionView
from inspection_station.station.surfaces import PressButton, clear, column, row, scrolled
from inspection_station.station.tags import Icon
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView


class AttentionRow(PressButton):
    """One refused thing; the chosen one says what to do as well.

    Signals:
        moved(int): the one before (-1) or after (+1) is wanted.
    """

    moved = Signal(int)

    def __init__(self, view: AttentionRowView, chosen: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view, self.chosen = view, chosen
        regular = theme.current().density == "regular"
        self._layout = line = row(self, spacing=12, margins=(16, 10, 12, 10) if regular else (12, 8, 8, 8))
        icon, colour = ("mdi6.check-circle", "text.tertiary") if view.seen else ("mdi6.alert", "warn.text")
        line.addWidget(Icon(icon, 24, colour), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=0)
        words.addWidget(TextLabel(view.number, "label", weight=700, code=True))
        words.addWidget(TextLabel(view.place, "caption", colour="text.tertiary", wrap=True))
        words.addWidget(TextLabel(view.what, "label", weight=600 if chosen else 400, wrap=True))
        if chosen:
            words.addWidget(TextLabel(view.to_do, "label", colour="text.secondary", wrap=True))
        if view.done:
            words.addWidget(TextLabel(view.done, "caption", colour="text.tertiary", wrap=True))
        line.addLayout(words, 1)
        self.setAccessibleName(f"{view.number}, {view.what}")
        self.setAccessibleDescription(translate("chosen") if chosen else "")
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return self._layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._layout.minimumSize()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(50, self._layout.heightForWidth(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step:
            self.moved.emit(step)
            event.accept()
            return
        super().keyPressEvent(event)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        if self.chosen:
            painter.fillRect(place, look.color("bg.selected"))
            painter.fillRect(QRectF(place.left(), place.top(), 5, place.height()), look.color("focus.ring"))
        painter.fillRect(QRectF(place.left(), place.bottom() - 1, place.width(), 1), look.color("border.hairline"))


class AttentionCard(DeviceCard):
    """What the centre refused.

    Signals:
        chosen(str): the row with this id.
        act_requested(str): open, again, seen or export, for the chosen row (export: for all).
    """

    chosen = Signal(str)
    act_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__("mdi6.cloud-alert-outline", translate("Needs attention"))
        holder = QWidget()
        holder.setObjectName("surface")
        self._lines = column(holder)
        self._area = scrolled(holder)
        self._area.setMinimumHeight(220 if theme.current().density == "regular" else 150)
        self._empty = TextLabel("", "body", colour="text.secondary", wrap=True)
        self.column.addWidget(self._empty)
        self.column.addWidget(self._area, 100)
        self._reason = TextLabel("", "label", colour="text.tertiary", wrap=True)
        self._exported = TextLabel("", "label", colour="text.secondary", wrap=True)
        self.column.addWidget(self._reason)
        self.column.addWidget(self._exported)
        buttons = ButtonFlow()
        self._buttons: dict[str, ActionButton] = {}
        for name, text, icon in (
            ("open", translate("Open in history"), "mdi6.magnify"),
            ("again", translate("Try again"), "mdi6.refresh"),
            ("seen", translate("Seen"), "mdi6.check"),
            ("export", translate("Export all"), "mdi6.folder-zip-outline"),
        ):
            button = ActionButton(ActionView(name, text, icon), size="small")
            button.clicked.connect(lambda _=False, name=name: self.act_requested.emit(name))
            buttons.add(button)
            self._buttons[name] = button
        self._flow = buttons
        self.column.addWidget(buttons)
        self.column.addStretch(1)  # takes the room while there is no list
        self._rows: dict[str, AttentionRow] = {}
        self._shown: AttentionView | None = None
        self.show_view(AttentionView())

    @property
    def rows(self) -> tuple[AttentionRow, ...]:
        """The rows shown."""
        return tuple(self._rows.values())

    def show_view(self, view: AttentionView) -> None:
        """Show what was refused."""
        if view == self._shown:
            return
        had_focus = any(one.hasFocus() for one in self._rows.values())
        self._shown = view
        clear(self._lines)
        self._rows = {}
        for shown in view.rows:
            line = AttentionRow(shown, shown.id == view.chosen)
            line.clicked.connect(lambda _=False, name=shown.id: self.chosen.emit(name))
            line.moved.connect(self._move)
            self._lines.addWidget(line)
            self._rows[shown.id] = line
        self._lines.addStretch(1)
        chosen = next((one for one in view.rows if one.id == view.chosen), None)
        if had_focus and chosen is not None:
            self._rows[chosen.id].show()  # only what is shown can have the focus
            self._rows[chosen.id].setFocus()
        if view.rows:
            self.show_head(TagView(str(view.open), "warn" if view.open else "neutral", "mdi6.alert"))
        else:
            self.show_head(TagView(translate("Nothing"), "ok", "mdi6.check-circle"))
        nothing = translate("The centre has refused nothing. What it refuses is kept here and never deleted.")
        self._empty.set_text(nothing)
        self._empty.setVisible(not view.rows)
        self._area.setVisible(bool(view.rows))
        self._reason.set_text(view.reason)
        self._reason.setVisible(bool(view.rows and view.reason))
        self._exported.set_text(translate("Exported to {path}", path=view.exported))
        self._exported.setVisible(bool(view.exported))
        self._flow.setVisible(bool(view.rows))
        self._buttons["open"].setEnabled(chosen is not None and bool(chosen.inspection_id))
        self._buttons["again"].setEnabled(chosen is not None and not view.reason)
        self._buttons["seen"].setEnabled(chosen is not None and not chosen.seen)
        self._flow.arrange()

    def _move(self, step: int) -> None:
        ids = list(self._rows)
        if self._shown is None or self._shown.chosen not in ids:
            return
        at = ids.index(self._shown.chosen) + step
        if 0 <= at < len(ids):
            self.chosen.emit(ids[at])
