"""The states of the bench, each with the way there from the waiting screen, by the acts of scans and keys.

`STATES` is what the kill test goes through; `covered` says of a state which parts of the program's own lists it stands
for, so that a screen, a kind of event, a finding, an exception of the menu or a type of answer without a state shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from gui.working_bench import LEAD as DEMO_LEAD
from gui.working_bench import SECOND as DEMO_SECOND
from gui.working_bench import tote_of
from scripted_bench import Act, ScriptedBench

from inspection_station.admin.demo_answers import fine_number, look_closely
from inspection_station.admin.demo_returns import demo_returns
from inspection_station.domain.checklist import ANSWER_TYPES, Choice, Count, FreeText, Number, Question, Serial
from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import label_code
from inspection_station.domain.returns import return_to_json
from inspection_station.station.flow import acts, answer_acts, exception_acts, finishing, scanning, weight_acts
from inspection_station.station.flow.exception_acts import CHOICES
from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.storage.feed import StoredFeed
from inspection_station.workflows import weighing
from inspection_station.workflows.case import Case, Desk
from inspection_station.workflows.ports import FeedItem

CLEAN, STAINED, TWO_ITEMS = "SF1390447120865", "JT5284019937712", "JT5284019938804"
WITH_SERIAL, WITH_KIT, REFUSED = "SF1390447120873", "JD0192741567071", "ZT7310604095381"
FIRST_OF_TWO, TORN_BOX, UNKNOWN = "YT5310077420116", "ZC6401882290455", "ZC6401882290437"
CLEAN_TAG, OTHER_TAG, OTHER_VARIANT = "YL-8821-NV", "YL-T101-WH", "YL-8821-RD"
OTHER_SERIAL = "YX17A26093528"
COSMETICS = "JT5284019939100"
LATE = "late-1"


@cache
def gtin(sku: str) -> str:
    """The product code of an article of the demo."""
    returns = demo_returns(today=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    return next(str(line["gtin"]) for one in returns for line in one["lines"] if line["sku"] == sku)


Way = Callable[[ScriptedBench], None]
STATES: dict[str, Way] = {}


def state(name: str) -> Callable[[Way], Way]:
    """The way to the state of that name."""

    def add(way: Way) -> Way:
        assert name not in STATES
        STATES[name] = way
        return way

    return add


# --- ways that several states share ---------------------------------------------------------------------------


def scanned(bench: ScriptedBench, number: str = CLEAN) -> None:
    bench.scan(number)
    assert bench.state.screen is Screen.PARCEL, bench.state.effects.problem


def identified(bench: ScriptedBench, number: str = CLEAN) -> None:
    scanned(bench, number)
    line = bench.case.line(bench.case.inspection.item())
    assert line is not None
    bench.scan(line.gtins[0])


def photographed(bench: ScriptedBench, number: str = CLEAN) -> None:
    identified(bench, number)
    bench.photos()


def on_checklist(bench: ScriptedBench, number: str = CLEAN) -> None:
    photographed(bench, number)
    bench.do(acts.problem)
    assert bench.state.screen is Screen.CHECKLIST


def stain_found(bench: ScriptedBench) -> None:
    on_checklist(bench, STAINED)
    bench.do(partial(_kind, kind="Q"))
    bench.do(partial(_severity, severity="X"))


def _kind(desk: Desk, now: BenchState, kind: str) -> BenchState:
    return acts.choose_kind(desk, now, kind)


def _severity(desk: Desk, now: BenchState, severity: str) -> BenchState:
    return acts.choose_severity(desk, now, severity)


def on_grade(bench: ScriptedBench) -> None:
    stain_found(bench)
    bench.photos()
    bench.do(acts.primary)
    assert bench.state.screen is Screen.GRADE, bench.state.effects.problem


def done(bench: ScriptedBench, number: str = CLEAN) -> None:
    bench.work(number)
    assert bench.state.last is not None


def on_menu(bench: ScriptedBench, number: str = CLEAN) -> None:
    scanned(bench, number)
    bench.do(exception_acts.menu)


def choose(bench: ScriptedBench, place: int) -> None:
    bench.do(lambda desk, now: exception_acts.choose(desk, now, place))


def first_of_two_done(bench: ScriptedBench) -> None:
    photographed(bench, TWO_ITEMS)
    bench.scan(tote_of("restock"))
    assert len([one for one in bench.case.inspection.items if one.decision]) == 1


def kept_as_unclaimed(bench: ScriptedBench) -> str:
    bench.scan(UNKNOWN)
    bench.do(acts.primary)
    bench.photos()
    bench.do(acts.primary)
    inspection_id = bench.case.inspection.id
    bench.do(acts.primary)
    assert bench.state.screen is Screen.WAITING
    return inspection_id


def late_match(bench: ScriptedBench) -> None:
    """A parcel kept as unclaimed whose return was announced afterwards is scanned again."""
    kept_as_unclaimed(bench)
    known = bench.station.reference.returns_of_parcel(CLEAN)[0]
    body = return_to_json(known) | {
        "id": LATE, "return_number": "RMA-LATE-1", "order_number": "26-LATE-1", "tracking_numbers": [UNKNOWN],
    }  # fmt: skip
    StoredFeed(bench.station.database).apply_page("epoch", "2", [FeedItem("expected_return", LATE, body)])
    bench.scan(UNKNOWN)
    assert bench.state.screen is Screen.LATE_MATCH


def told_of_another_bench(bench: ScriptedBench, number: str = CLEAN) -> None:
    """The centre tells that bench B07 has this parcel open."""
    body = {"tracking_number": number, "station": "B07", "person": DEMO_SECOND.id, "state": "open",
            "opened_at": "2026-11-21T02:00:00.000Z", "closed_at": "", "results": []}  # fmt: skip
    StoredFeed(bench.station.database).apply_page("epoch", "2", [FeedItem("parcel", f"there-{number}", body)])


def lead_of(bench: ScriptedBench) -> Any:
    return next(one for one in bench.station.reference.people() if one.id == DEMO_LEAD.id)


def by_lead(act: Callable[..., BenchState], bench: ScriptedBench, **more: Any) -> Act:
    lead = lead_of(bench)
    return lambda desk, now: act(desk, now, lead=lead, **more)


def swap_suspected(bench: ScriptedBench) -> None:
    identified(bench, WITH_SERIAL)
    bench.scan(OTHER_SERIAL)
    choose(bench, 1)
    assert bench.case.inspection.item().identity == "serial_mismatch"


# --- waiting, and what is asked before a parcel lies open -----------------------------------------------------------


@state("waiting with nothing open")
def _(bench: ScriptedBench) -> None:
    bench.do(lambda desk, now: now.with_effects())


@state("waiting, a product code is asked about")
def _(bench: ScriptedBench) -> None:
    bench.scan(gtin(CLEAN_TAG))


@state("waiting, an item was just done")
def _(bench: ScriptedBench) -> None:
    done(bench)


@state("waiting, the label was scanned back")
def _(bench: ScriptedBench) -> None:
    done(bench)
    assert bench.state.last is not None
    bench.scan(label_code(bench.state.last.rt_number, 1))
    assert bench.state.effects.verified


@state("nothing matches the parcel")
def _(bench: ScriptedBench) -> None:
    bench.scan(UNKNOWN)


@state("nothing matches the parcel, candidates found by a clue")
def _(bench: ScriptedBench) -> None:
    bench.scan(UNKNOWN)
    bench.scan(gtin(CLEAN_TAG))
    assert bench.state.candidates


@state("a parcel without a label")
def _(bench: ScriptedBench) -> None:
    bench.do(exception_acts.no_label)


@state("the parcel was inspected already")
def _(bench: ScriptedBench) -> None:
    done(bench)
    bench.scan(CLEAN)
    assert bench.state.screen is Screen.DUPLICATE


@state("another bench has the parcel open")
def _(bench: ScriptedBench) -> None:
    told_of_another_bench(bench)
    bench.scan(CLEAN)
    assert bench.state.screen is Screen.ELSEWHERE


@state("inspected here although another bench has it too")
def _(bench: ScriptedBench) -> None:
    told_of_another_bench(bench)
    bench.scan(CLEAN)
    bench.do(exception_acts.inspect_too)
    assert bench.case.inspection.also_at


@state("another bench opened the same parcel meanwhile")
def _(bench: ScriptedBench) -> None:
    scanned(bench)
    told_of_another_bench(bench)
    bench.do(scanning.look_elsewhere)
    assert bench.state.elsewhere


@state("a re-check was asked for")
def _(bench: ScriptedBench) -> None:
    done(bench)
    bench.scan(CLEAN)
    bench.do(acts.recheck)


@state("an unclaimed parcel's return turned up")
def _(bench: ScriptedBench) -> None:
    late_match(bench)


@state("the late match was declined")
def _(bench: ScriptedBench) -> None:
    late_match(bench)
    bench.do(by_lead(exception_acts.decline_match, bench))


# --- a parcel lies open ---------------------------------------------------------------------------------------


@state("open, matched")
def _(bench: ScriptedBench) -> None:
    scanned(bench)


@state("open, its outside photographed")
def _(bench: ScriptedBench) -> None:
    scanned(bench)
    bench.photo("waybill")


@state("identified by its tag")
def _(bench: ScriptedBench) -> None:
    identified(bench)


@state("identified by eye")
def _(bench: ScriptedBench) -> None:
    scanned(bench)
    bench.do(acts.confirm_by_eye)


@state("every photo taken")
def _(bench: ScriptedBench) -> None:
    photographed(bench)


@state("a place marked on a photo")
def _(bench: ScriptedBench) -> None:
    photographed(bench)
    photo = bench.case.inspection.photos[-1].id
    bench.do(lambda desk, now: acts.mark_photo(desk, now, photo, "ellipse", (10, 10, 60, 60)))
    assert bench.case.inspection.marks


@state("a photo taken back")
def _(bench: ScriptedBench) -> None:
    photographed(bench)
    bench.do(finishing.undo)
    assert any(photo.withdrawn for photo in bench.case.inspection.photos)


@state("a required photo waived by a lead")
def _(bench: ScriptedBench) -> None:
    identified(bench)
    bench.photo("waybill")
    bench.do(by_lead(exception_acts.waive, bench, reason="镜头够不到"))
    assert bench.case.inspection.item().waived


@state("an accessory missing")
def _(bench: ScriptedBench) -> None:
    identified(bench, WITH_KIT)
    bench.do(lambda desk, now: exception_acts.missing_part(desk, now, 2))
    assert bench.case.inspection.item().findings


@state("a refused delivery left closed")
def _(bench: ScriptedBench) -> None:
    scanned(bench, REFUSED)
    bench.do(exception_acts.still_sealed)
    assert bench.case.inspection.item().identified_by == "sealed"


@state("parked")
def _(bench: ScriptedBench) -> None:
    stain_found(bench)
    bench.do(finishing.park)


@state("parked and scanned again")
def _(bench: ScriptedBench) -> None:
    stain_found(bench)
    bench.do(finishing.park)
    bench.scan(STAINED)
    assert bench.state.screen is Screen.CHECKLIST


@state("parked because another person signed in")
def _(bench: ScriptedBench) -> None:
    photographed(bench)
    bench.do(finishing.leave)


# --- several items ----------------------------------------------------------------------------------------------


@state("several items, the second taken up first")
def _(bench: ScriptedBench) -> None:
    scanned(bench, TWO_ITEMS)
    bench.do(lambda desk, now: acts.choose_item(desk, now, 1))
    assert bench.case.inspection.item() == bench.case.inspection.items[1]


@state("several items, the first one done and put into its tote")
def _(bench: ScriptedBench) -> None:
    first_of_two_done(bench)


@state("several items, is the rest missing")
def _(bench: ScriptedBench) -> None:
    first_of_two_done(bench)
    bench.scan(CLEAN)
    assert bench.state.screen is Screen.REST_MISSING


@state("several items, the rest is missing")
def _(bench: ScriptedBench) -> None:
    first_of_two_done(bench)
    bench.scan(CLEAN)
    bench.do(acts.primary)
    assert bench.case.inspection.tracking_number == CLEAN


@state("several items, the first one undone again")
def _(bench: ScriptedBench) -> None:
    first_of_two_done(bench)
    bench.do(finishing.undo)


@state("a unit that comes in the other parcel of its return")
def _(bench: ScriptedBench) -> None:
    scanned(bench, FIRST_OF_TWO)
    bench.do(exception_acts.missing_unit)
    assert len(bench.case.inspection.items) == 1


@state("one item more than announced, by its code")
def _(bench: ScriptedBench) -> None:
    identified(bench)
    bench.scan(gtin(OTHER_TAG))
    bench.do(exception_acts.extra_item)
    assert bench.case.inspection.item().identity == "extra"


# --- another item -----------------------------------------------------------------------------------------------


@state("another item is asked about")
def _(bench: ScriptedBench) -> None:
    scanned(bench)
    bench.scan(gtin(OTHER_TAG))
    assert bench.state.screen is Screen.WRONG_ITEM


@state("the wrong item")
def _(bench: ScriptedBench) -> None:
    scanned(bench)
    bench.scan(gtin(OTHER_TAG))
    bench.do(acts.primary)
    bench.photos()


@state("the tag is wrong, the item is right")
def _(bench: ScriptedBench) -> None:
    scanned(bench)
    bench.scan(gtin(OTHER_TAG))
    bench.do(acts.confirm_by_eye)


@state("the wrong variant")
def _(bench: ScriptedBench) -> None:
    scanned(bench)
    bench.scan(gtin(OTHER_VARIANT))
    bench.do(acts.primary)
    assert bench.case.inspection.item().identity == "wrong_variant"


@state("another serial number is asked about")
def _(bench: ScriptedBench) -> None:
    identified(bench, WITH_SERIAL)
    bench.scan(OTHER_SERIAL)
    assert bench.state.screen is Screen.WRONG_ITEM


@state("a suspected swap, no second badge yet")
def _(bench: ScriptedBench) -> None:
    swap_suspected(bench)
    bench.photos()


@state("a suspected swap, seen by a second person")
def _(bench: ScriptedBench) -> None:
    swap_suspected(bench)
    bench.photos()
    bench.scan(DEMO_SECOND.badge)
    assert bench.case.inspection.item().second_person == DEMO_SECOND.id


# --- the exceptions of the menu, each by its key -----------------------------------------------------------------


@state("the menu of exceptions")
def _(bench: ScriptedBench) -> None:
    on_menu(bench)


EXCEPTIONS = {
    "wrong_item": CLEAN, "extra_item": CLEAN, "empty_parcel": CLEAN, "outside_damaged": TORN_BOX,
    "missing_unit": CLEAN, "serial_differs": WITH_SERIAL, "hazardous": CLEAN, "other": CLEAN, "outside_wet": TORN_BOX,
    "counterfeit": CLEAN, "weigh": CLEAN,
}  # fmt: skip
"""The menu's exceptions and a parcel on which each is offered."""


