"""Run the campaign: `python -m tests.campaign --count 100000 --seed 1 [--report FILE]`.

Seeds SEED, SEED + 1, .. are judged; the same seed is the same statement on every machine. Exit
status 1 when something false was accepted, or the verifier broke.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from .run import Found, statement
from .shrink import shrunk


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path, help="write what is found there, made small")
    parser.add_argument("--worlds", type=int, default=12, help="worlds tried for each statement")
    options = parser.parse_args()
    tally: Counter[str] = Counter()
    began = time.process_time()
    for seed in range(options.seed, options.seed + options.count):
        try:
            said, found = statement(seed, tries=options.worlds)
        except Exception as error:
            tally["broke"] += 1
            _say(f"seed {seed}: {type(error).__name__}: {error}", options.report)
            continue
        tally["not read"] += bool(said.error)
        tally["steps proved"] += len(said.steps)
        tally["claims proved"] += said.claim
        if found is not None:
            tally["false"] += 1
            _say(_told(shrunk(found)), options.report)
        if (seed - options.seed + 1) % 1000 == 0:
            spent = time.process_time() - began
            print(f"{seed - options.seed + 1}: {dict(tally)}, {spent:.0f} s", file=sys.stderr)
    print(f"{options.count} statements: {dict(tally)}")
    return 1 if tally["false"] or tally["broke"] else 0


def _say(text: str, report: Path | None) -> None:
    print(text, flush=True)
    if report is not None:
        with report.open("a", encoding="utf-8") as file:
            file.write(text + "\n")


def _told(found: Found) -> str:
    files = "".join(f"# {name}\n{text}" for name, text in found.files.items())
    return f"seed {found.seed}: {found.refuted}\n{files}"


if __name__ == "__main__":
    raise SystemExit(main())
