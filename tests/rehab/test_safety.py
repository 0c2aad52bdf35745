"""Nothing starts unsafe: web, worker, beat and `migrate` refuse a bad setting in a sentence that names it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from people.administration import invitations
from people.models import AccountEvent, Invitation, Membership, User
from rehab import safety
from tests.conftest import NOW, TODAY
from tests.production import AS_WITH_REAL_PEOPLE, FIELD_KEY, KEY

SAFE = {
    "DEMO": False, "SECRET_KEY": KEY, "SECRET_KEY_FALLBACKS": [],
    "FIELD_KEYS": [FIELD_KEY], "DEBUG": False, "HTTPS": True, "SECOND_FACTOR": True,
    "ALLOWED_HOSTS": ["goodlives.example"], "BASE_URL": "https://goodlives.example", "MESSAGE_SENDER": "smtp",
    "NOTIFY_API_KEY": "",
}  # fmt: skip
ADDRESSES = {
    "DATABASE_URL": "postgres://rehab_web:one@db/rehab",
    "DATABASE_URL_WORKER": "postgres://rehab_worker:two@db/rehab",
    "REDIS_URL": "redis://broker:three@valkey/0",
}
DEMO = SAFE | {
    "DEMO": True, "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]", "demo.localhost"], "MESSAGE_SENDER": "outbox",
    "BASE_URL": "http://127.0.0.1:8000", "HTTPS": False, "SECOND_FACTOR": False, "SECRET_KEY": "short",
    "FIELD_KEYS": ["short"],
}  # fmt: skip


def refused(values: dict, **addresses: str) -> list[str]:
    """The settings that the sentences begin with."""
    found = safety.problems(SimpleNamespace(**values), ADDRESSES | addresses)
    assert all(re.search(r"[.!]$|\)\)\"$", sentence) for sentence in found)
    return [sentence.split()[0] for sentence in found]


def test_safe_settings_and_the_demos_own_are_taken():
    assert refused(SAFE) == refused(DEMO) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", KEY[:49]),
        ("SECRET_KEY", "abcdefghi" * 8),
        ("SECRET_KEY", "only-for-the-demo-on-this-machine-0123456789-abcdefghij"),
        ("SECRET_KEY", "django-insecure-" + KEY),
        ("FIELD_KEYS", [FIELD_KEY, "unused-unused-unused-unused-unused-0123456789"]),
        ("FIELD_KEYS", [FIELD_KEY[:31]]),
        ("SECRET_KEY_FALLBACKS", [KEY[:20]]),
        ("FIELD_KEYS", [FIELD_KEY, FIELD_KEY]),
        ("DEBUG", True),
        ("HTTPS", False),
        ("SECOND_FACTOR", False),
        ("ALLOWED_HOSTS", ["goodlives.example", "*"]),
        ("BASE_URL", "http://goodlives.example"),
        ("BASE_URL", "https://127.0.0.1"),
        ("BASE_URL", "https://localhost:8000"),
        ("BASE_URL", "https://[::1]"),
    ],
)
def test_outside_the_demo_an_unsafe_setting_is_refused_by_its_name(name, value):
    assert refused(SAFE | {name: value}) == [name]


@pytest.mark.parametrize(
    "addresses",
    [
        {"DATABASE_URL_WORKER": "postgres://rehab_worker:one@db/rehab"},
        {"DATABASE_URL_OWNER": "postgres://rehab_owner:two@db/rehab"},
        {"CACHE_URL": "redis://cache:three@valkey/1"},
        {"CACHE_URL": "redis://cache:demo-cache@valkey/1"},
        {"REDIS_URL": f"redis://broker:{KEY}@valkey/0"},
    ],
)
def test_no_secret_serves_twice(addresses):
    assert len(refused(SAFE, **addresses)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", ["localhost", "goodlives.example"]),
        ("ALLOWED_HOSTS", ["*"]),
        ("ALLOWED_HOSTS", ["192.168.1.4"]),
        ("BASE_URL", "http://192.168.1.4:8000"),
        ("MESSAGE_SENDER", "smtp"),
    ],
)
def test_the_demo_is_for_this_machine_alone_and_sends_nothing(name, value):
    assert refused(DEMO | {name: value}) == [name]


def test_the_demo_sends_no_texts_either():
    assert refused(DEMO | {"NOTIFY_API_KEY": "key"}) == ["MESSAGE_SENDER"]


# --- Each part asks ------------------------------------------------------------------------------

PARTS = {
    "web": [sys.executable, "-c", "import rehab.wsgi"],
    "worker": [sys.executable, "-m", "celery", "--app", "rehab", "worker", "--pool", "solo"],
    "beat": [sys.executable, "-m", "celery", "--app", "rehab", "beat", "--pidfile="],
    "migrate": [sys.executable, "manage.py", "migrate"],
}


def environment(**over: str) -> dict[str, str]:
    """What an operator of the real thing sets, on the test's own database."""
    ours = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH", "REDIS_URL")}
    for name in ("DATABASE_URL", "DATABASE_URL_WORKER", "DATABASE_URL_OWNER"):
        ours[name] = urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{connection.settings_dict['NAME']}"))
    ours |= {**AS_WITH_REAL_PEOPLE, "SECRET_KEY": KEY, "DJANGO_SETTINGS_MODULE": "rehab.settings"}
    return ours | over


