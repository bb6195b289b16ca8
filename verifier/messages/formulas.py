"""Formulas: as text, their names, their densities and binders."""

from __future__ import annotations

import re

from verifier.messages.files import TRAPS
from verifier.messages.wording import Data, Hint, Wording, either, nearest

_TOPICS: dict[str, tuple[str, str | None]] = {  # what the language doesn't have, and what it has
    "derivatives": ("derivatives", None),
    "maximisation": (
        "maxima and minima",
        "state what holds at the optimum, as a fact under `assume`",
    ),
    "limits": ("limits", None),
    "approximation": ("approximations", "a step is `eq:`, `ge:` or `le:`"),
    "proportionality": (
        "proportionality",
        "name the constant under `parameters` or `define`, and write `=`",
    ),
    "independence": (
        "signs for independence",
        "declare it by a factorisation in `model`, as in `p(x, z) = p(x) p(z)`",
    ),
    "implication": ("implications", "what follows is a step of its own: `so:`"),
    "dots": ("dots", "write a slice, as in `z_{1:T}`, or a sum, as in `sum_{t=1}^{T}`"),
    "sets": ("sets", None),
    "remarks": ("remarks", "write it under `note`"),
    "matrices": ("vectors and matrices", None),
    "arrays": ("cases and arrays", None),
    "sign": ("signs for two values", "write a line for each"),
    "cancelled": ("crossed out terms", "leave out what cancels"),
    "functions": ("functions of this name", "declare it under `functions`"),
    "macros": ("macros", "write out what it stands for"),
    "roots": ("roots but the square root", "write a power, as in `a^{1/3}`"),
    "indicators": ("indicators", "declare a function under `functions`"),
    "distributions": (
        "distributions by their names",
        "declare a family in `model`, or a function under `functions`",
    ),
    "moments": ("moments by their names", "write it by its expectations, as in `E_{q(z)}[..]`"),
    "bases": ("logarithms to other bases", "write the natural one: `(log a) / log 2`"),
}
_OPTIMA = frozenset({"sup", "inf", "min", "max", "argmin", "argmax"})
_CONSTANTS = frozenset({"const", "constant", "cst"})

