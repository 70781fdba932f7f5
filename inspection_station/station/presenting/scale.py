"""The scale in words: what it shows, how it is, and weights as people say them."""

from __future__ import annotations

from inspection_station.devices.serial_scale import ScaleReading
from inspection_station.domain.inspection import Weighing
from inspection_station.errors import StationProblem
from inspection_station.i18n import N_, sentences, translate
from inspection_station.station.settings_views import ScaleView
from inspection_station.station.views import TagView

FORMS = {
    "text": N_("Lines of text (CAS, A&D and others)"),
    "mt_sics": N_("MT-SICS"),
    "yaohua": N_("Yaohua XK3190-A9"),
    "reversed": N_("Yaohua XK3190-A12, display reversed"),
    "mettler": N_("Mettler Toledo continuous"),
}
"""The formats by which a scale was understood."""
OK, ATTENTION, FAULT = "mdi6.check-circle", "mdi6.alert", "mdi6.alert-octagon"


def weight_words(grams: int) -> str:
    """A weight in grams as people read it: 1,250 g."""
    return f"{grams:,} g"


def weighing_words(weighed: Weighing | None) -> str:
    """What a parcel weighed before it was opened, beside what had left; empty when nobody weighed it."""
    if weighed is None:
        return ""
    here = weight_words(weighed.grams)
    return translate("{here} ({left} had left)", here=here, left=weight_words(weighed.outbound)) if (
        weighed.outbound
    ) else here


def scale_card(state: str, reading: ScaleReading, problem: StationProblem | None, ports: str = "") -> ScaleView:
    """The scale's card; `state` is live, lost, absent, or empty when none is in use."""
    if not state:
        return ScaleView(TagView(translate("Not in use"), "neutral"), ports=ports)
    if state != "live":
        gone = problem is None or problem.code == "scale.absent"
        tag = TagView(translate("Not found") if gone else translate("Needs care"), "warn", ATTENTION)
        if state == "lost":
            tag = TagView(translate("Unplugged"), "error", FAULT)
        told = (translate("No scale on this port"), translate("It appears by itself once it is plugged in."))
        return ScaleView(tag, trouble=told if gone or problem is None else sentences(problem), ports=ports)
    if not reading.form:
        told = (translate("The scale says nothing that can be read"),
                translate("Set it to send its weight continuously, and the same baud here."))  # fmt: skip
        return ScaleView(TagView(translate("Silent"), "warn", ATTENTION), trouble=told, ports=ports)
    form = translate(FORMS.get(reading.form, reading.form))
    if reading.grams is None:
        return ScaleView(TagView(translate("No weight"), "warn", ATTENTION), form=form)
    rests = TagView(translate("At rest"), "ok", OK)
    moves = TagView(translate("Moving"), "neutral", "mdi6.swap-vertical")
    return ScaleView(rests if reading.stable else moves, weight_words(reading.grams), form)
