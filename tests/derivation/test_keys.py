"""No key of the format is forgotten: each fills a field, and is compared where files are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import pytest
from sympy import Symbol

from verifier.derivation.answers import answers
from verifier.derivation.derivation import Derivation, Source, Step
from verifier.derivation.keys import FILE_KEYS, STATEMENTS, STEP_KEYS
from verifier.derivation.loader import derivation
from verifier.derivation.rewrite import alike
from verifier.derivation.source import text_source
from verifier.elaborate.model import read_declarations
from verifier.kernel.inference import reflexive
from verifier.kernel.lemmas import Undeclared, imported
from verifier.kernel.model import Model
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Declared, KernelError, conclude
from verifier.outcome import DiagnosticError

# Each key with a value, as the file has it and otherwise.
FILE = {
    "title": ("A title", "Another"),
    "source": ("a book", "another"),
    "description": ("of this", "of that"),
    "author": ("one", "another"),
    "course": ("of this", "of that"),
    "date": ("today", "tomorrow"),
    "model": ("['q(z)']", "['q(z)', 'p(z)']"),
    "copies": ("z_1 of z", "[z_1 of z, z_2 of z]"),
    "parameters": ("['a > 0']", "['a >= 0']"),
    "functions": ("['f(z)']", "['f(z) >= 0']"),
    "define": ("['M = 2']", "['M = 3']"),
    "discrete": ("[z]", "[]"),
    "support": ("['finite all']", "[]"),
    "assume": ("['a = 1']", "['a = 2']"),
    "start": ("'1'", "'2'"),
    "steps": ("[{eq: '1', by: algebra, label: l}]", "[]"),
    "claim": ("1 = 1", "2 = 2"),
    "strict": ("true", "false"),
    "expect": ("verified", "failed"),
}
STEP = {
    "by": ("algebra", "kl"),
    "eq": ("'1'", "'2'"),
    "using": ("first", "[first, first]"),
    "label": ("here", "there"),
    "note": ("so it is", "or not"),
    "expect": ("proved", "refuted"),
    "blank": ("reason", "line"),
    "points": ("2", "3"),
}
LINES = {"ge", "le", "so", "side"}  # what a step says is one of these, or `eq`


def file(values: Mapping[str, str], step: Mapping[str, str]) -> Source:
    """A file of three steps: one to use, one with every key, one with something blank."""
    first, last = "{eq: '1', by: algebra, label: first}", "{eq: '1', blank: reason, by: algebra}"
    middle = ", ".join(f"{key}: {value}" for key, value in step.items())
    steps = f"[{first}, {{{middle}}}, {last}]"
    pairs = {**values, "steps": steps}
    return text_source("".join(f"{key}: {value}\n" for key, value in pairs.items()), "<text>")


def first(values: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {key: value for key, (value, _) in values.items()}


def is_worksheet(sheet: Source) -> bool:
    """Whether this is a worksheet of the file, its values apart in which it may differ."""
    step = {key: value for key, value in first(STEP).items() if key != "blank"}
    try:
        answers(derivation(file(first(FILE), step)), sheet)
    except DiagnosticError as error:
        return not error.diagnostic.code.startswith("answers-")
    return True


@pytest.mark.parametrize("owner", [Derivation, Step])
def test_every_field_is_filled_by_a_key(owner: type[Derivation | Step]) -> None:
    keys = FILE_KEYS if owner is Derivation else STEP_KEYS
    named = {each.name for each in fields(owner)} - {"source", "key", "whole", "faults"}
    assert {key.field for key in keys.values()} == named


def test_every_key_is_tried_here() -> None:
    assert FILE.keys() == FILE_KEYS.keys()
    assert STEP.keys() | LINES == STEP_KEYS.keys()
    assert LINES | {"eq"} == {*STATEMENTS}


@pytest.mark.parametrize("name", [name for name in FILE if name != "steps"])
def test_a_worksheet_has_the_keys_of_its_file(name: str) -> None:
    kept = {key: value for key, value in first(STEP).items() if key != "blank"}
    assert is_worksheet(file(first(FILE), kept))
    for values in ({**first(FILE), name: FILE[name][1]}, without(first(FILE), name)):
        assert is_worksheet(file(values, kept)) is (FILE_KEYS[name].free == "always")


@pytest.mark.parametrize("name", [name for name in STEP if name != "blank"])
def test_a_worksheet_has_the_keys_of_each_step(name: str) -> None:
    kept = {key: value for key, value in first(STEP).items() if key != "blank"}
    for values in ({**kept, name: STEP[name][1]}, without(kept, name)):
        assert is_worksheet(file(first(FILE), values)) is (STEP_KEYS[name].free == "always")


@pytest.mark.parametrize("name", [*FILE, *STEP])
def test_rules_alone_may_be_written_by_fix(name: str) -> None:
    other = {key: value for key, (_, value) in {**FILE, **STEP}.items() if key == name}
    before = file(first(FILE), first(STEP))
    in_step = {**first(STEP), **other} if name in STEP else first(STEP)
    after = file({**first(FILE), **other} if name in FILE else first(FILE), in_step)
    assert alike(before, after) is (name in ("by", "steps"))


def without(values: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in values.items() if key != name}


# -- a lemma of another file ----------------------------------------------------------------------

HERE = "model: [p(z)]\n"
# What a file may declare beside it: another that doesn't can't use its lemmas.
COMPARED = {
    "families": "model: [p(z), q(z)]\n",
    "parameters": f"{HERE}parameters: [a > 0]\n",
    "functions": f"{HERE}functions: ['f(z)']\n",
    "copies": f"{HERE}copies: z_1 of z\n",
}
# What theorems that lean on it carry as a hypothesis, to be met by the file that uses them.
CARRIED = {
    "facts": f"{HERE}functions: ['f(z)']\nassume: ['f(z) >= 1']\n",
    "support": f"{HERE}support: [p(z) > 0]\n",
    "discrete": f"{HERE}discrete: [z]\n",
}


def model(lines: str) -> Model:
    text = f"title: t\n{lines}start: '1'\nsteps: [{{eq: '1'}}]\nclaim: 1 = 1\n"
    return read_declarations(derivation(text_source(text, "<text>"))).model


# What no file declares: that one is checked for another in which densities may be 0.
ASKED = {"marked"}


def test_all_that_a_model_has_is_compared_or_carried() -> None:
    every = {each.name for each in fields(Model)}
    assert COMPARED.keys() | CARRIED.keys() | ASKED == every


def test_a_lemma_is_checked_for_who_uses_it() -> None:
    there, here = model(HERE), model(CARRIED["support"])
    marked = replace(there, marked=True)
    known = Symbol("c", real=True)
    with pytest.raises(KernelError, match="cancels"):
        imported(reflexive(there, known), there, here)
    assert imported(reflexive(marked, known), marked, here).statement == Statement(
        known, "=", known
    )


@pytest.mark.parametrize("name", COMPARED)
def test_a_lemma_needs_what_its_file_declares(name: str) -> None:
    there, here = model(COMPARED[name]), model(HERE)
    lemma = reflexive(there, Symbol("c", real=True))
    assert imported(lemma, there, there).statement == lemma.statement
    with pytest.raises(Undeclared):
        imported(lemma, there, here)


@pytest.mark.parametrize("name", CARRIED)
def test_a_lemma_brings_what_it_leans_on(name: str) -> None:
    there = model(CARRIED[name])
    here = replace(there, **{name: getattr(Model(support=()), name)})
    (leaned,) = getattr(there, name)
    item = Declared("discrete", leaned) if name == "discrete" else leaned
    known = reflexive(there, Symbol("c", real=True))
    lemma = conclude(known.statement, (), frozenset({item}))
    assert imported(lemma, there, there).hypotheses == {item}
    with pytest.raises(Undeclared):
        imported(lemma, there, here)
