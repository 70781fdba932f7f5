"""The command line: help in both languages, exit codes, options wherever they stand, problems told in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from network_printer import OUT_OF_LABELS, NetworkPrinter

from inspection_station import i18n
from inspection_station.admin import main as main_module
from inspection_station.admin.command_line import EXIT_CODES, language_of_surroundings, take_common_options
from inspection_station.admin.main import COMMANDS, main
from inspection_station.errors import StationProblem

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def english_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def machine_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INSPECTION_STATION_CONFIG", str(tmp_path))
    return tmp_path / "machine.toml"


def test_help_names_every_command_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n    {name} " in text
    for code, meaning in EXIT_CODES.items():
        assert f"\n  {code:<5} {meaning}" in text


def test_help_is_wholly_chinese_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--help", "--language", "zh_CN"]) == 0
    text = capsys.readouterr().out
    assert "用法：" in text
    assert "显示本帮助并退出" in text
    for english in ("usage", "options", "show this", "only these"):
        assert english not in text


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_command_has_help(command: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help", "--language", language]) == 0
    assert "inspection-station" in capsys.readouterr().out


def test_the_shells_language_is_taken_unless_settings_or_option_say_otherwise(machine_file: Path) -> None:
    assert language_of_surroundings({"LANG": "zh_CN.UTF-8"}) == "zh_CN"
    assert language_of_surroundings({"LANG": "de_DE.UTF-8"}) == "en"
    assert language_of_surroundings({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}) == "en"
    assert language_of_surroundings({}) == "en"
    machine_file.write_text('[station]\nlanguage = "zh_CN"\n', encoding="utf-8")
    assert language_of_surroundings({"LANG": "en_GB.UTF-8"}) == "zh_CN"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["config"], "required: ACT"),
        (["doctor", "--jason"], "unrecognized arguments: --jason"),
        (["--language", "fr", "doctor"], "no language “fr”"),
        (["doctor", "--set", "sound.volum=3"], "sound.volum=3 is not such a setting"),
        (["doctor", "--set"], "--set needs a value"),
        (["config", "show", "--set", "nothing"], "nothing is not such a setting"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_why(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err.replace("\n", " ")


def test_common_options_are_taken_from_anywhere_but_after_two_dashes() -> None:
    common, language, rest = take_common_options(
        ["decode", "--language=zh", "a.png", "--set", "sound.volume=1", "--", "--language", "en"]
    )
    assert (dict(common.overrides), language) == ({"sound.volume": "1"}, "zh_CN")
    assert rest == ["decode", "a.png", "--", "--language", "en"]


def test_config_shows_a_list_as_a_settings_file_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "scanner.itf_lengths", "--set", "scanner.itf_lengths=10,14"]) == 0
    assert capsys.readouterr().out == "scanner.itf_lengths = [10, 14]\n"
    assert main(["config", "show", "--set", "scanner.itf_lengths=13"]) == 1
    assert "scanner.itf_lengths: must hold even numbers" in capsys.readouterr().err


def test_config_shows_origin_of_every_layer(
    machine_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine_file.write_text("[sound]\nvolume = 20\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_STATION__UNDO__SECONDS", "20")
    assert main(["config", "show", "--origin", "--set", "camera.source=usb:2"]) == 0
    lines = {line.split(" ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["sound.volume"].endswith(f"= 20               # {machine_file}:2")
    assert lines["undo.seconds"].endswith("# INSPECTION_STATION__UNDO__SECONDS")
    assert lines["camera.source"].endswith("# command line")
    assert lines["station.theme"].endswith("# default")


def test_config_as_json_is_what_a_script_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "undo.seconds", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["key"], one["value"], one["origin"], one["choices"]) == ("undo.seconds", 8, "default", [8, 20])


def test_a_fault_in_a_settings_file_is_told_and_the_rest_shown(
    machine_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine_file.write_text("[sound]\nvolume = 200\n", encoding="utf-8")
    assert main(["config", "show", "sound.volume", "--language", "zh_CN"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "sound.volume = 80\n"
    assert f"{machine_file}:2：sound.volume：必须在 0 到 100 之间" in printed.err
    assert "[settings.bad_value]" in printed.err


def test_a_bad_value_on_the_command_line_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--set", "sound.volume=300"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, "must be from 0 to 100" in printed.err) == ("", True)


def test_doctor_tells_faults_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INSPECTION_STATION_DATA", str(tmp_path / "file" / "data"))
    assert main(["doctor", "--json", "--language", "zh_CN"]) == 1
    report = json.loads(capsys.readouterr().out)
    folder = next(one for one in report["findings"] if one["name"] == "data_folder")
    assert (report["ok"], folder["state"]) == (False, "fault")
    assert "无法写入" in folder["says"]
    assert "--set station.data_folder" in folder["to_do"]


def test_doctor_looks_at_the_data_folder_that_is_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json", "--set", f"station.data_folder={tmp_path / 'there'}"]) == 0
    findings = {one["name"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["data_folder"]["values"]["folder"] == str(tmp_path / "there")
    assert not (tmp_path / "there").exists(), "looking makes nothing"


def test_doctor_says_how_the_printers_are(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", "127.0.0.1:9")  # no queue of this machine
    printer = NetworkPrinter(answer=OUT_OF_LABELS)
    here = ("kind=raw_9100", "address=127.0.0.1", f"port={printer.port}")
    try:
        assert main(["doctor", "--json", *(word for one in here for word in ("--set", f"printer.{one}"))]) == 0
    finally:
        printer.stop()
    findings = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["name"].startswith("print")]
    assert [(one["state"], one["says"], one["to_do"]) for one in findings] == [
        ("note", f"Printer 127.0.0.1:{printer.port}: Out of labels", "Queued labels will print after reloading.")
    ]


def test_doctor_finds_a_broken_settings_file(machine_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine_file.write_text("[[[", encoding="utf-8")
    assert main(["doctor"]) == 1
    assert f"✗ Settings: {machine_file}:1" in capsys.readouterr().out


def test_a_problem_ends_with_1_and_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def problem(words: list[str]) -> int:
        raise StationProblem("camera.lost", "Camera {name} is gone.", "Plug it in.", name="2")

    monkeypatch.setattr(main_module, "_run", problem)
    assert main([]) == 1
    assert capsys.readouterr().err == "Camera 2 is gone. Plug it in. [camera.lost]\n"


def test_a_bug_ends_with_3_and_a_report_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug(words: list[str]) -> int:
        raise ZeroDivisionError("for 13812345678")

    monkeypatch.setenv("INSPECTION_STATION_DATA", str(tmp_path))
    monkeypatch.setattr(main_module, "_run", bug)
    assert main([]) == 3
    told = capsys.readouterr().err
    assert "ZeroDivisionError: for <telephone>" in told
    assert "ZeroDivisionError: for <telephone>" in (tmp_path / "logs" / "bugs.log").read_text(encoding="utf-8")


def test_the_command_line_starts_without_what_only_a_command_needs() -> None:
    program = (
        "import sys; from inspection_station.admin.main import main; main(['--version']);"
        "print([n for n in ('PySide6', 'cv2', 'numpy', 'sqlalchemy', 'fastapi', 'reportlab') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[1] == "[]"


def test_config_shows_whether_the_outside_photo_takes_itself(
    machine_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine_file.write_text("[camera]\nauto_parcel_photo = false\n", encoding="utf-8")
    assert main(["config", "show", "--origin", "camera.auto_parcel_photo"]) == 0
    assert capsys.readouterr().out.strip() == f"camera.auto_parcel_photo = false  # {machine_file}:2"
    assert main(["config", "show", "side_camera.auto_parcel_photo"]) != 0, "only the camera overhead sees parcels"
