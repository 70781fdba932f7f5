"""What the pages show: plain values, ready texts in the language in force, no rules and no database.

A page is given one of these whole by `show_view`; it keeps nothing else. Tones are those of the design: neutral,
ok, warn, error, info, rtv, hold. Icons are names such as ``mdi6.check-bold``. Pictures are paths or images.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

Tone = Literal["neutral", "ok", "warn", "error", "info", "rtv", "hold"]
PictureSource: TypeAlias = "Path | QImage | None"
Fraction = float
"""A place or length as part (0–1) of the picture's width or height."""


@dataclass(frozen=True)
class TagView:
    """A short word with an icon, in the colour of its tone."""

    text: str
    tone: Tone = "neutral"
    icon: str = ""


@dataclass(frozen=True)
class FactView:
    """A label with its value; `code` for numbers of things."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True)
class PrimaryView:
    """The one primary action: what it results in, and the key that does it (``Enter`` or ``Space``)."""

    text: str
    consequence: str = ""
    icon: str = "mdi6.check-bold"
    key: str = "Enter"
    enabled: bool = True
    busy: bool = False


@dataclass(frozen=True)
class ActionView:
    """A secondary action; `name` is what the page's signal carries."""

    name: str
    text: str
    icon: str = ""
    key: str = ""
    enabled: bool = True


# --- the frame around every page -------------------------------------------------------------------------


@dataclass(frozen=True)
class TabView:
    """One area of the program in the top bar."""

    name: str
    text: str
    icon: str
    selected: bool = False


@dataclass(frozen=True)
class TopBarView:
    """Product, bench, areas, today's count, language, person. `done` None hides the count.

    In practice mode `practice` says so in the place of the areas, on its own ground, with the way out beside it.
    """

    product: str
    bench: str
    tabs: tuple[TabView, ...]
    person: str
    role: str
    language: str
    done: int | None = None
    goal: int | None = None
    done_caption: str = ""
    practice: TagView | None = None
    leave: ActionView | None = None


@dataclass(frozen=True)
class DeviceView:
    """One device in the status strip. `state`: ok, info (at work), attention, fault."""

    name: str
    label: str
    value: str
    icon: str
    state: Literal["ok", "info", "attention", "fault"] = "ok"


@dataclass(frozen=True)
class ContextView:
    """What parcel is open: match, its number, carrier and tracking number, time since it was opened, refund due."""

    match: TagView
    number: str
    carrier: str
    tracking: str
    elapsed: str
    due: TagView | None = None


@dataclass(frozen=True)
class ToastView:
    """One sentence over the bottom of the main card; `seconds` counts the undo down, None when it is over."""

    text: str
    tone: Tone = "ok"
    icon: str = "mdi6.check-circle"
    number: str = ""
    grade: str = ""
    result: str = ""
    detail: str = ""
    undo: ActionView | None = None
    seconds: int | None = None


# --- camera and photos -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CodeBoxView:
    """A code read in the picture: its corners (x, y as fractions) and the verdict on it."""

    corners: tuple[tuple[Fraction, Fraction], ...]
    text: str
    tone: Tone = "ok"


@dataclass(frozen=True)
class EllipseView:
    """A marked place on a photo: centre and half axes as fractions, and its size in words."""

    x: Fraction
    y: Fraction
    half_width: Fraction
    half_height: Fraction
    text: str = ""


@dataclass(frozen=True)
class ArrowView:
    """An arrow on a photo: tail and head as fractions."""

    x1: Fraction
    y1: Fraction
    x2: Fraction
    y2: Fraction


MarkView: TypeAlias = "EllipseView | ArrowView"


@dataclass(frozen=True)
class CameraView:
    """What lies over the picture of the camera.

    Attributes:
        prompt: plate at the top left: what to shoot now, or that all is there.
        badges: plates at the top right; tone error makes them red.
        guide: left, top, width, height of the framing box as fractions, or None.
        still: a stored photo shown in place of the live picture.
        fault: a plate in the middle for a shot that was not counted.
    """

    prompt: TagView | None = None
    badges: tuple[TagView, ...] = ()
    guide: tuple[Fraction, Fraction, Fraction, Fraction] | None = None
    code: CodeBoxView | None = None
    still: PictureSource = None
    ellipses: tuple[EllipseView, ...] = ()
    arrows: tuple[ArrowView, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class CameraLostView:
    """The camera gives no picture: what happened, what to do, what can be tried, what is safe."""

    title: str
    to_do: str
    actions: tuple[ActionView, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ShotView:
    """One place of the photo strip.

    Attributes:
        state: stored; next (shoot this now); needed; needed_by_defect; optional.
        note: automatic, required, optional … in a word.
        count: how many shots lie here; from 2 on a badge shows it.
        marks: what is marked on the picture.
    """

    name: str
    state: Literal["stored", "next", "needed", "needed_by_defect", "optional"]
    picture: PictureSource = None
    note: str = ""
    icon: str = "mdi6.camera-outline"
    selected: bool = False
    count: int = 1
    marks: tuple[MarkView, ...] = ()
