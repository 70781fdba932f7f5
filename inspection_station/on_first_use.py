"""Large libraries that the window does not need to open: loaded when they are first used.

For module-level imports of numpy and OpenCV, which nearly every function of their modules uses::

    if TYPE_CHECKING:
        import cv2
    else:
        cv2 = on_first_use("cv2")
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class _OnFirstUse(ModuleType):
    def __getattr__(self, name: str) -> Any:
        value = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, value)  # from now on as quick as the module itself
        return value


def on_first_use(name: str) -> ModuleType:
    """A stand-in for the module `name`, which is imported with the first of its names that is used.

    Any thread may be the first. Raises what the import raises, but only then.
    """
    return _OnFirstUse(name)
