"""`decode` prints one JSON object a file, whatever the file is."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import segno
from drawn_codes import bench, symbol

from inspection_station.admin import decode_command
from inspection_station.admin.command_line import CommandLine
from inspection_station.devices.barcodes import has_zbar
from inspection_station.devices.text_reading import ReadLine
from inspection_station.errors import StationProblem


def run(
    capsys: pytest.CaptureFixture[str], *arguments: str, overrides: Mapping[str, str] | None = None
) -> tuple[int, list[dict[str, Any]]]:
    parser = argparse.ArgumentParser()
    parser.set_defaults(command_line=CommandLine(overrides or {}))
    decode_command.register(parser.add_subparsers())
    parsed = parser.parse_args(["decode", *arguments])
    code = parsed.handler(parsed)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    code = segno.make("SF1390447120865", micro=False)
    image = np.array([[0 if dark else 255 for dark in row] for row in code.matrix_iter(scale=6, border=4)], np.uint8)
    path = tmp_path / "面单.png"
    path.write_bytes(cv2.imencode(".png", image)[1].tobytes())
    return path


def test_a_code_is_printed_with_what_is_known_of_it(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expect = tmp_path / "expected.txt"
    expect.write_text("SF1390447120865\n\nother\n", encoding="utf-8")
    code, (line,) = run(capsys, "--json", "--expect", str(expect), str(picture))
    assert code == 0
    assert line["file"] == str(picture) and line["ms"] > 0
    (result,) = line["results"]
    assert (result["text"], result["symbology"], result["accepted"]) == ("SF1390447120865", "QRCode", True)
    assert result["engine"] in ("zxing", "zbar") and len(result["points"]) == 4


def test_an_unreadable_file_is_a_result_and_the_others_follow(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    code, lines = run(capsys, str(empty), str(tmp_path / "none.png"), str(tmp_path), str(picture))
    assert code == 1
    assert [line.get("error") for line in lines] == ["picture.empty", "picture.no_file", "picture.no_file", None]
    assert all(line["message"] for line in lines[:3])
    assert lines[3]["results"][0]["text"] == "SF1390447120865"


@pytest.mark.skipif(not has_zbar(), reason="zbar is not installed")
def test_an_itf_code_is_accepted_at_the_lengths_of_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "itf.png"
    path.write_bytes(cv2.imencode(".png", bench(symbol("ITF", "1234567890", 4)))[1].tobytes())
    accepted = []
    for overrides in ({}, {"scanner.itf_lengths": "[10, 14]"}, {"scanner.itf_lengths": "[]"}):
        code, (line,) = run(capsys, str(path), overrides=overrides)
        assert code == 0 and [one["text"] for one in line["results"]] == ["1234567890"]
        accepted.append(line["results"][0]["accepted"])
    assert accepted == [False, True, False]


def test_a_list_that_cannot_be_read_stops_the_command(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StationProblem) as problem:
        run(capsys, "--expect", "/nonexistent/list.txt", str(picture))
    assert problem.value.code == "decode.expect_unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_instead_of_waited_for(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    code, lines = run(capsys, str(tmp_path / "pipe.png"), "/dev/zero", str(picture))
    assert code == 1
    assert [line.get("error") for line in lines] == ["picture.no_file", "picture.no_file", None]


def test_a_picture_the_decoder_stumbles_over_is_a_result(
    tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = tmp_path / "long.bmp"
    long.write_bytes(cv2.imencode(".bmp", np.zeros((8, 70_000), np.uint8))[1].tobytes())
    code, lines = run(capsys, str(long), str(picture))
    assert code == 1
    assert lines[0]["error"] == "decode.failed" and lines[0]["results"] == []
    assert lines[1]["results"][0]["text"] == "SF1390447120865"


def test_numbers_in_print_are_proposed_where_no_code_is_and_never_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 5.0), (0.0, 5.0))

    class Reader:
        def read(self, picture: bytes) -> tuple[ReadLine, ...]:
            return (ReadLine("SF139O 4471 2086 5", 0.9, corners),)

        def close(self) -> None:
            pass

    monkeypatch.setattr(decode_command, "TextReader", Reader)
    blank, expected = tmp_path / "blank.png", tmp_path / "expected.txt"
    cv2.imwrite(str(blank), np.full((100, 200), 255, np.uint8))
    expected.write_text("SF1390447120865\n")
    code, (report,) = run(capsys, "--text", "--expect", str(expected), str(blank))
    assert code == 0
    (result,) = report["results"]
    assert (result["text"], result["symbology"], result["accepted"]) == ("SF1390447120865", "text", False)
    assert result["points"] == [list(point) for point in corners]


def test_a_list_in_small_letters_expects_what_is_printed_in_capitals(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = tmp_path / "expected.txt"
    expected.write_text("sf1390447120865\n")
    _, (report,) = run(capsys, "--expect", str(expected), str(picture))
    assert [one["accepted"] for one in report["results"]] == [True]
