"""The history's list over the whole house: what is asked for as a filter, its lines, and its choices in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from inspection_station.i18n import localised, translate
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting.figures import finding_word
from inspection_station.station.presenting.history import since_of, summary_row
from inspection_station.station.presenting.history_views import HistoryRowView, HistoryWish
from inspection_station.station.presenting.house_items import name_of, picture_of
from inspection_station.station.presenting.words import Showing, clock_time, disposition_tag, word
from inspection_station.station.views import TagView
from inspection_station.storage.house_search import HouseSearch
from inspection_station.workflows.clock import moment_of, utc_text
from inspection_station.workflows.history_wish import FoundItem, HistoryWishFor, HouseFilter
from inspection_station.workflows.ports import HistoryFilter

AT_ONCE = 100  # lines
DAY = "%Y-%m-%d"
SHORTEST_WORD = 2  # characters by which a defect is looked for in words
_STANDS = {"parked": "mdi6.pause-circle-outline", "open": "mdi6.play-circle-outline"}


def filter_of(showing: Showing, wish: HistoryWish) -> HouseFilter:
    """What is asked of the house. An outcome asked for tells it: then what is to be graded blind is left out."""
    codes = {name: getattr(wish, name) for name in ("station", "person", "vendor", "reason", "finding")}
    return HouseFilter(
        text=wish.text, defects=_defects(showing, wish.text), since=since_of(showing, wish),
        until=wish.until if wish.period == "span" else "", grade=wish.grade or None,
        disposition=wish.disposition or None, waiting=wish.waiting, closed=wish.closed,
        without_blind=wish.closed or bool(wish.grade or wish.disposition or wish.finding is not None), **codes,
    )  # fmt: skip


def wish_of(figure: HistoryWishFor) -> HistoryWish:
    """What stands behind a figure, as the list is asked for it."""
    return HistoryWish(
        period="span", since=figure.since, until=figure.until, disposition=figure.disposition or "", closed=True,
        station=figure.station, person=figure.person, vendor=figure.vendor, reason=figure.reason,
        finding=figure.finding,
    )  # fmt: skip


def _defects(showing: Showing, text: str) -> tuple[str, ...]:
    """Codes of the defects that a text names in words of either language."""
    sought = text.strip().casefold()
    if len(sought) < SHORTEST_WORD or (sought.isascii() and not sought.isalpha()):
        return ()
    lists = showing.desk.book.lists.words
    return tuple(
        code for name in ("defects", "identity_findings") for code, one in lists[name].items()
        if any(sought in words.casefold() for words in one.texts.values())
    )  # fmt: skip


def rows(showing: Showing, house: HouseSearch, wish: HistoryWish, selected: str = "") -> tuple[HistoryRowView, ...]:
    """The list for `wish`, the newest first: items of the house, and this bench's own that have no result yet.

    Reads the database and looks for pictures on the disk, so it MUST not run on the window's thread.
    """
    own = _unfinished(showing, wish)
    listed = {line.item_id for _at, line in own}
    found = [one for one in house.find(filter_of(showing, wish), AT_ONCE) if one.item.id not in listed]
    lines = [*own, *((one.item.decided_at or one.item.arrived_at, _row(showing, one)) for one in found)]
    lines.sort(key=lambda line: line[0], reverse=True)
    return tuple(_selected(line, selected) for _at, line in lines[:AT_ONCE])


def _selected(line: HistoryRowView, item_id: str) -> HistoryRowView:
    return replace(line, selected=True) if item_id and line.item_id == item_id else line


def _unfinished(showing: Showing, wish: HistoryWish) -> list[tuple[str, HistoryRowView]]:
    """Own items without a result; they have none of the codes that others are asked for by."""
    codes = (wish.vendor, wish.reason, wish.finding)
    station = showing.desk.station.code
    if wish.grade or wish.disposition or wish.waiting or wish.closed or any(code is not None for code in codes):
        return []
    if wish.station not in (None, station):
        return []
    wanted = HistoryFilter(wish.text, since_of(showing, wish), unfinished_only=True)
    until = wish.until if wish.period == "span" else ""
    found = []
    for one in showing.desk.store.history(wanted, AT_ONCE):
        if wish.person in (None, one.person) and (not until or one.at < until):
            line = summary_row(showing, one, "")
            word_of = translate("Parked") if one.state == "parked" else translate("Open")
            mark = TagView(word_of, "warn", _STANDS.get(one.state, "mdi6.play-circle-outline"))
            found.append((one.at, replace(line, bench=one.station, time=_when(showing, one.at), mark=mark)))
    return found


def _row(showing: Showing, one: FoundItem) -> HistoryRowView:
    item = one.item
    tag, mark, grade = None, None, ""
    if one.blind:
        mark = TagView(translate("To be graded blind"), "info", "mdi6.eye-off-outline")
    elif item.state == "voided":
        mark = TagView(translate("Void"), "neutral", "mdi6.cancel")
    elif item.state == "open":
        mark = TagView(translate("Result taken back"), "warn", "mdi6.undo-variant")
    else:
        grade = one.grade
        tag = disposition_tag(showing.desk, one.disposition) if one.disposition else None
    at = item.decided_at or item.arrived_at
    return HistoryRowView(
        item.inspection_id, item.id, item.rt_number, name_of(item),
        _when(showing, at), grade, tag, picture_of(showing, item),
        bench=item.station, mark=mark,
    )  # fmt: skip


def _when(showing: Showing, at: str) -> str:
    """The hour of today, else the day: the record tells both."""
    if not at:
        return ""
    if showing.clock.day_of(at) == showing.clock.local_day():
        return clock_time(showing.clock, at)
    return f"{showing.clock.local(at):%m-%d}"


# --- choices ---------------------------------------------------------------------------------------------


def benches(house: HouseSearch) -> list[ChoiceView]:
    """The benches whose items are known here."""
    return [ChoiceView(code, code) for code in house.codes("station")]


def people(showing: Showing, house: HouseSearch) -> list[ChoiceView]:
    """Who decided items that are known here, by name; who is not known here stands under their id."""
    known = {one.id: one for one in showing.desk.reference.people()}
    found = []
    for code in house.codes("person"):
        one = known.get(code)
        name = localised({"zh": one.name, "en": one.name_en or one.name}) if one else code
        found.append(ChoiceView(code, f"{name} {one.number}".strip() if one else name))
    return sorted(found, key=lambda choice: choice.text)


def vendors(house: HouseSearch) -> list[ChoiceView]:
    """The vendors of items that are known here, by name."""
    return [ChoiceView(code, name) for code, name in house.vendors()]


def code_words(showing: Showing, name: str, code: str) -> str:
    """A filter's code in words; an empty one is that there is none."""
    if name == "finding":
        return finding_word(showing, code) if code else translate("Without a finding")
    if not code:
        return translate("None stated") if name == "reason" else translate("Without a vendor")
    return word(showing.desk, "reasons", code) if name == "reason" else code


