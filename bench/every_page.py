"""How long does each page take? `python -m bench.every_page`: every page of the access table, as seven roles.

Two databases are grown, of 250,000 people and of 2,500, and each is asked over HTTP by real sessions of a web process
as in production. A page's time is the 95th percentile of some twenty; of a file it is the time to its first byte. Fails
where a page is above its ceiling, or above 1.5 times what it takes in the small one. The ten slowest statements come
last, with their plans.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

SIZES = {"small": 2_500, "big": 250_000}
CONTACTS = 40  # each
PAGE, REPORT, HOME, TEAM, SORT, WIDE = 150, 500, 400, 600, 350, 400  # ms
LAST = 9_999  # a page past the end of every list: its last is shown
MEMORY = 250  # MB
MOST = 1.5  # times the small one, of what takes longer than SLIGHT
SLIGHT = 40  # ms: below it, a ratio says nothing


@dataclass
class Measured:
    """A page as one role; milliseconds."""

    role: str
    page: str
    path: str
    median: float
    slow: float  # 95th percentile
    size: int  # bytes
    status: int = 200

    @property
    def ceiling(self) -> int:
        if self.page.startswith("commissioning:"):
            return REPORT
        if self.role != "reader":
            return PAGE
        if "sort=" in self.path:
            return SORT
        return {"home": HOME, "team": TEAM}.get(self.page, WIDE)

    @property
    def name(self) -> str:
        return f"{self.role} {self.page}"


def folder(size: str) -> Path:
    return Path(os.environ.get("LOCAL_DIR") or ".local/test") / "bench" / size


def run(size: str, *words: str) -> None:
    """Run a module of ours with this size's database."""
    told = {**os.environ, "LOCAL_DIR": str(folder(size).absolute()), "SEARCHES_PER_HOUR": "1000000"}
    told |= {"NOTES_PER_HOUR": "1000000", "EXPORTS_PER_HOUR": "1000000", "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-m", *words], check=True, env=told)


def measure(size: str) -> tuple[list[Measured], float]:
    """The pages, slowest first, and the most memory that the web process had (MB)."""
    place = folder(size) / "measured.json"
    run(size, "bench.one_size", str(SIZES[size]), str(CONTACTS), str(place))
    told = json.loads(place.read_text())
    return [Measured(**row) for row in told["pages"]], told["memory"]


def write(told: Path, pages: list[Measured], memory: float) -> None:
    told.write_text(json.dumps({"pages": [asdict(page) for page in pages], "memory": memory}))


def faults(pages: list[Measured], before: dict[str, Measured], memory: float) -> list[str]:
    found = [f"{page.name}: answered {page.status}" for page in pages if page.status != 200]
    found += [f"{page.name}: {page.slow:.0f} ms, at most {page.ceiling}" for page in pages if page.slow > page.ceiling]
    found += [
        f"{page.name}: {page.median:.0f} ms, {page.median / before[page.name].median:.1f} × the small one"
        for page in pages
        if page.role != "reader" and page.median > SLIGHT and page.median > MOST * before[page.name].median
    ]
    if memory > MEMORY:
        found.append(f"the web process had {memory:.0f} MB, at most {MEMORY}")
    return found


def main() -> None:
    before = {page.name: page for page in measure("small")[0]}
    pages, memory = measure("big")
    for role in dict.fromkeys(page.role for page in pages):
        theirs = [page for page in pages if page.role == role]
        above = [page for page in theirs if page.slow > PAGE]
        print(f"\n{role}: {len(above)} of {len(theirs)} pages above {PAGE} ms")
        for page in sorted(theirs, key=lambda page: -page.slow)[: max(5, len(above))]:
            small = before[page.name]
            print(
                f"  {page.page:45} {page.slow:6.0f} ms (median {page.median:5.0f}; small {small.median:4.0f}, "
                f"× {page.median / small.median:4.1f}), {page.size / 1000:.0f} kB"
            )
    print(f"\nThe web process had at most {memory:.0f} MB.")
    run("big", "bench.statements", str(folder("big") / "measured.json"))
    found = faults(pages, before, memory)
    print("\n".join(found))
    if found and "--no-fail" not in sys.argv:
        raise SystemExit(f"{len(found)} faults")


if __name__ == "__main__":
    main()
