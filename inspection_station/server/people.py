"""People at the centre: made, changed, deactivated, and told to the stations (kind ``person``).

Badge and PIN are kept as hashes only. Deactivating also withdraws the person's sign-ins and tells a ``revocation``, so
that benches sign the person out at once.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import argon2
import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.identifiers import normalise
from inspection_station.domain.people import Person, Role, person_to_json
from inspection_station.errors import StationProblem
from inspection_station.server import lock_out, tokens
from inspection_station.server.centre import Centre
from inspection_station.server.enrolment import REVOCATION, note_change
from inspection_station.server.once_told import is_easy_pin, new_badge, new_pin
from inspection_station.server.problems import Problem
from inspection_station.server.returns_feed import Told, publish
from inspection_station.server.tables import access_token, person

_PIN = re.compile(r"[0-9]{6}")
_NAMESPACE = uuid.UUID("0e5f2c5c-9d0b-5c3e-8f54-52b7a1b0c6de")
TEXTS = {"number": 32, "name": 64, "name_en": 64, "shift": 32, "site": 64}  # longest, characters
MANY = 400

hasher = argon2.PasswordHasher()


@dataclass(frozen=True)
class SitePerson:
    """A person and the only site whose rows that one sees; empty: every site."""

    person: Person
    site: str = ""


@dataclass(frozen=True)
class Made:
    """A person after a change, and what was made up for it and is told this once."""

    person: dict[str, Any]
    badge: str = ""
    pin: str = ""


def id_of_number(number: str) -> str:
    """The id of the person with this number, where nothing else names it."""
    return str(uuid.uuid5(_NAMESPACE, number))


def id_with_number(centre: Centre, number: str) -> str:
    """The id of the one person with this number; raises Problem ``person.not_found``."""
    with centre.database.reader.connect() as connection:
        found = list(connection.scalars(sa.select(person.c.id).where(person.c.number == number)))
    if len(found) != 1:
        raise Problem("person.not_found")
    return str(found[0])


def badge_digest(badge: str) -> str:
    """What is kept of a badge's text; raises Problem ``person.malformed`` when no scanner could read it."""
    try:
        return hashlib.sha256(normalise(badge).encode()).hexdigest()
    except StationProblem:
        raise Problem("person.malformed", field="badge") from None


def pin_digest(pin: str) -> str:
    """What is kept of a PIN; raises Problem ``person.malformed`` unless it is six digits that are not too easy."""
    if not _PIN.fullmatch(pin) or is_easy_pin(pin):
        raise Problem("person.malformed", field="pin")
    return hasher.hash(pin)


def read_people(connection: Connection, ids: Iterable[str]) -> dict[str, SitePerson]:
    """People by their ids; those that are not known are left out."""
    wanted = sorted(set(ids))
    found: dict[str, SitePerson] = {}
    for start in range(0, len(wanted), MANY):
        query = sa.select(person).where(person.c.id.in_(wanted[start : start + MANY]))
        found.update({row["id"]: _from_row(row) for row in connection.execute(query).mappings()})
    return found


def _from_row(row: sa.RowMapping) -> SitePerson:
    texts = {name: row[name] for name in ("id", "number", "name", "name_en", "shift", "badge_hash", "pin_hash")}
    return SitePerson(Person(**texts, role=Role(row["role"]), active=bool(row["active"])), row["site"])


def keep_people(connection: Connection, people: Iterable[SitePerson], now: str, by: str) -> Told:
    """Put these people in the place of what was known of them, and tell the stations; unchanged ones are passed over.

    Who is no longer active, or has another role or PIN than before, has to sign in again.
    """
    wanted = {one.person.id: one for one in people}
    known = read_people(connection, wanted)
    changed = {name: one for name, one in wanted.items() if known.get(name) != one}
    for name, one in changed.items():
        row = {**person_to_json(one.person), "active": int(one.person.active), "site": one.site, "changed_at": now}
        if name in known:
            connection.execute(sa.update(person).where(person.c.id == name).values(**row))
        else:
            connection.execute(sa.insert(person).values(**row))
        before = known.get(name)
        if before is not None and _must_sign_in_again(before, one):
            tokens.end(connection, access_token.c.person_id == name, now, by)
        what = "person changed" if before else "person made"
        note_change(connection, now, by, what, name, before=_logged(before), after=_logged(one, before))
    told = publish(connection, "person", [(name, _told(one)) for name, one in sorted(wanted.items())])
    _tell_revocations(connection, known, changed, now)
    return told