@pytest.fixture
def start(tmp_path):
    return partial(started, tmp_path)


def started(folder: Path, part: str, **over: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        PARTS[part], env=environment(BEAT_FILE=str(folder / "beat"), **over), cwd=settings.BASE_DIR,
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_each_part_refuses_to_start_with_one_sentence_and_no_traceback(part, start, django_db_setup):
    done = start(part, SECOND_FACTOR="false", HTTPS="false")

    assert done.returncode == 78
    assert "HTTPS is false" in done.stderr
    assert "SECOND_FACTOR is false" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("part", "over", "says"),
    [
        ("web", {"DATABASE_ROLE": "worker"}, "DATABASE_ROLE is worker, and web needs web."),
        ("worker", {"DATABASE_ROLE": "web"}, "DATABASE_ROLE is web, and worker needs worker."),
        ("beat", {"DATABASE_ROLE": "owner"}, "DATABASE_ROLE is owner, and beat needs worker."),
        ("migrate", {"DATABASE_ROLE": "web"}, "DATABASE_ROLE is web, and migrate needs owner."),
        (
            "web",
            {"DATABASE_URL": "{DATABASE_URL_WORKER}", "DATABASE_URL_WORKER": ""},
            "The web logs in as “rehab_worker”.",
        ),
        ("worker", {"DATABASE_URL_WORKER": "{DATABASE_URL}", "DATABASE_URL": ""}, "The worker logs in as “rehab_web”."),
        ("migrate", {"DATABASE_URL": "", "DEMO": "false"}, "DATABASE_URL is not set, and DEMO is false."),
    ],
)
def test_each_part_takes_its_login_by_what_it_is(part, over, says, start, django_db_setup):
    """A worker started by its own line, with no role said, is the worker; the wrong login is refused."""
    swapped = {name: value.format(**environment()) for name, value in over.items()}
    done = start(part, **swapped)

    assert says in done.stderr
    assert done.returncode == 78
    assert "Traceback" not in done.stderr


def test_a_new_secret_key_is_taken_by_migrate_and_the_others_say_to_run_it(start, django_db_setup):
    """The database does not know it before `migrate` has run, which itself has nobody to act as."""
    new = KEY[::-1]

    assert "The database does not know this SECRET_KEY. Run migrate with it." in start("web", SECRET_KEY=new).stderr
    done = start("migrate", SECRET_KEY=new)
    assert done.returncode == 0, done.stderr


def test_accounts_of_the_demo_are_refused_outside_it(make_user):
    assert safety._in_the_database() == []

    account = make_user("Priya Raman", "VOLUNTEER")
    User.objects.filter(pk=account.pk).update(email="priya@demo.example")
    assert "1 accounts of the demo are open" in safety._in_the_database()[0]

    User.objects.filter(pk=account.pk).update(is_active=False)
    assert safety._in_the_database() == []


