"""The label of an item that a lead decided anew, made from what the house knows of it: its bench may be another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspection_station.documents.inspection_label import LabelContent
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.identifiers import is_practice_number
from inspection_station.domain.people import Person
from inspection_station.i18n import localised, translate
from inspection_station.station.presenting.house_items import name_of
from inspection_station.workflows.case import Desk
from inspection_station.workflows.clock import SystemClock
from inspection_station.workflows.custody_port import CustodyStore
from inspection_station.workflows.reviewing import Reviewing


@dataclass(frozen=True)
class LeadLabels:
    """What the house knows of labels beyond the bench's own inspections; asked on the bench lane."""

    store: CustodyStore
    clock: SystemClock
    desk: Callable[[], Desk]

    def counts(self, rt_number: str, issue: int) -> bool:
        """Whether label `issue` of the item is still the one that counts, as far as this station knows."""
        found = self.store.item(rt_number)
        return found is None or issue >= found[1].label_issue

    def content(self, rt_number: str, by: Person) -> tuple[str, LabelContent] | None:
        """Id of the item, and what its label says now; None where the house does not know it, or nobody decided."""
        found = self.store.item(rt_number)
        if found is None or found[0] is None or found[0].state != "closed" or not found[1].label_issue:
            return None
        return found[1].id, content_of_decision(self.desk(), self.clock, *found, by)  # type: ignore[arg-type]

    def came_out(self, rt_number: str, issue: int, person: Person, *, again: bool) -> None:
        """Note that a label came out that no inspection of this bench keeps the trace of; each time where `again`."""
        work = Reviewing(self.store, self.clock, self.desk().station, person, frozenset(), frozenset())
        (work.label_reprinted if again else work.label_came_out)(rt_number, issue)


def content_of_decision(desk: Desk, clock: SystemClock, item: HouseItem, state: ItemState, by: Person) -> LabelContent:
    """What the new label says; its tote is the one of its disposition's slot at this bench."""
    lists = desk.book.lists

    def words(name: str, code: str) -> str:
        return localised(lists.word(name, code).texts)

    findings = [
        f"{words('defects', one['code'])}·{words('severities', one['severity'])}"
        for one in item.findings
        if one.get("code") in lists.words["defects"] and one.get("severity") in lists.words["severities"]
    ]
    if not findings and item.identity not in ("", "match"):
        findings = [words("identity_findings", item.identity)]
    parties = [words("liable_parties", party) for party, _share in item.liability]
    slot = desk.book.policies.slots.get(state.disposition, 0)
    at = clock.local(state.decision.at if state.decision else clock.now())
    return LabelContent(
        rt_number=item.rt_number, issue=state.label_issue, grade=state.grade, disposition=state.disposition,
        disposition_words=words("dispositions", state.disposition),
        tote_line=translate("Tote {slot}", slot=slot) if slot else "",
        item_name=name_of(item), sku=item.sku or item.tracking_number,
        findings_line=" / ".join(findings) or translate("All good"),
        liability_line=translate("Liable: {who}", who="/".join(parties)) if parties else "",
        time_text=f"{at:%m-%d %H:%M}", station=desk.station.code,
        fingerprint=state.decision.act_id.replace("-", "") if state.decision else "", order_number=item.order_number,
        photos=len(item.photos), inspector=localised({"zh": by.name, "en": by.name_en or by.name}),
        practice=is_practice_number(item.rt_number),
    )  # fmt: skip
