"""One history: benches work, things break, then nothing breaks any more, and everything must have drained."""

from __future__ import annotations

import copy
import functools
import hashlib
import itertools
import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from centre_cases import jpeg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection_station.server import enrolment
from inspection_station.server.centre import open_centre
from inspection_station.server.returns_feed import publish
from inspection_station.storage.opening import open_database
from inspection_station.sync.identity import DeviceKey, Enrolment, enrolment_from_reply
from simulation.bench_site import BenchSite, Saved
from simulation.centre_site import CentreSite
from simulation.checker import Checker, Violation
from simulation.network import FAULTS, Answer, Network, Sent
from simulation.scheduler import Scheduler

BENCHES = 3
MUST_DRAIN_WITHIN = 120.0  # virtual seconds after the last fault has ended
SMALL_PART = 700  # bytes; photos here are small, and should still travel in parts
POINTS = (
    "kill_centre", "kill_centre_within", "kill_bench", "kill_bench_within", "restore", "clone", "bench_clock",
    "centre_clock", "poison",
)  # fmt: skip
SPANS = ("photos_down", "centre_full", "bench_full")
KINDS = (*FAULTS, *POINTS, *SPANS)


@dataclass
class Outcome:
    """What came of a history."""

    seed: int | str
    trace: list[str]
    acks: Counter[str]
    kinds: Counter[str]
    drained_after: float

    @property
    def digest(self) -> str:
        """The same for two runs that went alike."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()


class Failure(AssertionError):
    """A history in which something did not hold; says its seed."""

    def __init__(self, seed: int | str, reason: BaseException, trace: list[str]) -> None:
        last = "\n".join(trace[-25:])
        super().__init__(f"history {seed}: {reason!r}\nreplay it with SIMULATION_SEED={seed}\n{last}")
        self.reason = reason


@functools.cache
def _template() -> tuple[Path, list[tuple[Enrolment, DeviceKey]]]:
    """A migrated centre with enrolled benches and a migrated station's folder, made once."""
    folder = _memory_folder()
    centre = open_centre(folder / "centre")
    benches = []
    for number in range(BENCHES):
        key = DeviceKey(Ed25519PrivateKey.from_private_bytes(bytes([number + 1]) * 32))
        code = enrolment.make_enrolment_code(centre, f"B{number + 1}", "华东退货中心")
        reply = enrolment.enrol(centre, code, key.public_text, "1")
        benches.append((enrolment_from_reply({**reply, "epoch": centre.epoch()}, "http://centre"), key))
    centre.close()
    open_database(folder / "bench", check=False).close()
    return folder, benches


def _memory_folder() -> Path:
    """A new folder, in memory where the system has that: nothing here depends on what a real disk does."""
    memory = Path("/dev/shm")
    _clear_left_behind(memory)
    return Path(tempfile.mkdtemp(prefix=f"histories-{os.getpid()}-", dir=memory if memory.is_dir() else None))


@functools.cache
def _clear_left_behind(memory: Path) -> None:
    """Remove what runs left that were killed: memory is scarce."""
    for folder in memory.glob("histories-*-*"):
        maker = folder.name.split("-")[1]
        if maker.isdigit() and not Path("/proc", maker).exists():
            shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _base_picture() -> bytes:
    return jpeg(7)


