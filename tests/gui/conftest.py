"""Windows in tests are drawn off screen, in the product's typefaces, without motion."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from inspection_station.i18n import language, set_language
from inspection_station.station import theme


@pytest.fixture(autouse=True)
def looks_as_designed(qapp: object) -> Iterator[None]:
    """The regular light theme in Chinese, before and after each test."""
    before = language()
    theme.use(theme.Theme(reduce_motion=True))
    yield
    set_language(before)
    theme.use(theme.Theme(reduce_motion=True))
