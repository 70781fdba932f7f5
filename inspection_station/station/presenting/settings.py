"""Settings in words: how each device is, who the station is to its centre, what may be changed."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from PySide6.QtCore import qVersion

import inspection_station
from inspection_station.devices.printers import PrinterStatus
from inspection_station.domain.people import Person, Right, Role
from inspection_station.i18n import sentences, translate
from inspection_station.locations import machine_settings_folder
from inspection_station.settings import DECLARATIONS, ENVIRONMENT_PREFIX, Settings, declaration
from inspection_station.settings import Role as SettingRole
from inspection_station.settings.printing import SAME
from inspection_station.station.assembly import Station
from inspection_station.station.presenting.camera import size_views
from inspection_station.station.presenting.words import joined
from inspection_station.station.print_desk import NO_INSPECTION, OTHER_STOCK, Answer
from inspection_station.station.settings_views import (
    AboutView,
    CentreView,
    PrinterView,
    PrintJobView,
    SettingView,
)
from inspection_station.station.views import FactView, TagView, Tone
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL, JobEntry, PrintState
from inspection_station.sync.identity import load_enrolment
from inspection_station.workflows.clock import SystemClock

DEVICE_SETTINGS = ("camera.", "side_camera.", "scanner.", "scale.", "printer.", "tote_printer.", "paper_printer.")
Paper = tuple[tuple[float, float], tuple[int, int]]
"""The labels in a printer: width and height in mm; and its dots per inch, across and along."""
A4: Paper = ((210.0, 297.0), (600, 600))
TrialState = Literal["", "sending", "sent", "unknown", "failed", "verified", "other"]

OK, ATTENTION, FAULT = "mdi6.check-circle", "mdi6.alert", "mdi6.alert-octagon"


# --- who may change what ---------------------------------------------------------------------------------


def setting_role(person: Person) -> SettingRole:
    """The person's role as the settings know it; the dispute desk may what everybody may."""
    roles: dict[Role, SettingRole] = {Role.LEAD: "lead", Role.ADMINISTRATOR: "administrator"}
    return roles.get(person.role, "inspector")


def given_elsewhere(settings: Settings, key: str) -> str:
    """Where the setting was given so that the file of this machine cannot change it; empty when it can."""
    origin = settings.origin(key)
    if origin == "command line" or origin.upper().startswith(ENVIRONMENT_PREFIX):
        where = translate("command line") if origin == "command line" else origin
        return translate("Given at the start by {where}; change it there.", where=where)
    return ""


def why_not(settings: Settings, key: str, person: Person | None) -> str:
    """Why this person may not change this setting now; empty when they may."""
    if elsewhere := given_elsewhere(settings, key):
        return elsewhere
    if person is None:
        return translate("Sign in first.")
    if key.startswith(DEVICE_SETTINGS) and not person.may(Right.CHANGE_DEVICES):
        return translate("Ask an inspector.")
    declared = declaration(key)
    if not declared.may_be_changed_by(setting_role(person)):
        return translate("Ask a shift lead.") if declared.changed_by == "lead" else translate("Ask an administrator.")
    return ""


def setting_views(settings: Settings, reason: Callable[[str], str]) -> dict[str, SettingView]:
    """Every setting in force with why it may not be changed."""
    views = {key: SettingView(key, settings.value(key), reason(key)) for key in DECLARATIONS}
    return {**views, **size_views(settings, reason)}


# --- devices ---------------------------------------------------------------------------------------------


def printer(
    status: PrinterStatus | None, name: str, paper: Paper, waiting: int | None, trial: TrialState,
) -> PrinterView:  # fmt: skip
    """The label printer; `paper` is the label's size in mm and the printer's dots per inch.

    `waiting` counts queued labels; None leaves them out.
    """
    (width, height), dpi = paper
    resolution = FactView(translate("Resolution"), " × ".join(map(str, dict.fromkeys(dpi))) + " dpi")
    facts = (
        FactView(translate("Paper"), f"{width:g} × {height:g} mm" if paper != A4 else "A4"),
        *((resolution,) if paper != A4 else ()),
        *((FactView(translate("Waiting"), str(waiting)),) if waiting is not None else ()),
    )
    state = TagView(translate("Looking"), "info", "mdi6.magnify")
    if status is not None:
        words: dict[str, tuple[str, Tone, str]] = {
            "ready": (translate("Fine"), "ok", OK),
            "printing": (translate("Printing"), "info", "mdi6.printer"),
            "unknown": (translate("Fine"), "ok", OK),
            "no_media": (translate("Needs care"), "warn", ATTENTION),
            "jam": (translate("Needs care"), "warn", ATTENTION),
            "head_open": (translate("Needs care"), "warn", ATTENTION),
            "paused": (translate("Needs care"), "warn", ATTENTION),
            "offline": (translate("Not responding"), "error", FAULT),
            "none": (translate("Not found"), "warn", ATTENTION),
        }
        state = TagView(*words[status.state])
    trouble = sentences(status.problem) if status is not None and status.problem is not None else ("", "")
    if status is not None and status.can_print and not status.checked:
        trouble = (translate("It cannot say whether there is paper"), "")
    return PrinterView(
        state, name, facts, _trial(trial), trouble, status is not None and status.state != "none" and trial != "sending"
    )


