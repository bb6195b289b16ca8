"""Rules on terms over sequences against the numeric semantics, which unrolls them and knows no
rules; and lines over sequences that look true, or look as if they meant something."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
from derivation_table import ruled
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sequence_terms import MODELS, binders, elaborated, formulas, model, sums
from sympy import Expr, Integer

from verifier import verify
from verifier.derivation.loader import load_text
from verifier.elaborate.model import read_declarations
from verifier.kernel.binding import free_variables
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.rules import RULES, closure, hooks_of
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Statement
from verifier.numeric.search.sampled_model import SampledModel
from verifier.outcome import StepReport
from verifier.tactics.prover import Goal, scoped
from verifier.tactics.smallest import relevant_rules

EXAMPLES = 30
ZERO = Integer(0)
WORK = 20_000  # for one normal form
# What `index` does beneath binders is looked at in lines, not in random terms.
MIXED = sorted(name for name, rule in RULES.items() if rule.hooks and name != "index")
thorough = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@cache
def sampled(name: str) -> SampledModel:
    return SampledModel(model(name))


def normaliser(name: str, rules: Iterable[str]) -> Normaliser:
    """Normal forms under rules."""
    names = closure(rules)
    context = Context(model(name), Budget(WORK))
    return Normaliser(scoped(context, Goal(Statement(ZERO, "=", ZERO)), names), hooks_of(names))


def contradiction(name: str, statement: Statement) -> object:
    """A world, at some horizon, that breaks a statement."""
    (numeric,) = sampled(name).check([statement])
    if numeric is None or numeric.agrees:
        return None
    return sampled(name).confirm(statement)


def keeps_value(name: str, nf: Normaliser, term: Expr) -> None:
    """The normal form of a term has its value at each horizon, and shows no opened variable."""
    try:
        back = nf.store.term(nf.normal(term))
    except (ZeroDivisionError, Undecided, OutOfWork):  # nothing is proved of it
        return
    assert contradiction(name, Statement(term, "=", back)) is None, (term, back)
    assert all(variable.tag == 0 for variable in free_variables(back)), (term, back)


@pytest.mark.parametrize("name", MODELS)
def test_rules_keep_the_value_at_each_horizon(name: str) -> None:
    acted = set[str]()

    @thorough
    @given(formulas(name), st.sets(st.sampled_from(MIXED), min_size=1))
    def check(text: str, rules: set[str]) -> None:
        term = elaborated(name, text)
        assume(term is not None and binders(text) <= 3)
        assert term is not None
        nf = normaliser(name, rules)
        keeps_value(name, nf, term)
        acted.update(nf.used)

    check()
    assert {"linearity", "expectation"} <= acted


def test_a_kernel_has_a_joint_density_with_what_it_is_given() -> None:
    """q(x_T | x_{T-1}) = q(x_{T-1}, x_T) / q(x_{T-1}) at T = 1 too, where x_{T-1} is given."""
    term = elaborated("kernels", "KL(q(x_T | x_0) || q(x_T | x_{T-1}))")
    assert term is not None
    nf = normaliser("kernels", {"bayes-rule"})
    keeps_value("kernels", nf, term)
    assert nf.used == {"bayes-rule"}


@pytest.mark.parametrize("name", MODELS)
def test_indexed_sums_keep_their_value_over_other_ranges(name: str) -> None:
    acted = set[str]()

    @thorough
    @given(sums(name), st.sets(st.sampled_from(["linearity", "log-rules", "factorisation"])))
    def check(text: str, rules: set[str]) -> None:
        term = elaborated(name, text)
        assume(term is not None)
        assert term is not None
        nf = normaliser(name, {"index", *rules})
        keeps_value(name, nf, term)
        acted.update(nf.used)

    check()
    assert "index" in acted


# -- lines ----------------------------------------------------------------------------------------

MODELS_OF_LINES = {
    "chains": """
parameters: [T >= 1]
model:
  - q(x_{0:T}) = q(x_0) prod_{t=1}^{T} q(x_t | x_{t-1})
  - p(x_{0:T}) = p(x_T) prod_{t=1}^{T} p(x_{t-1} | x_t)
functions: [f(x), "g(x) > 0"]
""",
    "chain": """
parameters: [T >= 1, t >= 1, t <= T - 1]
model: ["q(x_{0:T}) = q(x_0) prod_{s=1}^{T} q(x_s | x_{s-1})"]
functions: [f(x), "g(x) > 0"]
""",
    "kernels": """
parameters: [T >= 2, s >= 2, s <= T]
model:
  - q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})
  - p(x_{0:T-1} | x_T) = prod_{t=1}^{T} p(x_{t-1} | x_t)
functions: [f(x), "g(x) > 0"]
""",
    "kernels under their support": """
parameters: [T >= 2, s >= 2, s <= T]
model: ["q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})"]
support: []
""",
    "temporal": """
parameters: [t >= 0]
model:
  - p(x_{0:t}, z_{0:t}) = prod_{tau=0}^{t} p(x_tau | z_tau) p(z_tau | z_{0:tau-1})
  - q(z_{0:t} | x_{0:t}) = prod_{tau=0}^{t} q(z_tau | z_{0:tau-1}, x_{0:tau})
functions: [f(z), "g(z) > 0", "h(x)"]
""",
    "smoothing": """
parameters: [t >= 1, "0 <= s", "s <= t - 1"]
model: ["p(x_{0:t}, z_{0:t})", "q(z_{0:t} | x_{0:t})"]
functions: [f(z), "g(z) > 0", "h(x)"]
""",
    "hidden": """
parameters: [T >= 1, t >= 1, t <= T - 1]
model: ["p(x_{0:T}, z_{0:T}) = p(z_0) p(x_0 | z_0) prod_{s=1}^{T} p(z_s | z_{s-1}) p(x_s | z_s)"]
functions: [f(z), "g(z) > 0", "h(x)"]
""",
    "filter": """
parameters: [t >= 0]
model: ["p(x_{0:t}, z_{0:t}) = p(z_0) p(x_0 | z_0) prod_{s=1}^{t} p(z_s | z_{s-1}) p(x_s | z_s)"]
functions: [f(z), "g(z) > 0", "h(x)"]
""",
    "actions": """
