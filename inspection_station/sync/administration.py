"""Administration at the centre, for somebody who signed in there: people, stations, rules, totes, the log of changes.

What the centre answers is taken for what it must be, or not at all. Everything raises StationProblem:
``administration.offline`` while nobody answers, ``administration.not_a_centre`` for an answer that is none,
``administration.signed_out`` when the sign-in is over, and what the centre refuses under the centre's own code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised
from inspection_station.sync.transport import NotTheCentre, SyncFailure, Transport

API = "/api/v1"
PATIENCE = 10.0  # seconds; a person waits
MOST_CHANGES = 100  # a page of the log

_OF_STATION = ("id", "code", "site", "state", "enrolled_at", "last_seen", "app_version")

T = TypeVar("T")


@dataclass(frozen=True)
class SignedIn:
    """A sign-in at the centre; `token` is kept in memory only."""

    person_id: str
    name: str
    token: str
    expires_at: str


@dataclass(frozen=True)
class PersonTold:
    """A person as the centre knows them; `badge` and `pin` only in the answer that made them, this once."""

    id: str
    number: str
    name: str
    name_en: str
    role: str
    shift: str = ""
    site: str = ""
    active: bool = True
    has_badge: bool = True
    has_pin: bool = True
    badge: str = ""
    pin: str = ""


@dataclass(frozen=True)
class StationTold:
    """A station; `state` is active, forked (its disk was copied) or revoked."""

    id: str
    code: str
    number: int
    site: str
    state: str
    enrolled_at: str = ""
    last_seen: str = ""
    app_version: str = ""


@dataclass(frozen=True)
class RuleFile:
    """A version of a rule file; `text` only where it was asked for by itself."""

    id: str
    kind: str
    category: str
    name: str
    version: str
    sha256: str
    size: int
    loaded_at: str
    loaded_by: str
    in_force: bool
    in_force_from: str = ""
    in_force_by: str = ""
    text: str = ""


@dataclass(frozen=True)
class ToteTold:
    """A tote as reference data of the site."""

    code: str
    disposition: str = ""
    slot: int = 0
    vendor: str = ""
    state: str = ""
    capacity: int = 0
    capacity_g: int = 0


@dataclass(frozen=True)
class Change:
    """One line of the log: who did what to which thing, and how that was before and after."""

    key: int
    at: str
    by: str
    what: str
    thing: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Administration:
    """The centre's routes of administration; one thread at a time."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._token = ""

    @property
    def is_signed_in(self) -> bool:
        """Whether there is a token."""
        return bool(self._token)

    def close(self) -> None:
        """End the connections and forget the token."""
        self._token = ""
        self._transport.close()

    def sign_in(self, badge: str, pin: str) -> SignedIn:
        """Sign in with badge and PIN for a shift."""
        told = self._ask("POST", "/sign-in", {"badge": badge, "pin": pin})
        found = SignedIn(*(_text(told, name) for name in ("person_id", "name", "token", "expires_at")))
        if not found.token:
            raise _not_a_centre()
        self._token = found.token
        return found

    def sign_out(self) -> None:
        """End the sign-in; the token is forgotten whatever the centre says."""
        try:
            if self._token:
                self._ask("POST", "/sign-out")
        finally:
            self._token = ""

    # --- people ------------------------------------------------------------------------------------------

    def people(self) -> list[PersonTold]:
        """Everybody, by number."""
        return [_person(one) for one in _rows(self._ask("GET", "/people"), "people")]

    def make_person(self, facts: Mapping[str, Any]) -> PersonTold:
        """A new person with a badge and a PIN, both told in the answer."""
        return _made(self._ask("POST", "/people", facts))

    def change_person(self, person_id: str, facts: Mapping[str, Any]) -> PersonTold:
        """Change what `facts` name; ``badge`` or ``pin`` as None makes a new one, told in the answer."""
        return _made(self._ask("PATCH", f"/people/{quote(person_id, safe='')}", facts))

    # --- stations ----------------------------------------------------------------------------------------

    def stations(self) -> list[StationTold]:
        """Every station of the site."""
        return [
            StationTold(number=_whole(one, "number"), **{name: _text(one, name) for name in _OF_STATION})
            for one in _rows(self._ask("GET", "/stations"), "stations")
        ]

    def enrolment_code(self, station_code: str, site: str, hours: int) -> str:
        """A one-time code with which one station enrols; told this once."""
        facts = {"station_code": station_code, "site": site, "hours": hours}
        return _text(self._ask("POST", "/enrolment-codes", facts), "enrolment_code")

    def revoke(self, station_id: str) -> None:
        """Shut a station out for ever."""
        self._ask("POST", f"/stations/{quote(station_id, safe='')}/revoke")

    # --- rules -------------------------------------------------------------------------------------------

    def rules(self) -> list[RuleFile]:
        """Every version of every rule file that was loaded."""
        return [_rule(one) for one in _rows(self._ask("GET", "/rules"), "files")]

    def rule(self, file_id: str) -> RuleFile:
        """One version with its text."""
        return _rule(_row(self._ask("GET", f"/rules/{quote(file_id, safe='')}"), "file"))

    def load_rules(self, name: str, text: str) -> RuleFile:
        """Keep a version at the centre, not in force yet; refused as ``rules.faulty`` when it is not right."""
        return _rule(_row(self._ask("POST", "/rules", {"name": name, "text": text}), "file"))

    def put_in_force(self, file_id: str) -> None:
        """Let a version count at every station."""
        self._ask("POST", f"/rules/{quote(file_id, safe='')}/in-force")

    def withdraw(self, kind: str, category: str) -> None:
        """Let the shipped file of a kind (and category) count again."""
        self._ask("POST", "/rules/withdraw", {"kind": kind, "category": category})

    # --- totes -------------------------------------------------------------------------------------------

    def totes(self) -> list[ToteTold]:
        """Every tote of the site."""
        return [_tote(one) for one in _rows(self._ask("GET", "/totes"), "totes")]

    def make_totes(
        self, count: int, disposition: str, vendor: str, capacity: int, capacity_g: int = 0
    ) -> list[ToteTold]:
        """New totes with codes of their own."""
        facts = {"count": count, "disposition": disposition, "vendor": vendor, "capacity": capacity,
                 "capacity_g": capacity_g}  # fmt: skip
        return [_tote(one) for one in _rows(self._ask("POST", "/totes", facts), "totes")]

    def tell_totes(self, totes: Sequence[Mapping[str, Any]]) -> list[ToteTold]:
        """Change what is known of totes."""
        return [_tote(one) for one in _rows(self._ask("POST", "/totes", {"totes": list(totes)}), "totes")]

    # --- log ---------------------------------------------------------------------------------------------

    def changes(self, before: int = 0) -> list[Change]:
        """A page of the log, the newest first; those before the key `before` when it is given."""
        target = f"/logs/changes?limit={MOST_CHANGES}" + (f"&before={before}" if before else "")
        return [
            Change(
                _whole(one, "key"), _text(one, "at"), _text(one, "by"), _text(one, "what"), _text(one, "thing"),
                _mapping(one, "before"), _mapping(one, "after"),
            )
            for one in _rows(self._ask("GET", target), "changes")
        ]  # fmt: skip

    # --- the exchange ------------------------------------------------------------------------------------

    def _ask(self, method: str, target: str, facts: Mapping[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Connection": "close"}  # minutes lie between two acts
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = b""
        if facts is not None:
            body = json.dumps(dict(facts), ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        try:
            status, told, data = self._transport.exchange(method, API + target, headers, body)
        except NotTheCentre as error:
            raise _not_a_centre() from error
        except SyncFailure as error:
            raise _offline(self._transport.base_url) from error
        if status == 204:
            return {}
        answer = _parsed(told, data)
        if 200 <= status < 300 and answer is not None:
            return answer
        raise self._refused(status, answer)

    def _refused(self, status: int, answer: Mapping[str, Any] | None) -> StationProblem:
        code = str((answer or {}).get("code", ""))
        if status == 401 and self._token:
            self._token = ""
            return StationProblem(
                "administration.signed_out", N_("The sign-in at the centre is over."), N_("Sign in there again.")
            )
        if answer is None or not code:
            return _offline(self._transport.base_url) if status in (502, 503, 504) else _not_a_centre()
        what, to_do = (localised(_texts(answer.get(name))) for name in ("what", "to_do"))
        place = {name: answer[name] for name in ("file_line", "file_key") if name in answer}
        return StationProblem(code[:60], "{what}", "{to_do}", what=what or code, to_do=to_do, **place)


def _parsed(headers: Mapping[str, str], data: bytes) -> dict[str, Any] | None:
    if not headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}


def _offline(url: str) -> StationProblem:
    return StationProblem(
        "administration.offline",
        N_("The centre at {url} does not answer; administration needs it."),
        N_("What is known here can be looked at and tried; work goes on."),
        url=url,
    )


def _not_a_centre() -> StationProblem:
    return StationProblem(
        "administration.not_a_centre",
        N_("What answered is no centre, or one of another age."),
        N_("Check the centre's address in the settings, or update the older one of the two."),
    )


def _expected(read: Callable[[], T]) -> T:
    try:
        return read()
    except (KeyError, TypeError, ValueError) as error:
        raise _not_a_centre() from error


def _rows(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = answer.get(name)
    if not isinstance(rows, list) or not all(isinstance(one, Mapping) for one in rows):
        raise _not_a_centre()
    return rows


def _row(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _rows({name: [answer.get(name)]}, name)[0]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _whole(row: Mapping[str, Any], name: str) -> int:
    return _expected(lambda: int(row.get(name) or 0))


def _mapping(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _person(row: Mapping[str, Any], badge: str = "", pin: str = "") -> PersonTold:
    texts: dict[str, Any] = {
        name: _text(row, name) for name in ("id", "number", "name", "name_en", "role", "shift", "site")
    }
    active, has_badge, has_pin = (row.get(name, True) is not False for name in ("active", "has_badge", "has_pin"))
    return PersonTold(**texts, active=active, has_badge=has_badge, has_pin=has_pin, badge=badge, pin=pin)


def _made(answer: Mapping[str, Any]) -> PersonTold:
    return _person(_row(answer, "person"), _text(answer, "badge"), _text(answer, "pin"))


def _rule(row: Mapping[str, Any]) -> RuleFile:
    texts = {
        name: _text(row, name)
        for name in ("id", "kind", "category", "name", "version", "sha256", "loaded_at", "loaded_by", "in_force_from",
                     "in_force_by", "text")
    }  # fmt: skip
    return RuleFile(**texts, size=_whole(row, "bytes"), in_force=row.get("in_force") is True)


def _tote(row: Mapping[str, Any]) -> ToteTold:
    texts = {name: _text(row, name) for name in ("code", "disposition", "vendor", "state")}
    slot, capacity, grams = (_whole(row, name) for name in ("slot", "capacity", "capacity_g"))
    return ToteTold(**texts, slot=slot, capacity=capacity, capacity_g=grams)
