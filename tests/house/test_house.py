"""Rules of the house that no tool checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("portal/**/*.py"), *ROOT.glob("search/**/*.py")])
TOP = {"portal", "translations", "migrations", "search", "tests"}
VIEW_LINES, FUNCTION_LINES = 25, 40


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


def test_the_top_level_is_as_agreed() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    folders -= {name for name in folders if name.endswith(".egg-info")} | {"portal-data", "dist", "build"}
    assert folders == TOP


def test_no_module_is_a_grab_bag() -> None:
    assert not [path for path in SOURCES if path.stem in {"utils", "util", "helpers", "common", "misc"}]


@pytest.mark.parametrize("name", ["portal", "search", "translations", "migrations", "tests"])
def test_every_top_folder_says_what_it_is(name: str) -> None:
    assert (ROOT / name / "README.md").is_file()


def test_only_units_of_work_and_commands_commit() -> None:
    calls = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.is_relative_to(ROOT / "portal") and re.search(r"\.commit\(\)|\.begin\(\)", path.read_text("utf-8"))
    ]
    allowed = ("portal/core/unit_of_work.py", "portal/cli/")
    assert not [
        path
        for path in calls
        if not path.startswith(allowed) and "unit_of_work().begin()" not in (ROOT / path).read_text()
    ]


def test_only_the_clock_tells_the_time() -> None:
    telling = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(\)")
    assert not [path for path in SOURCES if telling.search(path.read_text("utf-8")) and path.name != "clock.py"]


def test_only_settings_read_the_environment() -> None:
    reading = re.compile(r"os\.environ|os\.getenv")
    assert not [path for path in SOURCES if reading.search(path.read_text("utf-8")) and path.name != "settings.py"]


def test_functions_are_short() -> None:
    long = [
        (str(path.relative_to(ROOT)), node.name, node.end_lineno - node.lineno + 1)
        for path in SOURCES
        for node in functions(path)
        if node.end_lineno
        and node.end_lineno - node.lineno + 1 > (VIEW_LINES if path.name == "routes.py" else FUNCTION_LINES)
    ]
    assert not long


def test_addresses_are_typed_and_in_kebab_case(app: Flask) -> None:
    wrong = []
    for rule in app.url_map.iter_rules():
        for part in rule.rule.split("/"):
            if part.startswith("<"):
                if ":" not in part:
                    wrong.append(rule.rule)
            elif part != part.lower() or "_" in part:
                wrong.append(rule.rule)
    assert not wrong


def test_nothing_of_this_or_any_machine_is_in_the_tree() -> None:
    paths = re.compile(r"/(work|root|home/\w+)/")
    named = []
    for path in [
        *SOURCES,
        *ROOT.glob("*.md"),
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("tests/*.txt"),
        ROOT / "tests" / "run",
    ]:
        if path != Path(__file__) and paths.search(path.read_text("utf-8")):
            named.append(path)
    assert not named
