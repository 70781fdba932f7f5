"""Sorting at the centre: what benches decided and what was done with it since, kept as at every station, and told on.

The feed tells items (kind ``item``) and acts (kind ``act``) to every station, so that each makes the same rows of them
(DECISIONS.md 102). An act that its person had no right to is kept as a record and stands on the leads' list; it is
neither applied nor told on until a lead has settled it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.custody.ledger import CustodyLedger, form
from inspection_station.domain.canonical import canonical_bytes
from inspection_station.domain.custody.acts import Act, act_from_json, act_to_json, hash_of, photo_hashes
from inspection_station.domain.custody.house_item import HouseItem, house_item_to_json, house_items
from inspection_station.domain.custody.manifest_state import ManifestState, fold_manifest
from inspection_station.domain.custody.review import review_reasons
from inspection_station.domain.inspection import Inspection
from inspection_station.domain.returns import ExpectedReturn, return_from_json
from inspection_station.domain.verdict import RuleBook
from inspection_station.locations import resources
from inspection_station.protocol.messages import Record, RecordFault, is_uuid
from inspection_station.server.custody_tables import CUSTODY
from inspection_station.server.outgoing.acts import tell_acts
from inspection_station.server.returns_feed import publish
from inspection_station.server.statements import among, lock
from inspection_station.server.tables import inspection, record
from inspection_station.workflows.rule_book import load_rule_book

ITEM, ACT = "item", "act"
LARGEST_TOLD = 256 * 1024  # bytes of one item in the feed

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _book() -> RuleBook:
    return load_rule_book(resources())


def _judge(item: HouseItem) -> tuple[str, ...]:
    book = _book()
    limit = book.policies.high_value_from(item.currency, item.platform, item.client, item.vendor)
    return review_reasons(item, book.lists, limit)


LEDGER = CustodyLedger(CUSTODY, _judge)


def read_act(found: Record) -> tuple[Act, tuple[str, ...]]:
    """The act in a record, and the names of the photos it needs; raises RecordFault ``act.malformed``."""
    try:
        act = act_from_json(found.body)
        photos = photo_hashes(act)
        if act.id != found.id or act.hash != hash_of(act):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise RecordFault("act.malformed", found.id) from None
    return act, photos


def keep_acts(connection: Connection, acts: Iterable[Act], station_id: str, now: str) -> None:
    """Apply acts that their persons had a right to, and tell them on; known ones change nothing.

    `station_id` is of the station that sent them.
    """
    given = list(acts)
    if not given:
        return
    items = {act.about for act in given if act.subject.startswith("item:")}
    _hold(connection, {act.subject for act in given} | _parcels_of(connection, items))
    fresh = LEDGER.keep_acts(connection, given)
    publish(connection, ACT, [(act.id, act_to_json(act)) for act in sorted(fresh, key=lambda act: act.id)])
    tell_acts(connection, fresh, lambda name: _manifest(connection, name), station_id, now)


def _parcels_of(connection: Connection, item_ids: Collection[str]) -> set[str]:
    """The parcels of items that are known, as subjects: two records of one thing stand by each other."""
    one = CUSTODY.item.c
    numbers = connection.scalars(sa.select(one.tracking_number).where(among(connection, one.item_id, item_ids)))
    return {f"parcel:{number}" for number in numbers if number}


def _manifest(connection: Connection, manifest_id: str) -> ManifestState:
    return fold_manifest(manifest_id, LEDGER.acts_about(connection, f"manifest:{manifest_id}"))


def tell_items(
    connection: Connection, inspections: Mapping[str, Inspection], returns: Mapping[str, Mapping[str, object]]
) -> None:
    """Keep and tell what these inspections decided about their items; `returns` are their expected returns' bodies."""
    items: dict[str, HouseItem] = {}
    for name, told in inspections.items():
        try:
            for item in house_items(told, _returns(told, returns)):
                if is_uuid(item.id) and len(canonical_bytes(house_item_to_json(item))) <= LARGEST_TOLD:
                    items[item.id] = item
        except Exception as error:  # facts of any origin: the inspection itself is shown all the same
            log.info("items of inspection %s cannot be told: %s", name, type(error).__name__)
    tell_decided(connection, items.values())


def tell_decided(connection: Connection, items: Iterable[HouseItem]) -> None:
    """Keep and tell items as their benches decided them."""
    given = {item.id: item for item in items}
    if given:
        parcels = {f"parcel:{form(item.tracking_number)}" for item in given.values()}
        _hold(connection, {f"item:{name}" for name in given} | parcels)
        LEDGER.keep_items(connection, given.values())
        publish(connection, ITEM, [(name, house_item_to_json(item)) for name, item in sorted(given.items())])


def knows_items(connection: Connection) -> bool:
    """Whether any item was ever told."""
    return connection.scalar(sa.select(CUSTODY.item.c.item_id).limit(1)) is not None


def withdraw_items(connection: Connection, inspection_id: str) -> None:
    """Forget the items of an inspection whose time is over, and what was done with them, here and at every station.

    What the dock registered of its parcel goes too, unless another inspection that is kept has the same parcel.
    """
    table = CUSTODY.item
    names = list(connection.scalars(sa.select(table.c.item_id).where(table.c.inspection_id == inspection_id)))
    publish(connection, ITEM, [(name, {}) for name in sorted(names)])
    LEDGER.withdraw_items(connection, names)
    subjects = [f"{ITEM}:{name}" for name in names]
    number = connection.scalar(sa.select(inspection.c.tracking_number).where(inspection.c.id == inspection_id))
    others = (inspection.c.tracking_number == number) & (inspection.c.id != inspection_id)
    if number and connection.scalar(sa.select(inspection.c.id).where(others).limit(1)) is None:
        subjects.append(f"parcel:{form(number)}")
    about = sa.select(CUSTODY.act.c.id).where(CUSTODY.act.c.subject.in_(subjects))
    acts = sorted(connection.scalars(about))
    publish(connection, ACT, [(name, {}) for name in acts])
    LEDGER.withdraw_acts(connection, acts)
    connection.execute(sa.update(record).where(record.c.id.in_(acts)).values(line=""))


def _returns(inspection: Inspection, bodies: Mapping[str, Mapping[str, object]]) -> dict[str, ExpectedReturn]:
    found: dict[str, ExpectedReturn] = {}
    for name in {item.return_id for item in inspection.items}:
        if body := bodies.get(name):
            try:
                found[name] = return_from_json(body)
            except (ValueError, KeyError, TypeError):
                log.debug("return %s cannot be read", name)
    return found


def _hold(connection: Connection, subjects: Iterable[str]) -> None:
    """Have nobody else make the rows of these subjects meanwhile, at another instance."""
    lock(connection, *(f"custody {subject}" for subject in subjects))
