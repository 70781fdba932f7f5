"""Settings: the layers, where a value comes from, and files that were made to hurt."""

from __future__ import annotations

import os
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from inspection_station import i18n
from inspection_station.errors import DataFileProblem, StationProblem
from inspection_station.settings import (
    DECLARATIONS,
    Settings,
    change_settings,
    declaration,
    load_settings,
    load_settings_with_problems,
)
from inspection_station.settings.camera_words import without_password


def write(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_without_any_file_the_declared_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(folder=tmp_path, environment={})
    assert settings.station.language == "zh_CN"
    assert settings.scanner.max_gap_ms == 35
    assert settings.value("camera.source") == "simulated"
    assert {settings.origin(key) for key in DECLARATIONS} == {"default"}


def test_later_layers_win_and_tell_where_from(tmp_path: Path) -> None:
    site = write(tmp_path, "site.toml", '[station]\nsite_name = "上海一号仓"\n[sound]\nvolume = 10\n')
    machine = write(tmp_path, "machine.toml", "[sound]\n\nvolume = 20\n")
    environment = {"INSPECTION_STATION__SOUND__ERROR_FLOOR": "55", "INSPECTION_STATION_DATA": "/x"}
    settings = load_settings(folder=tmp_path, environment=environment, command_line={"camera.source": "usb:1"})
    assert (settings.station.site_name, settings.origin("station.site_name")) == ("上海一号仓", f"{site}:2")
    assert (settings.sound.volume, settings.origin("sound.volume")) == (20, f"{machine}:3")
    assert settings.sound.error_floor == 55
    assert settings.origin("sound.error_floor") == "INSPECTION_STATION__SOUND__ERROR_FLOOR"
    assert (settings.camera.source, settings.origin("camera.source")) == ("usb:1", "command line")


@pytest.mark.parametrize(
    ("text", "code", "line", "key"),
    [
        ("[camera]\nsorce = 'usb:0'\n", "settings.unknown_key", 2, "camera.sorce"),
        ("[kamera]\nsource = 'usb:0'\n", "settings.unknown_key", 2, "kamera.source"),
        ("[nothing]\n", "settings.unknown_key", 1, "nothing"),
        ("language = 'en'\n", "settings.unknown_key", 1, "language"),
        ("[sound]\n# loud\nvolume = 101\n", "settings.bad_value", 3, "sound.volume"),
        ("[sound]\nvolume = '80'\n", "settings.bad_value", 2, "sound.volume"),
        ("[sound]\nvolume = true\n", "settings.bad_value", 2, "sound.volume"),
        ("[sound]\nvolume = 80.0\n", "settings.bad_value", 2, "sound.volume"),
        ("[sound]\nvolume = {deep = [1]}\n", "settings.bad_value", 2, "sound.volume"),
        ("[wizard]\ndone = 1\n", "settings.bad_value", 2, "wizard.done"),
        ("[station]\nlanguage = 'fr'\n", "settings.bad_value", 2, "station.language"),
        ("[station]\ntext_size = 110\n", "settings.bad_value", 2, "station.text_size"),
        ("[station]\ntime_zone = '../../etc/passwd'\n", "settings.bad_value", 2, "station.time_zone"),
        ("[station]\ntime_zone = 'Asia/Atlantis'\n", "settings.bad_value", 2, "station.time_zone"),
        ("[station]\ntime_zone = ''\n", "settings.bad_value", 2, "station.time_zone"),
        ("[station]\ndata_folder = 'data'\n", "settings.bad_value", 2, "station.data_folder"),
        ("[station]\nsite_name = 'a\\nb'\n".replace("'", '"'), "settings.bad_value", 2, "station.site_name"),
        ("[camera]\nsource = 'usb:'\n", "settings.bad_value", 2, "camera.source"),
        ("[camera]\nsource = 'usb:1; rm -rf'\n", "settings.bad_value", 2, "camera.source"),
        ("[printer]\naddress = 'http://printer/'\n", "settings.bad_value", 2, "printer.address"),
        ("[printer]\nport = 0\n", "settings.bad_value", 2, "printer.port"),
        ("[centre]\nurl = 'file:///etc/passwd'\n", "settings.bad_value", 2, "centre.url"),
        ("[centre]\nurl = 'https://me:secret@centre'\n", "settings.bad_value", 2, "centre.url"),
        ("[centre]\nurl = 'https://[::1'\n", "settings.bad_value", 2, "centre.url"),
        ("[centre]\nurl = 'https://centre:99999'\n", "settings.bad_value", 2, "centre.url"),
        ("[scanner]\nitf_lengths = 14\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        ("[scanner]\nitf_lengths = ['14']\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        ("[scanner]\nitf_lengths = [true]\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        ("[scanner]\nitf_lengths = [14, 13]\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        ("[scanner]\nitf_lengths = [2]\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        ("[scanner]\nitf_lengths = [82]\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        ("[scanner]\nitf_lengths = [[14]]\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        (f"[scanner]\nitf_lengths = {[14] * 21}\n", "settings.bad_value", 2, "scanner.itf_lengths"),
        ("[sound]\nvolume = \n", "settings.not_toml", 2, ""),
        ("[sound]\nvolume = 1\nvolume = 2\n", "settings.not_toml", 3, ""),
        ("\0\1\2", "settings.not_toml", 1, ""),
        (b"[station]\nsite_name = '\xff\xfe'\n", "settings.not_utf8", None, ""),
        ("[sound]\nx = " + "[" * 20_000, "settings.not_toml", None, ""),
        ("#" * 300_000, "settings.too_large", None, ""),
    ],
)
def test_a_fault_names_file_line_and_key_and_the_rest_stays_in_force(
    tmp_path: Path, text: str | bytes, code: str, line: int | None, key: str
) -> None:
    site = write(tmp_path, "site.toml", "[scanner]\nmax_gap_ms = 50\n")
    path = write(tmp_path, "machine.toml", text)
    settings, problems = load_settings_with_problems(folder=tmp_path, environment={})
    assert [(p.code, p.file, p.line, p.key) for p in problems] == [(code, str(path), line, key)]
    assert settings.scanner.max_gap_ms == 50
    assert settings.origin("scanner.max_gap_ms") == f"{site}:2"
    with pytest.raises(DataFileProblem) as raised:
        load_settings(folder=tmp_path, environment={})
    assert str(path) in str(raised.value)
    for language in i18n.LANGUAGES:
        with i18n.in_language(language):
            what, to_do = i18n.sentences(raised.value)
            assert str(path) in what
            assert "{" not in what.replace(str(path), "")
            assert to_do


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "machine.toml").mkdir()
    _, problems = load_settings_with_problems(folder=tmp_path, environment={})
    assert [problem.code for problem in problems] == ["settings.unreadable"]


def test_all_faults_of_a_file_are_found_in_one_reading(tmp_path: Path) -> None:
    write(tmp_path, "machine.toml", "[sound]\nvolume = -1\nvolum = 3\n[undo]\nseconds = 20\n")
    settings, problems = load_settings_with_problems(folder=tmp_path, environment={"INSPECTION_STATION__A__B": "c"})
    assert [problem.line for problem in problems] == [2, 3, None]
    assert problems[2].file == "INSPECTION_STATION__A__B"
    assert settings.undo.seconds == 20


def test_a_file_saved_by_windows_notepad_is_read(tmp_path: Path) -> None:
    write(tmp_path, "machine.toml", b"\xef\xbb\xbf[sound]\r\nvolume = 7\r\n")
    assert load_settings(folder=tmp_path, environment={}).sound.volume == 7


@pytest.mark.parametrize(("text", "value"), [("true", True), ("0", False), ("Yes", True)])
def test_environment_gives_yes_and_no(tmp_path: Path, text: str, value: bool) -> None:
    settings = load_settings(folder=tmp_path, environment={"INSPECTION_STATION__WIZARD__DONE": text})
    assert settings.wizard.done is value


@pytest.mark.parametrize(
    ("text", "value"), [("14", (14,)), ("[10, 14]", (10, 14)), ("10,14", (10, 14)), (" [] ", ()), ("[14]", (14,))]
)
def test_a_list_of_numbers_is_given_as_text(tmp_path: Path, text: str, value: tuple[int, ...]) -> None:
    for layer in ("environment", "command_line"):
        name = {"environment": "INSPECTION_STATION__SCANNER__ITF_LENGTHS", "command_line": "scanner.itf_lengths"}[layer]
        given: dict[str, dict[str, str]] = {"environment": {}, layer: {name: text}}
        assert load_settings(folder=tmp_path, **given).scanner.itf_lengths == value  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "fourteen", "14,", "14;16", "[14", "-14", "[14]]", "1 4", "9" * 600])
def test_a_text_that_is_no_list_is_told_with_an_example(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataFileProblem, match=r"ITF_LENGTHS.*\[14, 16\]"):
        load_settings(folder=tmp_path, environment={"INSPECTION_STATION__SCANNER__ITF_LENGTHS": text})


def test_a_list_is_kept_in_the_file_and_read_back(tmp_path: Path) -> None:
    assert change_settings({"scanner.itf_lengths": (10, 14)}, "lead", folder=tmp_path).scanner.itf_lengths == (10, 14)
    assert load_settings(folder=tmp_path, environment={}).scanner.itf_lengths == (10, 14)
    with pytest.raises(DataFileProblem, match="even numbers"):
        change_settings({"scanner.itf_lengths": (11,)}, "lead", folder=tmp_path)
    with pytest.raises(StationProblem, match="role"):
        change_settings({"scanner.itf_lengths": (10,)}, "inspector", folder=tmp_path)


def test_environment_that_is_no_number_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(DataFileProblem, match="INSPECTION_STATION__SOUND__VOLUME.*whole number"):
        load_settings(folder=tmp_path, environment={"INSPECTION_STATION__SOUND__VOLUME": "loud"})


def test_settings_cannot_be_changed_in_place(tmp_path: Path) -> None:
    settings = load_settings(folder=tmp_path, environment={})
    with pytest.raises(FrozenInstanceError):
        settings.sound.volume = 1  # type: ignore[misc]


def test_every_default_is_a_value_that_may_be(tmp_path: Path) -> None:
    by_key = {key: declared.default for key, declared in DECLARATIONS.items()}
    settings = change_settings(by_key, "administrator", folder=tmp_path)
    assert [settings.value(key) for key in DECLARATIONS] == list(by_key.values())
    assert Settings().value("undo.seconds") == 8


def test_a_change_is_kept_beside_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "machine.toml", "[sound]\nvolume = 20\n[camera]\nsource = 'none'\n")
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(descriptor), fsync(descriptor))[1])
    settings = change_settings({"sound.volume": 30, "station.theme": "dark"}, "inspector", folder=tmp_path)
    assert (settings.sound.volume, settings.station.theme, settings.camera.source) == (30, "dark", "none")
    written = tomllib.loads((tmp_path / "machine.toml").read_text(encoding="utf-8"))
    assert written == {"sound": {"volume": 30}, "camera": {"source": "none"}, "station": {"theme": "dark"}}
    assert len(synced) == 2, "the file and its folder are on the disk before the change is said to be saved"
    assert [path.name for path in tmp_path.iterdir()] == ["machine.toml"]


