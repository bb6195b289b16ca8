"""What several test modules need: a judge to stand in for the real one, reports, sheets."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time
from types import ModuleType

import pytest
from derivation_table import KEPT, SHIPPED, judged_once, judged_text
from hypothesis import find, settings
from hypothesis.strategies import integers

from verifier.commands.engine import tidy
from verifier.derivation.derivation import Derivation
from verifier.derivation.faults import Faults
from verifier.handout.sheet import Sheet, sheet
from verifier.outcome import (
    Assumption,
    ClaimReport,
    Counterexample,
    DerivationReport,
    Diagnosis,
    Diagnostic,
    FileVerdict,
    Location,
    Numeric,
    Report,
    StepReport,
    Suggestion,
    Table,
    Verdict,
)

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

# Caches of terms grow to millions of objects, and to go through them took a quarter of all time.
gc.set_threshold(50_000, 20, 50)
LITTER = 5.0  # seconds of work, after which they are let go

Judge = Callable[..., DerivationReport]

os.environ["ELBO_VERIFY_CACHE"] = ""  # what is tested is judged; also by processes of their own


@pytest.fixture(scope="session", autouse=True)
def _reports(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder for `judged_once`: of several workers the one above their own."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "reports"
    folder.mkdir(exist_ok=True)
    os.environ[KEPT] = str(folder)


def pytest_collection_finish() -> None:
    """The tests themselves stay: the collector needn't go through them. Hypothesis looks in it for
    who holds its random numbers, once, and an old one warns where that is frozen."""
    find(integers(), lambda _: True)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _tidied() -> list[float]:
    """How long this process had worked when what was remembered of terms was last let go."""
    return [process_time()]


@pytest.fixture(autouse=True)
def _no_litter(_tidied: list[float]) -> Iterator[None]:
    """What a test leaves, above all the arrays of its worlds, doesn't wait for the collector; and
    what is remembered of terms doesn't pile up, which it would go through again and again."""
    yield
    if process_time() < _tidied[0] + LITTER:
        gc.collect(1)
        return
    tidy()
    gc.collect()
    _tidied[0] = process_time()


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever terminal the tests are started from, what they render is the same."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several tests run at once as it is; and a judge put in the place of ours is in no other
    process."""
    monkeypatch.setattr("verifier.kept.command.cores", lambda: 1)


@pytest.fixture(scope="session")
def make() -> ModuleType:
    """docs/make.py, which makes the generated parts."""
    path = Path(__file__).resolve().parent.parent / "docs" / "make.py"
    spec = importlib.util.spec_from_file_location("make", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def install_judge(monkeypatch: pytest.MonkeyPatch) -> Callable[[Judge], None]:
    """Put another judge in the checker's place."""

    def install(judge: Judge) -> None:
        checker = ModuleType("verifier.judge.file")
        checker.__dict__["check_file"] = lambda derivation, load, *_: judge(derivation, load)
        monkeypatch.setitem(sys.modules, "verifier.judge.file", checker)

    return install


@pytest.fixture
def obedient_judge(install_judge: Callable[[Judge], None]) -> None:
    """A judge that does what the title says: a file verdict, or the name of an exception."""
    install_judge(_obey)


def _obey(derivation: Derivation, _: Callable[[str], Derivation]) -> DerivationReport:
    Faults(derivation.faults).raised()
    raised = {"RecursionError": RecursionError, "MemoryError": MemoryError, "bug": KeyError}
    if derivation.title in raised:
        raise raised[derivation.title]("as the title says")
    verdict = FileVerdict(derivation.title)
    return DerivationReport(
        derivation.source.name, derivation.title, verdict, expected=derivation.expect
    )


def at(line: int, column: int, length: int, excerpt: str) -> Location:
    return Location(line, column, line, column + length, excerpt)


@pytest.fixture
def broken() -> DerivationReport:
    """A report with one step of each verdict and everything that a report can show."""
    return DerivationReport(
        file="derivations/broken.yaml",
        title="A derivation with one step of each kind",
        verdict=FileVerdict.FAILED,
        claim=ClaimReport("log p(x) >= L", r"\log p(x) \geq L", reached=True, proved=False),
        assumptions=(
            Assumption("q(z) << p(z | x)", (1, 2, 3)),
            Assumption("finite all", (1, 3, 4)),
        ),
        steps=(_proved(), _labelled(), _wrong_rule(), _refuted(), _unproved(), _ill_formed()),
        numeric=Numeric(4096, False, 0.31),
        start="KL(q(z) || p(z | x))",
        problem=Diagnostic(
            "claim-not-proved", at(20, 8, 13, "claim: log p(x) >= L"), {"steps": (3, 4)}
        ),
    )


@pytest.fixture
def verified() -> DerivationReport:
    """A short report without a fault."""
    return DerivationReport(
        file="derivations/good.yaml",
        title="A good one",
        verdict=FileVerdict.VERIFIED,
        claim=ClaimReport("log p(x) >= L", "", reached=True, proved=True),
        assumptions=(Assumption("every density is positive on one common support", ()),),
        steps=(_proved(), _labelled()),
        numeric=Numeric(4096, True, 3.1e-15),
        start="KL(q(z) || p(z | x))",
    )


@pytest.fixture
def unreadable() -> DerivationReport:
    """A file that could not be judged."""
    where = at(4, 3, 2, "- eqq: log p(x)")
    data = {"owner": "step", "key": "eqq", "near": ("eq",)}
    return DerivationReport(
        file="derivations/unreadable.yaml",
        title="",
        verdict=FileVerdict.ERROR,
        error=Diagnostic("unknown-key", where, data),
    )


@pytest.fixture
def report(
    broken: DerivationReport, verified: DerivationReport, unreadable: DerivationReport
) -> Report:
    """All three."""
    return Report((broken, verified, unreadable))


