"""Checks that every parser of a data file makes; each fault names file, line, key and what would be right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from inspection_station.data_files import DataFile, KeyPath
from inspection_station.errors import N_

LONGEST_TEXT = 200  # characters of a word, a statement or a reason


def text_at(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str) -> str:
    """The text under `key` of the mapping at `path`; raises DataFileProblem when there is none."""
    value = owner.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise file.fault((*path, key), N_("must be a text of 1 to 200 characters"))
    return value


def text_or(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str, instead: str) -> str:
    """The text under `key`, or `instead` when the key is absent; raises DataFileProblem for anything but a text."""
    return text_at(file, path, owner, key) if key in owner else instead


def flag_at(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str) -> bool:
    """True or false under `key`, false when it is absent; raises DataFileProblem for anything else."""
    value = owner.get(key, False)
    if not isinstance(value, bool):
        raise file.fault((*path, key), N_("must be true or false"))
    return value


def mapping_at(file: DataFile, path: KeyPath, value: Any) -> Mapping[str, Any]:
    """`value`, which stands at `path`, as a mapping; raises DataFileProblem when it is none."""
    if not isinstance(value, dict):
        raise file.fault(path, N_("must be a mapping of keys to values"))
    return value


def only_known(file: DataFile, path: KeyPath, owner: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise DataFileProblem for the first key of the mapping at `path` that is not `known` (a typing error)."""
    for key in owner:
        if key not in known:
            raise file.fault((*path, key), N_("is not a known key; known are {known}"), known=", ".join(sorted(known)))


def list_at(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str) -> list[Any]:
    """The list with at least one entry under `key`; raises DataFileProblem when there is none."""
    value = owner.get(key)
    if not isinstance(value, list) or not value:
        raise file.fault((*path, key), N_("must be a list with at least one entry"))
    return value


def texts_at(file: DataFile, path: KeyPath, owner: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The list of texts under `key`, empty when it is absent; raises DataFileProblem for anything else."""
    value = owner.get(key, [])
    if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
        raise file.fault((*path, key), N_("must be a list of words"))
    return tuple(value)