parameters: [t >= 1]
model:
  - p(z_{0:t}, a_{0:t}) = p(z_0) p(a_0 | z_0) prod_{s=1}^{t} p(z_s | z_{s-1}, a_{s-1}) p(a_s | z_s)
functions: [f(z), "r(z, a)"]
""",
    "copies": """
parameters: [K >= 1]
model: ["p(x, z)", "q(z | x)"]
copies: [z_k of z]
functions: ["w(z) > 0", "v(z) > 0", "u(x, z)"]
""",
    "three copies": """
parameters: [K >= 3]
model: ["p(x, z)", "q(z | x)"]
copies: [z_k of z]
functions: ["w(z) > 0", "v(z) > 0", "u(x, z)"]
""",
    "slices": """
parameters: [t >= 0]
model: ["q(z_{0:t})", "p(z_{0:t})"]
functions: [f(z), "g(z) > 0", "h(u)", "k(u) >= 0"]
""",
    "one element discrete": """
parameters: [t >= 0]
model: ["q(z_{0:t})", "p(z_{0:t})", "p2(x, y)"]
discrete: [z_0]
""",
    "another discrete": """
parameters: [t >= 0]
model: ["q(z_{0:t})", "p(z_{0:t})", "p2(x, y)"]
discrete: [x]
""",
    "densities": """
parameters: [t >= 0]
model: ["p(x_{0:t}, z_{0:t})", "q(z_{0:t} | x_{0:t})"]
support: ["finite all"]
""",
    "densities under q": """
parameters: [t >= 0]
model: ["p(x_{0:t}, z_{0:t})", "q(z_{0:t} | x_{0:t})"]
support: ["finite all", "q(z_{0:t} | x_{0:t}) << p(z_{0:t} | x_{0:t})"]
""",
    "factors under q": """
parameters: [t >= 0]
model:
  - p(x_{0:t}, z_{0:t}) = prod_{tau=0}^{t} p(x_tau | z_tau) p(z_tau | z_{0:tau-1})
  - q(z_{0:t} | x_{0:t}) = prod_{tau=0}^{t} q(z_tau | z_{0:tau-1}, x_{0:tau})
support: ["finite all", "q(z_{0:t} | x_{0:t}) << p(z_{0:t} | x_{0:t})"]
""",
    "functions of slices": """
parameters: [T >= 2, t >= 1, t <= T - 1]
model:
  - p(z_{0:T}) = p(z_0) prod_{tau=1}^{T} p(z_tau | z_{tau-1})
  - q(z_{0:T}) = q(z_0) prod_{tau=1}^{T} q(z_tau | z_{tau-1})
  - p2(y_{0:2})
functions: ["f(z_{0:T})", "g(z_{0:T}) > 0", "h(y_{0:2})"]
""",
    "copies in a row": """
model: ["q(z)", "r(z)"]
copies: ["z_{1:2} of z"]
functions: ["f(z_{1:2})"]
""",
    "ends": """
