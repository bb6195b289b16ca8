"""Whole files in processes of their own: CPU time and memory against what they can't do without.

`python -m benchmarks.files [WORD ..]` measures those whose names have one of the words in them, or
all. Everything that is compared takes turns in one run; medians count, with the least and the most
beside them. CPU time is that of the process and those that it starts; only of several jobs the time
on the clock counts, against two processes that know nothing of each other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.process import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, MANY = 5, 200
VERIFY = (sys.executable, "-m", "verifier")
UNCACHED = (*VERIFY, "--no-cache")
FLAVOURS = tuple(f"derivations/{name}.yaml" for name in ("jensen", "kl", "bayes"))
EDITED = "by: [tower, factorisation]", "by: [factorisation, tower]"  # of blog/temporal, one line
_BY = re.compile(r"\n    by: .*|, by: [^}\]]*\]?(?=\})")


@dataclass(frozen=True)
class Spent:
    """What processes took: seconds of CPU, megabytes at most, seconds on the clock."""

    cpu: float
    peak: float
    clock: float


def spent(*commands: Sequence[str], cache: str = "") -> Spent:
    """What commands take that run at the same time. None may be wrongly called."""
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT), "ELBO_VERIFY_CACHE": cache}
    start = perf_counter()
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for command in commands
    ]
    cpu, peak = 0.0, 0.0
    for process in running:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode > 1:
            raise AssertionError(f"status {process.returncode}")
        cpu, peak = cpu + used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss / 1024)
    return Spent(cpu, peak, perf_counter() - start)


def measured(
    rows: Mapping[str, Callable[[], float]], unit: str = "s CPU", rounds: int = ROUNDS
) -> dict[str, float]:
    """The medians of figures that are taken in turns, printed; a round before them is for what is
    read and compiled once."""
    found = [{name: take() for name, take in rows.items()} for _ in range(rounds + 1)][1:]
    medians = {name: median(figures[name] for figures in found) for name in rows}
    for name, middle in medians.items():
        column = [figures[name] for figures in found]
        print(f"  {name:34}{middle:8.2f} {unit} ({min(column):.2f} to {max(column):.2f})")
    return medians


def against(figures: Mapping[str, float], name: str, other: str, aim: str) -> None:
    """How many times one is the other, and what is wanted."""
    print(f"  {name} / {other}: {figures[name] / figures[other]:.2f} (aim: {aim})")


# -- what is measured ------------------------------------------------------------------------------


def flavours() -> None:
    """Three small files, with and without what an earlier run kept, against bare imports."""
    with TemporaryDirectory() as cache:
        figures = measured(
            {
                "uncached": lambda: spent((*UNCACHED, *FLAVOURS)).cpu,
                "imports": lambda: spent((sys.executable, "-c", "import sympy, numpy, rich")).cpu,
                "cached": lambda: spent((*VERIFY, *FLAVOURS), cache=cache).cpu,
                "python": lambda: spent((sys.executable, "-c", "pass")).cpu,
            },
            rounds=3 * ROUNDS,  # of half a second each, in which other processes are felt
        )
    against(figures, "uncached", "imports", "at most 1.5")
    against(figures, "cached", "python", "at most 4")


def edit() -> None:
    """One line of blog/temporal edited, where the file was judged before."""
    with TemporaryDirectory() as folder:
        file, cache = Path(folder, "temporal.yaml"), str(Path(folder, "cache"))
        original = (ROOT / "derivations/blog/temporal.yaml").read_text(encoding="utf-8")
        assert original.count(EDITED[0]) == 1

        def edited() -> float:
            shutil.rmtree(cache, ignore_errors=True)
            file.write_text(original, encoding="utf-8")
            spent((*VERIFY, str(file)), cache=cache)
            file.write_text(original.replace(*EDITED), encoding="utf-8")
            return spent((*VERIFY, str(file)), cache=cache).cpu

        figures = measured(
            {
                "edited": edited,
                "uncached": lambda: spent((*UNCACHED, str(file))).cpu,
                "imports": lambda: spent((sys.executable, "-c", "import sympy, numpy, rich")).cpu,
            }
        )
    against(figures, "edited", "uncached", "at most 0.25")
    against(figures, "imports", "uncached", "what no run can do without")


def shipped() -> None:
    """All that ships, in one process."""
    taken: list[Spent] = []

    def run() -> float:
        taken.append(spent((*UNCACHED, "--jobs", "1", "derivations")))
        return taken[-1].cpu

    measured({"derivations/": run}, rounds=1)
    print(f"  {max(each.peak for each in taken):.0f} MB (aim: at most 12 s and 300 MiB)")


def jobs() -> None:
    """Many files with two jobs, against two processes that have half of them each."""
    with TemporaryDirectory() as folder:
        text = (ROOT / "derivations/kl.yaml").read_text(encoding="utf-8")
        files = [Path(folder, f"{n:03}.yaml") for n in range(MANY)]
        for n, file in enumerate(files):
            file.write_text(f"{text}# {n}\n", encoding="utf-8")
        halves = [[*UNCACHED, "--jobs", "1", *map(str, files[n::2])] for n in range(2)]
        together = [*UNCACHED, "--jobs", "2", *map(str, files)]
        figures = measured(
            {
                "two processes": lambda: spent(*halves).clock,
                "--jobs 2": lambda: spent(together).clock,
            },
            "s",
            rounds=1,
        )
    against(figures, "two processes", "--jobs 2", "at least 0.85")


def suggestions() -> None:
    """Files without their `by` lines, for which rules are found, against the same with them. In
    one process: what is imported isn't counted."""
    from verifier import verify

    os.environ["ELBO_VERIFY_CACHE"] = ""

    def judged(text: str) -> float:
        start = process_time()
        verify(text=text)
        return process_time() - start

    for file in FLAVOURS:
        text = (ROOT / file).read_text(encoding="utf-8").replace("strict: true", "strict: false")
        bare = _BY.sub("", text)
        print(f"  {file}")
        rows = {"without by": lambda bare=bare: judged(bare), "with": lambda t=text: judged(t)}
        against(measured(rows), "without by", "with", "at most 3")


def chosen(words: Sequence[str]) -> Iterator[Callable[[], None]]:
    """What is measured, by words in its name."""
    for measure in (flavours, edit, shipped, jobs, suggestions):
        if not words or any(word in measure.__name__ for word in words):
            yield measure


if __name__ == "__main__":
    for measure in chosen(sys.argv[1:]):
        print(measure.__name__)
        measure()
