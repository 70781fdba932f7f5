"""The camera's card in words: which cameras there are, how one is, what it refused, its limits measured anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from inspection_station.devices.camera_feed import PLAIN
from inspection_station.devices.camera_usb import AUTOMATIC, LOCKED, UsbDevice
from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits
from inspection_station.evidence.ruler import Ruler
from inspection_station.evidence.white_balance import Shade, deviation
from inspection_station.i18n import sentences, translate
from inspection_station.settings import Settings, Value
from inspection_station.settings.camera_words import without_password
from inspection_station.station.presenting.words import joined
from inspection_station.station.settings_views import (
    CalibrationView,
    CameraCardView,
    MeterView,
    SettingView,
)
from inspection_station.station.views import ActionView, TagView

SHARPEST = 0.7  # steepness of the clearest edge there can be (see `imaging.QualityLimits`)
MOST_GLARE = 0.05  # share of glare at which the meter is full
MOST_DEVIATION = 10.0  # ΔE at which the meter is full
SIZES = {"1280x720": "720p", "1920x1080": "1080p", "3840x2160": "4K"}
NETWORK = "network"
"""Stands for any camera at an address; never a setting itself."""

_ADDRESS = ("http", "https", "rtsp", "rtsps")
_OK, _ATTENTION, _FAULT = "mdi6.check-circle", "mdi6.alert", "mdi6.alert-octagon"


# --- which cameras there are -----------------------------------------------------------------------------


def kind_of(source: str) -> str:
    """What a camera's setting is about: usb, network, simulated, none or file."""
    kind = source.partition(":")[0]
    return "network" if kind in _ADDRESS else kind


def _same(device: UsbDevice, source: str) -> bool:
    return source in (device.source, f"usb:{device.number}", f"usb:{device.stable_name}", f"usb:{device.label}")


def _label(device: UsbDevice) -> str:
    number = f"USB {device.number}"
    return number if device.label == number else f"{device.label} ({number})"


def source_choices(found: Sequence[UsbDevice], source: str) -> tuple[tuple[str, str], ...]:
    """What can be chosen: the cameras found, that of `source` though it is not found, and what always is there."""
    choices: list[tuple[str, str]] = []
    for device in found:
        # Named as the setting names it, so that the one in force is seen to be.
        choices.append((source if _same(device, source) else device.source, _label(device)))
    kind = kind_of(source)
    if kind == "file" or (kind == "usb" and source not in (value for value, _ in choices)):
        choices.append((source, _named(source, found)))
    return (*choices, (NETWORK, translate("Network")), ("simulated", translate("Demo")), ("none", translate("None")))


def none_found(found: Sequence[UsbDevice] | None, *, watched: bool) -> str:
    """Says that no camera was found on USB, once it was looked; `watched`: one plugged in later appears by itself."""
    if found is None or found:
        return ""
    return joined(
        [translate("No camera found on USB"), translate("It appears by itself once plugged in") if watched else ""]
    )


def _named(source: str, found: Sequence[UsbDevice]) -> str:
    for device in found:
        if _same(device, source):
            return _label(device)
    name = without_password(source).replace("usb:", "USB ")
    return {"simulated": translate("Demo pictures"), "none": translate("None")}.get(source, name)


# --- settings of one camera ------------------------------------------------------------------------------


def size_choices(size: str) -> tuple[tuple[str, str], ...]:
    """The sizes of photos to choose from; `size` (as ``1920x1080``) is among them."""
    known = tuple(SIZES.items())
    return known if size in SIZES else (*known, (size, size.replace("x", " × ")))


def size_views(settings: Settings, reason: Callable[[str], str]) -> dict[str, SettingView]:
    """Width and height of each camera's photos as one setting, ``camera.size`` and ``side_camera.size``."""
    views = {}
    for place in ("camera", "side_camera"):
        width, height = settings.value(f"{place}.width"), settings.value(f"{place}.height")
        why = reason(f"{place}.width") or reason(f"{place}.height")
        views[f"{place}.size"] = SettingView(f"{place}.size", f"{width}x{height}", why)
    return views


