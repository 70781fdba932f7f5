"""What an evidence report says about one returned item: plain words and pictures, nothing that needs the domain.

All texts are in the language of the report, times are local and name their zone, and personal data is masked
before it gets here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CaseFact:
    """A name and its value: order number, tracking number, item, station …"""

    name: str
    value: str


@dataclass(frozen=True)
class CaseMark:
    """A place marked on a photo, as fractions of it: ``ellipse`` in the box, or ``arrow`` from x1, y1 to x2, y2."""

    shape: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class CasePhoto:
    """One evidence photo.

    Attributes:
        shot: what it shows, e.g. ``商品正面``.
        taken_at: local time with zone.
        sha256: what the sealed record says of its bytes.
        source: the photo's file, or its bytes.
        note: e.g. that it was taken back by the inspector, or where the defect is; may be empty.
        masked: the picture shows a carrier label: the report makes it unreadable, the original stays as it is.
        marks: drawn over the reduced copy on paper; the original has none.
    """

    shot: str
    taken_at: str
    sha256: str
    source: Path | bytes
    note: str = ""
    masked: bool = False
    marks: tuple[CaseMark, ...] = ()


@dataclass(frozen=True)
class CaseAnswer:
    """The answer to one question of the checklist.

    Attributes:
        question: the question's words; `answer` the answer's, with type and severity of a defect.
        defect: whether something was found wrong.
        bulk: answered by the one key that passes the rest, not one by one.
    """

    question: str
    answer: str
    defect: bool = False
    bulk: bool = False


@dataclass(frozen=True)
class CaseOutcome:
    """Grade, disposition, liability or refund: `name` and `value`, and each reason as one sentence.

    `changed_by` says who set it instead of the rules, and why; empty when the rules' outcome stands.
    """

    name: str
    value: str
    why: tuple[str, ...] = ()
    changed_by: str = ""


@dataclass(frozen=True)
class CaseAct:
    """One entry of the record: local time with zone, what happened, who, where, and the entry's hash."""

    at: str
    what: str
    person: str
    station: str
    entry_hash: str


@dataclass(frozen=True)
class EvidenceCase:
    """One item's case.

    Attributes:
        rt_number: the number on its label.
        verdict: the sentence that sums it up, e.g. ``检查结果与客户陈述不符``.
        contradicts: whether the finding contradicts the claim (the finding is then set off in colour).
        claim, finding: what the buyer said and what the inspection found; a claim may be empty.
        sealed_at: local time of the last entry; `fingerprint` that entry's SHA-256, which stands for the whole chain.
        chain_whole: whether the chain's hashes were computed again and fit, when the report was made.
        made_at, made_by: when the report was made, by whom.
        practice: demo or training; the report then says so on every page.
    """

    rt_number: str
    verdict: str
    contradicts: bool
    claim: str
    finding: str
    facts: tuple[CaseFact, ...]
    outcomes: tuple[CaseOutcome, ...]
    photos: tuple[CasePhoto, ...]
    answers: tuple[CaseAnswer, ...]
    timeline: tuple[CaseAct, ...]
    sealed_at: str
    fingerprint: str
    chain_whole: bool
    made_at: str
    made_by: str
    practice: bool = False
