"""What the page of an open parcel shows."""

from __future__ import annotations

from inspection_station.devices.camera_feed import PLAIN
from inspection_station.domain.checklist import Count
from inspection_station.domain.inspection import Item
from inspection_station.domain.verdict import fast_lane_rule
from inspection_station.domain.weights import LIGHTER, percent_off
from inspection_station.errors import StationProblem
from inspection_station.i18n import localised, sentences, translate
from inspection_station.station.flow.state import BenchState
from inspection_station.station.page_views import (
    BannerView,
    CheckView,
    ClaimView,
    ExpectedView,
    ItemView,
    ParcelView,
    VerdictView,
)
from inspection_station.station.presenting.frame import context
from inspection_station.station.presenting.marks import marks_of_file
from inspection_station.station.presenting.scale import weight_words
from inspection_station.station.presenting.words import (
    Showing,
    close_up_name,
    disposition_tag,
    joined,
    product_name,
    tote_words,
    traits,
    word,
)
from inspection_station.station.views import (
    ActionView,
    CameraLostView,
    CameraView,
    FactView,
    PrimaryView,
    ShotView,
    TagView,
)
from inspection_station.workflows.answering import asked_rows, counts_of, kit
from inspection_station.workflows.case import Case, claimed, template_of
from inspection_station.workflows.deciding import NextStep, Primary, next_step, proposed_tote, verdict_of
from inspection_station.workflows.exceptions import may_stay_closed
from inspection_station.workflows.inspecting import WantedShot, missing_shots, wanted_shots
from inspection_station.workflows.weighing import is_closed

GUIDE = (0.155, 0.125, 0.69, 0.785)  # the template's framing box as parts of the picture


def claim(showing: Showing, case: Case, item: Item) -> ClaimView:
    """The buyer's reason, first and large; warn when a defect is claimed."""
    expected = case.expected(item)
    if expected is None:
        return ClaimView(
            translate("Buyer's reason"), translate("Not known yet"),
            translate("This parcel matches no expected return."), (), "warn",
        )  # fmt: skip
    lists = showing.desk.book.lists
    claims = bool(lists.claimed_sections(expected.reason))
    line = case.line(item)
    kind = word(showing.desk, "return_kinds", expected.kind)
    text = translate("“{text}”", text=expected.reason_text) if expected.reason_text else ""
    tags = [
        TagView(translate("Defect claimed"), "warn", "mdi6.account-voice")
        if claims
        else TagView(translate("Fast lane"), "info", "mdi6.fast-forward")
        if fast_lane_rule(showing.desk.book, item, expected, case.opened_on(showing.desk)) is not None
        else TagView(translate("No defect claim"), "neutral", "mdi6.shield-check-outline")
    ]
    if line is not None:
        tags.append(TagView(str(line.unit_price), "neutral"))
    if "high_value" in expected.policy_flags:
        tags.append(TagView(translate("High value"), "warn", "mdi6.diamond-stone"))
    return ClaimView(
        translate("Buyer's reason"), word(showing.desk, "reasons", expected.reason), joined([kind, text]),
        tuple(tags), "warn" if claims else "neutral",
    )  # fmt: skip


