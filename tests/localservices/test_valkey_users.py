"""Valkey as docker-compose.yml starts it: a user for the broker and one for the cache, and no password to be read."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from kombu import Connection

import localservices
from localservices import process
from localservices.places import find_places
from localservices.valkey import Valkey

BROKER, CACHE = "four-words-of-the-broker", "three-words-of-the-cache"


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("valkey")
    program = Valkey(find_places(localservices.folder())).program
    (folder / "valkey-server").symlink_to(program)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    server = subprocess.Popen(
        ["sh", settings.BASE_DIR / "docker" / "valkey", "--port", str(number), "--bind", "127.0.0.1"],
        env={
            "PATH": f"{folder}:/usr/bin:/bin", "ACL_FILE": str(folder / "users.acl"),
            "VALKEY_PASSWORD": BROKER, "CACHE_PASSWORD": CACHE,
        },
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )  # fmt: skip
    assert process.wait_until(lambda: _answers(number), 20)
    said = Path(f"/proc/{server.pid}/cmdline").read_text() + Path(f"/proc/{server.pid}/environ").read_text()
    told = (folder / "users.acl").read_text()
    yield number
    server.terminate()
    server.wait()
    assert BROKER not in told + said.split("ACL_FILE")[0]
    assert CACHE not in told


def _answers(port: int) -> bool:
    try:
        return bool(redis.Redis(port=port, username="broker", password=BROKER).ping())
    except redis.RedisError:
        return False


def test_the_broker_carries_messages(port):
    with Connection(f"redis://broker:{BROKER}@127.0.0.1:{port}/0") as broker:
        queue = broker.SimpleQueue("celery")
        queue.put({"due": 1})
        got = queue.get(timeout=5)
        got.ack()

    assert got.payload == {"due": 1}


def test_the_cache_keeps_and_counts(port):
    cache = RedisCache(f"redis://cache:{CACHE}@127.0.0.1:{port}/1", {"OPTIONS": settings.CACHES["default"]["OPTIONS"]})
    cache.set("a", [1.5, "x", None], 60)
    cache.add("n", 0, 60)
    cache.incr("n")

    assert cache.get_many(["a", "n", "none"]) == {"a": [1.5, "x", None], "n": 1}
    assert cache.touch("a", 30)
    assert cache.delete("a")
    assert cache.get("a") is None


@pytest.mark.parametrize("words", [("lrange", "celery", 0, -1), ("get", "celery"), ("flushall",), ("keys", "*"),
                                   ("config", "get", "*"), ("subscribe", "celery"), ("acl", "list")])  # fmt: skip
def test_the_cache_sees_no_queue(port, words):
    with (
        redis.Redis(port=port, username="cache", password=CACHE) as cache,
        pytest.raises(redis.exceptions.NoPermissionError),
    ):
        cache.execute_command(*words)


@pytest.mark.parametrize(
    "words", [("flushall",), ("config", "get", "*"), ("keys", "*"), ("acl", "list"), ("shutdown",)]
)
def test_the_broker_rules_nothing(port, words):
    with (
        redis.Redis(port=port, username="broker", password=BROKER) as broker,
        pytest.raises(redis.exceptions.NoPermissionError),
    ):
        broker.execute_command(*words)


def test_nobody_without_a_name_gets_in(port):
    with redis.Redis(port=port) as nobody, pytest.raises(redis.exceptions.AuthenticationError):
        nobody.ping()


def test_what_is_cached_is_no_program():
    """Whoever can write to the cache cannot have us run what they wrote."""
    from common.caching import JsonSerializer

    with pytest.raises(UnicodeDecodeError):
        JsonSerializer().loads(b"\x80\x05\x95\x0e\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix")
    with pytest.raises(TypeError):
        JsonSerializer().dumps(object())