def exception(bench: ScriptedBench, name: str) -> None:
    """Choose it from the menu and answer what is asked of it."""
    on_menu(bench, EXCEPTIONS[name])
    before = bench.case.inspection
    key = next(key for key, one in CHOICES.items() if one == name)
    bench.do(lambda desk, now: exception_acts.choose_exception(desk, now, key))
    if bench.state.effects.ask == "hold":
        bench.do(lambda desk, now: exception_acts.held_for(desk, now, "有异味，像化学品 🧪"))
    if bench.state.effects.ask == "weight":
        bench.do(lambda desk, now: weight_acts.weighed(desk, now, 640, weighing.TYPED))
    if bench.state.screen is Screen.WRONG_ITEM and name == "serial_differs":
        choose(bench, 1)
    elif bench.state.screen is Screen.WRONG_ITEM:
        bench.do(acts.primary)
    assert bench.case.inspection != before, "the menu's key was taken"


for _name in EXCEPTIONS:
    STATES[f"menu: {_name}"] = partial(exception, name=_name)


@state("empty, its evidence photographed")
def _(bench: ScriptedBench) -> None:
    exception(bench, "empty_parcel")
    bench.photos()


@state("damaged outside, is the item damaged too")
def _(bench: ScriptedBench) -> None:
    exception(bench, "outside_damaged")
    bench.photo("waybill")
    bench.photos()
    line = bench.case.line(bench.case.inspection.item())
    assert line is not None
    bench.scan(line.gtins[0])
    assert bench.state.screen is Screen.DAMAGE