def expected_item(showing: Showing, case: Case, item: Item) -> ExpectedView:
    """The item that should be in the parcel, or all of them when there are several."""
    items = case.inspection.items
    place = [one.id for one in items].index(item.id) + 1
    line = case.line(item)
    expected = case.expected(item)
    if line is None or expected is None:
        return ExpectedView(
            translate("Found item"), "", translate("Unknown item"), (), None, "",
            translate("No expected item"), (FactView(translate("Tracking"), case.inspection.tracking_number, True),),
        )  # fmt: skip
    facts = [FactView("SKU", line.sku, True)]
    if line.accessories:
        facts.append(FactView(translate("With"), _kit(showing, case, item)))
    if line.serial_numbers:
        facts.append(FactView(translate("Serial"), line.serial_numbers[0], True))
    facts.append(FactView(translate("Order"), expected.order_number, True))
    several = (
        tuple(
            ItemView(
                product_name(one.name_zh, one.name_en), " ｜ ".join(traits(one.variant)), _picture(showing, case, one),
                _item_state(showing, one), one.id == item.id,
            )
            for one in items
        )
        if len(items) > 1
        else ()
    )  # fmt: skip
    return ExpectedView(
        translate("Expected item"),
        translate("{place} / {n} pcs", place=place, n=len(items)) if len(items) > 1 else translate("1 pc"),
        product_name(line.name_zh, line.name_en), traits(line.variant), _picture(showing, case, item),
        translate("Catalogue photo"), translate("No catalogue photo"), tuple(facts), several,
    )  # fmt: skip


def _kit(showing: Showing, case: Case, item: Item) -> str:
    """The parts that belong to the item with their digits, and which of them are missing."""
    parts = kit(case, item)
    row = next((one for one in asked_rows(showing.desk, case, item) if isinstance(one.answer, Count)), None)
    there = counts_of(case, item, row.id) if row is not None else parts
    return " · ".join(
        f"{place} {part}" + ("" if there[part] == number else " ✗")
        for place, (part, number) in enumerate(parts.items(), start=1)
    )


def _picture(showing: Showing, case: Case, item: Item):  # type: ignore[no-untyped-def]
    line = case.line(item)
    return showing.catalogue(line) if line else None


def _item_state(showing: Showing, item: Item) -> TagView | None:
    if item.decision is not None:
        tag = disposition_tag(showing.desk, item.decision["disposition"])
        return TagView(f"{item.decision['grade']} · {tag.text}", tag.tone, tag.icon)
    if item.identity and item.identity != "match":
        return TagView(word(showing.desk, "identity_findings", item.identity), "error", "mdi6.alert")
    return TagView(translate("Open"), "neutral", "mdi6.checkbox-blank-circle-outline")


def shots(showing: Showing, case: Case, item: Item, upcoming: WantedShot | None) -> tuple[ShotView, ...]:
    """The photo strip: what is stored, what is next, what may be taken."""
    template = template_of(showing.desk, item)
    views = []
    for wanted in wanted_shots(showing.desk, case, item):
        name = shot_name(showing, case, item, wanted)
        icon = "mdi6.camera-plus-outline" if wanted.finding_id else template.shot(wanted.shot).icon
        if wanted.done and not wanted.is_missing:
            note = translate("auto") if wanted.automatic else ""
            marks = marks_of_file(case.inspection, wanted.sha256)
            picture = showing.photo(wanted.sha256)
            views.append(ShotView(name, "stored", picture, note, icon, False, wanted.done, marks))
        elif upcoming is not None and wanted == upcoming:
            views.append(ShotView(name, "next", None, translate("required"), "mdi6.camera-plus-outline"))
        elif wanted.required:
            state = "needed_by_defect" if wanted.finding_id else "needed"
            views.append(ShotView(name, state, None, translate("required"), icon))  # type: ignore[arg-type]
        else:
            views.append(ShotView(name, "optional", None, translate("optional"), icon))
    return tuple(views)


def shot_name(showing: Showing, case: Case, item: Item, wanted: WantedShot) -> str:
    """What the shot is called: the template's word, or the defect whose close-up it is."""
    template = template_of(showing.desk, item)
    if wanted.finding_id:
        finding = next(one for one in item.findings if one.id == wanted.finding_id)
        return close_up_name(showing.desk, item, finding)
    shot = template.shot(wanted.shot)
    if item.identity == "empty_parcel" and shot.id == "front":
        return translate("Inside of the box")
    return localised({"zh": shot.zh, "en": shot.en})


