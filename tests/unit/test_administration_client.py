"""Administration over HTTP takes nothing for an answer that is none, and says in both languages what went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from centre_cases import InProcess, in_process_centre
from centre_people import make

from inspection_station.errors import StationProblem
from inspection_station.i18n import sentences, set_language
from inspection_station.sync.administration import Administration
from inspection_station.sync.transport import Transport

Answer = Callable[[httpx2.Request], httpx2.Response]


def client(answer: Answer) -> Administration:
    return Administration(Transport("http://127.0.0.1:9", inner=httpx2.MockTransport(answer)))


def always(status: int, body: Any = None, kind: str = "application/json") -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _request: httpx2.Response(
        status, headers={"content-type": kind}, stream=httpx2.ByteStream(data)
    )


def gone(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("nobody", request=request)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (gone, "administration.offline"),
        (always(503, b"", "text/html"), "administration.offline"),
        (always(200, b"<html>", "text/html"), "administration.not_a_centre"),
        (always(200, b"{", "application/json"), "administration.not_a_centre"),
        (always(200, [1]), "administration.not_a_centre"),
        (always(200, {"people": {"a": 1}}), "administration.not_a_centre"),
        (always(200, {"people": [7]}), "administration.not_a_centre"),
        (always(404, b"nothing", "text/plain"), "administration.not_a_centre"),
        (always(200, b"[" * 100_000), "administration.not_a_centre"),
        (always(302, b"", "text/html"), "administration.not_a_centre"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(answer: Answer, code: str) -> None:
    centre = client(answer)
    with pytest.raises(StationProblem) as caught:
        centre.people()
    assert caught.value.code == code and all(sentences(caught.value))
    centre.close()


def test_a_refusal_keeps_the_centres_code_and_its_words_in_the_language_in_force() -> None:
    what = {"en": "Line 3 is wrong.", "zh": "第 3 行有误。"}
    told = {"code": "rules.faulty", "what": what, "to_do": {"en": "Mend it."}, "file_line": 3, "file_key": "vendors"}
    centre = client(always(422, told))
    for language, said in (("en", "Line 3 is wrong."), ("zh_CN", "第 3 行有误。")):
        set_language(language)
        with pytest.raises(StationProblem) as caught:
            centre.load_rules("a.yaml", "version: {x}")
        assert caught.value.code == "rules.faulty" and sentences(caught.value) == (said, "Mend it.")
        assert caught.value.values["file_line"] == 3
    centre.close()


def test_numbers_that_are_none_are_no_answer() -> None:
    centre = client(always(200, {"totes": [{"code": "T-1", "slot": "first"}]}))
    with pytest.raises(StationProblem, match="not_a_centre"):
        centre.totes()
    centre.close()


def test_a_sign_in_is_good_until_the_centre_ends_it(tmp_path: Path) -> None:
    held = in_process_centre(tmp_path)
    who = make(held, "administrator")
    wire = InProcess(held)
    centre = Administration(Transport("http://127.0.0.1:9", inner=wire))
    with pytest.raises(StationProblem) as caught:
        centre.sign_in(who.badge, "000001")
    assert caught.value.code == "sign_in.refused" and not centre.is_signed_in
    assert centre.sign_in(who.badge, who.pin).person_id == who.id
    made = centre.make_person({"number": "E1", "name": "A", "role": "inspector"})
    assert made.badge.startswith("BADGE-") and len(made.pin) == 6
    assert centre.change_person(made.id, {"active": False}).active is False
    assert centre.changes()[0].what == "person changed"
    older = centre.changes(centre.changes()[1].key)
    assert len(older) == len(centre.changes()) - 2
    assert len(centre.enrolment_code("B12", "x", 24)) > 10 and centre.stations() == []
    centre.change_person(who.id, {"pin": None})  # one's own new PIN ends the sign-in
    with pytest.raises(StationProblem, match="signed_out"):
        centre.people()
    assert not centre.is_signed_in
    assert not any(who.pin in str(request.url) for request in wire.requests)
    centre.close()


def test_signing_out_ends_the_token_at_the_centre_too(tmp_path: Path) -> None:
    held = in_process_centre(tmp_path)
    who = make(held, "administrator")
    centre = Administration(Transport("http://127.0.0.1:9", inner=InProcess(held)))
    token = centre.sign_in(who.badge, who.pin).token
    centre.sign_out()
    assert not centre.is_signed_in
    centre._token = token
    with pytest.raises(StationProblem, match="signed_out"):
        centre.people()
    centre.close()
