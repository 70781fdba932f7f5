"""Containers at the window: totes closed and reopened, manifests drawn, scanned, signed, closed and printed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QImage

from inspection_station.domain.command_codes import COMMAND_PREFIX, disposition_named
from inspection_station.domain.custody.manifest_state import DISPOSITIONS_OF
from inspection_station.domain.custody.tote_state import VENDOR_BOUND, Refusal
from inspection_station.domain.identifiers import Scan, ScanKind, parse_return_label, recognise
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.station.containers_acts import ContainersActs
from inspection_station.station.containers_page import KINDS, ContainersPage
from inspection_station.station.flow.commands import not_here
from inspection_station.station.page import Page
from inspection_station.station.paper_preview import preview
from inspection_station.station.presenting.containers import ContainersView, kind_word
from inspection_station.station.presenting.house_items import short_number
from inspection_station.station.presenting.refusals import refused

log = logging.getLogger(__name__)
NOT_KNOWN = StationProblem(
    "scan.not_for_containers", N_("This code means nothing here"), N_("Scan a tote, or an item's label.")
)


class ContainersArea(ContainersActs):
    """Runs one containers' page. What is looked at is the list, a tote or a manifest."""

    # --- the page ------------------------------------------------------------------------------------------

    def _make(self) -> Page:
        page = self._shown = ContainersPage()
        page.kind_wanted.connect(self._want_kind)
        page.row_opened.connect(self._open_row)
        page.primary_pressed.connect(self._primary)
        page.action_pressed.connect(self._action)
        keys = {
            "S": "seal", "W": "weigh", "Space": "photo", "A": "authorisation", "D": "method", "U": "not_found",
            "V": "void", "X": "export", "C": "correct", "R": "reopen", "J": "merge", "M": "split", "O": "move",
            "L": "lost", "Backspace": "take_off", "T": "tote_off", "K": "primary",
        }  # fmt: skip
        for key, name in keys.items():
            page.bind(key, partial(self._press, name))
        return page

    def open(self) -> None:
        """Show what was looked at last."""
        assert self.page is self._shown
        self._rest()
        self._refresh()

    def close(self) -> None:
        """What was begun is not done."""
        self._kind = self._badge_for = ""

    def synced(self) -> None:
        """Other stations did something."""
        self._refresh()

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """Esc goes back to the list before it leaves the screen."""
        return {"Esc": self._leave} if self._tote or self._manifest or self._kind else {}

    def _leave(self) -> None:
        self._look_at()
        self._rest()

    def _look_at(self, tote: str = "", manifest: str = "") -> None:
        self._tote, self._manifest, self._kind, self._badge_for = tote, manifest, "", ""
        self._refresh()

    def _age(self) -> str | None:
        state = self._parts.sync.state
        return state.last_success if state.kind == "offline" else None

    def _refresh(self) -> None:
        desk, tote, manifest, age = self._desk(), self._tote, self._manifest, self._age()
        if desk is None:
            return

        def made() -> tuple[ContainersView | None, QImage, int]:
            view = desk.view(tote, manifest, age)
            image, pages = preview(view.document) if view is not None and view.document else (QImage(), 0)
            return view, image, pages

        self._parts.background.run(made, lambda found: self._show(tote, manifest, *found), self._failed)

    def _show(self, tote: str, manifest: str, view: ContainersView | None, image: QImage, pages: int) -> None:
        if (tote, manifest) != (self._tote, self._manifest):
            return
        if view is None:
            self._tote = ""
            self._stop(refused(self._parts.station.desk, Refusal("tote.unknown", (("tote", tote),))))
            self._refresh()
            return
        self._shown.show_view(view)
        self._shown.show_paper(image, pages)

    # --- scans ---------------------------------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """A tote, an item's label, a badge that signs, a disposition code, or the code of a key."""
        try:
            code = recognise(text, self._parts.station.desk.book.carriers)
        except StationProblem as problem:
            self._stop(problem)
            return
        self._parts.background.run(lambda: code, self._take)  # in its turn: after what was scanned before it

    def _take(self, code: Scan) -> None:
        if code.kind is ScanKind.TOTE:
            self._take_tote(code.text)
        elif code.kind is ScanKind.RETURN_LABEL:
            self._take_item(code.text)
        elif code.kind is ScanKind.BADGE:
            self._take_badge(code.text)
        elif code.kind is ScanKind.COMMAND:
            self._command(code.text.removeprefix(COMMAND_PREFIX))
        elif code.names:
            self._take_named(code)
        else:
            self._stop(NOT_KNOWN)

    def _take_named(self, code: Scan) -> None:
        """A tote may be named by a number of the trade (SSCC); what is none of ours is refused."""
        names = {code.text, *code.names}
        custody = self._parts.station.custody
        self._parts.background.run(
            lambda: next((tote.code for tote in custody.totes() if tote.code in names), ""),
            lambda found: self._take_tote(found) if found else self._stop(NOT_KNOWN),
        )

    def _command(self, name: str) -> None:
        disposition = disposition_named(name, self._parts.station.desk.book.lists.words["dispositions"])
        kind = next((one for one in KINDS if disposition in DISPOSITIONS_OF[one]), "") if disposition else ""
        if kind:
            self._want_kind(kind)
        elif not self.press_command(name):
            self._stop(not_here())

    def _take_tote(self, code: str) -> None:
        manifest, kind = self._manifest, self._kind
        if kind:
            self._begin(kind, code)
        elif manifest and self._is_open():
            told = translate("{tote} is on the manifest", tote=code)
            self._do(lambda desk: desk.work.draw(manifest, code), told)
        else:
            self._parts.sounds.play("accept")
            self._look_at(tote=code)
            self._say(translate("Tote {tote}", tote=code), translate("Enter closes it; items may be scanned once more"))

    def _take_item(self, text: str) -> None:
        label = parse_return_label(text)
        assert label is not None
        number, manifest, tote = label.rt_number, self._manifest, self._tote
        told = translate("{number} scanned", number=short_number(number))
        if manifest:
            self._do(lambda desk: desk.work.scan_item(manifest, number), told, sound="accept")
        elif tote:
            self._do(lambda desk: desk.work.count_item(number, tote), told, sound="accept")
        else:
            self._find(number)

    def _find(self, number: str) -> None:
        """An item by itself shows the tote it lies in."""
        custody = self._parts.station.custody

        def found(one: str) -> None:
            if one:
                self._parts.sounds.play("accept")
                self._look_at(tote=one)
            else:
                problem = Refusal("manifest.no_tote", (("rt_number", number),))
                self._stop(refused(self._parts.station.desk, problem))

        def tote_of() -> str:
            known = custody.item(number)
            return known[1].tote if known is not None and not known[1].manifest else ""

        self._parts.background.run(tote_of, found, self._failed)

    def _take_badge(self, text: str) -> None:
        tote, reason, manifest = self._tote, self._badge_for, self._manifest
        if reason and tote:
            self._badge_for = ""
            self._do(lambda desk: desk.reopen(tote, reason, text), translate("{tote} is open again", tote=tote))
        elif manifest:
            self._do(lambda desk: desk.sign(manifest, text), translate("Signed"))
        else:
            self._stop(NOT_KNOWN)

    # --- acts ----------------------------------------------------------------------------------------------

    def _want_kind(self, kind: str) -> None:
        """A document of that kind: for the closed tote looked at, or for the first that is scanned."""
        tote = self._tote
        self._manifest = self._tote = ""
        if tote:
            self._begin(kind, tote)
            return
        if kind != VENDOR_BOUND:
            self._begin(kind, "")
            return
        self._kind = kind  # a vendor's goods go back to the vendor of the first tote
        self._parts.sounds.play("accept")
        self._say(kind_word(kind), translate("Scan a closed tote of the vendor"), "info")
        self._refresh()

    def _begin(self, kind: str, tote: str) -> None:
        desk = self._desk()
        if desk is None:
            return

        def begun(outcome: str | Refusal) -> None:
            if isinstance(outcome, Refusal):
                self._stop(refused(self._parts.station.desk, outcome))
            else:
                self._parts.sounds.play("done")
                self._parts.sync.wake()
                self._look_at(manifest=outcome)
                self._say(kind_word(kind), translate("Scan its totes"), "info")

        self._parts.background.run(lambda: desk.begin(kind, tote), begun, self._failed)

    def _open_row(self, name: str) -> None:
        mode, _colon, about = name.partition(":")
        if mode == "tote":
            self._look_at(tote=about)
        elif mode == "manifest":
            self._look_at(manifest=about)

    def _primary(self) -> None:
        manifest, tote = self._manifest, self._tote
        view = self._shown.view
        if manifest and self._is_open():
            self._do(lambda desk: desk.work.close(manifest), translate("Closed; it is printing"), self._print)
        elif manifest:
            self._print()
        elif tote and view is not None and not any(one.name == "reopen" for one in view.actions):
            self._close_tote(tote, 0)
        elif tote:
            self._print()
        else:
            self._open_row(self._shown.chosen_name)
