"""What the exception screens show: no match, wrong item, duplicate (the menu: `exception_menu`)."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.domain.checklist import OUTSIDE
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Right
from inspection_station.i18n import translate
from inspection_station.station.flow.state import BenchState
from inspection_station.station.page_views import (
    BannerView,
    CandidateView,
    EvidencePictureView,
    ExceptionView,
    SideView,
)
from inspection_station.station.presenting.frame import context
from inspection_station.station.presenting.marks import mark_views
from inspection_station.station.presenting.words import (
    Showing,
    clock_time,
    item_name,
    number_text,
    product_name,
    word,
)
from inspection_station.station.views import ActionView, CameraView, FactView, PrimaryView, TagView
from inspection_station.workflows.exceptions import SWAP_REASONS
from inspection_station.workflows.receiving import MUST_AGREE

FACTS = 4
MOST_FACTS = 12  # of a parcel at other benches


def _orders(showing: Showing, state: BenchState) -> tuple[CandidateView, ...]:
    """The returns that may be the parcel's, with how many facts agree."""
    rows = []
    for place, candidate in enumerate(state.candidates):
        expected = candidate.expected
        line = expected.lines[0]
        enough = len(candidate.agreeing) >= MUST_AGREE
        rows.append(
            CandidateView(
                str(place + 1), f"{product_name(line.name_zh, line.name_en)} {line.variant}",
                f"{expected.order_number} · {expected.return_number}",
                TagView(
                    translate("{n} of {of} agree", n=min(FACTS, len(candidate.agreeing)), of=FACTS),
                    "info" if enough else "neutral",
                ),
                str(place + 1), showing.catalogue(line), place == state.chosen,
            )
        )  # fmt: skip
    return tuple(rows)


def late_match(showing: Showing, state: BenchState) -> ExceptionView:
    """An unclaimed parcel whose return may have turned up: a lead accepts it or not."""
    case = state.open_case
    photos = [photo for photo in case.inspection.photos if photo.counted and not photo.withdrawn]
    may = state.inspector.may(Right.BIND_UNSURE_MATCH)
    number = number_text(case.inspection.tracking_number)
    return ExceptionView(
        BannerView(
            translate("A return turned up for this parcel"),
            translate("{number} was kept as unclaimed; compare, then bind it.", number=number), "info",
            "mdi6.link-variant", (number,),
        ),
        PrimaryView(
            translate("It is this return"),
            translate("The parcel opens to be inspected") if may else translate("A lead's badge and PIN continue"),
            "mdi6.link-variant", "Enter", enabled=may,
        ),
        (
            ActionView("decline_match", translate("Not this one"), "mdi6.close", "N", enabled=may),
            ActionView("back", translate("Leave it unclaimed"), "mdi6.arrow-left", "Esc"),
        ),
        evidence=showing.photo(photos[0].sha256) if photos else None,
        evidence_note=translate("Photo of then"),
        evidence_empty=translate("No photo"),
        title=translate("May be this one"),
        candidates=tuple(
            replace(order, agreement=TagView(_telling(candidate.agreeing[0]), "info"))
            for order, candidate in zip(_orders(showing, state), state.candidates, strict=True)
        ),
    )  # fmt: skip


def _telling(fact: str) -> str:
    """The fact that says most, in words."""
    return {
        "tracking": translate("Tracking number agrees"), "return": translate("Return number agrees"),
        "order": translate("Order number agrees"), "serial": translate("Serial number agrees"),
        "product": translate("Product agrees"), "phone_tail": translate("Phone tail agrees"),
    }[fact]  # fmt: skip


def no_match(showing: Showing, state: BenchState, offline: bool) -> ExceptionView:
    """The parcel is on no list: photograph it as unclaimed, or find its return by another clue."""
    number = number_text(state.text)
    if offline:
        banner = BannerView(
            translate("Offline, and not on this station"),
            translate("Inspect {number} now; it will be matched later.", number=number),
            "warn", "mdi6.help-rhombus", (number,),
        )  # fmt: skip
    else:
        banner = BannerView(
            translate("No return found"),
            translate(
                "{number} is not among the expected returns. Take photos, then hand it to the lead.", number=number
            ),
            "warn", "mdi6.help-rhombus", (number,),
        )  # fmt: skip
    slot = showing.desk.book.policies.slots.get("unclaimed", 0)
    actions = [ActionView("back", translate("Scan again"), "mdi6.barcode-scan", "Esc")]
    if state.candidates:
        actions.insert(0, ActionView("bind", translate("Bind the chosen order"), "mdi6.link-variant", "B"))
    return ExceptionView(
        banner,
        PrimaryView(
            translate("Register as unclaimed"),
            translate("2 photos · print U label · tote {slot}", slot=slot), "mdi6.tag-plus-outline", "Enter",
        ),
        tuple(actions),
        camera=CameraView(),
        title=translate("May be this one"),
        subtitle=translate("Scan the item's tag, or type order number or phone tail with F2"),
        candidates=_orders(showing, state),
        candidates_empty=translate("Nothing found by {clues}", clues=", ".join(state.clues))
        if state.clues
        else translate("Scan the item's tag to search by product"),
    )  # fmt: skip


