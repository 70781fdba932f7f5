"""What keys and buttons of the containers' screen do with the tote or the manifest that is looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from inspection_station.devices.camera import Frame
from inspection_station.domain.custody.acts import ActKind
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.station.area import Area, AreaParts
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.station.containers_page import ContainersPage
from inspection_station.station.manifest_desk import ManifestDesk, ManifestExport, prove
from inspection_station.station.number_entry import NumberEntry
from inspection_station.station.overlay import ReasonPanel
from inspection_station.station.presenting.house_items import short_number
from inspection_station.station.presenting.refusals import refused
from inspection_station.station.sorting_page import VerdictView
from inspection_station.storage.print_jobs import PAPER

REOPENING = (N_("An item lies in the wrong tote"), N_("An item is missing"), N_("There is room left"))
VOIDING = (N_("Wrong totes"), N_("The truck did not come"), N_("Begun by mistake"))
LOSING = (N_("Not at its place"), N_("Taken by mistake"))
METHODS = (N_("Shredded"), N_("Crushed"), N_("Burnt"), N_("Cut up"))

Act = Callable[[ManifestDesk], Refusal | None]


class ContainersActs(Area):
    """The tote or the manifest looked at, and what is done with it."""

    _shown: ContainersPage

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self._tote = ""
        self._manifest = ""
        self._kind = ""  # of a document that begins with its first tote
        self._badge_for = ""  # the reason with which a tote reopens once a lead's badge is scanned

    def _look_at(self, tote: str = "", manifest: str = "") -> None:
        raise NotImplementedError

    def _refresh(self) -> None:
        raise NotImplementedError

    def _leave(self) -> None:
        raise NotImplementedError

    def _desk(self) -> ManifestDesk | None:
        person = self._parts.person()
        return ManifestDesk(self._parts.station, person) if person is not None else None

    def _do(self, act: Act, told: str, then: Callable[[], object] | None = None, sound: str = "done") -> None:
        """Do something on the bench lane; a refusal sounds and is said, and nothing was recorded."""
        desk = self._desk()
        if desk is None:
            return

        def done(refusal: Refusal | None) -> None:
            if refusal is not None:
                self._stop(refused(self._parts.station.desk, refusal))
                return
            self._parts.sounds.play(sound)  # type: ignore[arg-type]
            self._say(told, tone="ok", icon="mdi6.check-circle")
            self._parts.sync.wake()
            (then or (lambda: None))()
            self._refresh()

        self._parts.background.run(lambda: act(desk), done, self._failed)

    def _is_open(self) -> bool:
        view = self._shown.view
        return view is not None and view.mode == "manifest" and any(one.name == "void" for one in view.actions)

    def _close_tote(self, tote: str, grams: int) -> None:
        told = translate("{tote} is closed; it is printing", tote=tote)
        self._do(lambda desk: desk.close_tote(tote, grams), told, self._print)

    def _print(self) -> None:
        """Queue the papers; a printer that cannot print keeps them waiting."""
        desk, person, tote, manifest = self._desk(), self._parts.person(), self._tote, self._manifest
        if desk is None or person is None:
            return
        queues = self._parts.printing.queues
        if manifest:
            queues[PAPER].print_made(lambda: desk.print_manifest(manifest), person)
        elif tote:
            desk.print_tote(queues, tote)

    def _press(self, name: str) -> bool:
        if name == "primary":
            return self._shown.primary.try_press()
        view = self._shown.view
        usual = name in ("take_off", "tote_off") and self._manifest and self._is_open()
        if not usual and (view is None or all(one.name != name for one in view.actions)):
            return False
        self._action(name)
        return True

    def _action(self, name: str) -> None:
        tote, manifest, chosen = self._tote, self._manifest, self._shown.chosen_name
        if name in ("seal", "authorisation"):
            title = translate("Seal number") if name == "seal" else translate("The vendor's authorisation number")
            self._ask(title, lambda text: self._note(name, text))
        elif name == "weigh":
            resting = str(self._parts.scale.resting or "") if self._parts.scale is not None else ""
            if resting and manifest:
                self._weighed(resting)
            else:  # a tote closes with its weight, which only a lead undoes: what rests on the scale is confirmed
                self._ask(translate("Weight in grams"), self._weighed, resting)
        elif name == "photo":
            self._parts.camera.when_fresh(self._photo, missed=lambda: self._stop(no_picture()))
        elif name == "method":
            self._reasons(translate("How it was destroyed"), METHODS, lambda text: self._note("method", text))
        elif name == "void":
            told = translate("Voided")
            void = translate("Void the manifest")
            self._reasons(void, VOIDING, lambda why: self._do(lambda desk: desk.work.void(manifest, why), told))
        elif name == "reopen":
            self._reasons(translate("Reopen {tote}", tote=tote), REOPENING, self._await_badge)
        elif name == "lost":
            self._lost(tote)
        elif name == "move":
            self._ask(translate("Where it stands"), lambda text: self._change(ActKind.TOTE_MOVED, tote, place=text))
        elif name == "merge":
            self._choose_tote(tote, lambda to: lambda desk: desk.repacking.merge(tote, to))
        elif name == "split":
            self._choose_tote(tote, lambda to: lambda desk: desk.repacking.split(tote, to, [chosen]))
        elif name == "not_found" and chosen:
            told = translate("{number} was not found", number=short_number(chosen))
            self._do(lambda desk: desk.work.not_found(manifest, chosen), told)
        elif name == "take_off" and chosen:
            told = translate("{number} is off the manifest", number=short_number(chosen))
            self._do(lambda desk: desk.work.release_item(manifest, chosen), told)
        elif name == "tote_off" and chosen:
            self._do(lambda desk: desk.take_tote_off(manifest, chosen), translate("The tote is off the manifest"))
        elif name == "export":
            self._export(manifest)
        elif name == "correct":
            self._correct(manifest)
        elif name == "list":
            self._leave()

    def _note(self, field: str, text: str) -> None:
        manifest = self._manifest
        self._do(lambda desk: desk.work.note(manifest, field, text), text)

    def _weighed(self, text: str) -> None:
        grams = int(text) if text.isdecimal() and len(text) < 9 else 0
        manifest, tote = self._manifest, self._tote
        if manifest:
            self._do(lambda desk: desk.weigh(manifest, grams), translate("{n} g", n=grams))
        elif grams:
            self._close_tote(tote, grams)
        else:
            self._stop(refused(self._parts.station.desk, Refusal("manifest.no_weight")))

    def _photo(self, frame: Frame) -> None:
        manifest, view = self._manifest, self._shown.view
        if view is None or not manifest:
            return
        shot = "destruction" if view.kind == "scrap" else "closing"
        self._do(lambda desk: desk.photo(manifest, shot, frame), translate("Photo kept"), sound="shutter")

    def _await_badge(self, reason: str) -> None:
        self._badge_for = reason
        self._say(translate("Scan a lead's badge"), translate("It reopens {tote}: {reason}", tote=self._tote,
                                                              reason=reason), "info")  # fmt: skip

    def _lost(self, tote: str) -> None:
        view = self._shown.view
        if view is not None and any(one.name == "lost" and one.text == translate("Found") for one in view.actions):
            self._change(ActKind.TOTE_FOUND, tote, place="")
            return
        self._reasons(translate("{tote} is lost", tote=tote), LOSING,
                      lambda why: self._change(ActKind.TOTE_LOST, tote, reason=why))  # fmt: skip

    def _change(self, kind: ActKind, tote: str, **facts: str) -> None:
        self._do(lambda desk: desk.sorting.change_tote(kind, tote, facts), translate("Noted"))

    def _choose_tote(self, source: str, act: Callable[[str], Act]) -> None:
        custody = self._parts.station.custody

        def offer(codes: list[tuple[str, str, str]]) -> None:
            panel = ChoicePanel(self._shown.window(), translate("Move into …"), codes, translate("No tote is open"))
            panel.chosen.connect(lambda code: self._do(act(code), translate("Moved into {tote}", tote=code)))
            self.panel_wanted.emit(panel)

        def open_totes() -> list[tuple[str, str, str]]:
            rows = custody.totes()
            what = next((one.disposition for one in rows if one.code == source), "")
            fitting = [one for one in rows if one.step == "open" and one.code != source and one.disposition == what]
            return [(one.code, f"{one.code} · {one.contents} / {one.capacity}", "mdi6.tray") for one in fitting]

        self._parts.background.run(open_totes, offer, self._failed)

    def _export(self, manifest: str) -> None:
        desk = self._desk()
        if desk is not None:
            self._parts.background.run(lambda: desk.export(manifest), self._exported, self._failed)

    def _exported(self, made: ManifestExport) -> None:
        if not made.items:
            self._told_export(str(made.folder))
            return
        station = self._parts.station

        def proved(there: int) -> None:
            words = translate("Evidence of {n} of {total} items is with it", n=there, total=made.items)
            self._told_export(f"{words} · {made.folder}")

        self._parts.background.run(lambda: prove(station, made.proofs), proved, self._failed, lane="photo")

    def _told_export(self, detail: str) -> None:
        self._parts.sounds.play("done")
        self._say(translate("Exported as PDF, CSV and XLSX"), detail, "ok", "mdi6.file-export-outline")

    def _correct(self, manifest: str) -> None:
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

        self._parts.background.run(lambda: desk.work.correct(manifest), begun, self._failed)

    # --- what is asked and told ----------------------------------------------------------------------------

    def _ask(self, title: str, given: Callable[[str], object], proposed: str = "") -> None:
        panel = NumberEntry(self._shown.window(), title, title)
        panel.field.setText(proposed)
        panel.field.selectAll()
        panel.entered.connect(lambda text, _scanned: given(text))
        self.panel_wanted.emit(panel)

    def _reasons(self, title: str, reasons: tuple[str, ...], given: Callable[[str], object]) -> None:
        panel = ReasonPanel(self._shown.window(), title, [translate(one) for one in reasons])
        panel.given.connect(given)
        self.panel_wanted.emit(panel)

    def _rest(self) -> None:
        self._say(translate("Scan a tote, or begin a document with a digit"))

    def _say(self, text: str, detail: str = "", tone: str = "neutral", icon: str = "mdi6.barcode-scan") -> None:
        key = "Esc" if self._tote or self._manifest or self._kind else ""
        self._shown.verdict.show_view(VerdictView(text, detail, tone, icon, key))  # type: ignore[arg-type]

    def _stop(self, problem: StationProblem) -> None:
        self._parts.sounds.play("error")
        self._say(*sentences(problem), "error", "mdi6.close-octagon")

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StationProblem):
            self._stop(error)
        else:
            self._parts.notices.bug(error)


def no_picture() -> StationProblem:
    """The camera delivered nothing in time."""
    return StationProblem("camera.no_frame", N_("The camera delivers no picture"), N_("Look at it in the settings."))
