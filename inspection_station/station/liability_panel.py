"""All liable parties and their shares (key L): they always add up to 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station.action_button import ActionButton
from inspection_station.station.overlay import Overlay
from inspection_station.station.surfaces import row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView

STEP = 10


def evenly(parties: Sequence[str]) -> dict[str, int]:
    """Equal shares that add up to 100, the remainder to the last; none for nobody."""
    if not parties:
        return {}
    part = 100 // len(parties)
    return {**dict.fromkeys(parties, part), parties[-1]: 100 - part * (len(parties) - 1)}


def toggled(shares: Mapping[str, int], party: str) -> dict[str, int]:
    """`party` is liable too, or no longer; the shares are equal then. The last one stays."""
    parties = [one for one in shares if one != party] if party in shares else [*shares, party]
    return evenly(parties or [party])


def shifted(shares: Mapping[str, int], party: str, by: int) -> dict[str, int]:
    """`party` bears `by` more (or less), taken from the largest of the others; nobody falls below one step."""
    others = [one for one in shares if one != party]
    if party not in shares or not others:
        return dict(shares)
    other = max(others, key=lambda one: shares[one])
    moved = max(STEP - shares[party], min(by, shares[other] - STEP))
    return {**shares, party: shares[party] + moved, other: shares[other] - moved}


class LiabilityPanel(Overlay):
    """Parties by their digits, shares by + and −; Enter takes them, Esc leaves everything as it was.

    Signals:
        given(dict): party → share.
    """

    given = Signal(object)

    def __init__(self, parent: QWidget, parties: Sequence[tuple[str, str]], shares: Mapping[str, int]) -> None:
        """`parties` are (code, word) in order of their digits; `shares` those in force."""
        super().__init__(parent, translate("Who is liable, and for how much?"))
        self._parties = tuple(parties)
        self._shares = dict(shares)
        self._chosen = next(iter(shares), "")
        self._rows: dict[str, tuple[ActionButton, TextLabel]] = {}
        for number, (code, text) in enumerate(self._parties, start=1):
            line = row(spacing=12)
            button = ActionButton(ActionView(code, text, "", str(number)))
            button.clicked.connect(lambda _=False, code=code: self._toggle(code))
            share = TextLabel("", "h2", weight=700, align=Qt.AlignmentFlag.AlignRight)
            share.setFixedWidth(96)
            line.addWidget(button, 1)
            line.addWidget(share)
            for name, words, by in (("less", "−", -STEP), ("more", "+", STEP)):
                step = ActionButton(ActionView(name, words), size="small")
                step.setAccessibleName(f"{text} {words}{STEP} %")
                step.clicked.connect(lambda _=False, code=code, by=by: self._shift(code, by))
                line.addWidget(step)
            self.card.column.addLayout(line)
            self._rows[code] = button, share
        take = ActionButton(ActionView("take", translate("Take these shares"), "mdi6.check-bold", "Enter"))
        take.clicked.connect(self._give)
        self.card.column.addWidget(take)
        self._show()

    def _show(self) -> None:
        for code, text in self._parties:
            button, label = self._rows[code]
            share = self._shares.get(code, 0)
            label.set_text(f"{share} %" if share else "–")
            button.setAccessibleName(f"{text} {share} %")

    def _toggle(self, code: str) -> None:
        self._shares, self._chosen = toggled(self._shares, code), code
        self._show()

    def _shift(self, code: str, by: int) -> None:
        if code not in self._shares:
            self._toggle(code)
            return
        self._shares, self._chosen = shifted(self._shares, code, by), code
        self._show()

    def _give(self) -> None:
        self.close_panel()
        if self._shares:
            self.given.emit(dict(self._shares))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit.isdigit() and 1 <= int(digit) <= len(self._parties):
            self._toggle(self._parties[int(digit) - 1][0])
        elif digit in ("+", "-"):
            self._shift(self._chosen, STEP if digit == "+" else -STEP)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._give()
        super().keyPressEvent(event)
