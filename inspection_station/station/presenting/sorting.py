"""The sorting board in words: a column for each disposition in use, with its totes and what lies in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.custody.tote_state import ToteStep
from inspection_station.i18n import translate
from inspection_station.station.presenting.house_items import name_of, picture_of, short_number
from inspection_station.station.presenting.words import (
    DISPOSITION_ICONS,
    Showing,
    clock_time,
    disposition_tag,
    joined,
    word,
)
from inspection_station.station.views import ActionView, FactView, PictureSource, TagView
from inspection_station.workflows.case import Desk
from inspection_station.workflows.custody_port import CustodyStore, LyingItem, ToteRow
from inspection_station.workflows.reviewing import must_grade_blind

ON_BOARD = (ToteStep.OPEN.value, ToteStep.CLOSED.value)


@dataclass(frozen=True)
class CardView:
    """One item of a column. `mark` says what is the matter with it; `proposed`: no scan has put it there yet;
    `elsewhere`: another bench's, while the centre does not answer."""

    rt_number: str
    inspection_id: str
    item_id: str
    name: str
    number: str
    grade: str
    picture: PictureSource
    proposed: bool = False
    elsewhere: bool = False
    mark: TagView | None = None


@dataclass(frozen=True)
class ColumnView:
    """One disposition. `tote` is the code that takes items now, empty when none does; `share` how full it is, 0–1."""

    disposition: str
    tag: TagView
    count: int
    tote: str
    tote_text: str
    fill: str
    share: float
    cards: tuple[CardView, ...]
    more: str = ""


@dataclass(frozen=True)
class BoardView:
    """The columns of one page. `age` says until when what is shown holds, empty while the centre answers."""

    columns: tuple[ColumnView, ...]
    page: int = 0
    pages: int = 1
    age: str = ""


@dataclass(frozen=True)
class TotePanelView:
    """A tote that was scanned by itself: what it is, and what can be done with it."""

    code: str
    title: str
    tag: TagView
    facts: tuple[FactView, ...]
    share: float
    actions: tuple[ActionView, ...]
    hint: str = ""


@dataclass(frozen=True)
class BoardWish:
    """What is to be shown: which page of columns, how many columns and cards there is room for."""

    page: int = 0
    columns: int = 5
    cards: int = 7


