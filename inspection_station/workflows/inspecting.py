"""Inspecting: photos and identity of the item that lies on the bench."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from inspection_station.domain.carriers import NO_CARRIERS, Carriers
from inspection_station.domain.check_digits import LONGEST_GTIN, is_gtin
from inspection_station.domain.checklist import OUTSIDE, SHOT_OF_PARCEL
from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import normalise, recognise, uuid7
from inspection_station.domain.inspection import Item
from inspection_station.domain.people import Person
from inspection_station.domain.verdict import demanded_shots
from inspection_station.errors import N_, StationProblem
from inspection_station.workflows.answering import is_required
from inspection_station.workflows.case import Case, Desk, Step, last_decided, must_be_open, record, template_of
from inspection_station.workflows.ports import StoredPhoto


@dataclass(frozen=True)
class TakenPhoto:
    """A photo as it comes from the camera: its JPEG bytes, what it shows and how good it is.

    Attributes:
        counted: False when the quality gate refused it: kept (evidence is never thrown away) but no proof.
        codes: texts the decoder accepted in it.
        captured_at: when the camera delivered it, UTC; camera: its name; trigger: what released it.
        stored: where its bytes are, when they are durable already; else `keep_photo` sees to that.
    """

    jpeg: bytes
    shot: str
    quality: Mapping[str, Any]
    counted: bool = True
    automatic: bool = False
    finding_id: str = ""
    codes: tuple[str, ...] = ()
    captured_at: str = ""
    camera: str = ""
    trigger: str = ""
    stored: StoredPhoto | None = None


def keep_photo(desk: Desk, case: Case, person: Person, photo: TakenPhoto) -> Case:
    """Make the photo durable and seal it in the chain; only then may a screen show it as taken.

    Raises:
        StationProblem: ``disk.*`` or ``storage.*``; the photo is not taken then.
    """
    must_be_open(case)
    template = template_of(desk, case.inspection.item())
    of_parcel = photo.shot in (SHOT_OF_PARCEL, OUTSIDE.id) or any(
        shot.id == photo.shot and shot.of_parcel for shot in template.shots
    )
    stored = photo.stored or desk.photos.keep(photo.jpeg)
    step: Step = (
        EventKind.PHOTO_TAKEN,
        {
            "photo_id": uuid7(),
            "sha256": stored.sha256,
            "shot": photo.shot,
            "item_id": "" if of_parcel else case.inspection.current_item,
            "size": stored.size,
            "width": stored.width,
            "height": stored.height,
            "quality": dict(photo.quality),
            "counted": photo.counted,
            "automatic": photo.automatic,
            "finding_id": photo.finding_id,
            "codes": list(photo.codes),
            "captured_at": photo.captured_at or desk.clock.now(),
            "camera": photo.camera,
            "trigger": photo.trigger or ("auto" if photo.automatic else "key"),
        },
    )
    return record(desk, case, person, step)


def waybill_counts(case: Case, codes: tuple[str, ...], carriers: Carriers = NO_CARRIERS) -> bool:
    """Whether the outside photo shows the tracking number that was scanned (DECISIONS.md 46)."""
    return any(shows_number(code, case.inspection.tracking_number, carriers) for code in codes)


def shows_number(code: str, number: str, carriers: Carriers = NO_CARRIERS) -> bool:
    """Whether a read `code` is the parcel's `number`, or holds it as the QR code of a label does.

    By the shapes of `carriers` the mark of one of several parcels (“-1-2-”) is no part of the number.
    """
    try:
        return bool(number) and (normalise(code) == number or number in recognise(code, carriers).names)
    except StationProblem:  # a code with characters that no number has
        return False


def label_text(case: Case, carriers: Carriers) -> str:
    """What the code that opened the parcel says in full, as the label has it; empty when it does not hold its number.

    So it is when the parcel was opened by an order number, or was bound to another parcel's return.
    """
    number = case.inspection.tracking_number
    for event in case.events:
        raw = str(event.payload.get("raw", "")) if event.kind == EventKind.PARCEL_OPENED else ""
        if raw and shows_number(raw, number, carriers):
            return recognise(raw, carriers).text
    return ""


@dataclass(frozen=True)
class Identification:
    """What a scanned or read product code says about the item: the finding, and what the code names if known."""

    finding: str
    code: str
    sku: str = ""
    name_zh: str = ""
    name_en: str = ""
    item_id: str = ""


def compare(desk: Desk, case: Case, code: str) -> Identification:
    """Hold a product or serial code against what is expected; records nothing.

    A code of another waiting item of the parcel makes that one current. An unknown code is a wrong item, or another
    serial number where the line has serial numbers. With nothing expected the item stays unidentifiable, with its
    code kept. A GS1 code stands for its GTIN and its serial number, a link for the numbers inside it.
    """
    scan = recognise(code, desk.book.carriers)
    text = scan.gtin if scan.gtin and len(scan.text) > LONGEST_GTIN else scan.text
    current = case.inspection.item()
    waiting = [item for item in case.inspection.items if item.decision is None]
    for item in sorted(waiting, key=lambda item: item.id != current.id):
        line = case.line(item)
        named = next((name for name in (scan.serial, text, *scan.words) if line and name and line.is_code(name)), "")
        if line and named:
            shipped = {number.upper() for number in line.serial_numbers}
            if scan.serial and shipped and scan.serial not in shipped:
                return Identification("serial_mismatch", scan.serial, item_id=item.id)
            return Identification("match", named, line.sku, line.name_zh, line.name_en, item.id)
    known = desk.reference.line_by_code(text)
    line = case.line(current)
    if line is None:
        sku, name_zh, name_en = known or ("", "", "")
        return Identification("unidentifiable", text, sku, name_zh, name_en, current.id)
    if known is None:
        serial = bool(line.serial_numbers) and not is_gtin(text)
        return Identification("serial_mismatch" if serial else "wrong_item", text, item_id=current.id)
    sku, name_zh, name_en = known
    same_product = name_zh == line.name_zh  # another colour or size of it has the same name
    return Identification("wrong_variant" if same_product else "wrong_item", text, sku, name_zh, name_en, current.id)


def identify(desk: Desk, case: Case, person: Person, found: Identification, by: str, reason: str = "") -> Case:
    """Record the finding on the item's identity; `by` is ``camera``, ``scan`` or ``manual``, `reason` a code of why."""
    must_be_open(case)
    step: Step = (
        EventKind.ITEM_IDENTIFIED,
        {
            **({"reason": reason} if reason else {}),
            "item_id": found.item_id or case.inspection.current_item,
            "finding": found.finding,
            "by": by,
            "code": found.code,
            "sku": found.sku,
            "name_zh": found.name_zh,
            "name_en": found.name_en,
            "automatic": by == "camera",
        },
    )
    return record(desk, case, person, step)


