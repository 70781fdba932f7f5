"""One section of administration: what it lists, what is chosen there, and what is done with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from inspection_station.station.administration_office import Office
from inspection_station.station.administration_views import DetailView, SectionView


class Section(QObject):
    """See the module; `NAME`, `ICON` and the msgid `TEXT` are its entry in the list.

    Signals:
        changed(): its table or what is told of a row is another one.
    """

    NAME = ICON = TEXT = ""
    changed = Signal()

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office

    def load(self) -> None:
        """Get what it lists, of the centre while somebody is signed in there, else what is known here."""
        raise NotImplementedError

    def view(self) -> SectionView:
        """Its table, in the language in force."""
        raise NotImplementedError

    def detail(self, row: str) -> DetailView:
        """What is told of a row; the name is empty where none is chosen."""
        raise NotImplementedError

    def act(self, action: str, row: str) -> None:
        """Do an action of `view` or `detail` with the row chosen."""
        raise NotImplementedError

    def more(self) -> None:
        """The last row is in sight."""


def moved(before: str, after: str) -> str:
    """How something was and will be."""
    return f"{before or '–'} → {after or '–'}"
