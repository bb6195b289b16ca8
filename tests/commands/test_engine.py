"""The engine in a host: threads, the state of the process, how deep the call stands."""

from __future__ import annotations

import decimal
import gc
import locale
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from flint import ctx

from verifier import grade, mutate, replay, verify
from verifier.messages import message
from verifier.outcome import ExitStatus
from verifier.report import machine

ROOT = Path(__file__).parents[2]
KL = ROOT / "derivations" / "kl.yaml"
# What ships, what is false, what others wrote: some of each.
FILES = [
    *sorted(ROOT.glob("derivations/*.yaml")),
    *sorted(ROOT.glob("tests/corpus/wrong/hc0*.yaml"))[::3],
    *sorted(ROOT.glob("tests/corpus/true/hc1*.yaml"))[::3],
]


def judged(file: Path) -> str:
    return machine.render(verify(file))


def in_threads(count: int = 4) -> list[str]:
    """The reports on the files, judged in threads that take turns far more often than usual."""
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        with ThreadPoolExecutor(count) as pool:
            return [*pool.map(judged, FILES)]
    finally:
        sys.setswitchinterval(often)


@pytest.fixture
def odd_host() -> Iterator[None]:
    """A host that has set all that can be set to something unusual."""
    before = ctx.prec, sys.getrecursionlimit(), gc.get_threshold(), signal.getsignal(signal.SIGTERM)
    ctx.prec = 77
    sys.setrecursionlimit(2345)
    gc.set_threshold(1234, 5, 6)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with (
        np.errstate(divide="raise", invalid="raise", over="warn"),
        warnings.catch_warnings(),
        decimal.localcontext(prec=3),
    ):
        warnings.simplefilter("error")
        yield
    ctx.prec, limit, threshold, handler = before
    sys.setrecursionlimit(limit)
    gc.set_threshold(*threshold)
    signal.signal(signal.SIGTERM, handler)


def state() -> dict[str, object]:
    """What of a process a library might change."""
    return {
        "flint": (ctx.prec, ctx.cap, ctx.pretty, ctx.unicode, ctx.threads),
        "recursion": sys.getrecursionlimit(),
        "collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug()),
        "signals": [signal.getsignal(number) for number in signal.valid_signals()],
        "numpy": np.geterr(),
        "warnings": [*warnings.filters],
        "decimal": str(decimal.getcontext()),
        "environment": dict(os.environ),
        "hooks": (sys.excepthook, sys.displayhook, threading.excepthook, sys.unraisablehook),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "locale": locale.setlocale(locale.LC_ALL),
        "random": (random.getstate(), str(np.random.get_state())),
        "folder": (Path.cwd(), [*sys.path]),
        "threads": threading.active_count(),
        "tracing": (sys.gettrace(), sys.getprofile(), sys.getswitchinterval()),
    }


@pytest.mark.usefixtures("odd_host")
def test_four_threads_give_what_one_gives_and_leave_the_host_as_it_was() -> None:
    verify(KL)  # imports what it needs
    before = state()
    assert len(FILES) >= 12
    together = in_threads()
    assert state() == before
    assert together == [*map(judged, FILES)]
    assert state() == before


def test_reports_do_not_depend_on_the_host(odd_host: None) -> None:
    del odd_host
    here = judged(FILES[-1]), judged(FILES[3])
    ctx.prec = 20
    assert here == (judged(FILES[-1]), judged(FILES[3]))


def test_terms_made_in_several_threads_are_one_object() -> None:
    from verifier.kernel.terms import Density, Var

    def made(_: int) -> list[int]:
        barrier.wait()
        kept.append([Density(f"p{i}", [Var(f"x{i}")]) for i in range(2000)])
        return [id(term) for term in kept[-1]]

    kept: list[list[object]] = []
    barrier = threading.Barrier(4)
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            first, *others = pool.map(made, range(4))
    finally:
        sys.setswitchinterval(often)
    assert all(other == first for other in others)


# -- how deep the call stands --------------------------------------------------------------------


def beneath(frames: int, call: Callable[[], int]) -> int:
    """What a call gives beneath so many frames of the host's."""
    return beneath(frames - 1, call) if frames else call()


@pytest.mark.parametrize("left", [60, 120, 200, 300])
@pytest.mark.parametrize(
    "call",
    [
        lambda: verify(KL).exit_status(),
        lambda: verify(text=KL.read_text()).exit_status(),
        lambda: mutate(KL, most=1).exit_status(),
        lambda: grade(KL, KL).exit_status(),
        lambda: replay(KL, KL).exit_status(),
    ],
    ids=["file", "text", "mutate", "grade", "replay"],
)
def test_a_host_that_leaves_little_of_the_stack_is_told_so(
    call: Callable[[], int], left: int
) -> None:
    depth = 0
    frame = sys._getframe()
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    assert beneath(sys.getrecursionlimit() - depth - left, call) in (0, ExitStatus.ERROR)


def test_what_is_said_of_it() -> None:
    def call() -> int:
        (report,) = verify(KL).derivations
        assert report.error is not None
        assert not report.internal
        assert message(report.error).startswith("called with ")
        return report.exit_status()

    assert beneath(sys.getrecursionlimit() - 200, call) == ExitStatus.ERROR
    assert verify(KL).exit_status() == 0
