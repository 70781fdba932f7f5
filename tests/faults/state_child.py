"""Stations to be killed, one after the other: each goes to one state of the bench and stays there, or works on.

    python state_child.py

On its input a line of JSON per station: its ``folder``, the ``state`` to go to, and ``stays``. Each is a process
of its own, made from this one, which has everything imported. On the common output, unbuffered, lines of JSON: the
``pid``, what is shown after each act that returned, ``there`` when the state is reached, ``fault``, and ``ended``.
Needs the project and its tests folder in PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import cv2
from bench_states import CLEAN, STATES, covered
from gui.working_bench import INSPECTOR, fill, settings_of
from scripted_bench import ScriptedBench

from inspection_station.station.assembly import Station
from inspection_station.station.flow import finishing
from inspection_station.station.flow.state import BenchState
from inspection_station.workflows.case import Case


def say(**told: object) -> None:
    """Say one thing at once."""
    os.write(1, json.dumps(told, ensure_ascii=False).encode() + b"\n")


def shown(state: BenchState, case: Case | None) -> dict[str, Any]:
    """The inspection the screen is about, with what it is made of; the kill may not take any of it."""
    told: dict[str, Any] = {"screen": state.screen.value, "text": state.text, "inspection": ""}
    if case is None:
        return told
    one = case.inspection
    return told | {
        "inspection": one.id,
        "state": one.state.value,
        "number": one.tracking_number,
        "events": [event.hash for event in case.events],
        "photos": [photo.sha256 for photo in one.photos],
        "answers": {item.id: {name: repr(answer) for name, answer in item.answers.items()} for item in one.items},
        "whole": repr(one),
    }


def warm_up() -> None:
    """Do one return in this process, so that the stations made from it need not read their fonts and rules first."""
    cv2.setNumThreads(0)  # its threads would not live on in them
    with tempfile.TemporaryDirectory() as folder:
        filled = Path(folder) / "station"
        fill(filled)
        station = Station(settings_of(filled), filled)
        person = next(one for one in station.reference.people() if one.id == INSPECTOR.id)
        STATES["graded, not confirmed"](ScriptedBench(station, person))
        ScriptedBench(station, person).work(CLEAN)
        station.close()


def work(folder: Path, name: str, *, stays: bool) -> None:
    """Go to the state; stay there, or park it and work on with another parcel until the kill comes."""
    station = Station(settings_of(folder), folder)
    person = next(one for one in station.reference.people() if one.id == INSPECTOR.id)
    last: list[str] = []  # the inspection that was worked on last: it may be parked or closed

    def newest(state: BenchState) -> Case | None:
        if state.case is not None:
            last[:] = [state.case.inspection.id]
        return station.case(last[0]) if last else None

    def told(state: BenchState) -> None:
        say(**shown(state, newest(state)))

    bench = ScriptedBench(station, person, told, random.SystemRandom().randrange(2**31))
    STATES[name](bench)
    say(there=sorted(covered(bench.state, newest(bench.state))), **shown(bench.state, newest(bench.state)))
    while stays:
        signal.pause()
    while True:
        bench.do(finishing.park)
        bench.scan(CLEAN)


def main() -> None:
    """One station per line of input; the next one when the last was killed."""
    warm_up()
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if not pid:
            try:
                say(pid=os.getpid())
                work(Path(wanted["folder"]), wanted["state"], stays=wanted["stays"])
            except BaseException:
                say(fault=traceback.format_exc())
            os._exit(1)
        _pid, status = os.waitpid(pid, 0)
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
