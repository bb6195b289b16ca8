"""What every Diagnostic says: the one place where messages and hints are worded.

A wording is a template over the diagnostic's data, or a function of it where the sentence depends
on it. Lower case, no full stop, code in backticks; where two things disagree both are shown; at
most one hint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from verifier.outcome import Diagnostic

Data = Mapping[str, Any]
Wording = str | Callable[[Data], str]
Hint = str | Callable[[Data], str | None]


def message(diagnostic: Diagnostic) -> str:
    """The sentence for a diagnostic. A code without wording is said as it is."""
    wording = MESSAGES.get(diagnostic.code)
    if wording is None:
        return _unworded(diagnostic)
    return _said(wording, diagnostic) or _unworded(diagnostic)


def hint(diagnostic: Diagnostic) -> str | None:
    """What to do about it, where that can be said."""
    wording = HINTS.get(diagnostic.code)
    return _said(wording, diagnostic) if wording is not None else None


class _Data(dict[str, Any]):
    """Data of a diagnostic; what is missing is left open in the sentence."""

    def __missing__(self, key: str) -> str:
        return "..."


def _said(wording: Hint, diagnostic: Diagnostic) -> str | None:
    data = _Data(diagnostic.data)
    if callable(wording):
        return wording(data)
    return wording.format_map(_Data({key: _plain(value) for key, value in data.items()}))


def _plain(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(f"`{item}`" if isinstance(item, str) else str(item) for item in value)
    return str(value)


def _unworded(diagnostic: Diagnostic) -> str:
    data = "; ".join(f"{key}: {_plain(value)}" for key, value in diagnostic.data.items())
    return diagnostic.code.replace("-", " ") + (f" ({data})" if data else "")


def _either(items: object) -> str:
    """`a`, `b` or `c`."""
    names = [f"`{item}`" for item in items] if isinstance(items, (tuple, list)) else [str(items)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _nearest(data: Data) -> str | None:
    """The usual hint for a misspelt name."""
    near = data.get("near")
    return f"did you mean {_either(near)}?" if near else None


# -- files ---------------------------------------------------------------------------------------


def _unreadable(data: Data) -> str:
    reason = str(data.get("reason") or "not a path")
    return f"can't be read: {reason[0].lower()}{reason[1:]}"


def _too_large(data: Data) -> str:
    what = data.get("what") or "a derivation"
    return f"too large: {what} has at most {int(data.get('limit', 0)) // 1024} KiB"


def _control_character(data: Data) -> str:
    code = int(data.get("code", 0))
    name = "a NUL byte" if code == 0 else f"the control character U+{code:04X}"
    return f"{name} does not belong in a derivation"


def _other_file(data: Data) -> str:
    cause = data.get("cause")
    if not isinstance(cause, Diagnostic):
        return f"`{data['file']}` can't be used"
    where = f":{cause.location.line}:{cause.location.column}" if cause.location else ""
    return f"`{data['file']}{where}` can't be used: {message(cause)}"


_FILE_MESSAGES: dict[str, Wording] = {
    "unreadable": _unreadable,
    "not-a-file": lambda data: "a folder" if data.get("folder") else "not a regular file",
    "no-derivations": "a folder without derivations: no `*.yaml` below it",
    "too-large": _too_large,
    "not-utf-8": "not UTF-8: the byte {byte} does not fit here",
    "control-character": _control_character,
    "other-file": _other_file,
}

_FILE_HINTS: dict[str, Hint] = {
    "not-utf-8": lambda data: (
        "the file looks like UTF-16: save it as UTF-8" if data.get("utf16") else None
    ),
}

# -- YAML ----------------------------------------------------------------------------------------

_TRAPS: dict[str, str] = {
    "leading": "to YAML a text can't begin with `{mark}`: put it in single quotes",
    "quote": "text beside a quoted part is not YAML: quote all of it, with `''` for a `'` inside",
    "colon": "to YAML `: ` ends a key: put the text in single quotes",
    "comment": "to YAML ` #` begins a comment, which ends the text before it: put it in quotes",
    "comma": "in `[..]` a comma ends the text: put it in quotes, or use lines that begin with `- `",
    "escape": 'in "double quotes" a backslash is an escape: use single quotes',
    "tab": "YAML does not indent with tabs: use spaces",
}


def _trap(data: Data) -> str | None:
    template = _TRAPS.get(str(data.get("trap")))
    return template.format_map(data) if template else None


def _null_value(data: Data) -> str | None:
    return _TRAPS["comment"] if data.get("cut") == "comment" else "leave the key out, or fill it in"


_YAML_MESSAGES: dict[str, Wording] = {
    "not-yaml": "not YAML: {problem}",
    "empty-file": "nothing is written in this file",
    "several-documents": "a second document begins here: one file holds one derivation",
    "anchor": "anchors (`&name`) are not used in derivations",
    "alias": "aliases (`*name`) are not used in derivations",
    "tag": "tags (`!name`) are not used in derivations",
    "too-deep": "nested too deeply",
}

_YAML_HINTS: dict[str, Hint] = {
    "not-yaml": _trap,
    "anchor": _trap,
    "alias": _trap,
    "tag": _trap,
}

# -- keys ----------------------------------------------------------------------------------------

_KEY_MESSAGES: dict[str, Wording] = {
    "unknown-key": "{owner} has no key `{key}`",
    "duplicate-key": "the key `{key}` is given a second time, after line {line}",
    "null-key": "a key without a name",
    "null-value": "`{key}` has no value",
    "missing-key": "the key `{key}` is missing",
    "missing-start": "`start` is missing: the first step, `{first}`, has no line to go on from",
    "empty-list": "`{key}` is empty",
    "wrong-type": "{what} must be {wanted}, but this is {found}",
    "wrong-value": lambda data: (
        f"`{data['key']}` must be {_either(data['choices'])}, not `{data['value']}`"
    ),
    "no-statement": lambda data: f"a step needs one of {_either(data['keys'])}",
    "two-statements": "a step says one thing: `{first}` or `{key}`, not both",
    "side-without-label": "a `side` needs a `label`, by which `using` can name it",
}

_KEY_HINTS: dict[str, Hint] = {
    "unknown-key": _nearest,
    "null-value": _null_value,
    "empty-list": lambda data: (
        "leave `by` out to have the rules found" if data.get("key") == "by" else None
    ),
    "wrong-type": _trap,
    "wrong-value": _nearest,
}

# -- formulas ------------------------------------------------------------------------------------


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
    return _TRAPS.get(str(data.get("cut")))


def _in_definition(data: Data) -> str:
    cause = data["cause"]
    why = message(cause) if isinstance(cause, Diagnostic) else "it has no meaning"
    return f"`{data['name']}` unfolded here: {why}"


_FORMULA_MESSAGES: dict[str, Wording] = {
    # as text
    "too-long": lambda data: (
        f"longer than {data['limit']} characters" if "limit" in data else "too long when unfolded"
    ),
    "unexpected-character": "`{character}` has no meaning in a formula",
    "expected": _expected,
    "unclosed": "`{opener}` is never closed: `{expected}` is missing",
    "ambiguous": lambda data: f"this can be read as {_either(data['readings'])}",
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
    "in-definition": _in_definition,
    "out-of-scope": (
        "`{name}` is used outside of the binder at column {column}, which binds it, and the line"
        " before does not have it free"
    ),
    "captured": "its argument uses `{name}`, which is bound where the argument stands in it",
    "out-of-range": lambda data: (
        f"`{data['name']}` is not within {_either(data['declared'])} for all declared values"
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
        f"several families have these variables: {_either(data['found'])}"
        if data.get("found")
        else "no one family has these variables"
    ),
    "number-too-large": "this number is too large",
    "division-by-zero": "this divides by zero",
    "not-real": "this power of a number is not a real number",
    # declarations
    "declared-twice": "the {kind} `{name}` has the name of a {other} above",
    "formula-variables": "the formula of `{name}` has variables that `{name}` does not have",
    "factor-heads": "`{variable}` must stand left of the bar in exactly one factor of `{name}`",
    "factor-circle": "the factors of `{name}` condition on one another in a circle",
    "shape-domain": "the interval must be given by one bound on the argument, as in `for u > 0`",
}

_FORMULA_HINTS: dict[str, Hint] = {
    "expected": _cut,
    "unclosed": _cut,
    "ambiguous": "write the brackets that you mean",
    "bare-expectation": "write `E_{{q(z)}}[..]`",
    "missing-differential": "write it behind the body: `int q(z) dz`",
    "undeclared-name": _nearest,
    "undeclared-family": _nearest,
    "unknown-variable": _nearest,
    "which-family": "write the family: `H_p(..)`, `I_p(..)`",
}

# -- steps ---------------------------------------------------------------------------------------


def _rules(data: Data) -> str:
    rules = data.get("rules")
    return f"by {', '.join(f'`{rule}`' for rule in rules)}" if rules else "by algebra alone"


def _wrong_rule(data: Data) -> str:
    return f"it holds, but does not follow {_rules(data)}"


def _cite(data: Data) -> str | None:
    rules = data.get("suggestion")
    return f"`by: [{', '.join(rules)}]` would do" if rules else None


_STEP_MESSAGES: dict[str, Wording] = {
    "unknown-rule": "there is no rule `{name}`",
    "unknown-label": "no earlier statement has the label `{name}`",
    "duplicate-label": "the label `{name}` is taken by step {step}",
    "circular-using": "`{file}` uses this file in turn",
    "wrong-rule": _wrong_rule,
    "residual": "not shown: under all equality rules left less right comes to `{residual}`",
    "needs-positive": "this needs `{condition} > 0`, which is neither evident nor declared",
    "needs-nonzero": "this needs `{condition} != 0`, which is neither evident nor declared",
    "needs-domination": "this needs `{condition}`, which does not follow from `support`",
    "needs-finite": "this needs `finite {condition}`, which does not follow from `support`",
    "premise-missing": "there is no statement `{name}` to use: what has that label means nothing",
    "premise-needs": "`{name}` rests on what this file does not declare: `{condition}`",
    "premise-unproved": "`{name}` is not proved in its own file",
    "relation-turned": "the chain turns round: so far it is `{reached}`, here it says `{relation}`",
    "no-line-before": "there is no line that this step could go on from",
    "undecided": "neither proved nor refuted",
    "refuted": "this is false: left is {left}, right is {right}",
}

_STEP_HINTS: dict[str, Hint] = {
    "unknown-rule": _nearest,
    "unknown-label": _nearest,
    "wrong-rule": _cite,
    "needs-positive": "declare the sign under `functions` or `parameters`, or `assume` it",
    "needs-nonzero": "declare the sign under `functions` or `parameters`, or `assume` it",
    "needs-domination": "add it to `support`, or leave `support` out",
    "needs-finite": "add it, or `finite all`, to `support`, or leave `support` out",
    "relation-turned": "begin a new statement with `so`",
}

# -- remarks -------------------------------------------------------------------------------------

_REMARKS: dict[str, Wording] = {
    "superfluous": "`{name}` can be left out",
    "tidied": lambda data: f"also uses {', '.join(f'`{rule}`' for rule in data['rules'])}",
    "same-sides": "both sides are alike",
    "equality": "this is an equality",
    "hides": "the `{name}` bound here hides an outer one",
    "unused-assumption": "no step leans on `{name}`: it can be left out",
    "for-all": "`{name}` is new and free here: this is said for all of its values",
}

# -- claim and file ------------------------------------------------------------------------------

_CLAIM_MESSAGES: dict[str, Wording] = {
    "claim-not-reached": "the claim is not reached: the last statement is `{reached}`",
    "claim-not-proved": "the claim is reached, but rests on steps that are not proved: {steps}",
    "formula-undefined": "`{name}` is not shown to be defined: what it divides by may be 0",
    "formula-negative": "`{name}` is not shown to be >= 0: it is no density until that is assumed",
    "formula-total": "`{name}` is not shown to integrate to 1: it is no density until assumed to",
    "vacuous": "no model was found that meets the assumptions, so nothing is shown of any",
}

_CLAIM_HINTS: dict[str, Hint] = {}

# -- worlds that are replayed --------------------------------------------------------------------

_WORLD_MESSAGES: dict[str, Wording] = {
    "world-breaks": "this world breaks step {step}: left is {left}, right is {right}",
    "world-holds": "step {step} holds in this world: left is {left}, right is {right}",
    "world-silent": "step {step} says nothing here: a side is undefined, or a premise fails",
    "world-undecided": "whether this world breaks step {step} can't be decided",
    # its file
    "world-not-json": "not JSON: {problem}",
    "world-wrong": "`{key}` must be {wanted}",
    "world-none": "no counterexample to `{file}` is in it",
    "world-number": "`{key}` must be a fraction such as `1/3`, not `{found}`",
    # the step
    "world-step": "there is no step {step}",
    "world-meaningless": "step {step} has no statement that a world could break",
    "world-not-sampled": "step {step} can't be evaluated: {reason}",
    # the world
    "world-lacks": "the world has no `{name}`, on which step {step} depends",
    "world-unknown": "the world has `{name}`, which the model has not",
    "world-axes": "`{name}` must be over {wanted}, but is over {found}",
    "world-sizes": "`{name}` has {found} values of {variable}, elsewhere there are {wanted}",
    "world-point": "`{name} = {found}` is none of its values, which are counted from 0",
    "world-horizon": "no world is looked at where {horizon}",
    "world-negative": "`{name}` has the negative value {found}",
    "world-total": "`{name}` must have the total 1, but has {found}",
    "world-zero": "`{name}` has a zero, but without `support` every density is positive",
    "world-width": "the widths of {name} must be positive, and 1 where it is discrete",
    "world-shared": "the elements of a sequence have the same widths, but those of {name} differ",
    "world-not-declared": "`{name}` is not as declared: it comes to {made} where {given} stands",
    "world-not-admitted": "the world does not meet what the file declares and assumes",
}

_WORLD_HINTS: dict[str, Hint] = {
    "world-none": "`--format json` writes a report with its counterexamples",
}

# -- ourselves -----------------------------------------------------------------------------------

_INTERNAL_MESSAGES: dict[str, Wording] = {
    "internal-fault": "an error of the verifier, not of this file: {type} at {where}: {text}",
    "contradiction": (
        "the kernel proves step {step}, but a model contradicts it: left is {left}, right is"
        " {right}; one of the two is wrong, and that is an error of the verifier"
    ),
}

_INTERNAL_HINTS: dict[str, Hint] = {
    "internal-fault": "please report it, with the file",
    "contradiction": "please report it, with the file",
}

MESSAGES: dict[str, Wording] = {
    **_FILE_MESSAGES,
    **_YAML_MESSAGES,
    **_KEY_MESSAGES,
    **_FORMULA_MESSAGES,
    **_STEP_MESSAGES,
    **_REMARKS,
    **_CLAIM_MESSAGES,
    **_WORLD_MESSAGES,
    **_INTERNAL_MESSAGES,
}

HINTS: dict[str, Hint] = {
    **_FILE_HINTS,
    **_YAML_HINTS,
    **_KEY_HINTS,
    **_FORMULA_HINTS,
    **_STEP_HINTS,
    **_CLAIM_HINTS,
    **_WORLD_HINTS,
    **_INTERNAL_HINTS,
}
