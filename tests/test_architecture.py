"""The plan of the house holds: layers, sizes, names, words in two languages, pins and locks."""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "inspection_station"
MOST_LINES = 400

# Modules that may be longer, each with its reason.
LONGER: dict[str, str] = {}

FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|manager|controller|common|misc)(_|$)")


def modules() -> list[Path]:
    """All Python files that are delivered."""
    found = sorted(PACKAGE.rglob("*.py"), key=str)
    assert len(found) > 20
    return found


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def imports_of(path: Path) -> Iterator[str]:
    """Full names of all modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            yield node.module or ""
            if node.module == "inspection_station":
                yield from (f"inspection_station.{alias.name}" for alias in node.names)


def test_layers_are_kept() -> None:
    """The contracts of pyproject.toml; a package in no layer breaks them too."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_layers_that_people_read_of_are_those_that_are_kept() -> None:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    kept = [line.split(" | ") for line in contracts["contracts"][0]["layers"]]
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = text.partition("## The layers")[2].partition("Imports")[0]
    told = [re.split(r"\s{2,}", line.strip())[0].split(" | ") for line in block.splitlines() if line.strip()]
    assert told == kept


def test_the_domain_knows_only_the_standard_library_and_its_two_formats() -> None:
    allowed = {*sys.stdlib_module_names, "biip", "rfc8785"}
    ours = ("inspection_station.domain", "inspection_station.errors", "inspection_station.data_files")
    strangers = [
        f"{name_of(path)}: {name}"
        for path in (PACKAGE / "domain").rglob("*.py")
        for name in imports_of(path)
        if name.partition(".")[0] not in allowed and name != "inspection_station" and not name.startswith(ours)
    ]
    assert strangers == []


def test_one_module_makes_files_durable() -> None:
    syncing = [name_of(path) for path in modules() if re.search(r"\bos\.f(data)?sync\b", path.read_text("utf-8"))]
    assert syncing == ["inspection_station/durable_files.py"]


def test_no_module_is_longer_than_it_may_be() -> None:
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: n for name, n in lines.items() if n > MOST_LINES and name not in LONGER} == {}
    assert [name for name in LONGER if lines.get(name, 0) <= MOST_LINES] == [], "take it off the list"


def test_modules_are_named_for_what_they_are() -> None:
    assert [name_of(path) for path in modules() if FORBIDDEN_NAMES.search(path.stem)] == []
    assert [name_of(path) for path in modules() if not re.fullmatch(r"[a-z0-9_]+", path.stem)] == []


def test_every_folder_of_modules_is_a_package_and_so_in_the_wheel() -> None:
    folders = {path.parent for path in modules()}
    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_every_module_says_what_it_promises() -> None:
    silent = [
        name_of(path)
        for path in [*modules(), *PROJECT.glob("installers/*.py"), *PROJECT.glob("tests/**/*.py")]
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) and path.read_bytes().strip()
    ]
    assert silent == []


DOCUMENTS = {
    path.name: path
    for folder in (PROJECT / "resources", PROJECT / "installers", PACKAGE)
    for path in (*PROJECT.glob("*.md"), *folder.rglob("*.md"))
}
NUMBERED = {"DECISIONS.md": r"^\*\*(\d+)\.", "PROTOCOL.md": r"^## (\d+)\."}
# A document named by its file, or cited by its capitals with the number of a section.
NAMED = re.compile(r"\b([A-Za-z][\w.-]*\.md)\b(?: (\d+(?:(?:, | and )\d+)*))?")
CITED = re.compile(
    r"\b([A-Z][A-Z-]{3,}) (?:sections?|principles?|chapters?|points?) ?\d"
    r"|\((?:[^()\n]*[ ,])?([A-Z][A-Z-]{3,}) \d[^()\n]*\)"
)