@state("damaged in transit")
def _(bench: ScriptedBench) -> None:
    STATES["damaged outside, is the item damaged too"](bench)
    choose(bench, 1)
    assert bench.case.inspection.item().findings


# --- no return ----------------------------------------------------------------------------------------------------


@state("unclaimed, with what was scanned to find its return")
def _(bench: ScriptedBench) -> None:
    bench.scan(UNKNOWN)
    bench.scan(gtin(CLEAN_TAG))
    bench.do(acts.primary)
    assert bench.case.inspection.match == "none" and bench.case.inspection.clues


@state("bound to a return by a lead")
def _(bench: ScriptedBench) -> None:
    bench.scan(UNKNOWN)
    bench.scan(gtin(CLEAN_TAG))
    bench.do(by_lead(exception_acts.bind_candidate, bench))
    assert bench.case.inspection.match == "matched"


@state("a late match bound by a lead")
def _(bench: ScriptedBench) -> None:
    late_match(bench)
    bench.do(by_lead(exception_acts.accept_match, bench))
    assert bench.case.inspection.item().return_id == LATE


# --- the checklist ------------------------------------------------------------------------------------------------


@state("the checklist, nothing answered")
def _(bench: ScriptedBench) -> None:
    on_checklist(bench)


@state("a row does not apply")
def _(bench: ScriptedBench) -> None:
    on_checklist(bench)
    bench.do(acts.not_applicable)


