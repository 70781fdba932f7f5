"""A settings page with realistic content in both languages, for tests of its layout and for pictures of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gui import samples
from PySide6.QtGui import QImage

from inspection_station.devices.camera_usb import UsbDevice
from inspection_station.devices.printers import NoPrinter, PrinterStatus
from inspection_station.devices.serial_line import SerialPort
from inspection_station.devices.serial_scale import ScaleReading, scale_unplugged
from inspection_station.domain.people import Person, Role
from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits
from inspection_station.evidence.ruler import Ruler
from inspection_station.evidence.white_balance import Shade
from inspection_station.settings import Settings
from inspection_station.station.first_run import FirstRunPage
from inspection_station.station.label_trial import trial_label
from inspection_station.station.presenting import camera as camera_words
from inspection_station.station.presenting import scanner as scanner_words
from inspection_station.station.presenting import settings as words
from inspection_station.station.presenting import sync as sync_words
from inspection_station.station.presenting.attention import attention
from inspection_station.station.presenting.camera import CalibrationState, WhiteBalance
from inspection_station.station.presenting.scale import scale_card
from inspection_station.station.presenting.sync import Disk
from inspection_station.station.scan_calibration import Proposal
from inspection_station.station.scanned_text import ScanFacts
from inspection_station.station.scanner_trial import TrialState
from inspection_station.station.settings_camera_card import CameraCard
from inspection_station.station.settings_page import SettingsPage
from inspection_station.station.settings_printing import PrintingSection
from inspection_station.station.settings_views import AboutView, CentreView, PrintJobView
from inspection_station.station.views import FactView
from inspection_station.storage.attention import PHOTO, AttentionItem, AttentionNote
from inspection_station.storage.print_jobs import PAPER
from inspection_station.sync.loop import SyncState
from inspection_station.sync.words import sentences_of
from inspection_station.workflows.clock import SystemClock
from inspection_station.workflows.ports import OutboxCounts

INSPECTOR = Person("p1", "陈晓雯", "Chen Xiaowen", Role.INSPECTOR)
LEAD = Person("p2", "周敏", "Zhou Min", Role.LEAD)
ADMINISTRATOR = Person("p3", "许东", "Xu Dong", Role.ADMINISTRATOR)
SCAN = ScanFacts("RT-261121-0009274601", "RT-261121-0009274601", (6, 7, 6, 8, 9, 7, 6, 8), 57, "Enter")
TOO_CLOSE = Proposal(58, 58, 60, False)
PORTS = (SerialPort("/dev/serial/by-id/usb-Honeywell_1470g_18123B4567-if00", "Voyager 1470g (ttyACM0)"),)
GIGABYTE = 1024**3


class FixedClock(SystemClock):
    """It is always the same moment."""

    def now(self) -> str:
        return "2026-11-21T02:42:33.120Z"


CLOCK = FixedClock("Asia/Shanghai")


FOUND = (UsbDevice(0, "Logitech BRIO", "046d_Logitech_BRIO_9A1B2C3D"), UsbDevice(2, "HD Pro Webcam C920", ""))
REFUSED = StationProblem(
    "camera.focus_refused", "This camera does not let its focus be locked.",
    "Wait until the picture is sharp before each photo.",
)  # fmt: skip


def show_card(
    card: CameraCard, place: str, state: str, source: str, refused: bool = False, asked: bool = False
) -> None:
    """Fill a camera's card."""
    live = state == "live"
    refusals = (REFUSED,) if refused else ()
    view = camera_words.camera(state, source, (1920, 1080), rate=29.8, found=FOUND, refusals=refusals)
    card.show_place(place)
    card.show_view(replace(view, lockable=source.startswith("usb:")))
    for one in ("camera", "side_camera"):
        found = FOUND if live else ()
        missing = camera_words.none_found(found, watched=True)
        card.show_sources(one, camera_words.source_choices(found, source), missing)
    quality = PhotoQuality(0.42, 128.0, 0.004, "ok") if live else None
    white = WhiteBalance(Shade(80.0, 2.1, 9.4 if refused else 0.9) if live else None)
    card.show_meters(camera_words.meters(quality, white=white))
    limits = QualityLimits() if asked else None
    measured = CalibrationState(proposal=limits, ruler=Ruler(3.21, 90))
    card.show_calibration(
        camera_words.calibration(measured, live=live, why_not="", white=white, usual=not refused)
    )
    if live:
        card.show_picture(samples.frame())


def camera_settings(settings: Settings, case: str) -> Settings:
    """The cameras of a case: of the demo; lost; on USB; at an address beside the bench."""
    sources = {"lost": "usb:0", "usb": FOUND[0].source, "network": "rtsp://bench:secret@192.168.1.60:554/live?ch=1"}
    source = sources.get(case, "simulated")
    held = "locked" if case == "usb" else "automatic"
    section = {"exposure": held, "focus": held, "source": source}
    if case == "network":
        return replace(settings, side_camera=replace(settings.side_camera, **section))
    return replace(settings, camera=replace(settings.camera, **section))


