"""Every setting, declared once: type, default, meaning, who may change it, what it may be."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlsplit

from inspection_station.errors import N_, StationProblem
from inspection_station.settings.camera_words import camera_control_fault, camera_source_fault

Role = Literal["inspector", "lead", "administrator"]
Value = str | int | bool | tuple[int, ...]
T = TypeVar("T", str, int, bool, tuple[int, ...])
_ROLES: tuple[Role, ...] = ("inspector", "lead", "administrator")


@dataclass(frozen=True)
class Declaration:
    """What one setting is.

    Attributes:
        key: ``section.name``.
        describes: msgid of its meaning, with the unit.
        changed_by: the lowest role that may change it.
        choices: the only values there are, when not empty.
        lowest, highest: the range of a number, inclusive.
        fault: returns the msgid of what is wrong with a text or a list of numbers, or "".
    """

    key: str
    kind: type
    default: Value
    describes: str
    changed_by: Role
    choices: tuple[Value, ...] = ()
    lowest: int | None = None
    highest: int | None = None
    fault: Callable[[Any], str] | None = None

    def may_be_changed_by(self, role: Role) -> bool:
        """Whether `role`, or one above it, is enough to change this setting."""
        return _ROLES.index(role) >= _ROLES.index(self.changed_by)


def _setting(
    default: T,
    describes: str,
    changed_by: Role,
    *,
    choices: tuple[T, ...] = (),
    between: tuple[int, int] | tuple[None, None] = (None, None),
    fault: Callable[[T], str] | None = None,
) -> T:
    meta = {"describes": describes, "changed_by": changed_by, "choices": choices, "fault": fault,
            "lowest": between[0], "highest": between[1]}  # fmt: skip
    one: T = field(default=default, metadata=meta)
    return one


def _time_zone_fault(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return N_("is not an IANA time zone; right would be Asia/Shanghai")
    return ""


def _folder_fault(text: str) -> str:
    absolute = PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
    return "" if not text or (absolute and "\0" not in text) else N_("must be a full path, or empty")


def _port_fault(text: str) -> str:
    port = re.fullmatch(r"COM[1-9][0-9]{0,2}|/dev/[\w./:+-]{1,200}", text, re.ASCII) and ".." not in text
    return "" if port or not text else N_("must be a port such as COM3 or /dev/ttyUSB0, or empty")


def _itf_fault(lengths: tuple[int, ...]) -> str:
    # Two digits to a pair of bars and gaps; with fewer than four any striped pattern reads as a code.
    right = len(lengths) <= 20 and all(4 <= length <= 80 and length % 2 == 0 for length in lengths)
    return "" if right else N_("must hold even numbers from 4 to 80, twenty at most")


def _host_fault(text: str) -> str:
    known = not text or re.fullmatch(r"[A-Za-z0-9._:-]{1,253}", text)
    return "" if known else N_("must be a host name or an IP address")


def _url_fault(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.username or parts.query or parts.fragment or re.search(r"\s", text):
        return N_("must be an address that begins with https:// or http://, without a password in it")
    return ""


@dataclass(frozen=True)
class StationSettings:
    """The bench itself and how its window looks."""

    language: str = _setting("zh_CN", N_("Language of screens and labels"), "inspector", choices=("zh_CN", "en"))
    theme: str = _setting("light", N_("Colours of the window"), "inspector", choices=("light", "dark"))
    text_size: int = _setting(100, N_("Size of text, %"), "inspector", choices=(100, 115, 130))
    reduce_motion: bool = _setting(False, N_("No moving parts on the screen"), "inspector")
    site_name: str = _setting("", N_("Name of the site as people say it"), "administrator")
    time_zone: str = _setting(
        "Asia/Shanghai", N_("Time zone of the site (IANA name)"), "administrator", fault=_time_zone_fault
    )
    shift_target: int = _setting(120, N_("Inspections aimed at in a shift"), "lead", between=(1, 5000))
    data_folder: str = _setting(
        "", N_("Folder of records and photos; empty means this machine's own"), "administrator", fault=_folder_fault
    )


@dataclass(frozen=True)
class CameraSettings:
    """A camera at the bench. An address may hold the camera's name and password; it is never logged with them."""

    source: str = _setting(
        "simulated",
        N_("Camera: simulated, none, usb: with its number or name, an http:// or rtsp:// address, file: with a path"),
        "inspector",
        fault=camera_source_fault,
    )
    width: int = _setting(1920, N_("Width of a photo, pixels"), "lead", between=(640, 8192))
    height: int = _setting(1080, N_("Height of a photo, pixels"), "lead", between=(480, 8192))
    exposure: str = _setting(
        "automatic", N_("Exposure of a USB camera: automatic, locked, or a number of its driver"), "lead",
        fault=camera_control_fault,
    )  # fmt: skip
    focus: str = _setting(
        "automatic", N_("Focus of a USB camera: automatic, locked, or a number of its driver"), "lead",
        fault=camera_control_fault,
    )  # fmt: skip