def wrong_item(showing: Showing, state: BenchState) -> ExceptionView:
    """The scanned or read code is not the expected item's: both pictures side by side."""
    case, found = state.case, state.found
    assert case is not None and found is not None
    item = case.inspection.item(found.item_id)
    line = case.line(item)
    got = product_name(found.name_zh, found.name_en) or found.code or translate("another item")
    wanted = item_name(item)
    swapped = found.finding == "serial_mismatch"
    shipped = ", ".join(line.serial_numbers) if line else ""
    titles = {
        "wrong_variant": translate("Wrong variant"),
        "serial_mismatch": translate("Serial number differs"),
    }
    if swapped:
        sentence = translate("Shipped {wanted}, scanned {got}.", wanted=shipped, got=found.code or "—")
        primary = PrimaryView(
            translate("Choose what differs"), translate("Digits 1–4; then 3 photos and a second person's badge"),
            "mdi6.gesture-tap", "Enter", enabled=False,
        )  # fmt: skip
    else:
        sentence = translate("Expected {wanted}, got {got}.", wanted=wanted, got=got)
        primary = PrimaryView(
            translate("Go on as: {finding}", finding=word(showing.desk, "identity_findings", found.finding)),
            translate("4 photos · hold · a lead decides"), "mdi6.clipboard-alert-outline", "Enter",
        )  # fmt: skip
    actions = [
        ActionView("confirm_by_eye", translate("Tag wrong, item right"), "mdi6.tag-check-outline", "T"),
        ActionView("back", translate("Scan the tag again"), "mdi6.barcode-scan", "Esc"),
    ]
    if not swapped and any(one.decision is not None for one in case.inspection.items):
        actions[1] = ActionView("extra_item", translate("One more item"), "mdi6.plus-box-outline", "X")
    return ExceptionView(
        BannerView(
            titles.get(found.finding, translate("Wrong item")), sentence, "error", "mdi6.not-equal-variant",
            (shipped, found.code) if swapped else (wanted, got),
        ),
        primary,
        tuple(actions),
        context=context(showing, case),
        evidence=showing.catalogue(line) if swapped and line else None,
        evidence_note=wanted if swapped else "",
        evidence_empty=translate("No catalogue photo"),
        columns=2 if swapped else 1,
        subtitle=translate("Look at the number on the item itself and on its box") if swapped else "",
        candidates=_swap_reasons() if swapped else (),
        sides=() if swapped else (
            SideView(
                translate("Expected"), item.sku, showing.catalogue(line) if line else None, wanted,
                str(line.unit_price) if line else "", empty=translate("No catalogue photo"),
            ),
            SideView(translate("Received"), found.sku or found.code, None, got, "", True, translate("Live picture")),
        ),
    )  # fmt: skip


def _swap_reasons() -> tuple[CandidateView, ...]:
    words = {
        "number_differs": (translate("Another number"), translate("Clear to read, but not the one shipped")),
        "number_altered": (translate("Number altered"), translate("Label scratched, glued over or replaced")),
        "other_unit": (translate("Another unit"), translate("Older, more used, or another build")),
        "parts_swapped": (translate("Parts swapped"), translate("Box and unit, or its parts, do not belong together")),
    }
    return tuple(
        CandidateView(code, *words[code], TagView("", "neutral"), str(place))
        for place, code in enumerate(SWAP_REASONS, start=1)
    )