def said_in(path: Path) -> str:
    """What a file says to its reader: of a program its comments and first strings, of anything else all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py" or not (NAMED.search(text) or CITED.search(text)):
        return text if path.suffix != ".py" else ""  # most programs name none, and taking them apart takes long
    tree = ast.parse(text)
    named = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    spoken = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, named)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join([*spoken, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


def strange_documents(text: str) -> list[str]:
    """Documents that a text names and nobody finds in the project, or numbers that the named document lacks."""
    strange = [cited[0] for cited in CITED.finditer(text) if f"{cited[1] or cited[2]}.md" not in DOCUMENTS]
    for named in NAMED.finditer(text):
        found = DOCUMENTS.get(named[1])
        if found is None:
            strange.append(named[0])
        elif named[1] in NUMBERED and named[2]:
            there = set(re.findall(NUMBERED[named[1]], found.read_text(encoding="utf-8"), re.MULTILINE))
            strange += [f"{named[1]} {number}" for number in re.findall(r"\d+", named[2]) if number not in there]
    return strange


def test_only_documents_that_are_here_are_named() -> None:
    folders = (PACKAGE, *(PROJECT / name for name in ("tests", "resources", "installers")))
    files = [path for folder in folders for end in ("py", "md", "yaml") for path in folder.rglob(f"*.{end}")]
    files += [*PROJECT.glob("*.md"), PROJECT / "pyproject.toml"]
    strange = {name_of(path): strange_documents(said_in(path)) for path in files}
    assert {name: found for name, found in strange.items() if found} == {}


@pytest.mark.parametrize(
    "text",
    ["see NOWHERE.md", "a rule (NOWHERE 4)", "so (as in NOWHERE 11.3)", "NOWHERE section 3", "by DECISIONS.md 4711"],
)
def test_a_document_that_is_not_here_is_noticed(text: str) -> None:
    assert strange_documents(text)


def test_no_code_waits_for_a_later_day() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{name_of(path)}:{number}"
        for path in modules()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", PROJECT / "resources" / "translations" / "catalogue.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_text_has_its_chinese(catalogue: ModuleType) -> None:
    assert catalogue.missing() == []


def test_the_compiled_catalogue_is_that_of_the_texts(catalogue: ModuleType) -> None:
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.current())


def test_translations_name_the_same_places(catalogue: ModuleType) -> None:
    """A ``{place}`` missing or invented in the Chinese would lose a value or end in an error."""
    places = re.compile(r"(?<!\{)\{(\w+)[^{}]*\}(?!\})|%\(?\w*\)?[srd]")
    wrong = [
        message.id
        for message in catalogue.current()
        if message.id
        and message.string
        and sorted(m[0] for m in places.finditer(message.id)) != sorted(m[0] for m in places.finditer(message.string))
    ]
    assert wrong == []


def pins(name: str) -> dict[str, set[str]]:
    """Versions of every package in a lock file (two when they differ by Python)."""
    text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text and "index-url" not in text, "a lock names no registry"
    blocks = re.split(r"\n(?=\S)", text.strip())
    found: dict[str, set[str]] = {}
    for block in blocks:
        package, version = re.match(r"([\w.-]+)==([\w.]+)", block).groups()  # type: ignore[union-attr]
        assert "--hash=sha256:" in block, f"{package} has no hash"
        found.setdefault(package, set()).add(version)
    return found


def normal(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")  # type: ignore[index]


def test_the_locks_hold_all_that_is_asked_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    station, development = pins("station.lock"), pins("development.lock")
    assert {normal(one) for one in project["dependencies"]} <= station.keys()
    assert {normal(one) for one in project["optional-dependencies"]["development"]} <= development.keys()
    assert {package: versions for package, versions in station.items() if development.get(package) != versions} == {}


def test_what_is_imported_is_asked_for() -> None:
    """Nothing is used that only came along with something else."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {normal(one) for one in project["dependencies"]}
    distribution = {
        "PySide6": "pyside6-essentials", "shiboken6": "pyside6-essentials", "cv2": "opencv-python-headless",
        "yaml": "pyyaml", "PIL": "pillow", "zxingcpp": "zxing-cpp", "argon2": "argon2-cffi", "tomli_w": "tomli-w",
        "serial": "pyserial", "prometheus_client": "prometheus-client",
    }  # fmt: skip
    along = {"starlette": "fastapi", "pydantic": "fastapi"}  # fastapi hands out their classes as its own interface
    used = {
        (name_of(path), top)
        for path in modules()
        for top in {name.partition(".")[0] for name in imports_of(path)}
        if top not in sys.stdlib_module_names and top != "inspection_station"
    }
    # What an extra brings is imported in its worker process only.
    used.discard(("inspection_station/devices/text_reading_worker.py", "rapidocr"))
    assert "rapidocr" in {normal(one) for one in project["optional-dependencies"]["ocr"]}
    unasked = {(path, top) for path, top in used if distribution.get(top, along.get(top, top)) not in asked}
    assert unasked == set()


def test_opencv_is_the_build_without_its_own_qt() -> None:
    """The other build sets Qt's environment variables on import and breaks the window."""
    program = (
        "import os, cv2; names = [n for n in os.environ if n.startswith('QT_') and n != 'QT_QPA_PLATFORM'];"
        "from pathlib import Path; print(names, (Path(cv2.__file__).parent / 'qt').exists())"
    )
    plain = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=plain, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[] False"


def test_qt_calls_that_return_nothing_leave_none_alone() -> None:
    """PySide6 6.12.0 drops a reference to None each time; on Python 3.11 the process dies of it after hours."""
    program = (
        "import sys\n"
        "from PySide6.QtCore import QCoreApplication, QTimer\n"
        "application = QCoreApplication([])\n"
        "timer = QTimer()\n"
        "before = sys.getrefcount(None)\n"
        "for _ in range(5000):\n"
        "    application.processEvents(); timer.start(1000); timer.stop()\n"
        "print(sys.getrefcount(None) - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert abs(int(done.stdout)) < 100
