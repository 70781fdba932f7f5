"""Who may talk to the centre, by their names of before: stations, administrators, viewers."""

from __future__ import annotations

from inspection_station.server.enrolment import enrol, make_enrolment_code, read_public_key, revoke_station
from inspection_station.server.links import Viewer, check_link, make_link, note_viewing
from inspection_station.server.signatures import Signature, check_station, make_nonce
from inspection_station.server.tokens import make_administrator

__all__ = [
    "Signature",
    "Viewer",
    "check_link",
    "check_station",
    "enrol",
    "make_administrator",
    "make_enrolment_code",
    "make_link",
    "make_nonce",
    "note_viewing",
    "read_public_key",
    "revoke_station",
]