# --- The first administrators --------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_two_administrators_are_made_on_the_command_line_and_that_is_recorded(capsys, client):
    call_command("create_administrator", "--email", "Ada@Office.Example", "--name", "Ada Finch")
    token = capsys.readouterr().out.strip().rsplit("/", 2)[-2]
    invitation = invitations.of_link(token=token, now=NOW)
    account = invitations.accept(invitation=invitation, password="four words to keep", today=TODAY, now=NOW)

    assert account.email == "ada@office.example"
    assert Membership.objects.get(user=account).role == "ADMINISTRATOR"
    assert "The service" in AccountEvent.objects.get(account=account).what

    call_command("create_administrator", "--email", "bo@office.example", "--name", "Bo Field")
    with pytest.raises(CommandError, match="They invite others"):
        call_command("create_administrator", "--email", "cy@office.example", "--name", "Cy Marsh")
    assert Invitation.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["nowhere", "a@b", "a b@office.example"])
def test_what_is_no_address_is_refused_on_the_command_line(email):
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("create_administrator", "--email", email, "--name", "Ada")


@pytest.mark.django_db
def test_there_are_no_superusers():
    with pytest.raises(CommandError, match="create_administrator"):
        call_command("createsuperuser", "--noinput", "--email", "a@office.example", "--name", "A")


# --- The compose files ---------------------------------------------------------------------------

COMPOSE = (settings.BASE_DIR / "docker-compose.yml").read_text()
READ_ELSEWHERE = {"DATABASE_ROLE", "DATABASE_URL_OWNER", "BEAT_FILE", "LOCATION"}


def test_compose_passes_on_every_setting():
    text = (settings.BASE_DIR / "rehab" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?:text|words|switch|whole|number|choice)\(\s*"(\w+)"', text))

    assert len(read) > 40
    assert read - set(yaml.safe_load(COMPOSE)["x-app"]["environment"]) - READ_ELSEWHERE == set()


def test_compose_has_no_secret_of_its_own():
    told = re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE)
    needed = {name for name, rest in told if rest.startswith(":?")}

    assert {name for name, rest in told if not rest.startswith(":?")} == {"PUBLISH"}
    assert needed == {line.split("=")[0] for line in read_lines("demo.env")} - {"DEMO"}
    assert needed <= {line.split("=")[0] for line in read_lines("env.example")}


def read_lines(name: str) -> list[str]:
    lines = (settings.BASE_DIR / "docker" / name).read_text().splitlines()
    return [line for line in lines if "=" in line and not line.startswith("#")]


def test_the_examples_recipes_are_safe_and_pass_djangos_own_check(django_db_setup):
    """Each empty value of docker/env.example made by the recipe above it."""
    text, made = (settings.BASE_DIR / "docker" / "env.example").read_text(), {}
    recipe = ""
    for line in text.splitlines():
        recipe = found[0] if (found := re.findall(r"secrets\.token_urlsafe\(\d+\)", line)) else recipe
        name, _, value = line.partition("=")
        if line and not line.startswith("#"):
            made[name] = value or eval(recipe, {"secrets": __import__("secrets")})  # noqa: S307 - our own file
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], cwd=settings.BASE_DIR,
        env=environment(**made, DATABASE_ROLE="web"), capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert refused(SAFE | {"SECRET_KEY": made["SECRET_KEY"], "FIELD_KEYS": [made["FIELD_KEYS"]]}) == []


def compose() -> dict:
    return yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]


def test_only_worker_and_beat_are_given_the_workers_password():
    given = {name for name, part in compose().items() if "DATABASE_URL_WORKER" in part.get("environment", {})}

    assert given == {"worker", "beat"}


def test_the_database_logs_no_statement_that_it_refuses():
    """A constraint that says no is how a form is checked, and its statement holds what someone typed."""
    assert "log_min_error_statement=panic" in compose()["postgres"]["command"]
    assert "log_error_verbosity=terse" in compose()["postgres"]["command"]


def test_the_worker_logs_as_the_web_does():
    from celery.signals import setup_logging

    from rehab import celery

    assert celery.keep_logging in [receiver() for _, receiver in setup_logging.receivers]  # so Celery adds no handlers


def test_no_cookie_holds_what_a_notice_says():
    assert settings.MESSAGE_STORAGE == "django.contrib.messages.storage.session.SessionStorage"
