"""History at the window: searches and loads on their lanes, checks and exports on the photo lane."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from inspection_station.documents.evidence_case import EvidenceCase
from inspection_station.domain.people import Person, Right
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.evidence_desk import evidence_case, write_evidence
from inspection_station.station.history_page import HistoryPage
from inspection_station.station.house_history import HouseHistory
from inspection_station.station.notices import Notices
from inspection_station.station.original_desk import OriginalDesk
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting import history, house_list, house_record
from inspection_station.station.presenting.history_views import HistoryCaseView, HistoryRowView, HistoryWish
from inspection_station.station.presenting.house_record import KnownItem
from inspection_station.station.presenting.original import resting, unreached
from inspection_station.station.presenting.words import word
from inspection_station.station.print_queue import PrintQueue
from inspection_station.storage.facts import FETCHED_PHOTO
from inspection_station.workflows.case import Case
from inspection_station.workflows.deciding import request_recheck
from inspection_station.workflows.history_wish import HistoryWishFor


class _Loaded(NamedTuple):
    """What was read of one record: the case where it is this bench's, what the house knows for those who lead."""

    case: Case | None
    known: KnownItem | None
    people: list[Person]
    state: str
    gone: frozenset[str]


class HistoryArea(QObject):
    """Runs one history page: of this bench, or for those who lead of the whole house.

    Signals:
        exported(str): the bundle, or the list, lies at this path.
        panel_wanted(Overlay): lay a panel over the work.
        inspection_wanted(HouseItem): this item is to be inspected again, here and now.
    """

    exported = Signal(str)
    panel_wanted = Signal(object)
    inspection_wanted = Signal(object)

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
        self._searched = 0  # counts what was searched for
        self._shows_first = True  # whether the list's first line opens by itself
        self._page: HistoryPage | None = None
        self.originals = OriginalDesk(station, background, self)
        self.originals.changed.connect(self._show_original)
        self.originals.fetched.connect(self._fetched)
        self.house = HouseHistory(station, background, notices, self)
        self.house.panel_wanted.connect(self.panel_wanted)
        self.house.exported.connect(self.exported)

    @property
    def is_made(self) -> bool:
        """Whether there is a page already."""
        return self._page is not None

    @property
    def page(self) -> HistoryPage:
        """The page; made when it is first asked for."""
        return self._page or self.make_page()

    @property
    def of_house(self) -> bool:
        """Whether whoever is signed in sees the whole house."""
        person = self._person()
        return person is not None and (person.may(Right.SEE_FIGURES) or person.may(Right.SORT))

    def make_page(self) -> HistoryPage:
        """A new page in the language and theme in force."""
        lists = self._station.desk.book.lists.words
        before = self._page
        page = self._page = HistoryPage(
            tuple(ChoiceView(code, f"{code} {word(self._station.desk, 'grades', code)}") for code in lists["grades"]),
            tuple(ChoiceView(code, word(self._station.desk, "dispositions", code)) for code in lists["dispositions"]),
            self.of_house,
        )
        page.column.wished.connect(self._look)
        page.column.case_chosen.connect(self.choose)
        page.primary_pressed.connect(self._export)
        page.record.reprint_requested.connect(self._reprint)
        page.record.recheck_requested.connect(self._recheck)
        page.record.again_requested.connect(self._inspect_again)
        page.record.link_chosen.connect(self.choose)
        page.viewer.original_requested.connect(self._fetch)
        page.viewer.photo_shown.connect(lambda photo: self._show_original(photo.sha256))
        self.house.use(page)
        if before is not None and before.house == page.house:
            self.house.show_wish(before.wish)
        return page

    def open(self) -> None:
        """Show the list as last asked for, and the inspection last chosen."""
        self._fit_role()
        self._want(self.page.wish)
        if self._inspection:
            self.choose(self._inspection, self._item)

    def _fit_role(self) -> None:
        """Make the page anew where it stands when somebody of another role is signed in than it was made for."""
        old = self.page
        if old.house == self.of_house:
            return
        self._inspection = self._item = ""
        self._shows_first = True
        page = self.make_page()
        holder = old.parentWidget()
        if holder is not None and (layout := holder.layout()) is not None:
            layout.replaceWidget(old, page)
            page.show()
        old.hide()
        old.deleteLater()

    def show_figure(self, figure: HistoryWishFor) -> None:
        """What stands behind a figure; its first item opens by itself."""
        self._fit_role()
        self._inspection = self._item = ""
        self.house.show_wish(house_list.wish_of(figure))
        self._shows_first = True

    def synced(self) -> None:
        """The centre took something: what is shown may be there in full by now."""
        if self._page is not None and self._inspection and self._unsent:
            self.choose(self._inspection, self._item)

    def scan(self, text: str) -> None:
        """Search for a scanned code."""
        self.page.look_for(text)

    # --- the list ------------------------------------------------------------------------------------------

    def _look(self, wish: HistoryWish) -> None:
        """Another search or filter: its first line opens by itself."""
        self._shows_first = True
        self._want(wish)

    def _want(self, wish: HistoryWish) -> None:
        self._searched += 1
        station, selected, asked = self._station, self._item, self._searched

        def done(rows: tuple[HistoryRowView, ...]) -> None:
            self._took_rows(rows, asked)

        if self.page.house:
            self._background.run(
                lambda: house_list.rows(station.showing, station.house, wish, selected), done, lane="photo"
            )
        else:
            self._background.run(lambda: history.rows(station.showing, wish, selected), done)

    def _took_rows(self, rows: tuple[HistoryRowView, ...], asked: int) -> None:
        if asked != self._searched:
            return
        self.page.column.show_rows(rows)
        self.page.column.select(self._item)
        if rows and self._shows_first:
            self.choose(rows[0].inspection_id, rows[0].item_id)
        elif not rows and self._shows_first:
            self._inspection = self._item = ""
            self._wanted += 1
            self.page.show_case(None)

    # --- one record ----------------------------------------------------------------------------------------

    def choose(self, inspection_id: str, item_id: str) -> None:
        """Open one inspection; it stays open though the list does not hold it."""
        self._shows_first = False
        self._inspection, self._item = inspection_id, item_id
        self._wanted += 1
        station, wanted, of_house = self._station, self._wanted, self.of_house

        def load() -> _Loaded:
            known = house_record.known_item(station, inspection_id, item_id) if of_house else None
            people = station.reference.people()
            try:
                case = station.case(inspection_id)
            except StationProblem as problem:
                if problem.code != "inspection.unknown" or known is None:
                    raise
                return _Loaded(None, known, people, "", frozenset())
            waiting = self._unsent = station.outbox.waiting_of(inspection_id)
            state = "stored" if not waiting else translate("{n} still to upload", n=waiting)
            gone = frozenset(station.safe_photos.gone([photo.sha256 for photo in case.inspection.photos]))
            return _Loaded(case, known, people, state, gone)

        def check(loaded: _Loaded) -> None:
            if wanted == self._wanted:
                person = self._person()
                self._background.run(
                    lambda: self._view(loaded, item_id, person), lambda view: self._took_case(view, wanted, loaded),
                    lane="photo",
                )  # fmt: skip

        self._background.run(load, check)

    def _view(self, loaded: _Loaded, item_id: str, person: Person | None) -> HistoryCaseView:
        showing, known = self._station.showing, loaded.known
        if loaded.case is None:
            assert known is not None
            return house_record.elsewhere_view(showing, known, person, self._station.is_online)
        shown = item_id or loaded.case.inspection.items[-1].id
        if known is not None and known.found.item.id != shown:
            known = None  # not decided yet
        if known is not None and known.is_blind(person):
            return house_record.blind_view(showing, known)
        view = history.case_view(showing, loaded.case, loaded.people, item_id, loaded.state, loaded.gone)
        return view if known is None else house_record.with_house(showing, view, known, person)

    def _took_case(self, view: HistoryCaseView, wanted: int, loaded: _Loaded) -> None:
        if wanted == self._wanted:  # two checks may end in another order than they began
            self._item = view.item_id
            self.house.known = loaded.known
            self.page.show_case(view)
            self.page.column.select(view.item_id)

    # --- photos that are not here --------------------------------------------------------------------------

    def _show_original(self, sha256: str) -> None:
        """Show how its original stands; what another bench took is fetched as soon as it is looked at."""
        photo = self._page.photo if self._page is not None else None
        if self._page is None or photo is None or photo.sha256 != sha256:
            return
        stands = self.originals.view(sha256)
        if stands is None and photo.elsewhere:
            if self._station.is_online:
                self._fetch(sha256)
                return
            stands = unreached()
        self._page.viewer.show_original(stands or resting(photo.away, photo.intact, photo.elsewhere))

    def _fetch(self, sha256: str) -> None:
        photo = self._page.photo if self._page is not None else None
        if photo is None or not photo.elsewhere:
            self.originals.fetch(sha256)
            return
        facts, now = self._station.facts, self._station.clock.now()
        self._background.run(  # noted first: nothing here names it
            lambda: facts.put(FETCHED_PHOTO + sha256, now), lambda _none: self.originals.fetch(sha256)
        )

    def _fetched(self, sha256: str) -> None:
        """What is shown of it is checked anew; the photo looked at stays."""
        view = self._page.case if self._page is not None else None
        if view is not None and any(photo.sha256 == sha256 for photo in view.photos):
            if view.is_here:
                self._notices.tell("original.fetched", translate("The original is here again"))
            self.choose(self._inspection, self._item)

    # --- acts ----------------------------------------------------------------------------------------------

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
        person, view = self._person(), self.page.case
        if self._inspection and person is not None and (view is None or view.is_here):
            self._prints.print_again(self._inspection, self._item, person)

    def _recheck(self) -> None:
        person, view = self._person(), self.page.case
        if not self._inspection or person is None or (view is not None and not view.is_here):
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

    def _inspect_again(self) -> None:
        known = self.house.known
        if known is not None:
            self.inspection_wanted.emit(known.found.item)
