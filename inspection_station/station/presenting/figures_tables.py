"""What the page of figures shows, as tables: for a file (`documents.spreadsheets`), or on paper (`figures_sheet`)."""

from __future__ import annotations

from inspection_station.documents.paper.figures_sheet import FiguresTable
from inspection_station.i18n import translate
from inspection_station.station.presenting.figures import FiguresView, percent
from inspection_station.station.presenting.figures_people import PeopleView


def figures_tables(view: FiguresView) -> list[FiguresTable]:
    """Everything there is, table by table: also the rows for which the screen has no room."""
    units, share = translate("Units"), translate("Share")
    beside = [(translate("Note"), one.text, "") for one in view.tags]
    beside.append((translate("Where they go"), view.mix_note, ""))
    return [
        FiguresTable(
            view.title, (translate("Figure"), translate("Value"), translate("Note")),
            (*((one.label, f"{one.value} {one.unit}".strip(), one.note) for one in view.heads), *beside),
        ),
        FiguresTable(
            view.bars_title, (translate("Time"), units, translate("Target")),
            tuple((one.label, str(one.units), str(view.target)) for one in view.bars),
        ),
        FiguresTable(
            translate("Reasons of return"), (translate("Reason"), units, translate("Share up to here")),
            tuple((one.label, str(one.units), one.share) for one in view.reasons),
        ),
        FiguresTable(
            translate("Where they go"), (translate("Disposition"), units, share),
            tuple((one.tag.text, str(one.units), one.share) for one in view.mix),
        ),
        FiguresTable(
            translate("Defect rate by vendor"),
            (translate("Vendor"), translate("Returns"), translate("Defect rate"), translate("Change"),
             translate("First defect")),
            tuple((one.name, str(one.units), percent(one.rate), one.change, one.first) for one in view.vendors),
        ),
    ]  # fmt: skip


def people_tables(view: PeopleView) -> list[FiguresTable]:
    """The leaf of people, for talks about training; only leads get it."""
    heads = (translate("Person"), translate("Units"), translate("Agreement"), translate("Overridden"),
             translate("Drift"), *view.months)  # fmt: skip
    rows = tuple(
        (one.name, str(one.units), one.agreement, one.changed, one.drift, *one.months) for one in view.people
    )  # fmt: skip
    stated = tuple((one.stated, one.found, str(one.units)) for one in view.stated)
    return [
        FiguresTable(view.title, heads, rows),
        FiguresTable(
            translate("Stated and found"), (translate("Stated"), translate("Inspected as"), translate("Units")),
            stated,
        ),
    ]  # fmt: skip
