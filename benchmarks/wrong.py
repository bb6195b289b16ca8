"""False steps: how long it takes that one is refuted, diagnosed and printed, a process each.

Run `python -m benchmarks.wrong [N] [OTHER]`: each N-th file of `tests/corpus/wrong`, of all if no
number is told. CPU time of the whole process, start-up and all. With the folder of another checkout
each file is judged by both, one after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "tests" / "corpus" / "wrong").glob("*.yaml"))
AIM, SHARE = 2.0, 0.95  # seconds, and of how many files
WORST = 10  # that are listed
UNSAID = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")


def seconds(checkout: Path, file: Path) -> float:
    """The CPU time of a process that judges a file, with nothing kept."""
    environment = {k: v for k, v in os.environ.items() if k not in UNSAID}
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "verifier", "--jobs", "1", str(file)],
        cwd=checkout,
        env={**environment, "ELBO_VERIFY_CACHE": ""},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def told(name: str, spent: Sequence[float]) -> str:
    """The share within the aim, the median, the worst."""
    within = sum(time <= AIM for time in spent) / len(spent)
    return (
        f"{name}: {within:.0%} within {AIM:.0f} s of CPU (aim: {SHARE:.0%}), "
        f"median {median(spent):.2f} s, worst {max(spent):.2f} s, all {sum(spent):.0f} s"
    )


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 2 for a wrong call."""
    numbers = [int(each) for each in arguments if each.isdigit()]
    others = [Path(each).resolve() for each in arguments if not each.isdigit()]
    if len(numbers) > 1 or len(others) > 1 or not all((o / "verifier").is_dir() for o in others):
        print(__doc__, file=sys.stderr)
        return 2
    checkouts = [ROOT, *others]
    files = FILES[:: max(1, *numbers)] if numbers else FILES
    spent = {file: [seconds(checkout, file) for checkout in checkouts] for file in files}
    for file in sorted(files, key=lambda each: -spent[each][0])[:WORST]:
        print("  ".join(f"{time:6.2f} s" for time in spent[file]), file.stem, sep="  ")
    for place, checkout in enumerate(checkouts):
        print(told("here" if checkout == ROOT else "there", [spent[f][place] for f in files]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
