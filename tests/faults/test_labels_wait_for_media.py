"""A network printer without labels: jobs wait, go out in their order after reloading, and nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import network_printer as net
import pytest
from gui.printing_bench import FIRST, SECOND, Bench, running
from station_cases import PERSON

from inspection_station.devices.printers.bitmap import read_bitmap
from inspection_station.devices.printers.description import Media
from inspection_station.devices.printers.languages import LANGUAGES
from inspection_station.devices.printers.raw_network import NetworkLine
from inspection_station.devices.printers.talking import Patience, TalkingPrinter

THIRD = "SF0000000000003"
QUICK = Patience(send=1.0, finish=0.3, first_answer=0.5, answer=0.5)


@pytest.fixture
def far() -> Iterator[net.NetworkPrinter]:
    printer = net.NetworkPrinter(answer=net.OUT_OF_LABELS)
    yield printer
    printer.stop()


@pytest.fixture
def bench(far: net.NetworkPrinter, tmp_path: Path, qtbot: object) -> Iterator[Bench]:
    near = TalkingPrinter(
        "printer", lambda: NetworkLine("127.0.0.1", far.port), LANGUAGES["zpl"], Media(60, 40), (203, 203), QUICK
    )
    with running(tmp_path, near) as made:
        yield made


def test_labels_wait_for_media_and_come_out_in_order_once_each(bench: Bench, far: net.NetworkPrinter) -> None:
    bench.queue.ask()
    lasts = [bench.print(number) for number in (FIRST, SECOND, THIRD)]
    for _ in range(3):
        bench.queue.ask()  # the timer's tick
    assert far.begun == 0 and bench.told == ["printer.paper"], "told once, and not a byte of a label was sent"
    assert bench.station.labels.count_waiting() == 3
    wanted = [bench.jobs.of_item(last.rt_number)[0].raster_png for last in lasts]
    far.answer = net.READY
    bench.queue.ask()
    assert [bench.states(last) for last in lasts] == [[("sent", "")]] * 3
    assert [bench.noted(last) for last in lasts] == [["sent"]] * 3
    expected = [LANGUAGES["zpl"].encode(read_bitmap(png), Media(60, 40), (203, 203)) for png in wanted]
    assert far.received == expected and far.begun == 3
    bench.queue.ask()
    assert far.begun == 3, "nothing twice"


def test_media_that_end_between_two_labels_keep_the_second_one(bench: Bench, far: net.NetworkPrinter) -> None:
    far.answer = net.READY
    bench.queue.ask()
    first = bench.print(FIRST)
    far.answer = net.OUT_OF_LABELS
    second, third = bench.print(SECOND), bench.print(THIRD)
    assert bench.states(first) == [("sent", "")] and bench.states(second) == [("failed", "printer.paper")]
    assert bench.states(third) == [("queued", "")] and len(far.received) == 1
    bench.queue.ask()
    far.answer = net.READY
    bench.queue.ask()
    assert [bench.states(one) for one in (second, third)] == [[("sent", "")]] * 2
    assert len(far.received) == far.begun == 3
    assert bench.noted(second) == ["failed", "sent"]


def test_a_reprint_goes_out_behind_what_waits(bench: Bench, far: net.NetworkPrinter) -> None:
    far.answer = net.READY
    bench.queue.ask()
    first = bench.print(FIRST)
    far.answer = net.OUT_OF_LABELS
    bench.queue.ask()
    bench.print(SECOND)
    bench.queue.print_again(first.inspection_id, first.item_id, PERSON)
    far.answer = net.READY
    bench.queue.ask()
    assert len(far.received) == 3 and far.received[2] != far.received[0], "the mark of a reprint"
    (original, again) = bench.jobs.of_item(first.rt_number)
    assert again.reprint_of == original.id and bench.states(first) == [("sent", "")] * 2
