"""A centre of two processes over one PostgreSQL and one S3 store, behind a balancer that knows little."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

from centre_cases import CentreProcess

SECOND = "-second"


def centre_of(folder: Path) -> Path:
    """The folder that names the centre whose first or second instance has its data in `folder`."""
    return folder.with_name(folder.name.removesuffix(SECOND))


@dataclass
class Balancer:
    """Passes each connection on to one of the ports in turn, past those that nobody listens on.

    Attributes:
        last: the place, in `ports`, of the instance that got the newest connection.
    """

    ports: list[int]
    last: int = 0
    own_port: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def start(self) -> None:
        """Listen."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.own_port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """End, with all connections."""
        for one in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                taken, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(taken,), daemon=True).start()

    def _serve(self, taken: socket.socket) -> None:
        for step in range(1, len(self.ports) + 1):
            place = (self.last + step) % len(self.ports)
            try:
                behind = socket.create_connection(("127.0.0.1", self.ports[place]))
            except OSError:
                continue
            self.last = place
            self._open += [taken, behind]
            threading.Thread(target=self._pass_on, args=(behind, taken), daemon=True).start()
            self._pass_on(taken, behind)
            return
        taken.close()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := source.recv(65536):
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@dataclass
class TwoInstances(CentreProcess):
    """`CentreProcess` twice, each instance with a data folder of its own for what is under way."""

    instances: list[CentreProcess] = field(default_factory=list)
    dead: list[CentreProcess] = field(default_factory=list)

    def start(self) -> TwoInstances:
        """Start both, or those that are dead."""
        first = not self.instances
        if first:
            second = self.data.with_name(self.data.name + SECOND)
            self.instances = [CentreProcess(self.data, demo=self.demo), CentreProcess(second, demo=self.demo)]
            self.dead = list(self.instances)
        for one in self.dead:
            one.start()
        self.dead = []
        if first:
            self.balancer = Balancer([one.port for one in self.instances])
            self.balancer.start()
            self.port, self.code = self.balancer.own_port, self.instances[0].code
            self.url = f"http://127.0.0.1:{self.port}"
        assert len({one.epoch for one in self.instances}) == 1
        self.epoch, self.process = self.instances[0].epoch, self.instances[0].process
        return self

    def strike(self) -> None:
        """Kill the instance that the newest connection leads to; the other goes on."""
        struck = self.instances[self.balancer.last]
        self.dead.append(struck)
        struck.strike()

    def kill(self) -> None:
        """Wait for the one that was struck; both are killed when none was."""
        self.dead = self.dead or list(self.instances)
        for one in self.dead:
            one.kill()

    def stop(self) -> tuple[int, str]:
        """Ask both to stop; the graver exit code and what they wrote to stderr."""
        self.balancer.stop()
        ended = [one.stop() for one in self.instances]
        return max(code for code, _errors in ended), "".join(errors for _code, errors in ended)
