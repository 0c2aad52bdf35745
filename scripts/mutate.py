"""Do the tests notice a fault? Makes small faults in the modules of rules, one at a time, and runs their tests.

Nothing is written to the tree: a process is forked for each fault and is given the faulty module in place of the one
on disk. Two run side by side, each with a database of its own. `scripts/mutants.toml` lists the modules with their
tests, and the faults that change nothing anyone could see.

    python -m scripts.mutate [MODULE…] [--number 40 | --all] [--seed 1]
"""

from __future__ import annotations

import argparse
import ast
import builtins
import contextlib
import importlib
import importlib.abc
import importlib.util
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

import hypothesis
import psycopg2
import pytest

import localservices
from scripts.mutants import Mutant, find_mutants, sample

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("mutants.toml")
LEAST = 90  # percent of the faults, without those that change nothing, that the tests must notice
CLEAN = "test_mutate"  # made once; each slot's database is a copy of it
QUIET = [
    "-q",
    "-x",
    "--reuse-db",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:randomly",
    "--hypothesis-seed=0",
]
QUIET += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # some of the libraries are loaded before pytest starts
FORK = multiprocessing.get_context("fork")
# By pytest's exit code: all passed, some failed, some could not be loaded. Anything else says nothing about the tests.
RESULTS = {0: "survived", 1: "killed", 2: "killed"}


@dataclass
class Module:
    """One module of rules, or a package of them, and what is found out about it."""

    name: str
    tests: list[str]
    equivalent: dict[str, str] = field(default_factory=dict)  # fault → why it changes nothing
    calls: dict[str, set[tuple[str, int]]] = field(default_factory=dict)  # test → functions of the module it enters
    seconds: dict[str, float] = field(default_factory=dict)
    results: list[tuple[Mutant, str]] = field(default_factory=list)
    problem: str = ""  # why nothing can be said: its tests fail without any fault

    @property
    def files(self) -> list[Path]:
        path = ROOT.joinpath(*self.name.split("."))
        return sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that enter the function, quickest first; of what stands outside any function, all."""
        if mutant.span is None:
            return sorted(self.calls, key=self.seconds.__getitem__)
        first, last = mutant.span
        found = [
            test for test, calls in self.calls.items()
            if any(path == str(mutant.path) and first <= line <= last for path, line in calls)
        ]  # fmt: skip
        return sorted(found, key=self.seconds.__getitem__)

    def score(self) -> float:
        if self.problem:
            return 0
        counts = Counter(result for _, result in self.results)
        counted = len(self.results) - counts["equivalent"]
        return 100 * (counts["killed"] + counts["timeout"]) / counted if counted else 100


@dataclass
class Job:
    """Something to do in a forked process of its own: `act` sends one answer."""

    act: Callable[[multiprocessing.connection.Connection, int, bool], None]
    done: Callable[[Any], None]
    limit: float = 1800


# --- Running in forked processes ---------------------------------------------------------------


class Slots:
    """So many processes at a time, each slot with a database that its first process copies."""

    def __init__(self, number: int, *, with_database: bool = True) -> None:
        self.free = list(range(number))
        self.with_database = with_database
        self.fresh = set(self.free) if with_database else set()
        self.running: dict[Any, tuple[Any, Job, int, float]] = {}

    def run(self, jobs: list[Job]) -> None:
        try:
            self._run(jobs[::-1])
        finally:
            for process, *_ in self.running.values():
                _kill(process)

    def _run(self, waiting: list[Job]) -> None:
        while waiting or self.running:
            while waiting and self.free:
                self._start(waiting.pop(), self.free.pop())
            for answers in multiprocessing.connection.wait(list(self.running), timeout=0.5):
                self._end(answers)
            now = time.monotonic()
            for answers in [a for a, (_, job, _, began) in self.running.items() if now - began > job.limit]:
                self._end(answers, late=True)

    def _start(self, job: Job, slot: int) -> None:
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_apart, args=(job, theirs, slot, slot in self.fresh))
        process.start()
        theirs.close()
        self.running[ours] = (process, job, slot, time.monotonic())

    def _end(self, answers: Any, *, late: bool = False) -> None:
        process, job, slot, _ = self.running.pop(answers)
        answer: Any = "timeout"
        if not late:
            try:
                answer = answers.recv()
            except EOFError:
                answer = "died"
        _kill(process)
        answers.close()
        self.fresh.discard(slot)
        if late and self.with_database:  # one that was stopped in the middle may have left rows behind
            self.fresh.add(slot)
        self.free.append(slot)
        job.done(answer)


def _kill(process: Any) -> None:
    """With whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def _apart(job: Job, answers: Any, slot: int, fresh: bool) -> None:
    os.setpgid(0, 0)
    os.environ["PYTEST_XDIST_WORKER"] = f"gw{slot}"  # a broker of its own; see tests/early.py
    job.act(answers, slot, fresh)


