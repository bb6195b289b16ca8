"""That a certificate says what the file says: read again from its text, each line has the values
that the campaign's evaluator gives to the formula as it is written."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from campaign.balls import Unknown
from campaign.evaluate import Evaluator
from campaign.problem import Problem, problem
from campaign.values import Undefined
from campaign.worlds import Block, Family, Slot, World
from corpus_table import TRUE

from certificate.reading import File, Values, read, table
from certificate.statements import ROOT, account, account_of, forced, in_order, read_alone
from verifier.certificate import names
from verifier.certificate.writer import certificate
from verifier.commands.accounts import accounted

FILES = (
    *(
        "derivations/kl.yaml",
        "derivations/blog/kl-view.yaml",
        "derivations/blog/bayes-theorem.yaml",
    ),
    *(
        f"tests/corpus/true/{name}.yaml"
        for name in (
            *("hc06-evidence", "hc07-jensen", "hc29-bound", "hc35-evidence"),
            "hc41-labelled",  # conditionals that leave out what is given
        )
    ),
)
WORLDS = 4


Drawn = tuple[dict[str, int], World, dict[str, dict[Any, Fraction]]]


def drawn(file: File, random: Random, zeros: bool) -> Drawn:
    """Tables for a certificate, and the same as a world of the campaign."""
    alphabets = {*file.fixed.values()}.union(*file.tables.values())
    sizes = {name: random.randint(2, 3) for name in sorted(alphabets)}
    bases = {name: name.removeprefix("A_") for name in sizes}
    ones = {base: tuple((p, Fraction(1)) for p in range(sizes[n])) for n, base in bases.items()}
    world, tables = World({**ones}), {}
    for name, over in file.tables.items():
        family, left = re.fullmatch(r"(\S+)\((.*?)(?: \| .*)?\)", file.said[name]).groups()  # type: ignore[union-attr]
        law = [bases[a] in left.split(", ") for a in over]
        tables[name] = table(random, [sizes[a] for a in over], law, zeros)
        order = [*zip([(bases[a], None) for a in over], law, strict=True)]
        own, given = (tuple(s for s, of in order if of is keep) for keep in (True, False))
        places = [[s for s, _ in order].index(slot) for slot in (*own, *given)]
        at = {tuple(cell[p] for p in places): value for cell, value in tables[name].items()}
        found = world.families.setdefault(family, Family((), (), ()))
        found.left = (*found.left, *own)
        found.blocks = (*found.blocks, Block(own, given, at))
    return sizes, world, tables


@pytest.mark.parametrize("zeros", [False, True], ids=["positive", "zeros"])
@pytest.mark.parametrize("name", FILES)
def test_lines_have_the_values_of_what_is_written(name: str, zeros: bool) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    known = problem(text)
    assert known is not None
    file = read(certificate(account(ROOT / name)).text)
    random, compared = Random(name), 0
    for _ in range(WORLDS):
        sizes, world, tables = drawn(file, random, zeros)
        for line in known.families:
            given = tuple((v.base, None) for v in line.density.right)
            family = world.families[line.density.family]
            family.blocks, family.right = in_order(family.blocks, given), given
        fixed = {v: random.randrange(sizes[a]) for v, a in file.fixed.items()}
        values = Values(file, sizes, tables, fixed)
        compared += sum(same(values, line, points) for line, points in lines(known, values, world))
    assert compared


def lines(known: Problem, values: Values, world: World):  # type: ignore[no-untyped-def]
    """The right sides of steps, and what they are as they are written, at the fixed points."""
    points: dict[Slot, int] = {(v.removeprefix("v_"), None): p for v, p in values.fixed.items()}
    evaluator = Evaluator(known, world)
    for line in known.lines:
        name = f"e{line.step}"
        if name in values.file.definitions and not values.file.arguments[name]:
            yield name, (lambda line=line: evaluator.value(line.right, evaluator.place(points)))


def same(values: Values, name: str, meant) -> bool:  # type: ignore[no-untyped-def]
    """Whether a line has a meaning here; then its value is the one that is meant."""
    try:
        value = float(meant())
    except (Undefined, Unknown):
        return False
    if abs(value) == float("inf"):
        return False
    assert values.of(name) == pytest.approx(value, abs=1e-9), name
    return True


def test_no_name_is_one_of_the_library() -> None:
    texts = [path.read_text() for path in (ROOT / "verifier/certificate/elbo_coq").glob("*.v")]
    ours = {n for t in texts for n in re.findall(r"(?:Lemma|Theorem|Definition|Ltac) (\S+)", t)}
    assert len(ours) > 100
    assert not [name for name in ours if re.match(r"[Avdkfcw]_|e\d|s\d|claim|defined\d", name)]


def test_names_that_differ_stay_different() -> None:
    texts = ["x", "x'", "φ", "θ", "x_1", "x 1", "x;1", "xprime", "x'27", "p;θ", "p;φ", ""]
    assert len({names.bound(text) for text in texts}) == len(texts)
    taken = frozenset(map(names.bound, texts))
    assert names.unlike(names.bound("x"), taken) not in taken


def test_bound_variables_are_told_apart() -> None:
    text = """
