"""The decoder's table is made of every picture that can be opened, and names the others."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
from benchmarks import bench_decoding
from drawn_codes import bench, symbol

NUMBER = "SF1390447120865"


def test_a_file_that_cannot_be_opened_is_named_and_the_others_are_measured(tmp_path: Path) -> None:
    whole = cv2.imencode(".png", bench(symbol("QRCode", NUMBER, module=5)))[1].tobytes()
    (tmp_path / "whole.png").write_bytes(whole)
    (tmp_path / "torn.png").write_bytes(whole[:200])
    (tmp_path / "empty.png").write_bytes(b"")
    with (tmp_path / "manifest.csv").open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["file", "symbology", "expected_text_json"])
        for name in ("torn.png", "missing.png", "whole.png", "empty.png"):
            rows.writerow([name, "QRCode", f'"{NUMBER}"'])
        rows.writerow(["whole.png", "QRCode", "no JSON"])
    told = list(bench_decoding.lines(tmp_path, None, 1))
    ours = next(line for line in told if line.startswith("ours, code expected")).removeprefix("ours, code expected")
    assert "1 pictures with a code, 0 without" in told[1]
    assert ours.split()[0] == "1", "read and right"
    after = told[told.index("unread: 4 files") + 1 :]
    assert [line.split(":")[0] for line in after] == ["torn.png", "missing.png", "empty.png", "whole.png"]