def take_up(desk: Desk, case: Case, person: Person, item_id: str) -> Case:
    """Make another waiting item of the parcel the current one.

    Raises:
        KeyError: the parcel has no such item.
        StationProblem: ``item.decided``; a decision is taken back with undo, never worked on.
    """
    must_be_open(case)
    if case.inspection.item(item_id).decision is not None:
        raise StationProblem("item.decided", N_("This item is decided already."), N_("Undo takes it back (F12)."))
    return record(desk, case, person, (EventKind.ITEM_TAKEN_UP, {"item_id": item_id}))


def confirm_by_eye(desk: Desk, case: Case, person: Person) -> Case:
    """The inspector compared the item by eye (key T): it is what was expected, the tag cannot say so."""
    item = case.inspection.item()
    return identify(desk, case, person, Identification("match", "", item.sku, item_id=item.id), "manual")


@dataclass(frozen=True)
class WantedShot:
    """A photo that is asked for: a shot of the template, or the close-up of a defect.

    `done` counts the photos that stand as proof for it, of `needed`.
    """

    shot: str
    required: bool
    finding_id: str = ""
    done: int = 0
    sha256: str = ""  # the newest photo that counts, or the newest one
    automatic: bool = False
    ruler: bool = False  # it counts only with a ruler in it
    needed: int = 1

    @property
    def is_missing(self) -> bool:
        """Whether it is required and not proved yet."""
        return self.required and self.done < self.needed