title: a sum inside a sum of the same variable
model: ["p(x, z)"]
start: "int p(z) log p(z) dz"
steps: [{eq: "int p(z) (log p(z)) (int p(z) dz) dz"}]
claim: "int p(z) log p(z) dz = int p(z) (log p(z)) (int p(z) dz) dz"
"""
    printed = certificate(account_of(text)).text
    assert re.search(r"fun v_z => .*fun v_z' =>", printed)


def test_comments_hold_whatever_is_written() -> None:
    text = """
title: 'a (* b *) "c'
model: ["p(x)"]
steps: [{so: "int p(x) dx = 1"}]
claim: "int p(x) dx = 1"
"""
    printed = certificate(account_of(text)).text
    first = printed.splitlines()[0]
    assert first.count("(*") == first.count("*)") == 1
    assert '"' not in first


def test_what_is_declared_is_all_that_is_assumed() -> None:
    """Under `support` tables may be 0, and only what is listed is positive."""
    printed = certificate(account(ROOT / "derivations/kl.yaml")).text
    named = re.findall(r"^Hypothesis (\S+) :", printed, re.M)
    assert [n for n in named if n.startswith("support")] == ["support1a", "support1_at0"]
    assert not [n for n in named if n.endswith("_positive")]
    assert "Hypothesis k_p_x_z_nonnegative" in printed
    folder = Path(ROOT / "tests/corpus/true")
    printed = certificate(account(folder / "hc07-jensen.yaml")).text
    assert "Hypothesis k_p_x_z_positive" in printed


MEANT = {  # what a claim shows of itself, and what of it is to be proved
    "p(x | z) = p(x, z) / p(z)": ({"0 < d_p_z v_z"}, 0),
    "log(c q(z)) = log c + log q(z)": ({"0 < d_q_z v_z"}, 2),
    "log(f(z) / q(z)) = log f(z) - log q(z)": ({"0 < d_q_z v_z"}, 2),
    "log(q(z) - p(z)) = log(q(z) - p(z))": (set(), 1),
    "log(1 - 2) = 0": (set(), 1),
    "c / c = 1": (set(), 1),
}


@pytest.mark.parametrize("said", MEANT)
def test_only_of_densities_it_is_granted_that_a_claim_has_a_meaning(said: str) -> None:
    """As for the kernel: the sign of anything else follows from what is declared."""
    meant, proved = MEANT[said]
    text = f"""
title: a row
model: ["p(x, z)", q(z)]
support: []
functions: [f(z)]
parameters: [c]
steps: [{{so: "{said}"}}]
claim: "{said}"
"""
    printed = forced(account_of(text)).text
    assert {*re.findall(r"^Hypothesis meant\d+ : (.*?)\. \(\*", printed, re.M)} == meant
    assert len(re.findall(r"^Lemma defined\d+", printed, re.M)) == proved


def test_finite_grants_divergences_and_no_more() -> None:
    """`finite all` says that a divergence is finite; where log p has no meaning it says nothing."""
    text = """
title: a row
model: [q(z), p(z)]
support: [finite all]
start: "E_{q(z)}[-log p(z)]"
steps: [{eq: "H(q(z), p(z))"}]
claim: "E_{q(z)}[-log p(z)] = H(q(z), p(z))"
"""
    assert "Hypothesis finite" not in certificate(account_of(text)).text
    divergence = text.replace("H(q(z), p(z))", "KL(q(z) || p(z))")
    assert "Hypothesis finite1" in certificate(account_of(divergence)).text


def test_the_page_shows_one_in_full(make: ModuleType) -> None:
    text = make.CERTIFICATES.read_text(encoding="utf-8")
    assert make.certificates(text) == text, "python docs/make.py"


OVER_SEQUENCES = (
    *("hc52-filter", "hc60-bayes", "hc64-paths"),
    *("hc61-bound", "hc63-integrals", "hc99-given", "hc99-projection"),  # factors of others
)


def test_what_is_said_of_worlds_is_stated() -> None:
    """Also of a family whose factors are no chain of its own."""
    said = 0
    for name in (
        "hc52-filter",
        "hc60-bayes",
        "hc61-bound",
        "hc64-paths",
        "hc63-integrals",
        "hc99-given",
        "hc99-projection",
    ):
        file, library = read_alone(TRUE / f"{name}.yaml")
        text = forced(accounted(file, library)).text
        stated = {*re.findall(r"^(?:Lemma|Definition|Notation) (w_[\w']+)", text, re.MULTILINE)}
        named = {*re.findall(r"(?<![\w'])w_[\w']+", text)}
        assert named <= stated, name
        said += len(named)
    assert said > 100
