"""Everything that is done with totes and manifests at a station by one person; all of it runs on the bench lane."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspection_station.devices.camera import Frame
from inspection_station.documents.evidence_case import EvidenceCase
from inspection_station.domain.custody.acts import ActKind
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.inspection import Item
from inspection_station.domain.people import Person, Right, holder
from inspection_station.durable_files import write_whole
from inspection_station.errors import StationProblem
from inspection_station.i18n import localised, translate
from inspection_station.station import manifest_papers
from inspection_station.station.assembly import Station
from inspection_station.station.evidence_desk import evidence_case, write_evidence
from inspection_station.station.presenting import containers
from inspection_station.station.presenting.containers import ContainersView
from inspection_station.station.presenting.words import clock_time, word
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.printers import label_dpi, label_size
from inspection_station.station.shutter import keep_frame
from inspection_station.storage.print_jobs import PAPER, TOTE_LABEL, PrintJob
from inspection_station.workflows.case import Case
from inspection_station.workflows.containers_port import Content
from inspection_station.workflows.handing_over import HandingOver
from inspection_station.workflows.repacking import Repacking
from inspection_station.workflows.sorting import Sorting

_LOG = logging.getLogger(__name__)

EXPORTS = "exports"
COPIES = 2  # of a manifest: one goes with the goods
CLAIM = "carrier_claim"  # the kind of document with which evidence goes


@dataclass(frozen=True)
class Proof:
    """The evidence of one item, to be written to `target`."""

    facts: EvidenceCase
    case: Case
    item: Item
    target: Path


@dataclass(frozen=True)
class ManifestExport:
    """What was written into `folder`, and of a claim the proofs of its `items` that lie here and are to be written;
    those of the others are at other stations and at the centre."""

    folder: Path
    items: int = 0
    proofs: tuple[Proof, ...] = ()


class ManifestDesk:
    """See the module. What it does with totes and manifests raises StationProblem as `CustodyStore.do`."""

    def __init__(self, station: Station, person: Person) -> None:
        self._station, self._person = station, person
        desk = station.desk
        self.work = HandingOver(
            station.custody, station.containers, station.clock, desk.station, person, desk.book.policies
        )
        self.repacking = Repacking(
            station.custody, station.containers, station.clock, desk.station, person, desk.book.policies
        )
        self.sorting = Sorting(station.custody, station.clock, desk.station, person)

    def view(self, tote: str, manifest: str, since: str | None) -> ContainersView | None:
        """The tote, the manifest or the list; None for a tote that is not known. `since` is as of the board."""
        age = ""
        if since is not None:
            told = clock_time(self._station.clock, since, with_day=True) if since else ""
            age = translate("Data as of {time}", time=told) if since else translate("This station only")
        if manifest:
            return containers.manifest_view(self._station, self.work, manifest, age)
        if tote:
            return containers.tote_view(self._station, self.work, tote, age)
        return containers.list_view(self._station, age)

    def begin(self, kind: str, tote: str) -> str | Refusal:
        """A manifest of that kind with a first tote, or without one; its id. Goods go back to the tote's vendor."""
        vendor = ""
        if tote:
            vendors = {one.vendor for one in self._station.containers.contents(tote)} - {""}
            row = next((one for one in self._station.custody.totes() if one.code == tote), None)
            if row is None:
                return Refusal("tote.unknown", (("tote", tote),))
            if row.step != "closed":
                return Refusal(f"tote.is_{row.step or 'free'}", (("tote", tote),))
            vendor = row.vendor or next(iter(sorted(vendors)), "")
        vendor = vendor if kind == "return_to_vendor" else ""
        names = dict(self._station.custody.vendors_since("")) if vendor else {}
        begun = self.work.start(kind, names.get(vendor) or vendor, vendor)
        if isinstance(begun, Refusal) or not tote:
            return begun
        if refusal := self.work.draw(begun, tote):
            self.work.void(begun, refusal.code)
            return refusal
        return begun

    def close_tote(self, tote: str, grams: int) -> Refusal | None:
        """Close a tote with what it weighs, 0 when it was not weighed."""
        units = len(self._station.containers.contents(tote))
        return self.sorting.change_tote(ActKind.TOTE_CLOSED, tote, {"items": units, "grams": grams})

    def reopen(self, tote: str, reason: str, badge: str) -> Refusal | None:
        """Open a closed tote again: the lead who is signed in shows the badge; another lead's came without its PIN."""
        who = holder(self._station.reference.people(), badge)
        if who is None or who.id != self._person.id or not who.may(Right.SORT):
            return Refusal("act.not_allowed", (("right", Right.SORT.value),))
        desk = self._station.desk
        lead = Sorting(self._station.custody, self._station.clock, desk.station, who)
        return lead.change_tote(ActKind.TOTE_REOPENED, tote, {"reason": reason})

    def sign(self, manifest: str, badge: str) -> Refusal | None:
        """Whose badge this is signs."""
        who = holder(self._station.reference.people(), badge)
        return self.work.sign(manifest, who) if who else Refusal("act.not_allowed", (("right", Right.SIGN.value),))

    def weigh(self, manifest: str, grams: int) -> Refusal | None:
        """The first tote that was not weighed yet, or whose weight is off; the last one when all are right."""
        sheet = self.work.sheet(manifest)
        weighings = sheet.manifest.weighings
        wanted = [tote for tote in sheet.totes if tote not in weighings or weighings[tote].is_far_off]
        tote = (wanted or list(sheet.totes[-1:]) or [""])[0]
        return self.work.weigh(manifest, tote, grams)

    def photo(self, manifest: str, shot: str, frame: Frame) -> Refusal | None:
        """The picture is durable before the manifest names it."""
        stored = keep_frame(self._station.photos, frame)
        facts = {"sha256": stored.sha256, "size": stored.size, "width": stored.width, "height": stored.height}
        return self.work.photo(manifest, shot, facts)

    # --- papers --------------------------------------------------------------------------------------------

    def print_manifest(self, manifest: str) -> PrintJob | None:
        """Queue the manifest's copies; the last job."""
        sheet = self.work.sheet(manifest)
        paper = manifest_papers.paper_of(self._station, sheet)
        title = sheet.manifest.number
        jobs = [self._station.documents[PAPER].queue_paper(title, paper, self._person) for _ in range(COPIES)]
        return jobs[-1]

    def take_tote_off(self, manifest: str, rt_number: str) -> Refusal | None:
        """Take the tote in which this item lies off the open manifest, with all that was scanned out of it."""
        lies = next((one.tote for one in self.work.sheet(manifest).contents if one.rt_number == rt_number), "")
        return self.work.release_tote(manifest, lies)

    def print_tote(self, queues: Mapping[str, PrintQueue], tote: str) -> None:
        """Have a closed tote's list and label printed; a printer that cannot print keeps them waiting."""
        queues[PAPER].print_made(lambda: self.print_contents(tote), self._person)
        queues[TOTE_LABEL].print_made(lambda: self.print_label(tote), self._person)

    def print_contents(self, tote: str) -> PrintJob | None:
        """Queue the list of what lies in a tote."""
        store, who = self._station.containers, self._person
        name = localised({"zh": who.name, "en": who.name_en or who.name})
        contents, grams = store.contents(tote), store.grams_of(tote)
        paper = manifest_papers.content_list(self._station, tote, contents, grams, name)
        return self._station.documents[PAPER].queue_paper(tote, paper, who)

    def print_label(self, tote: str) -> PrintJob | None:
        """Queue the tote's label."""
        from inspection_station.documents.paper.tote_label import ToteLabel, tote_layout
        from inspection_station.station.printing_desk import png_of

        station = self._station
        row = next((one for one in station.custody.totes() if one.code == tote), None)
        if row is None:
            return None
        size, dpi = label_size(station.settings, TOTE_LABEL), label_dpi(station.settings, TOTE_LABEL)
        words = word(station.desk, "dispositions", row.disposition)
        label = ToteLabel(tote, words, row.disposition, row.vendor, station.practice)
        png = png_of(tote_layout(label, size, dpi))
        return station.documents[TOTE_LABEL].queue_label(tote, png, size, dpi, self._person)

    def export(self, manifest: str) -> ManifestExport:
        """Write PDF, CSV and XLSX into the station's folder for exports; with a claim goes its evidence (`prove`)."""
        sheet = self.work.sheet(manifest)
        folder = self._station.folder / EXPORTS
        folder.mkdir(parents=True, exist_ok=True)
        rows = manifest_papers.table_of(self._station, sheet)
        made: dict[str, Callable[[], bytes]] = {
            "pdf": lambda: manifest_papers.paper_of(self._station, sheet),
            "csv": lambda: manifest_papers.as_csv(rows), "xlsx": lambda: manifest_papers.as_xlsx(rows),
        }  # fmt: skip
        for ending, make in made.items():
            write_whole(folder / f"{sheet.manifest.number}.{ending}", make())
        if sheet.manifest.kind != CLAIM:
            return ManifestExport(folder)
        beside = folder / f"{sheet.manifest.number}-evidence"
        proofs = [self._proof(one, beside / f"{one.rt_number}.zip") for one in sheet.contents]
        return ManifestExport(folder, len(proofs), tuple(one for one in proofs if one is not None))

    def _proof(self, one: Content, target: Path) -> Proof | None:
        station = self._station
        if one.item is None or not station.store.events_of(one.item.inspection_id):
            return None
        case = station.case(one.item.inspection_id)
        item = case.inspection.item(one.item_id)
        return Proof(evidence_case(station.showing, case, item, self._person), case, item, target)


def prove(station: Station, proofs: Sequence[Proof]) -> int:
    """Write these proofs and return how many are there; reads photos, never the database. One whose photos are not
    all here is left out."""
    there = 0
    for one in proofs:
        one.target.parent.mkdir(exist_ok=True)
        try:
            if not one.target.exists():
                write_evidence(one.facts, station.showing, one.case, one.item, one.target)
            there += 1
        except StationProblem as problem:
            _LOG.info("the evidence of an item of a claim is not all here: %s", problem.code)
    return there
