"""The mutation run itself: which faults it makes, and that it tells a noticed one from one that is not."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from scripts.mutants import find_mutants, sample
from scripts.mutate import Job, Module, Slots, modules

PATH = Path("rules.py")


def faults(source: str) -> list[str]:
    return [f"{mutant.before} → {mutant.after}" for mutant in find_mutants(PATH, source)[1]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", ["x = a < b → x = a <= b", "x = a < b → x = a >= b"]),
        ("x = a and b", ["x = a and b → x = a or b"]),
        ("x = not a", ["x = not a → x = a"]),
        ("x = a - b", ["x = a - b → x = a + b"]),
        ("x = 7", ["x = 7 → x = 8", "x = 7 → x = 6"]),
        ("x = True", ["x = True → x = False"]),
        ("def f():\n    return a", ["return a → return None"]),
        ("tell(a)", ["tell(a) → pass"]),
        ("a.b = c", ["a.b = c → pass"]),
        ("a.b, a.c = d, e", ["a.b, a.c = (d, e) → a.c, = (e,)", "a.b, a.c = (d, e) → a.b, = (d,)"]),
        ("if a != b:\n    raise No", ["if a != b: → pass", "if a != b: → if a == b:"]),
        ("if a:\n    b = c", ["if a: → if not a:"]),
        ("x = {a, b}", ["x = {a, b} → x = {b}", "x = {a, b} → x = {a}"]),
        ("x = any(a)", ["x = any(a) → x = all(a)"]),
        ("x = [b for b in c if b]", ["for b in c if b → for b in c"]),
        ("x = y.order_by('-at')", ["x = y.order_by('-at') → x = y", "x = y.order_by('-at') → x = y.order_by('at')"]),
        (
            "x = y.filter(a=b, c__lte=d)",
            [
                "x = y.filter(a=b, c__lte=d) → x = y",
                "x = y.filter(a=b, c__lte=d) → x = y.filter(c__lte=d)",
                "x = y.filter(a=b, c__lte=d) → x = y.filter(a=b)",
                "x = y.filter(a=b, c__lte=d) → x = y.filter(a=b, c__lt=d)",
            ],
        ),
        ("x = y(update_fields=['a'])", ["x = y(update_fields=['a']) → x = y(update_fields=[])"]),
    ],
)
def test_each_kind_of_fault_is_made(source, expected):
    assert faults(source) == expected


@pytest.mark.parametrize(
    "source",
    ['"""Words."""', "def f(a: int | None) -> X | None:\n    '''Words.'''", "class A:\n    b = C(max_length=7)"],
)
def test_words_and_types_and_columns_are_left_alone(source):
    assert faults(source) == []


def test_a_statement_in_sql_is_changed_a_word_at_a_time():
    source = '_SQL = """\nselect id, name, street, town, county, country, telephone, e_mail, born_on, gone_on'
    source += '\n  from a where b <= c\n"""'

    assert faults(source) == ["from a where b <= c → from a where b < c"]


def test_a_sample_stays_the_same_when_another_function_changes():
    source = "def f(a, b):\n    return a < b and a != 3\n"
    before = sample(find_mutants(PATH, source)[1], number=4, seed="1")
    longer = find_mutants(PATH, source + "def g():\n    return 0\n")[1]
    after = sample(longer, number=4, seed="1")

    assert {mutant.key for mutant in before} & {mutant.key for mutant in after}
    assert [m.key for m in sample(longer, number=4, seed="1")] == [m.key for m in after]


def test_a_fault_is_compiled_and_the_tree_is_as_before():
    tree, [first, *_] = find_mutants(PATH, "x = 1 < 1")
    names: dict = {}

    exec(first.compiled(tree), names)

    assert names["x"] is True
    assert ast.unparse(tree) == "x = 1 < 1"


def test_every_module_and_test_of_the_table_is_there():
    for module in modules([]):
        assert all(path.is_file() for path in module.files), module.name
        assert all((settings.BASE_DIR / test.partition("::")[0]).exists() for test in module.tests), module.name


def test_every_fault_that_is_said_to_change_nothing_is_still_one_that_is_made():
    for module in modules([]):
        made = {mutant.key for path in module.files for mutant in find_mutants(path, path.read_text())[1]}
        assert set(module.equivalent) <= made, module.name


def run(*args: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "scripts.mutate", "--without-database", *map(str, args)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def test_faults_that_the_tests_notice_are_killed():
    code, said = run("commissioning.suppression", "--number", 4)

    assert (code, "4 killed" in said) == (0, True), said


def test_a_fault_that_no_test_notices_is_shown_with_its_line(tmp_path):
    weak = tmp_path / "weak.toml"
    weak.write_text(
        '[modules]\n"commissioning.suppression" = ["tests/commissioning/test_suppression.py::'
        'test_five_people_are_enough_and_four_are_not"]\n'
    )

    code, said = run("--number", 6, "--table", weak)

    assert code == 1, said
    assert "commissioning/suppression.py:" in said
    assert "Below 90 %: commissioning.suppression" in said


def test_a_process_that_dies_says_nothing_about_the_tests():
    answers: list[str] = []
    Slots(1, with_database=False).run([Job(lambda *_: os._exit(1), answers.append)])
    module = Module("x", [], results=[(None, answer) for answer in [*answers, "killed"]])

    assert (answers, module.score()) == (["died"], 50)


def test_where_tests_fail_without_any_fault_nothing_is_said_to_be_noticed(tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[modules]\n"commissioning.suppression" = ["tests/no_such_test.py"]\n')

    code, said = run("--table", wrong)

    assert (code, "nothing can be said" in said) == (1, True), said
