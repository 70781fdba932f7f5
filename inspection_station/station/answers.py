"""Who answers scans, command codes and keys at the window, by the area that is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from inspection_station.station.incoming import Act, Answering, TakesScan
from inspection_station.station.overlay import KeySheet, all_keys

if TYPE_CHECKING:
    from inspection_station.station.app import StationApp

BENCH_KEYS_TOO = ("inspect", "history", "settings")
"""Areas in which the bench's own keys act; in those of the house a key means nothing that cannot be seen there."""


def answering(app: StationApp) -> Answering:
    """What the window's parts answer; whoever comes first is asked anew at each scan and key."""
    scans: dict[str, TakesScan] = {
        "sign_in": lambda text: (app.first_run or app.sign_in).scan(text), "inspect": app.bench.scan,
        "history": app.history.scan, "settings": app.options.scan, "practice": app.practice.scan,
        **app.house.scans(),
    }  # fmt: skip
    commands: dict[str, Act] = {"CMD-LOCK": app.lock, "CMD-PRACTICE": app.practise, **app.house.commands()}
    return Answering(scans, commands, partial(_keys, app), app.scanners.answer_test)


def _keys(app: StationApp, area: str) -> dict[str, Act]:
    everywhere: dict[str, Act] = {
        "F1": lambda: app.incoming.open(KeySheet(app.window, all_keys())), "Ctrl+L": app.lock,
        "F8": lambda: app.show_area("history"), "F10": lambda: app.show_area("settings"), **app.house.ways(),
    }  # fmt: skip
    if area == "practice":
        return {**everywhere, **app.practice.keys()}
    home: Act = app.bench.pages.back if area == "inspect" else lambda: app.show_area("inspect")
    own = app.bench.keys() if area in BENCH_KEYS_TOO else {}
    return {**everywhere, **own, "Esc": home, **app.house.keys(area)}