def printer_name(settings: Settings, purpose: str = INSPECTION_LABEL) -> str:
    """The printer of a purpose as people call it."""
    if purpose == PAPER:
        paper = settings.paper_printer
        named = {"queue": paper.queue, "pdf_folder": translate("PDF folder")}.get(paper.kind, "")
        return named or translate("None")
    own = purpose == TOTE_LABEL and settings.tote_printer.kind != SAME
    printer = settings.tote_printer if own else settings.printer
    named = {
        "raw_9100": f"{printer.address}:{printer.port}" if printer.address else "", "queue": printer.queue,
        "device_file": printer.device, "serial": printer.device, "pdf_folder": translate("PDF folder"),
    }.get(printer.kind, "")  # fmt: skip
    return named or translate("None")


def print_jobs(
    undecided: Sequence[JobEntry], waiting: Sequence[JobEntry], void: AbstractSet[str], clock: SystemClock
) -> list[PrintJobView]:
    """Print jobs a person has to decide, then those that wait, each with its time and how it stands.

    `void`: ids of those whose label counts no more, so that it is not printed again.
    """
    return [_print_job(job, job.id in void, clock) for job in (*undecided, *waiting)]


def _print_job(job: JobEntry, void: bool, clock: SystemClock) -> PrintJobView:
    answers: tuple[Answer, ...] = ()
    if job.state is PrintState.UNKNOWN and job.detail == NO_INSPECTION:
        words, answers = translate("Not printed: its inspection cannot be read"), ("seen", "not_seen")
    elif job.state is PrintState.UNKNOWN and void:
        words = translate("Sent, but it is not known whether it came out; its result was undone since")
        answers = ("seen", "not_seen")
    elif job.state is PrintState.UNKNOWN:
        words = translate("Sent, but it is not known whether it came out")
        answers = ("seen", "again", "not_seen")
    elif job.detail == OTHER_STOCK:
        words = translate("Drawn for another printer or other labels than there are now")
        answers = ("anew", "discard") if job.purpose == INSPECTION_LABEL else ("discard",)
    else:
        tried = job.state is PrintState.FAILED
        words = translate("not printed yet") if tried else translate("waits for the printer")
    title = job.title + (f"-{job.issue:02d}" if job.issue else "")
    return PrintJobView(job.id, title, f"{clock.local(job.created_at):%m-%d %H:%M} · {words}", answers)


def _trial(trial: TrialState) -> TagView | None:
    words: dict[str, tuple[str, Tone, str]] = {
        "sending": (translate("Printing"), "info", "mdi6.printer"),
        "sent": (translate("Now scan its code"), "info", "mdi6.barcode-scan"),
        "unknown": (translate("Sent in part; look at it"), "warn", ATTENTION),
        "failed": (translate("Not printed"), "error", FAULT),
        "verified": (translate("Code readable"), "ok", "mdi6.check"),
        "other": (translate("That is another label"), "warn", ATTENTION),
    }
    return TagView(*words[trial]) if trial else None


# --- centre ----------------------------------------------------------------------------------------------


def centre(
    station: Station, reason: str, *, busy: bool = False, trouble: tuple[str, str] = ("", ""), epoch: str = ""
) -> CentreView:
    """Who the station is to its centre; `epoch` is the centre's life as last heard from its feed."""
    enrolment = load_enrolment(station.folder)
    if enrolment is None:
        return CentreView(False, (), station.settings.centre.url, reason, busy, trouble)
    identity = enrolment.identity
    same = not epoch or epoch == enrolment.epoch
    life = translate("the same as at enrolment") if same else translate("begun anew since enrolment; all is checked")
    return CentreView(
        True,
        (
            FactView(translate("Station"), identity.code),
            FactView(translate("Station number"), f"{identity.number:03d}", True),
            FactView(translate("Site"), identity.site),
            FactView(translate("Address"), station.settings.centre.url or enrolment.centre_url, True),
            FactView(translate("The centre's records"), life),
            FactView(translate("Station's id"), identity.station_id, True),
        ),
    )


def about(station: Station) -> AboutView:
    """Version, station, folders; whose work is inside."""
    identity = station.desk.station
    facts = (
        FactView(translate("Version"), inspection_station.__version__),
        FactView(translate("Station"), joined([identity.code or "–", f"{identity.number:03d}", identity.site])),
        FactView(translate("Data folder"), str(station.folder)),
        FactView(translate("Settings folder"), str(machine_settings_folder())),
        FactView("Python", platform.python_version()),
        FactView(translate("System"), f"{platform.system()} {platform.release()}"),
    )
    parts = (
        (f"Qt {qVersion()} · PySide6", "LGPL-3.0"),
        (_part("SQLAlchemy"), "MIT"),
        (_part("opencv-python-headless", "OpenCV"), "Apache-2.0"),
        (_part("zxing-cpp"), "Apache-2.0"),
        (_part("reportlab", "ReportLab"), "BSD-3-Clause"),
        (_part("cryptography"), "Apache-2.0 / BSD-3-Clause"),
        ("Inter, Noto Sans SC", "SIL OFL 1.1"),
        ("Material Design Icons", "Apache-2.0"),
    )
    return AboutView(facts, parts)


def _part(package: str, name: str = "") -> str:
    try:
        return f"{name or package} {version(package)}"
    except PackageNotFoundError:  # an installed program may come without its packages' own papers
        return name or package
