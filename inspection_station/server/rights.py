"""Who asks the centre, and what that one may do: rights by role, checked on every route and on every row.

People come with the token of their sign-in, administrators and other systems with one that was made for them; either
goes in ``Authorization: Bearer …``. Stations sign instead (`signatures`). A caller bound to a site sees nothing of
another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import Request

from inspection_station.server.centre import Centre
from inspection_station.server.problems import Problem
from inspection_station.server.quotas import address_of, quotas_of
from inspection_station.server.tokens import find_token

LONGEST_TOKEN = 200  # characters
BEARER = Depends(HTTPBearer(auto_error=False, description="A token of a sign-in, a system or an administrator."))
UNPROVED = ("caller.unknown", "caller.not_allowed", "caller.too_often")  # what every route with a token may refuse with


class Role(StrEnum):
    """Who somebody is at the centre: the roles of people, and other systems, which hold the rights given to them."""

    INSPECTOR = "inspector"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    DISPUTE_DESK = "dispute_desk"
    SYSTEM = "system"


class Right(StrEnum):
    """An act at the centre."""

    SEE_INSPECTIONS = "see_inspections"  # search, read, renditions
    SEE_ORIGINALS = "see_originals"  # photos unblurred; each look is logged with the name
    SEE_COUNTS = "see_counts"
    SEE_UNAUTHORISED = "see_unauthorised"  # the list of acts that nobody was allowed to do
    SETTLE_UNAUTHORISED = "settle_unauthorised"
    SEE_PEOPLE = "see_people"
    CHANGE_PEOPLE = "change_people"
    SEE_STATIONS = "see_stations"
    CHANGE_STATIONS = "change_stations"  # enrolment codes, revocation
    CHANGE_TOKENS = "change_tokens"  # of other systems
    SEE_LOGS = "see_logs"  # who changed whose rights, who was shown which evidence
    MAKE_LINKS = "make_links"  # expiring links to an evidence page
    TELL_RETURNS = "tell_returns"  # expected returns into the centre
    CHANGE_REFERENCE = "change_reference"  # totes, catalogue
    SEE_RULES = "see_rules"  # versions of checklists, tables and policies
    CHANGE_RULES = "change_rules"  # load them, put them in force
    READ_EVENTS = "read_events"  # the pull feed of results, and EPCIS
    EXPORT_RESULTS = "export_results"
    CHANGE_WEBHOOKS = "change_webhooks"  # and send again, and look at what could not be delivered
    RUN_CENTRE = "run_centre"  # metrics with details, backups, scrubs


_LOOKING = frozenset({Right.SEE_INSPECTIONS, Right.SEE_COUNTS})

# A system holds what its token was given and nothing else; what it can be given at most is `GRANTABLE`.
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.INSPECTOR: frozenset({Right.SEE_INSPECTIONS}),
    Role.LEAD: _LOOKING
    | {
        Right.SEE_ORIGINALS,
        Right.SEE_UNAUTHORISED,
        Right.SETTLE_UNAUTHORISED,
        Right.SEE_PEOPLE,
        Right.SEE_STATIONS,
        Right.SEE_RULES,
        Right.MAKE_LINKS,
        Right.EXPORT_RESULTS,
    },
    Role.ADMINISTRATOR: frozenset(Right),
    Role.DISPUTE_DESK: _LOOKING | {Right.SEE_ORIGINALS, Right.EXPORT_RESULTS},
    Role.SYSTEM: frozenset(),
}

GRANTABLE = frozenset(
    {
        Right.SEE_INSPECTIONS,
        Right.SEE_ORIGINALS,
        Right.SEE_COUNTS,
        Right.SEE_STATIONS,
        Right.TELL_RETURNS,
        Right.CHANGE_REFERENCE,
        Right.READ_EVENTS,
        Right.EXPORT_RESULTS,
        Right.CHANGE_WEBHOOKS,
        Right.RUN_CENTRE,
    }
)


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        name: the person's or the system's, for the log of what was looked at.
        role, rights: what they may do.
        site: the only site whose rows they see; empty: every site.
        person_id: empty for systems and for administrators' own tokens.
        token_id: names the token without telling it.
    """

    name: str
    role: Role
    rights: frozenset[Right]
    site: str = ""
    person_id: str = ""
    token_id: str = ""

    def may(self, right: Right) -> bool:
        """Whether the caller holds `right`."""
        return right in self.rights

    def must(self, right: Right) -> Caller:
        """The caller, who holds `right`; raises Problem ``caller.not_allowed`` (403) when not."""
        if right not in self.rights:
            raise Problem("caller.not_allowed")
        return self


def grant(words: Iterable[str]) -> list[str]:
    """The rights a system's token is to have; raises Problem ``token.rights`` when one cannot be given to a system."""
    wanted = sorted(set(words))
    if not wanted or any(word not in GRANTABLE for word in wanted):
        raise Problem("token.rights")
    return wanted


def bearer_token(request: Request) -> str:
    """The token of ``Authorization: Bearer …``; raises Problem ``caller.unknown`` (401) when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
        raise Problem("caller.unknown")
    return token


def caller_of(centre: Centre, request: Request) -> Caller:
    """Who sent the request; reads the database, so that a coroutine calls it in a thread.

    Raises:
        Problem: ``caller.unknown`` (401): no token, or one that is wrong, expired or withdrawn; ``caller.too_often``
            (429) past the token's quota.
    """
    quotas = quotas_of(request)
    try:
        caller = _known_caller(centre, bearer_token(request))
    except Problem:
        quotas.note_refusal(address_of(request))
        raise
    declared = request.headers.get("content-length", "0")
    quotas.admit(f"token {caller.token_id}", int(declared) if declared.isascii() and declared.isdigit() else 0)
    return caller


def _known_caller(centre: Centre, token: str) -> Caller:
    found = find_token(centre, token)
    if found is None:
        raise Problem("caller.unknown")
    try:
        role = Role(found["person_role"] or found["role"])
    except ValueError:
        raise Problem("caller.unknown") from None
    given = frozenset(Right(word) for word in str(found["rights"]).split() if word in GRANTABLE)
    return Caller(
        name=found["name"],
        role=role,
        rights=given if role is Role.SYSTEM else RIGHTS[role],
        site=found["person_site"] or found["site"],
        person_id=found["person_id"],
        token_id=found["id"],
    )
