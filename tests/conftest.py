"""The personas every test speaks of, on the real Postgres, connected as the web role (neither owner nor superuser)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings

from common.postgres import turns

# A busy machine is no defect: no example has a deadline. Where CI is set, Hypothesis takes the same examples each time.
settings.register_profile(
    "suite", settings(), deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


def real_clock() -> float:
    """Seconds since 1970, however a test travels: the database does not travel with it."""
    return time_machine.escape_hatch.time.time() if time_machine.escape_hatch.is_travelling() else time.time()


turns.clock = real_clock

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 11, 0, tzinfo=UTC)  # noon in London
# The first accounts, which `migrate` opens for the year that it is, go on for as long as any test's clock.
ALWAYS_OPEN = "update budgets_accountingperiod set starts_on = '2000-04-01', ends_on = '2099-03-31'"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Each worker's database is a copy of one that is migrated already."""
    from django.db import connections

    from tests import migrated

    connections.settings["default"]["TEST"]["TEMPLATE"] = migrated.template()
    creation = type(connections["default"].creation)
    drop = creation._destroy_test_db
    creation._destroy_test_db = lambda self, *name: migrated.patiently(lambda: drop(self, *name))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Made and migrated as the owner; from here on every connection acts as the web role."""
    from django.core.management.commands import flush as flushing
    from django.db import connections
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.postgresql.introspection import DatabaseIntrospection
    from django.db.backends.postgresql.operations import DatabaseOperations

    options = connections.settings["default"]["OPTIONS"]
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute("create table if not exists app_tests_set_the_clock ()")  # so `app.now` counts here
        cursor.execute(ALWAYS_OPEN)
    as_owner = options["options"]
    options["options"] = f"{as_owner} -c search_path=shown,public -c role=rehab_web"
    connections["default"].close()
    flush = DatabaseOperations.execute_sql_flush

    def flush_as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
        flush(self, ["set role none;", *sql_list])

    def tell_as_owner(*args: Any, **kwargs: Any) -> None:
        """What a flush takes away, `migrate` puts there again."""
        tell(*args, **kwargs)
        connections["default"].cursor().execute(f"{ALWAYS_OPEN}; set role rehab_web; set search_path to default")

    def tables_of_the_owner(self: DatabaseIntrospection, cursor: Any) -> Any:
        cursor.execute("set search_path to public")
        return tables(self, cursor)

    tables, tell = DatabaseIntrospection.get_table_list, flushing.emit_post_migrate_signal
    flushing.emit_post_migrate_signal = tell_as_owner  # type: ignore[attr-defined]
    DatabaseIntrospection.get_table_list = tables_of_the_owner  # type: ignore[method-assign]
    DatabaseOperations.execute_sql_flush = flush_as_owner  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    flushing.emit_post_migrate_signal = tell  # type: ignore[attr-defined]
    DatabaseIntrospection.get_table_list = tables  # type: ignore[method-assign]
    options["options"] = as_owner
    wrapper: BaseDatabaseWrapper = connections["default"]
    wrapper.close()


@pytest.fixture(autouse=True)
def the_service_arranges(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test does by itself the service does; what a request does is done by whoever is signed in."""
    from django.db import connection

    from common.postgres.actor import SYSTEM, acting_as

    marker = request.node.get_closest_marker("django_db")
    by_hand = marker is not None and marker.kwargs.get("transaction")
    if by_hand:  # such a test also asks outside transactions, where nobody would be acting
        request.getfixturevalue("transactional_db")
        connection.cursor().execute("set role none; set search_path to public")
    with acting_as(SYSTEM):
        yield
    if by_hand:
        connection.cursor().execute("set role rehab_web; set search_path to default")


@pytest.fixture(autouse=True)
def cookies_are_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test client's cookie is the key itself; a browser's is the key signed (people/sign_in/sessions.py)."""
    from django.conf import settings
    from django.test.client import ClientMixin

    from people.sign_in.sessions import SessionStore, signed, unsigned

    def session(self: ClientMixin) -> SessionStore:
        cookie = self.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie and cookie.value:
            return SessionStore(unsigned(cookie.value))
        made = SessionStore()
        made.save()
        self.cookies[settings.SESSION_COOKIE_NAME] = signed(made.session_key)
        return made

    def login(self: ClientMixin, *args: Any) -> None:
        usual(self, *args)
        cookie = self.cookies[settings.SESSION_COOKIE_NAME]
        cookie.set(cookie.key, signed(cookie.value), signed(cookie.value))

    usual = ClientMixin._login  # type: ignore[attr-defined]
    monkeypatch.setattr(ClientMixin, "session", property(session))
    monkeypatch.setattr(ClientMixin, "_login", login)


@pytest.fixture(autouse=True)
def plain_passwords(settings: object) -> None:
    """Hashing is not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def no_second_factor(settings: object) -> None:
    """Nor is the second step of signing in, where a test does not say so."""
    settings.SECOND_FACTOR = False  # type: ignore[attr-defined]


def service_account():
    """The account that tasks and commands write under."""
    from people.models import User

    return User.objects.service()


