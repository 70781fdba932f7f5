"""The parcels that wait, held against what a camera reads: looked up once each, none listed."""

from __future__ import annotations

from drawn_codes import bench, symbol
from factories import SHIPPED
from fakes_storage import MemoryReference
from storage_cases import expected

from inspection_station.data_files import load_yaml
from inspection_station.devices.barcodes import read_codes
from inspection_station.domain.carriers import parse_carriers
from inspection_station.workflows.expected_parcels import WaitingParcels

NUMBER = "SF1390447120865"
CARRIERS = parse_carriers(load_yaml(SHIPPED / "rules" / "carriers.yaml"))


class CountingReference(MemoryReference):
    """Notes what is looked up."""

    def __init__(self) -> None:
        super().__init__({"r1": expected(tracking_numbers=(NUMBER,))})
        self.asked: list[str] = []

    def is_waiting(self, tracking_number: str) -> bool:
        self.asked.append(tracking_number)
        return super().is_waiting(tracking_number)


def waiting() -> tuple[WaitingParcels, list[str]]:
    reference = CountingReference()
    return WaitingParcels(reference, CARRIERS), reference.asked


def test_a_code_that_names_a_parcel_that_waits_is_known_and_others_are_not() -> None:
    parcels, _ = waiting()
    link = f"https://sf.example/w?no={NUMBER}"
    texts = (NUMBER, NUMBER.lower(), link, "SF1390447120866", "6901234567892", "AB\x00", "", 5)
    assert [text in parcels for text in texts] == [True] * 3 + [False] * 5


def test_the_same_code_is_looked_up_once() -> None:
    parcels, asked = waiting()
    assert all(NUMBER in parcels for _ in range(9)) and asked == [NUMBER]


def test_one_frame_of_one_engine_is_enough_for_a_parcel_that_waits() -> None:
    parcels, _ = waiting()
    frame = bench(symbol("DataMatrix", NUMBER, module=5))  # of which zbar knows nothing
    assert [read.accepted for read in read_codes(frame)] == [False]
    assert [(read.text, read.accepted) for read in read_codes(frame, parcels, thorough=False)] == [(NUMBER, True)]
