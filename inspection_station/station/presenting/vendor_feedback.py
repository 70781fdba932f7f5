"""What one vendor is told of its goods, in words."""

from __future__ import annotations

from collections.abc import Mapping

from inspection_station.custody.figures import Period
from inspection_station.custody.vendor_feedback import VendorFeedback
from inspection_station.documents.paper.vendor_feedback import Feedback, FeedbackDefect, FeedbackPhoto
from inspection_station.domain.money import Money
from inspection_station.domain.people import Person
from inspection_station.i18n import localised
from inspection_station.station.presenting.figures import finding_word, per_mille, percent
from inspection_station.station.presenting.words import Showing


def feedback_document(
    showing: Showing, told: VendorFeedback, period: Period, person: Person, practice: bool = False
) -> Feedback:
    """The sheet's content; photos are those that are on this station."""
    clock = showing.clock
    first, last, now = (clock.local(one) for one in (period.since, period.until, clock.now()))
    defects = tuple(
        FeedbackDefect(
            finding_word(showing, one.code), one.units, percent(per_mille(one.units, told.units)),
            money_words(one.money),
            tuple(FeedbackPhoto(f"{photo.rt_number} · {photo.sku}", showing.photo(photo.sha256))
                  for photo in one.photos if photo.sha256),
        )
        for one in told.defects
    )  # fmt: skip
    station = showing.desk.station
    return Feedback(
        told.vendor, told.name or told.vendor, station.code, f"{first:%Y-%m-%d} – {last:%Y-%m-%d}",
        f"{now:%Y-%m-%d %H:%M}", localised({"zh": person.name, "en": person.name_en}), told.units, told.defective,
        percent(per_mille(told.defective, told.units)), money_words(told.money), defects, practice,
    )  # fmt: skip


def money_words(money: Mapping[str, int]) -> str:
    """Sums of several currencies; they are never added up."""
    return " + ".join(str(Money(minor, currency)) for currency, minor in sorted(money.items()))
