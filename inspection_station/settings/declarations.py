"""Every setting, declared once: type, default, meaning, who may change it, what it may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

from inspection_station.errors import N_, StationProblem
from inspection_station.settings.camera_words import camera_control_fault, camera_source_fault
from inspection_station.settings.declaring import (
    Declaration,
    Role,
    Value,
    folder_fault,
    itf_fault,
    port_fault,
    setting,
    time_zone_fault,
    url_fault,
)
from inspection_station.settings.printing import (
    LabelSettings,
    PaperPrinterSettings,
    PrinterSettings,
    TotePrinterSettings,
)

__all__ = ["DECLARATIONS", "SECTIONS", "Declaration", "Role", "Settings", "Value", "declaration"]


@dataclass(frozen=True)
class StationSettings:
    """The bench itself and how its window looks."""

    language: str = setting("zh_CN", N_("Language of screens and labels"), "inspector", choices=("zh_CN", "en"))
    theme: str = setting("light", N_("Colours of the window"), "inspector", choices=("light", "dark"))
    text_size: int = setting(100, N_("Size of text, %"), "inspector", choices=(100, 115, 130))
    reduce_motion: bool = setting(False, N_("No moving parts on the screen"), "inspector")
    site_name: str = setting("", N_("Name of the site as people say it"), "administrator")
    time_zone: str = setting(
        "Asia/Shanghai", N_("Time zone of the site (IANA name)"), "administrator", fault=time_zone_fault
    )
    shift_target: int = setting(120, N_("Inspections aimed at in a shift"), "lead", between=(1, 5000))
    data_folder: str = setting(
        "", N_("Folder of records and photos; empty means this machine's own"), "administrator", fault=folder_fault
    )


@dataclass(frozen=True)
class CameraSettings:
    """A camera at the bench. An address may hold the camera's name and password; it is never logged with them."""

    source: str = setting(
        "simulated",
        N_("Camera: simulated, none, usb: with its number or name, an http:// or rtsp:// address, file: with a path"),
        "inspector",
        fault=camera_source_fault,
    )
    width: int = setting(1920, N_("Width of a photo, pixels"), "lead", between=(640, 8192))
    height: int = setting(1080, N_("Height of a photo, pixels"), "lead", between=(480, 8192))
    exposure: str = setting(
        "automatic", N_("Exposure of a USB camera: automatic, locked, or a number of its driver"), "lead",
        fault=camera_control_fault,
    )  # fmt: skip
    focus: str = setting(
        "automatic", N_("Focus of a USB camera: automatic, locked, or a number of its driver"), "lead",
        fault=camera_control_fault,
    )  # fmt: skip


@dataclass(frozen=True)
class OverheadCameraSettings(CameraSettings):
    """The camera over the bench, under which parcels are opened."""

    auto_parcel_photo: bool = setting(
        True, N_("The outside photo is taken by itself when a parcel is scanned"), "lead"
    )


@dataclass(frozen=True)
class SideCameraSettings(CameraSettings):
    """The second camera at the bench, beside the item; the same settings, of its own."""

    source: str = setting(
        "none",
        N_("Second camera, at the side: none, or as the first"),
        "inspector",
        fault=camera_source_fault,
    )


@dataclass(frozen=True)
class PhotoLimitSettings:
    """From where on a photo of the camera overhead is not counted; measured for the camera they name."""

    camera: str = setting(
        "", N_("Camera these limits were measured with; empty means any. Another camera has the usual limits"), "lead"
    )
    sharpness: int = setting(
        315, N_("Least sharpness of a photo, thousandths (sharp: from 340)"), "lead", between=(50, 700)
    )
    dark_mean: int = setting(45, N_("Least mean brightness of a photo, 0–255"), "lead", between=(0, 255))
    dark_highlights: int = setting(
        125, N_("Least brightness of the brightest hundredth of a photo, 0–255"), "lead", between=(0, 255)
    )
    bright_mean: int = setting(235, N_("Greatest mean brightness of a photo, 0–255"), "lead", between=(0, 255))
    bright_share: int = setting(
        250, N_("Greatest share of blown-out pixels in a photo, thousandths"), "lead", between=(0, 1000)
    )
    glare_share: int = setting(
        16, N_("Greatest share of soft reflections in a photo, thousandths"), "lead", between=(0, 1000)
    )


@dataclass(frozen=True)
class SidePhotoLimitSettings(PhotoLimitSettings):
    """The same for the second camera, at the side."""