def printer_settings(settings: Settings, case: str) -> Settings:
    """The label printer of a case: on a serial line, or a queue of the system."""
    kinds = {"serial": {"kind": "serial", "device": "/dev/ttyUSB1"}, "queue": {"kind": "queue", "queue": QUEUES[0][0]}}
    return replace(settings, printer=replace(settings.printer, **kinds[case])) if case in kinds else settings


QUEUES = [("Zebra-ZD421-203dpi", "Zebra-ZD421-203dpi · raw"), ("Office", "Office · with a driver")]


def show_printers(section: PrintingSection, settings: Settings, case: str, label: QImage) -> None:
    """Fill the section of the printers; with a `case` jobs are open."""
    jobs = [
        PrintJobView("1", "RT-261121-00700031-01", "11-21 10:43 · " + samples.t("已发送，但不确定是否出纸",
                     "Sent, but it is not known whether it came out"), ("seen", "again", "not_seen")),
        PrintJobView("2", "RT-261121-00700032-01", "11-21 10:44 · " + samples.t("等待打印机", "waits for the printer")),
    ]  # fmt: skip
    for purpose, panel in section.panels.items():
        panel.show_queues(QUEUES if case == "queue" else [])
        status = PrinterStatus("ready", checked=False) if case else PrinterStatus("ready")
        paper = words.A4 if purpose == PAPER else ((60.0, 40.0), (203, 203))
        panel.show_view(words.printer(status, words.printer_name(settings, purpose), paper, None, ""))
        panel.show_label(label)
        panel.show_jobs(jobs if case else [])


SYNC_STATES = ("offline", "captive", "revoked", "clock", "fault", "reconciling")
ATTENTIVE = ("enrolled", "offline", "revoked")
REFUSED_THINGS = [
    AttentionItem(
        "01938000-0000-7000-8000-000000000001", "inspection_event", "conflict", "", "2026-11-21T02:12:00.000Z",
        "ITEM_DECIDED", "i1", "t1", "RT-261121-01200042", "SF1390447120865",
    ),
    AttentionItem("ab" * 32, PHOTO, "refused", "photo.absent_here", "2026-11-20T09:12:00.000Z", "", "i2", "", "",
                  "JT5208881733064"),
    AttentionItem(
        "01938000-0000-7000-8000-000000000003", "inspection_event", "quarantined", "record.some_new_reason", "",
        notes=(AttentionNote("acknowledged", "", "p2", "2026-11-21T02:30:00.000Z"),),
    ),
]  # fmt: skip


def sync_state(case: str, counts: OutboxCounts) -> SyncState:
    """How the sync is in a case of the page."""
    done, soon = "2026-11-21T02:40:00.000Z", "2026-11-21T02:43:05.000Z"
    if case == "fault":
        problem = StationProblem("identity.keyring_silent", "The keyring with the station's key does not open.",
                                 "Unlock the keyring of this user; work goes on, and it is tried again.")  # fmt: skip
        return SyncState("fault", counts, done, problem=problem, next_at=soon)
    kinds = {"lost": "offline", "offline": "offline", "captive": "offline", "revoked": "refused"}
    codes = {"captive": "not_the_centre", "revoked": "station.revoked", "clock": "clock.wrong"}
    code = codes.get(case, "unreachable" if case in kinds else "")
    words = sentences_of(code) if code in ("not_the_centre", "clock.wrong", "unreachable") else ({}, {})
    offset = 190_000 if case == "clock" else 0
    reconciling = 12_000 if case == "reconciling" else None
    return SyncState(kinds.get(case, "sending"), counts, done, 18, offset, code, *words, None, soon, reconciling)


