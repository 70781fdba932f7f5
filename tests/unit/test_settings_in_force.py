"""Changed settings of a running station are in force from the next parcel on, without a new start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, gtin, one_return, station_settings, tracking_number

from inspection_station.station.assembly import Station
from inspection_station.station.evidence_desk import evidence_case
from inspection_station.station.flow.state import Screen
from inspection_station.station.presenting.grade import label_size_words


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    folder = tmp_path / "data"
    fill_station(folder, [one_return(1), one_return(2)])
    settings = station_settings(folder, rules={"random_check_percent": 0}, storage={"min_free_mb": 1})
    station = Station(settings, folder)
    yield station
    station.close()


def change(station: Station, /, **sections: dict[str, object]) -> None:
    kept = {"rules": {"random_check_percent": 0}, "storage": {"min_free_mb": 1}}
    station.use_settings(station_settings(station.folder, **{**kept, **sections}))


def work(station: Station, number: int) -> dict[str, object]:
    """The decision on a clean return, passed in bulk."""
    bench = ScriptedBench(station, PERSON)
    bench.scan(tracking_number(number))
    inspection_id = bench.case.inspection.id
    bench.scan(gtin(number))
    bench.photos()
    bench.judge(defect=False)
    return dict(station.case(inspection_id).inspection.items[0].decision or {})


def test_the_percentage_of_random_checks_holds_for_the_next_decision(station: Station) -> None:
    assert work(station, 1)["random_check"] is False
    change(station, rules={"random_check_percent": 100})
    assert work(station, 2)["random_check"] is True


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_site_s_zone_gives_the_day_of_the_next_number_and_the_times_shown(station: Station, zone: str) -> None:
    change(station, station={"time_zone": zone})
    now = datetime.now(ZoneInfo(zone))
    assert station.clock.local_day() == now.date().isoformat()
    bench = ScriptedBench(station, PERSON)
    bench.scan(tracking_number(1))
    assert bench.case.inspection.item().rt_number.startswith(f"RT-{now:%y%m%d}-")
    assert station.showing.clock.local(station.clock.now()).utcoffset() == now.utcoffset()


def test_the_name_of_the_site_stands_in_the_next_papers(station: Station) -> None:
    work(station, 1)
    change(station, station={"site_name": "East returns centre"})
    assert station.desk.station.site == station.showing.desk.station.site == "East returns centre"
    (inspection_id,) = station.store.inspections_of_parcel(tracking_number(1))
    case = station.case(inspection_id)
    facts = evidence_case(station.showing, case, case.inspection.items[0], PERSON).facts
    assert any("East returns centre" in fact.value for fact in facts)
    assert station.desk.station.station_id == case.events[0].station_id, "it is the same station all the same"


def test_the_room_that_must_stay_free_is_asked_of_the_next_photo(station: Station) -> None:
    change(station, storage={"min_free_mb": 1 << 40})
    bench = ScriptedBench(station, PERSON)
    bench.scan(tracking_number(1))
    with pytest.raises(Exception, match=r"disk\.full"):
        bench.photo("waybill")
    change(station)
    bench.photo("waybill")
    assert bench.case.inspection.photos and bench.state.screen is Screen.PARCEL


def test_the_page_of_the_grade_names_the_size_of_the_labels_in_the_printer(station: Station) -> None:
    assert label_size_words(station.showing) == "60 × 40 mm"
    station.labels.size_mm = (100, 50)
    assert label_size_words(station.showing) == "100 × 50 mm"
