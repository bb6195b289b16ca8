"""What is too large is counted before it is done, and said: steps, marginals, orders of copies."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from io import StringIO
from itertools import combinations, islice, permutations

import pytest
from effort import calls
from sympy import Add, Expr, Integer, Mul, Symbol, factor_list, symbols

from verifier import verify
from verifier.errata.alternatives import Vocabulary
from verifier.errata.edits import _everywhere
from verifier.formula import written as w
from verifier.formula.scope import Names
from verifier.judge.environment import MOST_STEPS, within
from verifier.kernel.arithmetic import product
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.equality.ratios import _evidently_irreducible
from verifier.kernel.equality.store import _orders
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.model import Family, Model, Parameter
from verifier.kernel.polynomials import Monomial, Polynomial
from verifier.kernel.terms import Density, Exp, Log, Statement, Var
from verifier.messages import message
from verifier.numeric.meaning.gaps import terms_needed
from verifier.numeric.search.batches import Source
from verifier.numeric.search.sampled_model import SampledModel
from verifier.numeric.worlds.facts import solve
from verifier.outcome import FileVerdict, Verdict
from verifier.report import write
from verifier.tactics.scopes import MAX_SCOPES, scopes

# -- steps ----------------------------------------------------------------------------------------


def to_and_fro(count: int) -> str:
    steps = "".join(f"  - eq: {('a + b', 'b + a')[i % 2]}\n" for i in range(1, count + 1))
    head = "title: to and fro\nmodel: []\nparameters: [a, b]\nstart: a + b\nsteps:\n"
    return f"{head}{steps}claim: a + b = a + b\n"


def test_steps_beyond_the_work_for_a_file_are_unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("chain", "environment"):
        monkeypatch.setattr(f"verifier.judge.{module}.MOST_STEPS", 4)
    (report,) = verify(text=to_and_fro(6)).derivations
    assert report.verdict is FileVerdict.FAILED
    assert [step.verdict for step in report.steps] == [Verdict.PROVED] * 4 + [Verdict.UNPROVED] * 2
    last = report.steps[-1].diagnostic
    assert last is not None
    assert message(last) == "not judged: the work for one file is spent after 4 of its 6 steps"


WEIGHED = """title: out of work
model: ["p(x, z)", "q(z | x)"]
steps:
  - {so: "log p(x) = E_{q(z | x)}[log(p(x, z) / q(z | x))] + KL(q(z | x) || p(z | x))", by: BY}
