"""The evidence report of one returned item as a PDF, A4: what was claimed, what was found, and how it can be checked.

In the language in force. Masked data only. It is made for somebody who was not there and may doubt it: the verdict
first, then every photo with its time and hash, every answer, every outcome with its reasons, every entry of the
record; and, plainly, what all this proves and what it does not.
"""

from __future__ import annotations

import hashlib
import io
from functools import partial
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Spacer, Table

from inspection_station.documents.evidence_case import CaseAct, CaseAnswer, CaseOutcome, CasePhoto, EvidenceCase
from inspection_station.documents.fonts import FACES, Weight
from inspection_station.documents.report_parts import (
    BAD,
    BAD_PAPER,
    DOTS_A_POINT,
    GOOD,
    GOOD_PAPER,
    GREY,
    HAIRLINE,
    INK,
    LIGHT,
    SUNKEN,
    NumberedPages,
    Picture,
    Text,
    line_of,
    row_pieces,
    write_on,
)
from inspection_station.documents.typesetting import ELLIPSIS
from inspection_station.i18n import translate

MARGIN = 48  # points
WIDTH = A4[0] - 2 * MARGIN
PHOTO_HEIGHT = 172
LONG_CAPTION = 240  # characters
LARGEST_PHOTO = 64 * 1024 * 1024  # bytes; larger files are not read


