"""What each page shows: one frozen value per page, ready texts, no rules and no database (shared parts: `views`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

from inspection_station.station.entry_views import EntryView
from inspection_station.station.views import (
    ActionView,
    CameraLostView,
    CameraView,
    ContextView,
    FactView,
    Fraction,
    MarkView,
    PictureSource,
    PrimaryView,
    ShotView,
    TagView,
    ToastView,
    Tone,
)

# --- waiting ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TallyView:
    """Today's figures: done of a goal, the last hours, up to three facts."""

    title: str
    shift: str
    done: int
    unit: str
    goal: int | None = None
    hours: tuple[int, ...] = ()
    hours_caption: str = ""
    facts: tuple[FactView, ...] = ()


@dataclass(frozen=True)
class QueueRowView:
    """A parcel that waits."""

    number: str
    category: str
    count: str
    due: TagView
    parked: bool = False


@dataclass(frozen=True)
class QueueView:
    """Parcels that wait, due first; with no rows the two `empty` sentences are shown."""

    title: str
    count: str
    rows: tuple[QueueRowView, ...]
    note: str = ""
    empty: str = ""
    empty_hint: str = ""


@dataclass(frozen=True)
class WaitingView:
    """The waiting page; `quiet` is what is seldom wanted, below the queue."""

    title: str
    hint: str
    actions: tuple[ActionView, ...]
    tally: TallyView
    queue: QueueView
    prefixes: str = ""
    toast: ToastView | None = None
    quiet: ActionView | None = None


# --- parcel open -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClaimView:
    """What the buyer says."""

    caption: str
    reason: str
    detail: str = ""
    tags: tuple[TagView, ...] = ()
    tone: Tone = "neutral"


@dataclass(frozen=True)
class ItemView:
    """One of several items of a parcel."""

    name: str
    traits: str
    picture: PictureSource = None
    state: TagView | None = None
    current: bool = False


@dataclass(frozen=True)
class ExpectedView:
    """The item that should be in the parcel; with more than one, `items` lists them all."""

    title: str
    count: str
    name: str
    traits: tuple[str, ...] = ()
    picture: PictureSource = None
    picture_note: str = ""
    no_picture: str = ""
    facts: tuple[FactView, ...] = ()
    items: tuple[ItemView, ...] = ()


@dataclass(frozen=True)
class CheckView:
    """One thing verified, open or wrong, with who or what does it."""

    text: str
    state: Literal["ok", "open", "wrong"]
    note: str = ""


@dataclass(frozen=True)
class ToteView:
    """Where the item goes."""

    text: str
    note: str = ""
    detail: str = ""


@dataclass(frozen=True)
class VerdictView:
    """What "all good" would mean."""

    caption: str
    grade: str
    grade_word: str
    disposition: TagView
    checks: tuple[CheckView, ...]
    tote: ToteView | None = None


@dataclass(frozen=True)
class ParcelView:
    """The page of an open parcel."""

    context: ContextView
    claim: ClaimView
    expected: ExpectedView
    camera: CameraView
    shots: tuple[ShotView, ...]
    verdict: VerdictView
    primary: PrimaryView
    actions: tuple[ActionView, ...]
    capture: ActionView | None = None
    lost: CameraLostView | None = None
    notice: BannerView | None = None  # said before the parcel is opened


# --- checklist -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowView:
    """One statement of the checklist. `answer`: normal, wrong, not_applicable, open; `value` what was said beside."""

    number: int
    text: str
    answer: Literal["normal", "wrong", "not_applicable", "open"]
    answer_word: str
    finding: str = ""
    tag: TagView | None = None
    current: bool = False
    value: str = ""


@dataclass(frozen=True)
class SectionView:
    """A group of statements."""

    title: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True)
class ChoiceView:
    """One of several choices, with its key."""

    name: str
    text: str
    key: str = ""
    icon: str = ""
    selected: bool = False
    tone: Tone = "neutral"
    note: str = ""
    blocked: bool = False


@dataclass(frozen=True)
class PinView:
    """A defect on the outline: its number and place as fractions of the outline."""

    number: int
    x: Fraction
    y: Fraction