def duplicate(showing: Showing, state: BenchState) -> ExceptionView:
    """The parcel was inspected before: the earlier record, no new one."""
    case = state.case
    assert case is not None
    inspection = case.inspection
    item = inspection.item(inspection.items[-1].id)
    decision = item.decision
    who = _who(showing, inspection.person)
    when = clock_time(showing.clock, inspection.closed_at or inspection.opened_at, with_day=True)
    result = ""
    if decision is not None:
        result = _result(showing, decision["grade"], decision["disposition"])
    sentence = translate(
        "Done {when} by {who} at {station}: {result}", when=when, who=who, station=inspection.station, result=result
    )
    photos = [photo for photo in inspection.photos if photo.counted and not photo.withdrawn][-3:]
    template = showing.desk.book.template_for(item.category)
    names = {shot.id: product_name(shot.zh, shot.en) for shot in (*template.shots, OUTSIDE)}
    where = item.tote or (decision["proposed_tote"] if decision else "")
    placed = translate("scanned") if item.tote else translate("proposed, not scanned")
    facts = [
        FactView(translate("Return item"), item.rt_number, True),
        FactView(translate("Item"), item_name(item)),
        FactView(translate("Done"), f"{when} · {inspection.station} · {who}"),
        FactView(translate("Now in"), f"{where} ({placed})" if where else translate("not known")),
    ]
    done = inspection.state is InspectionState.CLOSED
    return ExceptionView(
        BannerView(
            translate("This parcel is already inspected") if done else translate("This case is known"), sentence,
            "info", "mdi6.content-duplicate", (result,) if result else (),
        ),
        PrimaryView(
            translate("View the record, no new one"), translate("Nothing is recorded"), "mdi6.eye-outline", "Enter"
        ),
        (
            ActionView("reprint", translate("Reprint label"), "mdi6.printer-outline", "P"),
            ActionView("recheck", translate("Request re-check"), "mdi6.refresh", "R"),
        ),
        evidence=showing.photo(photos[0].sha256) if photos else None,
        evidence_note=translate("Photo of then"),
        evidence_empty=translate("No photo"),
        title=translate("The earlier record"),
        pictures=tuple(
            EvidencePictureView(
                showing.photo(one.sha256), names.get(one.shot, one.shot), marks=mark_views(inspection, one)
            )
            for one in photos
        ),
        facts=tuple(facts),
    )  # fmt: skip


def elsewhere(showing: Showing, state: BenchState) -> ExceptionView:
    """Another bench has the parcel open, or is done with it: nothing is locked, but it is said first."""
    newest = state.elsewhere[0]
    returns = showing.desk.reference.returns_of_parcel(state.text)
    when = clock_time(showing.clock, newest.closed_at or newest.opened_at, with_day=True)
    who = _who(showing, newest.person)
    if newest.is_done:
        results = dict.fromkeys(_result(showing, one.grade, one.disposition) for one in newest.results)
        title = translate("This parcel is already inspected")
        sentence = translate(
            "Done {when} by {who} at {station}: {result}",
            when=when, who=who, station=newest.station, result=" / ".join(results),
        )  # fmt: skip
    else:
        title = translate("Open at another bench ({station})", station=newest.station)
        sentence = translate("Check with them before going on: {who}, since {when}", who=who, when=when)
    return ExceptionView(
        BannerView(title, sentence, "info" if newest.is_done else "warn", "mdi6.content-duplicate"),
        PrimaryView(
            translate("Leave it to {station}", station=newest.station), translate("Nothing is recorded"),
            "mdi6.arrow-left", "Enter",
        ),
        (ActionView("inspect_too", translate("Inspect it here too"), "mdi6.plus-box-multiple-outline", "N"),),
        title=translate("What the centre tells"),
        subtitle=translate("Both records are kept when it is inspected here too; the lead merges them."),
        facts=_facts_elsewhere(showing, state),
        evidence=showing.catalogue(returns[0].lines[0]) if returns else None,
        evidence_note=translate("Expected"),
        evidence_empty=translate("No catalogue photo"),
    )  # fmt: skip


def _facts_elsewhere(showing: Showing, state: BenchState) -> tuple[FactView, ...]:
    """What each bench did with the parcel, the newest first."""
    facts = [FactView(translate("Tracking number"), state.text, True)]
    for one in state.elsewhere:
        begun = clock_time(showing.clock, one.opened_at, with_day=True)
        stands = {"open": translate("open"), "parked": translate("parked")}.get(one.state, translate("done"))
        facts.append(
            FactView(translate("Bench {station}", station=one.station),
                     f"{stands} · {_who(showing, one.person)} · {begun}")
        )  # fmt: skip
        facts += [
            FactView(translate("Return item"), f"{item.rt_number} · {_result(showing, item.grade, item.disposition)}")
            for item in one.results
        ]
    return tuple(facts[:MOST_FACTS])


def _who(showing: Showing, person_id: str) -> str:
    """The person's name where this bench knows it, else the id."""
    person = next((one for one in showing.desk.reference.people() if one.id == person_id), None)
    return product_name(person.name, person.name_en) if person else person_id


def _result(showing: Showing, grade: str, disposition: str) -> str:
    return translate("Grade {grade}", grade=grade) + f" · {word(showing.desk, 'dispositions', disposition)}"
