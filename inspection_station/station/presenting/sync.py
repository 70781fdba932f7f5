"""The sync and the disk in words: how the link is, what waits, where the key lies, what may be deleted."""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.i18n import N_, localised, sentences, translate
from inspection_station.station.presenting.words import clock_time, counted
from inspection_station.station.settings_views import StorageView, SyncView
from inspection_station.station.views import FactView, TagView
from inspection_station.sync.identity import KeyPlace
from inspection_station.sync.loop import SyncState
from inspection_station.workflows.clock import SystemClock, moment_of
from inspection_station.workflows.ports import OutboxCounts

WRONG_CLOCK = "clock.wrong"
COPIED = "station.copied"
REVOKED = "station.revoked"
GIGABYTE = 1024**3
_OFFLINE = {
    "not_the_centre": N_("Something else answers"),
    "wrong_certificate": N_("Wrong certificate"),
    "trouble": N_("The centre cannot now"),
}


@dataclass(frozen=True)
class Disk:
    """The disk and the photos on it, in bytes.

    `safe`: how many of them the centre holds in a verified backup; `may_go`: of these, past their time here; `gone`:
    deleted here already; `backup_at`: the newest such backup, empty for none.
    """

    total: int = 0
    free: int = 0
    photos: int = 0
    photo_bytes: int = 0
    safe: int = 0
    may_go: int = 0
    gone: int = 0
    backup_at: str = ""


