"""A postman in a process of its own, for who kills it: works on a centre's folder until it is ended.

Arguments: folder, seconds by which its clock is ahead, so that a dead postman's lease need not be waited for.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

from inspection_station.server.centre import later, open_centre, utc_now
from inspection_station.server.configuration import CentreSettings, WebhookSettings
from inspection_station.server.outgoing.postman import Postman

if __name__ == "__main__":
    folder, ahead = Path(sys.argv[1]), float(sys.argv[2])
    settings = CentreSettings(webhooks=WebhookSettings(("127.0.0.0/8",)))
    centre = replace(open_centre(folder, now=lambda: later(utc_now(), seconds=ahead)), settings=settings)
    with Postman(centre).running():
        threading.Event().wait()
