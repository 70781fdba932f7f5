"""Work runs off the GUI thread, comes back on it, and every failure reaches a person."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel

from inspection_station.errors import StationProblem
from inspection_station.station.background import Background, InlineBackground
from inspection_station.station.notices import Notice, Notices


@pytest.fixture
def notices(qapp) -> Notices:
    return Notices()


@pytest.fixture
def background(notices: Notices) -> Iterator[Background]:
    running = Background(notices)
    yield running
    running.close()


def test_the_result_comes_back_on_the_gui_thread(background, qtbot) -> None:
    seen: list[tuple[str, str]] = []
    background.run(
        lambda: threading.current_thread().name, lambda name: seen.append((name, threading.current_thread().name))
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].startswith("station-bench")
    assert seen[0][1] == threading.main_thread().name


def test_the_bench_lane_keeps_the_order(background, qtbot) -> None:
    order: list[int] = []
    for number in range(200):
        background.run(lambda n=number: n, order.append)
    qtbot.waitUntil(lambda: len(order) == 200)
    assert order == list(range(200))


def test_the_photo_lane_does_not_wait_for_the_bench(background, qtbot) -> None:
    release, seen = threading.Event(), []
    background.run(release.wait, lambda _: seen.append("bench"))
    background.run(lambda: 1, lambda _: seen.append("photo"), lane="photo")
    qtbot.waitUntil(lambda: seen == ["photo"])
    release.set()
    qtbot.waitUntil(lambda: seen == ["photo", "bench"])


def test_what_was_asked_for_in_turn_is_done_before_what_came_after_it(background, qtbot) -> None:
    release, order = threading.Event(), []
    background.in_turn(lambda: release.wait(10), lambda prepared: f"photo {prepared()}", order.append)
    background.run(lambda: "key", order.append)
    background.run(lambda: "label", order.append, lane="photo")
    qtbot.waitUntil(lambda: order == ["label"])
    release.set()
    qtbot.waitUntil(lambda: order == ["label", "photo True", "key"])


def test_a_problem_nobody_catches_becomes_a_notice(background, notices, qtbot) -> None:
    def work() -> None:
        raise StationProblem("disk.full", "Storage full", "Call the lead")

    with qtbot.waitSignal(notices.raised) as raised:
        background.run(work, lambda _: None)
    assert isinstance(raised.args[0], Notice)
    assert (raised.args[0].code, raised.args[0].report) == ("disk.full", "")


def test_a_bug_becomes_one_report(background, notices, qtbot, expects_log) -> None:
    expects_log("bug")
    raised: list[Notice] = []
    notices.raised.connect(raised.append)
    done: list[int] = []

    def work() -> None:
        raise ZeroDivisionError("a mistake")

    for _ in range(3):
        background.run(work, lambda _: None)
    background.run(lambda: 1, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert len(raised) == 1
    assert "ZeroDivisionError" in raised[0].report


def test_the_caller_may_take_the_failure(background, notices, qtbot) -> None:
    failures: list[Exception] = []

    def work() -> None:
        raise StationProblem("camera.lost", "No picture")

    background.run(work, lambda _: None, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert notices.standing == ()


def test_a_mistake_while_showing_the_result_is_reported(notices, expects_log) -> None:
    expects_log("bug")
    InlineBackground(notices).run(lambda: 1, lambda _: [].pop())
    assert "IndexError" in notices.standing[0].report


def test_a_result_for_a_destroyed_widget_is_left_out(background, notices, qtbot) -> None:
    label, done = QLabel(), []
    release = threading.Event()
    background.run(lambda: str(release.wait()), label.setText)
    shiboken6.delete(label)
    release.set()
    background.run(lambda: 1, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert notices.standing == ()


def test_closing_finishes_what_was_given_and_takes_no_more(notices, qapp) -> None:
    background, done = Background(notices), []
    release = threading.Event()
    background.run(lambda: done.append(release.wait(5)), lambda _: None)
    background.run(lambda: done.append("record"), lambda _: None)
    release.set()
    background.close()
    background.run(lambda: done.append("too late"), lambda _: None)
    assert done == [True, "record"]


def test_a_notice_stands_until_it_is_withdrawn(notices) -> None:
    gone: list[str] = []
    notices.withdrawn.connect(gone.append)
    notices.problem(StationProblem("camera.lost", "No picture"))
    notices.problem(StationProblem("camera.lost", "No picture, still"))
    assert [notice.what for notice in notices.standing] == ["No picture, still"]
    notices.withdraw("camera.lost")
    notices.withdraw("camera.lost")
    assert (notices.standing, gone) == ((), ["camera.lost"])
