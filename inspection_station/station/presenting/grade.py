"""What the page of grade, liability, disposition and label shows."""

from __future__ import annotations

from PySide6.QtGui import QImage

from inspection_station.domain.checklist import ChecklistTemplate
from inspection_station.domain.inspection import Item
from inspection_station.domain.money import Money
from inspection_station.domain.verdict import Verdict, Why, ranked_dispositions
from inspection_station.i18n import localised, translate
from inspection_station.station.flow.acts import LIABILITY_KEYS
from inspection_station.station.flow.grading import OFFERED, offered
from inspection_station.station.flow.state import BenchState
from inspection_station.station.page_views import (
    ChoiceView,
    EvidencePictureView,
    GradeChoiceView,
    GradeView,
    LabelView,
    ReasonView,
)
from inspection_station.station.presenting.checklist import finding_words
from inspection_station.station.presenting.frame import context
from inspection_station.station.presenting.marks import mark_views
from inspection_station.station.presenting.words import (
    DISPOSITION_ICONS,
    DISPOSITION_TONES,
    Showing,
    clock_time,
    joined,
    tote_words,
    word,
)
from inspection_station.station.views import ActionView, PrimaryView, TagView, Tone
from inspection_station.workflows.case import Case, claimed, template_of
from inspection_station.workflows.deciding import proposed_tote, verdict_of

REFUND_TONES: dict[str, Tone] = {"full": "ok", "partial": "warn", "deny": "error"}


def _rule(why: Why) -> str:
    return translate("Rule {rule}: {words}", rule=why.rule, words=localised({"zh": why.zh, "en": why.en}))


def change_words(template: ChecklistTemplate, why: Why) -> str:
    """Which single other answer would have changed the outcome, in words; empty when none would."""
    if why.change is None or isinstance(why.change.outcome, dict):
        return ""
    row = template.question(why.change.question)
    text = localised({"zh": row.zh, "en": row.en})
    return translate("Would be {outcome} if “{row}” were normal", outcome=why.change.outcome, row=text)


def _reasons(showing: Showing, item: Item, outcome: Verdict) -> tuple[ReasonView, ...]:
    template = template_of(showing.desk, item)
    why = outcome.why("grade")
    reasons = []
    if item.identity not in ("", "match"):
        reasons.append(ReasonView(word(showing.desk, "identity_findings", item.identity), False, _rule(why)))
    for row in template.questions:
        if item.findings_of(row.id):
            decisive = row.id in why.answers
            noun = localised({"zh": row.noun_zh, "en": row.noun_en})
            text = joined([noun, finding_words(showing, item, row)])
            reasons.append(ReasonView(text, False, _rule(why) if decisive else ""))
    if not reasons:
        reasons.append(ReasonView(translate("All rows normal"), True, _rule(why)))
    elif why.change is not None and why.change.to == "pass" and (told := change_words(template, why)):
        reasons.append(ReasonView(told, None))
    elif why.change is None:
        reasons.append(ReasonView(translate("No single other answer would change it"), None))
    fine = [row for row in template.questions if not item.findings_of(row.id) and row.id in item.answers]
    if fine and len(reasons) < 4 and item.findings:
        names = localised({"zh": "、", "en": ", "}).join(localised({"zh": row.zh, "en": row.en}) for row in fine[:2])
        reasons.append(ReasonView(names, True))
    return tuple(reasons[:5])