def board(
    showing: Showing, store: CustodyStore, wish: BoardWish, station: str, offline_since: str | None = None
) -> BoardView:
    """The board; reads the database, so it MUST run on the bench lane.

    `offline_since` is when the centre last told something, empty for never, None while it answers.
    """
    totes = [tote for tote in store.totes() if tote.disposition and tote.step in ON_BOARD]
    listed = list(showing.desk.book.lists.words["dispositions"])
    filled = {tote.disposition for tote in totes if tote.contents}
    used = sorted({tote.disposition for tote in totes}, key=lambda one: (one not in filled, _place(listed, one), one))
    pages = max(1, -(-len(used) // wish.columns))
    page = min(max(0, wish.page), pages - 1)
    seen = used[page * wish.columns : (page + 1) * wish.columns]
    away = offline_since is not None
    columns = tuple(
        _column(showing, store, one, [tote for tote in totes if tote.disposition == one], wish.cards, station, away)
        for one in seen
    )
    age = ""
    if offline_since is not None:
        age = (
            translate("Data as of {time}", time=clock_time(showing.clock, offline_since, with_day=True))
            if offline_since
            else translate("This station only")
        )
    return BoardView(columns, page, pages, age)


def _place(listed: Sequence[str], code: str) -> int:
    return listed.index(code) if code in listed else len(listed)


def _column(
    showing: Showing, store: CustodyStore, disposition: str, totes: Sequence[ToteRow], most: int, station: str,
    away: bool,
) -> ColumnView:  # fmt: skip
    count = sum(tote.contents for tote in totes)
    current = taking(totes)
    lying = store.lying_in([tote.code for tote in totes], most)
    more = count - len(lying)
    return ColumnView(
        disposition, disposition_tag(showing.desk, disposition), count, current.code if current else "",
        tote_title(current) if current else translate("No open tote"),
        f"{current.contents} / {current.capacity}" if current else "",
        min(1.0, current.contents / max(1, current.capacity)) if current else 0.0,
        tuple(_card(showing, one, station, away) for one in lying),
        translate("{n} more", n=more) if more > 0 else "",
    )  # fmt: skip


def taking(totes: Sequence[ToteRow]) -> ToteRow | None:
    """Which of a disposition's totes takes items now: the bench's own slot first, then that with most in it."""
    with_room = [tote for tote in totes if tote.step == ToteStep.OPEN.value and tote.contents < tote.capacity]
    return min(with_room, key=lambda tote: (tote.slot or 999, -tote.contents, tote.code), default=None)


def tote_title(tote: ToteRow) -> str:
    """“Tote 1 T-000412K”, by its place at this bench where it has one."""
    return joined_words(translate("Tote {slot}", slot=tote.slot) if tote.slot else "", tote.code)


def joined_words(*words: str) -> str:
    """The words that are not empty, with blanks between."""
    return " ".join(word for word in words if word)


def _card(showing: Showing, one: LyingItem, station: str, away: bool) -> CardView:
    mark: TagView | None = None
    if one.apart:
        mark = TagView(translate("Changed elsewhere"), "error", "mdi6.source-branch")
    elif one.missing:
        mark = TagView(translate("Not found"), "error", "mdi6.help-circle-outline")
    elif one.recall:
        mark = TagView(translate("Old label"), "warn", "mdi6.label-off-outline")
    elif one.review:
        mark = TagView(translate("To review"), "warn", "mdi6.account-search-outline")
    item = one.item
    return CardView(
        item.rt_number, item.inspection_id, item.id, name_of(item), short_number(item.rt_number),
        "?" if item.random_check and one.review else one.grade or "?",  # a lead grades a random check without knowing
        picture_of(showing, item), not one.proved, away and item.station != station, mark,
    )  # fmt: skip


STEP_TONES: dict[str, tuple[str, str]] = {
    "open": ("ok", "mdi6.tray-arrow-down"), "closed": ("neutral", "mdi6.lock-outline"),
    "claimed": ("info", "mdi6.clipboard-text-outline"), "handed_over": ("neutral", "mdi6.truck-check-outline"),
    "lost": ("error", "mdi6.help-circle-outline"), "free": ("neutral", "mdi6.tray"),
}  # fmt: skip


def step_word(step: str) -> str:
    """Where a tote stands, in a word."""
    return {
        "open": translate("Taking items"), "closed": translate("Closed"), "claimed": translate("On a manifest"),
        "handed_over": translate("Handed over"), "lost": translate("Lost"),
    }.get(step, translate("Not open"))  # fmt: skip


def tote_panel(showing: Showing, store: CustodyStore, code: str) -> TotePanelView:
    """A tote by its code, known or not; reads the database, so it MUST run on the bench lane."""
    unknown = ToteRow(code, "free", "", "", "", 0, "", 0, False, 0, 0)
    tote = next((one for one in store.totes() if one.code == code), unknown)
    tone, icon = STEP_TONES.get(tote.step or "free", STEP_TONES["free"])
    facts = [FactView(translate("State"), step_word(tote.step))]
    if tote.disposition:
        what = disposition_tag(showing.desk, tote.disposition).text
        facts.append(FactView(translate("For"), joined([what, tote.vendor])))
    if tote.capacity:
        facts.append(FactView(translate("Contents"), f"{tote.contents} / {tote.capacity}", code=True))
    if tote.contents != tote.proved:
        facts.append(FactView(translate("Only proposed"), str(tote.contents - tote.proved), code=True))
    if tote.place:
        facts.append(FactView(translate("Place"), tote.place))
    actions = []
    if tote.step == "open" and tote.contents:
        actions.append(ActionView("close_tote", translate("Close the tote"), "mdi6.lock-outline", "K"))
    if tote.step in ("", "free", "handed_over") or (tote.step == "open" and not tote.contents):
        actions.append(ActionView("open_tote", translate("Open it for …"), "mdi6.tray-plus", "O"))
    actions.append(ActionView("containers", translate("All totes"), "mdi6.package-variant-closed", "F7"))
    hint = translate("Scan a disposition code to open it.") if actions[0].name == "open_tote" else ""
    return TotePanelView(
        code, tote_title(tote), TagView(step_word(tote.step), tone, icon), tuple(facts),  # type: ignore[arg-type]
        min(1.0, tote.contents / max(1, tote.capacity)), tuple(actions), hint,
    )  # fmt: skip


def in_hand(desk: Desk, name: str, known: HouseItem | None, state: ItemState) -> tuple[str, str]:
    """The item that was scanned and where it goes, with an icon; not of what is still to be graded blind."""
    number = f"{short_number(state.rt_number)} {name}".strip()
    if not state.disposition or (known is not None and must_grade_blind(known, state)):
        return number, "mdi6.tray-arrow-down"
    icon = DISPOSITION_ICONS.get(state.disposition, "mdi6.tray-arrow-down")
    return f"{number} → {word(desk, 'dispositions', state.disposition)}", icon