def page(name: str) -> SettingsPage:
    """The page at the section `name`: devices (also _lost, _usb, _network), printing (also _serial, _queue), sync (also
    _enrolled, and each of `SYNC_STATES`), display or about.
    """
    section, _, case = name.partition("_")
    lost, enrolled = case == "lost", case in ("enrolled", *SYNC_STATES)
    shown = SettingsPage(section)
    settings = Settings()
    if lost:
        settings = replace(settings, printer=replace(settings.printer, kind="raw_9100", address="192.168.1.50"))
    settings = printer_settings(camera_settings(settings, case), case)
    person = INSPECTOR if case else ADMINISTRATOR
    shown.show_settings(words.setting_views(settings, lambda key: words.why_not(settings, key, person)))
    raw = replace(SCAN, raw="ＲＴ-261121-0009274601", gaps=(6, 34), terminator="none")
    shown.show_scanner(scanner_words.scanner(raw if lost else SCAN, 35, lost, "", line="lost" if lost else ""))
    trial = TrialState(scans=5, proposal=TOO_CLOSE) if lost else TrialState()
    shown.scanner.show_trial(scanner_words.trial(trial, 35))
    shown.scanner.show_test_code(case in ("lost", "network"))
    shown.scanner.show_ports(scanner_words.ports(PORTS if lost else ()))
    shown.scale.show_view(
        scale_card("absent", ScaleReading(), scale_unplugged(), scanner_words.ports(PORTS)) if lost
        else scale_card("live", ScaleReading(1_250, case != "usb", "yaohua"), None)
    )  # fmt: skip
    status = NoPrinter().status() if lost else PrinterStatus("ready")
    shown.show_printer(
        words.printer(status, words.printer_name(settings), ((60, 40), (203, 203)),
                      12 if lost else 0, "other" if lost else "verified")
    )  # fmt: skip
    label = trial_label(datetime(2026, 11, 21, 10, 43), "B12", (60, 40), (203, 203))  # noqa: DTZ001
    shown.show_label(QImage.fromData(label.raster_png))
    show_printers(shown.printing, settings, case, QImage.fromData(label.raster_png))
    place = "side_camera" if case == "network" else "camera"
    source = str(settings.value(f"{place}.source"))
    if case == "usb":
        shown.camera.show_pedal()
    show_card(shown.camera, place, "absent" if lost else "live", source, case == "usb", case == "network")
    counts, items = OutboxCounts(3, 12, 2 if lost or enrolled else 0, "2026-11-21T02:41:53.000Z"), REFUSED_THINGS
    shown.show_sync(sync_words.sync(sync_state(case, counts), counts, name != "sync", CLOCK, "file", 2 * enrolled))
    backup_at = "2026-11-21T01:00:00.000Z" if enrolled else ""
    disk = Disk(512 * GIGABYTE, 182 * GIGABYTE, 31044, 94 * GIGABYTE, 29800, 12040, 8800, backup_at)
    shown.show_storage(sync_words.storage(disk, 12, name != "sync", CLOCK))
    facts = [(samples.t("本台", "Station"), "B12"),
             (samples.t("站点", "Site"), samples.t("华东退货中心", "East China")),
             (samples.t("地址", "Address"), "https://centre.example:8765")]  # fmt: skip
    view = CentreView(True, tuple(FactView(*fact) for fact in facts)) if enrolled else CentreView(
        False, address="https://centre.example:8765",
        trouble=(samples.t("登记码错误、已用过或已过期。", "The enrolment code is wrong, used or too old."), ""),
    )  # fmt: skip
    shown.show_centre(view)
    people = {"p2": samples.t("周敏", "Zhou Min")}
    shown.attention.show_view(
        attention(items if case in ATTENTIVE else [], people, LEAD, CLOCK, items[0].id,
                  "/var/lib/inspection-station/data/refused/refused_B12_20261121-104233.zip" if enrolled else "")
    )  # fmt: skip
    about = ((samples.t("版本", "Version"), "1.0.0"),
             (samples.t("数据文件夹", "Data folder"), "/var/lib/inspection-station/a-long-name/data"))  # fmt: skip
    shown.show_about(AboutView(tuple(FactView(*one) for one in about), (("Qt 6.11 · PySide6", "LGPL-3.0"),) * 6))
    return shown


def first_run(step: int) -> FirstRunPage:
    """The first start's page at a step."""
    shown = FirstRunPage(step)
    shown.show_settings(words.setting_views(Settings(), lambda key: ""))
    shown.show_centre(CentreView(False))
    show_card(shown.camera, "camera", "live", Settings().camera.source)
    shown.show_printer(
        words.printer(PrinterStatus("ready"), words.printer_name(Settings()), ((60, 40), (203, 203)), None, "sent")
    )
    label = trial_label(datetime(2026, 11, 21, 10, 43), "000", (60, 40), (203, 203))  # noqa: DTZ001
    shown.show_label(QImage.fromData(label.raster_png))
    return shown


PEOPLE = [("陈晓雯", "质检员", "BADGE-E00012", "260012"), ("林志强", "质检员", "BADGE-E00017", "260017"),
          ("吴佳", "质检员", "BADGE-E00023", "260023"), ("周敏", "班组长", "BADGE-E00005", "260005"),
          ("许东", "管理员", "BADGE-E00002", "260002")]  # fmt: skip
PARCELS = [("SF1390447120865", "干净的羽绒服"), ("SF1390447120917", "裤子有污渍"), ("JT5208881733064", "退错商品"),
           ("ZC6401882290437", "没有退货单")]  # fmt: skip


PAGES = ("devices", "devices_lost", "devices_usb", "devices_network", "printing", "printing_serial",
         "printing_queue", "sync", "sync_enrolled", *(f"sync_{state}" for state in SYNC_STATES),
         "display", "about")  # fmt: skip
