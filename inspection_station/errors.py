"""The two kinds of error: a problem of the surroundings, told to a person, and a bug, which is anything else.

A full disk, an unplugged camera, a broken file or a refused code is a `StationProblem`: it carries a stable
code, one sentence that says what happened and one that says what to do now. Every other exception is a bug of
ours: it is logged and shown once with a report that can be copied.
"""

from __future__ import annotations


def N_(msgid: str) -> str:
    """Mark `msgid` for the translation catalogue and return it unchanged."""
    return msgid


class StationProblem(Exception):
    """Something outside the program went wrong and a person can do something about it.

    Attributes:
        code: stable name ``area.reason``; once released it never means anything else.
        what: English msgid of the sentence that says what happened, with ``{named}`` places.
        to_do: English msgid of the sentence that says what to do now; may be empty.
        values: what stands in the named places of both sentences.
        work_goes_on: False when the step cannot be continued until the cause is gone.
    """

    def __init__(
        self, code: str, what: str, to_do: str = "", /, *, work_goes_on: bool = True, **values: object
    ) -> None:
        super().__init__(code, what, to_do, values)
        self.code = code
        self.what = what
        self.to_do = to_do
        self.values = values
        self.work_goes_on = work_goes_on

    def __str__(self) -> str:
        sentence = self.what.format(**self.values)
        return f"{sentence} {self.to_do.format(**self.values)}".strip() + f" [{self.code}]"


class DataFileProblem(StationProblem):
    """A data file (template, rules, settings, import) does not say what it must (DECISIONS.md 17).

    The sentence names the file, the line where it is known, the key, and what would be right. `fault` is a
    msgid with named places for `values`; it is translated where the problem is shown.
    """

    def __init__(self, code: str, file: str, line: int | None, key: str, fault: str, /, **values: object) -> None:
        place = f"{file}:{line}" if line else file
        super().__init__(
            code,
            N_("{place}: {key}: {fault}"),
            N_("Correct the file and load it again; what was in force stays in force."),
            place=place,
            key=key or "-",
            fault=fault.format(**values) if values else fault,
        )
        self.file, self.line, self.key = file, line, key
        self.fault, self.fault_values = fault, values