def camera(showing: Showing, case: Case, item: Item, step: NextStep) -> CameraView:
    """The plate over the picture: what to shoot now, or that all required photos are there."""
    required = [shot for shot in wanted_shots(showing.desk, case, item) if shot.required]
    done = sum(1 for shot in required if not shot.is_missing)
    if step.shot is not None:
        text = translate(
            "Shoot now: {shot} ({n} / {total})", shot=shot_name(showing, case, item, step.shot), n=done + 1,
            total=len(required),
        )  # fmt: skip
        return CameraView(TagView(text, "info", "mdi6.camera-outline"), guide=GUIDE)
    text = translate("Required shots {n} / {total} done", n=done, total=len(required))
    return CameraView(TagView(text, "ok", "mdi6.check-circle"), guide=GUIDE)


def _checks(showing: Showing, case: Case, item: Item) -> tuple[CheckView, ...]:
    required = [shot for shot in wanted_shots(showing.desk, case, item) if shot.required]
    done = sum(1 for shot in required if not shot.is_missing)
    by = {
        "camera": translate("tag read"),
        "scan": translate("scanned"),
        "manual": translate("by eye"),
        "sealed": translate("unopened"),
        "": translate("scan tag, or T"),
    }[item.identified_by]
    matched = case.inspection.match == "matched"
    weighed = case.inspection.weighed
    weight = weight_words(weighed.grams) if weighed is not None else ""
    identity = "ok" if item.identity == "match" else "wrong" if item.identity else "open"
    return (
        CheckView(translate("Parcel = return"), "ok" if matched else "wrong", joined([translate("scan"), weight])),
        CheckView(translate("Item = SKU"), identity, by),  # type: ignore[arg-type]
        CheckView(
            translate("Required photos"), "ok" if done == len(required) else "open", f"{done} / {len(required)}"
        ),
        CheckView(
            translate("Looks, function, parts, wear"), "wrong" if item.findings else "open", translate("your call")
        ),
    )  # fmt: skip


def weight_notice(case: Case) -> BannerView | None:
    """That the closed parcel weighs otherwise than it left; None when there is nothing to say, or it was opened."""
    weighed = case.inspection.weighed
    if weighed is None or not weighed.flag or not is_closed(case):
        return None
    here, left = weight_words(weighed.grams), weight_words(weighed.outbound)
    off = f"{percent_off(weighed.outbound, weighed.grams):+d} %".replace("-", "−")
    title = translate("Too light") if weighed.flag == LIGHTER else translate("Too heavy")
    sentence = translate(
        "{left} had left, here {here}, difference {off}: photograph it before you open it.",
        left=left, here=here, off=off,
    )  # fmt: skip
    return BannerView(title, sentence, "warn", "mdi6.scale", (here, off))


def verdict(showing: Showing, case: Case, item: Item) -> VerdictView:
    """What would come out as things stand: grade, disposition, tote; verified and still to be judged."""
    outcome = verdict_of(showing.desk, case, item)
    tote = proposed_tote(showing.desk, case, item, outcome.disposition)
    fine = item.identity in ("", "match") and case.inspection.match == "matched" and not item.findings
    return VerdictView(
        translate("If all is fine") if fine else translate("As it stands"),
        outcome.grade,
        word(showing.desk, "grades", outcome.grade),
        disposition_tag(showing.desk, outcome.disposition),
        _checks(showing, case, item),
        tote_words(
            showing.desk, outcome.disposition, tote.code if tote else "", tote.content if tote else 0,
            tote.capacity if tote else 0,
        ),
    )  # fmt: skip


def result_words(showing: Showing, case: Case, item: Item) -> str:
    """“Grade A · restock · print label”: what the primary action will do."""
    outcome = verdict_of(showing.desk, case, item)
    grade = translate("Grade {grade}", grade=outcome.grade)
    label = translate("print label") if showing.printer_ready() else translate("label follows later")
    shown = [grade, word(showing.desk, "dispositions", outcome.disposition)]
    return joined([*shown, label] if showing.prints else shown)


