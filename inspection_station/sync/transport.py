"""One connection pool to the centre, and every way in which an exchange can fail."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from inspection_station import __version__
from inspection_station.errors import N_, StationProblem

if TYPE_CHECKING:
    import httpx2

LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; a feed page of 500 returns is far below
TIMEOUT, CONNECT_TIMEOUT = 30.0, 6.0  # seconds


class SyncFailure(Exception):
    """An exchange did not succeed; the reason is in the subclass."""


class Unreachable(SyncFailure):
    """Nobody answered, or the answer broke off."""


class WrongCertificate(Unreachable):
    """Who answers cannot prove by its certificate to be the centre; nothing was sent."""


class NotTheCentre(SyncFailure):
    """Something answered that is no centre (a captive portal, a proxy)."""


class ServerTrouble(SyncFailure):
    """The centre cannot now (5xx, 408, 429); `retry_after` in seconds when it said so."""

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.retry_after = retry_after

    @property
    def is_stumble(self) -> bool:
        """Whether it may be about what was sent (500), not about the centre as a whole."""
        return self.status == 500


class Refused(SyncFailure):
    """The centre refuses the request, with its reasons: `code`, and sentences by language."""

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        super().__init__(str(answer.get("code", "")))
        self.status = status
        self.code = str(answer.get("code", ""))
        self.epoch = str(answer.get("epoch", ""))
        self.what = _texts(answer.get("what"))
        self.to_do = _texts(answer.get("to_do"))
        self.offset = answer.get("offset")


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}


@dataclass
class Transport:
    """One HTTP connection pool to one address; the only place that knows the HTTP library.

    Attributes:
        base_url: the centre's address.
        inner: what carries requests instead of the network.
        site_authority: PEM file of the authority that alone may vouch for the centre; None: those of the system.
        patience: seconds of silence after which there is no answer.
        exchanges: how many were begun.
    """

    base_url: str
    inner: httpx2.BaseTransport | None = None
    site_authority: Path | None = None
    patience: float = TIMEOUT
    _client: httpx2.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        import httpx2  # with the first connection, on the sync's thread, not with the window

        self.exchanges = 0
        self.base_url = checked_url(self.base_url)
        self._client = httpx2.Client(
            base_url=self.base_url,
            timeout=httpx2.Timeout(self.patience, connect=CONNECT_TIMEOUT),
            follow_redirects=False,
            trust_env=not _is_loopback(self.base_url),
            transport=self.inner,
            verify=_trust(self.base_url, self.site_authority),
            headers={"User-Agent": f"inspection-station/{__version__}", "Accept-Encoding": "identity"},
        )

    def exchange(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        largest: int = LARGEST_ANSWER,
        arriving: Callable[[int, int], None] = lambda _here, _whole: None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send one request; returns status, headers and body.

        Args:
            largest: bytes that an answer may have at most.
            arriving: told how many bytes of the answer are here, of how many (0: not said); may raise to end it.

        Raises:
            Unreachable: no answer, or a broken one; WrongCertificate when that is why.
            NotTheCentre: an answer larger than any of a centre.
        """
        import httpx2

        self.exchanges += 1
        try:
            with self._client.stream(method, target, headers=dict(headers), content=body or None) as answer:
                parts, size = [], 0
                told = answer.headers.get("content-length", "")
                whole = int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0
                for part in answer.iter_raw():
                    size += len(part)
                    if size > largest:
                        raise NotTheCentre("the answer is too large")
                    parts.append(part)
                    arriving(size, whole)
                return answer.status_code, answer.headers, b"".join(parts)
        except (httpx2.TransportError, httpx2.StreamError, httpx2.InvalidURL, OSError) as error:
            if _is_about_certificate(error):
                raise WrongCertificate("certificate") from error
            raise Unreachable(type(error).__name__) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def checked_url(text: str) -> str:
    """The centre's address without a slash at its end; raises StationProblem ``centre.address``."""
    try:
        parts = urlsplit(text.strip())
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        _ = parts.port
    except ValueError:
        right = False
    if not right:
        raise StationProblem(
            "centre.address",
            N_("“{url}” is no address of a centre."),
            N_("Write it like https://centre.example:8765."),
            url=text[:100],
        )
    return text.strip().rstrip("/")


def _trust(url: str, authority: Path | None) -> ssl.SSLContext | bool:
    """Whose certificates count: those of the site's own authority alone when there is one, else the system's."""
    if not url.startswith("https:"):
        return True
    try:
        return ssl.create_default_context(cafile=None if authority is None else str(authority))
    except (OSError, ssl.SSLError) as error:
        raise StationProblem(
            "centre.authority",
            N_("The certificate of the site's authority {path} cannot be read."),
            N_("Name a file in PEM form, or leave the setting empty to trust what the system trusts."),
            path=authority,
        ) from error


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
