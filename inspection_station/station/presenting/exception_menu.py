"""What the screens behind E show: the menu of exceptions, damage in transit, what is missing from a parcel."""

from __future__ import annotations

from inspection_station.i18n import localised, translate
from inspection_station.station.flow import exception_acts
from inspection_station.station.flow.state import BenchState
from inspection_station.station.page_views import BannerView, CandidateView, ExceptionView, SideView
from inspection_station.station.presenting.frame import context
from inspection_station.station.presenting.words import Showing, item_name
from inspection_station.station.views import ActionView, CameraView, PrimaryView, TagView
from inspection_station.workflows.case import template_of
from inspection_station.workflows.exceptions import untouched


def _back() -> ActionView:
    return ActionView("back", translate("Back"), "mdi6.arrow-left", "Esc")


def _choice(key: int | str, text: str, detail: str) -> CandidateView:
    return CandidateView(str(key), text, detail, TagView("", "neutral"), str(key))


def menu(showing: Showing, state: BenchState) -> ExceptionView:
    """What kind of exception it is (key E)."""
    words = {
        "wrong_item": (translate("Wrong item"), translate("Not what was ordered, though no code says so")),
        "extra_item": (translate("One more item"), translate("More in the parcel than was announced")),
        "empty_parcel": (translate("Empty parcel"), translate("Keep the box and the filling")),
        "outside_damaged": (translate("Outer box damaged"), translate("Only before opening: photograph it first")),
        "missing_unit": (translate("This item is missing"), translate("Look in the box again first")),
        "serial_differs": (translate("Serial number differs"), translate("On the item or its box, seen by eye")),
        "hazardous": (translate("Hazardous"), translate("Leaking, swollen, sharp: put it down, call the lead")),
        "other": (translate("Something else"), translate("In a few words; a lead decides")),
        "counterfeit": (translate("Suspected counterfeit"), translate("A second person confirms it")),
        "weigh": (translate("Weigh the parcel"), translate("Only before opening: the scale's weight, or typed")),
        "outside_wet": (translate("Outer box wet"), translate("Only before opening: photograph it first")),
    }
    offered = exception_acts.offered(state)
    return ExceptionView(
        BannerView(
            translate("What is the matter"), translate("Choose by its digit; Esc goes back."), "info",
            "mdi6.help-rhombus-outline",
        ),
        PrimaryView(translate("Choose a digit"), "", "mdi6.gesture-tap", "Enter", enabled=False),
        (_back(),),
        wide=True,
        columns=3,
        subtitle=translate("A required photo that cannot be taken: a lead scans the badge on the parcel's screen."),
        candidates=tuple(
            _choice(key, *words[name]) for key, name in exception_acts.CHOICES.items() if name in offered
        ),
        context=context(showing, state.open_case),
    )  # fmt: skip


def damage(showing: Showing, state: BenchState) -> ExceptionView:
    """The outer box was damaged: is the item damaged too?"""
    case = state.open_case
    template = template_of(showing.desk, case.inspection.item())
    choices = []
    for place, (code, row, kind) in enumerate(exception_acts.damage_choices(showing.desk, state), start=1):
        question = template.question(row)
        word = next(one for one in question.types if one.id == kind and one.code == code)
        noun = localised({"zh": question.noun_zh, "en": question.noun_en})
        choices.append(_choice(place, localised({"zh": word.zh, "en": word.en}), noun))
    return ExceptionView(
        BannerView(
            translate("Outer box damaged"), translate("Is the item damaged too? Choose by its digit."), "warn",
            "mdi6.package-variant-closed-remove",
        ),
        PrimaryView(
            translate("The item is whole"), translate("Its checks go on as usual"), "mdi6.check-bold", "Enter"
        ),
        (_back(),),
        camera=CameraView(),
        columns=2,
        candidates=tuple(choices),
        context=context(showing, case),
    )  # fmt: skip


def rest_missing(showing: Showing, state: BenchState) -> ExceptionView:
    """Another parcel was scanned while units of this one were not found."""
    case = state.open_case
    left = untouched(case)
    sides = tuple(
        SideView(
            translate("Not found"), item.sku, showing.catalogue(line) if (line := case.line(item)) else None,
            item_name(item), empty=translate("No catalogue photo"),
        )
        for item in left[:2]
    )  # fmt: skip
    names = localised({"zh": "、", "en": ", "}).join(item_name(item) for item in left)
    return ExceptionView(
        BannerView(
            translate("{n} missing", n=len(left)),
            translate("{names}: look in the box again, then record it.", names=names), "warn",
            "mdi6.package-variant-remove", (names,),
        ),
        PrimaryView(
            translate("Record as missing"), translate("Close this parcel, open the one scanned"),
            "mdi6.clipboard-alert-outline", "Enter",
        ),
        (_back(),),
        context=context(showing, case),
        sides=sides,
    )  # fmt: skip