parameters: [t >= 0, T >= 1, s >= 0, "s <= t", "r"]
model: ["q(z_{0:t}, x_{0:t})", "p(y_{1:T})", "c(z_{0:t} | x_{0:t})"]
functions: ["f(z)", "h(u)"]
define: ["G(z) = f(z)"]
""",
}

# Lines that are false at some horizon.
FALSE: dict[str, tuple[str, ...]] = {
    "chains": (
        "q(x_T | x_0) = q(x_T)",
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_0)",
        "q(x_{0:T}) = q(x_0) prod_{t=2}^{T} q(x_t | x_{t-1})",
        "p(x_0 | x_T) = p(x_0 | x_1)",
        "q(x_T | x_0, x_{1:T-1}) = q(x_T)",
        "q(x_{1:T}) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "int q(x_{0:T}) dx_{1:T} = 1",
        "E_{q(x_{0:T})}[sum_{t=1}^{T} f(x_t)] = sum_{t=1}^{T} E_{q(x_{0:t-1})}[f(x_{t-1})]",
        "int (prod_{t=1}^{T} q(x_t | x_{t-1})) dx_{0:T} = 1",
        "int (prod_{t=1}^{T} q(x_{t-1} | x_t)) dx_{1:T} = 1",
        "int (prod_{t=1}^{T} q(x_t | x_{t-1})) dx_{0:T-1} = 1",
        "E_{q(x_{0:T})}[log q(x_T | x_0)] = E_{q(x_{0:T})}[sum_{t=1}^{T} log q(x_t | x_{t-1})]",
        "E_{q(x_0)}[E_{q(x_{1:T} | x_0)}[f(x_0) f(x_T)]] = E_{q(x_0)}[f(x_0)] E_{q(x_T)}[f(x_T)]",
        "sum_{t=1}^{T} (f(x_t) - f(x_{t-1})) = f(x_T)",
        "sum_{t=1}^{T} (f(x_t) - f(x_{t-1})) = f(x_T) - f(x_1)",
        "sum_{t=2}^{T} (log q(x_t | x_0) - log q(x_{t-1} | x_0)) = log q(x_T | x_0)",
        "sum_{t=1}^{T} f(x_t) >= f(x_T)",
        "sum_{t=1}^{T} g(x_t) >= g(x_1) + g(x_T)",
        "H_q(x_{0:T}) = sum_{t=0}^{T} H_q(x_t)",
        "H_q(x_{0:T}) = H_q(x_0) + sum_{t=1}^{T} H_q(x_t | x_0)",
        "I_q(x_0; x_T) = 0",
        "I_q(x_0; x_{1:T}) = I_q(x_0; x_T)",
        "H_q(x_T | x_0) = H_q(x_T)",
        "H_q(x_T | x_0) >= H_q(x_T)",
        "KL(q(x_{1:T} | x_0) || prod_{t=1}^{T} p(x_{t-1} | x_t)) >= 0",
        "KL(q(x_{0:T-1}) || prod_{t=1}^{T} p(x_t | x_{t-1})) >= 0",
    ),
    "chain": (
        "q(x_{t+1} | x_{t-1}) = q(x_{t+1})",
        "q(x_t | x_{0:t-1}, x_{t+1:T}) = q(x_t | x_{t-1})",
        "q(x_t | x_{0:t-1}, x_{t+1:T}) = q(x_t | x_{t+1})",
        "q(x_{0:t-1} | x_{t+1:T}) = q(x_{0:t-1})",
        "q(x_{t+1:T} | x_{0:t}) = q(x_{t+1:T} | x_0)",
        "q(x_{t+1:T} | x_{0:t}) = prod_{s=t+2}^{T} q(x_s | x_{s-1})",
        "q(x_{0:t}) = q(x_0) prod_{s=1}^{t+1} q(x_s | x_{s-1})",
        "int q(x_{0:T}) dx_t = q(x_{0:t-1}) q(x_{t+1:T})",
        "E_{q(x_{0:T})}[f(x_t)] = E_{q(x_{0:t-1})}[E_{q(x_t)}[f(x_t) g(x_{t-1})]]",
        "sum_{s=0}^{T} g(x_s) >= sum_{s=t}^{T} g(x_s) + g(x_t)",
        "sum_{s=0}^{t} f(x_s) + sum_{s=t}^{T} f(x_s) = sum_{s=0}^{T} f(x_s)",
        "I_q(x_{0:t}; x_{t+1:T}) = I_q(x_{t-1}; x_{t+1})",
    ),
    "kernels": (
        "q(x_T | x_0) = q(x_T | x_{T-1})",
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_0)",
        "q(x_{1:T} | x_0) = prod_{t=2}^{T} q(x_t | x_{t-1})",
        "q(x_{s-1} | x_s, x_0) = q(x_s | x_{s-1}) q(x_{s-1} | x_0)",
        "q(x_s | x_{s-1}) = p(x_{s-1} | x_s)",
        "int (prod_{t=1}^{T} q(x_t | x_{t-1})) dx_{0:T-1} = 1",
        "E_{q(x_{1:T} | x_0)}[f(x_s)] = E_{q(x_{s-1} | x_0)}[f(x_{s-1})]",
        "E_{q(x_{1:T} | x_0)}[sum_{t=1}^{T} f(x_t)] = E_{q(x_{1:T} | x_0)}[sum_{t=0}^{T} f(x_t)]",
        "log q(x_{1:T} | x_0) = sum_{t=2}^{T} log q(x_{t-1} | x_t, x_0)",
    ),
    "temporal": (
        "q(z_{0:t} | x_{0:t}) = prod_{tau=0}^{t} q(z_tau | x_{0:tau})",
        "p(x_{0:t} | z_{0:t}) = prod_{tau=0}^{t} p(x_tau | z_{0:tau-1})",
        "p(z_t | x_{0:t}) = p(z_t | x_t)",
        "p(x_t | x_{0:t-1}) = p(x_t)",
        "p(z_0 | x_{0:t}) = p(z_0 | x_0)",
        "p(x_{0:t}) = prod_{tau=0}^{t} p(x_tau)",
        "p(z_{0:t}) = prod_{tau=0}^{t} p(z_tau)",
        "q(z_0 | x_{0:t}) = q(z_0 | x_0) * p(x_0)",
        "E_{q(z_{0:t} | x_{0:t})}[sum_{tau=0}^{t} f(z_tau)] = sum_{tau=0}^{t} "
        "E_{p(z_{0:tau})}[f(z_tau)]",
        "log p(x_{0:t}) = sum_{tau=0}^{t} log p(x_tau | z_tau)",
        "int p(x_{0:t}, z_{0:t}) dz_{0:t-1} = p(x_{0:t})",
        "int p(x_{0:t}, z_{0:t}) dx_t = p(x_{0:t-1}, z_{0:t-1})",
        "KL(q(z_{0:t} | x_{0:t}) || p(z_{0:t})) = sum_{tau=0}^{t} E_{q(z_{0:tau-1} | "
        "x_{0:tau-1})}[KL(q(z_tau | z_{0:tau-1}, x_{0:tau}) || p(z_tau))]",
        "I_p(x_{0:t}; z_{0:t}) = sum_{tau=0}^{t} I_p(x_tau; z_tau)",
        "H_p(z_{0:t}) = sum_{tau=0}^{t} H_p(z_tau)",
        "H_p(z_{0:t}) = H_p(z_0) + sum_{tau=1}^{t} H_p(z_tau | z_{tau-1})",
        "H_p(x_{0:t} | z_{0:t}) = sum_{tau=0}^{t} H_p(x_tau | x_{0:tau-1})",
        "p(z_{0:t} | x_{0:t}) = prod_{tau=0}^{t} p(z_tau | x_tau)",
    ),
    "smoothing": (
        "q(z_{0:t} | x_{0:t}) = q(z_{0:s} | x_{0:t}) q(z_{s+1:t} | x_{0:t})",
        "p(x_s | z_{0:t}) = p(x_s | z_s)",
        "KL(q(z_{0:t} | x_{0:t}) || p(z_{0:t} | x_{0:t})) <= KL(q(z_{0:s} | x_{0:t}) || "
        "p(z_{0:s} | x_{0:t}))",
        "H_p(z_{0:s} | x_{0:t}) >= H_p(z_{0:s} | x_{0:s})",
        "H_p(z_{0:s}) <= H_p(z_{0:s} | x_{0:s})",
    ),
    "hidden": (
        "p(z_{t+1} | z_{t-1}) = p(z_{t+1})",
        "p(x_{t+1} | x_t) = p(x_{t+1})",
        "p(x_{t+1} | z_{t-1}, x_t) = p(x_{t+1} | z_{t-1})",
        "p(z_t | x_{0:T}) = p(z_t | x_{0:t})",
        "p(x_{t+1:T} | x_{0:t}) = p(x_{t+1:T} | x_t)",
        "p(x_{t+1:T} | x_{0:t}) = p(x_{t+1:T})",
        "p(z_t | x_{0:t}) = p(z_t | x_t)",
        "p(z_{0:T} | x_{0:T}) = prod_{s=0}^{T} p(z_s | x_s)",
        "p(x_{0:t}, z_t) = p(x_{0:t}) p(z_t)",
        "p(z_t | z_{t-1}, x_{t:T}) = p(z_t | z_{t-1}, x_t)",
        "p(z_{t-1} | z_t, x_{0:T}) = p(z_{t-1} | z_t)",
        "int p(z_t | z_{t-1}) p(z_{t-1} | x_{0:t}) dz_{t-1} = p(z_t | x_{0:t-1})",
        "p(x_t | x_{0:t-1}) = int p(x_t | z_t) p(z_t) dz_t",
    ),
    "filter": (
        "p(z_t | x_{0:t}) = p(z_t | x_{0:t-1})",
        "p(x_{0:t}, z_{0:t}) = p(z_0) prod_{s=1}^{t} p(z_s | z_{s-1}) p(x_s | z_s)",
        "p(x_{0:t}, z_{0:t}) = p(z_0) prod_{s=0}^{t} p(x_s | z_s)",
        "p(z_{0:t}) = p(z_0)",
        "p(z_{1:t} | z_0) = 1",
        "p(z_{1:t}) = prod_{s=1}^{t} p(z_s | z_0)",
    ),
    "actions": (
        "p(a_t | z_t, a_{t-1}) = p(a_t)",
        "p(z_t | a_{t-1}) = p(z_t)",
        "p(z_t | z_{t-1}) = p(z_t)",
        "p(z_t | z_{t-1}, a_t) = p(z_t | z_{t-1})",
        "p(z_{0:t}) = p(z_0) prod_{s=1}^{t} p(z_s)",
        "p(a_{0:t}) = prod_{s=0}^{t} p(a_s)",
        "p(a_{0:t} | z_{0:t}) = prod_{s=0}^{t} p(a_s | z_s)",
        "p(z_{0:t}, a_{0:t}) = prod_{s=0}^{t} p(a_s | z_s) p(z_s)",
        "E_{p(z_{0:t}, a_{0:t})}[r(z_0, a_t)] = E_{p(z_0)}[E_{p(a_t)}[r(z_0, a_t)]]",
        "p(z_{1:t} | z_0, a_{0:t}) = prod_{s=1}^{t} p(z_s | z_{s-1}, a_{s-1})",
    ),
    "copies": (
        "q(z_{1:K} | x) = q(z_1 | x)",
        "E_{q(z_{1:K} | x)}[w(z_1) v(z_1)] = E_{q(z_1 | x)}[w(z_1)] E_{q(z_1 | x)}[v(z_1)]",
        "E_{q(z_{1:K} | x)}[sum_{k=1}^{K} w(z_k)] = E_{q(z_1 | x)}[w(z_1)]",
        "E_{q(z_{1:K} | x)}[(sum_{k=1}^{K} w(z_k))^2] = K^2 E_{q(z_1 | x)}[w(z_1)]^2",
        "E_{q(z_{1:K} | x)}[(sum_{k=1}^{K} w(z_k)) (sum_{k=1}^{K} v(z_k))] = sum_{k=1}^{K} "
        "E_{q(z_{1:K} | x)}[w(z_k) v(z_k)]",
        "log((1/K) sum_{k=1}^{K} w(z_k)) >= (1/K) sum_{k=1}^{K-1} log w(z_k)",
        "log p(x) >= E_{q(z_{1:K} | x)}[log(sum_{k=1}^{K} p(x, z_k) / q(z_k | x))]",
        "E_{q(z_{1:K} | x)}[w(z_1) / (sum_{k=1}^{K} w(z_k))] = 1",
        "E_{q(z_{1:K} | x)}[w(z_1) / (w(z_1) + sum_{k=1}^{K} w(z_k))] = E_{q(z_{1:K} | "
        "x)}[w(z_1) / (2 * sum_{k=1}^{K} w(z_k))]",
        "E_{p(z_1 | x)}[E_{q(z_2 | x)}[w(z_1)]] = E_{p(z_1 | x)}[E_{q(z_2 | x)}[w(z_2)]]",
        "E_{p(z_1 | x) q(z_2 | x)}[w(z_1)] = E_{p(z_1 | x) q(z_2 | x)}[w(z_2)]",
    ),
    "three copies": (
        "E_{q(z_{1:K} | x)}[w(z_2) v(z_3)] = E_{q(z_{1:K} | x)}[w(z_2) v(z_2)]",
        "E_{q(z_{1:K} | x)}[w(z_2) sum_{k=1}^{2} v(z_k)] = E_{q(z_{1:K} | x)}[w(z_3) "
        "sum_{k=1}^{2} v(z_k)]",
        "E_{q(z_{1:K} | x)}[w(z_2) / sum_{k=1}^{K-1} v(z_k)] = E_{q(z_{1:K} | x)}[w(z_K) / "
        "sum_{k=1}^{K-1} v(z_k)]",
        "E_{q(z_{1:K} | x)}[sum_{k=1}^{K} (k * w(z_k) / sum_{j=1}^{K} w(z_j))] = 1",
    ),
    "slices": (
        "sum_{tau=0}^{t} sum_{s=0}^{tau} h(s) = (sum_{tau=0}^{t} h(tau)) (t + 1)",
        "sum_{tau=1}^{t} h(tau) = sum_{tau=0}^{t-1} h(tau)",
        "sum_{tau=1}^{t} h(tau) = sum_{tau=0}^{t-1} h(tau + 2)",
        "sum_{tau=0}^{t} h(t - tau) = sum_{tau=0}^{t} h(tau + 1)",
        "sum_{tau=0}^{t} 1 = t",
        "sum_{tau=1}^{t} 1 = t + 1",
        "prod_{tau=0}^{t} 2 = 2^t",
        "prod_{tau=1}^{t} exp(h(tau)) = exp(sum_{tau=0}^{t} h(tau))",
        "log prod_{tau=0}^{t} (k(tau) + 1) = sum_{tau=1}^{t} log(k(tau) + 1)",
        "sum_{tau=0}^{t} k(tau) >= k(t) + k(0)",
        "sum_{tau=1}^{t} k(tau) >= k(t)",
        "sum_{tau=1}^{t} (k(tau) + 1) >= 1",
        "(sum_{tau=0}^{t} h(tau))^2 <= sum_{tau=0}^{t} h(tau)^2",
        "(sum_{tau=0}^{t} h(tau))^2 >= sum_{tau=0}^{t} h(tau)^2",
        "log sum_{tau=0}^{t} (k(tau) + 1) >= sum_{tau=0}^{t} log(k(tau) + 1)",
        "sum_{tau=0}^{t} (h(tau) * k(tau)) = (sum_{tau=0}^{t} h(tau)) (sum_{tau=0}^{t} k(tau))",
        "sum_{tau=0}^{t} tau = t * (t + 1)",
        "prod_{tau=0}^{t} (h(tau) + k(tau)) = (prod_{tau=0}^{t} h(tau)) + prod_{tau=0}^{t} k(tau)",
        "f(z_{0:t}) = f(z_0)",
        "E_{q(z_{0:t})}[f(z_0)] = E_{q(z_{0:t})}[f(z_t)]",
        "E_{q(z_{0:t})}[f(z_{0:t})] = E_{q(z_0)}[f(z_0)]",
        "KL(q(z_{0:t}) || p(z_{0:t})) = sum_{tau=0}^{t} KL(q(z_tau) || p(z_tau))",
        "KL(q(z_{0:t}) || prod_{tau=0}^{t} p(z_tau)) = sum_{tau=0}^{t} KL(q(z_tau) || p(z_tau))",
        "q(z_{0:t}) = prod_{tau=0}^{t} q(z_tau)",
        "q(z_{0:t}) = prod_{tau=1}^{t} q(z_tau | z_{0:tau-1})",
        "q(z_{1:t} | z_0) = q(z_{1:t})",
        "H_q(z_{0:t}) = H_q(z_0)",
        "E_{q(z_{0:t})}[E_{p(z_{0:t})}[g(z_{0:t})]] = E_{q(z_{0:t})}[g(z_{0:t})]",
        "E_{q(z_{0:t})}[E_{p(z_0)}[g(z_0)]] = E_{q(z_{0:t})}[g(z_0)]",
        "E_{q(z_{0:t})}[g(z_0) E_{p(z_0)}[g(z_0)]] = E_{p(z_0)}[g(z_0)^2]",
    ),
    "one element discrete": (
        "p(z_{0:t}) <= 1",
        "H_p(z_{0:t}) >= 0",
    ),
    "another discrete": (
        "p2(x, y) <= p2(x)",
        "H_p(z_{0:t}) >= 0",
    ),
    "densities": (
        "E_{q(z_{0:t} | x_{0:t})}[p(x_{0:t}, z_{0:t}) / q(z_{0:t} | x_{0:t})] = p(x_{0:t})",
    ),
    "densities under q": (
        "E_{q(z_{0:t} | x_{0:t})}[p(x_{0:t}, z_{0:t}) / q(z_{0:t} | x_{0:t})] = p(x_{0:t})",
    ),
    "factors under q": (
        "E_{q(z_{0:t} | x_{0:t})}[p(x_{0:t}, z_{0:t}) / q(z_{0:t} | x_{0:t})] = p(x_{0:t})",
    ),
    "functions of slices": (
        "E_{p(z_{0:T})}[f(z_{0:T})] = E_{p(z_0)}[E_{q(z_{1:T} | z_0)}[f(z_{0:T})]]",
        "E_{p(z_{0:T})}[f(z_{0:T})] = E_{p(z_{0:T-1})}[E_{p(z_T)}[f(z_{0:T})]]",
        "E_{p(z_{0:T})}[E_{p(z_t | z_{t-1})}[f(z_{0:T})]] = E_{p(z_{0:T})}[f(z_{0:T})]",
        "E_{p(z_0)}[E_{p(z_{1:T} | z_0)}[log g(z_{0:T})]] >= log E_{p(z_{0:T})}[g(z_{0:T})]",
        "E_{p2(y_{0:2})}[h(y_{0:2})] = E_{p2(y_0)}[E_{p2(y_1, y_2)}[h(y_{0:2})]]",
    ),
    "copies in a row": (
        "int q(z_1) r(z_2) f(z_{1:2}) dz_1 dz_2 = int q(z_2) r(z_1) f(z_{1:2}) dz_1 dz_2",
    ),
    "ends": (
        "E_{q(z_{0:t})}[E_{q(z_s | z_{0:s-1})}[f(z_{0:s})]]"
        " = E_{q(z_{0:s-1})}[E_{q(z_s)}[f(z_{0:s})]]",
        "E_{q(z_{0:t} | x_{0:t})}[E_{q(z_{0:s})}[f(z_t)]] = 1",  # bound by one where s = t
        "H_q(z_{0:s-1}) = 0",
        "I_q(z_{0:s-1}; x_{0:t}) = 0",
        "int h(1) dz_{0:t} = h(1)",
        "E_{q(z_s)}[q(z_{0:t})] = 1",
        "c(z_{0:s} | x_{0:t}) = c(z_s | z_{0:s-1}, x_{0:t}) c(z_{0:s} | x_{0:t})",
        "t = t + 1",
        "prod_{tau=0}^{t} (-1) = 1",
        "prod_{tau=0}^{t} sqrt(h(tau)^2) = prod_{tau=0}^{t} h(tau)",
        "KL(q(z_{0:t}) || prod_{tau=0}^{t-1} q(z_tau)) >= 0",
        "KL(q(z_{0:t}) || prod_{tau=0}^{t} q(z_tau | z_{0:tau-1}, z_{tau+1:t})) >= 0",
    ),
}

# Lines that mean nothing at some horizon, by what the message is about.
ILL_FORMED: tuple[tuple[str, str, str], ...] = (
    ("kernels", "only-given", "q(x_0) = q(x_0)"),
    ("kernels", "only-given", "q(x_{0:T}) = prod_{t=1}^{T} q(x_t | x_{t-1})"),
    ("kernels", "only-given", "q(x_0 | x_1) = q(x_0 | x_1)"),
    ("kernels", "only-given", "sum_{t=1}^{T} log q(x_{t-1} | x_t) = 1"),
    ("kernels", "only-given", "p(x_T) = p(x_T)"),
    ("kernels", "condition-missing", "q(x_s) = q(x_s)"),
    ("kernels", "condition-missing", "q(x_{1:T}) = q(x_{1:T})"),
    ("kernels", "condition-missing", "q(x_{s-1} | x_s) = q(x_{s-1} | x_s)"),
    ("kernels", "condition-missing", "p(x_{s-1} | x_{s-2}) = p(x_{s-1} | x_{s-2})"),
    ("kernels", "not-covered", "H_q(x_{1:T} | x_0) = 0"),
    ("kernels", "out-of-range", "q(x_{s+1} | x_s) = q(x_{s+1} | x_s)"),
    ("chains", "out-of-range", "sum_{t=1}^{T} f(x_t) = f(x_1) + f(x_2) + sum_{t=3}^{T} f(x_t)"),
    (
        "chains",
        "range-too-short",
        "sum_{t=1}^{T} f(x_t) = f(x_T) + f(x_{T-1}) + sum_{t=1}^{T-2} f(x_t)",
    ),
    ("chains", "bound-twice", "I_q(x_0; x_T | x_1) = 0"),
    ("chain", "bound-twice", "q(x_{t+1} | x_{t-1}, x_0) = q(x_{t+1} | x_0)"),
    ("chain", "out-of-scope", "int q(x_{0:T}) dx_{t:T} = q(x_{0:t})"),
    (
        "temporal",
        "out-of-range",
        "sum_{tau=0}^{t} E_{q(z_{0:t} | x_{0:t})}[log p(x_tau | z_tau)] = sum_{tau=0}^{t} "
        "E_{q(z_{0:tau-1} | x_{0:tau-1})}[log p(x_{tau} | z_{tau-1})]",
    ),
    (
        "temporal",
        "out-of-scope",
        "H(q(z_{0:t} | x_{0:t})) = sum_{tau=0}^{t} H(q(z_tau | z_{0:tau-1}, x_{0:tau}))",
    ),
    ("smoothing", "condition-missing", "q(z_{0:s} | x_{0:t}) = q(z_{0:s} | x_{0:s})"),
    ("smoothing", "condition-missing", "q(z_s | z_{0:s-1}, x_{0:s}) = q(z_s | z_{0:s-1}, x_{0:t})"),
    (
        "smoothing",
        "condition-missing",
        "E_{q(z_{0:s} | x_{0:s})}[f(z_s)] = E_{q(z_{0:t} | x_{0:t})}[f(z_s)]",
    ),
    ("slices", "undeclared-name", "sum_{tau=0}^{t} tau = tau"),
    ("slices", "which-part", "KL(q(z_{0:t}) || p(z_{0:t})) >= KL(q(z_{1:t}) || p(z_{0:t-1}))"),
    ("copies", "out-of-scope", "sum_{k=1}^{K} int q(z_{1:K} | x) dz_k = 1"),
    ("copies", "out-of-scope", "sum_{k=1}^{K} E_{q(z_k | x)}[q(z_{1:K} | x)] = 1"),
    ("copies", "out-of-scope", "sum_{k=1}^{K} KL(q(z_k | x) || q(z_{1:K} | x)) = 1"),
    ("copies", "out-of-scope", "sum_{k=1}^{K} H(q(z_k | x), q(z_{1:K} | x)) = 1"),
    ("slices", "bound-twice", "q(z_{0:t}) = prod_{tau=0}^{t} q(z_tau | z_{tau:t})"),
    ("slices", "out-of-scope", "int (int q(z_{0:t}) dz_{0:t}) q(z_{0:t}) dz_0 = 1"),
    ("ends", "out-of-range", "f(z_{t+1}) = f(z_{t+1})"),
    ("ends", "out-of-range", "f(z_{t-1}) = f(z_{t-1})"),
    ("ends", "out-of-range", "sum_{tau=0}^{t} f(z_{tau-1}) = 1"),
    ("ends", "out-of-range", "sum_{tau=0}^{t} f(z_{tau+1}) = 1"),
    ("ends", "out-of-range", "p(y_0) = 1"),
    ("ends", "range-too-short", "sum_{tau=0}^{t-2} f(z_tau) = 1"),
    ("ends", "range-too-short", "sum_{tau=3}^{1} h(tau) = 0"),
    ("ends", "index-unbounded", "sum_{tau=0}^{r} f(z_tau) = 1"),
    ("ends", "not-an-index", "sum_{tau=0}^{h(2)} h(tau) = 1"),
    ("ends", "not-an-index", "sum_{tau=0}^{t^2} h(tau) = 1"),
    ("ends", "not-an-index", "sum_{tau=0}^{t/2} h(tau) = 1"),
    ("ends", "not-an-index", "sum_{tau=0}^{1.5} h(tau) = 1"),
    ("ends", "unbound-index", "sum_{tau=0}^{tau} h(tau) = 0"),
    ("ends", "bound-twice", "q(z_s, z_t) = q(z_s, z_t)"),
    ("ends", "bound-twice", "sum_{tau=0}^{t} log q(z_tau, z_0) = 1"),
    ("ends", "bound-twice", "sum_{tau=0}^{t} log q(z_tau, z_{t - tau}) = 1"),
    ("ends", "bound-twice", "q(z_{0:t}, z_t) = 1"),
    ("ends", "bound-twice", "I_q(z_{0:s}; z_{s:t}) = 0"),
    ("ends", "bound-twice", "E_{prod_{tau=0}^{t} q(z_tau | z_{0:tau})}[f(z_0)] = f(z_0)"),
    ("ends", "bound-twice", "E_{q(z_0) prod_{tau=0}^{t} q(z_tau)}[f(z_0)] = f(z_0)"),
    ("ends", "bound-twice", "E_{prod_{tau=0}^{t} q(z_tau) q(z_tau)}[f(z_0)] = f(z_0)"),
    ("ends", "which-part", "E_{q(z_{0:t})}[sum_{tau=0}^{t} E_{q(z_s)}[f(z_tau)]] = 1"),
    ("ends", "which-part", "E_{prod_{tau=1}^{t} q(z_tau | z_{tau-1})}[f(z_0)] = f(z_0)"),
    (
        "ends",
        "not-consecutive",
        "E_{prod_{tau=1}^{t} q(z_{t-tau} | z_{t-tau+1})}[f(z_0)] = E_{q(z_0)}[f(z_0)]",
    ),
    ("ends", "cut-slice", "E_{q(z_{0:t})}[E_{q(z_s | z_{0:s-1})}[G(z_{0:s})]] = 1"),
    ("ends", "condition-missing", "c(z_{0:s} | x_{0:s}) = c(z_{0:s} | x_{0:t})"),
    ("ends", "only-given", "c(x_s | z_{0:t}) = 1"),
    ("ends", "wrong-kind", "E_{c(z_{0:t} | x_{0:t})}[f(x_t)] = f(x_t)"),
    ("ends", "wrong-kind", "f(x_0) = f(z_0)"),
    ("ends", "variable-expected", "f(z) = f(z)"),
    ("ends", "unknown-variable", "q(z) = q(z)"),
    ("ends", "wrong-arguments", "f(z_{0:t}, z_0) = 1"),
    ("ends", "undeclared-name", "z_0 = 1"),
    (
        "ends",
        "circular-law",
        "E_{prod_{tau=0}^{t} q(z_tau | x_tau) q(x_tau | z_tau)}[f(z_0)] = f(z_0)",
    ),
    ("ends", "not-consecutive", "E_{prod_{tau=0}^{t} q(z_0)}[f(z_0)] = f(z_0)"),
    ("ends", "not-consecutive", "E_{prod_{tau=0}^{t} q(z_{0:tau})}[f(z_0)] = f(z_0)"),
)

# Lines next to them that hold.
TRUE: dict[str, tuple[str, ...]] = {
    "kernels": (
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "q(x_s | x_{0:s-1}) = q(x_s | x_{s-1})",
        "q(x_s | x_{s-2}, x_{s-1}) = q(x_s | x_{s-1})",
        "p(x_{s-1} | x_{s:T}) = p(x_{s-1} | x_s)",
        "q(x_{s-1} | x_s, x_0) = q(x_s | x_{s-1}) q(x_{s-1} | x_0) / q(x_s | x_0)",
        "q(x_{1:T} | x_0) = q(x_1 | x_0) prod_{t=2}^{T} q(x_t | x_{t-1}, x_0)",
        "int (prod_{t=1}^{T} q(x_t | x_{t-1})) dx_{1:T} = 1",
        "int q(x_2 | x_1) q(x_1 | x_0) dx_1 = q(x_2 | x_0)",
        "int (prod_{t=1}^{T} p(x_{t-1} | x_t)) dx_{0:T-1} = 1",
        "E_{q(x_{1:T} | x_0)}[f(x_s)] = E_{q(x_s | x_0)}[f(x_s)]",
        "E_{q(x_{1:T} | x_0)}[log q(x_{1:T} | x_0)] = "
        "sum_{t=1}^{T} E_{q(x_{1:T} | x_0)}[log q(x_t | x_{t-1})]",
        "sum_{t=2}^{T} (log q(x_t | x_0) - log q(x_{t-1} | x_0)) = "
        "log q(x_T | x_0) - log q(x_1 | x_0)",
        "KL(q(x_{1:T} | x_0) || prod_{t=1}^{T} q(x_t | x_{t-1})) = 0",
    ),
    "kernels under their support": (
        "q(x_s | x_{0:s-1}) = q(x_s | x_{s-1})",
        "q(x_{s-1} | x_s, x_0) = q(x_s | x_{s-1}) q(x_{s-1} | x_0) / q(x_s | x_0)",
    ),
    "functions of slices": (
        "E_{p(z_{0:T})}[f(z_{0:T})] = E_{p(z_0)}[E_{p(z_{1:T} | z_0)}[f(z_{0:T})]]",
        "E_{p(z_{0:T})}[f(z_{0:T})] = E_{p(z_T)}[E_{p(z_{0:T-1} | z_T)}[f(z_{0:T})]]",
        "E_{p(z_{0:T})}[f(z_{0:T})] = E_{p(z_{0:t})}[E_{p(z_{t+1:T} | z_t)}[f(z_{0:T})]]",
        "E_{p(z_0)}[E_{p(z_{1:T} | z_0)}[log g(z_{0:T})]] <= log E_{p(z_{0:T})}[g(z_{0:T})]",
        "E_{p2(y_{0:2})}[h(y_{0:2})] = E_{p2(y_0)}[E_{p2(y_1, y_2 | y_0)}[h(y_0, y_1, y_2)]]",
    ),
    "copies in a row": (
        "int q(z_1) q(z_2) f(z_{1:2}) dz_1 dz_2 = E_{q(z_1)}[E_{q(z_2)}[f(z_{1:2})]]",
    ),
    "ends": (
        "E_{q(z_{0:t})}[E_{q(z_s | z_{0:s-1})}[f(z_{0:s})]] = E_{q(z_{0:s})}[f(z_{0:s})]",
        "sum_{s=0}^{t} E_{q(z_{0:s-1})}[E_{q(z_s | z_{0:s-1})}[f(z_{0:s})]]"
        " = sum_{s=0}^{t} E_{q(z_{0:s})}[f(z_{0:s})]",
        "sum_{tau=0}^{t-1} f(z_tau) = sum_{tau=0}^{t-1} f(z_tau)",
        "sum_{tau=0}^{3} h(tau) = h(0) + h(1) + h(2) + h(3)",
        "sum_{tau=3}^{2} h(tau) = 0",
        "q(z_{0:s}, z_{s+1:t}) = q(z_{0:t})",
        "q(z_{0:s-1}, z_s, z_{s+1:t}) = q(z_{0:t})",
        "p(y_{1:0}) = 1",
        "p(y_{1:T} | y_{1:0}) = p(y_{1:T})",
        "E_{q(z_{0:s-1})}[h(1)] = h(1)",
        "E_{p(y_{1:0})}[h(1)] = h(1)",
        "KL(p(y_{1:0}) || p(y_{1:0})) = 0",
        "H_p(y_{1:0}) = 0",
        "int h(1) dy_{1:0} = h(1)",
        "E_{q(z_{0:t})}[E_{q(z_s)}[f(z_{s})]] = E_{q(z_s)}[f(z_s)]",
        "E_{q(z_s)}[q(z_{0:s})] = E_{q(z_s)}[q(z_{0:s-1} | z_s) q(z_s)]",
        "c(z_{0:s} | x_{0:t}) = c(z_s | z_{0:s-1}, x_{0:t}) c(z_{0:s-1} | x_{0:t})",
        "sum_{tau=0}^{t} (tau - tau) = 0",
        "sum_{tau=0}^{t} 0 = 0",
        "prod_{tau=0}^{t} h(tau)^2 = (prod_{tau=0}^{t} h(tau))^2",
        "KL(prod_{tau=0}^{t} q(z_tau) || q(z_{0:t})) >= 0",
        "KL(prod_{tau=0}^{t} q(z_tau | x_tau) || q(z_{0:t} | x_{0:t})) >= 0",
        "KL(q(z_{0:t}) || prod_{tau=0}^{t} q(z_tau | x_tau)) >= 0",
        "KL(q(z_{0:t}) || prod_{tau=0}^{t} q(z_tau | z_{0:tau-1})) = 0",
    ),
}


def judged(name: str, says: str) -> StepReport:
    """The report on a step that says this and cites nothing, in a file of its own."""
    declarations = MODELS_OF_LINES[name].strip()
    text = f"title: t\n{declarations}\nsteps:\n  - so: {says!r}\nclaim: {says!r}\n"
    (step,) = ruled(text).steps
    return step


@pytest.fixture
def _trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is asked though the numeric side has already objected, and all rules are tried."""

    def all_rules(context: Context, goal: Goal) -> list[str]:
        return [r for r in RULES if r in {*relevant_rules(context, goal), "index", "exchange"}]

    for objection in ("_agrees", "_stands"):
        monkeypatch.setattr(f"verifier.judge.step.{objection}", lambda *_: True)
    monkeypatch.setattr("verifier.tactics.smallest.relevant_rules", all_rules)


