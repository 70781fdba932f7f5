"""What needs attention at the window: looks it up, tries again, notes who has seen it, writes it to a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from inspection_station.domain.people import Person, Right
from inspection_station.evidence.refused_export import write_refused
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.notices import Notices
from inspection_station.station.presenting.attention import attention
from inspection_station.station.presenting.words import product_name
from inspection_station.station.settings_views import AttentionView
from inspection_station.storage.attention import PHOTO, AttentionItem

if TYPE_CHECKING:
    from inspection_station.station.attention_card import AttentionCard


class AttentionDesk(QObject):
    """Runs the card of what needs attention.

    Signals:
        case_wanted(str, str): inspection and item are to be shown in the history.
        offered(): something waits again for the centre.
        changed(): other things need attention, or somebody has seen to some.
    """

    case_wanted = Signal(str, str)
    offered = Signal()
    changed = Signal()

    def __init__(
        self,
        station: Station,
        background: Background,
        notices: Notices,
        person: Callable[[], Person | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._notices, self._person = station, background, notices, person
        self._card: AttentionCard | None = None
        self._items: list[AttentionItem] = []
        self._names: dict[str, str] = {}
        self._chosen = self._exported = ""

    def attach(self, card: AttentionCard) -> None:
        """Work with a card made anew."""
        self._card = card
        card.chosen.connect(self.choose)
        card.act_requested.connect(self.act)
        self._show()

    @property
    def view(self) -> AttentionView:
        """What the card shows."""
        person, clock = self._person(), self._station.clock
        return attention(self._items, self._names, person, clock, self._chosen, self._exported)

    @property
    def forked(self) -> bool:
        """Whether the centre holds other records under this station's numbers."""
        return any(one.verdict == "conflict" and not one.acknowledged for one in self._items)

    def look(self) -> None:
        """Look up what was refused."""
        station = self._station

        def work() -> tuple[list[AttentionItem], dict[str, str]]:
            items = station.attention.items()
            people = station.reference.people() if any(one.notes for one in items) else []
            return items, {one.id: product_name(one.name, one.name_en) for one in people}

        self._background.run(work, self._looked)

    def _looked(self, found: tuple[list[AttentionItem], dict[str, str]]) -> None:
        before, (self._items, self._names) = self._items, found
        self._show()
        if self._items != before:
            self.changed.emit()

    def _show(self) -> None:
        if self._card is not None:
            self._card.show_view(self.view)

    def choose(self, item_id: str) -> None:
        """Another row."""
        self._chosen = item_id
        self._show()

    def act(self, name: str) -> None:
        """open, again, seen or export."""
        item = next((one for one in self._items if one.id == self.view.chosen), None)
        person = self._person()
        if person is None or item is None:
            return
        if name == "open" and item.inspection_id:
            self.case_wanted.emit(item.inspection_id, item.item_id)
        elif name == "again" and person.may(Right.OVERRIDE):
            self._again(item, person)
        elif name == "seen":
            station, now = self._station, self._station.clock.now()
            self._background.run(
                lambda: station.attention.note([item.id], "acknowledged", "", person.id, now), lambda _none: self.look()
            )
        elif name == "export":
            self._export(person)

    def _again(self, item: AttentionItem, person: Person) -> None:
        station, now = self._station, self._station.clock.now()

        def work() -> None:
            station.attention.note([item.id], "tried_again", "", person.id, now)
            is_photo = item.kind == PHOTO
            station.outbox.offer_again([] if is_photo else [item.id], [item.id] if is_photo else [])

        def done(_none: None) -> None:
            self.offered.emit()
            self.look()

        self._background.run(work, done)

    def _export(self, person: Person) -> None:
        station, items, now = self._station, list(self._items), self._station.clock.now()
        stamp = f"{station.clock.local(now):%Y%m%d-%H%M%S}"
        target = station.folder / "refused" / f"refused_{station.desk.station.code}_{stamp}.zip"

        def gather() -> tuple[list[dict[str, Any]], list[str]]:
            reasons = {one.id: one for one in items}
            lines: list[dict[str, Any]] = []
            photos = [one.id for one in items if one.kind == PHOTO]
            for record in station.attention.records([one.id for one in items if one.kind != PHOTO]):
                refused = reasons[record.id]
                lines.append(
                    {"id": record.id, "revision": record.revision, "kind": record.kind, "hash": record.hash,
                     "verdict": refused.verdict, "code": refused.code, "photos": list(record.photos),
                     "body": record.body}
                )  # fmt: skip
                photos += record.photos
            lines += [
                {"id": one.id, "kind": PHOTO, "verdict": one.verdict, "code": one.code,
                 "inspection_id": one.inspection_id, "rt_number": one.rt_number} for one in items if one.kind == PHOTO
            ]  # fmt: skip
            return lines, list(dict.fromkeys(photos))

        def write(gathered: tuple[list[dict[str, Any]], list[str]]) -> None:
            lines, photos = gathered
            paths = {sha256: station.photos.path(sha256) for sha256 in photos}
            self._background.run(
                lambda: write_refused(target, lines, paths), lambda _sha: self._wrote(str(target), person, now),
                lane="photo",
            )  # fmt: skip

        self._background.run(gather, write)

    def _wrote(self, path: str, person: Person, now: str) -> None:
        self._exported = path
        station, ids = self._station, [one.id for one in self._items]
        self._background.run(
            lambda: station.attention.note(ids, "exported", path, person.id, now), lambda _none: self.look()
        )
