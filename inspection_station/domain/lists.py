"""The trade's lists: codes with their words in both languages, read from a data file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.domain.data_checks import mapping_at, only_known, text_at, text_or, texts_at
from inspection_station.errors import N_

_PLAIN = ("return_kinds", "identity_findings", "defect_groups", "severities", "grades", "dispositions",
          "liable_parties", "refunds", "reject_reasons", "categories", "sections")  # fmt: skip
_FURTHER_KEYS = {"reasons": ("claims",), "defects": ("group",)}


@dataclass(frozen=True)
class Word:
    """One code of a list and its words; `group` and `claims` only where the list has them."""

    code: str
    zh: str
    en: str
    group: str = ""
    claims: tuple[str, ...] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        """Both words, for `i18n.localised`."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class TradeLists:
    """All lists by name, each code → `Word`."""

    version: str
    words: Mapping[str, Mapping[str, Word]] = field(repr=False)

    def word(self, name: str, code: str) -> Word:
        """The word for `code` in the list `name`; an unknown code stands for itself (a newer file may know it)."""
        return self.words[name].get(code) or Word(code, code, code)

    def knows(self, name: str, code: str) -> bool:
        """Whether the list `name` holds `code`."""
        return code in self.words[name]

    def claimed_sections(self, reason: str) -> tuple[str, ...]:
        """The checklist sections in which the buyer's reason claims that something is wrong; empty: no claim."""
        return self.word("reasons", reason).claims


def parse_lists(file: DataFile) -> TradeLists:
    """Read the lists from a data file; raises DataFileProblem with file, line and key."""
    only_known(file, (), file.data, {"version", *_FURTHER_KEYS, *_PLAIN})
    words: dict[str, dict[str, Word]] = {}
    for name in (*_FURTHER_KEYS, *_PLAIN):
        entries = file.data.get(name)
        if not isinstance(entries, dict) or not entries:
            raise file.fault((name,), N_("must be a mapping of codes to words"))
        words[name] = {}
        for code, value in entries.items():
            if not isinstance(code, str):
                raise file.fault((name, str(code)), N_("must be a code; put it in quotes"))
            path: KeyPath = (name, code)
            texts = mapping_at(file, path, value)
            only_known(file, path, texts, {"zh", "en", *_FURTHER_KEYS.get(name, ())})
            zh, en = text_at(file, path, texts, "zh"), text_at(file, path, texts, "en")
            claims = texts_at(file, path, texts, "claims")
            words[name][code] = Word(code, zh, en, text_or(file, path, texts, "group", ""), claims)
    for code, word in words["defects"].items():
        if word.group not in words["defect_groups"]:
            raise file.fault(("defects", code, "group"), N_("must be one of the defect_groups"))
    for code, word in words["reasons"].items():
        if not set(word.claims) <= set(words["sections"]):
            raise file.fault(("reasons", code, "claims"), N_("must name sections of the checklist"))
    return TradeLists(text_at(file, (), file.data, "version"), words)