def _logged(one: SitePerson | None, before: SitePerson | None = None) -> dict[str, Any]:
    """What the log of changes keeps; of badge and PIN only that they are others now."""
    if one is None:
        return {}
    names = ("number", "name", "name_en", "role", "shift", "active", "site")
    facts = {name: shown(one)[name] for name in names}
    if before is not None:
        old, new = before.person, one.person
        secrets = (("badge", old.badge_hash, new.badge_hash), ("pin", old.pin_hash, new.pin_hash))
        facts |= {f"new_{name}": True for name, was, now in secrets if was != now}
    return facts


def _told(one: SitePerson) -> dict[str, Any]:
    return {**person_to_json(one.person), **({"site": one.site} if one.site else {})}


def _must_sign_in_again(before: SitePerson, after: SitePerson) -> bool:
    old, new = before.person, after.person
    same = (old.role, old.pin_hash, old.badge_hash, before.site) == (new.role, new.pin_hash, new.badge_hash, after.site)
    return not new.active or not same


def _tell_revocations(
    connection: Connection, known: Mapping[str, SitePerson], changed: Mapping[str, SitePerson], now: str
) -> None:
    told: list[tuple[str, Mapping[str, Any]]] = []
    for name, one in sorted(changed.items()):
        was_active = name not in known or known[name].person.active
        if was_active and not one.person.active:
            told.append((name, {"person_id": name, "revoked_at": now}))
        elif not was_active and one.person.active:
            told.append((name, {}))  # withdrawn: the person may sign in again
    publish(connection, REVOCATION, told)


def make_person(centre: Centre, told: Mapping[str, Any], by: str, site: str = "") -> Made:
    """A new person from ``number, name, role`` and, where wanted, ``name_en, shift, site, badge, pin``.

    Badge and PIN that are not given are made up and told this once. With `site` only people of that site are made.

    Raises:
        Problem: ``person.malformed`` with the `field`, ``person.number_taken``, ``person.badge_taken``.
    """
    texts = _texts(told, needed=("number", "name"))
    badge, pin = _text(told, "badge", 64) or new_badge(), _text(told, "pin", 32) or new_pin()
    made = Person(
        id=id_of_number(texts["number"]), number=texts["number"], name=texts["name"],
        name_en=texts.get("name_en") or texts["name"], role=_role(told), shift=texts.get("shift", ""),
        badge_hash=badge_digest(badge), pin_hash=pin_digest(pin),
    )  # fmt: skip
    one = SitePerson(made, site or texts.get("site", ""))
    with centre.database.writer.begin() as connection:
        taken = sa.select(person.c.id).where((person.c.number == made.number) | (person.c.id == made.id))
        if connection.scalar(taken) is not None:
            raise Problem("person.number_taken")
        _badge_must_be_free(connection, made)
        keep_people(connection, [one], centre.now(), by)
    given = {name for name in ("badge", "pin") if told.get(name)}
    return Made(shown(one), "" if "badge" in given else badge, "" if "pin" in given else pin)


