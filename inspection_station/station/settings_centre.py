"""The cards about the centre: sync, enrolment, and the room on this station's disk."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station.action_button import ActionButton
from inspection_station.station.settings_controls import Field
from inspection_station.station.settings_parts import DeviceCard, DiskBar, FactLines, Trouble
from inspection_station.station.settings_views import CentreView, StorageView, SyncView
from inspection_station.station.surfaces import HairLine, column, row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView


class SyncCard(DeviceCard):
    """How much waits for the centre.

    Signals:
        sync_requested(): try now.
    """

    sync_requested = Signal()

    def __init__(self) -> None:
        super().__init__("", translate("Sync"))
        line = row(spacing=12)
        self._count = TextLabel("", "h1", weight=800, keep=True)
        self._count.set_scale(1.25, 1.1)
        self._words = TextLabel("", "body", colour="text.secondary", wrap=True)
        line.addWidget(self._count, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(line)
        self._facts = FactLines()
        self.column.addWidget(self._facts)
        self._trouble = Trouble()
        self.column.addWidget(self._trouble)
        self.column.addStretch(1)
        self._now = ActionButton(ActionView("sync_now", translate("Sync now"), "mdi6.sync"), size="small")
        self._now.clicked.connect(self.sync_requested)
        self.column.addWidget(self._now)

    def show_view(self, view: SyncView) -> None:
        """Show another state."""
        self.show_head(view.state)
        self._count.set_text(str(view.waiting))
        self._words.set_text(view.waiting_words)
        self._facts.show_facts(view.facts)
        self._trouble.show_trouble(*view.trouble)
        self._now.setEnabled(view.can_sync)


class StorageCard(DeviceCard):
    """Room on the disk and the photos here; nothing is cleared before it is safe (DECISIONS.md 11)."""

    def __init__(self) -> None:
        super().__init__("", translate("Storage"))
        self._bar = DiskBar()
        self.column.addWidget(self._bar)
        self._facts = FactLines()
        self.column.addWidget(self._facts)
        self.column.addWidget(HairLine())
        self._sentence = TextLabel("", "label", colour="text.secondary", wrap=True)
        self.column.addWidget(self._sentence)
        self.column.addStretch(1)

    def show_view(self, view: StorageView) -> None:
        """Show another state."""
        self.show_head(TagView(view.free, "neutral", "mdi6.harddisk"))
        self._bar.show_parts(view.other, view.here, view.unsynced)
        self._facts.show_facts(view.facts)
        self._sentence.set_text(view.sentence)


class CentreForm(QWidget):
    """Address and one-time code, for the settings and the first start.

    Signals:
        enrol_requested(str, str): address and code, as typed.
    """

    enrol_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lines = column(self, spacing=8)
        self.address = Field("https://centre.example:8765")
        self.code = Field(translate("One-time code, typed or scanned"), takes_scan=True)
        for name, field in ((translate("Address of the centre"), self.address),
                            (translate("Enrolment code"), self.code)):  # fmt: skip
            lines.addWidget(TextLabel(name, "label", weight=600))
            field.setAccessibleName(name)
            field.textChanged.connect(self._check)
            lines.addWidget(field)
        self._trouble = Trouble()
        lines.addWidget(self._trouble)
        lines.addSpacing(4)
        self.button = ActionButton(ActionView("enrol", translate("Enrol"), "mdi6.link-variant"), size="small")
        self.button.clicked.connect(self._ask)
        line = row()
        line.addWidget(self.button)
        line.addStretch(1)
        lines.addLayout(line)
        self._usable = True
        self._check()

    def show_view(self, view: CentreView) -> None:
        """Show the address known so far, what went wrong, and whether it can be tried now."""
        if view.address and not self.address.text():
            self.address.show_text(view.address)
        self._usable = not view.busy and not view.reason
        for field in (self.address, self.code):
            field.setEnabled(self._usable)
        words = translate("Enrolling") if view.busy else translate("Enrol")
        self.button.set_view(ActionView("enrol", words, "mdi6.link-variant"))
        trouble = (view.reason, "") if view.reason else view.trouble
        self._trouble.show_trouble(*trouble)
        self._check()

    def _check(self) -> None:
        self.button.setEnabled(self._usable and bool(self.address.text().strip() and self.code.text().strip()))

    def _ask(self) -> None:
        self.enrol_requested.emit(self.address.text().strip(), self.code.text().strip())


class CentreCard(DeviceCard):
    """Not enrolled: the form. Enrolled: who this station is and where its centre is.

    Signals:
        enrol_requested(str, str): address and code.
    """

    enrol_requested = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("mdi6.office-building-outline", translate("Centre"))
        self._facts = FactLines("body", wrap=True)
        self.column.addWidget(self._facts)
        self.form = CentreForm()
        self.form.enrol_requested.connect(self.enrol_requested)
        self.column.addWidget(self.form)

    def show_view(self, view: CentreView) -> None:
        """Show the form, or who the station is."""
        if view.revoked:
            self.show_head(TagView(translate("Station revoked"), "error", "mdi6.alert-circle"))
        elif view.enrolled:
            self.show_head(TagView(translate("Enrolled"), "ok", "mdi6.check-circle"))
        else:
            self.show_head(
                TagView(translate("Not enrolled"), "warn", "mdi6.alert"),
                translate("Records stay on this station until it is enrolled"),
            )
        self._facts.setVisible(view.enrolled)
        self._facts.show_facts(view.facts)
        self.form.setVisible(not view.enrolled or view.revoked)
        self.form.show_view(view)