@state("a kind of defect picked, its severity not yet")
def _(bench: ScriptedBench) -> None:
    on_checklist(bench, STAINED)
    bench.do(partial(_kind, kind="Q"))
    assert bench.state.kind


@state("a defect with its place")
def _(bench: ScriptedBench) -> None:
    stain_found(bench)
    bench.do(lambda desk, now: acts.mark_place(desk, now, "5"))
    assert bench.case.inspection.item().findings[0].place


@state("a defect with its close-up")
def _(bench: ScriptedBench) -> None:
    stain_found(bench)
    bench.photos()
    assert any(photo.finding_id for photo in bench.case.inspection.photos)


def answered(bench: ScriptedBench, kind: str) -> None:
    """A row of that type of answer is answered by itself, as its keys and its field do it."""
    on_checklist(bench, COSMETICS if kind in ("text", "number") else WITH_SERIAL)
    if kind == "number":  # the content that is left is asked of a broken seal only
        _to_row(bench, "seal")
        bench.do(partial(_kind, kind="broken"))
    row = next(one for one in answer_acts.asked(bench.station.desk, bench.state) if _type_of(one) == kind)
    _to_row(bench, row.id)
    if isinstance(row.answer, Number):
        value = str(fine_number(row.answer))
    elif isinstance(row.answer, FreeText):
        value = "批号 A1 é 🧴"
    elif isinstance(row.answer, Serial):
        line = bench.case.line(bench.case.inspection.item())
        assert line is not None
        value = line.serial_numbers[0]
    elif isinstance(row.answer, Choice | Count):
        bench.do(partial(_kind, kind="Q"))
        value = ""
    else:
        bench.do(acts.normal)
        value = ""
    if value:
        bench.do(lambda desk, now: answer_acts.enter_value(desk, now, value))
    assert bench.state.fault is None
    assert row.id in bench.case.inspection.item().answers


