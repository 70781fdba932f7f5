"""Typing a number, with what the camera reads in print as proposals beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.devices.camera import Frame
from inspection_station.devices.text_reading import ReadLine, TextReader, can_read_text
from inspection_station.domain.numbers_in_text import proposed_numbers
from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import encode_jpeg
from inspection_station.i18n import sentences, translate
from inspection_station.station.action_button import ActionButton
from inspection_station.station.background import Background
from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.station.overlay import Overlay
from inspection_station.station.scan_field import ScanField
from inspection_station.station.surfaces import clear, row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView
from inspection_station.workflows.case import Case
from inspection_station.workflows.ports import ReferenceStore

MOST_SHOWN = 3
EXPECTED = 2_000  # parcels due next, against which what was read is held


def number_wanted(state: BenchState) -> str:
    """What a number typed now would be, as the panel's title; empty where none is wanted."""
    titles = {
        Screen.WAITING: translate("Type the number"),
        Screen.NO_MATCH: translate("Order number, phone tail or product code"),
        Screen.PARCEL: translate("The item's code or serial number"),
    }
    return titles.get(state.screen, "")


class Asking(Protocol):
    """A panel that asks what number stands in the picture; a widget, with which the question goes."""

    def tell(self, words: str) -> None:
        """Say what the camera does about it, or found."""

    def propose(self, numbers: Sequence[str]) -> None:
        """Offer numbers to a person."""


class NumberEntry(Overlay):
    """Type a number (F2): Enter takes it, a scan too; ↓ puts the next proposal into the field.

    Signals:
        entered(str, bool): the number; whether it was scanned, not typed.
    """

    entered = Signal(str, bool)

    def __init__(self, parent: QWidget, title: str, placeholder: str) -> None:
        super().__init__(parent, title)
        self.field = ScanField(placeholder, "mdi6.keyboard-outline")
        self.field.submitted.connect(self._enter)
        self.card.column.addWidget(self.field)
        self._words = TextLabel("", "label", colour="text.secondary", wrap=True)
        self._words.hide()
        self.card.column.addWidget(self._words)
        self._proposals: tuple[str, ...] = ()
        self._buttons = row(spacing=12)
        self.card.column.addLayout(self._buttons)
        hint = translate("Enter takes it; scanning works here too")
        self.card.column.addWidget(TextLabel(hint, "label", colour="text.secondary"))
        self.field.installEventFilter(self)

    def open_panel(self, focus: QWidget | None = None) -> None:
        """Show it; keys go into the field."""
        super().open_panel(focus or self.field)

    @property
    def proposals(self) -> tuple[str, ...]:
        """The numbers proposed."""
        return self._proposals

    def tell(self, words: str) -> None:
        """Say what the camera does about it, or found; nothing with an empty text."""
        self._words.set_text(words)
        self._words.setVisible(bool(words))

    def propose(self, numbers: Sequence[str]) -> None:
        """Offer numbers; a person takes one into the field, and confirms it there."""
        clear(self._buttons)
        self._proposals = tuple(numbers[:MOST_SHOWN])
        for place, number in enumerate(self._proposals):
            button = ActionButton(ActionView(number, number, "", "↓" if place == 0 else ""), size="small")
            button.clicked.connect(lambda _=False, number=number: self._take(number))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def _take(self, number: str) -> None:
        self.field.setText(number)
        self.field.setFocus()

    def _take_next(self) -> None:
        if self._proposals:
            now = self.field.text()
            after = self._proposals.index(now) + 1 if now in self._proposals else 0
            self._take(self._proposals[after % len(self._proposals)])

    def _enter(self, text: str, scanned: bool) -> None:
        self.close_panel()
        self.entered.emit(text, scanned)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.field:
            if event.key() == Qt.Key.Key_Escape:
                self.close_panel()
                return True
            if event.key() == Qt.Key.Key_Down:
                self._take_next()
                return True
        return super().eventFilter(watched, event)


class NumberReading(QObject):
    """Reads the live picture for an open panel, where text reading is installed (DECISIONS.md 50)."""

    def __init__(self, background: Background, reader: TextReader | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._reader = reader or (TextReader() if can_read_text() else None)

    @property
    def is_possible(self) -> bool:
        """Whether text can be read here: the extra is installed."""
        return self._reader is not None

    def attach(
        self, panel: Asking, frame: Frame | None, reference: ReferenceStore, case: Case | None = None
    ) -> None:
        """Propose to `panel` what stands in `frame`; does nothing without a picture or without the extra.

        Of an open `case` the item's own numbers are expected, otherwise those of the parcels due next.
        """
        reader = self._reader
        if reader is None or frame is None:
            return
        asked = _Asked(panel)
        panel.tell(translate("Reading the number in the picture …"))

        def lines() -> tuple[ReadLine, ...]:
            return reader.read(frame.jpeg or encode_jpeg(frame.image))

        def read(found: tuple[ReadLine, ...]) -> None:
            texts = [line.text for line in found]
            self._background.run(lambda: proposed_numbers(texts, _expected(reference, case)), asked.propose)

        self._background.run(lines, read, asked.failed, lane="text")

    def close(self) -> None:
        """End the reader's process."""
        if self._reader is not None:
            self._reader.close()


def _expected(reference: ReferenceStore, case: Case | None) -> Collection[str]:
    if case is None:
        waiting, _ = reference.queue(EXPECTED)
        return [one.tracking_number for one in waiting]
    lines = [line for one in case.returns for line in one.lines]
    return [code for line in lines for code in (*line.serial_numbers, *line.gtins, line.sku)]


class _Asked(QObject):
    """A question that goes with the panel it was asked for: answers to a closed one are left out."""

    def __init__(self, panel: Asking) -> None:
        super().__init__(panel if isinstance(panel, QObject) else None)
        self._panel = panel

    def propose(self, numbers: Sequence[str]) -> None:
        self._panel.tell(
            translate("Read in the picture; compare before you take it") if numbers
            else translate("No number could be read in the picture")
        )  # fmt: skip
        self._panel.propose(numbers)

    def failed(self, error: Exception) -> None:
        if not isinstance(error, StationProblem):
            raise error
        self._panel.tell(" ".join(sentences(error)))