def _proved() -> StepReport:
    text = "E_{q(z)}[log(q(z) / p(z | x))]"
    return StepReport(
        *(1, "chain", f"KL(q(z) || p(z | x)) = {text}", 9, 9, "=", text, ""),
        rules=("kl",),
        verdict=Verdict.PROVED,
        numeric=Numeric(4096, True, 3.1e-15),
    )


def _labelled() -> StepReport:
    text = "E_{q(z)}[log q(z) - log p(z | x)]"
    return StepReport(
        *(2, "chain", f"KL(q(z) || p(z | x)) = {text}", 11, 9, "=", text, ""),
        rules=("log-rules",),
        verdict=Verdict.PROVED,
        numeric=Numeric(4096, True, 0.0),
        label="split",
        remarks=(Diagnostic("tidying", None, {"rules": ("linearity",)}),),
    )


def _wrong_rule() -> StepReport:
    text = (
        "E_{q(z)}[log q(z) - log p(x, z) + log p(x)]"
        " + E_{q(z)}[log q(z) - log p(x, z)] - E_{q(z)}[log q(z) - log p(x, z)]"
    )
    rules = ("bayes-rule", "marginalisation", "linearity", "normalisation")
    where = at(13, 9, len(text), f"  - eq: {text}")
    return StepReport(
        *(3, "chain", f"KL(q(z) || p(z | x)) = {text}", 13, 9, "=", text, ""),
        rules=rules,
        verdict=Verdict.WRONG_RULE,
        diagnostic=Diagnostic("wrong-rule", where, {"rules": rules}),
        suggestion=Suggestion(("chain-rule",), ("p(x, z) = p(z | x) p(x)",)),
        numeric=Numeric(4096, True, 1e-16),
    )


def _refuted() -> StepReport:
    text = "log p(x) >= E_{q(z)}[log p(x, z)] [/z] :smile: [bold]"
    where = at(15, 9, len(text), f"  - so: {text}")
    return StepReport(
        *(4, "so", text, 15, 9, ">=", text, ""),
        rules=("gibbs",),
        verdict=Verdict.REFUTED,
        given=(3,),
        diagnostic=Diagnostic("refuted", where, {"left": "log(3/4)", "right": "log(4/5)"}),
        counterexample=Counterexample(
            tables=(
                Table("p(x, z)", ("x", "z"), (2, 2), ("1/2", "1/4", "1/8", "1/8")),
                Table("q(z)", ("z",), (2,), ("1/3", "2/3")),
            ),
            weights=(Table("z", ("z",), (2,), ("1/2", "3/2")),),
            parameters=(("beta", "2"),),
            point=(("x", 0),),
            left="log(3/4) = -0.2877..",
            right="log(4/5) = -0.2231..",
            difference="-0.0645..",
        ),
        diagnosis=Diagnosis(
            "condition", "p(x, z)", "p(z | x)", "log p(x) >= E_{q(z)}[log p(z | x)] [/z]"
        ),
        numeric=Numeric(4096, False, -0.31),
    )


def _unproved() -> StepReport:
    return StepReport(
        *(5, "chain", "log p(x) >= log f(x)", 17, 9, ">=", "log f(x)", ""),
        rules=(),
        verdict=Verdict.UNPROVED,
        diagnostic=Diagnostic(
            "needs-positive",
            at(17, 13, 4, "  - ge: log f(x)"),
            {"condition": "f(x)"},
        ),
        numeric=Numeric(4096, True, float("nan")),
    )


def _ill_formed() -> StepReport:
    return StepReport(
        *(6, "chain", "log p(x) + E_{", 18, 9, ">=", "log p(x) + E_{", ""),
        rules=("jensen",),
        verdict=Verdict.ILL_FORMED,
        diagnostic=Diagnostic(
            "unclosed", at(18, 22, 1, "  - ge: log p(x) + E_{"), {"opener": "{", "expected": "}"}
        ),
        diagnosis=Diagnosis("dropped", "log p(x) + E_{", "log p(x)", ">= log p(x)"),
    )


# -- sheets ----------------------------------------------------------------------------------------

BLANKS = {1: "reason", 2: "relation", 3: "line", 7: "relation", 8: "line", 9: "reason"}


@pytest.fixture(scope="session")
def kl() -> Sheet:
    return sheet(judged_once("kl"))


@pytest.fixture(scope="session")
def shipped() -> dict[str, Sheet]:
    """Every derivation that ships."""
    return {name: sheet(judged_once(name)) for name in SHIPPED}


@pytest.fixture(scope="session")
def worksheet(kl: Sheet) -> Sheet:
    """A sheet with each kind of blank, on steps of each kind."""
    return replace(
        kl, steps=tuple(replace(step, blank=BLANKS.get(step.number)) for step in kl.steps)
    )


@pytest.fixture(scope="session")
def draft() -> Sheet:
    """A sheet with a step that is refuted, one under a wrong rule and one that can't be read."""
    text = SHIPPED["kl"].read_text(encoding="utf-8")
    for right, wrong in (
        ("log p(x) - KL", "log p(x) + KL"),
        ("by: gibbs", "by: kl"),
        ("[log(p(x, z) / q(z))]", "[log(p(x, z) / q(z))"),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    return sheet(judged_text(text))


@pytest.fixture(scope="session")
def hostile(kl: Sheet) -> Sheet:
    """A sheet whose texts are mark-up."""
    bait = "</p></title><script>alert(1)</script> $$x$$ & `<b>` \"' *a* _b_ [c](d) # ```"
    steps = tuple(replace(step, note=bait, label=bait, message=bait) for step in kl.steps)
    return replace(kl, title=bait, origin=bait, description=bait, problem=bait, steps=steps)
