"""Answers that are more than “normal”: what a person types or scans is read, and what follows from it is found.

Numbers may come with full-width digits, with a point or a comma, and with their unit; what cannot be meant is refused
in words, never guessed. Texts keep any character a keyboard can send, in the normal form NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from inspection_station.domain.check_digits import is_gtin, is_imei
from inspection_station.domain.checklist import (
    ABOVE,
    BELOW,
    PART,
    SEVERITIES,
    ChecklistTemplate,
    Choice,
    Consequence,
    Count,
    FreeText,
    Number,
    Question,
    Serial,
)
from inspection_station.domain.identifiers import normalise
from inspection_station.domain.inspection import Answer, Finding, Item, PartCount
from inspection_station.errors import N_, StationProblem

LONGEST_ENTRY = 40  # characters of a number as it is typed, its unit included
MOST_OF_A_PART = 999
_TYPED_FOR = str.maketrans({"。": ".", "\u2212": "-", "\u2019": "'"})  # what keyboards give for these
_UNSIGNED = re.compile(r"([0-9.,' ]*[0-9][0-9.,' ]*)(.*)", re.DOTALL)
_SERIAL = re.compile(r"[0-9A-Z][0-9A-Z \-./:#+()]{1,62}[0-9A-Z]")
_IMEI_PUNCTUATION = re.compile(r"[ \-/]")


@dataclass(frozen=True)
class Following:
    """A defect that follows from an answer; `part` names the missing part of the kit."""

    type: str
    code: str
    severity: str
    part: str = ""


@dataclass(frozen=True)
class Reading:
    """What an entry says: its value as it is kept, and the defects that follow from it."""

    value: str | tuple[PartCount, ...]
    unit: str = ""
    following: tuple[Following, ...] = ()

    @property
    def verdict(self) -> str:
        """``defect`` when one follows, else ``pass``."""
        return "defect" if self.following else "pass"


def _of(kind: str, defect: Consequence | None, part: str = "") -> tuple[Following, ...]:
    return (Following(kind, defect.code, defect.severity, part),) if defect else ()


def read_choice(choice: Choice, option_id: str) -> Reading:
    """The option with that id; raises KeyError when there is none."""
    option = choice.option(option_id)
    if option is None:
        raise KeyError(option_id)
    return Reading(option.id, "", _of(option.id, option.defect))


def plain_number(number: Decimal) -> str:
    """`number` in plain digits, without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _not_a_number(unit: str) -> StationProblem:
    return StationProblem(
        "answer.no_number", N_("This is no number"), N_("Type digits, with the unit {unit} or without."), unit=unit
    )


def _digits(text: str, decimals: int) -> str:
    """`text` with a point as its only separator; raises ValueError when it can be read in two ways or in none."""
    text = re.sub(r"[' ]", "", text)
    marks = [character for character in text if character in ".,"]
    if not marks:
        return text
    last = marks[-1]
    other = "," if last == "." else "."
    whole, _, rest = text.rpartition(last)
    if other in text or marks.count(last) > 1:
        groups = whole.split(other) if marks.count(last) == 1 else text.split(last)
        if marks.count(last) > 1 and other in text:
            raise ValueError
        if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
            raise ValueError
        joined = "".join(groups)
        return f"{joined}.{rest}" if marks.count(last) == 1 else joined
    if last == "," and len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        if decimals >= 3:
            raise ValueError  # a thousand, or a little more than one
        return whole + rest
    return f"{whole}.{rest}"


