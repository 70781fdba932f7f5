"""What a centre can be told by its settings: each with its default, its meaning and what it may be.

`CentreSettings` is what is in force; `configuration_reading` makes it of a TOML file and the environment. A new
setting is one field here: reading, checking, ``central config`` and the example under ``installers/server`` follow
(a test compares). Secrets are never in the TOML file: they come from the environment or from a file of their own.
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from inspection_station.errors import N_
from inspection_station.locations import machine_data_folder

Value = str | int | bool | tuple[str, ...]
T = TypeVar("T", str, int, bool, tuple[str, ...])

MASKED = "••••••"


@dataclass(frozen=True)
class Setting:
    """What one setting is.

    Attributes:
        key: ``section.name``.
        describes: msgid of its meaning, with the unit.
        secret: it is never shown, and never stands in the settings file.
        choices: the only values there are, when not empty.
        lowest, highest: the range of a number, inclusive.
        fault: the msgid of what is wrong with a text (or one text of a list), or "".
    """

    key: str
    kind: type
    default: Value
    describes: str
    secret: bool = False
    choices: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 2**31
    fault: Callable[[str], str] | None = None


def _one(
    default: T,
    describes: str,
    *,
    secret: bool = False,
    choices: tuple[str, ...] = (),
    between: tuple[int, int] = (0, 2**31),
    fault: Callable[[str], str] | None = None,
) -> T:
    meta = {"describes": describes, "secret": secret, "choices": choices, "fault": fault,
            "lowest": between[0], "highest": between[1]}  # fmt: skip
    made: T = field(default=default, metadata=meta, repr=not secret)
    return made


def _path_fault(text: str) -> str:
    return "" if not text or (Path(text).is_absolute() and "\0" not in text) else N_("must be a full path, or empty")


def _zone_fault(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return N_("is not an IANA time zone; right would be Asia/Shanghai")
    return ""


def _database_fault(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if text and (parts.scheme not in ("postgresql", "postgresql+psycopg") or not parts.path.strip("/")):
        return N_("must be empty for SQLite, or such as postgresql://inspection@db.example/inspection")
    if parts.password is not None or "password=" in parts.query:
        return N_("must hold no password; it belongs into the file that database.password_file names")
    return ""


def _address_fault(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return "" if text == "localhost" else N_("must be an IP address such as 127.0.0.1, 0.0.0.0 or ::")
    return ""


def _network_fault(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return N_("must be addresses or networks such as 10.2.0.0/16")
    return ""


def _endpoint_fault(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = not text or (parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username)
    except ValueError:
        right = False
    return "" if right else N_("must be an address that begins with https:// or http://, without a password in it")


def _bucket_fault(text: str) -> str:
    right = not text or re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text)
    return "" if right else N_("must be a bucket's name: small letters, digits, dots and hyphens, 3 to 63 of them")


def _time_fault(text: str) -> str:
    right = re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text)
    return "" if right else N_('must be times of the day such as "02:30"')


@dataclass(frozen=True)
class SiteSettings:
    """``[centre]``: where the centre keeps its things, and where it stands."""

    data_folder: str = _one(
        "", N_("folder of the database (SQLite), photos and unfinished uploads; empty: this machine's own"),
        fault=_path_fault,
    )  # fmt: skip
    time_zone: str = _one("Asia/Shanghai", N_("time zone of the site, for pages and backup times"), fault=_zone_fault)
    least_free_mb: int = _one(
        1024, N_("room the disk must have (MB); with less the centre says that it is not ready"),
        between=(0, 10_000_000),
    )  # fmt: skip


@dataclass(frozen=True)
class DatabaseSettings:
    """``[database]``: SQLite in the data folder, or PostgreSQL."""

    url: str = _one("", N_("address of a PostgreSQL database, without its password; empty: SQLite in the data folder"),
                    fault=_database_fault)  # fmt: skip
    password_file: str = _one("", N_("file that holds the database's password and nothing else"), fault=_path_fault)
    password: str = _one("", N_("the database's password; only from the environment"), secret=True)


@dataclass(frozen=True)
class PhotoSettings:
    """``[photos]``: the data folder, or a bucket of an S3 store."""

    bucket: str = _one("", N_("S3 bucket of the photos; empty: the data folder"), fault=_bucket_fault)
    prefix: str = _one("", N_("what the names of this centre's objects in the bucket begin with"))
    endpoint: str = _one("", N_("address of the S3 store; empty: Amazon's of the region"), fault=_endpoint_fault)
    region: str = _one("us-east-1", N_("region of the S3 store"))
    credentials_file: str = _one(
        "", N_("file with two lines: the access key and the secret key of the S3 store"), fault=_path_fault
    )
    access_key: str = _one("", N_("access key of the S3 store; only from the environment"), secret=True)
    secret_key: str = _one("", N_("secret key of the S3 store; only from the environment"), secret=True)


@dataclass(frozen=True)
class ListenSettings:
    """``[listen]``: where requests are taken and who may speak for others."""

    host: str = _one("127.0.0.1", N_("address to listen on"), fault=_address_fault)
    port: int = _one(8765, N_("port to listen on; 0 takes a free one"), between=(0, 65535))
    trusted_proxies: tuple[str, ...] = _one(
        (), N_("addresses of proxies whose word on the sender's address and on TLS is taken"), fault=_network_fault
    )
    metrics_host: str = _one("127.0.0.1", N_("address of the separate port of /metrics"), fault=_address_fault)
    metrics_port: int = _one(
        0, N_("port that serves /metrics alone, without a token; 0: only with a token on the main port"),
        between=(0, 65535),
    )  # fmt: skip
    seconds_to_finish: int = _one(
        20, N_("how long running requests may take to finish when the centre is told to stop (s)"), between=(1, 600)
    )


@dataclass(frozen=True)
class BackupSettings:
    """``[backup]``: where copies go, when they are made and how many are kept."""

    folder: str = _one("", N_("folder of the backups, on another disk; empty: none is made by itself"),
                       fault=_path_fault)  # fmt: skip
    times: tuple[str, ...] = _one(
        ("02:30",), N_("times of the day, in the site's time zone, at which a backup is made"), fault=_time_fault
    )
    keep: int = _one(7, N_("how many verified backups are kept"), between=(1, 1000))


@dataclass(frozen=True)
class RetentionSettings:
    """``[retention]``: how long the centre keeps what the law does not let it keep for ever; 0: for ever."""

    photo_days: int = _one(0, N_("days after an inspection's end after which its photos are deleted; 0: never"),
                           between=(0, 36500))  # fmt: skip
    personal_data_days: int = _one(
        0, N_("days after an inspection's end after which buyers' numbers and texts are deleted; 0: never"),
        between=(0, 36500),
    )  # fmt: skip


@dataclass(frozen=True)
class QuotaSettings:
    """``[quota]``: what one station or token may ask for before it is told to wait (429)."""

    requests_per_minute: int = _one(1200, N_("requests a minute of one station or token"), between=(10, 1_000_000))
    photo_mb_per_minute: int = _one(2000, N_("photos a minute of one station (MB)"), between=(10, 1_000_000))


@dataclass(frozen=True)
class LogSettings:
    """``[log]``: what is told of the centre's running, one JSON object a line."""

    level: str = _one("info", N_("the least important lines that are logged"),
                      choices=("debug", "info", "warning", "error"))  # fmt: skip
    file: str = _one("", N_("file to log to; empty: the error output, which systemd keeps"), fault=_path_fault)


