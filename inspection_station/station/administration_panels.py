"""Panels of administration: a form, a question that says what changes, and secrets that are shown this once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from inspection_station.documents.code_symbols import qr
from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.administration_views import FieldView
from inspection_station.station.overlay import Overlay
from inspection_station.station.scan_field import ScanField
from inspection_station.station.settings_controls import Field, Segments
from inspection_station.station.settings_parts import FactLines, Trouble
from inspection_station.station.surfaces import column, row, scrolled
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, FactView

SAVE = "Ctrl+S"
QR_SIDE = 220  # logical pixels
MOST_NOTES = 240  # logical pixels of lines that scroll


class FormPanel(Overlay):
    """Some texts and choices; Enter goes on to the next field, after the last one and by Ctrl+S it is sent.

    It stays until what was sent is taken: `refuse` says why it was not.

    Signals:
        given(dict): the values by name, as texts.
    """

    given = Signal(dict)

    def __init__(self, parent: QWidget, title: str, fields: Sequence[FieldView], send: str) -> None:
        super().__init__(parent, title)
        self._values: dict[str, str] = {one.name: one.value for one in fields}
        self.fields: dict[str, Field] = {}
        for one in fields:
            if one.choices:
                self._add_choice(one)
            else:
                self._add_text(one)
        self._trouble = Trouble()
        self.card.column.addWidget(self._trouble)
        self.button = ActionButton(ActionView("send", send, "mdi6.check-bold", SAVE), size="small")
        self.button.clicked.connect(self._send)
        line = row()
        line.addWidget(self.button)
        line.addStretch(1)
        self.card.column.addLayout(line)

    def _add_text(self, one: FieldView) -> None:
        box = column(spacing=4)
        box.addWidget(TextLabel(one.label, "label", weight=600))
        field = Field()
        field.setText(one.value)
        field.setAccessibleName(one.label)
        field.textChanged.connect(lambda text, name=one.name: self._values.__setitem__(name, text.strip()))
        field.installEventFilter(self)
        self.fields[one.name] = field
        line = row(spacing=8)
        line.addWidget(field, 1)
        if one.browse:
            browse = ActionButton(ActionView("browse", translate("Choose a file"), "mdi6.folder-open-outline"),
                                  size="small")  # fmt: skip
            browse.clicked.connect(lambda: self._browse(field))
            line.addWidget(browse)
        box.addLayout(line)
        self.card.column.addLayout(box)

    def _add_choice(self, one: FieldView) -> None:
        box = column(spacing=4)
        box.addWidget(TextLabel(one.label, "label", weight=600))
        choice = Segments(one.choices)
        choice.set_name(one.label)
        choice.show_value(one.value)
        choice.chosen.connect(lambda value, name=one.name: self._values.__setitem__(name, str(value)))
        box.addWidget(choice)
        self.card.column.addLayout(box)

    def _browse(self, field: Field) -> None:
        found, _kind = QFileDialog.getOpenFileName(
            self, translate("Choose a file"), "", translate("Rule files") + " (*.yaml *.yml)"
        )
        if found:
            field.setText(found)
        field.setFocus()

    def open_panel(self, focus: QWidget | None = None) -> None:
        """Show it; keys go into the first field."""
        super().open_panel(focus or next(iter(self.fields.values()), None))

    def refuse(self, what: str, to_do: str = "") -> None:
        """What was sent is not taken: say why, and let it be mended."""
        self.button.setEnabled(True)
        self._trouble.show_trouble(what, to_do)

    def _send(self) -> None:
        if self.button.isEnabled():
            self.button.setEnabled(False)
            self._trouble.show_trouble("")
            self.given.emit(dict(self._values))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_S and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._send()
            event.accept()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self.fields.values():
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                self.close_panel()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if watched is list(self.fields.values())[-1]:
                    self._send()
                else:
                    self.focusNextChild()
                return True
        return super().eventFilter(watched, event)


class ConfirmPanel(Overlay):
    """What would change; the digit 1 does it, Esc leaves everything as it is.

    Signals:
        confirmed(): do it.
    """

    confirmed = Signal()

    def __init__(
        self, parent: QWidget, title: str, facts: Sequence[FactView], notes: Sequence[str], act: ActionView | None
    ) -> None:
        """`act` None only tells."""
        super().__init__(parent, title)
        lines = FactLines("body", wrap=True)
        lines.show_facts(tuple(facts))
        self.card.column.addWidget(lines)
        self.texts = tuple(notes)
        if notes:
            holder = QWidget()
            words = column(holder, spacing=4)
            for text in notes:
                words.addWidget(TextLabel(text, "label", colour="text.secondary", wrap=True))
            words.addStretch(1)
            area = scrolled(holder)
            area.setFixedHeight(min(MOST_NOTES, 10 + len(notes) * (theme.current().line_height("label") + 6)))
            self.card.column.addWidget(area)
        self._can = act is not None
        if act is not None:
            button = ActionButton(ActionView(act.name, act.text, act.icon, "1"))
            button.clicked.connect(self._confirm)
            self.card.column.addWidget(button)

    def _confirm(self) -> None:
        self.close_panel()
        self.confirmed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "1" and self._can:
            self._confirm()
            event.accept()
            return
        super().keyPressEvent(event)


class QrPicture(QWidget):
    """A QR symbol, black on white in every theme, in whole pixels."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._squares = qr(text)
        self.setFixedSize(QR_SIDE, QR_SIDE)
        self.setAccessibleName(translate("QR code"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#FFFFFF"))
        side = max(1, QR_SIDE // (self._squares.modules + 8))
        left = (QR_SIDE - side * self._squares.modules) // 2
        for y, line in enumerate(self._squares.rows):
            for x, dark in enumerate(line):
                if dark:
                    painter.fillRect(left + x * side, left + y * side, side, side, QColor("#000000"))


class OncePanel(Overlay):
    """Secrets that nobody is told again: large, with their code or card; gone once it is closed.

    Signals:
        print_wanted(): print the card once more.
    """

    print_wanted = Signal()

    def __init__(
        self, parent: QWidget, title: str, secrets: Sequence[tuple[str, str]], *, code: str = "",
        card: QImage | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent, title)
        self.secrets = tuple(secrets)
        for label, value in secrets:
            self.card.column.addWidget(TextLabel(label, "label", colour="text.secondary"))
            self.card.column.addWidget(TextLabel(value, "h1", weight=800, code=True, keep=True))
        if code:
            line = row()
            line.addWidget(QrPicture(code))
            line.addStretch(1)
            self.card.column.addLayout(line)
        self._prints = card is not None
        if card is not None:
            self.card.column.addWidget(CardPicture(card))
            button = ActionButton(ActionView("print", translate("Print the card again"), "mdi6.printer-outline", "P"),
                                  size="small")  # fmt: skip
            button.clicked.connect(self.print_wanted)
            self.card.column.addWidget(button)
        note = translate("This is shown once. Nobody can look it up later; a new one can be made at any time.")
        self.card.column.addWidget(TextLabel(note, "label", colour="text.secondary", wrap=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_P and self._prints:
            self.print_wanted.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class CardPicture(QWidget):
    """A badge card as it prints."""

    def __init__(self, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wide = 430 if theme.current().density == "regular" else 340
        self._size = QSize(wide, round(wide * image.height() / max(1, image.width())))
        self._image = image
        self.setFixedHeight(self._size.height())
        self.setAccessibleName(translate("The badge card as it prints"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(0, 0, self._size.width(), self._size.height())
        painter.drawImage(place, self._image)
        painter.setPen(theme.current().color("border.control"))
        painter.drawRect(place.adjusted(0, 0, -1, -1))


class BadgePanel(Overlay):
    """Asks for the badge of whoever is signed in here: a scan, or its text typed unseen.

    Signals:
        given(str): the badge's text.
    """

    given = Signal(str)

    def __init__(self, parent: QWidget, title: str, why: str) -> None:
        super().__init__(parent, title)
        self.card.column.addWidget(TextLabel(why, "body", colour="text.secondary", wrap=True))
        self.field = ScanField(translate("Scan your badge"), "mdi6.badge-account-horizontal-outline")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.submitted.connect(self._give)
        self.field.installEventFilter(self)
        self.card.column.addWidget(self.field)

    def open_panel(self, focus: QWidget | None = None) -> None:
        """Show it; keys and the scan go into the field."""
        super().open_panel(focus or self.field)

    def _give(self, text: str, _scanned: bool) -> None:
        self.field.clear()
        self.close_panel()
        self.given.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.field
        if pressed and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.close_panel()
            return True
        return super().eventFilter(watched, event)
