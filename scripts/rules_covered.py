"""Report what the tests reach of the rule modules, and fail where one of them has less than it should."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

LEAST = 95  # % of lines and branches together, of each module


def main() -> int:
    subprocess.run([sys.executable, "-m", "coverage", "report"], check=True)
    short = {name: percent for name, percent in measured().items() if percent < LEAST}
    for name, percent in short.items():
        sys.stderr.write(f"{name} has {percent:.1f} %, under {LEAST} %.\n")
    return 1 if short else 0


def measured() -> dict[str, float]:
    """Each module's lines and branches that were reached, in per cent."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)], check=True)
        files = json.loads(report.read_text())["files"]
    return {name: found["summary"]["percent_covered"] for name, found in files.items()}


if __name__ == "__main__":
    raise SystemExit(main())