def changes_of(key: str, value: Value) -> dict[str, Value]:
    """The settings that a row of the page stands for, with their values."""
    place, _, name = key.partition(".")
    match = re.fullmatch(r"([0-9]{2,5})x([0-9]{2,5})", str(value)) if name == "size" and "camera" in place else None
    if match is None:
        return {key: value}
    return {f"{place}.width": int(match[1]), f"{place}.height": int(match[2])}


def row_of(key: str) -> str:
    """The row of the page that stands for a setting."""
    return re.sub(r"^((?:side_)?camera)\.(?:width|height)$", r"\1.size", key)


def locked(place: str) -> dict[str, Value]:
    """The settings of a camera that holds exposure and focus."""
    return {f"{place}.exposure": LOCKED, f"{place}.focus": LOCKED}


def held(control: str) -> tuple[bool, str]:
    """Whether exposure or focus is held, and a driver's number it is held at, in words."""
    number = control if control not in (AUTOMATIC, LOCKED) else ""
    return control != AUTOMATIC, translate("at {n}, a number of its driver", n=number) if number else ""


# --- how it is -------------------------------------------------------------------------------------------


def camera(
    state: str,
    source: str,
    size: tuple[int, int] | None,
    problem: StationProblem | None = None,
    *,
    rate: float = 0.0,
    found: Sequence[UsbDevice] = (),
    refusals: Sequence[StationProblem] = (),
) -> CameraCardView:
    """The camera named `source`.

    Args:
        size: of its pictures, in pixels.
        problem: why there are none.
        rate: pictures that came in a second.
        found: the cameras that are plugged in.
        refusals: what was asked of it and it does not do.
    """
    name = _named(source, found)
    if state == "live":
        fps = f"{rate:.0f} fps" if rate >= 9.5 else f"{rate:.1f} fps"
        if kind_of(source) == NETWORK:  # the whole address stands in its field
            name = urlsplit(source).hostname or name
        words = joined([name, f"{size[0]} × {size[1]}" if size else "", fps if rate else ""])
        refused = tuple(sentences(one) for one in refusals)
        return CameraCardView(TagView(translate("Fine"), "ok", _OK), words, refused=refused)
    if source == "none":
        return CameraCardView(TagView(translate("None"), "neutral"), name, empty=translate("None is set up"))
    empty = translate("No picture")
    if problem is not None and problem.code not in PLAIN:
        return CameraCardView(TagView(translate("No picture"), "error", _FAULT), name, sentences(problem), empty=empty)
    if state == "lost":
        return CameraCardView(
            TagView(translate("No picture"), "error", _FAULT), name,
            (translate("No picture from the camera"), translate("Check the USB cable; reconnecting by itself")),
            empty=empty,
        )  # fmt: skip
    hint = (translate("No camera found"), translate("It appears by itself once plugged in"))
    return CameraCardView(TagView(translate("Not found"), "warn", _ATTENTION), name, hint, empty=empty)


@dataclass(frozen=True)
class WhiteBalance:
    """How the camera shows the card in the middle of the picture.

    Attributes:
        shade: of the card; None while there is none.
        reference: of the card when it was measured with this camera; None when grey is the measure.
        limit: greatest deviation without a warning, ΔE.
    """

    shade: Shade | None = None
    reference: Shade | None = None
    limit: float = 4.0

    @property
    def deviation(self) -> float | None:
        """From the reference, ΔE; None without a card."""
        return None if self.shade is None else deviation(self.shade, self.reference)

    @property
    def deviates(self) -> bool:
        """Whether it is worth a warning."""
        return self.deviation is not None and self.deviation > self.limit