@pytest.mark.usefixtures("_trusting")
@pytest.mark.parametrize(("name", "says"), [(n, s) for n, rows in FALSE.items() for s in rows])
def test_false_line_is_not_proved(name: str, says: str) -> None:
    assert judged(name, says).verdict.value == "refuted"


@pytest.mark.parametrize(("name", "code", "says"), ILL_FORMED)
def test_line_without_meaning_says_why(name: str, code: str, says: str) -> None:
    step = judged(name, says)
    assert step.verdict.value == "ill-formed"
    assert step.diagnostic is not None
    assert step.diagnostic.code == code


@pytest.mark.usefixtures("_trusting")
@pytest.mark.parametrize(("name", "says"), [(n, s) for n, rows in TRUE.items() for s in rows])
def test_true_line_is_proved(name: str, says: str) -> None:
    assert judged(name, says).verdict.value == "proved"


CHAIN = "q(x_{0:T}, y_{1:T})"


def declared(line: str) -> frozenset[Expr]:
    """The factors of the model line of q."""
    text = f"title: t\nmodel: [{line!r}]\nparameters: [T >= 2]\n"
    loaded = load_text(f"{text}steps: [{{so: 1 = 1}}]\nclaim: 1 = 1\n")
    return frozenset(read_declarations(loaded).model.family["q"].factors)


