"""What the frame shows: top bar, status strip, sign-in. Words for devices, sync and people in the language in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import inspection_station
from inspection_station.devices.printers import PrinterStatus
from inspection_station.domain.people import Person, Role
from inspection_station.i18n import N_, language, sentences, translate
from inspection_station.station.assembly import Station
from inspection_station.station.presenting import practice
from inspection_station.station.presenting.sync import link_tag
from inspection_station.station.presenting.words import counted, joined, product_name
from inspection_station.station.sign_in_views import PersonView, SignInView
from inspection_station.station.views import DeviceView, TabView, TagView, TopBarView
from inspection_station.sync.loop import SyncState
from inspection_station.workflows.ports import OutboxCounts

INSPECT, HISTORY, SETTINGS = 1, 4, 7  # places of the areas in the top bar
LOW_FREE_BYTES = 5 * 1024**3
GIGABYTE = 1024**3


@dataclass(frozen=True)
class Devices:
    """How everything at the bench is, as last heard."""

    camera: str = "absent"  # live | lost | absent
    camera_name: str = ""  # what it is called, or its picture's size; a msgid
    printer: PrinterStatus | None = None
    labels_waiting: int = 0
    sync: SyncState | None = None
    enrolled: bool = False
    free_bytes: int = 0
    minimum_bytes: int = 0
    attention: int = 0  # refused things nobody has seen to


def role_word(role: Role) -> str:
    """A role in words."""
    return {
        Role.INSPECTOR: translate("Inspector"),
        Role.LEAD: translate("Shift lead"),
        Role.ADMINISTRATOR: translate("Administrator"),
        Role.DISPUTE_DESK: translate("Dispute desk"),
    }[role]


def shift_word(shift: str) -> str:
    """A shift in words; one of a site's own stands for itself."""
    return {"day": translate("Early shift"), "late": translate("Late shift"), "night": translate("Night shift")}.get(
        shift, shift
    )


def bench_words(station: Station) -> str:
    """“Bench B12 · site”."""
    identity = station.desk.station
    return joined([translate("Bench {code}", code=identity.code), identity.site])


def top_bar(
    station: Station, person: Person, area: str, done: int, house: Mapping[int, TabView], practises: bool = False
) -> TopBarView:
    """The top bar for `person` in `area`; `house` are tabs of those who lead, by place among `INSPECT` and so on.

    Who `practises` sees that in the areas' place.
    """
    own = {
        INSPECT: TabView("inspect", translate("Inspect"), "mdi6.barcode-scan", area == "inspect"),
        HISTORY: TabView("history", translate("History"), "mdi6.magnify", area == "history"),
        SETTINGS: TabView("settings", translate("Settings"), "mdi6.cog-outline", area == "settings"),
    }
    tabs = tuple(tab for _place, tab in sorted({**house, **own}.items()))
    view = TopBarView(
        translate("Returns inspection"), bench_words(station), tabs, product_name(person.name, person.name_en),
        joined([role_word(person.role), shift_word(person.shift)]), "EN / 中" if language() == "en" else "中 / EN",
        done, station.settings.station.shift_target, translate("today"),
    )  # fmt: skip
    if not practises:
        return view
    return replace(view, bench="", tabs=(), done=None, practice=practice.tag(), leave=practice.leave())


def strip(devices: Devices) -> tuple[DeviceView, ...]:
    """The chips of the status strip."""
    return (
        DeviceView("scanner", translate("Scanner"), translate("Listening"), "mdi6.barcode-scan"),
        _camera(devices),
        _printer(devices),
        _sync(devices),
        _storage(devices),
    )


def _camera(devices: Devices) -> DeviceView:
    words, state = {
        "live": (translate(devices.camera_name) if devices.camera_name else translate("Ready"), "ok"),
        "lost": (translate("No picture"), "fault"),
        "absent": (translate("Not found"), "attention"),
    }[devices.camera]
    return DeviceView("camera", translate("Camera"), words, "mdi6.camera-outline", state)  # type: ignore[arg-type]


