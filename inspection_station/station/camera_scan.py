"""The live picture as a scanner (F3): for a code the handheld does not read, or a bench without one."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.devices.barcodes import CodeRead
from inspection_station.domain.carriers import Carriers
from inspection_station.domain.identifiers import Scan, ScanKind, recognise
from inspection_station.errors import StationProblem
from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.camera_view import CameraView
from inspection_station.station.overlay import Overlay
from inspection_station.station.presenting.parcel import lost_camera
from inspection_station.station.surfaces import clear, row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView
from inspection_station.station.views import CameraView as CameraTexts

WIDTH = 1040
GATHER_MS = 400  # from the first read on: other codes of the same label come in as well
PATIENCE_MS = 4_000  # without a code: more than that is offered then
FRESH_MS = 300  # what was proposed a moment ago is not taken by a key meant for something else
GONE_SECONDS = 3.0  # a candidate not read for so long gives its place to another
MOST_SHOWN = 3
RANKS = (ScanKind.TRACKING, ScanKind.RETURN_LABEL, ScanKind.OTHER, ScanKind.IMEI, ScanKind.PRODUCT, ScanKind.PROSE)
KIND_WORDS = {
    ScanKind.TRACKING: N_("Tracking number"), ScanKind.RETURN_LABEL: N_("Label of this centre"),
    ScanKind.PRODUCT: N_("Product code"), ScanKind.IMEI: N_("IMEI"), ScanKind.TOTE: N_("Tote"),
    ScanKind.OTHER: N_("Number"),
}  # fmt: skip
"""What can be proposed to a person; a badge is never shown, and a link without a number is no use."""


def _number_in(text: str, scan: Scan) -> str:
    return scan.numbers[0] if len(scan.numbers) == 1 else text


def code_meant(texts: Iterable[str], carriers: Carriers) -> str:
    """The text of one scan for what was read in the picture, where a label shows several codes; empty for none.

    A carrier's number goes before other numbers, those before a product code, and a QR code that names the same
    number is that number. Several of the best kind are handed on together: what is expected decides, or it is asked.
    """
    best: dict[int, dict[str, str]] = {}
    for text in texts:
        try:
            scan = recognise(text, carriers)
        except StationProblem:
            continue
        number = _number_in(text, scan)
        rank = RANKS.index(scan.kind) if scan.kind in RANKS else len(RANKS)
        best.setdefault(rank, {}).setdefault(number.upper(), number)
    return " ".join(best[min(best)].values()) if best else ""


@dataclass
class Candidate:
    """A number that may be meant; a person takes it, or not.

    Attributes:
        kind: what it is, in words.
        in_print: whether it was read as text, with no code that could be read.
        seen: when it was read last, by `time.monotonic`.
    """

    number: str
    kind: str
    in_print: bool
    seen: float


class CameraScan(Overlay):
    """Shows the live picture until a code in it was accepted, or a person takes a candidate.

    `expected` are the numbers of which one frame is enough. `reads_print` offers reading the number as text when no
    code can be read for a while, `lays_parcels` (the demo's bench) laying the next parcel under the camera.

    Signals:
        scanned(str): the code; the panel is gone.
        taken_in_print(str): a number read as text, that a person confirmed; the panel is gone.
        print_wanted(): read the text in the picture now; answer by `tell` and `propose`.
        typing_wanted(): the number is to be typed instead.
        parcel_wanted(): the demo's next parcel is to lie there.
    """

    scanned = Signal(str)
    taken_in_print = Signal(str)
    print_wanted = Signal()
    typing_wanted = Signal()
    parcel_wanted = Signal()

    def __init__(
        self,
        parent: QWidget,
        camera: BenchCamera,
        carriers: Carriers,
        expected: Container[str] = (),
        *,
        reads_print: bool = False,
        lays_parcels: bool = False,
    ) -> None:
        super().__init__(parent, translate("Scan with the camera"), WIDTH)
        self._camera, self._carriers = camera, carriers
        self._reads_print, self._lays_parcels = reads_print, lays_parcels
        self._texts: dict[str, None] = {}
        self._candidates: list[Candidate] = []
        self._is_reading_print = False
        self._size_before = camera.picture_size
        self.view = CameraView()
        self.view.setMinimumHeight(420 if theme.current().density == "regular" else 300)
        self.view.show_view(
            CameraTexts(prompt=TagView(translate("Hold the code into the picture"), "info", "mdi6.barcode-scan"))
        )
        self.view.action_pressed.connect(lambda _name: camera.try_now())
        self.view.size_wanted.connect(self._want_size)
        self.card.column.addWidget(self.view)
        self._make_rows()
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._finish)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._offer_more)
        self._fresh = QTimer(self, singleShot=True, interval=FRESH_MS)
        camera.pictured.connect(self._show)
        camera.code_read.connect(self._read)
        camera.candidate_read.connect(self._consider)
        camera.state_changed.connect(self._show_state)
        camera.want_code(True, expected)
        self._show_state(camera.state)
        self._patience.start()

    def _make_rows(self) -> None:
        """Words, candidates and actions: each row has its place from the beginning, so that nothing moves."""
        look = theme.current()
        self._words = TextLabel(self._first_words(), "label", colour="text.secondary", wrap=True, max_lines=2)
        self._words.setFixedHeight(2 * look.line_height("label"))
        self.card.column.addWidget(self._words)
        holder = QWidget()
        holder.setFixedHeight(look.size("buttonSmall"))
        self._buttons = row(holder, spacing=12)
        self.card.column.addWidget(holder)
        actions = row(spacing=12)
        self._lay = self._action("lay", translate("Lay the next parcel there"), "mdi6.package-variant-closed", "N")
        self._lay.clicked.connect(self.parcel_wanted)
        self._type = self._action("type", translate("Type the number"), "mdi6.keyboard-outline", "F2")
        self._type.clicked.connect(self.typing_wanted)
        self._print = self._action("print", translate("Read the number in print"), "mdi6.text-recognition", "R")
        self._print.clicked.connect(self._want_print)
        for button in (self._lay, self._type, self._print):
            actions.addWidget(button)
        actions.addStretch(1)
        self.card.column.addLayout(actions)
        self._lay.setVisible(self._lays_parcels)
        self._print.setVisible(False)

    @staticmethod
    def _action(name: str, text: str, icon: str, key: str) -> ActionButton:
        return ActionButton(ActionView(name, text, icon, key), size="small")

    def _first_words(self) -> str:
        if self._lays_parcels:
            return translate("This is the demo’s camera: N lays the next parcel under it.")
        return translate("Lay the label flat, with the whole code in the picture.")

    @property
    def candidates(self) -> tuple[str, ...]:
        """The numbers proposed."""
        return tuple(one.number for one in self._candidates)

    @property
    def offers_print(self) -> bool:
        """Whether reading the number in print is offered now."""
        return not self._print.isHidden()

    def close_panel(self) -> None:
        self._camera.pictured.disconnect(self._show)
        self._camera.code_read.disconnect(self._read)
        self._camera.candidate_read.disconnect(self._consider)
        self._camera.state_changed.disconnect(self._show_state)
        self._camera.want_code(False)
        self._camera.picture_size = self._size_before
        for timer in (self._gather, self._patience, self._fresh):
            timer.stop()
        super().close_panel()

    def _want_size(self, size: QSize) -> None:
        self._camera.picture_size = size

    def _show(self, picture: QImage) -> None:
        self.view.show_frame(picture)

    def _show_state(self, state: str) -> None:
        self.view.show_lost(None if state == "live" else lost_camera(self._camera.problem))

    # --- codes -------------------------------------------------------------------------------------------

    def _read(self, read: CodeRead, _size: QSize) -> None:
        self._texts[read.text] = None
        if not self._gather.isActive():
            self._gather.start()

    def _finish(self) -> None:
        text = code_meant(self._texts, self._carriers)
        if not text:
            self._texts.clear()
            return
        self.close_panel()
        self.scanned.emit(text)

    def _consider(self, read: CodeRead) -> None:
        """Propose a code that was read and not accepted."""
        try:
            scan = recognise(read.text, self._carriers)
        except StationProblem:
            return
        if scan.kind in KIND_WORDS:
            self._propose_one(_number_in(read.text, scan), translate(KIND_WORDS[scan.kind]), in_print=False)

    def _propose_one(self, number: str, kind: str, *, in_print: bool) -> None:
        now = time.monotonic()
        for one in self._candidates:
            if one.number == number:
                one.seen = now
                return
        if len(self._candidates) == MOST_SHOWN:
            oldest = min(self._candidates, key=lambda one: one.seen)
            if now - oldest.seen < GONE_SECONDS and not in_print:
                return
            self._candidates.remove(oldest)
        self._candidates.append(Candidate(number, kind, in_print, now))
        self._show_candidates()

    def _show_candidates(self) -> None:
        clear(self._buttons)
        for place, one in enumerate(self._candidates):
            words = translate("{number} · {kind}", number=one.number, kind=one.kind)
            key = "Enter" if place == 0 else str(place + 1)
            button = ActionButton(ActionView(one.number, words, "", key), size="small")
            button.clicked.connect(lambda _=False, one=one: self._take(one))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._words.set_text(translate("Read, but not for sure: compare it with the label before you take it."))
        self._fresh.start()

    def _take(self, candidate: Candidate) -> None:
        self.close_panel()
        (self.taken_in_print if candidate.in_print else self.scanned).emit(candidate.number)

    # --- when no code can be read --------------------------------------------------------------------------

    def _offer_more(self) -> None:
        if self._camera.latest() is None or self._gather.isActive():
            self._patience.start()
            return
        self._print.setVisible(self._reads_print)
        if self._candidates:
            return
        if self._lays_parcels:
            self._words.set_text(translate("There is no code in the picture; N lays the next parcel under the camera."))
        elif self._reads_print:
            told = translate("No code can be read here. R reads the number in print; with F2 you can type it.")
            self._words.set_text(told)
        else:
            told = translate("No code can be read here. Turn the label out of the glare, or type the number with F2.")
            self._words.set_text(told)

    def _want_print(self) -> None:
        self._print.setVisible(False)
        self._patience.stop()
        self.print_wanted.emit()
        self._is_reading_print = True

    def tell(self, words: str) -> None:
        """Say what became of reading the print, or of laying a parcel there."""
        self._words.set_text(words)
        if self._is_reading_print:
            self._is_reading_print = False
            self._patience.start()

    def propose(self, numbers: Sequence[str]) -> None:
        """Offer numbers that were read in print; a person takes one, or none."""
        for number in reversed(numbers[:MOST_SHOWN]):
            self._candidates = [one for one in self._candidates if one.number != number]
            self._candidates.insert(0, Candidate(number, translate("in print"), True, time.monotonic()))
        del self._candidates[MOST_SHOWN:]
        if numbers:
            self._show_candidates()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = event.key(), len(self._candidates)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and count:
            self._take_at(0)
        elif event.text() in ("2", "3") and int(event.text()) <= count:
            self._take_at(int(event.text()) - 1)
        elif key == Qt.Key.Key_R and self.offers_print:
            self._want_print()
        elif key == Qt.Key.Key_F2:
            self.typing_wanted.emit()
        elif key == Qt.Key.Key_N and self._lays_parcels:
            self.parcel_wanted.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _take_at(self, place: int) -> None:
        if not self._fresh.isActive():
            self._take(self._candidates[place])
