"""What the centre answers when it refuses: a stable code, what happened and what to do, in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate_into
from inspection_station.protocol.messages import CENTRE_EPOCH_HEADER, reply

# code → HTTP status, what happened, what to do. Codes are never reused for another meaning.
_PROBLEMS: Mapping[str, tuple[int, str, str]] = {
    "request.malformed": (400, N_("The request cannot be read."), N_("Update the program that sent it.")),
    "request.too_large": (413, N_("The request is larger than the centre takes."), N_("Send it in smaller parts.")),
    "request.slow": (408, N_("The request did not arrive in time."), N_("It is sent again by itself.")),
    "request.not_found": (404, N_("There is nothing at this address."), N_("Check the address.")),
    "request.wrong_method": (405, N_("This address does not take such a request."), N_("Check the address.")),
    "request.protocol": (
        400, N_("Centre and station speak no common version."), N_("Update the older one of the two."),
    ),
    "station.unknown": (
        401, N_("The centre does not know this station."), N_("Enrol it again with a new code from an administrator."),
    ),
    "station.revoked": (
        403, N_("The centre has shut this station out."), N_("Ask an administrator; what it holds stays kept here."),
    ),
    "station.bad_signature": (
        401, N_("The station's signature is not right."), N_("Enrol it again with a new code from an administrator."),
    ),
    "station.nonce_expired": (401, N_("The station must greet the centre first."), N_("It does so by itself.")),
    "enrolment.refused": (
        403, N_("The enrolment code is wrong, used or too old."), N_("Ask an administrator for a new code."),
    ),
    "enrolment.full": (409, N_("All 999 station numbers are given away."), N_("Set up another site.")),
    "feed.other_epoch": (409, N_("The centre's database has begun a new life."), N_("The station matches by itself.")),
    "feed.protocol": (
        400, N_("Centre and station are too far apart in age: what it sends is taken, but it is told nothing new."),
        N_("Update the older one of the two."),
    ),
    "feed.bad_cursor": (400, N_("The place in the feed is not known."), N_("The station starts again by itself.")),
    "photo.wrong_offset": (409, N_("The photo is to go on at another place."), N_("The station does so by itself.")),
    "photo.busy": (409, N_("The photo is just being received."), N_("It is offered again by itself.")),
    "photo.wrong_hash": (
        422, N_("The photo's bytes do not match its name."), N_("Check the photo at the station."),
    ),
    "photo.not_a_picture": (
        422, N_("The bytes are not a picture the centre takes."), N_("Check the photo at the station."),
    ),
    "photo.part_differs": (422, N_("A part of the photo was changed on the way."), N_("It is sent again by itself.")),
    "picture.unknown_kind": (
        404, N_("Pictures are of a product (sku) or an order."), N_("Check the address."),
    ),
    "picture.malformed_id": (
        422, N_("The picture names no product or order."), N_("Give a number of at most 64 characters."),
    ),
    "photo.store_down": (
        503, N_("The centre cannot reach its store of photos just now."), N_("It is tried again by itself."),
    ),
    "photo.absent": (404, N_("This photo is not at the centre."), N_("It may still be waiting at its station.")),
    "caller.unknown": (
        401, N_("The centre does not know who asks."), N_("Sign in again, or ask an administrator for a new token."),
    ),
    "caller.not_allowed": (
        403, N_("You are not allowed to do this."), N_("Ask an administrator of the centre."),
    ),
    "caller.too_often": (
        429, N_("Too many requests came in a short time."), N_("Wait a moment and try again."),
    ),
    "sign_in.refused": (401, N_("Badge or PIN is not right."), N_("Try again, or ask an administrator.")),
    "sign_in.locked": (
        429, N_("Too many wrong PINs; signing in is locked for a time."), N_("Wait, or ask an administrator."),
    ),
    "person.not_found": (404, N_("The centre knows no such person."), N_("Check the number.")),
    "person.malformed": (
        422, N_("A detail of the person is not right: {field}."), N_("Correct it and send it again."),
    ),
    "person.badge_taken": (409, N_("Another person has this badge."), N_("Take another badge.")),
    "person.number_taken": (409, N_("Another person has this number."), N_("Take another number.")),
    "person.last_administrator": (
        409, N_("This is the last administrator who can sign in."), N_("Make another administrator first."),
    ),
    "station.not_found": (404, N_("The centre knows no such station."), N_("Check the list of stations.")),
    "station.malformed": (
        422, N_("A station needs a code and a site."), N_("Give both, of at most 32 and 64 characters."),
    ),
    "token.not_found": (404, N_("The centre knows no such token."), N_("Check the list of tokens.")),
    "token.rights": (
        422, N_("A token needs a name and rights that a system can hold."), N_("Choose them from the list."),
    ),
    "webhook.malformed": (
        422, N_("A webhook needs a name, an address, and types from the list."), N_("Correct it and send it again."),
    ),
    "webhook.address": (
        422, N_("Webhooks may not go to this address: {reason}."),
        N_("Use another one, or let an administrator allow the network in the centre's settings."),
    ),
    "webhook.too_many": (409, N_("There are as many webhooks as the centre keeps."), N_("Take one away first.")),
    "webhook.not_found": (404, N_("The centre knows no such webhook."), N_("Check the list of webhooks.")),
    "events.bad_cursor": (
        400, N_("This place in the list of events cannot be read."), N_("Ask without a place, from the beginning."),
    ),
    "events.other_epoch": (
        409, N_("The centre's database has begun a new life; places in the list of events from before are void."),
        N_("Read the events again from the beginning; those you have are known by their ids."),
    ),
    "export.malformed": (
        400, N_("The export that was asked for cannot be made out."),
        N_("Ask for csv, xlsx or json, and days like 2026-11-21."),
    ),
    "returns.unusable": (422, N_("The file cannot be read: {reason}"), N_("Correct it and send it again.")),
    "rules.not_found": (404, N_("The centre knows no such version."), N_("Look at the list of versions again.")),
    "rules.unreadable": (
        422, N_("This is no file of rules."), N_("Load a YAML file of at most 256 kB with a plain name."),
    ),
    "rules.faulty": (
        422, N_("The file is not right, line {file_line}, {file_key}: {fault}"), N_("Correct it and load it again."),
    ),
    "rules.site": (403, N_("Rules are the whole house's."), N_("Ask an administrator who is not bound to a site.")),
    "tote.malformed": (
        422, N_("A detail of tote {row} is not right: {field}."), N_("Correct it and send all of them again."),
    ),
    "tote.no_numbers": (409, N_("All numbers of totes are given away."), N_("Use totes that lie empty again.")),
    "unauthorised.not_found": (404, N_("There is no such act on the list."), N_("Look at the list again.")),
    "link.invalid": (
        403, N_("This link is not valid, or not valid any more."), N_("Ask the returns centre for a new link."),
    ),
    "inspection.unknown": (404, N_("The centre knows no such inspection."), N_("Check the number.")),
    "centre.busy": (503, N_("The centre cannot write just now."), N_("It is tried again by itself.")),
    "centre.fault": (500, N_("The centre met a fault of its own."), N_("Tell the administrator the time.")),
}  # fmt: skip


class Problem(Exception):
    """A refusal with its code; `parts` go into the answer beside the sentences."""

    def __init__(self, code: str, **parts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parts = parts

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return _PROBLEMS[self.code][0]


def problem_told(problem: Problem) -> StationProblem:
    """The refusal as a problem that the command line tells."""
    _status, what, to_do = _PROBLEMS[problem.code]
    said: dict[str, Any] = {
        name: localised(value) if isinstance(value, Mapping) else value for name, value in problem.parts.items()
    }
    return StationProblem(problem.code, what, to_do, **said)


def problem_status(code: str) -> int:
    """The HTTP status that `code` is answered with."""
    return _PROBLEMS[code][0]


def problem_codes(area: str) -> tuple[str, ...]:
    """Every code of an area, such as ``photo``."""
    return tuple(code for code in _PROBLEMS if code.startswith(f"{area}."))


def problem_sentences(code: str, language: str, **parts: Any) -> tuple[str, str]:
    """What happened and what to do, in `language`; `parts` are the problem's."""
    _status, what, to_do = _PROBLEMS[code]
    said = {name: value[language[:2]] if isinstance(value, Mapping) else value for name, value in parts.items()}
    return translate_into(language, what, **said), translate_into(language, to_do, **said)


def json_response(data: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`data` as UTF-8 JSON."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, headers=dict(headers or {}), media_type="application/json")


def problem_response(problem: Problem, epoch: str, centre_time: str) -> Response:
    """The answer that says `problem`, in the envelope of the protocol."""
    english = problem_sentences(problem.code, "en", **problem.parts)
    chinese = problem_sentences(problem.code, "zh_CN", **problem.parts)
    parts = {"what": {"en": english[0], "zh": chinese[0]}, "to_do": {"en": english[1], "zh": chinese[1]}}
    headers = {CENTRE_EPOCH_HEADER: epoch}
    if problem.status == 503:
        headers["Retry-After"] = "2"
    if "retry_after" in problem.parts:  # whole seconds
        headers["Retry-After"] = str(problem.parts["retry_after"])
    answer = reply(epoch, centre_time, code=problem.code, **parts, **problem.parts)
    return json_response(answer, problem.status, headers)
