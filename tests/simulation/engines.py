"""Engines of many histories in one process: what was compiled for one is used by all."""

from __future__ import annotations

from sqlalchemy import Engine

_first: dict[str, Engine] = {}


def share_statements(engine: Engine) -> None:
    """Let `engine` use the statements compiled for the first one given here; each would compile them anew."""
    first = _first.setdefault(engine.dialect.name, engine)
    if first is engine:
        engine.connect().close()  # learns the version of its library
        return
    engine.connect().close()
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