def read_number(asked: Number, entered: str) -> Reading:
    """The number that was typed.

    Raises:
        StationProblem: ``answer.no_number``, ``answer.unit``, ``answer.separator``, ``answer.decimals`` or
            ``answer.range``; each says what would be taken.
    """
    text = unicodedata.normalize("NFKC", entered).translate(_TYPED_FOR).strip()
    if not text or len(text) > LONGEST_ENTRY or any(unicodedata.category(one)[0] == "C" for one in text):
        raise _not_a_number(asked.unit)
    sign = text[0] if text[0] in "+-" else ""
    found = _UNSIGNED.fullmatch(text[len(sign) :].lstrip())
    if found is None:
        raise _not_a_number(asked.unit)
    unit = found[2].strip()
    if unit and unit.casefold() != unicodedata.normalize("NFKC", asked.unit).casefold():
        if unit[0].isdigit() or unit[0] in "+-.,":
            raise _not_a_number(asked.unit)
        raise StationProblem(
            "answer.unit", N_("The unit asked for is {unit}, not {typed}"), N_("Type the number in {unit}."),
            unit=asked.unit, typed=unit,
        )  # fmt: skip
    try:
        number = Decimal(sign.replace("+", "") + _digits(found[1].strip(), asked.decimals))
    except (ValueError, ArithmeticError):
        raise StationProblem(
            "answer.separator", N_("These separators can be read in two ways, or in none"),
            N_("Type the digits alone, with one point before the decimals."),
        ) from None  # fmt: skip
    if -number.normalize().as_tuple().exponent > asked.decimals:  # type: ignore[operator]
        if asked.decimals == 0:
            raise StationProblem("answer.decimals", N_("A whole number is asked for"), N_("Type it without decimals."))
        raise StationProblem(
            "answer.decimals", N_("More decimals than are asked for"), N_("At most {n} after the point."),
            n=asked.decimals,
        )  # fmt: skip
    if not asked.minimum <= number <= asked.maximum:
        raise StationProblem(
            "answer.range", N_("{typed} {unit} cannot be"), N_("It lies between {least} and {most} {unit}."),
            typed=plain_number(number), unit=asked.unit, least=plain_number(asked.minimum),
            most=plain_number(asked.maximum),
        )  # fmt: skip
    limit = next((limit for limit in asked.limits if limit.holds(number)), None)
    following = _of(BELOW if limit.below is not None else ABOVE, limit.defect) if limit else ()
    return Reading(plain_number(number + 0), asked.unit, following)  # + 0: there is no minus nought


def read_text(asked: FreeText, entered: str) -> Reading:
    """The text that was typed, without blanks around it, in the normal form NFC.

    Raises:
        StationProblem: ``answer.empty``, ``answer.characters`` (NUL, control characters, halves of a character),
            ``answer.too_long``.
    """
    text = unicodedata.normalize("NFC", entered).strip(" \u3000\u00a0")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise StationProblem(
            "answer.characters", N_("This holds a character that cannot be kept"),
            N_("Type it again; line breaks, tabs and control characters are not taken."),
        )  # fmt: skip
    if not text:
        raise StationProblem("answer.empty", N_("Nothing was typed"), N_("Type the text, then Enter."))
    if len(text) > asked.longest:
        raise StationProblem(
            "answer.too_long", N_("This text is too long"), N_("At most {n} characters; there are {typed}."),
            n=asked.longest, typed=len(text),
        )  # fmt: skip
    return Reading(text)


def read_serial(asked: Serial, entered: str) -> Reading:
    """The serial number or IMEI that was typed or scanned, in capitals.

    Raises:
        StationProblem: ``answer.imei`` (not fifteen digits, or the check digit does not fit), ``answer.product_code``
            (it is the number of the product, which every unit has), ``answer.serial``.
    """
    try:
        text = normalise(entered)
    except StationProblem:
        text = ""
    digits = _IMEI_PUNCTUATION.sub("", text)
    if is_imei(digits) and asked.kind != "serial":
        return Reading(digits)
    if asked.kind == "imei":
        raise StationProblem(
            "answer.imei", N_("This is no IMEI"), N_("It has 15 digits, the last one checks the others."),
        )  # fmt: skip
    if is_gtin(text):
        raise StationProblem(
            "answer.product_code", N_("This is the number of the product, not of the unit"),
            N_("Scan or type the serial number on the plate."),
        )  # fmt: skip
    if not _SERIAL.fullmatch(text):
        raise StationProblem(
            "answer.serial", N_("This can be no serial number"),
            N_("It has 3 to 64 letters and digits; scan it, or type it from the plate."),
        )  # fmt: skip
    return Reading(text)


