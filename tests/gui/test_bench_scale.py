"""The bench's scale: a load has a weight once it rests, another port or none is used at once, and nothing blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from inspection_station.devices.serial_scale import ScaleReading, scale_unplugged
from inspection_station.settings.declarations import ScaleSettings
from inspection_station.station.background import Background
from inspection_station.station.bench_scale import BenchScale
from inspection_station.station.notices import Notices
from inspection_station.station.presenting.scale import scale_card
from inspection_station.station.scale_desk import ScaleDesk


class Line:
    """A scale's line in the hands of a test."""

    def __init__(self, port: str, baud: int, **told: Any) -> None:
        self.port, self.baud, self.told, self.running = port, baud, told, False

    def start(self) -> None:
        self.running = True

    def stop(self) -> bool:
        self.running = False
        return True


class Bench:
    """A bench scale whose lines are made here."""

    def __init__(self, qtbot: Any) -> None:
        self.qtbot, self.lines = qtbot, list[Line]()
        self.notices = Notices()
        self.background = Background(self.notices)
        self.scale = BenchScale(self.background, make_line=self._made)
        self.rested: list[int] = []
        self.scale.rested.connect(self.rested.append)

    def _made(self, port: str, baud: int, **told: Any) -> Line:
        self.lines.append(Line(port, baud, **told))
        return self.lines[-1]

    def show(self, grams: int | None, stable: bool = True, form: str = "text") -> None:
        reading = ScaleReading(grams, stable, form)
        self.lines[-1].told["on_reading"](reading)
        self.qtbot.waitUntil(lambda: self.scale.reading == reading, timeout=5000)


@pytest.fixture
def bench(qtbot: Any) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.scale.stop()
    made.background.close()


def test_without_a_port_or_switched_off_no_scale_is_listened_to(bench: Bench) -> None:
    bench.scale.use(ScaleSettings())
    bench.scale.use(ScaleSettings(in_use=False, port="/dev/ttyUSB1"))
    assert bench.lines == [] and bench.scale.state == "" and bench.scale.resting == 0


def test_a_load_has_a_weight_when_it_rests_and_is_the_same_until_the_scale_was_empty(bench: Bench) -> None:
    bench.scale.use(ScaleSettings(port="/dev/ttyUSB1"))
    assert bench.lines[0].running and bench.scale.state == "absent"
    bench.show(0)
    bench.show(600, stable=False)
    assert bench.scale.resting == 0 and bench.scale.load == 1
    bench.show(640)
    assert bench.scale.resting == 640 and bench.rested == [640]
    bench.show(None)
    bench.show(650)
    assert bench.scale.load == 1, "it said nothing for a while; nobody knows that it was emptied"
    bench.show(3)
    assert bench.scale.resting == 0
    bench.show(650)
    assert bench.scale.load == 2 and bench.rested == [640, 650, 650]


def test_another_port_is_used_at_once_and_what_the_former_still_says_is_not_heard(bench: Bench) -> None:
    bench.scale.use(ScaleSettings(port="/dev/ttyUSB1"))
    bench.show(640)
    old = bench.lines[0]
    bench.scale.use(ScaleSettings(port="COM4", baud=4800))
    assert bench.scale.resting == 0
    old.told["on_reading"](ScaleReading(999, True, "text"))
    bench.qtbot.waitUntil(lambda: len(bench.lines) == 2, timeout=5000)
    assert not old.running and (bench.lines[1].port, bench.lines[1].baud) == ("COM4", 4800)
    assert bench.scale.reading == ScaleReading()
    bench.scale.use(ScaleSettings(port="COM4", baud=4800))
    assert len(bench.lines) == 2, "a line that stays the same is left alone"


def test_a_plug_that_is_pulled_is_told_without_a_question_and_taken_back_when_it_is_in_again(bench: Bench) -> None:
    desk = ScaleDesk(bench.scale, bench.background, bench.notices)
    desk.use(ScaleSettings(port="/dev/ttyUSB1"))
    told: list[str] = []
    bench.notices.raised.connect(lambda notice: told.append(notice.code))
    state = bench.lines[0].told["on_state"]
    for one in ("live", "lost"):
        state(one)
    bench.qtbot.waitUntil(lambda: told == ["scale.absent"], timeout=5000)
    state("live")
    bench.qtbot.waitUntil(lambda: not bench.notices.standing, timeout=5000)


@pytest.mark.parametrize(
    ("state", "reading", "problem", "shown"),
    [
        ("", ScaleReading(), None, ("neutral", "", "")),
        ("absent", ScaleReading(), scale_unplugged(), ("warn", "", "插上后自动出现。")),
        ("lost", ScaleReading(), None, ("error", "", "插上后自动出现。")),
        ("live", ScaleReading(), None, ("warn", "", "把秤设为连续发送，此处波特率与秤一致。")),
        ("live", ScaleReading(1250, True, "yaohua"), None, ("ok", "1,250 g", "")),
        ("live", ScaleReading(1250, False, "mettler"), None, ("neutral", "1,250 g", "")),
        ("live", ScaleReading(None, False, "text"), None, ("warn", "", "")),
    ],
)
def test_the_card_says_how_the_scale_is(
    state: str, reading: ScaleReading, problem: Any, shown: tuple[str, ...]
) -> None:
    view = scale_card(state, reading, problem)
    assert (view.state.tone, view.weight, view.trouble[1]) == shown