def _to_row(bench: ScriptedBench, row: str) -> None:
    bench.do(lambda desk, now: answer_acts.at_row(now, row))


def _type_of(row: Question) -> str:
    return "check" if row.answer is None else type(row.answer).__name__.lower().removeprefix("free")


for _kind_of_answer in ANSWER_TYPES:
    STATES[f"answered: {_kind_of_answer}"] = partial(answered, kind=_kind_of_answer)


@state("a value that cannot be taken")
def _(bench: ScriptedBench) -> None:
    answered(bench, "number")
    row = next(one for one in answer_acts.asked(bench.station.desk, bench.state) if isinstance(one.answer, Number))
    _to_row(bench, row.id)
    bench.do(lambda desk, now: answer_acts.enter_value(desk, now, "-7"))
    assert bench.state.fault is not None


@state("every row looked at closely")
def _(bench: ScriptedBench) -> None:
    on_checklist(bench, WITH_SERIAL)
    bench.do(lambda desk, now: replace(now, case=look_closely(desk, now.open_case, now.inspector)))


@state("an answer taken back")
def _(bench: ScriptedBench) -> None:
    on_checklist(bench)
    bench.do(acts.normal)
    bench.do(finishing.undo)


# --- the result -----------------------------------------------------------------------------------------------------