@dataclass(frozen=True)
class WebhookSettings:
    """``[webhooks]``: where events may be sent."""

    private_addresses: tuple[str, ...] = _one(
        (), N_("networks inside the house that webhooks may reach; all other private addresses are refused"),
        fault=_network_fault,
    )  # fmt: skip


@dataclass(frozen=True)
class CentreSettings:
    """The settings of a centre in force.

    Attributes:
        origins: where each value that is not the default comes from: file and line, variable, or command line.
    """

    centre: SiteSettings = SiteSettings()
    database: DatabaseSettings = DatabaseSettings()
    photos: PhotoSettings = PhotoSettings()
    listen: ListenSettings = ListenSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    quota: QuotaSettings = QuotaSettings()
    log: LogSettings = LogSettings()
    webhooks: WebhookSettings = WebhookSettings()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def data_folder(self) -> Path:
        """The centre's data folder."""
        named = self.centre.data_folder
        return Path(named) if named else machine_data_folder() / "central"

    def items(self) -> Iterator[tuple[Setting, Value, str]]:
        """Every setting, its value in force (secrets masked), and its origin (``default`` when nothing says it)."""
        for declared in SETTINGS.values():
            section, _, name = declared.key.partition(".")
            value: Value = getattr(getattr(self, section), name)
            shown = MASKED if declared.secret and value else value
            yield declared, shown, self.origins.get(declared.key, "default")


SECTIONS: Mapping[str, type] = {
    "centre": SiteSettings,
    "database": DatabaseSettings,
    "photos": PhotoSettings,
    "listen": ListenSettings,
    "backup": BackupSettings,
    "retention": RetentionSettings,
    "quota": QuotaSettings,
    "log": LogSettings,
    "webhooks": WebhookSettings,
}


def _declared() -> Iterator[Setting]:
    for section, kind in SECTIONS.items():
        for one in fields(kind):
            meta: dict[str, Any] = dict(one.metadata)
            default: Any = one.default
            yield Setting(f"{section}.{one.name}", type(default), default, **meta)


SETTINGS: Mapping[str, Setting] = {declared.key: declared for declared in _declared()}
