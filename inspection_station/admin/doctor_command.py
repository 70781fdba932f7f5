"""``inspection-station doctor``: what this machine is like, and what to do where something is missing."""

from __future__ import annotations

import argparse
from pathlib import Path

from inspection_station import i18n
from inspection_station.admin.command_line import (
    OK,
    PROBLEM,
    Subparsers,
    data_folder_of,
    print_json,
    settings_with_problems,
)
from inspection_station.diagnostics import Finding, environment_report
from inspection_station.errors import DataFileProblem, N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.settings import Settings

_SIGNS = {"ok": "✓", "note": "!", "fault": "✗"}


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "doctor",
        help=translate("check this machine and say what is missing"),
        description=translate(
            "Checks Python, packages, the barcode library, screen, data folder, room, fonts and settings. "
            "Exit code 1 when something keeps the station from working."
        ),
    )
    parser.add_argument("--json", action="store_true", help=translate("print the findings for a script"))
    parser.set_defaults(handler=doctor)


def doctor(arguments: argparse.Namespace) -> int:
    """Print the findings; returns `PROBLEM` when one is a fault."""
    settings, problems = settings_with_problems(arguments)
    findings = environment_report(data_folder_of(settings), min_free_mb=settings.storage.min_free_mb)
    findings += [_of_settings(problem) for problem in problems] or [
        Finding("settings", "ok", N_("The settings can all be used"))
    ]
    findings += _of_key(data_folder_of(settings))
    findings += _of_cameras()
    findings += _of_queues()
    findings += _of_printers(settings, data_folder_of(settings))
    faulty = any(finding.state == "fault" for finding in findings)
    if arguments.json:
        print_json({"ok": not faulty, "language": i18n.language(), "findings": [_plain(one) for one in findings]})
    else:
        for finding in findings:
            print(f"{_SIGNS[finding.state]} {translate(finding.says, **finding.values)}")
            if finding.to_do:
                print(f"  → {translate(finding.to_do, **finding.values)}")
    return PROBLEM if faulty else OK


def _of_key(folder: Path) -> list[Finding]:
    """Where the station's key lies; the keyring itself is not asked, it might ask a person."""
    from inspection_station.sync.identity import key_place

    place = key_place(folder)
    if place == "none":
        return []
    values: dict[str, object] = {"place": place}
    if place == "keyring":
        return [Finding("device_key", "ok", N_("The station's key is in the system's keyring"), "", values)]
    if place == "moving":
        says = N_("The station's key is on its way into the keyring; its file goes at the next start")
        return [Finding("device_key", "ok", says, "", values)]
    to_do = N_("Whoever copies the data folder has the key. With a keyring of the system it moves there by itself.")
    says = N_("The station's key is in a file that only its user may read")
    return [Finding("device_key", "note", says, to_do, values)]


def _of_cameras() -> list[Finding]:
    from inspection_station.devices.camera_usb import find_usb_cameras  # brings OpenCV, which "--help" does not need

    there = find_usb_cameras()
    if not there:
        return [Finding("camera", "note", N_("No USB camera is plugged in"), N_("A network camera needs none."))]
    says = N_("Camera {label}; in settings: camera.source = {source}")
    return [Finding("camera", "ok", says, "", {"label": one.label, "source": one.source}) for one in there]


def _of_queues() -> list[Finding]:
    from inspection_station.devices.printers import system_queues

    raw, driven = N_("Print queue “{name}” without a driver"), N_("Print queue “{name}” with the driver {makes}")
    try:
        queues = system_queues()
    except StationProblem:  # most machines have no print service and need none
        return []
    return [
        Finding("print_queue", "ok", raw if one.is_raw else driven, "", {"name": one.name, "makes": one.makes})
        for one in queues
    ]


def _of_printers(settings: Settings, folder: Path) -> list[Finding]:
    """How each printer of the bench is, but for folders: looking at those would make them."""
    from inspection_station.station.printers import PURPOSES, SECTIONS, printer_for

    findings = []
    for purpose in PURPOSES:
        if settings.value(f"{SECTIONS[purpose]}.kind") in ("none", "pdf_folder", "label_printer"):
            continue
        printer = printer_for(settings, purpose, folder)
        status = printer.status()
        values: dict[str, object] = {"name": printer.name, "purpose": purpose, "state": status.state}
        if status.problem is None:
            says = N_("Printer {name} can print") if status.checked else N_("Printer {name} is there")
            findings.append(Finding("printer", "ok", says, "", values))
        else:
            what, to_do = i18n.sentences(status.problem)
            values |= {"what": what, "to_do": to_do}
            findings.append(Finding("printer", "note", N_("Printer {name}: {what}"), "{to_do}", values))
    return findings


def _of_settings(problem: DataFileProblem) -> Finding:
    what, _ = i18n.sentences(problem)
    to_do = N_("Correct it; until then the value below it in the layers is in force.")
    return Finding("settings", "fault", N_("Settings: {what}"), to_do, {"what": what, "code": problem.code})


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.name,
        "state": finding.state,
        "says": translate(finding.says, **finding.values),
        "to_do": translate(finding.to_do, **finding.values),
        "values": finding.values,
    }