_EXPECTED: dict[str, str] = {  # what the parser calls by a word, not by its symbol
    "abbreviation": "`NAME =` and what it stands for",
    "bracket": "a bracket",
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


def _meaningless(data: Data) -> str:
    missing, _ = _TOPICS.get(str(data["topic"]), ("such signs", None))
    return f"`{data['spelling']}` has no meaning here: the language has no {missing}"


def _at_column(data: Data) -> str:
    return f" at column {data['column']}" if "column" in data else ""


def _unknown_variable(data: Data) -> str | None:
    variable = str(data["name"])
    base = variable.removesuffix("prime")
    if base and base != variable:
        return f"declare what it is a copy of: `copies: {variable} of {base}`"
    if data.get("summed"):
        high = variable.upper() if len(variable) == 1 else "K"
        return f"an index runs from a number to another: `sum_{{{variable}=1}}^{{{high}}} ..`"
    if data.get("copies"):
        return f"a sum or a product binds its index, as in `sum_{{{data['copies']}=1}}^{{K}} ..`"
    return nearest(data) or _more_of(data)


def _cut(data: Data) -> str | None:
    """YAML may have ended the formula before its author did."""
    return TRAPS.get(str(data.get("cut")))


MESSAGES: dict[str, Wording] = {
    # as text
    "too-long": lambda data: (
        f"longer than {data['limit']} characters" if "limit" in data else "too long when unfolded"
    ),
    "unexpected-character": "`{character}` has no meaning in a formula",
    "meaningless": _meaningless,
    "unknown-command": "`{name}` is not read in a formula",
    "braces": "these braces don't show when the formula is set, and it is read as it shows",
    "two-sides": "one side is written here, without a relation",
    "expected": _expected,
    "unclosed": lambda data: (
        f"`{data['opener']}`{_at_column(data)} is never closed: `{data['expected']}` is missing"
    ),
    "ambiguous": lambda data: f"this can be read as {either(data['readings'])}",
    "bare-expectation": "this expectation does not say under which distribution",
    "kl-bars": "two bars stand between the two sides of a divergence",
    "differential-first": "the differential stands behind what it integrates",
    "domain": "an integral or sum is over all values of what it binds",
    "missing-differential": "this integral has no differential",
    "undeclared-factor": "the factor `{name}` is of a family that is not declared above",
    "not-a-product": "behind `=` stands a product of densities, behind `:=` any formula",
    "bare-family": "`{name}` is a family: its density has arguments",
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

# How people write what the language has, in one word or in another case.
_WORDS: dict[str, str] = {
    **dict.fromkeys(("integral", "integrate", "integ"), "int p(x, z) dz"),
    **dict.fromkeys(
        ("expectation", "expected", "expect", "mean", "avg", "average"), "E_{q(z)}[log p(x, z)]"
    ),
    **dict.fromkeys(("entropy", "ent"), "H(q(z))"),
    **dict.fromkeys(("ce", "xent", "crossentropy"), "H(q(z), p(z))"),
    **dict.fromkeys(("kl", "dkl", "kld", "kldiv", "divergence"), "KL(q(z) || p(z))"),
    **dict.fromkeys(("mi", "information", "mutualinformation"), "I_p(x; z)"),
    **dict.fromkeys(("sum", "summation"), "sum_{z} p(x, z)"),
    **dict.fromkeys(("prod", "product"), "prod_{k=1}^{K} w(k)"),
    **dict.fromkeys(("log", "logarithm", "log2", "log10", "ln"), "log p(x)"),
    **dict.fromkeys(("exp", "exponential"), "exp(log p(x))"),
    **dict.fromkeys(("sqrt", "root"), "sqrt(p(x))"),
    **dict.fromkeys(("pr", "prob", "probability", "proba"), "p(x)"),
}


def _undeclared(data: Data) -> str | None:
    if "name" not in data:
        return None
    if data["name"] in _CONSTANTS:
        return "name the constant: declare it under `define` or `parameters`"
    if exponent := re.fullmatch(r"[eE](\d+)", str(data["name"])):
        return f"write a power: `10^{exponent[1]}`"
    word = str(data["name"]).partition("_")[0].lower()
    if word in _WORDS:
        return f"it is written as in `{_WORDS[word]}`"
    if word in _OPTIMA:
        return _TOPICS["maximisation"][1]
    if data.get("like"):
        return f"it is written as in `{data['like']}`"
    return nearest(data) or "declare it: under `model`, `functions`, `parameters` or `define`"


def _command(data: Data) -> str | None:
    word = str(data.get("name")).removeprefix("\\").lower()
    return f"it is written as in `{_WORDS[word]}`" if word in _WORDS else nearest(data)


def _undeclared_family(data: Data) -> str | None:
    like = data.get("like")
    return f"declare it in `model`, as in `{like}`" if like else nearest(data)


# How a line of each key looks.
LINES: dict[str, str] = {
    "model": "`p(x, z)`, `q(z | x)` or `p(x, z) = p(x | z) p(z)`",
    "support": "`q(z) << p(z | x)`, `p(x, z) > 0` or `finite all`",
    "assume": "`beta > 0` or `for all z: r(z) <= 1`",
    "parameters": "`beta`, `beta > 0`, `0 <= a <= 1` or `K in positive integers`",
    "functions": "`f(x, z)`, `r(z) >= 0` or `phi(u) concave`",
    "copies": "`z_k of z`",
    "define": "`L = log p(x)` or `r(x) = log p(x)`",
    "discrete": "`z`, a variable by itself",
}


# What people write where something else is expected, and what to write.
_NORM = "declare a function under `functions`, as in `d(x, z) >= 0`"
_INSTEAD: dict[tuple[object, object], str] = {
    **{("variable", dot): "write the variable: `q(z | x)`" for dot in (r"\cdot", "·", "*")},
    ("variable", "..."): "write the variable, as in `q(z | x)`, or a slice, as in `z_{1:T}`",
    **{(wanted, "..."): _TOPICS["dots"][1] or "" for wanted in ("operand", "end", "relation")},
    **{("operand", bar): _NORM for bar in ("|", r"\|", r"\Vert", r"\lVert", r"\left|", "‖", "||")},
    ("operand", "."): "write a digit before the point: `0.5`",
    ("}", "."): "write a slice, as in `z_{1:T}`, or both ends, as in `sum_{t=1}^{T}`",
    ("_", "("): "write what it is over, as in `sum_{z} p(x, z)` or `sum_{t=1}^{T}`",
    (";", ")"): "a semicolon stands between the two: `I_p(x; z)`",
    (")", "given"): "write a bar: `p(z | x)`",
    **{
        (")", sign): "an argument is a variable, with its index in braces: `z_{t-1}`"
        for sign in "[+-^"
    },
    ("]", ">"): "declare the indicator of an event as a function under `functions`",
    ("^", "-"): "write the number in full: `0.001`",
    ("operand", "-"): "put it in brackets, as in `a^(-1)`",
    **{
        ("relation", sign): "a step says `=`, `>=` or `<=`: `>` and `<` stand in `assume`"
        for sign in "<>"
    },
}


def _form(data: Data) -> str | None:
    line, pair = LINES.get(str(data.get("form"))), (data.get("expected"), data.get("found"))
    if data.get("like"):
        return f"write it as in `{data['like']}`"
    other = _INSTEAD.get(pair) or _between_numbers(data) or _enclosed(data)
    return _cut(data) or other or (f"a line of `{data['form']}` is like {line}" if line else None)


def _between_numbers(data: Data) -> str | None:
    found = str(data.get("found"))
    return "write `*` between numbers" if found[:1].isdigit() and _is_end(data) else None


def _enclosed(data: Data) -> str | None:
    wanted, found = data.get("expected"), str(data.get("found"))
    if wanted == "(" and found.startswith("{"):
        return "nobody sees braces: write `(..)`"
    inside = wanted == ")" and re.fullmatch(r"d[a-z](_\S*)?", found)
    return "an integral ends with its differential: `int q(z) dz`" if inside else None


def _is_end(data: Data) -> bool:
    return data.get("expected") in ("relation", "end")


def _law(data: Data) -> str:
    """A law that is declared, of the variable that is named if one is."""
    variable = data.get("name")
    law = data.get("law") or f"q({variable or 'z'})"
    return f"write a law{f' for `{variable}`' if variable else ''}: `E_{{{law}}}[..]`"


def _arguments(data: Data) -> str:
    like = data.get("like")
    if like or "written" not in data:
        return f"write them, as in `{like}`" if like else "write them, as in its `model` line"
    return f"write `{data['written']}`"


def _lines_above(data: Data) -> str:
    lines = data.get("lines") or ("...",)
    return f"add {' and '.join(f'`- {line}`' for line in dict.fromkeys(lines))} above"


def _more_of(data: Data) -> str | None:
    """For a part of a sequence that isn't there: a bound, an integer, copies."""
    if data.get("bound") or data.get("whole"):
        return f"declare `{data.get('bound') or data['whole']}` in `parameters`"
    base, _, index = str(data.get("name")).partition("_")
    if index and tuple(data.get("declared", ())) == (base,):
        return f"declare independent copies: `{base}_k of {base}` under `copies`"
    return None


def _bound_of(data: Data) -> str | None:
    name = str(data.get("name"))
    return f"declare `{name} >= 1` in `parameters`" if name.isidentifier() else None


def _free(data: Data) -> str | None:
    return f"call it `{data['free']}`" if data.get("free") else None


HINTS: dict[str, Hint] = {
    **dict.fromkeys(
        ("out-of-range", "slice-too-short", "range-too-short", "which-part", "condition-missing"),
        _more_of,
    ),
    **dict.fromkeys(("unbound-index", "index-unbounded"), _bound_of),
    "not-covered": lambda data: (
        nearest(data) or (f"declare `{data['like']}` in `model`" if "like" in data else None)
    ),
    "different-variables": "write their arguments, as in `KL(q(z) || p(z))`",
    "not-a-law-of": lambda data: f"write `{data['like']}`" if "like" in data else None,
    "variable-in-arithmetic": "declare a function of it: `f({name})` under `functions`",
    "expected": _form,
    "unclosed": _cut,
    "ambiguous": "write the brackets that you mean",
    "bare-expectation": _law,
    "missing-differential": "write it behind the body: `int q(z) dz`",
    "undeclared-name": _undeclared,
    "undeclared-factor": _lines_above,
    "not-a-product": lambda data: f"write `{data['written']}`" if "written" in data else None,
    "bare-family": _arguments,
    "reserved-name": _free,
    "kl-bars": "write `{written}`",
    "differential-first": "write `{written}`",
    "domain": "leave the domain away: `int p(x, z) dz`",
    "braces": "write round brackets where brackets are meant",
    "two-sides": "write one side only: the relation is the key (`eq:`)",
    "meaningless": lambda data: _TOPICS.get(str(data["topic"]), ("", None))[1],
    "unknown-command": _command,
    "undeclared-family": _undeclared_family,
    "unknown-variable": _unknown_variable,
    "which-family": "write the family: `H_p(..)`, `I_p(..)`",
}
