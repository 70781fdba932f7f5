"""History at the window: searches and loads on the bench lane, checks and exports on the photo lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from inspection_station.documents.evidence_case import EvidenceCase
from inspection_station.domain.people import Person, Right
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.evidence_desk import evidence_case, write_evidence
from inspection_station.station.history_page import HistoryPage
from inspection_station.station.notices import Notices
from inspection_station.station.original_desk import OriginalDesk
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting import history
from inspection_station.station.presenting.history import HistoryCaseView, HistoryRowView, HistoryWish
from inspection_station.station.presenting.original import resting
from inspection_station.station.presenting.words import word
from inspection_station.station.print_queue import PrintQueue
from inspection_station.workflows.case import Case
from inspection_station.workflows.deciding import request_recheck


class HistoryArea(QObject):
    """Runs one history page.

    Signals:
        exported(str): the bundle lies at this path.
    """

    exported = Signal(str)

    def __init__(
        self,
        station: Station,
        background: Background,
        notices: Notices,
        prints: PrintQueue,
        person: Callable[[], Person | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._notices = station, background, notices
        self._prints, self._person = prints, person
        self._inspection = self._item = ""
        self._unsent = 0  # records and photos of it that wait for the centre
        self._wanted = 0  # counts what was chosen
        self._shows_first = True  # whether the list's first line opens by itself
        self._page: HistoryPage | None = None
        self.originals = OriginalDesk(station, background, self)
        self.originals.changed.connect(self._show_original)
        self.originals.fetched.connect(self._fetched)

    @property
    def is_made(self) -> bool:
        """Whether there is a page already."""
        return self._page is not None

    @property
    def page(self) -> HistoryPage:
        """The page; made when it is first asked for."""
        return self._page or self.make_page()

    def make_page(self) -> HistoryPage:
        """A new page in the language and theme in force."""
        lists = self._station.desk.book.lists.words
        page = self._page = HistoryPage(
            tuple(ChoiceView(code, f"{code} {word(self._station.desk, 'grades', code)}") for code in lists["grades"]),
            tuple(ChoiceView(code, word(self._station.desk, "dispositions", code)) for code in lists["dispositions"]),
        )
        page.wished.connect(self._look)
        page.case_chosen.connect(self.choose)
        page.export_requested.connect(self._export)
        page.reprint_requested.connect(self._reprint)
        page.recheck_requested.connect(self._recheck)
        page.original_requested.connect(self.originals.fetch)
        page.photo_shown.connect(lambda photo: self._show_original(photo.sha256))
        return page

    def open(self) -> None:
        """Show the list as last asked for, and the inspection last chosen."""
        self._want(self.page.wish)
        if self._inspection:
            self.choose(self._inspection, self._item)

    def synced(self) -> None:
        """The centre took something: what is shown may be there in full by now."""
        if self._page is not None and self._inspection and self._unsent:
            self.choose(self._inspection, self._item)

    def scan(self, text: str) -> None:
        """Search for a scanned code."""
        self.page.look_for(text)

    def _look(self, wish: HistoryWish) -> None:
        """Another search or filter: its first line opens by itself."""
        self._shows_first = True
        self._want(wish)

    def _want(self, wish: HistoryWish) -> None:
        showing, selected = self._station.showing, self._item
        self._background.run(lambda: history.rows(showing, wish, selected), self._took_rows)

    def _took_rows(self, rows: tuple[HistoryRowView, ...]) -> None:
        self.page.show_rows(rows)
        if rows and self._shows_first:
            self.choose(rows[0].inspection_id, rows[0].item_id)
        elif not rows and self._shows_first:
            self.page.show_case(None)

    def choose(self, inspection_id: str, item_id: str) -> None:
        """Open one inspection; it stays open though the list does not hold it."""
        self._shows_first = False
        self._inspection, self._item = inspection_id, item_id
        self._wanted += 1
        station, wanted = self._station, self._wanted

        def load() -> tuple[Case, Sequence[Person], str, frozenset[str]]:
            waiting = self._unsent = station.outbox.waiting_of(inspection_id)
            state = "stored" if not waiting else translate("{n} still to upload", n=waiting)
            case = station.case(inspection_id)
            gone = frozenset(station.safe_photos.gone([photo.sha256 for photo in case.inspection.photos]))
            return case, station.reference.people(), state, gone

        def check(case: Case, people: Sequence[Person], state: str, gone: frozenset[str]) -> None:
            if wanted == self._wanted:
                self._background.run(
                    lambda: history.case_view(station.showing, case, people, item_id, state, gone),
                    lambda view: self._took_case(view, wanted), lane="photo",
                )  # fmt: skip

        self._background.run(load, lambda found: check(*found))

    def _took_case(self, view: HistoryCaseView, wanted: int) -> None:
        if wanted == self._wanted:  # two checks may end in another order than they began
            self._item = view.item_id
            self.page.show_case(view)
            wish, showing = self.page.wish, self._station.showing
            self._background.run(lambda: history.rows(showing, wish, view.item_id), self.page.show_rows)

    def _show_original(self, sha256: str) -> None:
        photo = self._page.photo if self._page is not None else None
        if self._page is not None and photo is not None and photo.sha256 == sha256:
            self._page.show_original(self.originals.view(sha256) or resting(photo.away, photo.intact))

    def _fetched(self, sha256: str) -> None:
        """What is shown of it is checked anew; the photo looked at stays."""
        view = self._page.case if self._page is not None else None
        if view is not None and any(photo.sha256 == sha256 for photo in view.photos):
            self._notices.tell("original.fetched", translate("The original is here again"))
            self.choose(self._inspection, self._item)

    def _export(self) -> None:
        person = self._person()
        if not self._inspection or person is None:
            return
        if not person.may(Right.EXPORT_EVIDENCE):
            self._notices.problem(StationProblem("role.denied", N_("Lead needed"), N_("A lead's badge continues.")))
            return
        self._notices.tell("evidence.exporting", translate("Making the evidence bundle"))
        station, inspection, item_id = self._station, self._inspection, self._item

        def gather() -> tuple[Case, EvidenceCase]:
            case = station.case(inspection)
            return case, evidence_case(station.showing, case, case.inspection.item(item_id), person)

        def export(case: Case, facts: EvidenceCase) -> str:
            item = case.inspection.item(item_id)
            moment = station.clock.local(station.clock.now())
            target = station.folder / "evidence" / f"{item.rt_number}_{moment:%Y%m%d-%H%M%S}.zip"
            with suppress(OSError):  # what is the matter is told when the bundle cannot be written
                target.parent.mkdir(exist_ok=True)
            write_evidence(facts, station.showing, case, item, target)
            return str(target)

        self._background.run(
            gather, lambda gathered: self._background.run(lambda: export(*gathered), self._exported, lane="photo")
        )

    def _exported(self, path: str) -> None:
        self._notices.tell("evidence.exported", translate("Evidence bundle ready"), path)
        self.exported.emit(path)

    def _reprint(self) -> None:
        person = self._person()
        if self._inspection and person is not None:
            self._prints.print_again(self._inspection, self._item, person)

    def _recheck(self) -> None:
        person = self._person()
        if not self._inspection or person is None:
            return
        station, inspection = self._station, self._inspection
        self._background.run(
            lambda: request_recheck(station.desk, station.case(inspection), person, ""), lambda _case: self._asked()
        )

    def _asked(self) -> None:
        self._notices.tell(
            "recheck.requested", translate("Re-check requested"), translate("The lead sees it on the review list.")
        )
        self.choose(self._inspection, self._item)

