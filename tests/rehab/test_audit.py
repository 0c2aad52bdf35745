"""The audit of dependencies: a finding fails, and silence is never taken for a good answer."""

import json
import sys

import pytest
from django.conf import settings

sys.path.append(str(settings.BASE_DIR / "scripts"))
import audit  # noqa: E402

SAFE = {"dependencies": [{"name": "django", "version": "5.2", "vulns": []}]}
WRONG = {"dependencies": [{"name": "django", "version": "5.2", "vulns": [{"id": "CVE-1"}]}]}
NOBODY_ASKED = {"dependencies": [{"name": "django", "skip_reason": "not found"}]}
NPM_SAFE: dict = {"vulnerabilities": {}}
NPM_WRONG = {"vulnerabilities": {"sass": {"severity": "high"}}}
NPM_UNREACHED = {"statusCode": 405, "error": {}}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the audit with programs that answer this, and give its exit code and what it said."""

    def answering(python: object, npm: object) -> tuple[int, str]:
        for name, answer in (("python", python), ("npm", npm)):
            (tmp_path / name).write_text(answer if isinstance(answer, str) else json.dumps(answer))
        monkeypatch.setattr(audit, "PYTHON_PACKAGES", ["cat", str(tmp_path / "python")])
        monkeypatch.setattr(audit, "NPM_AUDIT", [])
        monkeypatch.setattr(audit, "find_node", lambda: ("node", ["cat", str(tmp_path / "npm")]))
        with pytest.raises(SystemExit) as ended:
            audit.main()
        return ended.value.code, capsys.readouterr().out

    return answering


def test_where_nothing_is_known_it_passes_and_says_nothing(run):
    assert run(SAFE, NPM_SAFE) == (0, "")


@pytest.mark.parametrize(("python", "npm", "named"), [(WRONG, NPM_SAFE, "CVE-1"), (SAFE, NPM_WRONG, "sass")])
def test_a_known_vulnerability_fails_and_is_named(run, python, npm, named):
    code, said = run(python, npm)

    assert code == 1
    assert named in said


def test_an_accepted_one_passes(run, monkeypatch):
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-1": "We do not use that part."})

    assert run(WRONG, NPM_SAFE) == (0, "")


@pytest.mark.parametrize(
    ("python", "npm", "which"),
    [
        (NOBODY_ASKED, NPM_SAFE, "1 Python packages"),
        ("no network", NPM_SAFE, "the Python packages"),
        (SAFE, NPM_UNREACHED, "npm packages"),
        (SAFE, "", "npm packages"),
    ],
)
def test_a_list_that_cannot_be_reached_is_said_loudly_and_does_not_fail(run, python, npm, which):
    code, said = run(python, npm)

    assert code == 0
    assert f"NOT AUDITED: {which}" in said or f"NOT AUDITED: the {which}" in said
