"""A stand-in for the centre's routes of rules and totes: it keeps what it is told, as a centre does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from inspection_station.domain.identifiers import tote_code
from inspection_station.locations import resources
from inspection_station.sync.administration import Administration, RuleFile, ToteTold
from inspection_station.workflows.rule_book import Candidate, load_candidate


class KeepsRules(Administration):
    """The client with rules and totes of its own; everything else goes to the real centre."""

    files: dict[str, RuleFile] = {}
    kept_totes: dict[str, ToteTold] = {}

    def rules(self) -> list[RuleFile]:
        return [replace(one, text="") for one in self.files.values()]

    def rule(self, file_id: str) -> RuleFile:
        return self.files[file_id]

    def load_rules(self, name: str, text: str) -> RuleFile:
        found = _what(name, text)
        one = RuleFile(f"file-{len(self.files) + 1}", found.kind, found.category, name, found.version,
                       hashlib.sha256(text.encode()).hexdigest(), len(text.encode()), "2026-11-21T02:42:33.120Z",
                       "许东", False, text=text)  # fmt: skip
        self.files[one.id] = one
        return one

    def put_in_force(self, file_id: str) -> None:
        mine = self.files[file_id]
        self.withdraw(mine.kind, mine.category)
        self.files[file_id] = replace(mine, in_force=True, in_force_from="2026-11-21T03:00:00.000Z",
                                      in_force_by="许东")  # fmt: skip

    def withdraw(self, kind: str, category: str) -> None:
        for name, one in self.files.items():
            if (one.kind, one.category) == (kind, category):
                self.files[name] = replace(one, in_force=False)

    def totes(self) -> list[ToteTold]:
        return list(self.kept_totes.values())

    def make_totes(self, count: int, disposition: str, vendor: str, capacity: int) -> list[ToteTold]:
        first = 700001 + len(self.kept_totes)
        made = [ToteTold(tote_code(first + at), disposition, 0, vendor, "open", capacity) for at in range(count)]
        self.kept_totes.update({one.code: one for one in made})
        return made

    def tell_totes(self, totes: Sequence[Mapping[str, Any]]) -> list[ToteTold]:
        told = [ToteTold(**one) for one in totes]
        self.kept_totes.update({one.code: one for one in told})
        return told


def _what(name: str, text: str) -> Candidate:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        return load_candidate(resources(), None, path)[0]