# --- days ------------------------------------------------------------------------------------------------


def span_of_days(showing: Showing, first: str, last: str) -> tuple[str, str]:
    """From the beginning of the site's day `first` to the end of `last` (2026-11-21), in UTC; empty leaves one open.

    Raises:
        ValueError: one is no day, or the last comes before the first.
    """
    days = [date.fromisoformat(text) if text else None for text in (first, last)]
    if days[0] and days[1] and days[1] < days[0]:
        raise ValueError("the last day comes before the first")
    begin = showing.clock.start_of_day(days[0]) if days[0] else ""
    end = showing.clock.start_of_day(days[1] + timedelta(days=1)) if days[1] else ""
    return begin, end


def days_of(showing: Showing, wish: HistoryWish) -> tuple[str, str]:
    """The first and the last day of a span, for its form; empty where it is open."""
    last = ""
    if wish.until:
        last = f"{showing.clock.local(utc_text(moment_of(wish.until) - timedelta(milliseconds=1))):{DAY}}"
    return f"{showing.clock.local(wish.since):{DAY}}" if wish.since else "", last


def span_words(showing: Showing, wish: HistoryWish) -> str:
    """A span in short: days, or hours where it is not whole days."""
    clock = showing.clock
    begin = clock.local(wish.since) if wish.since else None
    end = clock.local(wish.until) if wish.until else None
    ends = [one for one in (begin, end) if one is not None]
    if len({one.year for one in ends}) > 1:
        return " – ".join(days_of(showing, wish))
    if all(f"{one:%H%M}" == "0000" for one in ends):
        first, last = (text[5:] for text in days_of(showing, wish))
        return first if first == last else f"{first} – {last}"
    if begin and end and f"{begin:%F}" == f"{end:%F}":
        return f"{begin:%m-%d %H:%M} – {end:%H:%M}"
    return " – ".join(f"{one:%m-%d %H:%M}" if one else "" for one in (begin, end))
