"""Formulas: as text, their names, their densities and binders."""

from __future__ import annotations

from verifier.messages.files import TRAPS
from verifier.messages.wording import Data, Hint, Wording, either, nearest

_EXPECTED: dict[str, str] = {  # what the parser calls by a word, not by its symbol
    "density": "a density, such as `q(z)`",
    "differential": "a differential, such as `dz`",
    "end": "nothing more",
    "exponent": "an exponent",
    "expression": "an expression",
    "family": "the name of a family",
    "index": "an index",
    "integers": "`integers`, `positive integers` or `nonnegative integers`",
    "name": "a name",
    "number": "a number",
    "operand": "a formula",
    "parameter": "a parameter",
    "relation": "a relation: `=`, `>=` or `<=`",
    "variable": "a variable",
}


def _expected(data: Data) -> str:
    wanted, found = str(data["expected"]), data["found"]
    instead = f"found `{found}`" if found else "the text ends"
    return f"expected {_EXPECTED.get(wanted, f'`{wanted}`')}, but {instead}"


def _cut(data: Data) -> str | None:
    """YAML may have ended the formula before its author did."""
    return TRAPS.get(str(data.get("cut")))


MESSAGES: dict[str, Wording] = {
    # as text
    "too-long": lambda data: (
        f"longer than {data['limit']} characters" if "limit" in data else "too long when unfolded"
    ),
    "unexpected-character": "`{character}` has no meaning in a formula",
    "expected": _expected,
    "unclosed": "`{opener}` is never closed: `{expected}` is missing",
    "ambiguous": lambda data: f"this can be read as {either(data['readings'])}",
    "bare-expectation": "`E[..]` does not say under which distribution",
    "missing-differential": "this integral has no differential",
    "reserved-name": "`{name}` is reserved: it can't be used as a name here",
    # its names
    "undeclared-name": "`{name}` is not declared",
    "undeclared-family": "the family `{name}` is not declared: no `model` line has it",
    "unknown-variable": "no `model` line has the variable `{name}`",
    "unbound-index": "the index `{name}` is not bound by a sum, a product or `parameters`",
    "variable-in-arithmetic": "the variable `{name}` is no number: it stands as an argument only",
    "variable-expected": "the argument here must be the variable `{name}`",
    "wrong-kind": "`{name}` stands where `{expected}` is declared",
    "wrong-arguments": "the number of arguments of `{name}` is {expected}, but here it is {found}",
    "in-definition": "`{name}` unfolded here: {cause}",
    "out-of-scope": (
        "`{name}` is used outside of the binder at column {column}, which binds it, and the line"
        " before does not have it free"
    ),
    "captured": "its argument uses `{name}`, which is bound where the argument stands in it",
    "out-of-range": lambda data: (
        f"`{data['name']}` is not within {either(data['declared'])} for all declared values"
    ),
    "slice-too-short": "`{name}` ends more than one before it begins, for some declared value",
    "range-too-short": (
        "the range from `{low}` to `{high}` ends more than one before it begins, for some declared"
        " value"
    ),
    "cut-slice": "a part of `{name}` is bound elsewhere than the rest: it is no one argument here",
    "which-part": "whether `{name}` is bound by what stands around it depends on the indices",
    "not-an-index": "`{text}` is no index: a number, an index or a parameter, or a sum of such",
    "index-unbounded": "the parameter `{name}` is used as an index: declare its lower bound",
    "copies-together": (
        "copies of a variable stand in one density by themselves, and none of several right of a"
        " bar: the family has no such density"
    ),
    # its densities and binders
    "not-covered": "no marginal or conditional of `{name}`: its `model` line lacks `{variables}`",
    "only-given": "`{name}` is only ever conditioned on `{variable}`, which stands left of the bar",
    "condition-missing": "`{name}` is conditioned on `{variables}`, which must stand here as well",
    "bound-twice": "`{name}` stands here twice",
    "not-a-law-of": "`{law}` is no distribution of `{name}`",
    "circular-law": "`{name}` is conditioned on here and bound here, in a circle",
    "not-consecutive": "left of the bar the index must move from element to element, one by one",
    "not-a-density": "a density is needed here, or a product of densities",
    "different-variables": "the two are not densities of the same variables",
    "which-family": lambda data: (
        f"several families have these variables: {either(data['found'])}"
        if data.get("found")
        else "no one family has these variables"
    ),
    "number-too-large": "this number is too large",
    "division-by-zero": "this divides by zero",
    "not-real": "this power of a number is not a real number",
}

HINTS: dict[str, Hint] = {
    **dict.fromkeys(
        ("out-of-range", "slice-too-short", "range-too-short", "which-part", "condition-missing"),
        lambda data: f"declare `{data['bound']}` in `parameters`" if data.get("bound") else None,
    ),
    "expected": _cut,
    "unclosed": _cut,
    "ambiguous": "write the brackets that you mean",
    "bare-expectation": "write `E_{{q(z)}}[..]`",
    "missing-differential": "write it behind the body: `int q(z) dz`",
    "undeclared-name": nearest,
    "undeclared-family": nearest,
    "unknown-variable": nearest,
    "which-family": "write the family: `H_p(..)`, `I_p(..)`",
}
