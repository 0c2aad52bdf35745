"""The embedded servers, used by real processes that come, go and are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

import localservices

ROOT = Path(__file__).resolve().parent.parent.parent
USE = """
import json, os, sys
import localservices
localservices.provide()
postgres, valkey = localservices.services().servers
pids = [postgres._postmaster()[0], valkey._state()["pid"]]
print(json.dumps({"pids": pids, "env": dict(os.environ), "data": str(postgres.data)}), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the embedded servers of a folder until it is let go or killed."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE],
            cwd=ROOT,
            env=plain_environment(folder) | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            self.leave()
        self.told: dict[str, Any] = json.loads(line)
        self.env: dict[str, str] = self.told["env"]
        self.pids: list[int] = self.told["pids"]

    def leave(self) -> None:
        self.process.communicate(timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)

    def ask(self, question: str, address: str = "DATABASE_URL") -> Any:
        connection = psycopg2.connect(self.env[address])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchone() if cursor.description else None
        finally:
            connection.close()

    def broker(self) -> redis.Redis:
        return redis.from_url(self.env["REDIS_URL"])


def plain_environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder.parent), "LOCAL_DIR": str(folder)}


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int]) -> bool:
    """Within a few seconds: a server that was killed outright takes a moment to be swept up."""
    for _ in range(100):
        if not any(running(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


@contextmanager
def borrowed(folder: Path) -> Iterator[Path]:
    """A folder for servers whose data are deleted afterwards, wherever they lie."""
    try:
        yield folder
    finally:
        command = [sys.executable, "-m", "localservices", "forget"]
        subprocess.run(command, cwd=ROOT, env=plain_environment(folder), check=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with borrowed(tmp_path_factory.mktemp("one") / "a folder with spaces") as path:
        yield path


@pytest.fixture
def use(folder: Path) -> Iterator[Callable[..., User]]:
    users: list[User] = []

    def start(**more: str) -> User:
        users.append(User(folder, **more))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.leave()


def test_both_servers_answer_and_the_web_login_is_neither_owner_nor_superuser(use: Callable[..., User]) -> None:
    user = use()

    assert user.broker().ping()
    assert user.ask(
        "select rolname, rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = current_user"
    ) == (
        "rehab_web",
        False,
        False,
        False,
    )
    assert user.ask("select pg_get_userbyid(datdba) from pg_database where datname = current_database()") == (
        "rehab_owner",
    )


def test_the_broker_refuses_whoever_has_no_password(use: Callable[..., User]) -> None:
    user = use()
    port = user.broker().connection_pool.connection_kwargs["port"]

    with redis.Redis(port=port, retry=Retry(NoBackoff(), 0)) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_a_second_user_joins_the_same_servers(use: Callable[..., User]) -> None:
    assert use().pids == use().pids


def test_the_last_user_out_stops_both_servers_and_no_earlier_one_does(use: Callable[..., User]) -> None:
    first, second = use(), use()

    first.leave()
    assert second.ask("select 1") == (1,)
    second.leave()

    assert gone(second.pids)


def test_servers_left_by_a_killed_user_are_joined_and_stopped_by_the_next(use: Callable[..., User]) -> None:
    killed = use()
    killed.kill()

    after = use()

    assert after.pids == killed.pids
    after.leave()
    assert gone(after.pids)


def test_a_user_asked_to_terminate_still_stops_the_servers(use: Callable[..., User]) -> None:
    user = use()

    user.process.send_signal(signal.SIGTERM)
    user.process.communicate(timeout=30)

    assert gone(user.pids)


def test_killed_servers_are_started_again_with_what_was_acknowledged(use: Callable[..., User]) -> None:
    first = use()
    first.ask("create table if not exists kept (word text)", "DATABASE_URL_OWNER")
    first.ask("insert into kept values ('still here')", "DATABASE_URL_OWNER")
    for pid in first.pids:
        os.kill(pid, signal.SIGKILL)

    second = use()

    assert second.ask("select word from kept", "DATABASE_URL_OWNER") == ("still here",)
    assert second.broker().ping()
    assert second.env["REDIS_URL"] == first.env["REDIS_URL"]  # the address that others already hold
    assert first.ask("select 1") == (1,)


def test_two_folders_have_servers_and_data_that_never_meet(use: Callable[..., User], tmp_path: Path) -> None:
    here = use()
    with borrowed(tmp_path / "other") as path:
        there = User(path)

        assert not set(here.pids) & set(there.pids)
        assert here.env["DATABASE_URL"] != there.env["DATABASE_URL"]
        assert here.env["SECRET_KEY"] != there.env["SECRET_KEY"]
        there.leave()
        assert gone(there.pids)
        assert here.ask("select 1") == (1,)


def test_a_path_too_long_for_a_socket_works_and_no_folder_above_it_changes_its_mode(tmp_path: Path) -> None:
    private = tmp_path / "private"
    deep = private / ("a long name " * 8).strip() / "with 'quotes', \"more\" and £"
    deep.mkdir(parents=True)
    private.chmod(0o700)
    before = {path: path.stat().st_mode for path in (deep, *deep.parents)}

    with borrowed(deep / "local") as path:
        user = User(path)
        assert user.ask("select 1") == (1,)
        assert {path: path.stat().st_mode for path in before} == before
        user.leave()

    assert {path: path.stat().st_mode for path in before} == before


def test_a_deleted_folder_takes_its_data_with_it(tmp_path: Path) -> None:
    with borrowed(tmp_path / "local") as path:
        user = User(path)
        user.ask("create table kept (word text)", "DATABASE_URL_OWNER")
        user.leave()
        subprocess.run(["rm", "-rf", path], check=True)

        again = User(path)

        assert again.ask("select to_regclass('kept')", "DATABASE_URL_OWNER") == (None,)
        again.leave()


def test_with_both_addresses_in_the_environment_nothing_is_started(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgres://a:b@db/c", "REDIS_URL": "redis://broker"}
    script = "import os, localservices as own; own.provide(); print(own.services(), os.environ.get('DEMO'))"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=plain_environment(tmp_path / "local") | given,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "None None\n"
    assert not (tmp_path / "local").exists()


def test_a_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = "import localservices; localservices.provide()"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=plain_environment(tmp_path / "file" / "x"),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 78
    assert "cannot be made" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("manage.py migrate --verbosity 0", "owner"),
        ("manage.py --traceback makemigrations", "owner"),
        ("manage.py demo", "worker"),
        ("manage.py serve --demo --reset", "web"),
        ("manage.py", "web"),
    ],
)
def test_commands_that_change_tables_run_as_the_owner_and_others_as_the_web_role(line: str, role: str) -> None:
    assert localservices.role_for(line.split()) == role


def test_a_child_process_chooses_its_own_role_unless_it_is_told(use: Callable[..., User]) -> None:
    parent = use()
    passed_on = {name: parent.env[name] for name in (localservices.MARK, "DATABASE_ROLE", "DATABASE_URL")}

    told = use(**passed_on | {"DATABASE_ROLE": "worker"})
    chosen = use(**passed_on)

    assert told.env["DATABASE_ROLE"] == "worker"
    assert chosen.env["DATABASE_ROLE"] == "web"
    assert chosen.pids == parent.pids
