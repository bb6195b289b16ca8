"""The words of a handout, whatever it is printed as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from verifier.formula import written as w
from verifier.handout.sheet import Assumption, Sheet, Step
from verifier.manual.rules import human
from verifier.messages import message
from verifier.outcome import FileVerdict

KINDS = {"so": "hence", "side": "aside", "start": "start"}
EXPLAINED = {
    "assumptions": "Assumptions, and the steps that lean on them",
    "steps": "Derivation",
    "worksheet": "Fill in what is missing",
    "claim": "Claim",
    "pictures": "Pictures",
    "rules": "Rules used",
    "bank": "Rules to choose from",
    "diagnosis": "It holds as",
    "errors": "What is wrong, and what it should be",
}

# What stands for what: a line for each sign that a derivation has, in the file's own language.
_Q, _P = (w.Density(name, (w.Variable("z"),)) for name in "qp")
_F = w.Call("f", (w.Variable("z"),))
_UNDER = (w.Law(_Q),)


def _integral(body: w.Written) -> w.Integral:
    return w.Integral(body, (w.Variable("z"),))


def _times(*factors: w.Written) -> w.Product:
    marks: list[Literal["", "*"]] = ["" for _ in factors[1:]]
    return w.Product(factors, tuple(marks))


_SIGNS: tuple[tuple[type[w.Written], w.Written, w.Written], ...] = (
    (w.Expectation, w.Expectation(_UNDER, _F), _integral(_times(_Q, _F))),
    (
        w.Divergence,
        w.Divergence(_Q, _P),
        w.Expectation(_UNDER, w.Logarithm(w.Bracket(w.Quotient(_Q, _P)))),
    ),
    (w.Entropy, w.Entropy(_Q), w.Sum((w.Expectation(_UNDER, w.Logarithm(_Q)),), "-")),
)


def notation_of(sheet: Sheet) -> tuple[w.Written, ...]:
    """What each sign in a derivation stands for, once."""
    formulas = [step.formula for step in sheet.steps if step.formula is not None]
    kinds = {type(node) for formula in formulas for node in formula.walk()}
    return tuple(w.Statement(sign, "=", said) for kind, sign, said in _SIGNS if kind in kinds)


def in_words(assumption: Assumption) -> str:
    """An assumption that a sentence says better than a formula."""
    if assumption.formula == w.Finiteness(None):
        return "each expectation, integral, divergence and entropy written here is finite"
    return assumption.text


def names(step: Step) -> str:
    """The rules of a step as people call them."""
    return ", ".join(map(human, step.rules))


def longest(steps: Iterable[Step]) -> int:
    """How long the longest line is: each line that is left blank has room for it, so that no box
    tells its answer by its size."""
    return max((len(step.text) for step in steps), default=0)


def reason(step: Step) -> str:
    """Why a step holds: its rules as people call them, and the statements that it uses."""
    used = [
        f"({premise.number})" if premise.number is not None else elsewhere(premise.name)
        for premise in step.premises
    ]
    rules = names(step)
    return f"{rules}, with {' and '.join(used)}" if used else rules


def elsewhere(name: str) -> str:
    """`kl.yaml, gap` for a statement of another file."""
    file, _, label = name.partition("#")
    return f"{label} of {file.rsplit('/', 1)[-1]}"


STAMP = "erified by elbo-verify "  # which is on every handout, however it is printed


def heading(sheet: Sheet, worksheet: bool) -> str:
    """What stands above the steps."""
    count = len(sheet.errors)
    if count:
        return f"{count} of these lines {'is' if count == 1 else 'are'} wrong: find what is"
    return EXPLAINED["worksheet" if worksheet else "steps"]


def stamped(sheet: Sheet) -> Iterator[str]:
    """What was verified and by what; the largest residual is the caller's to set."""
    stamp = sheet.stamp
    if sheet.errors:
        yield f"Verified by {stamp.tool} before lines of it were made wrong"
        yield "each wrong line is refuted by a counterexample"
        return
    verified = stamp.verdict is FileVerdict.VERIFIED
    yield f"{'Verified' if verified else 'NOT verified'} by {stamp.tool}"
    yield f"{stamp.proved} of {stamp.steps} steps proved"
    yield f"{stamp.worlds} worlds sampled" if stamp.worlds else "nothing sampled"


def certified(sheet: Sheet) -> tuple[str, ...]:
    """What another prover has accepted, and how anyone has it checked again."""
    known = sheet.stamp.certified
    if known is None or sheet.errors:
        return ()
    said = message(known.said)
    again = f"To check it again: `coqc -Q elbo_coq Elbo {known.file}`"
    return f"{said[0].upper()}{said[1:]}. {again}, a file of SHA-256", known.digest


_WORDED = {">=": "\u2265", "<=": "\u2264", "!=": "\u2260", "<<": "\u226a", "||": "\u2225"}
_WORDED_SIGN = re.compile("|".join(map(re.escape, _WORDED)))


def with_signs(text: str) -> str:
    """A text with one character for each sign that is typed as two."""
    return _WORDED_SIGN.sub(lambda found: _WORDED[found[0]], text)
