"""Whole processes: the command against the imports that it can't do without.

Run `python -m benchmarks.process`. Wall time from start to exit, the four commands in turn, the
medians. `elbo-verify` is the console script beside this Python where it is installed, else
`python -m verifier`; its output goes to a pipe. Every command finds its bytecode written: a round
before those that count sees to it, whatever the environment says.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 15
AIM_VERIFY, AIM_VERSION = 1.5, 3.0

Command = tuple[str, ...]

PYTHON = sys.executable
SCRIPT = Path(PYTHON).with_name("elbo-verify")
VERIFY: Command = (str(SCRIPT),) if SCRIPT.is_file() else (PYTHON, "-m", "verifier")

FLAVOURS: Command = (*VERIFY, *(f"derivations/{name}.yaml" for name in ("jensen", "kl", "bayes")))
IMPORTS: Command = (PYTHON, "-c", "import sympy, numpy, rich")
VERSION: Command = (*VERIFY, "--version")
NOTHING: Command = (PYTHON, "-c", "pass")

ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: Command) -> float:
    """How long one process takes. It must succeed."""
    start = perf_counter()
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, check=True)
    return perf_counter() - start


def medians(*commands: Command) -> list[float]:
    """The median times of commands that take turns."""
    rounds = [[seconds(command) for command in commands] for _ in range(ROUNDS + 1)][1:]
    return [median(column) for column in zip(*rounds, strict=True)]


def main() -> None:
    """Print the figures."""
    shown = " ".join(Path(part).name for part in VERIFY)
    flavours, imports, version, nothing = medians(FLAVOURS, IMPORTS, VERSION, NOTHING)
    for name, time in (
        (f"{shown}, three flavours", flavours),
        ("import sympy, numpy, rich", imports),
        (f"{shown} --version", version),
        ("python -c pass", nothing),
    ):
        print(f"{name:36}{1e3 * time:8.1f} ms")
    print(f"three flavours / imports  {flavours / imports:.2f} (aim: at most {AIM_VERIFY})")
    print(f"--version / nothing       {version / nothing:.2f} (aim: at most {AIM_VERSION})")


if __name__ == "__main__":
    main()
