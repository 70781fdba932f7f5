"""A process to be killed or starved: appends to the station's database and says on its output what it was told.

python storage_child.py append FOLDER        a line for each append that returned: inspection id and sequence
python storage_child.py facts FOLDER         open the database and put one fact; prints the problem's code or "kept"

Needs the project and its tests folder in PYTHONPATH.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from storage_cases import CLOSED, Making, decided, item, photo, sha

from inspection_station.errors import StationProblem
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database


def append(folder: Path) -> None:
    """Work as a bench does, as fast as it goes, until it is ended."""
    chance = random.Random(os.getpid())
    store = StoredInspections(open_database(folder))
    while True:
        making = Making(store)
        number = store.next_item_number()
        item_id = f"i{number}"
        for steps in (
            (making.parcel(f"SF{number:09d}"), item(item_id, number)),
            *((photo(sha(chance.getrandbits(200)), item_id),) for _ in range(chance.randrange(4))),
            (decided(item_id), CLOSED),
        ):
            making.add(*steps)
            os.write(1, f"{making.inspection_id} {len(making.events)}\n".encode())


def put_fact(folder: Path) -> None:
    """Open and write once; as an unprivileged user where the caller asks for it."""
    if len(sys.argv) > 3:
        os.setgid(int(sys.argv[3]))
        os.setuid(int(sys.argv[3]))
    try:
        StationFacts(open_database(folder)).put("a", "b")
        sys.stdout.write("kept")
    except StationProblem as problem:
        sys.stdout.write(problem.code)


if __name__ == "__main__":
    {"append": append, "facts": put_fact}[sys.argv[1]](Path(sys.argv[2]))
