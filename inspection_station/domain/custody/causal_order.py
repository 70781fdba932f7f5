"""Order among acts about one subject: what knew of what, and never the clocks of stations.

All acts known of a subject have one total order, by `count` and then `id`, that agrees with who knew of what: an act
that builds on another has a higher count. Acts of which neither builds on the other were done apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from inspection_station.domain.custody.acts import Act


def in_order(acts: Iterable[Act]) -> list[Act]:
    """The acts in the order that is the same at every station, whatever order they arrived in."""
    return sorted(acts, key=lambda act: (act.count, act.id))


def heads(acts: Collection[Act]) -> list[Act]:
    """Those that no other of them builds on: what a new act about the subject builds on."""
    built_on = {name for act in acts for name in act.base}
    return in_order(act for act in acts if act.id not in built_on)


def next_place(acts: Collection[Act], most: int = 16) -> tuple[int, tuple[str, ...]]:
    """`count` and `base` of a new act about the subject of which `acts` are known."""
    known = heads(acts)
    return 1 + max((act.count for act in known), default=0), tuple(act.id for act in known[-most:])


def latest(acts: Sequence[Act], among: Callable[[Act], bool]) -> list[Act]:
    """Those acts `among` asks for that no other such act builds on, even by way of others; in order.

    One of them says what holds; several were done apart, by stations that did not know of each other.
    """
    by_id = {act.id: act for act in acts}
    wanted = [act for act in in_order(acts) if among(act)]
    beneath: set[str] = set()
    for act in reversed(wanted):
        if act.id in beneath:
            continue
        below = list(act.base)
        while below:
            name = below.pop()
            if name not in beneath:
                beneath.add(name)
                below.extend(by_id[name].base if name in by_id else ())
    return [act for act in wanted if act.id not in beneath]
