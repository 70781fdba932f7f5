"""Practice mode in words: the waiting page that names the next parcel, and the result sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from inspection_station.domain.lists import TradeLists
from inspection_station.domain.practice import IDENTITY, OUTSIDE, Agreement, Compared
from inspection_station.domain.rule_book import RuleBook
from inspection_station.errors import N_
from inspection_station.i18n import localised, translate
from inspection_station.station.page_views import QueueRowView, QueueView, TallyView, WaitingView
from inspection_station.station.presenting.words import Showing, joined, number_text, word
from inspection_station.station.views import ActionView, FactView, PrimaryView, TagView, Tone
from inspection_station.workflows.practice import Outcome, PracticeResult, PracticeTask, totals

PRACTICE = N_("Practice mode")
AGREEMENTS: dict[Agreement, tuple[str, Tone, str]] = {
    Agreement.RIGHT: (N_("Right"), "ok", "mdi6.check-circle"),
    Agreement.MISSED: (N_("Missed"), "error", "mdi6.eye-off-outline"),
    Agreement.FALSE_ALARM: (N_("False alarm"), "warn", "mdi6.alert-outline"),
    Agreement.OTHER_DEFECT: (N_("Other defect"), "warn", "mdi6.not-equal-variant"),
    Agreement.SEVERITY_DIFFERS: (N_("Severity differs"), "warn", "mdi6.chart-bar"),
}
"""Each way to agree or differ: its word, tone and sign."""


@dataclass(frozen=True)
class Progress:
    """How far a practice is: done of all, the number of the next parcel (empty after the last), and those done."""

    total: int
    done: int = 0
    next_number: str = ""
    done_numbers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SheetCaseView:
    """A line of the sheet: a case, how many comparisons agree, and whether grade and disposition do."""

    title: str
    agreed: str
    tag: TagView
    seconds: str
    selected: bool = False


@dataclass(frozen=True)
class SheetRowView:
    """One comparison of the chosen case: what was asked, what is known, what was found, and how they agree."""

    text: str
    known: str
    found: str
    tag: TagView


@dataclass(frozen=True)
class SheetView:
    """The result sheet."""

    title: str
    percent: str
    caption: str
    facts: tuple[FactView, ...]
    cases: tuple[SheetCaseView, ...]
    chosen: str
    rows: tuple[SheetRowView, ...]
    note: str
    primary: PrimaryView
    actions: tuple[ActionView, ...]


def tag() -> TagView:
    """The word that stands on every screen while practising."""
    return TagView(translate("Practice mode · nothing counts"), "warn", "mdi6.school-outline")


def leave() -> ActionView:
    """The way out of it."""
    return ActionView("leave_practice", translate("Leave practice"), "mdi6.exit-to-app")


def waiting(
    showing: Showing, tasks: Sequence[PracticeTask], progress: Progress, begun: frozenset[str] = frozenset()
) -> WaitingView:
    """The waiting page of a practice; `begun` are numbers of parcels that are open or parked."""
    left = [task for task in tasks if task.tracking_number not in progress.done_numbers]
    esc = ActionView("leave_practice", translate("Leave practice"), "mdi6.exit-to-app", "Esc")
    f3 = ActionView("scan_with_camera", translate("Scan with the camera"), "mdi6.camera-outline", "F3")
    if left:
        title = translate("Practice parcel {n} of {total}", n=progress.done + 1, total=progress.total)
        hint = translate("Its number is {number}; take it with Enter, or scan it in the picture",
                         number=number_text(progress.next_number))  # fmt: skip
        take = ActionView("take_next", translate("Take this parcel"), "mdi6.package-variant-closed", "Enter")
        actions: tuple[ActionView, ...] = (take, f3, esc)
    else:
        title = translate("All practice parcels are done")
        hint = translate("The result shows how far your findings agree with what is known")
        show = ActionView("take_next", translate("Show the result"), "mdi6.clipboard-check-outline", "Enter")
        actions = (show,)
    rows = tuple(
        QueueRowView(
            number_text(task.tracking_number), word(showing.desk, "categories", task.expected.lines[0].category),
            translate("{n} pcs", n=1), _queue_tag(task, progress, begun), task.tracking_number in begun,
        )
        for task in left
    )  # fmt: skip
    return WaitingView(
        title, hint, actions,
        TallyView(
            translate(PRACTICE), translate("nothing counts"), progress.done, translate("pcs"), progress.total, (), "",
            (FactView(translate("Recorded"), str(progress.done)),),
        ),
        QueueView(
            translate("Practice parcels"), translate("{n} left", n=len(left)), rows,
            translate("Nothing of this is printed, sent or counted"), translate("All practice parcels are done"), "",
        ),
    )  # fmt: skip


def _queue_tag(task: PracticeTask, progress: Progress, begun: frozenset[str]) -> TagView:
    if task.tracking_number in begun:
        return TagView(translate("Parked"), "info", "mdi6.pause-circle-outline")
    if task.tracking_number == progress.next_number:
        return TagView(translate("Next one"), "info")
    return TagView(translate("Waits"), "neutral")


# --- the sheet --------------------------------------------------------------------------------------------------


def duration(seconds: int) -> str:
    """``m:ss``."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def agreement_tag(agreement: Agreement) -> TagView:
    """How one comparison came out, as word, tone and sign."""
    text, tone, icon = AGREEMENTS[agreement]
    return TagView(translate(text), tone, icon)


