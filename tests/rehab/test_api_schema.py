"""Every operation of the API as every kind of caller: what comes back is what the schema says, whatever is sent."""

from __future__ import annotations

import os

import pytest
import schemathesis
from django.conf import settings as django
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401
from tests.providers.conftest import make_service, outcodes, provider, service  # noqa: F401
from tests.test_access import CALLERS, circle_of_one, world  # noqa: F401

FULL = os.environ.get("ATTACK") == "full"
EXAMPLES = 200 if FULL else 10  # for each operation and kind of caller; the same ones each time, but in full
TOKEN = "c" * 32
HEADERS = {"X-CSRFToken": TOKEN, "Accept-Encoding": "identity"}  # what is called in-process is not unpacked


@pytest.fixture
def known(world, make_request, service):  # noqa: F811
    """What a path may ask for and find: tried besides what is made up."""
    refs = [world.participant.ref, world.other_participant.ref, service.ref]
    return {"ref": [str(ref) for ref in refs], "id": [make_request().pk]}


@pytest.fixture
def one_connection():
    """A request leaves the test's own connection open, as with Django's test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def operations():
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    handler = WSGIHandler()
    schema.app = lambda environ, start: handler({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.django_db
@pytest.mark.parametrize("role", CALLERS, ids=str)
def test_every_answer_of_the_api_keeps_to_its_schema(role, world, known, operations, client_as, one_connection):  # noqa: F811
    client = client_as(CALLERS[role](world))
    cookies = {name: cookie.value for name, cookie in client.cookies.items()} | {django.CSRF_COOKIE_NAME: TOKEN}

    wrong = {}
    for operation in operations:
        try:
            try_out(operation, known, cookies)
        except Exception as problem:
            wrong[operation.label] = str(problem)[:2000]

    assert not wrong, "\n\n".join(f"{label}: {problem}" for label, problem in wrong.items())


def try_out(operation, known: dict, cookies: dict[str, str]) -> None:
    @settings(max_examples=EXAMPLES, derandomize=not FULL, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def keeps_to_the_schema(data) -> None:
        case = data.draw(operation.as_strategy())
        for name, values in known.items():
            if name in case.path_parameters:
                case.path_parameters[name] = data.draw(st.sampled_from([*values, case.path_parameters[name]]))
        case.call_and_validate(cookies=cookies, headers=HEADERS)

    keeps_to_the_schema()