@pytest.mark.parametrize(
    "factors",
    [
        "q(x_1 | x_0) q(y_1 | x_1) prod_{t=2}^{T} q(x_t | x_{t-1}) q(y_t | x_t)",
        "q(x_1 | x_0) q(y_1 | x_1) q(x_2 | x_1) q(y_2 | x_2) "
        "prod_{t=3}^{T} q(x_t | x_{t-1}) q(y_t | x_t)",
    ],
)
def test_first_factors_that_stand_apart_are_of_the_product(factors: str) -> None:
    line = "q(x_{1:T}, y_{1:T} | x_0) = "
    whole = "prod_{t=1}^{T} q(x_t | x_{t-1}) q(y_t | x_t)"
    assert declared(line + factors) == declared(line + whole)


@pytest.mark.parametrize(
    "factors",
    [
        "q(x_0) prod_{t=1}^{T} q(x_t | x_{t-1}) q(y_t | x_t)",
        "q(x_0) prod_{t=1}^{T} (q(x_t | x_{t-1}) q(y_t | x_t))",
        "q(x_0) prod_{t=1}^{T} [q(y_t | x_t) * q(x_t | x_{t-1})]",
        "(prod_{t=1}^{T} q(x_t | x_{t-1}) q(y_t | x_t)) q(x_0)",
        "[prod_{t=1}^{T} ((q(x_t | x_{t-1})) (q(y_t | x_t)))] * (q(x_0))",
        "((q(x_0)) (prod_{t=1}^{T} (q(x_t | x_{t-1}) q(y_t | x_t))))",
    ],
)
def test_factors_stand_in_any_brackets_and_order(factors: str) -> None:
    plainly = f"{CHAIN} = q(x_0) prod_{{t=1}}^{{T}} q(x_t | x_{{t-1}}) q(y_t | x_t)"
    assert declared(f"{CHAIN} = {factors}") == declared(plainly)


def test_only_the_conditions_that_matter_are_missed() -> None:
    says = "q(x_2 | x_1) = q(x_2 | x_1)"
    (report,) = verify(
        text='title: t\nmodel: ["q(x_{1:T} | x_0, y) = prod_{t=1}^{T} q(x_t | x_{t-1}, y)"]\n'
        f"parameters: [T >= 2]\nsteps: [{{so: {says!r}}}]\nclaim: 1 = 1\n"
    ).derivations
    why = report.steps[0].diagnostic
    assert why is not None
    assert (why.code, why.data["variables"]) == ("condition-missing", "y")