def serials_to_compare(asked: Serial, shipped: Sequence[str]) -> tuple[str, ...]:
    """Those of the `shipped` numbers that an answer can be held against, in capitals: IMEIs with an IMEI."""
    numbers = [number.strip().upper() for number in shipped]
    if asked.kind == "any":
        return tuple(numbers)
    return tuple(number for number in numbers if is_imei(number) == (asked.kind == "imei"))


def kit_of(accessories: Sequence[str]) -> dict[str, int]:
    """The parts of a kit in order, and how many there should be of each."""
    return dict(Counter(part for part in accessories if part.strip()))


def read_count(asked: Count, kit: Mapping[str, int], found: Mapping[str, int]) -> Reading:
    """How many there are of each part of the `kit`; a part that `found` does not name is all there.

    Raises:
        KeyError: `found` names a part that the kit does not have.
        ValueError: a number below nothing, or above `MOST_OF_A_PART`.
    """
    for part, number in found.items():
        if part not in kit:
            raise KeyError(part)
        if not 0 <= number <= MOST_OF_A_PART:
            raise ValueError(number)
    counts = tuple(PartCount(part, expected, found.get(part, expected)) for part, expected in kit.items())
    missing = [_of(f"{PART}:{one.part}", asked.missing, one.part) for one in counts if one.found < one.expected]
    return Reading(counts, "", tuple(one for (one,) in missing))


def value_words(row: Question | None, answer: Answer) -> Mapping[str, str]:
    """What was answered, {zh, en}, for screens and documents; empty texts for a plain statement.

    `row` is None when the template does not know the question (any more): then the value stands for itself.
    """
    if not isinstance(answer.value, str):
        text = " · ".join(f"{one.part} {one.found}/{one.expected}" for one in answer.value)
        return {"zh": text, "en": text}
    if row is not None and isinstance(row.answer, Choice):
        option = row.answer.option(answer.value)
        if option is not None:
            return {"zh": option.zh, "en": option.en}
    unit = f" {answer.unit}" if answer.unit else ""
    return {"zh": answer.value + unit, "en": answer.value + unit}


def possible_defects(row: Question) -> Iterator[Following]:
    """Every defect that an answer to `row` can have."""
    match row.answer:
        case Choice(options=options):
            for option in options:
                yield from _of(option.id, option.defect)
        case Number(limits=limits):
            for limit in limits:
                yield from _of(BELOW if limit.below is not None else ABOVE, limit.defect)
        case Count(missing=missing):
            yield from _of(PART, missing)
        case None:
            for severity in SEVERITIES:
                for kind in row.types:
                    yield Following(kind.id, kind.code, severity)
        case _:
            pass


def other_answers(template: ChecklistTemplate, item: Item) -> Iterator[tuple[str, str, Item]]:
    """(question, what it would be, the item then) for every other answer to one row that is asked.

    What it would be is ``pass``, ``TYPE:SEVERITY`` of the row's only defect then, or the id of an option without a
    defect. Rows that would not be asked then do not count.
    """

    def then(question: str, verdict: str, value: str, *findings: Finding) -> Item:
        answers = {**item.answers, question: Answer(question, verdict, "single", "", value)}
        gone = {question, *template.no_longer_asked(answers)}
        rest = tuple(other for other in item.findings if other.question not in gone)
        return replace(item, answers=answers, findings=(*rest, *findings))

    for finding in item.findings:
        normal = _normal(template, finding.question)
        if normal is not None:
            yield finding.question, "pass", then(finding.question, "pass", normal)
    for row in template.asked(item.answers):
        for one in possible_defects(row):
            finding = Finding("", row.id, one.type, one.code, one.severity)
            value = one.type if isinstance(row.answer, Choice) else ""
            yield row.id, f"{one.type}:{one.severity}", then(row.id, "defect", value, finding)
        if isinstance(row.answer, Choice):
            for option in row.answer.options:
                if option.defect is None:
                    yield row.id, option.id, then(row.id, "pass", option.id)


def _normal(template: ChecklistTemplate, question: str) -> str | None:
    """The value that “normal” stands for, empty where it needs none; None for a choice in which nothing is normal."""
    answer = next((row.answer for row in template.questions if row.id == question), None)
    return (answer.normal or None) if isinstance(answer, Choice) else ""