claim: log p(x) = log p(x)
"""
SPENT = r"within the work that one step may take: \d+ terms were looked at"


@pytest.mark.parametrize("rules", ["[kl, chain-rule, log-rules, linearity, normalisation]", "[kl]"])
def test_out_of_work_is_said_with_what_was_spent(
    rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.judge.environment.STEP_BUDGET", 20)
    report = verify(text=WEIGHED.replace("BY", rules))
    (step,) = report.derivations[0].steps
    assert (step.verdict, step.diagnostic and step.diagnostic.code) == (
        Verdict.UNPROVED,
        "undecided",
    )
    for form in ("rich", "plain", "json", "concise"):
        stream = StringIO()
        write(report, stream, form)
        text = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
        assert re.search(SPENT, " ".join(text.split())), form


def test_a_claim_out_of_work_is_not_called_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(*_: object) -> None:
        raise OutOfWork

    monkeypatch.setattr("verifier.judge.claim.prove", no_more)
    (report,) = verify(text=to_and_fro(1)).derivations
    assert report.problem is not None
    assert report.problem.code == "claim-undecided"
    assert "60,000 terms were looked at" in message(report.problem)


def test_a_long_file_is_within_the_work() -> None:
    assert MOST_STEPS >= 1000


def test_names_grow_without_being_copied() -> None:
    def grown(count: int) -> Names:
        names = Names()
        for i in range(count):
            names = Names.grown(names, [f"a{i}"])
        return names

    small, large = (calls(partial(grown, n)) for n in (100, 1000))
    assert large < 12 * small
    one = Names(["a", "b"])
    other, another = Names.grown(one, ["c"]), Names.grown(one, ["d"])
    assert [*one] == ["a", "b"]
    assert ({*other}, {*another}) == ({"a", "b", "c"}, {"a", "b", "d"})
    assert "c" in other
    assert "c" not in one
    assert "c" not in another


def test_all_questions_about_a_step_have_so_much_work_together() -> None:
    budget = Budget(10)
    with within(budget, 15):
        budget.spend(10)
        budget.refill()
        with within(budget, 3), pytest.raises(OutOfWork):
            budget.spend(4)
        budget.spend(1)
        with pytest.raises(OutOfWork):
            budget.spend(1)
    budget.refill()
    budget.spend(10)


@pytest.mark.parametrize(("count", "made"), [(5, True), (60, False)])
def test_names_are_exchanged_where_that_is_little_work(count: int, made: bool) -> None:
    variables = tuple(w.Variable(f"x{i}") for i in range(count))
    words = Vocabulary((), (), variables, (), (), (), frozenset())
    found = _everywhere(w.Logarithm(w.Density("p", variables, ())), words)
    assert any(edit.kind == "scope" for edit in found) is made


# -- the kernel and what proposes to it -----------------------------------------------------------


def test_marginals_of_many_variables_are_proposed_one_by_one() -> None:
    xs = tuple(Var(f"x{i:02}") for i in range(60))
    model = Model(families=(Family("p", xs),))
    law = Law(xs, (Density("p", xs),))
    assert len(scopes(model.order, [law])) == MAX_SCOPES


@pytest.mark.parametrize("count", [2, 5, 6, 12, 20])
def test_orders_of_many_copies_are_not_all_listed(count: int) -> None:
    copies = frozenset(Var("z").tagged(tag) for tag in range(1, count + 1))
    found = _orders(copies)
    assert 0 < len(found) <= 720
    assert len({frozenset(order.items()) for order in found}) == len(found)


ATOMS = symbols("a:6")
MONOMIALS: list[Monomial] = [
    *(((i, 1),) for i in range(4)),
    *(((i, 1), (j, 1)) for i, j in combinations(range(4), 2)),
    ((0, 2),), ((1, 2),), ((0, 2), (1, 1)), (),
]  # fmt: skip


def test_what_is_called_irreducible_is() -> None:
    """Sums of two and of three terms, asked of SymPy too."""
    told = 0
    for size, step in ((2, 1), (3, 5)):
        for chosen in islice(combinations(MONOMIALS, size), 0, None, step):
            polynomial = Polynomial({m: 1 + i for i, m in enumerate(chosen)})
            _, _, rest = polynomial.primitive(lambda m: m)
            if not _evidently_irreducible(rest):
                continue
            told += 1
            expression = Add(*(c * _product(m) for m, c in rest.terms.items()))
            assert sum(n for _, n in factor_list(expression)[1]) == 1, expression
    assert told > 50


def _product(monomial: Monomial) -> Expr:
    return Mul(*(ATOMS[atom] ** exponent for atom, exponent in monomial))


def test_a_sum_of_shares_is_irreducible_without_factoring() -> None:
    """Over a common denominator: sum_k p_k prod_(j != k) q_j."""
    count = 12
    terms: dict[Monomial, int | Fraction] = {
        tuple(sorted([(k, 1), *((count + j, 1) for j in range(count) if j != k)])): 1
        for k in range(count)
    }
    assert _evidently_irreducible(Polynomial(terms))


# -- what is sampled ------------------------------------------------------------------------------

X = Var("x")
ONE_LAW = Model(families=(Family("p", (X,)),))


def test_a_density_is_one_term_however_many_its_variables() -> None:
    joint = Density("p", [Var(f"x{i}") for i in range(60)])
    assert terms_needed([Statement(Log(joint), "=", Log(joint))]) == 4


def test_exact_arithmetic_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def spent() -> int:
        counted: list[int] = []
        false = Statement(Log(Density("p", (X,))), "=", Integer(1))
        assert SampledModel(ONE_LAW, counted.append).refute(false) is not None
        return sum(counted)

    with_exact = spent()
    monkeypatch.setattr("verifier.numeric.numbers.arrays.POINTS_PER_EXACT", 0)
    assert with_exact > spent()


def test_of_many_parameters_one_kind_of_worlds_is_drawn() -> None:
    def batches(count: int) -> int:
        model = Model(parameters=tuple(Parameter(Symbol(f"c{i}", real=True)) for i in range(count)))
        return len([*Source(model, solve(model), lambda _: None, 0).batches()])

    assert batches(3) > 1
    assert batches(2001) == 1


def test_what_means_nothing_is_asked_at_most_once_in_exact_arithmetic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def exactly(*given: object) -> None:
        asked.append(given)

    monkeypatch.setattr("verifier.numeric.meaning.gaps.exactly", exactly)
    mass = Density("p", (X,))
    nothing = Statement(Log(product(Integer(-1), mass)), "=", Integer(1))
    assert not SampledModel(ONE_LAW).probe(nothing)
    assert not asked  # nor in floats, which had room for it
    large = Exp(product(Integer(10**5), mass))
    assert not SampledModel(ONE_LAW).probe(
        Statement(Log(product(Integer(-1), large)), "=", Integer(1))
    )
    assert len(asked) == 1


def test_permutations_of_few_are_all_tried() -> None:
    copies = frozenset(Var("z").tagged(tag) for tag in range(1, 5))
    places = {
        tuple(order[v] for v in sorted(copies, key=lambda v: v.tag)) for order in _orders(copies)
    }
    assert places == {*permutations(range(4))}