def white_balance_of(settings: Settings, place: str, camera_name: str, shade: Shade | None) -> WhiteBalance:
    """How the camera called `camera_name` at `place` (camera or side_camera) shows a card of `shade`."""
    kept = settings.side_white_balance if place == "side_camera" else settings.white_balance
    reference = Shade(0.0, kept.red_green / 10, kept.yellow_blue / 10)
    return WhiteBalance(shade, reference if kept.camera and kept.camera == camera_name else None, kept.limit / 10)


def white_changes(place: str, camera_name: str, reference: Shade) -> dict[str, Value]:
    """The settings that hold how the camera called `camera_name` at `place` shows the card."""
    section = "side_white_balance" if place == "side_camera" else "white_balance"
    return {
        f"{section}.camera": camera_name,
        f"{section}.red_green": round(reference.red_green * 10),
        f"{section}.yellow_blue": round(reference.yellow_blue * 10),
    }


def usual_limits(place: str) -> dict[str, Value]:
    """The settings with which the camera at `place` has the usual limits, and grey for the measure of its white."""
    return {**limit_changes(place, "", QualityLimits()), **white_changes(place, "", Shade(0.0))}


def meters(
    quality: PhotoQuality | None, limits: QualityLimits | None = None, white: WhiteBalance | None = None
) -> tuple[MeterView, ...]:
    """Sharpness, light, glare and colour of the live picture against what a photo of this camera must have."""
    limits = limits or QualityLimits()
    names = (translate("Sharpness"), translate("Brightness"), translate("Glare"))
    colour = _colour_meter(white or WhiteBalance(), bool(quality))
    scales = (
        (limits.sharpness / SHARPEST,),
        (limits.dark_mean / 255, limits.bright_mean / 255),
        (limits.glare_share / MOST_GLARE,),
    )
    if quality is None:
        return (*(MeterView(name, "–", 0.0, scale) for name, scale in zip(names, scales, strict=True)), colour)
    lit = limits.dark_mean <= quality.brightness <= limits.bright_mean
    return (
        MeterView(names[0], f"{quality.sharpness * 100:.0f}", quality.sharpness / SHARPEST, scales[0],
                  quality.sharpness >= limits.sharpness),
        MeterView(names[1], f"{quality.brightness:.0f} / 255", quality.brightness / 255, scales[1], lit),
        MeterView(names[2], f"{quality.glare_share * 100:.1f} %", quality.glare_share / MOST_GLARE, scales[2],
                  quality.glare_share <= limits.glare_share),
        colour,
    )  # fmt: skip


def _colour_meter(white: WhiteBalance, live: bool) -> MeterView:
    name, scale = translate("Colour deviation"), (white.limit / MOST_DEVIATION,)
    found = white.deviation if live else None
    if found is None:
        return MeterView(name, translate("no card") if live else "–", 0.0, scale)
    return MeterView(name, f"{found:.1f} ΔE", found / MOST_DEVIATION, scale, not white.deviates)


# --- its limits measured anew ----------------------------------------------------------------------------


@dataclass(frozen=True)
class CalibrationState:
    """How far the measuring of a camera's limits, or of its colour card, is.

    Attributes:
        card: the colour card is measured, not the limits.
        left: pictures still to be measured; None while nothing is measured.
        proposal: what came of it, until a person accepts or discards it.
        ruler: the ruler found in the picture.
        problem: why nothing is proposed.
        kept: the proposal is in force.
        reference: the shade of the colour card, until a person accepts or discards it.
        undo: settings that were in force before the usual limits were taken.
    """

    card: bool = False
    left: int | None = None
    proposal: QualityLimits | None = None
    ruler: Ruler | None = None
    problem: StationProblem | None = None
    kept: bool = False
    reference: Shade | None = None
    undo: Mapping[str, Value] | None = None


