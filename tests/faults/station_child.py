"""A whole station without a window, to be killed: works returns and says on its output what its screen would say.

    python station_child.py FOLDER SEED

After each act that returned: one line of JSON with what is promised by then. Needs the project and its tests folder
in PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from scripted_bench import ScriptedBench
from station_cases import PERSON, station_settings

from inspection_station.station.assembly import Station
from inspection_station.station.flow.state import BenchState


def tell(state: BenchState) -> None:
    """Everything the open case shows as saved, and the item just done."""
    case, last = state.case, state.last
    told = {
        "inspection": case.inspection.id if case else "",
        "events": [event.id for event in case.events] if case else [],
        "photos": [photo.sha256 for photo in case.inspection.photos] if case else [],
        "done": [last.inspection_id, last.rt_number] if last and not last.undone and not case else [],
    }
    os.write(1, json.dumps(told).encode() + b"\n")


def main(folder: Path, seed: int) -> None:
    """Take up what lies unfinished, then work through the queue until it ends or is ended."""
    station = Station(station_settings(folder), folder)
    station.photos.sweep()
    bench = ScriptedBench(station, PERSON, tell, seed)
    for inspection_id in station.store.unfinished():
        bench.take_up(inspection_id)
        bench.judge(defect=False)
    while True:
        bench.work_on(station.reference.queue(1)[0][0].tracking_number)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