def report(case: EvidenceCase) -> bytes:
    """The report of `case` as PDF. The same case gives the same bytes.

    Every photo's bytes are hashed again here: one that is gone or changed is named as such, and the report then
    says that the evidence is not whole.

    Raises:
        StationProblem: ``fonts.*`` when the installation lacks a font.
    """
    read = [(photo, _bytes_of(photo)) for photo in case.photos]
    bad = [photo for photo, data in read if not _unchanged(photo, data)]
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=64, bottomMargin=56,
        title=translate("Evidence report {number}", number=case.rt_number), creator="Inspection Station",
    )  # fmt: skip
    frame = Frame(MARGIN, 52, WIDTH, A4[1] - 52 - 60, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    document.addPageTemplates([PageTemplate("page", [frame], onPage=partial(_page, case))])
    story = [*_verdict(case), *_integrity(case, bad), *_facts(case), *_outcomes(case.outcomes)]
    story += [*_photos(read), *_answers(case.answers), *_timeline(case.timeline), *_what_it_proves()]
    document.build(story, canvasmaker=NumberedPages)
    return out.getvalue()


def _bytes_of(photo: CasePhoto) -> bytes | None:
    if isinstance(photo.source, bytes):
        return photo.source
    try:
        if photo.source.stat().st_size > LARGEST_PHOTO:
            return None
        return Path(photo.source).read_bytes()
    except OSError:
        return None


def _unchanged(photo: CasePhoto, data: bytes | None) -> bool:
    return data is not None and hashlib.sha256(data).hexdigest() == photo.sha256


def _page(case: EvidenceCase, page: Canvas, document: BaseDocTemplate) -> None:
    """Head and foot of every page."""
    top = A4[1] - 36
    page.setFillColor(INK)
    write_on(page, line_of(translate("Returns inspection · evidence"), 9, Weight.BOLD), MARGIN, top)
    page.setFillColor(BAD if case.practice else GREY)
    right = case.rt_number + (" · " + translate("DEMO · not a real case") if case.practice else "")
    line = line_of(right, 9, Weight.BOLD if case.practice else Weight.REGULAR)
    write_on(page, line, A4[0] - MARGIN - line.width / DOTS_A_POINT, top)
    page.setStrokeColor(HAIRLINE)
    page.setLineWidth(0.5)
    page.line(MARGIN, top - 8, A4[0] - MARGIN, top - 8)
    page.setFillColor(LIGHT)
    foot = translate("Made {time} by {person} · fingerprint {digits}", time=case.made_at, person=case.made_by,
                     digits=_grouped(case.fingerprint[:16]))  # fmt: skip
    write_on(page, line_of(foot, 8), MARGIN, 28)


def _grouped(digits: str) -> str:
    """Hash digits in groups of four, which people can compare."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _heading(text: str) -> list[Flowable]:
    return [CondPageBreak(90), Spacer(1, 14), Text(text, 12.5, Weight.BOLD, after=5)]


def _verdict(case: EvidenceCase) -> list[Flowable]:
    parts: list[Flowable] = [Text(case.verdict, 19, Weight.BOLD, BAD if case.contradicts else INK, after=10)]
    claim = [Text(translate("Buyer’s claim"), 8.5, Weight.REGULAR, GREY), Text(case.claim or "—", 12, Weight.BOLD)]
    finding = [
        Text(translate("Inspection found"), 8.5, Weight.REGULAR, BAD if case.contradicts else GREY),
        Text(case.finding or "—", 12, Weight.BOLD),
    ]
    widths = [WIDTH / 2 - 7, 14, WIDTH / 2 - 7]
    boxes = Table(row_pieces([[claim, "", finding]], widths), colWidths=widths)
    boxes.setStyle(
        [
            ("BACKGROUND", (0, 0), (0, -1), SUNKEN),
            ("BACKGROUND", (2, 0), (2, -1), BAD_PAPER if case.contradicts else SUNKEN),
            ("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(10, 9),
        ]
    )  # fmt: skip
    return [*parts, boxes]


def _padding(across: float, along: float) -> Any:
    places = (("LEFTPADDING", across), ("RIGHTPADDING", across), ("TOPPADDING", along), ("BOTTOMPADDING", along))
    # Even an empty cell has a font: without ours an unembedded Helvetica would be listed.
    return [("FONTNAME", (0, 0), (-1, -1), FACES[0]), *((name, (0, 0), (-1, -1), value) for name, value in places)]


def _integrity(case: EvidenceCase, bad: list[CasePhoto]) -> list[Flowable]:
    whole = case.chain_whole and not bad
    if whole:
        title = translate("Evidence whole and unchanged")
    else:
        title = translate("The evidence is NOT whole: do not rely on it")
    told = [
        translate("{good} of {all} photos match their hash", good=len(case.photos) - len(bad), all=len(case.photos))
    ]
    if not case.chain_whole:
        told.append(translate("The record’s chain of hashes is broken"))
    told += [translate("Photo “{shot}” is missing or changed", shot=photo.shot) for photo in bad]
    colour = GOOD if whole else BAD
    cell = [
        Text(title, 11, Weight.BOLD, colour),
        Text(" · ".join(told), 9, Weight.REGULAR, colour),
        Text(translate("Sealed {time} · fingerprint (SHA-256) {digits}", time=case.sealed_at,
                       digits=_grouped(case.fingerprint)), 8.5, Weight.REGULAR, INK),
    ]  # fmt: skip
    box = Table([[cell]], colWidths=[WIDTH])
    box.setStyle([("BACKGROUND", (0, 0), (-1, -1), GOOD_PAPER if whole else BAD_PAPER), *_padding(10, 8)])
    return [Spacer(1, 10), box]


def _facts(case: EvidenceCase) -> list[Flowable]:
    if not case.facts:
        return []
    cells = [
        [Text(fact.name, 9, Weight.REGULAR, GREY), Text(fact.value or "—", 9.5, Weight.BOLD)] for fact in case.facts
    ]
    half = (len(cells) + 1) // 2
    empty = [Text(""), Text("")]
    rows = [[*left, *right] for left, right in zip(cells[:half], [*cells[half:], empty], strict=False)]
    widths = [74, WIDTH / 2 - 74, 74, WIDTH / 2 - 74]
    table = Table(row_pieces(rows, widths), colWidths=widths)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(0, 2.5)])
    return [Spacer(1, 12), table]


def _outcomes(outcomes: tuple[CaseOutcome, ...]) -> list[Flowable]:
    if not outcomes:
        return []
    rows: list[list[Any]] = []
    for outcome in outcomes:
        why: list[Flowable] = [Text(reason, 9) for reason in outcome.why]
        if outcome.changed_by:
            why.append(Text(outcome.changed_by, 9, Weight.BOLD, BAD))
        rows.append([Text(outcome.name, 9.5, Weight.REGULAR, GREY), Text(outcome.value, 11, Weight.BOLD), why or ""])
    return [*_heading(translate("Result, and why")), _ruled(rows, [74, 132, WIDTH - 206])]


def _ruled(rows: list[list[Any]], widths: list[float]) -> Table:
    table = Table(row_pieces(rows, widths), colWidths=widths)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEABOVE", (0, 0), (-1, -1), 0.5, HAIRLINE),
            ("LINEBELOW", (0, -1), (-1, -1), 0.5, HAIRLINE), *_padding(0, 4), ("RIGHTPADDING", (0, 0), (-2, -1), 8),
        ]
    )  # fmt: skip
    return table


def _photos(read: list[tuple[CasePhoto, bytes | None]]) -> list[Flowable]:
    if not read:
        return [*_heading(translate("Photos")), Text(translate("No photos belong to this case."))]
    cells = [_photo(number, photo, data) for number, (photo, data) in enumerate(read, 1)]
    pairs = [(cells[start], (cells[start + 1 : start + 2] or [[]])[0]) for start in range(0, len(cells), 2)]
    table = Table([[left, "", right] for left, right in pairs], colWidths=[WIDTH / 2 - 7, 14, WIDTH / 2 - 7])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(0, 5)])
    note = translate("Pictures are reduced here; the originals are in the evidence bundle under the same hash.")
    return [*_heading(translate("Photos ({n})", n=len(read))), Text(note, 8.5, Weight.REGULAR, GREY, after=3), table]


def _short(text: str) -> str:
    """`text` as it fits below a picture; the whole of it stands in the bundle's manifest."""
    return text if len(text) <= LONG_CAPTION else text[: LONG_CAPTION - 1] + ELLIPSIS


def _photo(number: int, photo: CasePhoto, data: bytes | None) -> list[Flowable]:
    good = _unchanged(photo, data)
    absent = translate("This photo is not here") if data is None else translate("This photo cannot be shown")
    head = f"{number}  {_short(photo.shot)} · {_short(photo.taken_at)}"
    cell: list[Flowable] = [
        Picture(data, absent, PHOTO_HEIGHT, masked=photo.masked, marks=photo.marks),
        Spacer(1, 3),
        Text(head, 9, Weight.BOLD),
        Text(f"SHA-256 {_grouped(photo.sha256)}", 7, Weight.REGULAR, GREY),
    ]
    notes = [_short(photo.note)] if photo.note else []
    if photo.masked:
        notes.append(translate("Made unreadable here: personal data. The original is unchanged."))
    if notes:
        cell.append(Text(" · ".join(notes), 8.5, Weight.REGULAR, GREY))
    if not good:
        cell.append(Text(translate("The bytes do not match this hash"), 9, Weight.BOLD, BAD))
    return cell


def _answers(answers: tuple[CaseAnswer, ...]) -> list[Flowable]:
    if not answers:
        return []
    rows: list[list[Any]] = []
    for answer in sorted(answers, key=lambda one: not one.defect):
        colour, weight = (BAD, Weight.BOLD) if answer.defect else (INK, Weight.REGULAR)
        way = translate("in bulk") if answer.bulk else translate("one by one")
        rows.append([Text(answer.question, 9.5, weight), Text(answer.answer, 9.5, weight, colour),
                     Text(way, 9, Weight.REGULAR, GREY)])  # fmt: skip
    note = translate("“In bulk” means that one key passed all rows still open; “one by one” that a person answered it.")
    table = _ruled(rows, [WIDTH * 0.42, WIDTH - WIDTH * 0.42 - 62, 62])
    return [*_heading(translate("Checks")), table, Spacer(1, 3), Text(note, 8.5, Weight.REGULAR, GREY)]


def _timeline(acts: tuple[CaseAct, ...]) -> list[Flowable]:
    if not acts:
        return []
    rows: list[list[Any]] = []
    for act in acts:
        who = " · ".join(part for part in (act.person, act.station) if part)
        rows.append([Text(act.at, 8, Weight.REGULAR, GREY), Text(act.what, 9.5), Text(who, 8.5, Weight.REGULAR, GREY),
                     Text(_grouped(act.entry_hash[:16]), 7.5, Weight.REGULAR, LIGHT)])  # fmt: skip
    table = _ruled(rows, [142, WIDTH - 142 - 88 - 92, 88, 92])
    note = translate("Each entry holds the hash of the one before; the right column begins each entry’s own hash.")
    return [*_heading(translate("What happened")), table, Spacer(1, 3), Text(note, 8.5, Weight.REGULAR, GREY)]


def _what_it_proves() -> list[Flowable]:
    sentences = (
        translate("It shows that photos and entries are the ones whose hashes were recorded at the station, and that "
                  "none was changed, taken out or put in between since: anybody can compute the hashes again."),
        translate("Times are those of the station’s clock, corrected by the centre’s where that was known."),
        translate("It does not by itself show that the item came out of this parcel, nor that nobody who controls the "
                  "station could have written another record. That rests on how photos are taken: at once at the "
                  "bench, in an unbroken order from scan to close, never from files."),
        translate("To check: unpack the evidence bundle and run “sha256sum -c SHA256SUMS” in its folder."),
    )  # fmt: skip
    parts = [Text(f"{number}. {sentence}", 9, after=3) for number, sentence in enumerate(sentences, 1)]
    return [*_heading(translate("What this proves, and what it does not")), *parts]