def wanted_shots(desk: Desk, case: Case, item: Item) -> list[WantedShot]:
    """All shots of the strip in order: the template's, then a close-up for each defect that demands one.

    Required are those the template requires and those the rules demand beside them.
    """
    template = template_of(desk, item)
    photos = case.inspection.photos
    shots = []
    extra = {one.shot for one in demanded_shots(desk.book, item, case.expected(item), case.opened_on(desk))}
    sealed = item.identified_by == "sealed"
    there = item.identity != "missing" and not sealed  # what is not to be seen cannot be photographed
    for shot in template.shots:
        mine = [
            photo
            for photo in photos
            if photo.shot == shot.id and not photo.finding_id and not photo.withdrawn
            and photo.item_id == ("" if shot.of_parcel else item.id)
        ]  # fmt: skip
        counted = [photo for photo in mine if photo.counted]
        newest = (counted or mine)[-1:]
        shots.append(
            WantedShot(
                shot.id,
                (is_required(desk, case, item, shot) or shot.id in extra) and (there or shot.of_parcel),
                "",
                len(counted),
                newest[0].sha256 if newest else "",
                bool(newest and newest[0].automatic),
            )
        )
    if case.inspection.outside or sealed:
        mine = [one for one in photos if one.shot == OUTSIDE.id and one.counted and not one.withdrawn]
        sha = mine[-1].sha256 if mine else ""
        shots.insert(1, WantedShot(OUTSIDE.id, True, "", len(mine), sha, needed=2))
    for finding in item.findings:
        mine = [photo for photo in photos if photo.finding_id == finding.id and photo.counted and not photo.withdrawn]
        row = next((row for row in template.questions if row.id == finding.question), None)
        # A newer template may have dropped the row since: then the usual rule stands.
        demanded = there and (row.demands_photo(finding.severity) if row else finding.severity != "minor")
        if demanded or mine:
            sha = mine[-1].sha256 if mine else ""
            ruler = row is not None and row.ruler
            shots.append(WantedShot("close_up", demanded, finding.id, len(mine), sha, ruler=ruler))
    return [replace(shot, required=False) if (shot.shot, shot.finding_id) in item.waived else shot for shot in shots]


def missing_shots(desk: Desk, case: Case, item: Item) -> list[WantedShot]:
    """Required shots without a photo that counts; the next one to take is the first."""
    return [shot for shot in wanted_shots(desk, case, item) if shot.is_missing]


def shot_to_take(desk: Desk, case: Case) -> WantedShot:
    """What Space takes now: the next required shot, else the next optional one, else one more close-up."""
    item = case.inspection.item()
    shots = wanted_shots(desk, case, item)
    required = [shot for shot in shots if shot.is_missing]
    optional = [shot for shot in shots if not shot.required and not shot.done]
    last = item.findings[-1].id if item.findings else ""
    return next(iter((*required, *optional)), WantedShot("close_up", False, last))


def undo_step(desk: Desk, case: Case, person: Person) -> Case:
    """Take the last step back by adding its reversal (F12).

    Directly after one item of several was decided, the last step is that whole decision; its label is void then.

    Raises:
        StationProblem: ``undo.nothing`` when there is no step left, ``inspection.closed``.
    """
    must_be_open(case)
    if case.inspection.undoable:
        return record(desk, case, person, (EventKind.STEP_UNDONE, {"event_id": case.inspection.undoable[-1]}))
    item_id = last_decided(case)
    if not item_id:
        raise StationProblem("undo.nothing", N_("There is nothing to undo."))
    return record(desk, case, person, (EventKind.INSPECTION_REOPENED, {"item_id": item_id}))