@dataclass
class History:
    """A history in the making; `run` plays it."""

    seed: int | str
    only: tuple[str, ...] = ()
    folder: Path = field(default_factory=_memory_folder)

    def __post_init__(self) -> None:
        self.scheduler = Scheduler(self.seed)
        self.chance = self.scheduler.chance
        self.kinds: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._copies: list[Path] = []

    def run(self) -> Outcome:
        """Play it.

        Raises:
            Failure: something did not hold.
        """
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            with self._nothing_by_chance():
                self._set_up()
                try:
                    drained_after = self._play()
                finally:
                    self._tear_down()
        except BaseException as reason:
            if isinstance(reason, KeyboardInterrupt):
                raise
            raise Failure(self.seed, reason, self.scheduler.trace) from reason
        finally:
            logging.disable(before)
            shutil.rmtree(self.folder, ignore_errors=True)
        return Outcome(self.seed, self.scheduler.trace, self.checker.acks, self.kinds, drained_after)

    @contextmanager
    def _nothing_by_chance(self) -> Iterator[None]:
        def uuid7() -> str:
            number = next(self._numbers)
            at = 1_795_228_000_000 + int(self.scheduler.now * 1000)
            return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7000-8000-{number:012x}"

        async def at_once(work: Callable[..., Any], *arguments: Any, **_options: Any) -> Any:
            return work(*arguments)  # no thread: one thing at a time, and no time lost between threads

        with (
            mock.patch("anyio.to_thread.run_sync", at_once),
            mock.patch("storage_cases.uuid7", uuid7),
            mock.patch("simulation.bench_site.uuid7", uuid7),
            mock.patch("inspection_station.sync.photo_upload.SMALLEST_PART", SMALL_PART),
        ):
            yield

    def _picture(self) -> bytes:
        size = self.chance.choice([0, 200, 1500])
        return _base_picture() + next(self._numbers).to_bytes(8, "big") + self.chance.randbytes(size)

    # Putting it together

    def _set_up(self) -> None:
        template, enrolled = _template()
        shutil.copytree(template / "centre", self.folder / "centre")
        self.site = CentreSite(self.folder / "centre", self.scheduler, self.chance.choice([1, 1, 2]))
        self.checker = Checker(self.site)
        self.network = Network(self.scheduler, self._serve, lambda _bench, _sent, _answer: None)
        self.site.on_death = lambda: self._restart_centre_later()
        self.site.start()
        self.benches: list[BenchSite] = []
        for number in range(self.chance.randint(1, BENCHES)):
            shutil.copytree(template / "bench", self.folder / f"b{number + 1}")
            self._add_bench(f"b{number + 1}", *enrolled[number])

    def _add_bench(self, name: str, enrolment: Enrolment, key: DeviceKey) -> BenchSite:
        bench = BenchSite(name, self.folder / name, self.scheduler, self.network, enrolment, key, self._picture)
        bench.on_death = lambda: self._restart_bench_later(bench)
        bench.start()
        self.benches.append(bench)
        return bench

    def _serve(self, sent: Sent, cut: int | None, answered: Callable[[Answer | None], None]) -> None:
        def judged(answer: Answer | None) -> None:
            if answer is not None:
                self.checker.answered(sent, answer)
            answered(answer)

        self.site.serve(sent, cut, judged)

    def _tear_down(self) -> None:
        for bench in self.benches:
            if bench.is_up:
                bench.kill()
        self.site.kill()
        self.checker.close()

    # What happens

    def _play(self) -> float:
        end = self.chance.uniform(20, 60)
        for bench in self.benches:
            for _ in range(self.chance.choice([1, 1, 2, 3])):
                self.scheduler.after(self.chance.uniform(0, end), functools.partial(self._inspect, bench))
        for number in range(self.chance.randint(1, 3)):
            self.scheduler.after(self.chance.uniform(0, end), functools.partial(self._publish, number))
        for _ in range(self.chance.choice([1, 2, 3, 4, 5])):
            kind = self.chance.choice(self.only or KINDS)
            self.kinds[kind] += 1
            self.scheduler.after(self.chance.uniform(0, end * 0.9), functools.partial(self._break, kind, end))
        self.scheduler.run_until(end)
        self._mend()
        return self._drain(end)

    def _inspect(self, bench: BenchSite) -> None:
        if not bench.is_up:
            return
        if bench.saved.open and self.chance.random() < 0.6:
            bench.finish_one()
        bench.inspect(self.chance.choice([0, 1, 1, 2]), finish=self.chance.random() < 0.7)

    def _publish(self, number: int) -> None:
        if not self.site.is_up or self.site.disk_full or self.site.kill_at is not None:
            return
        name = f"T-{self.chance.randrange(4):06d}"
        body = {"code": name, "slot": number + 1, "disposition": "restock"}
        with self.site.centres[0].database.writer.begin() as connection:
            publish(connection, "tote", [(name, body)])
        self.scheduler.note("centre", f"tells of {name}")

    def _break(self, kind: str, end: float) -> None:
        self.scheduler.note("fault", kind)
        bench = self.chance.choice(self.benches)
        lasting = min(self.chance.uniform(3, 25), end - self.scheduler.now)
        if kind in FAULTS:
            key = (self.chance.choice(["", bench.name]), kind)
            self.network.faults[key] = self.chance.choice([0.3, 0.6, 1.0])
            self.scheduler.after(lasting, lambda: self.network.faults.pop(key, None))
        elif kind == "photos_down":
            self.site.photos_down = True
            self.scheduler.after(lasting, lambda: setattr(self.site, "photos_down", False))
        elif kind == "centre_full":
            self.site.disk_full = True
            self.scheduler.after(lasting, lambda: setattr(self.site, "disk_full", False))
        elif kind == "bench_full":
            bench.disk_full = True
            self.scheduler.after(lasting, lambda: setattr(bench, "disk_full", False))
        else:
            getattr(self, f"_{kind}")(bench)

    def _kill_centre(self, _bench: BenchSite) -> None:
        if self.site.is_up:
            self.site.kill()
            self._restart_centre_later()

    def _kill_centre_within(self, _bench: BenchSite) -> None:
        self.site.kill_at = self.chance.randrange(80)

    def _restart_centre_later(self) -> None:
        self.scheduler.note("centre", "is gone")
        self.scheduler.after(self.chance.uniform(0.5, 12), self._restart_centre)

    def _restart_centre(self) -> None:
        if not self.site.is_up:
            self.site.start()
            self.checker.after_restart()
            self.scheduler.note("centre", "is back")

    def _kill_bench(self, bench: BenchSite) -> None:
        if bench.is_up:
            bench.kill()
            self._restart_bench_later(bench)

    def _kill_bench_within(self, bench: BenchSite) -> None:
        bench.kill_at = self.chance.randrange(60)

    def _restart_bench_later(self, bench: BenchSite) -> None:
        self.scheduler.note(bench.name, "is gone")
        self.scheduler.after(self.chance.uniform(0.5, 20), functools.partial(self._restart_bench, bench))

    def _restart_bench(self, bench: BenchSite) -> None:
        if not bench.is_up:
            bench.start()
            self.checker.check_bench(bench)
            self.checker.check_cursor(bench)
            self.scheduler.note(bench.name, "is back")

    def _restore(self, _bench: BenchSite) -> None:
        """The centre is copied now, and some time later put back from that copy."""
        copied = self.folder / f"copy-{next(self._numbers)}"
        self.site.copy(copied)

        def put_back() -> None:
            self.site.kill()
            self.checker.put_back()
            self.site.put_back(copied)
            self.site.start()
            self.scheduler.note("centre", "was put back from a copy")

        self._copies.append(copied)
        self.scheduler.after(self.chance.uniform(1, 30), put_back)

    def _clone(self, bench: BenchSite) -> None:
        """The bench's disk is cloned, and both go on under one name."""
        if len(self.benches) > BENCHES:
            return
        name = f"{bench.name}c"
        if any(other.name == name for other in self.benches) or not bench.is_up:
            return
        bench.clone_to(self.folder / name)
        saved = bench.saved
        clone = self._add_bench(name, bench.enrolment, bench.key)
        clone.number = bench.number
        clone.saved = Saved(dict(saved.events), set(saved.photos), set(saved.poison), [])
        for making in saved.open:
            other = copy.copy(making)
            other.events = list(making.events)
            clone.saved.open.append(other)
        for each in (bench, clone):
            if self.chance.random() < 0.8:
                self.scheduler.after(self.chance.uniform(0, 20), each.finish_one)
            self.scheduler.after(self.chance.uniform(0, 20), functools.partial(self._inspect, each))

    def _bench_clock(self, bench: BenchSite) -> None:
        bench.clock_shift = timedelta(days=self.chance.choice([-730, -1, 1, 3650]))

    def _centre_clock(self, _bench: BenchSite) -> None:
        self.site.clock_shift = timedelta(hours=self.chance.choice([-30, -1, 13, 26]))

    def _poison(self, bench: BenchSite) -> None:
        if bench.is_up:
            bench.poison()

    # The end

    def _mend(self) -> None:
        """All faults end; what was to happen later may still happen, but no more than that."""
        self.network.calm()
        self.site.photos_down = self.site.disk_full = False
        self.site.kill_at = None
        for bench in self.benches:
            bench.disk_full, bench.kill_at = False, None
        self.scheduler.note("all", "faults have ended")

    def _drain(self, since: float) -> float:
        settled = since
        while True:
            self.scheduler.run_until(self.scheduler.now + 3.0)
            if any(not bench.is_up for bench in self.benches) or not self.site.is_up or self._restores_to_come():
                settled = self.scheduler.now
            elif self._is_drained():
                self.checker.check_end(self.benches)
                return self.scheduler.now - settled
            if self.scheduler.now - settled > MUST_DRAIN_WITHIN:
                left = f"{self._left()} {self.site.faults[:2]}"
                raise Violation(f"not drained {MUST_DRAIN_WITHIN} s after the faults ended: {left}")

    def _restores_to_come(self) -> bool:
        done = sum(line.endswith("was put back from a copy") for line in self.scheduler.trace)
        return len(self._copies) > done

    def _is_drained(self) -> bool:
        for bench in self.benches:
            counts = bench.outbox.counts()
            if counts.records or counts.photos or not self.checker.check_cursor(bench):
                return False
        return True

    def _left(self) -> str:
        return ", ".join(f"{bench.name}: {bench.outbox.counts()}" for bench in self.benches)


def play(seed: int | str, only: tuple[str, ...] = ()) -> Outcome:
    """Play the history of `seed`; `only` these kinds of fault when given."""
    return History(seed, only).run()
