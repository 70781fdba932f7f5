"""A running centre under a flood: who floods is told to wait, and everybody else is served as before."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import httpx2
import pytest
from centre_cases import CentreProcess, in_process_centre

from inspection_station.server import tokens
from inspection_station.server.quotas import BURST_MINUTES

PER_MINUTE = 60
FLOOD = 1500
LONGEST_ANSWER = 2.0  # seconds for the neighbour while four flood


def test_a_flood_is_refused_with_a_time_to_wait_and_a_neighbour_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_CENTRE_QUOTA_REQUESTS_PER_MINUTE", str(PER_MINUTE))
    made = in_process_centre(tmp_path / "centre")
    flooding, neighbour, slow = (tokens.make_administrator(made, name) for name in ("flooding", "neighbour", "wrong"))
    tokens.revoke_token(made, next(one["id"] for one in tokens.list_tokens(made) if one["name"] == "wrong"), "test")
    made.close()
    centre = CentreProcess(tmp_path / "centre", demo=False).start()
    statuses: list[int] = []
    waits: set[str] = set()

    def flood(token: str) -> None:
        with httpx2.Client(base_url=centre.url, timeout=30) as client:
            for _ in range(FLOOD // 4):
                answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
                statuses.append(answer.status_code)
                if answer.status_code == 429:
                    waits.add(answer.headers["retry-after"])
                    assert json.loads(answer.content)["code"] == "caller.too_often"

    threads = [threading.Thread(target=flood, args=(token,)) for token in (flooding, flooding, flooding, slow)]
    for thread in threads:
        thread.start()
    took = []
    with httpx2.Client(base_url=centre.url, timeout=30) as client:
        while any(thread.is_alive() for thread in threads) and len(took) < PER_MINUTE:
            begun = time.monotonic()
            assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {neighbour}"}).status_code == 200
            took.append(time.monotonic() - begun)
            threads[0].join(0.05)
    for thread in threads:
        thread.join()
    assert centre.stop()[0] == 0
    served, refused = statuses.count(200), statuses.count(429)
    assert BURST_MINUTES * PER_MINUTE <= served <= BURST_MINUTES * PER_MINUTE + PER_MINUTE
    assert served + refused + statuses.count(401) == len(statuses) == FLOOD // 4 * 4
    assert waits == {"1"}
    assert took and max(took) < LONGEST_ANSWER