class OwnDatabase:
    """A pytest plugin: this slot's database, kept from run to run; `fresh` makes it anew."""

    def __init__(self, slot: int, fresh: bool) -> None:
        self.name, self.fresh = f"{CLEAN}_{slot}", fresh

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self) -> None:
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = self.name
        if self.fresh:
            copy_database(connection.get_connection_params(), self.name)
        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]  # to make a found example small takes long
        hypothesis.settings.register_profile("mutate", max_examples=25, deadline=None, database=None, phases=phases)
        hypothesis.settings.load_profile("mutate")


def copy_database(address: dict[str, Any], name: str) -> None:
    apart = psycopg2.connect(**{**address, "dbname": "postgres"})
    apart.autocommit = True
    with apart.cursor() as cursor:
        cursor.execute(f'drop database if exists "{name}" with (force)')
        cursor.execute(f'create database "{name}" template "{CLEAN}"')
    apart.close()


class Watch(OwnDatabase):
    """Notes as well which functions of the module each test enters, and how long it takes."""

    def __init__(self, slot: int, fresh: bool) -> None:
        super().__init__(slot, fresh)
        self.calls: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.seconds: dict[str, float] = {}
        self.test = ""

    def entered(self, path: str, line: int) -> None:
        self.calls[self.test].add((path, line))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.test, began = item.nodeid, time.monotonic()
        self.calls[self.test] = set()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.monotonic() - began


def make_clean_database() -> Job:
    def act(answers: Any, slot: int, fresh: bool) -> None:
        _say_to(_log(slot))
        os.environ["DJANGO_SETTINGS_MODULE"] = "rehab.settings"
        import django

        django.setup()
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = CLEAN
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        answers.send("made")

    def done(answer: str) -> None:
        if answer != "made":
            sys.exit("The database for the tests could not be made.")

    return Job(act, done)


def run_tests(tests: list[str], plugin: OwnDatabase, *, log: Path) -> int:
    _say_to(log)
    return int(pytest.main([*QUIET, *tests], plugins=[plugin]))


def _say_to(log: Path) -> None:
    with log.open("w") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)


def _log(slot: int) -> Path:
    return Path(tempfile.gettempdir()) / f"mutate-{slot}.log"


# --- The faulty module -------------------------------------------------------------------------


