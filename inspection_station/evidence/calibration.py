"""The limits of a camera, proposed from reference frames: a bright article, flat and sharp, with colour card and ruler.

Cameras differ in how sharp their sharpest picture is and how bright their bench is; limits found with one refuse all
of another's pictures, or none. The proposal keeps the distance between a good picture and the limit that the usual
limits have (`QualityLimits`).
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from inspection_station.errors import N_, StationProblem
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits

USUAL_SHARPNESS = 0.36  # of a sharp picture, when the limit is the usual one
USUAL_BRIGHTNESS = 130.0  # mean, of a bench lit as the usual limits expect it
USUAL_HIGHLIGHTS = 225.0
SHARPEST, SOFTEST = 0.45, 0.18
_STEPS = 1000  # limits are kept in thousandths


def propose_limits(frames: Sequence[PhotoQuality]) -> QualityLimits:
    """Limits for the camera that took the reference `frames` (as `imaging.assess` measured them).

    Raises:
        StationProblem: ``camera.reference_unfit``: blurred, dark or blown out themselves; nothing is proposed then.
    """
    if not frames:
        raise _unfit()
    usual = QualityLimits()
    middle = statistics.median
    sharpness, brightness = middle(one.sharpness for one in frames), middle(one.brightness for one in frames)
    highlights = middle(one.highlights for one in frames)
    blown_out, glare = middle(one.blown_out_share for one in frames), middle(one.glare_share for one in frames)
    if sharpness < SOFTEST or brightness < 40 or highlights < 90 or blown_out > 0.2 or glare > 0.05:
        raise _unfit()
    least_sharp = usual.sharpness * sharpness / USUAL_SHARPNESS
    return QualityLimits(
        sharpness=_thousandths(min(max(least_sharp, 0.8 * SOFTEST), SHARPEST)),
        dark_mean=round(min(usual.dark_mean * brightness / USUAL_BRIGHTNESS, 90)),
        dark_highlights=round(min(usual.dark_highlights * highlights / USUAL_HIGHLIGHTS, 160)),
        bright_mean=round(min(max(usual.bright_mean * brightness / USUAL_BRIGHTNESS, 180), 245)),
        bright_share=_thousandths(max(usual.bright_share, 1.5 * blown_out)),
        glare_share=_thousandths(usual.glare_share + glare),
    )


def _thousandths(value: float) -> float:
    return round(value * _STEPS) / _STEPS


def _unfit() -> StationProblem:
    return StationProblem(
        "camera.reference_unfit",
        N_("These pictures are no reference: blurred, too dark or too bright."),
        N_("Lay a light article with the ruler flat under the camera, set focus and light, and measure again."),
    )
