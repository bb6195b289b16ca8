"""The language server: from a key press to the diagnostics, against the command on the whole file.

Run `python -m benchmarks.server [ROUNDS]`. One server, warm; each round types a text that wasn't
there before and waits for what is published of it. Against it stands a process that judges the
file and has nothing kept. The medians, and what they come to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.editor import Editor
from benchmarks.process import ENVIRONMENT, PYTHON, ROOT

ROUNDS = 15
# File, the formula that is edited, the bars: seconds on our machine, and of the process.
CASES = (
    ("kl", "int q(z) log[q(z) / p(z | x)] dz", 0.3, 0.5),
    ("blog/temporal", "sum_{tau=0}^{t} E_{z_{0:tau-1} ~", None, 0.35),
)
ALONE = {**ENVIRONMENT, "ELBO_VERIFY_CACHE": ""}


def whole(file: Path) -> float:
    """How long a process takes over a file of which nothing is kept."""
    command = (PYTHON, "-m", "verifier", str(file))
    start = perf_counter()
    subprocess.run(command, cwd=ROOT, env=ALONE, stdout=subprocess.PIPE, check=True)
    return perf_counter() - start


def typed(editor: Editor, file: Path, formula: str, rounds: int) -> list[float]:
    """How long each key takes, typed into a formula that says the same after it."""
    uri, text = file.as_uri(), file.read_text(encoding="utf-8")
    editor.open(uri, text)
    before, _, behind = text.rpartition(formula)
    times = []
    for number in range(1, rounds + 1):
        start = perf_counter()
        found = editor.type(uri, f"{before}{number} - {number} + {formula}{behind}")
        times.append(perf_counter() - start)
        assert all(each.severity != 1 for each in found)
    return times


def main() -> None:
    """Print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    os.environ["ELBO_VERIFY_CACHE"] = ""
    editor = Editor()
    editor.start()
    try:
        for name, formula, seconds, bar in CASES:
            file = ROOT / "derivations" / f"{name}.yaml"
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder, file.name)
                copy.write_bytes(file.read_bytes())
                process = median(whole(file) for _ in range(3))
                key = median(typed(editor, copy, formula, rounds))
            aim = f", at most {1e3 * seconds:.0f} ms" if seconds else ""
            print(f"{name:16} a key {1e3 * key:7.0f} ms   the process {1e3 * process:7.0f} ms")
            print(f"{name:16} key / process {key / process:.2f} (aim: at most {bar}{aim})")
    finally:
        editor.stop()


if __name__ == "__main__":
    main()