def test_a_broken_file_is_kept_aside_when_something_is_saved(tmp_path: Path) -> None:
    write(tmp_path, "machine.toml", "[sound]\nvolume = 20\nloudness = 3\n")
    settings = change_settings({"camera.source": "none"}, "inspector", folder=tmp_path)
    assert (settings.sound.volume, settings.camera.source) == (20, "none")
    assert "loudness" in (tmp_path / "machine.toml.set-aside").read_text(encoding="utf-8")
    assert load_settings_with_problems(folder=tmp_path, environment={})[1] == ()


def test_a_role_changes_only_what_it_may(tmp_path: Path) -> None:
    with pytest.raises(StationProblem) as refused:
        change_settings({"sound.volume": 1, "centre.url": "http://evil"}, "inspector", folder=tmp_path)
    assert refused.value.code == "settings.not_allowed"
    assert not (tmp_path / "machine.toml").exists()
    assert declaration("rules.random_check_percent").may_be_changed_by("lead")
    assert not declaration("centre.url").may_be_changed_by("lead")


def test_a_bad_change_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataFileProblem, match=r"undo\.seconds.*8, 20"):
        change_settings({"undo.seconds": 9}, "administrator", folder=tmp_path)
    with pytest.raises(StationProblem, match=r"settings\.unknown_key"):
        change_settings({"undo.minutes": 9}, "administrator", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "machine.toml", "[sound]\nvolume = 20\n")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StationProblem, match="No space left") as told:
        change_settings({"sound.volume": 30}, "inspector", folder=tmp_path)
    assert told.value.code == "settings.not_saved"
    assert load_settings(folder=tmp_path, environment={}).sound.volume == 20


