"""Totes and manifests in words: the list, one tote, one manifest with what is still missing before it closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inspection_station.domain.custody.manifest_state import Check, ManifestStep
from inspection_station.domain.custody.tote_state import Refusal, ToteStep
from inspection_station.errors import N_
from inspection_station.i18n import localised, translate
from inspection_station.station.assembly import Station
from inspection_station.station.manifest_papers import content_list, finding_of, paper_of
from inspection_station.station.presenting.house_items import name_of, picture_of
from inspection_station.station.presenting.refusals import short_reason
from inspection_station.station.presenting.sorting import step_word, tote_title
from inspection_station.station.presenting.words import clock_time, disposition_tag, joined
from inspection_station.station.views import ActionView, PictureSource, PrimaryView, TagView
from inspection_station.workflows.containers_port import Content, ManifestRow
from inspection_station.workflows.handing_over import HandingOver, Sheet

KIND_ICONS = {
    "return_to_vendor": "mdi6.truck-outline", "scrap": "mdi6.recycle", "refurbish": "mdi6.wrench-outline",
    "restock": "mdi6.package-up", "carrier_claim": "mdi6.truck-alert-outline",
}  # fmt: skip
KIND_WORDS: Mapping[str, str] = {
    "return_to_vendor": N_("Vendor manifest"), "scrap": N_("Scrap certificate"), "refurbish": N_("Refurbish hand-over"),
    "restock": N_("Restock hand-over"), "carrier_claim": N_("Carrier claim"),
}  # fmt: skip
KIND_TABS: Mapping[str, str] = {
    "return_to_vendor": N_("To vendor"), "scrap": N_("To scrap"), "refurbish": N_("To refurbish"),
    "restock": N_("To restock"), "carrier_claim": N_("To carrier"),
}  # fmt: skip
CHECK_WORDS: Mapping[str, str] = {
    "has_totes": N_("Totes"), "all_scanned": N_("Each item scanned"), "none_held": N_("None held"),
    "drawn_once": N_("Drawn by one station"), "one_vendor": N_("One vendor"),
    "within_agreement": N_("Within the agreement"), "authorised": N_("Authorisation"),
    "two_signatures": N_("Two signatures"), "method_named": N_("Method"), "destruction_photo": N_("Destruction photo"),
    "closing_photo": N_("Closing photos"), "sealed": N_("Seal number"), "weighed": N_("Weighed"),
}  # fmt: skip
PLAIN = ("has_totes", "none_held")  # named only when they do not hold
MOST_LISTED = 200


@dataclass(frozen=True)
class TableRow:
    """One line of the table: an item, a tote or a manifest. `name` is what choosing it means; `ticked`: scanned."""

    name: str
    text: str
    detail: str = ""
    mark: str = ""
    number: str = ""
    grade: str = ""
    picture: PictureSource = None
    has_picture: bool = False
    ticked: bool | None = None
    tone: str = "neutral"


@dataclass(frozen=True)
class CheckRow:
    """One thing that must hold."""

    text: str
    value: str
    passed: bool


@dataclass(frozen=True)
class ContainersView:
    """All that the page shows. `mode` is ``list``, ``tote`` or ``manifest``; `kind` the tab in force; `document` the
    PDF that would print, empty without one."""

    mode: str
    title: str
    tag: TagView
    detail: str
    kind: str
    table_title: str
    table_tag: TagView
    rows: tuple[TableRow, ...]
    empty: str
    checks_title: str
    checks: tuple[CheckRow, ...]
    photos: tuple[PictureSource, ...]
    note: str
    primary: PrimaryView
    actions: tuple[ActionView, ...]
    document: bytes = b""
    age: str = ""


def kind_word(kind: str) -> str:
    """What people call a document of this kind."""
    return translate(KIND_WORDS.get(kind, kind))


def kind_tab(kind: str) -> str:
    """The same in a word, for a tab."""
    return translate(KIND_TABS[kind])


def list_view(station: Station, age: str = "") -> ContainersView:
    """Totes in use, then manifests, the newest first; reads the database, so it MUST run on the bench lane."""
    totes = [one for one in station.custody.totes() if one.disposition and one.step not in ("", "free")]
    rows = [
        TableRow(
            f"tote:{one.code}", tote_title(one),
            joined([disposition_tag(station.desk, one.disposition).text, one.vendor]),
            step_word(one.step) if not one.apart else translate("Two stations"), f"{one.contents} / {one.capacity}",
            tone="error" if one.apart else "neutral",
        )
        for one in totes if one.step != ToteStep.HANDED_OVER
    ]  # fmt: skip
    manifests = station.containers.manifests(MOST_LISTED)
    rows += [_manifest_row(station, one) for one in manifests]
    open_ones = sum(one.step == "open" for one in manifests)
    return ContainersView(
        "list", translate("Totes and manifests"), TagView(translate("{n} open manifests", n=open_ones), "info"), "", "",
        translate("Totes and manifests"), TagView(str(len(rows))), tuple(rows),
        translate("No tote is in use"), translate("What to do"), (), (),
        translate("Scan a tote to see and close it. A digit begins a document; then scan closed totes."),
        PrimaryView(translate("Look at it"), translate("The line chosen"), "mdi6.arrow-right", enabled=bool(rows)),
        (), age=age,
    )  # fmt: skip


def _manifest_row(station: Station, one: ManifestRow) -> TableRow:
    words = {"open": translate("Not closed yet"), "closed": translate("Closed"), "voided": translate("Voided")}
    at = clock_time(station.clock, one.closed_at or one.started_at, with_day=True)
    return TableRow(f"manifest:{one.id}", one.number, joined([kind_word(one.kind), one.vendor, at]),
                    words.get(one.step, one.step), str(one.units) if one.units else "")  # fmt: skip


def _item_row(station: Station, one: Content, ticked: bool) -> TableRow:
    name = name_of(one.item) if one.item else translate("Unknown item")
    detail = joined([one.item.sku if one.item else "", "" if one.is_blind else finding_of(station, one)])
    picture = picture_of(station.showing, one.item) if one.item else None
    grade = "?" if one.is_blind else one.grade
    return TableRow(one.rt_number, name, detail, "", f"RT-…{one.rt_number[-6:]}", grade, picture, True, ticked)


def tote_view(station: Station, work: HandingOver, code: str, age: str = "") -> ContainersView | None:
    """One tote; None when it is not known. Reads the database, so it MUST run on the bench lane."""
    row = next((one for one in station.custody.totes() if one.code == code), None)
    if row is None:
        return None
    contents = station.containers.contents(code)
    counted = work.counted(code)
    grams = station.containers.grams_of(code)
    who = localised({"zh": work.person.name, "en": work.person.name_en or work.person.name})
    actions = []
    if row.step == "closed":
        actions.append(ActionView("reopen", translate("Reopen"), "mdi6.lock-open-outline", "R"))
    if row.step == "open" and contents:
        actions += [ActionView("weigh", translate("Weigh"), "mdi6.scale", "W"),
                    ActionView("merge", translate("Move all"), "mdi6.tray-arrow-down", "J"),
                    ActionView("split", translate("Move item"), "mdi6.call-split", "M")]  # fmt: skip
    actions.append(ActionView("move", translate("Place"), "mdi6.map-marker-outline", "O"))
    lost = row.step == "lost"
    actions.append(
        ActionView("lost", translate("Found") if lost else translate("Lost"), "mdi6.magnify", "L")
        if row.step not in ("handed_over",)
        else ActionView("list", translate("All totes"), "mdi6.view-list", "F7")
    )
    closes = row.step == "open" and bool(contents)
    primary = PrimaryView(translate("Close and print"), translate("Content list and tote label"), "mdi6.lock-check",
                          enabled=closes)  # fmt: skip
    if row.step == "closed":
        papers = translate("Content list and tote label")
        primary = PrimaryView(translate("Print again"), papers, "mdi6.printer-outline")
    checks = (
        CheckRow(translate("State"), step_word(row.step), row.step != "lost" and not row.apart),
        CheckRow(translate("Placed by a scan"), f"{row.proved} / {row.contents}", row.proved == row.contents),
        CheckRow(translate("Counted once more"), f"{len(counted)} / {len(contents)}", len(counted) == len(contents)),
        CheckRow(translate("Weight"), _kilograms(grams), bool(grams)),
        CheckRow(translate("Place"), row.place or "—", bool(row.place)),
    )  # fmt: skip
    tone = "ok" if contents and len(counted) == len(contents) else "neutral"
    return ContainersView(
        "tote", tote_title(row), disposition_tag(station.desk, row.disposition), joined(
            [row.vendor, translate("{n} / {most} items", n=row.contents, most=row.capacity)]), "",
        translate("In the tote"),
        TagView(translate("Counted {n} / {total}", n=len(counted), total=len(contents)), tone, "mdi6.check-circle"),  # type: ignore[arg-type]
        tuple(_item_row(station, one, one.rt_number in counted) for one in contents), translate("Nothing lies in it"),
        translate("The tote"), checks, (),
        translate("Nothing goes into a closed tote; a lead's badge and a reason reopen it."), primary, tuple(actions),
        content_list(station, code, contents, grams, who) if contents else b"", age,
    )  # fmt: skip


def _kilograms(grams: int) -> str:
    return f"{grams / 1000:.2f} kg" if grams else "—"


def manifest_view(station: Station, work: HandingOver, manifest_id: str, age: str = "") -> ContainersView:
    """One manifest; reads the database, so it MUST run on the bench lane."""
    sheet = work.sheet(manifest_id)
    manifest = sheet.manifest
    scanned = sheet.scanned
    shots = [sha for name in ("closing", "destruction") for sha in manifest.photos.get(name, ())]
    is_open = manifest.step is ManifestStep.OPEN
    checks = tuple(_check(station, sheet, one) for one in sheet.checks if not (one.passed and one.code in PLAIN))
    words = {"open": translate("Not closed yet"), "closed": translate("Closed"), "voided": translate("Voided")}
    total = len(sheet.contents)
    done = bool(total) and len(scanned) == total
    tones = {"open": "info", "closed": "ok", "voided": "neutral"}
    printed = sheet if manifest.step is not ManifestStep.VOIDED else replace(sheet, contents=())
    return ContainersView(
        "manifest", manifest.number, TagView(words[manifest.step.value], tones[manifest.step.value]),  # type: ignore[arg-type]
        joined([manifest.destination or manifest.vendor, _totes(sheet)]), manifest.kind,
        translate("On the totes"),
        TagView(translate("Scanned {n} / {total}", n=len(scanned), total=total), "ok" if done else "warn",
                "mdi6.check-circle" if done else "mdi6.barcode-scan"),
        tuple(_item_row(station, one, one.manifest == manifest.id) for one in sheet.contents),
        translate("Scan a closed tote"), translate("Closing checks"), checks,
        tuple(station.showing.photo(sha) for sha in shots[-2:]), _note(manifest.step, manifest.corrects),
        _primary(station, sheet), _actions(
            manifest.kind, len(sheet.totes), is_open, manifest.step is ManifestStep.CLOSED),
        paper_of(station, printed) if manifest.number else b"", age,
    )  # fmt: skip


def _totes(sheet: Sheet) -> str:
    return sheet.totes[0] if len(sheet.totes) == 1 else translate("{n} totes", n=len(sheet.totes))


def _note(step: ManifestStep, corrects: str) -> str:
    if step is ManifestStep.CLOSED:
        return translate("It never changes; a new document corrects it.")
    if corrects:
        return translate("Corrects document {number}, which no longer counts", number=corrects)
    return translate("Scan each item's label once more. An item that does not belong is refused.")


def _primary(station: Station, sheet: Sheet) -> PrimaryView:
    if sheet.manifest.step is not ManifestStep.OPEN:
        closed = sheet.manifest.step is ManifestStep.CLOSED
        return PrimaryView(translate("Print again"), "", "mdi6.printer-outline", enabled=closed)
    if sheet.missing:
        first = sheet.missing[0]
        why = short_reason(station.desk, Refusal(f"manifest.{first.code}", first.values))
        return PrimaryView(translate("Close and print"), why, "mdi6.lock-check", enabled=False)
    return PrimaryView(translate("Close and print"), translate("The manifest, two copies"), "mdi6.lock-check")


def _actions(kind: str, totes: int, is_open: bool, is_closed: bool) -> tuple[ActionView, ...]:
    if is_open:
        own = [ActionView("seal", translate("Seal"), "mdi6.seal-variant", "S"),
               ActionView("weigh", translate("Weigh"), "mdi6.scale", "W"),
               ActionView("photo", translate("Photo"), "mdi6.camera-outline", "Space")]  # fmt: skip
        if kind == "return_to_vendor":
            own.append(ActionView("authorisation", translate("RMA"), "mdi6.file-sign", "A"))
        if kind == "scrap":
            own[0] = ActionView("method", translate("Method"), "mdi6.hammer", "D")
        own.append(ActionView("not_found", translate("Not found"), "mdi6.magnify-remove-outline", "U"))
        if totes > 1:  # of a single one to void is as good, and the checks have room
            own.append(ActionView("tote_off", translate("Tote off"), "mdi6.tray-remove", "T"))
        own.append(ActionView("void", translate("Void"), "mdi6.file-cancel-outline", "V"))
        return tuple(own)
    if is_closed:
        return (ActionView("export", translate("Export"), "mdi6.file-export-outline", "X"),
                ActionView("correct", translate("Correct it"), "mdi6.file-replace-outline", "C"))  # fmt: skip
    return ()


def _check(station: Station, sheet: Sheet, check: Check) -> CheckRow:
    manifest = sheet.manifest
    values: dict[str, str] = {
        "has_totes": str(len(sheet.totes)), "all_scanned": f"{len(sheet.scanned)} / {len(sheet.contents)}",
        "one_vendor": manifest.vendor, "authorised": manifest.authorisation, "sealed": manifest.seal,
        "method_named": manifest.method, "two_signatures": f"{len(manifest.signatures)} / 2",
        "closing_photo": str(len(manifest.photos.get("closing", ()))),
        "destruction_photo": str(len(manifest.photos.get("destruction", ()))), "weighed": _weight(sheet),
    }  # fmt: skip
    value = values.get(check.code, "")
    if not check.passed and check.code in ("none_held", "within_agreement", "drawn_once"):
        value = dict(check.values).get("n", "")
    return CheckRow(translate(CHECK_WORDS.get(check.code, check.code)), value or "—", check.passed)


def _weight(sheet: Sheet) -> str:
    weighings: Sequence[tuple[int, int]] = [
        (one.grams, one.expected_g) for tote, one in sheet.manifest.weighings.items() if tote in sheet.totes
    ]
    grams, expected = sum(one for one, _ in weighings), sum(two for _, two in weighings)
    off = f" · {abs(grams - expected) / expected:.1%}" if expected else ""
    return _kilograms(grams) + off
