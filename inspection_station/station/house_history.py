"""What the history of the house is filtered by, chosen in panels; and the list found, written into a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, Signal

from inspection_station.documents.paper.figures_sheet import FiguresTable
from inspection_station.documents.spreadsheets import write_csv, write_xlsx
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_
from inspection_station.i18n import translate
from inspection_station.station.administration_panels import FormPanel
from inspection_station.station.administration_views import FieldView
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.station.history_page import HistoryPage
from inspection_station.station.notices import Notices
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting import house_list
from inspection_station.station.presenting.history_views import HistoryWish
from inspection_station.station.presenting.house_record import KnownItem
from inspection_station.station.presenting.house_table import MOST, house_table

ALL = "*"
FORMS: Mapping[str, Callable[[Sequence[FiguresTable]], bytes]] = {"csv": write_csv, "xlsx": write_xlsx}
_TITLES: Mapping[str, str] = {
    "grade": N_("Which grade?"), "disposition": N_("Where did it go?"), "station": N_("Items of which bench?"),
    "person": N_("Decided by whom?"), "vendor": N_("Goods of which vendor?"),
}  # fmt: skip
_ICONS = {
    "grade": "mdi6.star-outline", "disposition": "mdi6.call-split", "station": "mdi6.desktop-classic",
    "person": "mdi6.account-outline", "vendor": "mdi6.truck-outline",
}  # fmt: skip


class HouseHistory(QObject):
    """Serves one page of the house's history.

    Signals:
        panel_wanted(Overlay): lay a panel over the work.
        exported(str): the list lies at this path.
    """

    panel_wanted = Signal(object)
    exported = Signal(str)

    def __init__(
        self, station: Station, background: Background, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._notices = station, background, notices
        self._page: HistoryPage | None = None
        self.known: KnownItem | None = None  # of the record shown

    def use(self, page: HistoryPage) -> None:
        """Serve this page from now on."""
        self._page, self.known = page, None
        page.column.choice_wanted.connect(self.choose)

    # --- filters -------------------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Have a filter chosen: ``grade``, ``disposition``, ``station``, ``person``, ``vendor`` or ``days``; or in
        which form the list is written into a file (``export``)."""
        page = self._page
        if page is None:
            return
        if name == "days":
            self._ask_days(page)
        elif name == "export":
            self._offer_forms(page)
        elif name in ("grade", "disposition"):
            self._offer(name, list(page.column.choices(name)[1:]))
        else:
            station = self._station
            read: Callable[[], list[ChoiceView]] = {
                "station": lambda: house_list.benches(station.house),
                "person": lambda: house_list.people(station.showing, station.house),
                "vendor": lambda: house_list.vendors(station.house),
            }[name]
            self._background.run(read, partial(self._offer, name), lane="photo")

    def _offer(self, name: str, choices: list[ChoiceView]) -> None:
        if self._page is None:
            return
        every = (ALL, translate("All"), "mdi6.filter-off-outline")
        shown = [every, *((one.name, one.text, _ICONS[name]) for one in choices)]
        panel = ChoicePanel(self._page.window(), translate(_TITLES[name]), shown)
        texts = {one.name: one.text for one in choices}
        panel.chosen.connect(lambda code: self._take(name, code, texts.get(code, "")))
        self.panel_wanted.emit(panel)

    def _take(self, name: str, code: str, text: str) -> None:
        page = self._page
        if page is None:
            return
        left_open = "" if name in ("grade", "disposition") else None
        page.column.words[name] = text
        page.column.want(**{name: left_open if code == ALL else code})

    def _offer_forms(self, page: HistoryPage) -> None:
        forms = [(form, form.upper(), "mdi6.file-export-outline") for form in FORMS]
        panel = ChoicePanel(page.window(), translate("Export the list as"), forms)
        panel.chosen.connect(partial(self._export, page.wish))
        self.panel_wanted.emit(panel)

    def _export(self, wish: HistoryWish, form: str) -> None:
        station = self._station
        moment = station.clock.local(station.clock.now())
        target = station.folder / "exports" / f"history_{moment:%Y%m%d-%H%M%S-%f}.{form}"

        def write() -> tuple[str, int]:
            table = house_table(station.showing, station.house, wish)
            with suppress(OSError):  # what is the matter is told when the file cannot be written
                target.parent.mkdir(exist_ok=True)
            write_durably(target, FORMS[form]([table]))
            return str(target), len(table.rows)

        def done(written: tuple[str, int]) -> None:
            path, count = written
            told = translate("{n} items are in the file", n=count)
            if count == MOST:
                told = translate("Only the newest {n} items are in the file", n=count)
            self._notices.tell("history.exported", told, path)
            self.exported.emit(path)

        self._background.run(write, done, lane="photo")

    def _ask_days(self, page: HistoryPage) -> None:
        showing = self._station.showing
        first, last = house_list.days_of(showing, page.wish) if page.wish.period == "span" else ("", "")
        today = showing.clock.local_day()
        fields = (
            FieldView("first", translate("From (year-month-day)"), first or today),
            FieldView("last", translate("To, this day too"), last or today),
        )
        form = FormPanel(page.window(), translate("Decided on which days?"), fields, translate("Show"))
        form.given.connect(partial(self._take_days, form))
        self.panel_wanted.emit(form)

    def _take_days(self, form: FormPanel, given: Mapping[str, str]) -> None:
        page, showing = self._page, self._station.showing
        if page is None:
            return
        try:
            since, until = house_list.span_of_days(showing, given["first"], given["last"])
        except ValueError:
            form.refuse(translate("These are no two days, one after the other"),
                        translate("Write them like {day}; leave one empty for no end.", day=showing.clock.local_day()))
            return
        form.close_panel()
        wish = HistoryWish(period="span", since=since, until=until)
        page.column.words["days"] = house_list.span_words(showing, wish) or translate("All days")
        page.column.want(period="span", since=since, until=until)

    def show_wish(self, wish: HistoryWish) -> None:
        """Show another wish on the page, with the words of its filters; they are read where they are not known."""
        page, station = self._page, self._station
        if page is None:
            return
        words = dict(page.column.words)
        if wish.period == "span":
            words["days"] = house_list.span_words(station.showing, wish) or translate("All days")
        page.column.show_wish(wish, words)
        if any(getattr(wish, name) is not None for name in ("person", "vendor", "reason", "finding")):
            self._background.run(lambda: self._read_words(wish), self._show_words, lane="photo")

    def _read_words(self, wish: HistoryWish) -> dict[str, str]:
        showing, house = self._station.showing, self._station.house
        words = {
            name: house_list.code_words(showing, name, code)
            for name in ("vendor", "reason", "finding") if (code := getattr(wish, name)) is not None
        }  # fmt: skip
        if wish.vendor:
            words["vendor"] = _text_of(house_list.vendors(house), wish.vendor)
        if wish.person:
            words["person"] = _text_of(house_list.people(showing, house), wish.person)
        return words

    def _show_words(self, words: dict[str, str]) -> None:
        if self._page is not None:
            self._page.column.show_wish(self._page.wish, words)


def _text_of(choices: list[ChoiceView], code: str) -> str:
    return next((one.text for one in choices if one.name == code), code)