def primary(showing: Showing, case: Case, item: Item, step: NextStep, camera_lost: bool) -> PrimaryView:
    """The one primary action of the parcel page."""
    if step.primary is Primary.TAKE_PHOTO and step.shot is not None:
        if camera_lost:
            return PrimaryView(
                translate("Restore the camera first"), translate("Required photos missing: {n}", n=step.missing),
                "mdi6.video-off-outline", "Space", enabled=False,
            )  # fmt: skip
        hint = (
            translate("or the pedal · then one key finishes")
            if step.missing == 1
            else translate("Required photos missing: {n}", n=step.missing)
        )
        name = shot_name(showing, case, item, step.shot)
        return PrimaryView(translate("Shoot: {shot}", shot=name), hint, "mdi6.camera-outline", "Space")
    if step.primary is Primary.PASS_ALL:
        words = translate("Unopened, as shipped") if item.identified_by == "sealed" else translate("All good")
        return PrimaryView(words, result_words(showing, case, item), "mdi6.check-bold", "Enter")
    if step.primary is Primary.SECOND_PERSON:
        return PrimaryView(
            translate("Second person: scan badge"), translate("Somebody else looks at it too"),
            "mdi6.account-check-outline", "Enter", enabled=False,
        )  # fmt: skip
    if step.primary is Primary.CONFIRM:
        return PrimaryView(
            translate("Go to the result"), result_words(showing, case, item), "mdi6.arrow-right", "Enter"
        )  # fmt: skip
    if step.primary is Primary.CHECK_CLAIM:
        row = template_of(showing.desk, item).question(step.claim)
        words = localised({"zh": row.zh, "en": row.en})
        if step.claim in claimed(showing.desk, case, item):
            return PrimaryView(translate("Judge the claim"), words, "mdi6.account-voice", "Enter")
        return PrimaryView(translate("Check row by row"), words, "mdi6.format-list-checks", "Enter")
    why = translate("The tag is not confirmed yet") if not item.identity else translate("Row by row")
    return PrimaryView(translate("Check row by row"), why, "mdi6.format-list-checks", "Enter")


def parcel(showing: Showing, state: BenchState, camera_lost: bool = False) -> ParcelView:
    """The whole page; reads the database, so it MUST run on the bench lane."""
    case = state.case
    assert case is not None
    item = case.inspection.item()
    step = next_step(showing.desk, case)
    upcoming = next(iter(missing_shots(showing.desk, case, item)), None)
    known = bool(item.return_id)
    problem = ActionView("problem", translate("Problem"), "mdi6.alert-outline", "D", enabled=known)
    unopened = ActionView("still_sealed", translate("Unopened"), "mdi6.package-variant-closed-check", "S")
    first = (unopened, problem) if item.identity else (unopened,)  # before that there is nothing to find wrong
    actions = (
        *(first if may_stay_closed(case) else (problem,)),
        ActionView("exceptions", translate("Exception"), "mdi6.help-rhombus-outline", "E"),
    )
    return ParcelView(
        context(showing, case),
        claim(showing, case, item),
        expected_item(showing, case, item),
        camera(showing, case, item, step),
        shots(showing, case, item, upcoming),
        verdict(showing, case, item),
        primary(showing, case, item, step, camera_lost),
        actions,
        ActionView("photo", translate("Capture"), "mdi6.record-circle-outline", "Space", enabled=not camera_lost)
        if upcoming is None
        else None,
        notice=weight_notice(case),
    )


def lost_camera(problem: StationProblem | None) -> CameraLostView:
    """The camera gives no picture; `problem` is why, where more is known than that."""
    known = sentences(problem) if problem is not None and problem.code not in PLAIN else None
    return CameraLostView(
        known[0] if known else translate("No picture from the camera"),
        known[1] if known else translate("Check the USB cable; reconnecting by itself"),
        (ActionView("reconnect", translate("Reconnect"), "mdi6.refresh", "R"),),
        translate("Photos taken so far are saved"),
    )
