"""Why something may not be done with an item, a tote or a document, in words: what is so, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.station.presenting.house_items import short_number
from inspection_station.station.presenting.words import word
from inspection_station.workflows.case import Desk

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "act.not_allowed": (N_("Lead needed"), N_("A lead's badge continues.")),
    "item.unknown": (
        N_("{rt_number} is not known here"), N_("Look whether the station has synced; the item stays where it is.")
    ),
    "item.on_manifest": (
        N_("{rt_number} is on a manifest"), N_("Take it off the manifest first, on the containers' screen.")
    ),
    "item.superseded": (
        N_("{rt_number} counts no more"), N_("Take this label off; {counts} is what counts."),
    ),
    "item.undecided": (N_("{rt_number} has no decision yet"), N_("Finish its inspection first.")),
    "item.held": (N_("{rt_number} is held"), N_("It may not leave until a lead has decided.")),
    "item.under_review": (N_("{rt_number} waits for a lead's review"), N_("Decide it on the sorting board first.")),
    "review.nothing_changed": (N_("{rt_number} is graded and sorted like that already"), N_("Agree with Space.")),
    "review.unknown_code": (N_("The lists do not know “{code}”"), N_("Choose one that is shown.")),
    "review.reason_missing": (N_("A changed decision needs a reason"), N_("Choose one by its digit.")),
    "review.labels_used_up": (N_("{rt_number} had 99 labels; there can be no more"), N_("Inspect it again.")),
    "review.blind_first": (N_("Random check: grade it yourself first"), N_("Then you see the inspector's answer.")),
    "review.conflict": (N_("{rt_number} was decided in two ways"), N_("Choose where it goes, and the reason.")),
    "review.decided_since": (N_("{rt_number} was decided again since"), N_("Look at it and decide anew.")),
    "review.no_double": (N_("{rt_number} has no second record any more"), ""),
    "review.not_blind": (N_("{rt_number} needs no grade of yours first"), ""),
    "arrival.not_a_parcel": (N_("{code} is no parcel's number"), N_("Scan the carrier's label.")),
    "arrival.unknown": (N_("{number} did not come yet"), N_("Scan the parcel first.")),
    "arrival.weight": (N_("{n} g is no parcel's weight"), N_("Type kilograms, such as 1.25.")),
    "shift.same_person": (N_("Somebody else takes the shift over"), N_("Scan the badge of who takes over.")),
    "shift.taker_leads_not": (N_("{name} leads no shift"), N_("A lead's or administrator's badge takes it over.")),
    "tote.unknown": (N_("Tote {tote} is not known here"), N_("Open it: scan the tote, then a disposition code.")),
    "tote.is_free": (N_("Tote {tote} is not open"), N_("Open it: scan the tote, then a disposition code.")),
    "tote.is_open": (N_("Tote {tote} is open for something else"), N_("Close or empty it first.")),
    "tote.is_closed": (N_("Tote {tote} is closed"), N_("Take another one, or reopen it with a reason.")),
    "tote.is_claimed": (N_("Tote {tote} is on a manifest"), N_("Take another one, or release it from the manifest.")),
    "tote.is_handed_over": (N_("Tote {tote} has left the house"), N_("Open it anew once it is back and empty.")),
    "tote.is_lost": (N_("Tote {tote} counts as lost"), N_("Say that it was found, on the containers' screen.")),
    "tote.wrong_disposition": (N_("Wrong tote: {tote} is for {disposition}"), ""),
    "tote.wrong_vendor": (N_("Wrong tote: {tote} is for the vendor {vendor}"), ""),
    "tote.full": (N_("Tote {tote} is full ({n})"), N_("Close it and open another one.")),
    "tote.too_heavy": (N_("Tote {tote} would be heavier than {n} g"), N_("Close it and open another one.")),
    "tote.not_empty": (N_("{n} items lie in tote {tote}"), N_("Move them first, or close the tote.")),
    "tote.empty": (N_("Nothing lies in tote {tote}"), N_("An empty tote needs no closing.")),
    "tote.same": (N_("Tote {tote} is the same one"), N_("Choose another tote.")),
    "manifest.unknown": (N_("This manifest is not known here"), N_("Begin one with a digit.")),
    "manifest.unknown_kind": (N_("There is no such kind of manifest"), ""),
    "manifest.unknown_field": (N_("A manifest has no such field"), ""),
    "manifest.no_vendor": (N_("Goods go back to one vendor"), N_("Scan a closed tote of that vendor first.")),
    "manifest.vendor_takes_nothing": (N_("{vendor} takes nothing back by its agreement"), N_("Ask the administrator.")),
    "manifest.wrong_disposition": (N_("{rt_number} is for {disposition}"), N_("It does not belong on this manifest.")),
    "manifest.tote_disposition": (N_("Tote {tote} is for {disposition}"), N_("It does not belong on this manifest.")),
    "manifest.tote_vendor": (N_("Tote {tote} holds goods of {vendor}"), N_("One manifest goes to one vendor.")),
    "manifest.item_vendor": (N_("{rt_number} is of the vendor {vendor}"), N_("One manifest goes to one vendor.")),
    "manifest.outside_agreement": (
        N_("The vendor need not take {rt_number} by the agreement"), N_("Take it out; a lead decides it anew.")
    ),
    "manifest.too_many": (N_("A manifest holds at most {n} items"), N_("Begin another one.")),
    "manifest.not_its_tote": (N_("Tote {tote} is not on this manifest"), N_("Scan it to draw it.")),
    "manifest.not_its_item": (N_("{rt_number} is not here"), ""),
    "manifest.other_tote": (N_("{rt_number} belongs into {tote}"), N_("Put it into {tote}.")),
    "manifest.no_tote": (N_("{rt_number} lies in no tote"), N_("Sort it first.")),
    "manifest.no_weight": (N_("This is no weight"), N_("Type it in grams.")),
    "manifest.signed_already": (N_("{person} has signed already"), N_("A second person signs with their own badge.")),
    "manifest.signed_by_two": (N_("Two people have signed already"), ""),
    "manifest.reason_missing": (N_("A manifest is voided with a reason only"), N_("Choose or write the reason.")),
    "manifest.not_closed": (N_("Only a closed manifest is corrected"), N_("Change the open one.")),
    "manifest.corrected_already": (N_("{number} was corrected already"), N_("Correct the newer document.")),
    "manifest.is_closed": (N_("{number} is closed and never changes"), N_("Correct it by a new document.")),
    "manifest.is_voided": (N_("{number} is voided"), N_("Begin another one.")),
    "manifest.has_totes": (N_("No tote is on it yet"), N_("Scan a closed tote.")),
    "manifest.all_scanned": (N_("{n} items still to scan"), N_("Scan each item's label once more.")),
    "manifest.none_held": (N_("{n} items may not leave"), N_("Take them out.")),
    "manifest.drawn_once": (N_("Another station drew this too"), N_("Take it off here or there.")),
    "manifest.one_vendor": (N_("Goods of several vendors"), N_("One manifest goes to one vendor.")),
    "manifest.within_agreement": (N_("{n} items outside the agreement"), N_("Take them out.")),
    "manifest.authorised": (N_("The vendor's authorisation is missing"), N_("Type it with A.")),
    "manifest.two_signatures": (N_("Two people sign"), N_("Scan two badges.")),
    "manifest.method_named": (N_("The method of destruction is missing"), N_("Choose it with D.")),
    "manifest.destruction_photo": (N_("The photo of the destruction is missing"), N_("Take it with Space.")),
    "manifest.closing_photo": (N_("The closing photo is missing"), N_("Take it with Space.")),
    "manifest.sealed": (N_("The seal number is missing"), N_("Type or scan it with S.")),
    "manifest.weighed": (N_("Weigh {totes}"), N_("Type the weight with W; it is at most 2 % off.")),
    "tote.reason_missing": (N_("Tote {tote} reopens with a reason only"), N_("Choose or write the reason.")),
}  # fmt: skip


def refused(desk: Desk, refusal: Refusal, right: Sequence[str] = ()) -> StationProblem:
    """The refusal as a problem to tell; `right` are the totes that would take the item, the best first."""
    what, to_do = _SENTENCES.get(refusal.code, (N_("This cannot be done now"), ""))
    values: dict[str, Any] = dict(refusal.values)
    if values.get("disposition"):
        values["disposition"] = word(desk, "dispositions", values["disposition"])
    if right:
        values["right"] = right[0]
        to_do = N_("Put it into {right}.")
    elif refusal.code in ("tote.wrong_disposition", "tote.wrong_vendor"):
        to_do = N_("No open tote takes it: open one for it.")
    return StationProblem(refusal.code, what, to_do, **values)


def old_label(state: ItemState, issue: int) -> tuple[str, str] | None:
    """What to do with a label of that issue that counts no more; None for the one that counts."""
    number = short_number(state.rt_number)
    if state.superseded_by:
        return (
            translate("{number} counts no more", number=number),
            translate("Take this label off; {counts} is what counts.", counts=short_number(state.superseded_by)),
        )
    if not issue or issue >= state.label_issue:
        return None
    return (
        translate("Old label: {number} has a newer one", number=number),
        translate("Put the newer label over it, then scan the tote."),
    )


def short_reason(desk: Desk, refusal: Refusal) -> str:
    """Only what is so, for a disabled button or a row."""
    problem = refused(desk, refusal)
    return translate(problem.what, **problem.values)
