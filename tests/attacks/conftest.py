"""The running servers; and thousands of refusals are not written down by the tests that provoke them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.attacks import running
from tests.attacks.full import FULL
from tests.attacks.running import Server


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


SERVERS = ["demo", "production"] if FULL or not running.nginx() else ["production"]


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """The demo's server, and then gunicorn behind its proxy. A sample attacks the second alone."""
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture(scope="module")
def demo_server(django_db_setup: None) -> Iterator[Server]:
    with running.demo() as found:
        yield found


@pytest.fixture(scope="module")
def production_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not running.nginx():
        pytest.skip("THE PROXY WAS NOT TESTED: there is no nginx here. `make setup-proxy` installs it where it can.")
    with running.production(tmp_path_factory.mktemp("production")) as found:
        yield found
