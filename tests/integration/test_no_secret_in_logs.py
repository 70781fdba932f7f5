"""Secrets and people's data are in no line a running centre writes and in no address: canaries are looked for."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from centre_cases import PROJECT, CentreProcess, inspection_events, jpeg, line_of
from storage_cases import Making, item

from inspection_station.admin.main import main
from inspection_station.domain.events import EventKind
from inspection_station.server.database import FILE
from inspection_station.sync.client import CentreClient, Transport, enrol
from inspection_station.sync.identity import load_or_make_key

BADGE, PIN, NEW_PIN = "BADGE-CANARY77", "918273", "827364"
NAME, NAME_EN, PHONE, STREET = "金丝雀", "Canarina Bird", "13912345678", "Canary Wharf 12-3"
ORDER, TRACKING = "TB-CANARY-0099", "SF7777712345678"


def told_by(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["--language", "en", "central", *words, "--json"]) == 0
    out: dict[str, Any] = json.loads(capsys.readouterr().out)
    return out


def secret_of(folder: Path) -> set[str]:
    """The private keys kept in `folder`, in the forms a log could show them."""
    data = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {text.strip() for one in data for text in one.decode("latin-1").splitlines() if len(text.strip()) > 30}


class Asking:
    """Requests to the centre whose addresses are kept."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=20)
        self.addresses: list[str] = []

    def close(self) -> None:
        self._client.close()

    def __call__(self, method: str, target: str, *, token: str = "", body: Any = None, **headers: str) -> Any:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = self._client.request(method, target, headers=headers, content=content)
        self.addresses.append(target)
        return answer


def exercise(ask: Asking, admin: dict[str, Any], canaries: set[str]) -> str:
    """Every route of people and tokens, rightly and wrongly; returns a code to enrol with."""
    signed = ask("POST", "/api/v1/sign-in", body={"badge": admin["badge"], "pin": admin["pin"]}).json()
    token = signed["token"]
    canaries |= {token, signed["token"][:20]}
    person = {"number": "E-CANARY-1", "name": NAME, "name_en": NAME_EN, "role": "lead", "badge": BADGE, "pin": PIN}
    made = ask("POST", "/api/v1/people", token=token, body=person).json()
    assert made["person"]["name"] == NAME
    assert ask("POST", "/api/v1/people", token=token, body=person).status_code == 409
    assert ask("POST", "/api/v1/people", token=token, body={**person, "pin": "12"}).status_code == 422
    place = f"/api/v1/people/{made['person']['id']}"
    assert ask("PATCH", place, token=token, body={"pin": NEW_PIN}).status_code == 200
    for pin in (NEW_PIN, PIN, PIN, PIN, PIN, PIN, PIN):
        ask("POST", "/api/v1/sign-in", body={"badge": BADGE, "pin": pin})
    for body in (b'{"badge": "' + BADGE.encode(), b'{"badge": 7, "pin": "' + PIN.encode() + b'"}', PIN.encode() * 9000):
        assert ask("POST", "/api/v1/sign-in", body=body).status_code in (400, 413)
    system = ask("POST", "/api/v1/tokens", token=token, body={"name": "WMS", "rights": ["see_counts"]}).json()
    canaries.add(system["token"])
    assert ask("GET", "/api/v1/stats", token=system["token"]).status_code == 200
    assert ask("GET", "/api/v1/people", token=system["token"]).status_code == 403
    assert ask("GET", "/api/v1/people", token=admin["token"]).status_code == 200
    assert ask("GET", "/api/v1/people", token=PIN + "-wrong").status_code == 401
    assert ask("GET", "/api/v1/me", **{"Cookie": f"token={token}", "X-Pin": PIN}).status_code == 401
    ask("DELETE", f"/api/v1/tokens/{system['id']}", token=token)
    ask("POST", "/api/v1/sign-out", token=token)
    code: str = ask(
        "POST", "/api/v1/enrolment-codes", token=admin["token"], body={"station_code": "B12", "site": "Nord"}
    ).json()["enrolment_code"]
    return code


