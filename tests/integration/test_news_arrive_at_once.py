"""What the centre is told reaches a bench while it waits at the centre, not with its next poll."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from centre_cases import PROJECT, CentreProcess
from running_bench import RunningBench


def test_a_return_told_at_the_centre_is_at_the_bench_within_seconds_while_records_go_out(tmp_path: Path) -> None:
    centre = CentreProcess(tmp_path / "centre").start()
    bench = RunningBench(tmp_path / "bench").enrol(centre.url, centre.code).start()
    bench.link.engine._poll_seconds = 3600.0  # nothing but the waiting question can bring it
    watch = threading.Thread(target=bench.link.watch.run, daemon=True)
    try:
        bench.wait_until(lambda: bench.link.engine.place is not None, 30)
        bench.link.loop.hurry()
        watch.start()
        bench.inspect(photos=1)
        assert bench.wait_until(bench.drained, 30) < 10  # the waiting question holds nothing up
        table = tmp_path / "returns.csv"
        heading = "return_number,tracking_numbers,sku,name_zh,quantity,category,unit_price_minor\n"
        table.write_text(heading + "R1,SF000000000001,SKU-1,无线耳机,1,electronics,59900\n", "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "inspection_station", "central", "import-returns", str(table),
             "--data", str(centre.data), "--json"],
            cwd=PROJECT, capture_output=True, check=True,
        )  # fmt: skip
        assert json.loads(done.stdout)["taken"] == 1
        waited = bench.wait_until(lambda: bool(bench.station.reference.returns_of_parcel("SF000000000001")), 30)
        print(f"told after {waited:.2f} s")
        assert waited < 10
    finally:
        bench.close()
        centre.stop()
    watch.join(40)
    assert not watch.is_alive()