@dataclass(frozen=True)
class OverheadCameraSettings(CameraSettings):
    """The camera over the bench, under which parcels are opened."""

    auto_parcel_photo: bool = _setting(
        True, N_("The outside photo is taken by itself when a parcel is scanned"), "lead"
    )


@dataclass(frozen=True)
class SideCameraSettings(CameraSettings):
    """The second camera at the bench, beside the item; the same settings, of its own."""

    source: str = _setting(
        "none",
        N_("Second camera, at the side: none, or as the first"),
        "inspector",
        fault=camera_source_fault,
    )


@dataclass(frozen=True)
class PhotoLimitSettings:
    """From where on a photo of the camera overhead is not counted; measured for the camera they name."""

    camera: str = _setting(
        "", N_("Camera these limits were measured with; empty means any. Another camera has the usual limits"), "lead"
    )
    sharpness: int = _setting(
        315, N_("Least sharpness of a photo, thousandths (sharp: from 340)"), "lead", between=(50, 700)
    )
    dark_mean: int = _setting(45, N_("Least mean brightness of a photo, 0–255"), "lead", between=(0, 255))
    dark_highlights: int = _setting(
        125, N_("Least brightness of the brightest hundredth of a photo, 0–255"), "lead", between=(0, 255)
    )
    bright_mean: int = _setting(235, N_("Greatest mean brightness of a photo, 0–255"), "lead", between=(0, 255))
    bright_share: int = _setting(
        250, N_("Greatest share of blown-out pixels in a photo, thousandths"), "lead", between=(0, 1000)
    )
    glare_share: int = _setting(
        16, N_("Greatest share of soft reflections in a photo, thousandths"), "lead", between=(0, 1000)
    )


@dataclass(frozen=True)
class SidePhotoLimitSettings(PhotoLimitSettings):
    """The same for the second camera, at the side."""


@dataclass(frozen=True)
class WhiteBalanceSettings:
    """How the camera overhead shows its colour card; for judging and warning only, no photo is changed by it."""

    camera: str = _setting(
        "", N_("Camera whose colour card was measured; empty, or for another camera, grey is the measure"), "lead"
    )
    red_green: int = _setting(
        0, N_("Colour of the card as the camera shows it, a* in tenths (red above 0)"), "lead", between=(-300, 300)
    )
    yellow_blue: int = _setting(
        0, N_("Colour of the card as the camera shows it, b* in tenths (yellow above 0)"), "lead", between=(-300, 300)
    )
    limit: int = _setting(
        40, N_("Greatest colour deviation of the card without a warning, tenths of ΔE"), "lead", between=(5, 300)
    )


@dataclass(frozen=True)
class SideWhiteBalanceSettings(WhiteBalanceSettings):
    """The same for the second camera, at the side."""


@dataclass(frozen=True)
class ScannerSettings:
    """The handheld scanner that types like a keyboard, and one on a serial line."""

    max_gap_ms: int = _setting(
        35, N_("Longest gap between two characters of a scan, ms"), "inspector", between=(20, 80)
    )
    without_terminator: bool = _setting(False, N_("The scanner sends no Enter after a code"), "inspector")
    serial_port: str = _setting(
        "", N_("Serial port of a second scanner, as COM3 or /dev/ttyUSB0; empty means none"), "inspector",
        fault=_port_fault,
    )  # fmt: skip
    serial_baud: int = _setting(
        9600, N_("Speed of the serial port, baud"), "inspector",
        choices=(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200),
    )  # fmt: skip
    itf_lengths: tuple[int, ...] = _setting(
        (14,), N_("Lengths of ITF codes the camera may take without expecting them, digits"), "lead", fault=_itf_fault
    )


