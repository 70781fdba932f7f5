"""Draws every page with sample content into PNG files, to be laid beside the design.

    python tests/gui/gallery.py FOLDER [page …] [--size 1366x768] [--lang en] [--dark] [--text 115]
    python tests/gui/gallery.py --show PAGE          a real window, until it is closed
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gui import samples
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from inspection_station.i18n import set_language
from inspection_station.station import theme
from inspection_station.station.checklist_page import ChecklistPage
from inspection_station.station.exception_page import ExceptionPage
from inspection_station.station.grade_page import GradePage
from inspection_station.station.page import Page
from inspection_station.station.parcel_page import ParcelPage
from inspection_station.station.sign_in import SignInPage
from inspection_station.station.status_strip import StatusStrip
from inspection_station.station.top_bar import TopBar
from inspection_station.station.waiting_page import WaitingPage

PAGES = ("sign_in", "waiting", "ready", "capture", "lost", "several", "checklist", "grade", "no_match", "wrong_item",
         "duplicate")  # fmt: skip


def page(name: str) -> Page:
    """The page with its sample content."""
    if name == "sign_in":
        signing = SignInPage()
        signing.show_view(samples.sign_in())
        return signing
    if name == "waiting":
        waiting = WaitingPage()
        waiting.show_view(samples.waiting())
        return waiting
    if name in ("ready", "capture", "lost", "several"):
        parcel = ParcelPage()
        parcel.show_view(samples.parcel(name))
        parcel.camera.show_frame(samples.frame())
        return parcel
    if name == "checklist":
        checks = ChecklistPage()
        checks.show_view(samples.checklist())
        return checks
    if name == "grade":
        grading = GradePage()
        grading.show_view(samples.grade())
        return grading
    exception = ExceptionPage()
    exception.show_view(getattr(samples, name)())
    return exception


def window(name: str, width: int, height: int) -> QMainWindow:
    """A whole window around the page, as the product frames it."""
    shell = QMainWindow()
    body = QWidget()
    layout = QVBoxLayout(body)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    shown = page(name)
    if name != "sign_in":
        top = TopBar()
        top.show_view(samples.top_bar())
        layout.addWidget(top)
    layout.addWidget(shown, 1)
    if name != "sign_in":
        strip = StatusStrip()
        strip.show_devices(samples.devices(name == "lost"))
        strip.show_time("10:42")
        layout.addWidget(strip)
    shell.setCentralWidget(body)
    shell.setWindowTitle("Returns inspection")
    shell.resize(width, height)
    return shell


def main() -> int:
    """Draw what the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--lang", default="zh_CN")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--text", type=int, default=100)
    parser.add_argument("--show", action="store_true")
    wanted = parser.parse_args()
    application = QApplication(sys.argv)
    width, height = (int(part) for part in wanted.size.split("x"))
    set_language(wanted.lang)
    theme.use(theme.Theme("dark" if wanted.dark else "light", theme.density_for(width, height), wanted.text,
                          reduce_motion=not wanted.show))  # fmt: skip
    if wanted.show:
        shell = window(wanted.folder, width, height)
        shell.show()
        return application.exec()
    folder = Path(wanted.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in wanted.pages or PAGES:
        shell = window(name, width, height)
        shell.show()
        for _ in range(6):
            application.processEvents()
        if (shell.width(), shell.height()) != (width, height):
            print(f"{name}: {shell.width()} × {shell.height()} instead of {width} × {height}")
        tail = f"_{wanted.lang}" * (wanted.lang != "zh_CN") + "_dark" * wanted.dark
        shell.grab().save(str(folder / f"{name}_{width}{tail}.png"))
        shell.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