def _dispositions(showing: Showing, outcome: Verdict, part: int) -> tuple[tuple[ChoiceView, ...], ActionView | None]:
    """The dispositions of one part of the list, each with its digit and why; and the way to the next part."""
    ranked = offered(ranked_dispositions(showing.desk.book, outcome), outcome)
    parts = -(-len(ranked) // OFFERED)
    first = part % parts * OFFERED
    views = []
    for place, code in enumerate(ranked[first : first + OFFERED], start=first + 1):
        blocked = outcome.blocked.get(code)
        if code == outcome.proposed["disposition"]:
            why = outcome.why("disposition")
            note = translate("Proposed · {why}", why=localised({"zh": why.zh, "en": why.en}))
        elif code == outcome.disposition:
            note = translate("Your choice")
        else:
            note = localised({"zh": blocked.zh, "en": blocked.en}) if blocked else ""
        views.append(
            ChoiceView(
                code, word(showing.desk, "dispositions", code), str(place), DISPOSITION_ICONS.get(code, ""),
                code == outcome.disposition, DISPOSITION_TONES.get(code, "neutral"), note,
                blocked is not None and code != outcome.disposition,
            )
        )  # fmt: skip
    more = ActionView("more_dispositions", f"{part % parts + 1} / {parts}", "", "PgDn") if parts > 1 else None
    return tuple(views), more


def _liabilities(showing: Showing, outcome: Verdict) -> tuple[ChoiceView, ...]:
    """The parties with a key of their own, and any other that is liable; with their shares when there are several."""
    shares = dict(outcome.liability)
    keys = {party: key for key, party in LIABILITY_KEYS.items()}
    views = []
    for party in (*keys, *(one for one in shares if one not in keys)):
        name = word(showing.desk, "liable_parties", party)
        share = shares.get(party, 0)
        part = f"{share}%" if 0 < share < 100 else ""
        views.append(ChoiceView(party, name, keys.get(party, ""), "", share > 0, note=part))
    return tuple(views)


def _refund(showing: Showing, outcome: Verdict, of_kind: str) -> str:
    if of_kind == "exchange" and outcome.refund["kind"] == "full":
        return translate("Exchange: send the new one")
    kind = word(showing.desk, "refunds", str(outcome.refund["kind"]))
    if outcome.refund["kind"] == "deny":
        kind = joined([kind, word(showing.desk, "reject_reasons", str(outcome.refund["reason"]))])
    elif "amount_minor" in outcome.refund:
        kind = joined([kind, str(Money(outcome.refund["amount_minor"], outcome.refund["currency"]))])
    return translate("Refund: {what}", what=kind)


def _pictures(showing: Showing, case: Case, item: Item) -> tuple[EvidencePictureView, ...]:
    mine = [photo for photo in case.inspection.counted_photos(item.id) if photo.item_id]
    close = [photo for photo in mine if photo.finding_id] or mine
    if not close:
        return ()
    photo = close[-1]
    caption = translate("Returned {time}", time=clock_time(showing.clock, photo.taken_at, with_day=True))
    expected = case.expected(item)
    outbound = showing.outbound(expected.order_number) if expected else None
    return (
        EvidencePictureView(outbound, translate("Outbound") if outbound else "", translate("No outbound photo")),
        EvidencePictureView(showing.photo(photo.sha256), caption, marks=mark_views(case.inspection, photo)),
    )


def label_size_words(showing: Showing) -> str:
    """The size of the labels in the printer."""
    width, height = showing.label_size()
    return f"{width:g} × {height:g} mm"


def grade(showing: Showing, state: BenchState, label: QImage | None) -> GradeView:
    """The whole page; reads the database, so it MUST run on the bench lane. `label` is the true raster."""
    case = state.case
    assert case is not None
    desk = showing.desk
    item = case.inspection.item()
    expected = case.expected(item)
    outcome = verdict_of(desk, case, item)
    tote = proposed_tote(desk, case, item, outcome.disposition)
    ready = showing.printer_ready()
    why = outcome.why("liability")
    contradicts = bool(claimed(desk, case, item)) and not item.findings
    photos = case.inspection.counted_photos(item.id)
    liable = [word(desk, "liable_parties", party) for party, _ in outcome.liability if party != "undetermined"]
    dispositions, more = _dispositions(showing, outcome, state.chosen)
    letters = "ABCD" if outcome.grade in "ABCD" else f"ABCD{outcome.grade}"
    steps = [localised({"zh": step.zh, "en": step.en}) for step in outcome.next_steps]
    result = joined(
        [
            translate("Grade {grade}", grade=outcome.grade),
            word(desk, "dispositions", outcome.disposition),
            translate("{who} liable", who="/".join(liable)) if liable else "",
        ]
    )
    printer = translate("Printer ready") if ready else translate("Label follows later")
    if not showing.prints:
        ready, printer = True, translate("Nothing is printed")
    elif not ready:
        result = joined([result, translate("label follows later")])
    return GradeView(
        context(showing, case),
        translate("Grade"),
        translate("Set by rules; a change needs a reason"),
        tuple(
            GradeChoiceView(letter, word(desk, "grades", letter), letter == outcome.grade, letter not in "ABCD")
            for letter in letters
        ),
        _reasons(showing, item, outcome),
        translate("Liability"),
        _liabilities(showing, outcome),
        translate("Disposition"),
        dispositions,
        LabelView(
            translate("Label preview"), label_size_words(showing), label,
            printer, translate("{n} label", n=1), ready,
        ),
        PrimaryView(translate("Confirm and print"), result, "mdi6.printer-check", "Enter") if showing.prints
        else PrimaryView(translate("Confirm"), result, "mdi6.check-bold", "Enter"),
        ActionView("back", translate("Back to checks"), "mdi6.arrow-left", "Esc"),
        liability_tag=(
            TagView(translate("Contradicts the claim"), "warn", "mdi6.account-voice") if contradicts else None
        ),
        parties=tuple(
            (code, localised(one.texts)) for code, one in desk.book.lists.words["liable_parties"].items()
        ),
        shares=outcome.liability,
        more=more,
        liability_words=joined([localised({"zh": why.zh, "en": why.en}), *steps]),
        pictures=_pictures(showing, case, item),
        tags=(
            TagView(
                _refund(showing, outcome, expected.kind if expected else ""),
                REFUND_TONES.get(str(outcome.refund["kind"]), "neutral"), "mdi6.cash",
            ),
            TagView(translate("Evidence {n}", n=len(photos)), "ok", "mdi6.image-check-outline"),
            TagView(translate("Sealed"), "ok", "mdi6.shield-check"),
        ),
        tote=tote_words(
            desk, outcome.disposition, tote.code if tote else "", tote.content if tote else 0,
            tote.capacity if tote else 0,
        ),
    )  # fmt: skip