def test_every_setting_is_described_in_both_languages() -> None:
    for declared in DECLARATIONS.values():
        with i18n.in_language("zh_CN"):
            assert i18n.translate(declared.describes) != declared.describes, declared.key


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://bench:s3cret@cam:8080/v?pwd=x", "http://…@cam:8080/v?…"),
        ("rtsp://a@cam/1", "rtsp://…@cam/1"),
        ("https://cam/x", "https://cam/x"),
        ("usb:046d_x@1", "usb:046d_x@1"),
        ("/data/a?b", "/data/a?b"),
    ],
)
def test_an_address_is_shown_without_its_password(value: str, shown: str) -> None:
    assert without_password(value) == shown


@pytest.mark.parametrize("value", ["automatic", "locked", "-6", "250"])
def test_exposure_and_focus_of_each_camera(value: str, tmp_path: Path) -> None:
    text = f"[camera]\nexposure = '{value}'\n[side_camera]\nsource = 'usb:1'\nfocus = '{value}'\n"
    write(tmp_path, "site.toml", text)
    settings, problems = load_settings_with_problems(folder=tmp_path, environment={})
    assert problems == ()
    assert (settings.camera.exposure, settings.side_camera.focus) == (value, value)
    assert settings.side_camera.source == "usb:1"
    assert settings.side_camera.exposure == "automatic"


def test_an_exposure_that_cannot_be_is_told(tmp_path: Path) -> None:
    write(tmp_path, "site.toml", "[side_camera]\nexposure = 'manual'\n")
    _, problems = load_settings_with_problems(folder=tmp_path, environment={})
    assert [problem.code for problem in problems] == ["settings.bad_value"]
