"""Where the embedded servers live, and as whom they run.

Postgres refuses to run as root. Started by root, the servers run as a user of their own and their data go under a
folder of their own outside homes, so that no folder we did not make has to be opened to that user.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
SERVER_USER = "good-lives"
ROOT_FOLDERS = ("/var/lib/good-lives", "/var/tmp/good-lives")  # noqa: S108 - made by root, for root
ROOM = 300 * 2**20  # bytes
SECRET_NAMES = ("postgres", "rehab_owner", "rehab_web", "rehab_worker", "valkey", "secret_key", "data_id")


class Unavailable(Exception):
    """The embedded services cannot be had here; the message says why and what to do."""


@dataclass(frozen=True)
class Places:
    local: Path  # LOCAL_DIR: locks, the beat file
    home: Path  # data, sockets and logs of the servers
    user: str | None  # whom the servers run as, when root starts them

    @property
    def run(self) -> Path:
        return self.home / "run"

    def secret(self, name: str) -> str:
        return str(json.loads((self.home / "secrets.json").read_text())[name])

    def make_folder(self, path: Path) -> Path:
        """A private folder that the servers own."""
        if not path.is_dir():
            path.mkdir(mode=0o700)
            self.give(path)
        return path

    def give(self, path: Path) -> None:
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def as_user(self) -> dict[str, Any]:
        """Arguments for subprocess that drop from root to the servers' user, with a quiet environment."""
        plain = {"env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, "cwd": self.run, "start_new_session": True}
        if not self.user:
            return plain
        return plain | {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": [], "umask": 0o077}

    def programs(self, name: str, *folders: Path) -> Path:
        """The folder that holds these program folders where the servers' user can reach them."""
        here = folders[0].parent
        if not self.user or all(_open_to_all(folder) for folder in folders):
            return here
        copies = self.home.parent / "programs" / name
        if not copies.is_dir():
            _copy_programs(folders, copies)
        return copies


def local_dir(base: Path) -> Path:
    """LOCAL_DIR (default .local beside manage.py), made private if it is not there."""
    path = (base / os.environ.get("LOCAL_DIR", ".local")).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be made ({error.strerror}). Set LOCAL_DIR to a folder you may write to."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise Unavailable(f"{path} is not yours to write to. Set LOCAL_DIR to a folder that is.")
    return path


def refuse_full_disk(home: Path) -> None:
    """Postgres stops in the middle of things where there is no room left, and says so only in its log."""
    free = shutil.disk_usage(home).free
    if free < ROOM:
        raise Unavailable(
            f"The disk that holds {home} is full: {free // 2**20} MB are free, and {ROOM // 2**20} are needed. "
            "Make room, or set LOCAL_DIR to a folder on another disk."
        )


def find_places(local: Path) -> Places:
    if os.geteuid() != 0:
        places = Places(local, local / "services", None)
        places.make_folder(places.home)
    else:
        places = _root_places(local)
    _keep_secrets(places.home)
    places.make_folder(places.run)
    refuse_full_disk(places.home)
    return places


def _root_places(local: Path) -> Places:
    name = hashlib.sha256(os.fsencode(local)).hexdigest()[:16]
    places = Places(local, _root_folder() / name, _server_user())
    places.home.mkdir(mode=0o711, exist_ok=True)
    places.home.chmod(0o711)
    (places.home / "belongs-to").write_text(f"{local}\n")  # for people: the name is a hash
    return places


def left_behind(places: Places) -> bool:
    """Whether the data belong to an earlier folder at this path that has since been deleted or replaced."""
    mark = places.local / "data-id"
    if not places.user or not (places.home / "secrets.json").exists():
        return False
    return not mark.exists() or mark.read_text() != places.secret("data_id")


def lay_claim(places: Places) -> None:
    """Leave in LOCAL_DIR the mark that the data are its own."""
    if places.user:
        (places.local / "data-id").write_text(places.secret("data_id"))


def _root_folder() -> Path:
    for path in map(Path, ROOT_FOLDERS):
        try:
            path.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        if path.stat().st_uid == 0 and not path.is_symlink():
            path.chmod(0o755)
            return path
    raise Unavailable(
        f"Neither {' nor '.join(ROOT_FOLDERS)} can be made. Run as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


def _server_user() -> str:
    """The system user that root's servers run as, made once; `nobody` where users cannot be made."""
    options = ["--system", "--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin"]
    for attempt in (1, 2):
        try:
            return pwd.getpwnam(SERVER_USER).pw_name
        except KeyError:
            if attempt == 1 and shutil.which("useradd"):
                subprocess.run(["useradd", *options, SERVER_USER], check=False, capture_output=True)
    return "nobody"


def _keep_secrets(home: Path) -> None:
    """Passwords made once, readable by us alone, complete or absent."""
    path = home / "secrets.json"
    if path.exists():
        return
    half = home / f"secrets.{os.getpid()}"
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({name: secrets.token_urlsafe(48 if name == "secret_key" else 24) for name in SECRET_NAMES}, file)
    half.rename(path)


def _open_to_all(folder: Path) -> bool:
    return folder.stat().st_mode & 0o5 == 0o5 and all(path.stat().st_mode & 0o1 for path in folder.resolve().parents)


def _copy_programs(folders: tuple[Path, ...], target: Path) -> None:
    half = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    for folder in folders:
        shutil.copytree(folder, half / folder.name, symlinks=True)
    for path in (target.parent, half, *half.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    half.rename(target)