def change_person(centre: Centre, person_id: str, told: Mapping[str, Any], by: str, site: str = "") -> Made:
    """Change what `told` names of ``name, name_en, role, shift, site, active, badge, pin``; a new PIN ends a lock-out.

    ``badge`` or ``pin`` as null makes up a new one, told this once.

    Raises:
        Problem: ``person.not_found`` (also when not of `site`), ``person.malformed``, ``person.badge_taken``,
            ``person.last_administrator``.
    """
    texts = _texts(told)
    badge = (_text(told, "badge", 64) or new_badge()) if "badge" in told else ""
    pin = (_text(told, "pin", 32) or new_pin()) if "pin" in told else ""
    hashes = {"badge_hash": badge_digest(badge)} if badge else {}
    hashes |= {"pin_hash": pin_digest(pin)} if pin else {}
    if not isinstance(told.get("active", True), bool):
        raise Problem("person.malformed", field="active")
    with centre.database.writer.begin() as connection:
        known = read_people(connection, [person_id]).get(person_id)
        if known is None or (site and known.site != site):
            raise Problem("person.not_found")
        old = known.person
        new = replace(
            old,
            name=texts.get("name", old.name),
            name_en=texts.get("name_en", old.name_en) or texts.get("name", old.name),
            shift=texts.get("shift", old.shift),
            **hashes,
            role=_role(told) if "role" in told else old.role,
            active=told.get("active", old.active),
        )
        if badge or (new.active and not old.active):
            _badge_must_be_free(connection, new)
        if _is_administrator(old) and not _is_administrator(new):
            _must_leave_an_administrator(connection, person_id)
        if pin or not new.active:
            lock_out.unlock(connection, new.badge_hash)
        one = SitePerson(new, site or texts.get("site", known.site))
        keep_people(connection, [one], centre.now(), by)
    return Made(shown(one), "" if told.get("badge") else badge, "" if told.get("pin") else pin)


def list_people(centre: Centre, site: str = "") -> list[dict[str, Any]]:
    """Everybody (of `site`) by number, without the hashes."""
    query = sa.select(person).order_by(person.c.number, person.c.id)
    if site:
        query = query.where(person.c.site == site)
    with centre.database.reader.connect() as connection:
        return [shown(_from_row(row)) for row in connection.execute(query).mappings()]


def shown(one: SitePerson) -> dict[str, Any]:
    """A person as it is told to those who may see people: no hashes."""
    told = person_to_json(one.person)
    secret = {"badge_hash", "pin_hash"}
    kept = {name: value for name, value in told.items() if name not in secret}
    return {**kept, "site": one.site, "has_badge": bool(told["badge_hash"]), "has_pin": bool(told["pin_hash"])}


def _text(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or any(not letter.isprintable() for letter in value):
        raise Problem("person.malformed", field=name)
    return value.strip()


def _texts(told: Mapping[str, Any], needed: Iterable[str] = ()) -> dict[str, str]:
    texts = {name: _text(told, name, longest) for name, longest in TEXTS.items() if name in told}
    for name in {*needed, *({"name"} & texts.keys())}:
        if not texts.get(name):
            raise Problem("person.malformed", field=name)
    return texts


def _role(told: Mapping[str, Any]) -> Role:
    try:
        return Role(told.get("role"))  # type: ignore[arg-type]
    except ValueError:
        raise Problem("person.malformed", field="role") from None


def _badge_must_be_free(connection: Connection, wanted: Person) -> None:
    holds = (person.c.badge_hash == wanted.badge_hash) & (person.c.active == 1) & (person.c.id != wanted.id)
    if wanted.badge_hash and connection.scalar(sa.select(person.c.id).where(holds)) is not None:
        raise Problem("person.badge_taken")


def _is_administrator(one: Person) -> bool:
    return one.role is Role.ADMINISTRATOR and one.active and bool(one.pin_hash)


def _must_leave_an_administrator(connection: Connection, person_id: str) -> None:
    others = (person.c.role == Role.ADMINISTRATOR.value) & (person.c.active == 1) & (person.c.id != person_id)
    able = others & (person.c.pin_hash != "") & (person.c.badge_hash != "") & (person.c.site == "")
    if connection.scalar(sa.select(person.c.id).where(able)) is None:
        raise Problem("person.last_administrator")
