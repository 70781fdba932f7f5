"""``python -m inspection_station`` is the command ``inspection-station``."""

from __future__ import annotations

import sys

from inspection_station.admin.main import main

if __name__ == "__main__":
    sys.exit(main())