def _printer(devices: Devices) -> DeviceView:
    label, icon, waiting = translate("Printer"), "mdi6.printer-outline", devices.labels_waiting
    status = devices.printer
    queued = counted(N_("1 label queued"), N_("{n} labels queued"), waiting) if waiting else ""
    if status is None:
        return DeviceView("printer", label, translate("Looking"), icon, "info")
    if status.can_print:
        words = translate("Printing") if status.state == "printing" else translate("Ready")
        return DeviceView("printer", label, joined([words, queued]), icon, "info" if waiting else "ok")
    if status.state == "none":
        return DeviceView("printer", label, joined([translate("None set up"), queued]), icon, "attention")
    what = sentences(status.problem)[0] if status.problem else translate("Not responding")
    state = "fault" if status.state == "offline" else "attention"
    return DeviceView("printer", label, joined([what, queued]), icon, state)  # type: ignore[arg-type]


def _sync(devices: Devices) -> DeviceView:
    counts = devices.sync.counts if devices.sync is not None else OutboxCounts()
    tag = link_tag(devices.sync, counts, devices.enrolled, devices.attention)
    state = {"ok": "ok", "info": "info", "warn": "attention", "error": "fault"}[tag.tone]
    icon = tag.icon if tag.icon == "mdi6.cloud-off-outline" else "mdi6.cloud-outline"
    return DeviceView("sync", translate("Sync"), tag.text, icon, state)  # type: ignore[arg-type]


def _storage(devices: Devices) -> DeviceView:
    label, icon = translate("Storage"), "mdi6.harddisk"
    text = translate("{n} GB free", n=devices.free_bytes // GIGABYTE)
    if devices.free_bytes < devices.minimum_bytes:
        return DeviceView("storage", label, translate("Full"), icon, "fault")
    return DeviceView("storage", label, text, icon, "attention" if devices.free_bytes < LOW_FREE_BYTES else "ok")


def sign_in(
    station: Station,
    people: list[Person],
    chosen: str,
    entered: int,
    devices: Devices,
    *,
    message: str = "",
    locked: bool = False,
    shake: bool = False,
) -> SignInView:
    """The sign-in page; in practice work one click on a name is enough."""
    now = station.clock.local(station.clock.now())
    if station.practice and people:
        question = translate("Choose who you are")
        hint = translate("Demo: one click signs in; badges and PINs are listed on the welcome card")
    else:
        question, hint = translate("No badge?"), translate("Choose your name, then type the 6-digit PIN")
    person = next((one for one in people if one.id == chosen), None)
    if person is not None:
        question = translate("{name}, type your PIN", name=product_name(person.name, person.name_en))
        hint = translate("The sixth digit signs in")
        if person.role is not Role.INSPECTOR:
            hint = translate("This role needs the PIN as well; the sixth digit signs in")
    facts = [TagView(translate("Scanner listening"), "neutral", "mdi6.barcode-scan")]
    facts.append(TagView(_sync(devices).value, "neutral", _sync(devices).icon))
    facts.append(TagView(f"{now:%m-%d %H:%M}", "neutral", "mdi6.clock-outline"))
    return SignInView(
        product=translate("Returns inspection"),
        bench=bench_words(station),
        title=translate("Please scan your badge"),
        hint=translate("Hold the badge's barcode to the scanner; it signs you in. No need to touch the screen."),
        centre=station.desk.station.site or translate("Returns centre"),
        card_name=translate("Name"),
        card_role=translate("Inspector · No. E00000"),
        facts=tuple(facts),
        question=question,
        question_hint=hint,
        language="EN / 中" if language() == "en" else "中 / EN",
        people=tuple(
            PersonView(
                one.id, product_name(one.name, one.name_en), role_word(one.role), shift_word(one.shift),
                one.id == chosen,
            )
            for one in people
        ),
        clear=translate("Clear"),
        note=translate("5 wrong PINs lock for 5 minutes; a lead's badge unlocks"),
        version=f"v{inspection_station.__version__}",
        entered=entered,
        message=message,
        locked=locked,
        shake=shake,
    )
