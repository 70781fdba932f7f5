"""The network between the benches and the centre: what it carries, loses, doubles, delays and makes up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2

from simulation.scheduler import Scheduler, Task

TIMEOUT = 30.0  # seconds after which the station's client gives up
LATENCY = (0.002, 0.06)
LATE = (0.5, 60.0)  # seconds after which a copy of a request turns up again

# What may happen to one exchange; the last ones are answers that no centre gave.
FAULTS = (
    "refused", "reset", "reply_lost", "black_hole", "black_hole_behind", "slow", "cut_body", "cut_reply",
    "doubled", "doubled_late", "half_json", "portal", "redirect", "proxy_5xx", "throttled",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A request as it was sent."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def word(self) -> str:
        """What it is, for the trace."""
        return f"{self.method} {self.target.partition('?')[0].split('/')[3]}"


@dataclass(frozen=True)
class Answer:
    """An answer as the centre gave it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


Answered = Callable[[Answer | None], None]
Serve = Callable[[Sent, "int | None", Answered], None]


@dataclass
class Network:
    """All lines to the centre.

    Attributes:
        serve: gives a request to the centre, cut after so many bytes of its body when a number is given, and calls
            back with the answer, or None when nothing came.
        seen: called with each answer of the centre that reaches its bench.
        faults: for each bench and kind of fault, how likely an exchange meets it now.
    """

    scheduler: Scheduler
    serve: Serve
    seen: Callable[[str, Sent, Answer], None]
    faults: dict[tuple[str, str], float] = field(default_factory=dict)

    def calm(self) -> None:
        """No faults any more."""
        self.faults.clear()

    def fault_of(self, bench: str) -> str:
        """What happens to the bench's next exchange; empty for nothing."""
        for (whose, kind), likelihood in self.faults.items():
            if whose in ("", bench) and self.scheduler.chance.random() < likelihood:
                return kind
        return ""


class Wire(httpx2.BaseTransport):
    """One bench's end of the network; its task stands still while an exchange is under way."""

    def __init__(self, network: Network, bench: str) -> None:
        self._network, self._bench = network, bench
        self.task: Task | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx2."""
        request.read()
        sent = Sent(request.method, request.url.raw_path.decode(), tuple(request.headers.raw), request.content)
        kind = self._network.fault_of(self._bench)
        self._network.scheduler.note(self._bench, f"{sent.word} {kind}".rstrip())
        assert self.task is not None
        _Carrying(self._network, self._bench, sent, kind, self.task, request).begin()
        answer: httpx2.Response = self.task.park()
        return answer


@dataclass
class _Carrying:
    """One exchange on its way."""

    network: Network
    bench: str
    sent: Sent
    kind: str
    task: Task
    request: httpx2.Request

    def _later(self, act: Callable[[], None], longest: float = LATENCY[1]) -> None:
        self.network.scheduler.after(self.network.scheduler.chance.uniform(LATENCY[0], longest), act)

    def begin(self) -> None:
        chance = self.network.scheduler.chance
        longest = chance.uniform(1, TIMEOUT / 3) if self.kind == "slow" else LATENCY[1]
        made_up: Mapping[str, Callable[[], httpx2.Response]] = {
            "portal": lambda: _page(200, b"<html>Welcome to the airport</html>"),
            "redirect": lambda: _page(302, b"", location="http://portal.example/login"),
            "proxy_5xx": lambda: _page(chance.choice([500, 502, 503, 504]), b"<html>bad gateway</html>"),
            "throttled": lambda: _page(
                chance.choice([429, 503]), b"slow down", retry_after=str(chance.choice([1, 7, 30, 3600]))
            ),
        }
        if self.kind in made_up:
            answer = made_up[self.kind]()
            self._later(lambda: self.task.resume(answer))
        elif self.kind in ("refused", "reset"):
            self._later(self._broken)
        elif self.kind == "black_hole":
            self.network.scheduler.after(TIMEOUT, self._timed_out)
        else:
            self._later(self._deliver, longest)

    def _deliver(self) -> None:
        chance = self.network.scheduler.chance
        if self.kind == "cut_body":
            cut = chance.randrange(len(self.sent.body) + 1)
            self.network.serve(self.sent, cut, lambda _answer: None)
            self._later(self._broken)
            return
        self.network.serve(self.sent, None, self._answered)
        if self.kind.startswith("doubled"):
            late = chance.uniform(*LATE) if self.kind == "doubled_late" else chance.uniform(*LATENCY)
            again = self.sent
            self.network.scheduler.after(late, lambda: self.network.serve(again, None, lambda _answer: None))

    def _answered(self, answer: Answer | None) -> None:
        if answer is None or self.kind in ("reply_lost", "cut_reply"):
            self._later(self._broken)
        elif self.kind == "black_hole_behind":
            self.network.scheduler.after(TIMEOUT, self._timed_out)
        else:
            longest = TIMEOUT / 3 if self.kind == "slow" else LATENCY[1]
            self._later(lambda: self._give(answer), longest)

    def _give(self, answer: Answer) -> None:
        body = answer.body
        if self.kind == "half_json":
            body = body[: len(body) // 2]
        else:
            self.network.seen(self.bench, self.sent, answer)
        headers = [(name, value) for name, value in answer.headers if name.lower() != b"content-length"]
        self.task.resume(httpx2.Response(answer.status, headers=headers, stream=httpx2.ByteStream(body)))

    def _broken(self) -> None:
        error = httpx2.ConnectError if self.kind == "refused" else httpx2.ReadError
        if self.kind == "cut_reply":
            error = httpx2.RemoteProtocolError
        self.task.resume(error=error("the line broke", request=self.request))

    def _timed_out(self) -> None:
        self.task.resume(error=httpx2.ReadTimeout("nothing comes", request=self.request))


def _page(status: int, body: bytes, **headers: str) -> httpx2.Response:
    told = {"content-type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx2.Response(status, headers=told, stream=httpx2.ByteStream(body))