class InPlaceOf(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives code of ours in place of modules on disk."""

    def __init__(self, codes: dict[Path, CodeType]) -> None:
        self.codes = {module_name(path): (path, code) for path, code in codes.items()}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname not in self.codes:
            return None
        file = self.codes[fullname][0]
        inside = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, loader=self, submodule_search_locations=inside)

    def exec_module(self, module: Any) -> None:
        exec(self.codes[module.__name__][1], module.__dict__)  # noqa: S102


def watched(path: Path) -> CodeType:
    """The module as it is, but each of its functions says that it was entered."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            says = ast.parse(f"_entered({str(path)!r}, {node.lineno})").body[0]
            node.body.insert(1 if ast.get_docstring(node) else 0, says)
    return compile(ast.fix_missing_locations(tree), str(path), "exec")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


# --- What to do --------------------------------------------------------------------------------


def first_run(module: Module) -> Job:
    """The tests as they are: all must pass, and it is seen which functions each enters."""

    def act(answers: Any, slot: int, fresh: bool) -> None:
        watch = Watch(slot, fresh)
        vars(builtins)["_entered"] = watch.entered
        sys.meta_path.insert(0, InPlaceOf({path: watched(path) for path in module.files}))
        failed = run_tests(module.tests, watch, log=_log(slot))
        libraries = [name for name, loaded in sys.modules.items() if _is_library(loaded)]
        answers.send((_log(slot).read_text()[-3000:] if failed else "", dict(watch.calls), watch.seconds, libraries))

    def done(answer: Any) -> None:
        module.problem = answer[0] if isinstance(answer, tuple) else f"They were {answer}."
        if not module.problem:
            _, module.calls, module.seconds, libraries = answer
            _load(libraries)

    return Job(act, done)


def run_faultless(module: Module) -> Job:
    """The tests once more, quickest first and with the module given by us, as each fault is tried."""

    def act(answers: Any, slot: int, fresh: bool) -> None:
        codes = {path: compile(path.read_text(), str(path), "exec") for path in module.files}
        sys.meta_path.insert(0, InPlaceOf(codes))
        tests = sorted(module.seconds, key=module.seconds.__getitem__)
        failed = run_tests(tests, OwnDatabase(slot, fresh), log=_log(slot))
        answers.send(_log(slot).read_text()[-3000:] if failed else "")

    def done(answer: str) -> None:
        module.problem = answer

    return Job(act, done)


def _is_library(loaded: Any) -> bool:
    return "site-packages" in (getattr(loaded, "__file__", None) or "") and not loaded.__name__.startswith("_")


def _load(libraries: list[str]) -> None:
    """Load what every later process needs, but for what waits for Django's settings."""
    later = ("django.contrib.", "allauth", "csp", "drf_spectacular", "pgtrigger", "phonenumber_field")
    later += ("rest_framework", "simple_history", "django_htmx")
    for name in libraries:
        if not name.startswith(later):
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def try_fault(module: Module, mutant: Mutant, tree: Any) -> Job:
    tests = module.tests_of(mutant)

    def act(answers: Any, slot: int, fresh: bool) -> None:
        sys.meta_path.insert(0, InPlaceOf({mutant.path: mutant.compiled(tree)}))
        answers.send(RESULTS.get(run_tests(tests, OwnDatabase(slot, fresh), log=_log(slot)), "died"))

    def done(result: str) -> None:
        module.results.append((mutant, result))
        say({"killed": ".", "survived": "S", "timeout": "T", "died": "D"}[result], end="")

    return Job(act, done, limit=60 + 5 * sum(module.seconds[test] for test in tests))


def jobs_of(module: Module, *, number: int, seed: str) -> list[Job]:
    jobs = []
    for mutant, tree in chosen(module, number=number, seed=seed):
        if mutant.key in module.equivalent:
            module.results.append((mutant, "equivalent"))
        elif not module.tests_of(mutant):
            module.results.append((mutant, "survived"))
        else:
            jobs.append(try_fault(module, mutant, tree))
    return jobs


def chosen(module: Module, *, number: int, seed: str) -> list[tuple[Mutant, Any]]:
    trees, found = {}, []
    for path in module.files:
        trees[path], mutants = find_mutants(path, path.read_text())
        found += mutants
    return [(mutant, trees[mutant.path]) for mutant in sample(found, number=number, seed=seed)]


def modules(names: list[str], table: Path = TABLE) -> list[Module]:
    known = tomllib.loads(table.read_text())
    unknown = set(names) - set(known["modules"])
    if unknown:
        sys.exit(f"{', '.join(sorted(unknown))} is not in {table.name}. It knows: {', '.join(known['modules'])}.")
    return [
        Module(name, tests, {e["fault"]: e["why"] for e in known.get("equivalent", []) if e["module"] == name})
        for name, tests in known["modules"].items()
        if name in names or not names
    ]


# --- The report --------------------------------------------------------------------------------


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


def report(module: Module, seconds: float) -> None:
    counts = Counter(result for _, result in module.results)
    figures = ", ".join(
        f"{counts[result]} {result}" for result in ("killed", "timeout", "survived", "died", "equivalent")
    )
    say(f"\n{module.name}: {module.score():.0f} % of {len(module.results)} ({figures}) in {seconds:.0f} s")
    for mutant, result in sorted(module.results, key=lambda pair: (str(pair[0].path), pair[0].line)):
        if result in ("survived", "died"):
            say(f"  {result}: {mutant.path.relative_to(ROOT)}:{mutant.line}  {mutant.key}")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("module", nargs="*", help="as in mutants.toml; none means all")
    parser.add_argument("--number", type=int, default=40, help="faults in each module")
    parser.add_argument("--all", action="store_true", help="every fault in each module")
    parser.add_argument("--seed", default="1", help="another seed makes another sample")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--without-database", action="store_true", help="for modules whose tests ask for none")
    parser.add_argument("--table", type=Path, default=TABLE, help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    localservices.provide(role="owner")
    os.environ.pop(localservices.MARK, None)  # the forked processes find the addresses in the environment
    found = modules(asked.module, asked.table)
    if not asked.without_database:
        Slots(1, with_database=False).run([make_clean_database()])
    slots = Slots(asked.processes, with_database=not asked.without_database)
    slots.run([first_run(module) for module in found])
    slots.run([run_faultless(module) for module in found if not module.problem])
    for module in found:
        if module.problem:
            say(f"\n{module.name}: without any fault its tests fail, so nothing can be said.\n{module.problem}")
            continue
        began = time.monotonic()
        slots.run(jobs_of(module, number=10**6 if asked.all else asked.number, seed=asked.seed))
        report(module, time.monotonic() - began)
    weak = [module.name for module in found if module.score() < LEAST]
    say(f"\nBelow {LEAST} %: {', '.join(weak)}" if weak else f"\nEvery module is at {LEAST} % or above.")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
