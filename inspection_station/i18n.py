"""The two languages of the product: msgids are English, Chinese (Simplified) is complete and the default.

One gettext catalogue serves screens, paper, the centre's pages and the command line (none of which needs Qt).
Texts that belong to data (checklists, reasons) carry both languages themselves: see `localised`.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from inspection_station.errors import DataFileProblem, N_, StationProblem
from inspection_station.locations import resources

LANGUAGES = ("zh_CN", "en")
DEFAULT_LANGUAGE = "zh_CN"
CATALOGUE = "inspection_station"

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "N_", "in_language", "language", "localised", "one_line",
           "sentences", "set_language", "translate", "translate_into"]  # fmt: skip

_catalogues: dict[str, _gettext.NullTranslations] = {}
_language = DEFAULT_LANGUAGE


def _catalogue(code: str) -> _gettext.NullTranslations:
    if code not in _catalogues:
        if code == "en":
            _catalogues[code] = _gettext.NullTranslations()
        else:
            folder = resources() / "translations"
            _catalogues[code] = _gettext.translation(CATALOGUE, folder, [code])
    return _catalogues[code]


def set_language(code: str) -> None:
    """Make `code` (one of `LANGUAGES`) the language of all later texts of this process."""
    global _language
    if code not in LANGUAGES:
        raise StationProblem(
            "language.unknown", N_("There is no language “{name}”."), N_("Choose zh_CN or en."), name=code
        )
    _catalogue(code)
    _language = code


def language() -> str:
    """The language in force, one of `LANGUAGES`."""
    return _language


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Texts made inside the block are in `code` (documents in another language than the screen)."""
    before = _language
    set_language(code)
    try:
        yield
    finally:
        set_language(before)


def translate(msgid: str, **values: object) -> str:
    """`msgid` in the language in force, its ``{named}`` places filled with `values`."""
    text = _catalogue(_language).gettext(msgid) if msgid else ""
    return text.format(**values) if values else text


def localised(texts: Mapping[str, str]) -> str:
    """The text for the language in force of a data file's ``{zh: …, en: …}``; the other one when absent."""
    first, second = ("en", "zh") if _language == "en" else ("zh", "en")
    return texts.get(first) or texts.get(second) or ""


# What the system gives as the reason of a failure; others are said in its own words.
REASONS = frozenset(
    {
        N_("No such file or directory"), N_("Permission denied"), N_("No space left on device"), N_("Is a directory"),
        N_("Not a directory"), N_("File exists"), N_("Read-only file system"), N_("Input/output error"),
        N_("Connection refused"), N_("Connection reset by peer"), N_("Connection timed out"), N_("No route to host"),
        N_("Network is unreachable"), N_("Address already in use"), N_("Device or resource busy"),
        N_("File name too long"), N_("Operation not permitted"), N_("Broken pipe"), N_("No such device"),
    }
)  # fmt: skip


def _said(value: object) -> object:
    """A value of a sentence: a reason the system gave is said in the language in force."""
    return translate(value) if isinstance(value, str) and value in REASONS else value


def one_line(problem: StationProblem) -> str:
    """Both sentences on one line, each with its end, and the code in brackets."""
    what, to_do = sentences(problem)
    if to_do and not what.endswith((".", "。", "!", "！", "?", "？", "…")):
        what += "。" if language() == "zh_CN" else "."
    between = "" if what.endswith("。") else " "
    return f"{what}{between}{to_do}".strip() + f" [{problem.code}]"


def sentences(problem: StationProblem) -> tuple[str, str]:
    """What happened and what to do, both in the language in force."""
    values = {name: _said(value) for name, value in problem.values.items()}
    if isinstance(problem, DataFileProblem):
        values["fault"] = translate(problem.fault, **problem.fault_values)
    return translate(problem.what, **values), translate(problem.to_do, **values)


def translate_into(code: str, msgid: str, **values: object) -> str:
    """`msgid` in the language `code`, whatever language is in force: for answers to several people at once."""
    text = _catalogue(code).gettext(msgid) if msgid else ""
    return text.format(**values) if values else text
