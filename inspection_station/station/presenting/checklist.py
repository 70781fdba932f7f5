"""What the checklist page shows."""

from __future__ import annotations

from inspection_station.domain.checklist import SECTIONS, TYPE_KEYS, Number, Question
from inspection_station.domain.inspection import Item
from inspection_station.i18n import localised, translate
from inspection_station.station.flow.acts import SEVERITY_KEYS
from inspection_station.station.flow.answer_acts import page_of, rows_of_page
from inspection_station.station.flow.state import BenchState
from inspection_station.station.page_views import (
    ChecklistView,
    ChoiceView,
    PickerView,
    PinView,
    RowView,
    SectionView,
)
from inspection_station.station.presenting import parcel
from inspection_station.station.presenting.answer_entry import entry, row_words
from inspection_station.station.presenting.frame import context
from inspection_station.station.presenting.words import Showing, defect_name, joined, word
from inspection_station.station.views import ActionView, PrimaryView, TagView
from inspection_station.workflows.answering import asked_rows, undecided_claims, undecided_rows, value_hint
from inspection_station.workflows.case import Case, claimed, template_of
from inspection_station.workflows.deciding import next_step
from inspection_station.workflows.inspecting import missing_shots

ZONES = {str(number): ((number - 1) % 3, 2 - (number - 1) // 3) for number in range(1, 10)}  # numeric keypad order


def zone_words(place: str) -> str:
    """A zone of the outline in words."""
    names = {
        "7": translate("upper left"), "8": translate("upper middle"), "9": translate("upper right"),
        "4": translate("left"), "5": translate("middle"), "6": translate("right"),
        "1": translate("lower left"), "2": translate("lower middle"), "3": translate("lower right"),
    }  # fmt: skip
    return names.get(place, place)


def finding_words(showing: Showing, item: Item, row: Question) -> str:
    """The row's defects: place, kind, severity."""
    parts = []
    for finding in item.findings_of(row.id):
        name = defect_name(showing.desk, item, finding)
        severity = word(showing.desk, "severities", finding.severity)
        parts.append(joined([zone_words(finding.place), name, severity]))
    return " / ".join(parts)


def _row(showing: Showing, case: Case, item: Item, number: int, row: Question, current: str) -> RowView:
    answer = item.answers.get(row.id)
    state = {"pass": "normal", "defect": "wrong", "not_applicable": "not_applicable"}.get(
        answer.verdict if answer else "", "open"
    )
    words = {
        "normal": translate("Normal"), "wrong": translate("Defect"), "not_applicable": translate("Not applicable"),
        "open": translate("Undecided"),
    }  # fmt: skip
    value = row_words(row, answer)
    finding = finding_words(showing, item, row)
    if finding and isinstance(row.answer, Number):
        finding = joined([value, finding])
    is_claimed = row.id in claimed(showing.desk, case, item)
    tag = TagView(translate("Claimed"), "warn", "mdi6.account-voice") if is_claimed else None
    return RowView(
        number, localised({"zh": row.zh, "en": row.en}), state, words[state], finding, tag,  # type: ignore[arg-type]
        row.id == current, "" if finding else value,
    )  # fmt: skip


def _picker(showing: Showing, state: BenchState, item: Item, row: Question, number: int) -> PickerView | None:
    """The defects of a statement; None for a row that asks for a value."""
    if row.answer is not None:
        return None
    known = item.findings_of(row.id)
    kind = state.kind or (known[-1].type if known else "")
    severity = known[-1].severity if known and not state.kind else ""
    kinds = tuple(
        ChoiceView(one.id, localised({"zh": one.zh, "en": one.en}), TYPE_KEYS[place], one.icon, one.id == kind)
        for place, one in enumerate(row.types)
    )
    severities = tuple(
        ChoiceView(code, word(showing.desk, "severities", code), key, "", code == severity)
        for key, code in SEVERITY_KEYS.items()
    )
    pins = []
    for place, finding in enumerate(item.findings, start=1):
        if finding.place in ZONES:
            column, line = ZONES[finding.place]
            pins.append(PinView(place, (column + 0.5) / 3, (line + 0.5) / 3))
    outline = "apparel" if item.category == "apparel" else "box"
    return PickerView(
        number, localised({"zh": row.noun_zh, "en": row.noun_en}),
        ActionView("normal", translate("Normal"), "mdi6.check", "N"), kinds, severities,
        translate("Where (numeric keypad)"), outline, tuple(pins),
    )  # fmt: skip


def _primary(
    showing: Showing, case: Case, item: Item, camera_lost: bool, current: str
) -> tuple[PrimaryView, ActionView | None]:
    rest = translate("Rest normal, grade it")
    if missing := missing_shots(showing.desk, case, item):
        shoot = parcel.primary(showing, case, item, next_step(showing.desk, case), camera_lost)
        if shoot.enabled:
            shoot = PrimaryView(
                shoot.text, translate("Required photos missing: {n}", n=len(missing)), "mdi6.camera-plus-outline",
                "Space",
            )  # fmt: skip
        return shoot, ActionView("primary", rest, "", "Enter", enabled=False)
    if claims := undecided_claims(showing.desk, case, item):
        row = template_of(showing.desk, item).question(claims[0])
        text = localised({"zh": row.zh, "en": row.en})
        if claims[0] != current:
            said = joined([text, translate("Rows to answer first: {n}", n=len(claims))])
            return PrimaryView(translate("Next open row"), said, "mdi6.arrow-right", "Enter"), None
        if row.id in claimed(showing.desk, case, item):
            what, icon = translate("Judge the claim first"), "mdi6.account-voice"
        else:
            what, icon = translate("Answer this row first"), "mdi6.format-list-checks"
        hint = translate("N if normal, or pick the defect") if row.answer is None else translate(value_hint(row))
        return PrimaryView(what, joined([text, hint]), icon, "Enter", enabled=False), None
    if not item.identity:
        return (
            PrimaryView(
                translate("Confirm the item first"), translate("Scan the tag, or T by eye"), "mdi6.barcode-scan",
                "Enter", enabled=False,
            ),
            ActionView("confirm_by_eye", translate("Right item, by eye"), "mdi6.eye-check-outline", "T"),
        )  # fmt: skip
    return PrimaryView(rest, parcel.result_words(showing, case, item), "mdi6.check-bold", "Enter"), None


def _page_words(showing: Showing, case: Case, item: Item, page: int) -> str:
    """Which page of the rows it is, and how many rows of the others have no answer; empty where there is one page."""
    rows = asked_rows(showing.desk, case, item)
    pages = page_of(rows, rows[-1].id) + 1
    if pages == 1:
        return ""
    here = {row.id for row in rows_of_page(rows, page)}
    elsewhere = [row for row in undecided_rows(showing.desk, case, item) if row not in here]
    words = translate("Page {n} of {total} · PgDn, PgUp", n=page + 1, total=pages)
    return joined([words, translate("{n} open on other pages", n=len(elsewhere)) if elsewhere else ""])


def checklist(showing: Showing, state: BenchState, camera_lost: bool = False) -> ChecklistView:
    """The whole page; reads the database, so it MUST run on the bench lane."""
    case = state.case
    assert case is not None
    item = case.inspection.item()
    rows = asked_rows(showing.desk, case, item)
    current = next((row for row in rows if row.id == state.row), rows[0])
    page = page_of(rows, current.id)
    numbered = list(enumerate(rows_of_page(rows, page), start=1))
    sections = tuple(
        SectionView(
            word(showing.desk, "sections", section),
            tuple(
                _row(showing, case, item, number, row, current.id) for number, row in numbered if row.section == section
            ),
        )
        for section in SECTIONS
        if any(row.section == section for _, row in numbered)
    )
    number = next(number for number, row in numbered if row.id == current.id)
    primary, second = _primary(showing, case, item, camera_lost, current.id)
    step = next_step(showing.desk, case)
    upcoming = next(iter(missing_shots(showing.desk, case, item)), None)
    said = parcel.claim(showing, case, item)
    fallback = (
        (TagView(translate("General checklist in use"), "warn", "mdi6.alert"),)
        if showing.desk.book.is_fallback(item.category)
        else ()
    )
    claim = type(said)(said.caption, said.reason, said.detail, (*said.tags, *fallback), said.tone)
    return ChecklistView(
        context(showing, case), claim, sections, parcel.camera(showing, case, item, step),
        parcel.shots(showing, case, item, upcoming), primary, _picker(showing, state, item, current, number), second,
        page_words=_page_words(showing, case, item, page), entry=entry(showing, state, case, item, current, number),
    )  # fmt: skip