@dataclass(frozen=True)
class PickerView:
    """Kinds and severities for the current row; `outline` names the drawing (apparel, box) or is empty."""

    number: int
    title: str
    normal: ActionView
    kinds: tuple[ChoiceView, ...]
    severities: tuple[ChoiceView, ...]
    place_caption: str = ""
    outline: str = ""
    pins: tuple[PinView, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class ChecklistView:
    """The checklist page; `picker` None shows no choices; a row that asks for a value has an `entry` in its place."""

    context: ContextView
    claim: ClaimView
    sections: tuple[SectionView, ...]
    camera: CameraView
    shots: tuple[ShotView, ...]
    primary: PrimaryView
    picker: PickerView | None = None
    second: ActionView | None = None
    lost: CameraLostView | None = None
    page_words: str = ""
    entry: EntryView | None = None


# --- grading ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GradeChoiceView:
    """One grade; blocked ones stay visible."""

    letter: str
    word: str
    selected: bool = False
    blocked: bool = False


@dataclass(frozen=True)
class ReasonView:
    """One reason for the grade, with the rule that says so; `good` None is a remark, neither for nor against."""

    text: str
    good: bool | None
    rule: str = ""


@dataclass(frozen=True)
class EvidencePictureView:
    """A picture with its caption, outbound or returned, and what is marked on it."""

    picture: PictureSource
    caption: str
    empty: str = ""
    marks: tuple[MarkView, ...] = ()


@dataclass(frozen=True)
class LabelView:
    """The label as it will be printed: the true raster."""

    title: str
    size: str
    raster: QImage | None
    printer: str
    copies: str
    printer_ready: bool = True


@dataclass(frozen=True)
class GradeView:
    """The page of grade, liability, disposition and label.

    `parties` are all that may be liable (code, word), `shares` what counts now; `more` shows further dispositions.
    """

    context: ContextView
    grade_title: str
    grade_note: str
    grades: tuple[GradeChoiceView, ...]
    reasons: tuple[ReasonView, ...]
    liability_title: str
    liabilities: tuple[ChoiceView, ...]
    disposition_title: str
    dispositions: tuple[ChoiceView, ...]
    label: LabelView
    primary: PrimaryView
    back: ActionView
    liability_tag: TagView | None = None
    liability_words: str = ""
    pictures: tuple[EvidencePictureView, ...] = ()
    tags: tuple[TagView, ...] = ()
    tote: ToteView | None = None
    parties: tuple[tuple[str, str], ...] = ()
    shares: tuple[tuple[str, int], ...] = ()
    more: ActionView | None = None


# --- exceptions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BannerView:
    """What happened and what to do, over the whole width. `strong`: parts of the sentence to stress."""

    title: str
    sentence: str
    tone: Literal["warn", "error", "info"]
    icon: str
    strong: tuple[str, ...] = ()


@dataclass(frozen=True)
class CandidateView:
    """An order that may be the one; `key` chooses it."""

    name: str
    text: str
    detail: str
    agreement: TagView
    key: str
    picture: PictureSource = None
    selected: bool = False


@dataclass(frozen=True)
class SideView:
    """One of two things laid side by side."""

    title: str
    code: str
    picture: PictureSource
    text: str
    detail: str = ""
    wrong: bool = False
    empty: str = ""


@dataclass(frozen=True)
class StepView:
    """One step of a guided list of evidence."""

    text: str
    state: Literal["ok", "open", "wrong"]
    note: str = ""


@dataclass(frozen=True)
class ExceptionView:
    """The one template for everything that is not the usual case.

    Left: `evidence` (a stored picture) or the live camera when `camera` is set. Right: candidates, an earlier
    record (`pictures`, `facts`) or guided steps. `sides` replaces both halves with a comparison; `wide` leaves the left
    half out. Candidates without pictures are low, in so many `columns`.
    """

    banner: BannerView
    primary: PrimaryView
    actions: tuple[ActionView, ...]
    evidence: PictureSource = None
    evidence_note: str = ""
    evidence_empty: str = ""
    camera: CameraView | None = None
    lost: CameraLostView | None = None
    title: str = ""
    subtitle: str = ""
    candidates: tuple[CandidateView, ...] = ()
    candidates_empty: str = ""
    pictures: tuple[EvidencePictureView, ...] = ()
    facts: tuple[FactView, ...] = ()
    steps: tuple[StepView, ...] = ()
    sides: tuple[SideView, ...] = ()
    wide: bool = False
    columns: int = 1
    shots: tuple[ShotView, ...] = ()
    context: ContextView | None = None
