"""Where the rules acted that a step is proved by, in formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Expr

from verifier.judge import readable
from verifier.judge.environment import Environment
from verifier.judge.task import Task
from verifier.kernel import terms
from verifier.kernel.equality.nodes import DensityNode, DivergenceNode, LogNode
from verifier.kernel.equality.store import Store
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.theorem import Inference
from verifier.tactics.prover import Attempt

Texts = Callable[[Expr], str]  # a term as text; empty where there is none

LONGEST_POSITION = 100  # characters of the part that a suggested rule acts on


def trace(environment: Environment, task: Task, attempt: Attempt) -> tuple[str, ...]:
    """Where inequalities acted, and with which instance."""
    text = _writing(environment, task)
    return tuple(
        f"{inference.rule}: {said}"
        for inference in attempt.proof
        if (said := _instance(text, inference))
    )


def positions(
    environment: Environment, task: Task, rules: Iterable[str], attempt: Attempt
) -> tuple[str, ...]:
    """For each rule where it acts, and of an inequality with which instance; "" where that can't
    be said in a formula."""
    first = {inference.rule: inference for inference in reversed(attempt.proof)}
    text, store = _writing(environment, task), environment.context.store
    return tuple(_position(text, store, first[rule]) if rule in first else "" for rule in rules)


def _writing(environment: Environment, task: Task) -> Texts:
    """How terms are said of a step: in the names that its line has."""
    return lambda term: readable.text(environment.declared, term, task.formulas)


def _position(text: Texts, store: Store, inference: Inference) -> str:
    if inference.instance:
        return _instance(text, inference)
    if inference.part is not None:
        said = text(inference.part)
        return f"at {said}" if said else ""
    try:
        acted_on = _acted_on(store, inference)
    except (Undecided, ZeroDivisionError):
        return ""
    said = "" if acted_on is None else text(store.term(acted_on))
    return f"at {said}" if said and len(said) <= LONGEST_POSITION else ""


def _acted_on(store: Store, inference: Inference) -> Polynomial | None:
    """The part that an equality rule first acted on, closed where it was opened for that."""
    match inference.site:
        case ("density", (DensityNode() as node,)):
            return store.atom(node)
        case ("mean", (frozenset() as bound, Polynomial() as law, Polynomial() as body)):
            return store.binder(law, body, bound)
        case (
            "sum" | "mass" | "nested" | "factor",
            (frozenset() as bound, Polynomial() as body, Polynomial() | None as law),
        ):
            return store.binder(law, body, bound)
        case ("divergence", (type() as kind, frozenset() as bound, tuple() as parts)):
            variables, closed = store.close(bound, *parts)
            return store.atom(DivergenceNode(kind, tuple(closed), variables))
        case ("log", (Polynomial() as argument,)):
            return store.atom(LogNode(argument))
    return None


def _instance(text: Texts, inference: Inference) -> str:
    """`phi = log, Y = p(x, z) / q(z), under = q(z)`: a function by its name alone."""
    known = {terms.Log: "log", terms.Exp: "exp"}
    values = [
        (name, known[type(value)] if name == "phi" and type(value) in known
         else text(value))
        for name, value in inference.instance
    ]  # fmt: skip
    return ", ".join(f"{name} = {value}" for name, value in values if value)
