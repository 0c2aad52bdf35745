"""What the documents say of settings, files and commands is so."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SECURITY = ROOT / "docs" / "security.md"  # a table to look things up in
FIGURES = ROOT / "docs" / "performance.md"  # and another
NAME = re.compile(r"[A-Z][A-Z_]+")


def settings_read() -> set[str]:
    """Every environment variable that settings.py asks for: what the first argument of an `env.` call may be."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "rehab" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env.") and node.func.attr != "stop":
            words = (part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
            found |= {word for word in words if NAME.fullmatch(str(word))}
    return found


def settings_documented() -> set[str]:
    part = (ROOT / "docs" / "running.md").read_text().split("## Settings")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_setting_is_in_the_operators_guide_and_no_other():
    assert len(settings_read()) > 40
    assert settings_documented() == settings_read()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_document_names_is_there(path):
    text = path.read_text()
    links = [path.parent / link for link in re.findall(r"\]\((?!http)([^)#]+)\)", text)]
    named = [Path(name) for name in re.findall(r"`((?:[\w-]+/)+[\w.-]*)`", text)]
    ours = [ROOT / name for name in named if (ROOT / name.parts[0]).exists()]

    assert [str(found) for found in [*links, *ours] if not found.exists()] == []


def test_every_make_target_a_document_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"`make ([a-z-]+)", path.read_text())}
    assert named - targets == set()


def test_every_command_a_document_names_is_there():
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} | {"migrate", "makemigrations", "shell"}
    named = {name for path in DOCUMENTS for name in re.findall(r"manage\.py (\w+)", path.read_text())}
    assert named - commands == set()


def test_all_of_docs_is_read_in_twenty_minutes():
    read = [path for path in DOCUMENTS if "docs" in path.relative_to(ROOT).parts and path not in (SECURITY, FIGURES)]
    words = sum(len(path.read_text().split()) for path in read)
    assert words <= 20 * 240


def test_every_requirement_of_asvs_level_2_is_in_the_table_once():
    rows = re.findall(r"^\| (V\d+\.\d+\.\d+) \|", SECURITY.read_text(), re.MULTILINE)

    assert len(rows) == len(set(rows)) == 253  # 70 of level 1 and 183 of level 2, in 5.0
    assert rows == sorted(rows, key=lambda name: [int(part) for part in name[1:].split(".")])


def test_every_test_that_the_table_names_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", SECURITY.read_text())
    wrong = {f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text()}

    assert len(named) > 150
    assert wrong == set()
