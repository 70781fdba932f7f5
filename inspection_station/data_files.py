"""Reading the product's YAML data files so that every fault can name file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from inspection_station.errors import DataFileProblem, N_

LARGEST_FILE = 4 * 1024 * 1024  # bytes; a checklist or rule file is some ten kB

DEEPEST = 32  # mappings and lists inside each other; the product's own files have 6

# The same language either way; libyaml reads it some twenty times faster, and comes with PyYAML's wheels.
_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class DataFile:
    """Plain data (dict, list, str, int, float, bool, None) of one file, with the line of every key."""

    name: str
    data: Any
    lines: dict[KeyPath, int] = field(repr=False)

    def fault(self, path: KeyPath, fault: str, /, **values: object) -> DataFileProblem:
        """The problem to raise for the value at `path`; `fault` says what is wrong and what would be right."""
        known = path
        while known not in self.lines and known:
            known = known[:-1]
        key = ".".join(str(part) for part in path)
        return DataFileProblem("data_file.invalid", self.name, self.lines.get(known), key, fault, **values)


def _mark(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], name: str) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise DataFileProblem(
                    "data_file.repeated_key", name, line, str(key.value), N_("stands twice; keep one")
                )
            seen.add(key.value)
            _mark(value, (*path, key.value), lines, name)
            lines[(*path, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _mark(value, (*path, index), lines, name)


def _check_events(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise DataFileProblem("data_file.alias", name, line, "", N_("YAML aliases (*name) are not allowed"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise DataFileProblem("data_file.too_deep", name, line, "", N_("is nested too deeply"))


def read_yaml(text: str, name: str) -> DataFile:
    """Parse one YAML document of `text`; `name` stands in messages.

    Raises:
        DataFileProblem: not YAML, a key twice, an alias (they can grow without bound), parts nested without end, or
            not a mapping.
    """
    try:
        _check_events(text, name)
        loader = _LOADER(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DataFileProblem(
            "data_file.not_yaml",
            name,
            mark.line + 1 if mark else None,
            "",
            N_("is not valid YAML: {detail}"),
            detail=getattr(error, "problem", None) or str(error),
        ) from error
    except ValueError as error:  # a date or a number that cannot be
        raise DataFileProblem(
            "data_file.not_yaml", name, None, "", N_("is not valid YAML: {detail}"), detail=str(error)
        ) from error
    lines: dict[KeyPath, int] = {}
    if node is not None:
        _mark(node, (), lines, name)
    if not isinstance(data, dict):
        raise DataFileProblem("data_file.not_mapping", name, 1, "", N_("must be a mapping of keys to values"))
    return DataFile(name, data, lines)


def load_yaml(path: Path) -> DataFile:
    """Read and parse the file at `path`; see `read_yaml`."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataFileProblem("data_file.too_large", str(path), None, "", N_("is larger than 4 MB"))
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataFileProblem("data_file.not_utf8", str(path), None, "", N_("must be UTF-8 text")) from error
    except OSError as error:
        raise DataFileProblem("data_file.unreadable", str(path), None, "", error.strerror or str(error)) from error
    return read_yaml(text, path.name)


def with_values(text: str, name: str, values: Mapping[KeyPath, str]) -> str:
    """The document `text` with other values at these places, each as YAML on one line; all else, comments too, stays.

    A key that is not there yet comes after the others of its mapping, which MUST be there.

    Raises:
        DataFileProblem: the text is no such document, before or afterwards.
        KeyError: the mapping of a new key is not there.
    """
    read_yaml(text, name)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    changes = [_change(text, root, path, value) for path, value in values.items()]
    for start, end, written in sorted(changes, reverse=True):
        text = text[:start] + written + text[end:]
    read_yaml(text, name)
    return text


def _change(text: str, root: yaml.Node | None, path: KeyPath, value: str) -> tuple[int, int, str]:
    """What to write in the place of which characters so that `value` stands at `path`."""
    parent, found = root, root
    for key in path:
        parent = found
        if not isinstance(parent, yaml.MappingNode):
            raise KeyError(path)
        found = next((inner for named, inner in parent.value if named.value == key), None)
        if found is None and key != path[-1]:
            raise KeyError(path)
    if found is not None:
        return found.start_mark.index, _end(found), value
    assert isinstance(parent, yaml.MappingNode)
    if parent.flow_style or not parent.value:
        close = parent.end_mark.index - 1
        return close, close, f"{', ' if parent.value else ''}{path[-1]}: {value}"
    line_end = text.find("\n", _end(parent))
    place = len(text) if line_end < 0 else line_end
    return place, place, f"\n{' ' * parent.value[0][0].start_mark.column}{path[-1]}: {value}"


def _end(node: yaml.Node) -> int:
    """The character after the last one of a value; block collections end with what is in them."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    return int(node.end_mark.index)
