"""The centre's settings: layers, faults that say where and what would be right, warnings, and secrets unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspection_station import i18n
from inspection_station.admin.main import main
from inspection_station.errors import StationProblem
from inspection_station.server.configuration import MASKED, SETTINGS, CentreSettings
from inspection_station.server.configuration_reading import (
    CentreSettingProblem,
    database_url,
    load_centre_settings,
)

CANARY = "canary-7f3a"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "centre.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_a_centre_needs_no_settings_at_all(tmp_path: Path) -> None:
    settings, warnings = load_centre_settings(environment={})
    assert settings == CentreSettings() and warnings == ()
    assert database_url(settings) == "" and settings.photos.bucket == ""


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(tmp_path: Path) -> None:
    path = written(tmp_path, '[listen]\nport = 9000\nhost = "0.0.0.0"\n[backup]\nkeep = 3\ntimes = ["01:00"]\n')
    environment = {"INSPECTION_CENTRE_LISTEN_PORT": "9001", "INSPECTION_CENTRE_BACKUP_TIMES": "02:00, 14:00"}
    settings, _ = load_centre_settings(path, environment=environment, command_line={"backup.keep": 5})
    assert (settings.listen.port, settings.listen.host) == (9001, "0.0.0.0")
    assert (settings.backup.keep, settings.backup.times) == (5, ("02:00", "14:00"))
    origins = {declared.key: origin for declared, _value, origin in settings.items()}
    assert origins["listen.port"] == "INSPECTION_CENTRE_LISTEN_PORT"
    assert origins["listen.host"] == f"{path}:3"
    assert (origins["backup.keep"], origins["log.level"]) == ("command line", "default")


@pytest.mark.parametrize(
    ("text", "line", "right"),
    [
        ('[listen]\nport = "9000"', 2, "whole number"),
        ("[listen]\n\nport = 70000", 3, "from 0 to 65535"),
        ("[listen]\nport = true", 2, "whole number"),
        ('[log]\nlevel = "loud"', 2, "debug, info, warning, error"),
        ('[centre]\ntime_zone = "Mars/Base"', 2, "Asia/Shanghai"),
        ('[centre]\ndata_folder = "here"', 2, "full path"),
        ('[backup]\ntimes = ["25:00"]', 2, "02:30"),
        ('[backup]\ntimes = "02:30"', 2, "list of texts"),
        ('[database]\nurl = "mysql://a/b"', 2, "postgresql://"),
        (f'[database]\nurl = "postgresql://u:{CANARY}@h/d"', 2, "password_file"),
        (f'[photos]\nsecret_key = "{CANARY}"', 2, "environment"),
        (f'[photos]\nendpoint = "https://u:{CANARY}@s3.example"', 2, "without a password"),
        ('[webhooks]\nprivate_addresses = ["office"]', 2, "10.2.0.0/16"),
        ("[listen\nport = 1", 1, "TOML"),
    ],
)
def test_a_fault_names_file_line_and_key_and_what_would_be_right(
    tmp_path: Path, text: str, line: int, right: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(StationProblem) as caught:
        load_centre_settings(path, environment={})
    for language in ("en", "zh_CN"):
        i18n.set_language(language)
        what, to_do = i18n.sentences(caught.value)
        assert f"{path}:{line}" in what and to_do
        assert CANARY not in what + to_do
        if language == "en":
            assert right in what


def test_every_fault_is_told_not_only_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, '[listen]\nport = -1\nhost = "nowhere.example"\n[log]\nlevel = 3\n')
    assert main(["--language", "en", "central", "config", "--config", str(path)]) == 1
    errors = capsys.readouterr().err
    assert [f"{path}:{line}" in errors for line in (2, 3, 5)] == [True] * 3


def test_an_unknown_key_is_warned_of_and_the_rest_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "[listen]\nprot = 9000\nport = 9001\n[lights]\non = true\n")
    settings, warnings = load_centre_settings(path, environment={"INSPECTION_CENTRE_DATABASE_URI": "x"})
    assert settings.listen.port == 9001
    told = [str(warning) for warning in warnings]
    assert "listen.port" in told[0] and f"{path}:2" in told[0] and "lights.on" in told[1]
    assert "INSPECTION_CENTRE_DATABASE_URI" in told[2] and "database.url" in told[2]


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(CentreSettingProblem, match="none.toml"):
        load_centre_settings(tmp_path / "none.toml", environment={})
    with pytest.raises(CentreSettingProblem, match="none.toml"):
        load_centre_settings(environment={"INSPECTION_CENTRE_CONFIG": str(tmp_path / "none.toml")})


def test_secrets_come_from_files_of_their_own_and_are_never_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text(f"{CANARY}/@\n", "utf-8")
    (tmp_path / "s3").write_text(f"AKIA1\n{CANARY}\n", "utf-8")
    path = written(
        tmp_path,
        f'[database]\nurl = "postgresql://inspection@db/centre"\npassword_file = "{tmp_path}/password"\n'
        f'[photos]\nbucket = "photos"\ncredentials_file = "{tmp_path}/s3"\n',
    )
    settings, _ = load_centre_settings(path, environment={})
    assert database_url(settings) == f"postgresql+psycopg://inspection:{CANARY}%2F%40@db/centre"
    assert (settings.photos.access_key, settings.photos.secret_key) == ("AKIA1", CANARY)
    assert CANARY not in repr(settings)
    monkeypatch.setenv("INSPECTION_CENTRE_DATABASE_PASSWORD", CANARY)
    for words in (("--json",), ()):
        assert main(["--language", "en", "central", "config", "--config", str(path), *words]) == 0
        out, errors = capsys.readouterr()
        assert CANARY not in out + errors and "AKIA1" not in out
        assert MASKED in out
    told = {one["key"]: one for one in json.loads(_shown(capsys, path))}
    assert set(told) == set(SETTINGS)
    assert told["database.password"] == {
        "key": "database.password", "value": MASKED, "origin": "INSPECTION_CENTRE_DATABASE_PASSWORD",
    }  # fmt: skip


def _shown(capsys: pytest.CaptureFixture[str], path: Path) -> str:
    main(["central", "config", "--json", "--config", str(path)])
    return capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "a\nb\nc\n", None])
def test_a_file_of_secrets_that_is_not_right_is_told_without_its_content(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "s3").write_text(content, "utf-8")
    path = written(tmp_path, f'[photos]\ncredentials_file = "{tmp_path}/s3"\n')
    with pytest.raises(CentreSettingProblem, match=r"photos\.credentials_file"):
        load_centre_settings(path, environment={})


def test_half_a_pair_of_keys_is_refused() -> None:
    with pytest.raises(CentreSettingProblem, match=r"photos\.secret_key"):
        load_centre_settings(environment={"INSPECTION_CENTRE_PHOTOS_ACCESS_KEY": "AKIA1"})
