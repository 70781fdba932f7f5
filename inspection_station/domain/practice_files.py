"""Reading practice cases: data with file, line and key in every fault, as all data files of the trade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.answers import possible_defects
from inspection_station.domain.checklist import SEVERITIES, ChecklistTemplate
from inspection_station.domain.data_checks import list_at, mapping_at, only_known, text_at, text_or, texts_at
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.practice import Known, KnownDefect
from inspection_station.errors import N_

INTACT, EMPTY, SWAPPED = "intact", "empty_parcel", "serial_mismatch"
"""What may lie in a case's parcel beside the pictures of a defect: a whole unit, nothing, another unit."""
CONDITIONS = ("", "torn", "wet")
_CASE = {"id", "zh", "en", "category", "sku", "kind", "reason", "text", "price", "vendor", "parts", "flags", "days",
         "parcel", "shown", "note", "known", "grade", "disposition", "liable"}  # fmt: skip
_KNOWN = {"identity", "outside", "defects"}
_DEFECT = {"question", "code", "severity", "also", "part"}
LONGEST_NOTE = 120  # characters; it stands on one line over the picture
LARGEST = 100_000_000  # fen of a price, days since delivery


@dataclass(frozen=True)
class PracticeCase:
    """One practice case.

    Attributes:
        zh, en: what there was to see, told on the result sheet.
        sku, category: of the product that is expected; `parts` its kit, `price` in minor units of CNY.
        kind, reason, text: what the return says; `days` since delivery; `flags` its policy flags.
        parcel: condition of the outer box (`CONDITIONS`).
        shown, state: what lies in it: a product, and a state of it by its pictures' name.
        note_zh, note_en: what hands, ears and nose would tell that no picture can.
        grade, disposition, liable: what the shipped rules make of the known answers, stated so that a change shows.
    """

    id: str
    zh: str
    en: str
    category: str
    sku: str
    kind: str
    reason: str
    text: str
    price: int
    vendor: str
    parts: tuple[str, ...]
    flags: tuple[str, ...]
    days: int
    parcel: str
    shown: str
    state: str
    note_zh: str
    note_en: str
    known: Known
    grade: str
    disposition: str
    liable: Mapping[str, int]


def parse_practice(file: DataFile, lists: TradeLists) -> tuple[PracticeCase, ...]:
    """The cases of a data file; raises DataFileProblem with file, line and key."""
    only_known(file, (), file.data, {"version", "cases"})
    text_at(file, (), file.data, "version")
    cases: list[PracticeCase] = []
    for place, value in enumerate(list_at(file, (), file.data, "cases")):
        path: KeyPath = ("cases", place)
        case = _case(file, path, mapping_at(file, path, value), lists)
        if any(one.id == case.id for one in cases):
            raise file.fault((*path, "id"), N_("stands twice; keep one"))
        cases.append(case)
    return tuple(cases)


