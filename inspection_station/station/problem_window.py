"""The small window for what keeps the station from starting: at a bench nobody sees standard error."""

from __future__ import annotations

import logging
import platform
import sys
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog

import inspection_station
from inspection_station.diagnostics import bug_report, masked
from inspection_station.errors import StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import column, row
from inspection_station.station.tags import Icon
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, PrimaryView

log = logging.getLogger(__name__)

WIDTH = 720
UNSEEN = ("offscreen", "minimal")
"""Qt platforms that draw where nobody looks; waiting there for somebody to close a window would be for ever."""


class ProblemWindow(QDialog):
    """What happened, what to do, and a report to copy. Esc closes it; Enter does not, since a scan ends with it.

    Args:
        code: stable name of the problem, for the support; empty for a bug.
        report: what “Copy report” puts on the clipboard.
    """

    def __init__(self, what: str, to_do: str, code: str, report: str) -> None:
        super().__init__()
        look = theme.current()
        self.setObjectName("canvas")
        self.setWindowTitle(translate("Returns inspection"))
        self.setFixedWidth(WIDTH)
        self.report = report
        pad = look.size("cardPadding")
        whole = column(self, spacing=16, margins=(pad, pad, pad, pad))
        heading = row(spacing=16)
        heading.addWidget(Icon("mdi6.alert-octagon", 48, "error.solid"), 0, Qt.AlignmentFlag.AlignTop)
        heading.addWidget(TextLabel(what, "h2", weight=700, wrap=True), 1)
        whole.addLayout(heading)
        if to_do:
            whole.addWidget(TextLabel(to_do, "bodyL", wrap=True))
        if code:
            whole.addWidget(TextLabel(code, "label", colour="text.secondary", code=True))
        buttons = row(spacing=16)
        self.copy_button = ActionButton(
            ActionView("copy", translate("Copy report"), "mdi6.content-copy", "Ctrl+C"), size="normal"
        )
        self.copy_button.clicked.connect(self.copy_report)
        self.close_button = PrimaryButton("button")
        self.close_button.set_view(PrimaryView(translate("Close"), "", "mdi6.close", "Esc"))
        self.close_button.clicked.connect(self.reject)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.close_button, 1)
        whole.addSpacing(8)
        whole.addLayout(buttons)
        self.setAccessibleName(what)
        self.setAccessibleDescription(to_do)
        self.setFocus()

    def copy_report(self) -> None:
        """Put the report on the clipboard and say so."""
        QGuiApplication.clipboard().setText(self.report)
        self.copy_button.set_view(ActionView("copy", translate("Report copied"), "mdi6.check", "Ctrl+C"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_report()
        elif event.key() == Qt.Key.Key_Escape:
            self.reject()
        event.accept()


def report_of(problem: StationProblem) -> str:
    """The sentences with code, versions and time; without personal data."""
    what, to_do = sentences(problem)
    now = datetime.now(UTC).isoformat(timespec="seconds")[:-6]
    surroundings = (
        f"inspection-station {inspection_station.__version__} · Python {platform.python_version()} · "
        f"{platform.system()} {platform.release()} {platform.machine()} · {now}Z"
    )
    return masked("\n".join(part for part in (what, to_do, f"[{problem.code}]", surroundings) if part) + "\n")


def window_for(error: Exception) -> ProblemWindow:
    """The window that tells `error`: a problem in its own words, anything else as a mistake of the program."""
    if isinstance(error, StationProblem):
        return ProblemWindow(*sentences(error), error.code, report_of(error))
    return ProblemWindow(
        translate("The program stopped because of a mistake in it"),
        translate("Copy the report and send it to your support."), "", bug_report(error),
    )  # fmt: skip


def is_seen() -> bool:
    """Whether somebody can see a window here."""
    return QGuiApplication.platformName() not in UNSEEN


def show_and_wait(error: Exception) -> None:
    """Tell `error` in a window of its own and return when it was closed; at once where nobody could see it."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication) or not is_seen():
        return
    try:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        theme.use(theme.Theme(density=theme.density_for(screen.width(), screen.height())))
        window_for(error).exec()
    except Exception:  # it is on standard error as well; telling it must not hide it behind another fault
        log.exception("the problem could not be shown in a window")
