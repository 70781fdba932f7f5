"""What stands in the picker's place for a row that asks for a value: an option, a number, a text, a serial, parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from inspection_station.station.views import ActionView

if TYPE_CHECKING:
    from inspection_station.station.page_views import ChoiceView

EntryKind = Literal["choice", "number", "text", "serial", "count"]


@dataclass(frozen=True)
class PartView:
    """A part of the kit: its key, how many there are of it, whether one is missing, whether + and − mean it."""

    name: str
    key: str
    count: str
    missing: bool = False
    current: bool = False
    less: bool = True


@dataclass(frozen=True)
class EntryView:
    """What is asked, and what was answered.

    Attributes:
        name: the row's id; with another one the field is emptied and takes the focus.
        caption: what the title leaves open: the unit with what is taken, or how many characters.
        value: what stands in the field, of the answer or of an entry that could not be taken.
        fault: what is wrong with the entry; shown at the field until it is changed.
        longest: most characters the field takes.
        point: whether the keypad has a decimal point; signed: whether it has a minus.
    """

    kind: EntryKind
    name: str
    number: int
    title: str
    not_applicable: ActionView
    normal: ActionView | None = None
    options: tuple[ChoiceView, ...] = ()
    parts: tuple[PartView, ...] = ()
    unit: str = ""
    caption: str = ""
    value: str = ""
    fault: str = ""
    longest: int = 0
    submit: ActionView | None = None
    point: bool = False
    signed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the options and parts, in order."""
        return (*(option.name for option in self.options), *(part.name for part in self.parts))

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """(key, name) of every option and part that has a key."""
        both = (*((one.key, one.name) for one in self.options), *((one.key, one.name) for one in self.parts))
        return tuple((key, name) for key, name in both if key)
