"""Is any locked package known to be vulnerable? A finding fails; a database that cannot be asked is said loudly.

Run by `make check`. Machines without the internet go on, so whoever reads the output must see what was not asked.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from set_up import HERE, find_node, say

PYTHON_PACKAGES = [
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements.lock", "--disable-pip", "--require-hashes"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "15"),
]
NPM_AUDIT = ["audit", "--json", "--fetch-retries=0", "--fetch-timeout=15000"]
ACCEPTED = {}  # the id of a vulnerability: why it does not reach us


def main():
    os.chdir(HERE)
    found = [*python_findings(), *npm_findings()]
    for line in found:
        say("VULNERABLE: " + line)
    sys.exit(1 if found else 0)


def python_findings():
    """A line for each vulnerability of a Python package."""
    packages = ask(PYTHON_PACKAGES).get("dependencies", [])
    asked = [package for package in packages if "skip_reason" not in package]
    left = len(packages) - len(asked)
    if left or not packages:
        warn("%s Python packages" % (left or "the"))
    for package in asked:
        for vulnerability in package["vulns"]:
            if vulnerability["id"] not in ACCEPTED:
                yield "%s %s: %s" % (package["name"], package["version"], vulnerability["id"])


def npm_findings():
    """A line for each vulnerable npm package."""
    node, npm = find_node()
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)])
    answer = ask([*npm, *NPM_AUDIT], env=dict(os.environ, PATH=path))
    if "vulnerabilities" not in answer:
        warn("the npm packages")
    for name, vulnerability in answer.get("vulnerabilities", {}).items():
        if name not in ACCEPTED:
            yield "%s (npm): %s" % (name, vulnerability["severity"])


def ask(command, **options):
    """What the tool answers in JSON; nothing where it could not."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {}


def warn(which):
    bar = "!" * 79
    say("\n".join([bar, "NOT AUDITED: %s. Their list of vulnerabilities cannot be reached from here." % which, bar]))


if __name__ == "__main__":
    main()
