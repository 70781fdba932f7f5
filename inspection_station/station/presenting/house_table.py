"""The history's list over the house as a table for a file."""

from __future__ import annotations

from collections.abc import Mapping

from inspection_station.documents.paper.figures_sheet import FiguresTable
from inspection_station.domain.people import Person
from inspection_station.i18n import translate
from inspection_station.station.presenting.figures import finding_word
from inspection_station.station.presenting.history_views import HistoryWish
from inspection_station.station.presenting.house_items import name_of
from inspection_station.station.presenting.house_list import filter_of
from inspection_station.station.presenting.review_record import person_name
from inspection_station.station.presenting.words import Showing, word
from inspection_station.storage.house_search import HouseSearch
from inspection_station.workflows.history_wish import FoundItem

MOST = 20_000  # items in one file


def house_table(showing: Showing, house: HouseSearch, wish: HistoryWish) -> FiguresTable:
    """Everything the list for `wish` would show, the newest decision first, at most `MOST`; reads the database.

    Of what is still to be graded blind the result is left out. No buyer's number is in it.
    """
    people = {one.id: one for one in showing.desk.reference.people()}
    heads = (
        translate("Item"), translate("Label issue"), translate("Parcel"), translate("Order"), translate("Return"),
        translate("SKU"), translate("Name"), translate("Variant"), translate("Grade"), translate("Disposition"),
        translate("Tote"), translate("Tote scanned"), translate("Reason of return"), translate("Findings"),
        translate("Vendor"), translate("Price"), translate("Currency"), translate("Bench"), translate("Decided by"),
        translate("Decided at"), translate("State"),
    )  # fmt: skip
    found = house.find(filter_of(showing, wish), MOST)
    return FiguresTable(translate("History"), heads, tuple(_cells(showing, people, one) for one in found))


def _cells(showing: Showing, people: Mapping[str, Person], one: FoundItem) -> tuple[str, ...]:
    item, desk = one.item, showing.desk
    findings = [finding_word(showing, str(finding["code"])) for finding in item.findings]
    at = f"{showing.clock.local(item.decided_at):%Y-%m-%d %H:%M:%S}" if item.decided_at else ""
    told = (
        one.grade, word(desk, "dispositions", one.disposition) if one.disposition else "", one.tote,
        translate("yes") if one.proved else translate("no"),
        word(desk, "reasons", item.reason) if item.reason else "", " · ".join(dict.fromkeys(findings)),
    )  # fmt: skip
    state = {"closed": translate("closed"), "open": translate("taken back"), "voided": translate("void")}
    return (
        item.rt_number, str(item.label_issue), item.tracking_number, item.order_number, item.return_number, item.sku,
        name_of(item), item.variant, *(told if not one.blind else ("",) * len(told)), item.vendor_name or item.vendor,
        f"{item.price_minor / 100:.2f}" if item.currency else "", item.currency, item.station,
        person_name(people, item.person), at, state.get(item.state, item.state),
    )  # fmt: skip