def _codes(lists: TradeLists, compared: Compared, codes: Sequence[str], severity: str) -> str:
    """Codes in words with the worst severity; that nothing is there, where there is none."""
    name = "identity_findings" if compared.question == IDENTITY else "defects"
    words = [localised(lists.word(name, code).texts) for code in codes]
    if not words:
        return translate("Nothing wrong")
    return joined([" / ".join(words), localised(lists.word("severities", severity).texts) if severity else ""])


def question_text(book: RuleBook, category: str, question: str) -> str:
    """What was asked: the row's statement, or the words for identity and outside."""
    if question == IDENTITY:
        return translate("Is it the item expected")
    if question == OUTSIDE:
        return translate("Outer box before opening")
    try:
        row = book.template_for(category).question(question)
    except KeyError:
        return question
    return localised({"zh": row.zh, "en": row.en})


def comparison_rows(book: RuleBook, result: PracticeResult) -> tuple[SheetRowView, ...]:
    """All comparisons of one case, those that differ first; then grade, disposition and liability."""
    ordered = sorted(result.compared, key=lambda one: one.agreement is Agreement.RIGHT)
    rows = [
        SheetRowView(
            question_text(book, result.category, one.question),
            _codes(book.lists, one, one.known, one.known_severity),
            _codes(book.lists, one, one.found, one.found_severity),
            agreement_tag(one.agreement),
        )
        for one in ordered
    ]  # fmt: skip
    outcomes = [
        _outcome(translate("Grade"), result.grade, lambda code: code),
        _outcome(translate("Disposition"), result.disposition, lambda code: _word(book.lists, "dispositions", code)),
        _outcome(translate("Liability"), result.liability, lambda text: shares_text(book.lists, text)),
    ]
    return (*outcomes, *rows)


def _word(lists: TradeLists, name: str, code: str) -> str:
    return localised(lists.word(name, code).texts)


def shares_text(lists: TradeLists, shares: str) -> str:
    """Liable parties with their shares, as `Outcome` keeps them, in words."""
    parts = [part.rpartition(":") for part in shares.split()]
    words = [
        _word(lists, "liable_parties", party) + ("" if share == "100" else f" {share} %") for party, _, share in parts
    ]
    return " / ".join(words) or translate("Nobody")


def _outcome(text: str, outcome: Outcome, in_words: object) -> SheetRowView:
    assert callable(in_words)
    tone = TagView(translate("Agrees"), "ok", "mdi6.check-circle") if outcome.agrees else TagView(
        translate("Differs"), "warn", "mdi6.not-equal-variant")  # fmt: skip
    return SheetRowView(text, in_words(outcome.known), in_words(outcome.found), tone)


def sheet(book: RuleBook, results: Sequence[PracticeResult], total: int, chosen: int) -> SheetView:
    """The result sheet with the case at place `chosen` opened."""
    sums = totals(results)
    lines = tuple(_case_line(result, place == chosen) for place, result in enumerate(results))
    facts = (
        FactView(translate("Answers agree"), translate("{n} of {total}", n=sums.right, total=sums.compared)),
        FactView(translate("Defects found"), translate("{n} of {total}", n=sums.found, total=sums.defects)),
        FactView(translate("False alarms"), str(sums.false_alarms)),
        FactView(translate("Severity differs"), str(sums.severities)),
        FactView(translate("Grade agrees"), translate("{n} of {total}", n=sums.grades, total=sums.cases)),
        FactView(translate("Disposition agrees"), translate("{n} of {total}", n=sums.dispositions, total=sums.cases)),
        FactView(translate("Time per case"), duration(sums.seconds // sums.cases if sums.cases else 0)),
    )  # fmt: skip
    return SheetView(
        title=translate("Practice result: {n} of {total} parcels", n=sums.cases, total=total),
        percent=f"{sums.percent} %",
        caption=translate("Mean of found and rightly passed"),
        facts=facts,
        cases=lines,
        chosen=localised(results[chosen].task.titles) if results else "",
        rows=comparison_rows(book, results[chosen]) if results else (),
        note=translate("Kept nowhere unless saved"),
        primary=PrimaryView(translate("Finish practice"), translate("Back to real work"), "mdi6.check-bold", "Enter"),
        actions=(ActionView("save_sheet", translate("Save as CSV"), "mdi6.content-save-outline", "S"),),
    )


def _case_line(result: PracticeResult, selected: bool) -> SheetCaseView:
    whole = result.right == len(result.compared) and result.grade.agrees and result.disposition.agrees
    view = TagView(translate("Agrees"), "ok", "mdi6.check-circle") if whole else TagView(
        translate("Differs"), "warn", "mdi6.not-equal-variant")  # fmt: skip
    agreed = translate("{n} of {total}", n=result.right, total=len(result.compared))
    return SheetCaseView(localised(result.task.titles), agreed, view, duration(result.seconds), selected)


def sheet_csv(book: RuleBook, results: Sequence[PracticeResult]) -> bytes:
    """The sheet as a table, one line for each comparison: UTF-8 with byte order mark, so that spreadsheets read it."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([
        translate("Practice case"), translate("Asked"), translate("Known"), translate("Found"), translate("Agreement"),
        translate("Seconds"),
    ])  # fmt: skip
    for result in results:
        for row in comparison_rows(book, result):
            title = localised(result.task.titles)
            table.writerow([title, row.text, row.known, row.found, row.tag.text, result.seconds])
    sums = totals(results)
    table.writerow([translate("All"), translate("{n} of {total} answers agree", n=sums.right, total=sums.compared),
                    "", "", f"{sums.percent} %", sums.seconds])  # fmt: skip
    return out.getvalue().encode("utf-8-sig")
