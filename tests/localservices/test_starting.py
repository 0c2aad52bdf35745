"""Before the demo starts: room on the disk, nobody else on its data, and ways in that work."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.management import CommandError

import localservices
from localservices import places
from localservices.management.commands import serve
from localservices.users import Users
from sampledata.demo import ways_in


def test_a_full_disk_is_said_with_what_to_do(tmp_path, monkeypatch):
    places.refuse_full_disk(tmp_path)

    monkeypatch.setattr(places.shutil, "disk_usage", lambda _: SimpleNamespace(free=places.ROOM - 1))
    with pytest.raises(places.Unavailable, match="299 MB are free, and 300 are needed. Make room"):
        places.refuse_full_disk(tmp_path)


@pytest.fixture
def ours(tmp_path, monkeypatch) -> Users:
    users = Users(tmp_path)
    users.join()
    monkeypatch.setattr(localservices, "services", lambda: SimpleNamespace(users=users))
    yield users
    with users.one_at_a_time():
        users.leave()


def test_beginning_again_asks_nobody_where_nobody_else_runs(ours):
    serve.ask_where_one_runs()

    assert ours.lock is not None, "we use them still"


@pytest.mark.parametrize(("answer", "goes_on"), [("y", True), ("Yes", True), ("", False), ("n", False)])
def test_beginning_again_asks_where_a_demo_runs_on_the_same_data(ours, tmp_path, monkeypatch, answer, goes_on):
    other = Users(tmp_path)
    other.join()
    monkeypatch.setattr(serve.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    if goes_on:
        serve.ask_where_one_runs()
    else:
        with pytest.raises(CommandError, match="Nothing was changed"):
            serve.ask_where_one_runs()

    monkeypatch.setattr(serve.sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(CommandError, match="Stop it first"):
        serve.ask_where_one_runs()
    with other.one_at_a_time():
        other.leave()


@pytest.mark.django_db
def test_only_ways_in_that_work_are_offered(make_user, client, settings):
    """A demo whose story began under an older version lacks the roles that came later."""
    settings.DEMO = True
    assert ways_in.sign_in_help("http://here") == ""

    for name, role in (("Vik Okafor", "VOLUNTEER"), ("Jordan Ashworth", "PARTICIPANT")):
        account = make_user(name, role)
        account.email = f"{name.split()[0].lower()}@demo.example"
        account.save()
    told = ways_in.sign_in_help("http://here")

    assert "http://here/enter/" in told
    assert "vik@demo.example" in told
    assert "jordan@demo.example  (by a code" in told
    assert "ada@demo.example" not in told
    page = client.get("/enter/").content.decode()
    assert ("vik@demo.example" in page, "ada@demo.example" in page) == (True, False)
    assert client.post("/enter/", {"as": "ada@demo.example"}).status_code == 404
