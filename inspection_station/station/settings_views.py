"""What the settings page and the first start's card show: plain values, ready texts in the language in force."""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.settings import Value
from inspection_station.station.print_desk import Answer
from inspection_station.station.views import ActionView, FactView, TagView


@dataclass(frozen=True)
class SettingView:
    """One setting: its value, and why it may not be changed now; an empty `reason` means that it may."""

    key: str
    value: Value
    reason: str = ""


@dataclass(frozen=True)
class ScannerView:
    """The scanner's card: the last scan, what is known of it, and what was checked on it."""

    state: TagView
    text: str
    facts: tuple[str, ...] = ()
    checks: tuple[TagView, ...] = ()


@dataclass(frozen=True)
class ScaleView:
    """The scale's card: whether what it shows rests, its weight, the format it is told in, what is the matter."""

    state: TagView
    weight: str = ""
    form: str = ""
    trouble: tuple[str, str] = ("", "")
    ports: str = ""


@dataclass(frozen=True)
class ScannerTrialView:
    """The measuring on the scanner's card: a sentence, what the button does, and what else is to do; may be empty."""

    text: str
    action: ActionView
    to_do: str = ""


@dataclass(frozen=True)
class PrinterView:
    """The label printer's card. `trouble` is what happened and what to do; both may be empty."""

    state: TagView
    name: str
    facts: tuple[FactView, ...] = ()
    check: TagView | None = None
    trouble: tuple[str, str] = ("", "")
    can_print: bool = True


@dataclass(frozen=True)
class PrintJobView:
    """A print job that waits, or about which a person has to decide.

    Attributes:
        answers: what can be said of it, see `print_desk.Answer`; none of a job that only waits.
    """

    id: str
    title: str
    detail: str
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class CameraCardView:
    """The camera's card.

    Attributes:
        trouble: stands in place of the measures while there is no picture: what happened, what to do.
        empty: stands in place of the picture.
        refused: what was asked of the camera and it does not do, each with what to do.
        lockable: its exposure and focus can be asked to be held; `why_not_lock` says why this person may not.
    """

    state: TagView
    name: str
    trouble: tuple[str, str] = ("", "")
    refused: tuple[tuple[str, str], ...] = ()
    lockable: bool = False
    why_not_lock: str = ""
    can_reconnect: bool = True
    empty: str = ""


@dataclass(frozen=True)
class CalibrationView:
    """The measuring of a camera's limits or colour card: two sentences, which may be empty, and what can be done.

    `at_rest`: nothing is measured or proposed just now.
    """

    text: str
    to_do: str
    actions: tuple[ActionView, ...]
    good: bool = False
    at_rest: bool = False


@dataclass(frozen=True)
class MeterView:
    """A measure: its value in words, as a share (0–1) of its scale, with its limits as shares; `fine` within them."""

    label: str
    value: str
    share: float
    limits: tuple[float, ...] = ()
    fine: bool = True


@dataclass(frozen=True)
class SyncView:
    """The sync's card: how much waits, since when, how the link is."""

    state: TagView
    waiting: int
    waiting_words: str
    facts: tuple[FactView, ...] = ()
    trouble: tuple[str, str] = ("", "")
    can_sync: bool = False


@dataclass(frozen=True)
class StorageView:
    """The storage's card. Shares (0–1) of the disk: `other` things, `here` photos, and of these `unsynced` ones."""

    free: str
    other: float
    here: float
    unsynced: float
    facts: tuple[FactView, ...] = ()
    sentence: str = ""


@dataclass(frozen=True)
class CentreView:
    """The centre's card: who the station is there, or the form to enrol with; `reason` why nobody may just now.

    `revoked`: it was enrolled and has to be anew, so both are shown.
    """

    enrolled: bool
    facts: tuple[FactView, ...] = ()
    address: str = ""
    reason: str = ""
    busy: bool = False
    trouble: tuple[str, str] = ("", "")
    revoked: bool = False


@dataclass(frozen=True)
class AttentionRowView:
    """A record or photo the centre refused.

    Attributes:
        number: RT or tracking number, or the start of its id; `place` what it is, of which parcel, since when.
        what, to_do: why, and what to do. done: the last thing done about it. seen: somebody has acknowledged it.
    """

    id: str
    inspection_id: str
    item_id: str
    number: str
    place: str
    what: str
    to_do: str
    done: str = ""
    seen: bool = False


@dataclass(frozen=True)
class AttentionView:
    """What needs attention, with the id of the `chosen` row; `open` counts what nobody has acknowledged.

    `reason` says why it may not be tried again by this person; `exported` where the last file lies.
    """

    rows: tuple[AttentionRowView, ...] = ()
    chosen: str = ""
    open: int = 0
    reason: str = ""
    exported: str = ""


@dataclass(frozen=True)
class AboutView:
    """Version, station and folders, and whose work is inside: (name, licence)."""

    facts: tuple[FactView, ...]
    parts: tuple[tuple[str, str], ...]
