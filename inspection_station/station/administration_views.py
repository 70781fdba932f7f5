"""What the pages of administration show: a table, what is chosen in it, and what can be done with that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from inspection_station.station.views import ActionView, FactView, PrimaryView, TagView

Cell: TypeAlias = "str | TagView"


@dataclass(frozen=True)
class Column:
    """A column: its title, its share of the width, whether it holds numbers, whether they are numbers of things."""

    title: str
    share: float
    right: bool = False
    code: bool = False


@dataclass(frozen=True)
class Line:
    """A row of the table; `name` is what choosing it means."""

    name: str
    cells: tuple[Cell, ...]
    faint: bool = False


@dataclass(frozen=True)
class SectionView:
    """A section: its table, and the one primary action.

    Attributes:
        note: one sentence below the title; `tag` says how it stands with the centre.
        act: the name of the primary action.
        actions: what can be done without choosing a row.
    """

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    empty: str
    primary: PrimaryView
    act: str
    note: str = ""
    actions: tuple[ActionView, ...] = ()


@dataclass(frozen=True)
class DetailView:
    """What is chosen: facts, how it was before and after, and what can be done with it."""

    title: str
    tag: TagView | None = None
    facts: tuple[FactView, ...] = ()
    notes: tuple[str, ...] = ()
    actions: tuple[ActionView, ...] = ()


@dataclass(frozen=True)
class FieldView:
    """A text asked for in a form; `choices` (value, words) make it a choice, `browse` a file to look for."""

    name: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    browse: bool = False