@pytest.fixture
def unit(db: None):
    from people.models import DeliveryUnit, Region

    region, _ = Region.objects.get_or_create(code="T", defaults={"name": "Testshire"})
    return DeliveryUnit.objects.get_or_create(code="T1", defaults={"name": "Northbridge", "region": region})[0]


@pytest.fixture
def team(unit):
    from people.models import Team

    return Team.objects.create(name="Northbridge team", delivery_unit=unit)


@pytest.fixture
def other_team(unit):
    from people.models import Team

    return Team.objects.create(name="Faraway team", delivery_unit=unit)


@pytest.fixture
def make_user(db: None) -> Callable:
    from people import services
    from people.models import User

    def make(name: str, role: str, team=None) -> User:
        user = User.objects.create_user(
            email=f"{name.lower().replace(' ', '.')}@test.example", password="a long pass phrase", name=name
        )
        services.join(user=user, role=role, team=team, by=service_account(), today=TODAY - timedelta(days=400))
        return user

    return make


@pytest.fixture
def officer(make_user, team):
    return make_user("Olive Officer", "PRACTITIONER", team)


@pytest.fixture
def other_officer(make_user, other_team):
    return make_user("Stan Stranger", "PRACTITIONER", other_team)


@pytest.fixture
def manager(make_user, team):
    return make_user("Mona Manager", "MANAGER", team)


@pytest.fixture
def payer(make_user, team):
    """A second manager: who asks, who decides and who pays are three people."""
    return make_user("Petra Payer", "MANAGER", team)


@pytest.fixture
def commissioner(make_user):
    return make_user("Colin Commissioner", "COMMISSIONER")


@pytest.fixture
def administrator(make_user):
    return make_user("Ada Administrator", "ADMINISTRATOR")


@pytest.fixture
def second(make_user):
    """A second administrator: nobody gives a role alone that sees people."""
    return make_user("Sena Second", "ADMINISTRATOR")


@pytest.fixture
def volunteer(make_user):
    return make_user("Vera Volunteer", "VOLUNTEER")


@pytest.fixture
def make_participant(unit) -> Callable:
    from people import services
    from people.models import Participant, Sentence

    def make(given: str, family: str, crn: str, lead=None, **fields) -> Participant:
        person = Participant.objects.create(
            **{
                "given_name": given,
                "family_name": family,
                "crn": crn,
                "date_of_birth": date(2004, 3, 9),
                "delivery_unit": unit,
                "risk_band": "MEDIUM",
                "joined_on": TODAY - timedelta(days=90),
                "phone": f"+447700900{crn[-3:]}",
                "outcode": "PR1",
                **fields,
            }
        )
        Sentence.objects.create(
            participant=person,
            kind="CUSTODY",
            starts_on=TODAY - timedelta(days=120),
            length_days=182,
            ends_on=TODAY + timedelta(days=62),
            release_on=TODAY - timedelta(days=29),
        )
        if lead:
            services.assign(
                participant=person, practitioner=lead, by=lead, today=TODAY - timedelta(days=60),
                now=NOW - timedelta(days=60),
            )  # fmt: skip
        services.open_portal(
            participant=person, by=lead or service_account(), today=TODAY - timedelta(days=60),
            now=NOW - timedelta(days=60),
        )  # fmt: skip
        return person

    return make


@pytest.fixture
def participant(make_participant, officer):
    return make_participant("Jordan", "Ashworth", "X100001", officer)


@pytest.fixture
def other_participant(make_participant, other_officer):
    return make_participant("Casey", "Elsewhere", "X100002", other_officer)


@pytest.fixture(autouse=True, scope="session")
def forms_carry_their_key() -> Iterator[None]:
    """A button without a field sends its form's key all the same. A test sends an empty form with {"csrf…": …}."""
    from django.test import Client

    from common.idempotency import FIELD

    def sent(self: Client, path: str, data: Any = None, *args: Any, **extra: Any) -> Any:
        return post(self, path, data or {FIELD: "none"} if data is None or data == {} else data, *args, **extra)

    post, Client.post = Client.post, sent  # type: ignore[method-assign]
    yield
    Client.post = post  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def files_are_read_to_their_end() -> Iterator[None]:
    """A file that goes out in parts is taken whole, as a browser does, and can be read like any answer."""
    from django.http import StreamingHttpResponse
    from django.test import Client

    def taken(self: Client, **asked: Any) -> Any:
        response: Any = request(self, **asked)
        takes = getattr(self, "takes_files", True)
        if takes and response.streaming and response["Content-Type"].startswith("text/csv"):
            said = response.getvalue()
            response.streaming_content = [said]
            whole = {"content": said, "text": said.decode()}
            response.__class__ = type("Taken", (StreamingHttpResponse,), whole)
        return response

    request, Client.request = Client.request, taken  # type: ignore[method-assign]
    yield
    Client.request = request  # type: ignore[method-assign]


@pytest.fixture
def client_as(db: None) -> Callable:
    from django.test import Client

    def signed_in(user) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="people.sign_in.backends.AccountBackend")
        return client

    return signed_in
