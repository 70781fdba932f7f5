"""The figures at the window: counted beside the bench lane, led on to what stands behind them, exported, printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject

from inspection_station.documents.paper.figures_sheet import figures_sheet
from inspection_station.documents.paper.vendor_feedback import vendor_feedback_sheet
from inspection_station.documents.spreadsheets import write_csv, write_xlsx
from inspection_station.domain.people import Person, Right
from inspection_station.durable_files import write_durably
from inspection_station.i18n import translate
from inspection_station.station.area import Area, AreaParts
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.station.figures_page import FiguresPage
from inspection_station.station.frame_views import shift_word
from inspection_station.station.page import Page
from inspection_station.station.presenting import figures, figures_people
from inspection_station.station.presenting.figures import DAYS, FiguresView, FiguresWish
from inspection_station.station.presenting.figures_tables import figures_tables, people_tables
from inspection_station.station.presenting.vendor_feedback import feedback_document
from inspection_station.storage.print_jobs import PAPER

ALL = "*"
FORMS = ("csv", "xlsx", "pdf")


class FiguresArea(Area):
    """Runs one page of figures."""

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self._wish = FiguresWish()
        self._shows_people = False
        self._people: figures_people.PeopleView | None = None  # while it is shown
        self._asked = 0  # counts what was asked for: an older answer is not shown over a newer

    def _make(self) -> Page:
        page = self._figures = FiguresPage()
        page.wished.connect(self._want)
        page.history_wanted.connect(self.history_wanted)
        page.leaf_wanted.connect(self._leaf)
        page.action_pressed.connect(self._action)
        return page

    def open(self) -> None:
        """Count anew."""
        assert self.page is self._figures
        self._count()

    def close(self) -> None:
        """The figures come first when it is shown again."""
        self._shows_people, self._people = False, None

    def synced(self) -> None:
        """Other benches decided something."""
        self._count()

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """Esc leaves the people's leaf before it leaves the screen."""
        return {"Esc": lambda: self._leaf(False)} if self._shows_people else {}

    def _want(self, wish: FiguresWish) -> None:
        self._wish = wish
        self._count()

    def _leaf(self, people: bool) -> None:
        self._shows_people, self._people = people, None
        if not people:
            self._figures.show_people(None)
        self._count()

    def _count(self) -> None:
        """Count on the photo lane: a month takes up to a second, and the bench goes on meanwhile."""
        person, parts = self._parts.person(), self._parts
        if person is None or not person.may(Right.SEE_FIGURES):
            return
        station, wish = parts.station, self._wish
        state = parts.sync.state
        offline = state.last_success if state.kind == "offline" else None
        goal = station.settings.station.shift_target
        self._asked += 1
        asked = self._asked
        parts.background.run(
            lambda: figures.figures(station.showing, station.figures, wish, shift_word(person.shift), goal, offline),
            lambda view: self._took(asked, view), lane="photo",
        )  # fmt: skip

    def _took(self, asked: int, view: FiguresView) -> None:
        if asked != self._asked:
            return
        self._figures.show_view(view)
        person, station = self._parts.person(), self._parts.station
        if self._shows_people and person is not None and person.may(Right.SEE_FIGURES):
            months = figures_people.months_before(station.showing)

            def read() -> figures_people.PeopleView:
                known = {one.id: one for one in station.reference.people()}
                counted = station.figures.of_people(months, view.period)
                return figures_people.people_view(station.showing, counted, known, months)

            self._parts.background.run(read, lambda people: self._took_people(asked, people), lane="photo")

    def _took_people(self, asked: int, view: figures_people.PeopleView) -> None:
        if asked == self._asked and self._shows_people:
            self._people = view
            self._figures.show_people(view)

    # --- acts ----------------------------------------------------------------------------------------------

    def _action(self, name: str) -> None:
        if name == "bench":
            self._choose_bench()
        elif name == "export":
            self._offer(translate("Export as"), [(form, form.upper(), "mdi6.file-export-outline") for form in FORMS],
                        self._export)  # fmt: skip
        elif name == "vendor":
            view = self._figures.view
            vendors = view.vendors if view is not None else ()
            first = self._figures.vendors.vendor
            ordered = sorted(vendors, key=lambda one: one.vendor != first)
            self._offer(translate("Feedback to which vendor?"),
                        [(one.vendor, one.name, "mdi6.truck-outline") for one in ordered], self._vendor)  # fmt: skip

    def _offer(self, title: str, choices: list[tuple[str, str, str]], act: Callable[[str], None]) -> None:
        panel = ChoicePanel(self._figures.window(), title, choices)
        panel.chosen.connect(act)
        self.panel_wanted.emit(panel)

    def _choose_bench(self) -> None:
        view = self._figures.view
        stations = view.stations if view is not None else ()
        every = [(ALL, translate("All {n} benches", n=len(stations)), "mdi6.view-grid-outline")]
        self._offer(
            translate("Figures of which bench?"), every + [(one, one, "mdi6.desktop-classic") for one in stations],
            lambda name: self._want(FiguresWish(self._wish.period, "" if name == ALL else name)),
        )  # fmt: skip

    def _target(self, name: str) -> Path:
        """A new file in the folder of exports."""
        station = self._parts.station
        moment = station.clock.local(station.clock.now())
        stem, _dot, ending = name.rpartition(".")
        return station.folder / "exports" / f"{stem}_{moment:%Y%m%d-%H%M%S-%f}.{ending}"

    def _export(self, form: str) -> None:
        view = self._figures.view
        if view is None or form not in FORMS:
            return
        station, people = self._parts.station, self._people
        target = self._target(f"{'people' if people else 'figures'}.{form}")

        def write() -> str:
            tables = people_tables(people) if people is not None else figures_tables(view)
            title = people.title if people is not None else view.title
            made = station.clock.local(station.clock.now()).strftime("%Y-%m-%d %H:%M")
            content = {
                "csv": lambda: write_csv(tables), "xlsx": lambda: write_xlsx(tables),
                "pdf": lambda: figures_sheet(title, made, station.desk.station.code, tables),
            }[form]()  # fmt: skip
            return _kept(target, content)

        self._parts.background.run(write, self._exported, lane="photo")

    def _exported(self, path: str) -> None:
        self._parts.notices.tell("figures.exported", translate("The figures are exported"), path)

    def _vendor(self, vendor: str) -> None:
        """The feedback sheet: kept in the folder of exports, and printed on paper."""
        person, view = self._parts.person(), self._figures.view
        if person is None or view is None:
            return
        station = self._parts.station
        safe = "".join(one if one.isascii() and one.isalnum() else "-" for one in vendor)[:40]
        target = self._target(f"vendor_{safe}.pdf")

        period = view.period if view.wish.period in DAYS else view.vendor_period  # a shift is too short for a vendor

        def make() -> tuple[str, bytes]:
            told = station.figures.vendor(vendor, period)
            facts = feedback_document(station.showing, told, period, person, station.practice)
            document = vendor_feedback_sheet(facts)
            return _kept(target, document), document

        self._parts.background.run(make, lambda made: self._print_vendor(vendor, person, *made), lane="photo")

    def _print_vendor(self, vendor: str, person: Person, path: str, document: bytes) -> None:
        title = translate("Vendor feedback {vendor}", vendor=vendor)
        self._parts.notices.tell("vendor.feedback", translate("The vendor feedback sheet is ready"), path)
        desk = self._parts.station.documents[PAPER]
        self._parts.printing.queues[PAPER].print_made(
            lambda: desk.queue_paper(title, document, person), person
        )


def _kept(target: Path, content: bytes) -> str:
    with suppress(OSError):  # what is the matter is told when the file cannot be written
        target.parent.mkdir(exist_ok=True)
    write_durably(target, content)
    return str(target)