@state("graded, not confirmed")
def _(bench: ScriptedBench) -> None:
    on_grade(bench)
    assert any(event.kind == EventKind.REST_PASSED for event in bench.case.events)


@state("another grade is wanted, its reason not given yet")
def _(bench: ScriptedBench) -> None:
    on_grade(bench)
    bench.do(lambda desk, now: acts.want_grade(desk, now, "B"))
    assert bench.state.grade_wanted


@state("another grade, with its reason")
def _(bench: ScriptedBench) -> None:
    on_grade(bench)
    bench.do(lambda desk, now: acts.want_grade(desk, now, "B"))
    bench.do(lambda desk, now: acts.give_reason(desk, now, "可清洁"))
    assert bench.case.inspection.item().changes["grade"]["value"] == "B"


@state("another disposition")
def _(bench: ScriptedBench) -> None:
    on_grade(bench)
    bench.do(lambda desk, now: acts.choose_disposition(desk, now, "refurbish"))
    assert bench.case.inspection.item().changes["disposition"]["value"] == "refurbish"


@state("shares of liability set")
def _(bench: ScriptedBench) -> None:
    on_grade(bench)
    bench.do(lambda desk, now: acts.share_liability(desk, now, {"buyer": 60, "carrier": 40}))
    assert "liability" in bench.case.inspection.item().changes


@state("back from the result to the checklist")
def _(bench: ScriptedBench) -> None:
    on_grade(bench)
    bench.do(acts.back)
    assert bench.state.screen is Screen.CHECKLIST


@state("a clean return undone")
def _(bench: ScriptedBench) -> None:
    done(bench)
    bench.do(finishing.undo)
    assert bench.state.screen is Screen.PARCEL


@state("a return with a defect undone")
def _(bench: ScriptedBench) -> None:
    on_grade(bench)
    bench.do(acts.primary)
    bench.do(finishing.undo)
    assert bench.state.screen is Screen.CHECKLIST


# --- what a state stands for ----------------------------------------------------------------------------------------


def covered(now: BenchState, case: Case | None) -> set[str]:
    """What of the program's own lists the state stands for: ``screen:…``, ``event:…``, ``identity:…`` and so on."""
    marks = {f"screen:{now.screen.value}"}
    if case is None:
        return marks
    marks |= {f"event:{event.kind}" for event in case.events} | {f"state:{case.inspection.state.value}"}
    marks |= {f"outside:{code}" for code in case.inspection.outside}
    for item in case.inspection.items:
        marks |= {f"identity:{item.identity}", f"held:{item.held}", f"by:{item.identified_by}"}
        marks |= {f"changed:{field}" for field in item.changes}
        marks |= {f"answered:{one.answered_by}:{one.verdict}" for one in item.answers.values()}
    return marks