def send(client: CentreClient) -> str:
    """Records with a customer's data, good, broken and forked, and a photo; returns the inspection's id."""
    making = Making()
    making.add(making.parcel(TRACKING))
    making.add(item("i1", 1, name_zh=NAME, serial=PHONE))
    note = {"item_id": "i1", "reason": "other", "note": f"{NAME} {PHONE} {STREET} {ORDER}"}
    making.add((EventKind.ITEM_HELD, note))
    lines = [line_of(event) for event in making.events]
    client.send_records([*lines, lines[0][:-9], b'{"id": "' + PHONE.encode() + b'"}', f"{NAME} {STREET}".encode()])
    data = jpeg(3)
    name = hashlib.sha256(data).hexdigest()
    client.send_photo_part(name, data, 0, len(data))
    client.send_records([line_of(event) for event in inspection_events((name,), tracking_number=TRACKING)])
    return str(making.events[0].inspection_id)


def break_tables(path: Path) -> None:
    """Make every statement about people, tokens and records fail with its values at hand."""
    with sqlite3.connect(path, timeout=20) as raw:
        for table in ("person", "record", "wrong_pin", "link"):
            raw.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")
    raw.close()


def test_no_canary_is_written_by_a_running_centre_nor_put_into_an_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_CENTRE_LOG_LEVEL", "debug")
    data = tmp_path / "centre"
    admin = told_by(capsys, "create-admin", NAME, "--data", str(data))
    canaries = {BADGE, PIN, NEW_PIN, NAME, NAME_EN, PHONE, STREET, ORDER, TRACKING}
    canaries |= {admin["badge"], admin["pin"], admin["token"]}
    running = CentreProcess(data, demo=False).start()
    ask = Asking(running.url)
    code = exercise(ask, admin, canaries)
    key = load_or_make_key(tmp_path / "key")
    canaries |= {code, code.replace("-", ""), key.private_text.decode("latin-1").strip()} | secret_of(tmp_path / "key")
    transport = Transport(running.url)
    client = CentreClient(transport, enrol(transport, code, key), key)
    client.hello(0, ("", ""), {})
    inspection_id = send(client)
    ask("POST", "/sync/v1/enrol", body={"code": code, "public_key": "x", "app_version": PHONE})
    link = {"inspection_id": inspection_id, "viewer": NAME_EN}
    path = ask("POST", "/api/v1/links", token=admin["token"], body=link).json()["path"]
    page = httpx2.get(running.url + path)
    assert page.status_code == 200 and TRACKING in page.text
    canaries.add(path.rpartition("/")[2])
    httpx2.get(f"{running.url}/nothing/{PHONE}?name={NAME_EN}&pin={PIN}", headers={"Referer": f"http://x/{NAME_EN}"})
    httpx2.get(f"{running.url}/api/v1/inspections?text={ORDER}", headers={"Authorization": f"Bearer {admin['token']}"})
    break_tables(data / FILE)
    failed = [
        ask("POST", "/api/v1/sign-in", body={"badge": BADGE, "pin": NEW_PIN}),
        ask("POST", "/api/v1/people", token=admin["token"], body={"number": PHONE, "name": NAME, "role": "lead"}),
        httpx2.get(running.url + path),
    ]
    assert {answer.status_code for answer in failed} <= {500, 503}
    running.process.send_signal(signal.SIGTERM)
    out, errors = running.process.communicate(timeout=30)
    transport.close()
    ask.close()
    written = (out + errors).decode()
    assert "people" in written and "sign-in" in written, "requests are logged: otherwise this shows nothing"
    escaped = {json.dumps(canary)[1:-1] for canary in canaries} | canaries
    assert [canary for canary in escaped if canary in written] == []
    assert [one for one in ask.addresses if any(canary in one for canary in canaries)] == []


def test_a_secret_of_the_console_is_never_an_argument_and_a_typed_pin_is_not_echoed(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "inspection_station", "central", "create-admin", "管理员", "--ask-pin", "--json"]
    done = subprocess.run(
        [*words, "--data", str(tmp_path)], cwd=PROJECT, input=b"918273\n", capture_output=True, check=True,
        env={**os.environ, "INSPECTION_CENTRE_LOG_LEVEL": "debug"},
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert "pin" not in told and b"918273" not in done.stdout + done.stderr