def _case(file: DataFile, path: KeyPath, data: Mapping[str, Any], lists: TradeLists) -> PracticeCase:
    only_known(file, path, data, _CASE)
    shown = mapping_at(file, (*path, "shown"), data.get("shown", {}))
    only_known(file, (*path, "shown"), shown, {"sku", "state"})
    note = mapping_at(file, (*path, "note"), data.get("note", {}))
    only_known(file, (*path, "note"), note, {"zh", "en"})
    notes = {key: text_at(file, (*path, "note"), note, key) for key in ("zh", "en")} if note else {"zh": "", "en": ""}
    for key, words in notes.items():
        if len(words) > LONGEST_NOTE:
            raise file.fault((*path, "note", key), N_("must be a text of 1 to 120 characters"))
    sku = text_at(file, path, data, "sku")
    parcel = text_or(file, path, data, "parcel", "")
    if parcel not in CONDITIONS:
        raise file.fault((*path, "parcel"), N_("must be one of {known}"), known="torn, wet")
    return PracticeCase(
        id=text_at(file, path, data, "id"),
        zh=text_at(file, path, data, "zh"),
        en=text_at(file, path, data, "en"),
        category=_word(file, path, data, "category", lists, "categories"),
        sku=sku,
        kind=_word(file, path, data, "kind", lists, "return_kinds") if "kind" in data else "return",
        reason=_word(file, path, data, "reason", lists, "reasons"),
        text=text_or(file, path, data, "text", ""),
        price=_whole(file, path, data, "price"),
        vendor=text_or(file, path, data, "vendor", ""),
        parts=texts_at(file, path, data, "parts"),
        flags=texts_at(file, path, data, "flags"),
        days=_whole(file, path, data, "days"),
        parcel=parcel,
        shown=text_or(file, (*path, "shown"), shown, "sku", sku),
        state=text_or(file, (*path, "shown"), shown, "state", INTACT),
        note_zh=notes["zh"],
        note_en=notes["en"],
        known=_known(file, (*path, "known"), mapping_at(file, (*path, "known"), data.get("known", {})), lists),
        grade=_word(file, path, data, "grade", lists, "grades"),
        disposition=_word(file, path, data, "disposition", lists, "dispositions"),
        liable=_liable(file, (*path, "liable"), data.get("liable", {}), lists),
    )


def _word(file: DataFile, path: KeyPath, data: Mapping[str, Any], key: str, lists: TradeLists, name: str) -> str:
    code = text_at(file, path, data, key)
    if not lists.knows(name, code):
        raise file.fault((*path, key), N_("must be one of {known}"), known=", ".join(lists.words[name]))
    return code


def _whole(file: DataFile, path: KeyPath, data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise file.fault((*path, key), N_("must be a whole number from 0 to {most}"), most=LARGEST)
    return value


def _known(file: DataFile, path: KeyPath, data: Mapping[str, Any], lists: TradeLists) -> Known:
    only_known(file, path, data, _KNOWN)
    identity = _word(file, path, data, "identity", lists, "identity_findings") if "identity" in data else "match"
    outside = texts_at(file, path, data, "outside")
    if not all(lists.knows("defects", code) for code in outside):
        raise file.fault((*path, "outside"), N_("must name defects of the lists"))
    defects = []
    for place, value in enumerate(list_at(file, path, data, "defects") if "defects" in data else []):
        where: KeyPath = (*path, "defects", place)
        one = mapping_at(file, where, value)
        only_known(file, where, one, _DEFECT)
        severity = text_at(file, where, one, "severity")
        if severity not in SEVERITIES:
            raise file.fault((*where, "severity"), N_("must be one of {known}"), known=", ".join(SEVERITIES))
        also = texts_at(file, where, one, "also")
        if not all(lists.knows("defects", code) for code in also):
            raise file.fault((*where, "also"), N_("must name defects of the lists"))
        code = _word(file, where, one, "code", lists, "defects")
        part = text_or(file, where, one, "part", "")
        defects.append(KnownDefect(text_at(file, where, one, "question"), code, severity, also, part))
    if identity != "match" and defects:
        raise file.fault((*path, "defects"), N_("must be left out where the item is not the expected one"))
    return Known(identity, tuple(defects), outside)


def _liable(file: DataFile, path: KeyPath, value: Any, lists: TradeLists) -> Mapping[str, int]:
    shares = mapping_at(file, path, value)
    known = all(lists.knows("liable_parties", str(party)) for party in shares)
    if not known or not all(isinstance(share, int) for share in shares.values()):
        raise file.fault(path, N_("must name liable parties with their shares"))
    if shares and sum(shares.values()) != 100:
        raise file.fault(path, N_("must add up to 100"))
    return {str(party): int(share) for party, share in shares.items()}


def is_judged_by(case: PracticeCase, template: ChecklistTemplate) -> bool:
    """Whether every known defect of the case can be recorded by `template`: a client's own may ask something else."""
    offered = {(row.id, one.code, one.severity) for row in template.questions for one in possible_defects(row)}
    return all((one.question, one.code, one.severity) in offered for one in case.known.defects)