def calibration(
    state: CalibrationState, *, live: bool, why_not: str, white: WhiteBalance | None = None, usual: bool = True
) -> CalibrationView:
    """The measuring of a camera's limits or colour card.

    Args:
        why_not: why this person may not set them.
        white: how the card is shown now.
        usual: the usual limits are in force.
    """
    if state.left is not None:
        leave = translate("Leave a light article and the ruler flat in the picture.")
        return CalibrationView(
            translate("Measuring: {n} pictures to go", n=state.left),
            translate("Leave the card's grey or white in the middle of the picture.") if state.card else leave,
            (ActionView("stop_calibrating", translate("Stop"), "mdi6.close"),),
            good=True,
        )
    if state.proposal is not None:
        wanted = state.proposal
        ruler = (
            translate("Ruler found: {n} pixels per mm", n=f"{state.ruler.pixels_per_mm:.1f}")
            if state.ruler is not None
            else translate("No ruler found in the picture")
        )
        text = translate(
            "Proposed: sharpness from {sharpness}, brightness {dark}–{bright}, glare up to {glare} %",
            sharpness=f"{wanted.sharpness * 100:.0f}", dark=round(wanted.dark_mean), bright=round(wanted.bright_mean),
            glare=f"{wanted.glare_share * 100:.1f}",
        )  # fmt: skip
        return CalibrationView(text, ruler, (
            ActionView("use_limits", translate("Use these limits"), "mdi6.check", enabled=not why_not),
            ActionView("discard_limits", translate("Discard"), "mdi6.close"),
        ), good=True)  # fmt: skip
    if state.reference is not None:
        return CalibrationView(
            translate("The card is shown {difference} ΔE from grey", difference=f"{deviation(state.reference):.1f}"),
            translate("From then on the colours are compared with the card; no photo is changed."), (
                ActionView("use_card", translate("Keep this card"), "mdi6.check", enabled=not why_not),
                ActionView("discard_limits", translate("Discard"), "mdi6.close"),
            ), good=True,
        )  # fmt: skip
    return _at_rest(state, live and not why_not, not why_not and not usual, white or WhiteBalance())


def _at_rest(state: CalibrationState, can_measure: bool, can_reset: bool, white: WhiteBalance) -> CalibrationView:
    begin = (
        ActionView("calibrate", translate("Calibrate with ruler"), "mdi6.ruler", enabled=can_measure),
        ActionView("calibrate_card", translate("Calibrate with colour card"), "mdi6.palette-outline",
                   enabled=can_measure),
    )  # fmt: skip
    reset = (ActionView("usual_limits", translate("Usual limits"), "mdi6.restore"),) if can_reset else ()
    if state.problem is not None:
        return CalibrationView(*sentences(state.problem), (*begin, *reset), at_rest=True)
    if state.undo is not None:
        undo = ActionView("undo_usual", translate("Undo"), "mdi6.undo-variant")
        return CalibrationView(
            translate("The usual limits are in force for this camera"), "", (*begin, undo), good=True, at_rest=True
        )
    if white.deviates and white.deviation is not None:
        return CalibrationView(
            translate("The card is shown with a tint: {difference} ΔE", difference=f"{white.deviation:.1f}"),
            translate("Check the lamp and the camera's white balance; photos are stored as they come."),
            (*begin, *reset), at_rest=True,
        )  # fmt: skip
    kept = translate("Colour card kept for this camera") if state.card else translate("Limits set for this camera")
    return CalibrationView(kept if state.kept else "", "", (*begin, *reset), good=True, at_rest=True)


def limit_changes(place: str, camera_name: str, limits: QualityLimits) -> dict[str, Value]:
    """The settings that hold `limits` for the camera called `camera_name` at `place` (camera or side_camera)."""
    section = "side_photo_limits" if place == "side_camera" else "photo_limits"
    values: Mapping[str, Value] = {
        "camera": camera_name,
        "sharpness": round(limits.sharpness * 1000),
        "dark_mean": round(limits.dark_mean),
        "dark_highlights": round(limits.dark_highlights),
        "bright_mean": round(limits.bright_mean),
        "bright_share": round(limits.bright_share * 1000),
        "glare_share": round(limits.glare_share * 1000),
    }
    return {f"{section}.{name}": value for name, value in values.items()}