@dataclass(frozen=True)
class WhiteBalanceSettings:
    """How the camera overhead shows its colour card; for judging and warning only, no photo is changed by it."""

    camera: str = setting(
        "", N_("Camera whose colour card was measured; empty, or for another camera, grey is the measure"), "lead"
    )
    red_green: int = setting(
        0, N_("Colour of the card as the camera shows it, a* in tenths (red above 0)"), "lead", between=(-300, 300)
    )
    yellow_blue: int = setting(
        0, N_("Colour of the card as the camera shows it, b* in tenths (yellow above 0)"), "lead", between=(-300, 300)
    )
    limit: int = setting(
        40, N_("Greatest colour deviation of the card without a warning, tenths of ΔE"), "lead", between=(5, 300)
    )


@dataclass(frozen=True)
class SideWhiteBalanceSettings(WhiteBalanceSettings):
    """The same for the second camera, at the side."""


@dataclass(frozen=True)
class ScannerSettings:
    """The handheld scanner that types like a keyboard, and one on a serial line."""

    max_gap_ms: int = setting(
        35, N_("Longest gap between two characters of a scan, ms"), "inspector", between=(20, 80)
    )
    without_terminator: bool = setting(False, N_("The scanner sends no Enter after a code"), "inspector")
    serial_port: str = setting(
        "", N_("Serial port of a second scanner, as COM3 or /dev/ttyUSB0; empty means none"), "inspector",
        fault=port_fault,
    )  # fmt: skip
    serial_baud: int = setting(
        9600, N_("Speed of the serial port, baud"), "inspector",
        choices=(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200),
    )  # fmt: skip
    itf_lengths: tuple[int, ...] = setting(
        (14,), N_("Lengths of ITF codes the camera may take without expecting them, digits"), "lead", fault=itf_fault
    )


@dataclass(frozen=True)
class ScaleSettings:
    """A scale on a serial line that sends its weight by itself."""

    in_use: bool = setting(True, N_("Weights are taken from the scale"), "inspector")
    port: str = setting(
        "", N_("Serial port of the scale, as COM4 or /dev/ttyUSB1; empty means none"), "inspector", fault=port_fault
    )
    baud: int = setting(
        9600, N_("Speed of the scale's port, baud"), "inspector",
        choices=(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200),
    )  # fmt: skip


@dataclass(frozen=True)
class CentreSettings:
    """The central server this station reports to."""

    url: str = setting("", N_("Address of the centre; empty means none yet"), "administrator", fault=url_fault)
    authority: str = setting(
        "", N_("PEM file of the authority that vouches for the centre; empty: the system's own"), "administrator"
    )


@dataclass(frozen=True)
class SoundSettings:
    """Sounds at the bench."""

    volume: int = setting(80, N_("Loudness of sounds, %"), "inspector", between=(0, 100))
    error_floor: int = setting(40, N_("Error sounds are never softer than this, %"), "lead", between=(0, 100))


@dataclass(frozen=True)
class RulesSettings:
    """Rules a site may tune."""

    random_check_percent: int = setting(
        5, N_("Share of items sent to the check tote, %"), "lead", between=(0, 100)
    )


@dataclass(frozen=True)
class UndoSettings:
    """Taking back a confirmation."""

    seconds: int = setting(8, N_("Time to undo a confirmation, seconds"), "lead", choices=(8, 20))


@dataclass(frozen=True)
class StorageSettings:
    """Room on the disk."""

    min_free_mb: int = setting(
        500, N_("No new photos with less room than this, MB"), "administrator", between=(50, 1_000_000)
    )
    retention_days: int = setting(
        14, N_("Photos that are safe at the centre stay here this long, days"), "administrator", between=(1, 3650)
    )
    full_percent: int = setting(
        80, N_("From this use of the disk on, safe photos go sooner, %"), "administrator", between=(50, 95)
    )


@dataclass(frozen=True)
class WizardSettings:
    """The card shown at the first start."""

    done: bool = setting(False, N_("The first start's card has been filled in or skipped"), "inspector")


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
    scale: ScaleSettings = ScaleSettings()
    printer: PrinterSettings = PrinterSettings()
    label: LabelSettings = LabelSettings()
    tote_printer: TotePrinterSettings = TotePrinterSettings()
    paper_printer: PaperPrinterSettings = PaperPrinterSettings()
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
