"""``inspection-station run [--demo] [--kiosk]``: the station's window; also what happens without a command."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from inspection_station.admin.command_line import PROBLEM, data_folder_of, settings_with_problems, tell
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.devices.camera import Camera
    from inspection_station.station.overlay import Overlay


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``run`` to the command line."""
    text = translate(N_("open the station's window"))
    parser = subparsers.add_parser("run", help=text, description=text)
    parser.add_argument("--demo", action="store_true", help=translate("demo data, simulated camera"))
    parser.add_argument("--kiosk", action="store_true", help=translate("full screen"))
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Open the window; with ``--demo`` on data of its own that go on from one demo to the next.

    What keeps it from opening is told on stderr and, since nobody at a bench looks there, in a window of its own.
    """
    require_display()
    try:
        return _open(arguments)
    except StationProblem as problem:
        tell(problem)
        _show(problem)
        return PROBLEM
    except Exception as error:
        _show(error)
        raise


def _show(error: Exception) -> None:
    try:
        from inspection_station.station.problem_window import show_and_wait
    except ImportError:  # then it may be Qt that is not there
        return
    show_and_wait(error)


def _open(arguments: argparse.Namespace) -> int:
    from inspection_station.station import before_qt

    if arguments.demo:  # its choices are kept too, but never mixed with the real bench's
        os.environ.setdefault("INSPECTION_STATION_CONFIG", str(demo_folder() / "config"))
    settings, problems = settings_with_problems(arguments)
    for problem in problems:
        tell(problem)
    before_qt.load()
    if arguments.demo:
        return _run_demo(settings, problems, arguments.kiosk)
    from inspection_station.devices.camera_sources import open_camera
    from inspection_station.station.launch import run_station
    from inspection_station.station.start import Start

    folder = data_folder_of(settings)
    wanted = settings.camera
    camera = open_camera(wanted.source, wanted.width, wanted.height, exposure=wanted.exposure, focus=wanted.focus)
    return run_station(Start(settings, folder, camera, kiosk=arguments.kiosk, problems=problems))


def require_display() -> None:
    """Say in our words that there is no display, before Qt ends the program with a misleading sentence.

    Raises:
        StationProblem: ``display.none``.
    """
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise StationProblem(
            "display.none",
            N_("There is no display to open a window on."),
            N_("Start it from a desktop session, or run the demo without a window: demo --headless --out DIR."),
        )


def demo_folder() -> Path:
    """Where the demo of the window keeps its data: beside the machine's own, never mixed with them."""
    from inspection_station.locations import machine_data_folder

    return machine_data_folder() / "demo"


def _run_demo(settings: Any, problems: tuple[StationProblem, ...], kiosk: bool) -> int:
    from inspection_station.station.launch import take_folder

    lock = take_folder(demo_folder())  # a second demo must not clear the first one's data
    try:
        return _run_only_demo(settings, problems, kiosk)
    finally:
        lock.unlock()


def _run_only_demo(settings: Any, problems: tuple[StationProblem, ...], kiosk: bool) -> int:
    from inspection_station.admin.demo_house import tell_demo_house
    from inspection_station.admin.demo_scene import DEMO_FRAME, DemoScene
    from inspection_station.admin.demo_station import (
        begin_anew_unless_of,
        fill_centre,
        prepare_station,
        running_centre,
    )
    from inspection_station.devices.simulated import SimulatedCamera
    from inspection_station.devices.simulated_scenes import SceneLibrary
    from inspection_station.station.launch import run_station
    from inspection_station.station.start import Start

    folder = demo_folder()
    today = datetime.now(ZoneInfo(settings.station.time_zone)).date()
    begin_anew_unless_of(today, folder)
    fill_centre(folder / "centre", today)
    tell_demo_house(folder / "centre")
    with running_centre(folder / "centre", folder / "centre.log") as centre:
        settings = replace(settings, centre=replace(settings.centre, url=centre.url))
        prepare_station(settings, folder / "station", centre.url, centre.enrolment_code)
        _print_people()
        camera: Camera
        if settings.camera.source == "simulated":
            simulated = SimulatedCamera(SceneLibrary(), *DEMO_FRAME)
            camera, scene = simulated, DemoScene(simulated)
        else:
            from inspection_station.devices.camera_sources import open_camera

            camera, scene = open_camera(settings.camera.source, settings.camera.width, settings.camera.height), None
        code = run_station(
            Start(
                settings, folder / "station", camera, scene=scene, welcome=_welcome, kiosk=kiosk, problems=problems
            )
        )
    return code if code in (0, PROBLEM) else PROBLEM


def _print_people() -> None:
    from inspection_station.admin.demo_people import demo_people
    from inspection_station.station.presenting.words import product_name

    print(translate("Demo people (badge, PIN):"))
    for one in demo_people():
        print(f"  {product_name(one.name, one.name_en)}  {one.badge}  {one.pin}", flush=True)


def _welcome(parent: Any) -> Overlay:
    from inspection_station.admin.demo_scene import welcome_card

    return welcome_card(parent)