@dataclass(frozen=True)
class PrinterSettings:
    """Where labels go."""

    kind: str = _setting(
        "pdf_folder", N_("Label printer: none, a folder of PDFs, or a raw network address"), "inspector",
        choices=("none", "pdf_folder", "raw_9100"),
    )  # fmt: skip
    address: str = _setting("", N_("Network address of the label printer"), "inspector", fault=_host_fault)
    port: int = _setting(9100, N_("Network port of the label printer"), "inspector", between=(1, 65535))
    folder: str = _setting(
        "", N_("Folder for labels as PDF; empty means “labels” in the data folder"), "inspector", fault=_folder_fault
    )
    dpi: int = _setting(203, N_("Dots per inch of the label printer"), "lead", choices=(203, 300))


@dataclass(frozen=True)
class LabelSettings:
    """The label stuck on an inspected item."""

    size: str = _setting("60x40", N_("Size of the inspection label, mm"), "lead", choices=("60x40",))


@dataclass(frozen=True)
class CentreSettings:
    """The central server this station reports to."""

    url: str = _setting("", N_("Address of the centre; empty means none yet"), "administrator", fault=_url_fault)


@dataclass(frozen=True)
class SoundSettings:
    """Sounds at the bench."""

    volume: int = _setting(80, N_("Loudness of sounds, %"), "inspector", between=(0, 100))
    error_floor: int = _setting(40, N_("Error sounds are never softer than this, %"), "lead", between=(0, 100))


@dataclass(frozen=True)
class RulesSettings:
    """Rules a site may tune."""

    random_check_percent: int = _setting(
        5, N_("Share of items sent to the check tote, %"), "lead", between=(0, 100)
    )


@dataclass(frozen=True)
class UndoSettings:
    """Taking back a confirmation."""

    seconds: int = _setting(8, N_("Time to undo a confirmation, seconds"), "lead", choices=(8, 20))


@dataclass(frozen=True)
class StorageSettings:
    """Room on the disk."""

    min_free_mb: int = _setting(
        500, N_("No new photos with less room than this, MB"), "administrator", between=(50, 1_000_000)
    )


@dataclass(frozen=True)
class WizardSettings:
    """The card shown at the first start."""

    done: bool = _setting(False, N_("The first start's card has been filled in or skipped"), "inspector")


@dataclass(frozen=True)
class Settings:
    """All settings in force and where each comes from. Immutable: read them again after a change."""

    station: StationSettings = StationSettings()
    camera: OverheadCameraSettings = OverheadCameraSettings()
    side_camera: SideCameraSettings = SideCameraSettings()
    photo_limits: PhotoLimitSettings = PhotoLimitSettings()
    side_photo_limits: SidePhotoLimitSettings = SidePhotoLimitSettings()
    white_balance: WhiteBalanceSettings = WhiteBalanceSettings()
    side_white_balance: SideWhiteBalanceSettings = SideWhiteBalanceSettings()
    scanner: ScannerSettings = ScannerSettings()
    printer: PrinterSettings = PrinterSettings()
    label: LabelSettings = LabelSettings()
    centre: CentreSettings = CentreSettings()
    sound: SoundSettings = SoundSettings()
    rules: RulesSettings = RulesSettings()
    undo: UndoSettings = UndoSettings()
    storage: StorageSettings = StorageSettings()
    wizard: WizardSettings = WizardSettings()
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)

    def value(self, key: str) -> Value:
        """The value of ``section.name``; `StationProblem` ``settings.unknown_key`` when there is no such setting."""
        section, _, name = declaration(key).key.partition(".")
        return cast(Value, getattr(getattr(self, section), name))

    def origin(self, key: str) -> str:
        """Where the value comes from: "default", ``file:line``, a variable's name, or "command line"."""
        return self.origins.get(declaration(key).key, "default")

    def items(self) -> Iterator[tuple[Declaration, Value, str]]:
        """Every setting with its value and origin, in the order of declaration."""
        for declared in DECLARATIONS.values():
            yield declared, self.value(declared.key), self.origin(declared.key)


SECTIONS: Mapping[str, Any] = {one.name: type(one.default) for one in fields(Settings) if one.name != "origins"}


def _declared() -> Iterator[Declaration]:
    for section, kind in SECTIONS.items():
        for one in fields(kind):
            yield Declaration(f"{section}.{one.name}", type(one.default), cast(Value, one.default), **one.metadata)


DECLARATIONS: Mapping[str, Declaration] = {declared.key: declared for declared in _declared()}


def declaration(key: str) -> Declaration:
    """What the setting ``section.name`` is; `StationProblem` ``settings.unknown_key`` when there is none."""
    if key not in DECLARATIONS:
        raise StationProblem(
            "settings.unknown_key",
            N_("There is no setting “{key}”."),
            N_("“inspection-station config show” lists all of them."),
            key=key,
        )
    return DECLARATIONS[key]