def ago(clock: SystemClock, text: str) -> str:
    """How long ago that was, in words; a dash for never."""
    if not text:
        return "–"
    seconds = max(0, int((moment_of(clock.now()) - moment_of(text)).total_seconds()))
    for size, words in ((86400, N_("{n} d ago")), (3600, N_("{n} h ago")), (60, N_("{n} min ago"))):
        if seconds >= size:
            return translate(words, n=seconds // size)
    return translate("{n} s ago", n=seconds)


def minutes_off(state: SyncState) -> int:
    """By how many minutes the station's clock differs from the centre's, rounded up."""
    return -(-abs(state.clock_offset_ms or 0) // 60_000)


def link_tag(state: SyncState | None, counts: OutboxCounts, enrolled: bool, attention: int = 0) -> TagView:
    """How the link is, in the one word that matters most: for the strip's chip and the card's head alike.

    `attention`: how many refused things nobody has seen to.
    """
    if not enrolled:
        return TagView(translate("No centre yet"), "warn", "mdi6.cloud-off-outline")
    if state is None:
        return TagView(translate("Connecting"), "info", "mdi6.cloud-outline")
    waiting = counts.records + counts.photos
    if state.kind == "fault":
        return TagView(translate("Stopped by a fault"), "error", "mdi6.alert-circle")
    if state.code == REVOKED:
        return TagView(translate("Station revoked"), "error", "mdi6.alert-circle")
    if state.kind == "refused":
        return TagView(translate("Refused by the centre"), "warn", "mdi6.alert")
    if state.kind == "offline":
        queued = translate("Offline · {n} queued", n=waiting)
        if state.code in _OFFLINE:
            queued = translate("{state} · {n} queued", state=translate(_OFFLINE[state.code]), n=waiting)
        return TagView(queued, "warn", "mdi6.cloud-off-outline")
    if state.reconciling is not None:
        return TagView(translate("Checking all · {n}", n=state.reconciling), "info", "mdi6.cloud-sync-outline")
    if state.code == COPIED:
        return TagView(translate("Two under this name"), "warn", "mdi6.alert")
    if attention:
        return TagView(counted(N_("1 needs attention"), N_("{n} need attention"), attention), "warn", "mdi6.alert")
    if state.code == WRONG_CLOCK:
        return TagView(translate("Clock off by {m} min", m=minutes_off(state)), "warn", "mdi6.clock-alert-outline")
    if waiting:
        return TagView(translate("Uploading · {n} left", n=waiting), "info", "mdi6.cloud-upload-outline")
    return TagView(translate("Up to date"), "ok", "mdi6.check-circle")


def sync(
    state: SyncState,
    counts: OutboxCounts,
    enrolled: bool,
    clock: SystemClock,
    key: KeyPlace = "keyring",
    attention: int = 0,
    *,
    forked: bool = False,
) -> SyncView:
    """The sync's card. `forked`: the centre holds other records under this station's numbers."""
    facts = [
        FactView(translate("Oldest"), ago(clock, counts.oldest)),
        FactView(translate("Last exchange"), clock_time(clock, state.last_success) if state.last_success else "–"),
        FactView(translate("Next attempt"), clock_time(clock, state.next_at) if enrolled and state.next_at else "–"),
        FactView(translate("Delay"), f"{state.latency_ms} ms" if state.latency_ms is not None else "–"),
        FactView(translate("Needs attention"), str(attention)),
    ]
    if key in ("file", "moving"):
        facts.append(FactView(translate("Key"), translate("In a file")))
    elif key == "keyring":
        facts.append(FactView(translate("Key"), translate("In the keyring")))
    words = translate("records and {n} photos waiting", n=counts.photos)
    tag = link_tag(state, counts, enrolled, attention)
    if enrolled and state.kind == "offline":  # the card says how much waits, and why, in places of their own
        tag = TagView(translate("Offline"), tag.tone, tag.icon)
    return SyncView(tag, counts.records, words, tuple(facts), _trouble(state, enrolled, forked), enrolled)


def _trouble(state: SyncState, enrolled: bool, forked: bool) -> tuple[str, str]:
    if not enrolled:
        return "", ""
    if state.problem is not None:
        return sentences(state.problem)
    if state.code == REVOKED:
        return (
            translate("The centre has revoked this station"),
            translate("Inspecting goes on and all is kept here; ask an administrator to enrol it with a new code"),
        )
    if state.kind != "fault" and state.what:
        return localised(state.what), localised(state.to_do)
    if state.reconciling is not None:
        return (
            translate("The centre was restored from a backup"),
            translate("All that was sent is compared and sent again where it is missing; nothing needs to be done"),
        )
    if forked:
        return (
            translate("Another computer has sent under this station's name"),
            translate("Was its disk copied? Both are kept; tell the administrator"),
        )
    return "", ""


def storage(disk: Disk, unsynced: int, enrolled: bool, clock: SystemClock) -> StorageView:
    """The room on the disk; `unsynced` counts photos whose bytes are not at the centre."""
    total = max(1, disk.total)
    share = min(1.0, unsynced / disk.photos) if disk.photos else 0.0
    here = disk.photo_bytes / total
    other = max(0.0, 1 - disk.free / total - here)
    facts = (
        FactView(translate("In use"), f"{_size(disk.total - disk.free)} / {_size(disk.total)}"),
        FactView(translate("Photos here"), f"{disk.photos} · {_size(disk.photo_bytes)}"),
        FactView(translate("Not at the centre yet"), str(unsynced)),
        FactView(translate("In a verified backup"), str(disk.safe)),
        FactView(translate("May be deleted"), str(disk.may_go)),
        FactView(translate("At the centre only"), str(disk.gone)),
    )
    free = translate("{n} GB free", n=disk.free // GIGABYTE)
    return StorageView(free, other, here, here * share, facts, _rule(disk, enrolled, clock))


def _rule(disk: Disk, enrolled: bool, clock: SystemClock) -> str:
    if not enrolled:
        return translate("Nothing may be deleted: there is no centre that keeps the photos.")
    if not disk.backup_at:
        return translate("Nothing may be deleted: the centre has no verified backup yet.")
    return translate(
        "Only what is in the centre's verified backup is ever deleted here; the newest is of {when}.",
        when=f"{clock.local(disk.backup_at):%m-%d %H:%M}",
    )


def _size(count: int) -> str:
    return f"{count / GIGABYTE:.1f} GB" if count >= GIGABYTE else f"{count / 1024**2:.0f} MB"


