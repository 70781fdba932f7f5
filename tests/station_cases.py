"""Station folders filled as a centre would have filled them, for tests and benchmarks of the whole station."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from factories import INSPECTOR, LEAD, expected, line

from inspection_station.domain.people import person_to_json
from inspection_station.domain.returns import ExpectedReturn, return_to_json
from inspection_station.settings import Settings
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.workflows.ports import FeedItem

BADGE = "BADGE-E00012"
PERSON = replace(INSPECTOR, number="E00012", badge_hash=hashlib.sha256(BADGE.encode()).hexdigest(), pin_hash="-")
PEOPLE = (PERSON, replace(LEAD, pin_hash="-"))
PAGE = 500


def tracking_number(number: int) -> str:
    """The parcel number of the return `number` of `returns`."""
    return f"SF{number:013d}"


def gtin(number: int) -> str:
    """A valid GTIN-13 of its own for every number below a million."""
    body = f"690123{number % 1_000_000:06d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def one_return(number: int) -> ExpectedReturn:
    """An announced return of one piece of clothing without a complaint, with numbers of its own."""
    piece = line(sku=f"JK-{number:06d}", gtins=(gtin(number),), name_zh=f"轻薄外套 {number}")
    return expected(
        f"r{number}", return_number=f"RMA{number:08d}", order_number=f"TB{number:012d}",
        tracking_numbers=(tracking_number(number),), buyer_phone_tail=f"{number % 10_000:04d}", lines=(piece,),
    )  # fmt: skip


def fill_station(folder: Path, returns: Iterable[ExpectedReturn]) -> None:
    """Give the station of `folder` people and these returns, as the feed of a centre does."""
    database = open_database(folder)
    feed = StoredFeed(database)
    feed.apply_page("epoch", "0", [FeedItem("person", one.id, person_to_json(one)) for one in PEOPLE])
    page: list[FeedItem] = []
    for one in returns:
        page.append(FeedItem("expected_return", one.id, return_to_json(one)))
        if len(page) == PAGE:
            feed.apply_page("epoch", one.id, page)
            page = []
    feed.apply_page("epoch", "end", page)
    database.close()


def station_settings(folder: Path, **sections: dict[str, object]) -> Settings:
    """Settings of a station without camera and centre whose labels go to a folder below `folder`."""
    plain: dict[str, dict[str, object]] = {
        "camera": {"source": "none"},
        "printer": {"kind": "pdf_folder", "folder": str(folder / "labels")},
        "storage": {"min_free_mb": 100},
    }
    settings = Settings()
    for section in {*plain, *sections}:
        values = {**plain.get(section, {}), **sections.get(section, {})}
        settings = replace(settings, **{section: replace(getattr(settings, section), **values)})
    return settings
