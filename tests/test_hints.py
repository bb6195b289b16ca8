"""Hints are right: what they say to write is read, and is what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from verifier import verify
from verifier.formula import declarations as grammar
from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement
from verifier.formula.scope import Scope, build_scope
from verifier.messages import hint
from verifier.messages.formulas import _WORDS, LINES
from verifier.messages.keys import HINTS as KEYS
from verifier.outcome import DerivationReport, Diagnostic

FILE = """\
title: t
{more}
model:
{model}
start: log p(x)
steps:
  - {step}
claim: log p(x) = log p(x)
"""
PQ = "  - p(x, z)\n  - q(z)"
STEP = "{eq: log p(x), by: algebra}"


def report(model: str = PQ, step: str = STEP, more: str = "") -> DerivationReport:
    (found,) = verify(text=FILE.format(model=model, step=step, more=more)).derivations
    return found


def advice(found: DerivationReport) -> tuple[str, str | None]:
    """The first complaint and its hint."""
    said = [*found.errors, *(s.diagnostic for s in found.steps if s.diagnostic)]
    return (said[0].code, hint(said[0])) if said else ("", None)


# -- keys ----------------------------------------------------------------------------------------

MEANT = {
    "eq": "'=' '==' equals Eq EQ equal equality",
    "ge": "'>=' ≥ geq gte \\geq at-least",
    "le": "'<=' <= ≤ leq lte at_most",
    "so": "hence therefore thus then implies",
}


@pytest.mark.parametrize(
    ("key", "meant"), [(key, meant) for meant, keys in MEANT.items() for key in keys.split()]
)
def test_key_that_is_meant(key: str, meant: str) -> None:
    assert advice(report(step=f"{key}: log p(x)")) == ("unknown-key", f"did you mean `{meant}`?")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (">=: log p(x)", "the keys for `=`, `>=` and `<=` are `eq`, `ge` and `le`"),
        ("{eq: 'log p(x)', because: algebra}", "did you mean `by`?"),
        ("{eq: log p(x), by: algebra, log-rules}", "a list in `[..]`"),
        ("log p(x)", "begin it with its key"),
        ("{eq: log p(x), expect: ok}", "did you mean `proved`?"),
        ("{eq: log p(x), blank: rule}", "did you mean `reason`?"),
    ],
)
def test_step_that_is_no_step(line: str, said: str) -> None:
    _, told = advice(report(step=line))
    assert said in (told or "")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("theorem: log p(x) = log p(x)", None),  # there is a claim
        ("params: [beta]", "`parameters`"),
        ("assumptions: []", "`assume`"),
        ("definitions: []", "`define`"),
        ("strict: yes", "`true`"),
        ("define: {L: log p(x)}", "`- L = log p(x)`"),
        ("functions: f(x)", "begins with `- `"),
    ],
)
def test_key_of_a_file_that_is_meant(more: str, said: str | None) -> None:
    _, told = advice(report(more=more))
    assert told is None if said is None else said in (told or "")


COLUMNS = "what belongs together begins in one column: the keys of a step, lines of a list"
KEY = "a key ends with `: `, as in `title: a bound`"
ITEM = "leave out the `- `, which makes a list"
GOOD = """\
title: t
model: [p(x)]
start: log p(x)
steps:
  - eq: log p(x)
    by: algebra
claim: log p(x) = log p(x)
"""


@pytest.mark.parametrize(
    ("good", "typed", "told"),
    [
        ("    by:", "     by:", COLUMNS),
        ("    by:", "   by:", COLUMNS),
        ("model:", " model:", COLUMNS),
        ("title: t", "title t", KEY),
        ("start: ", "start ", KEY),
        ("eq: log", "eq: a: log", "to YAML `: ` ends a key: put the text in single quotes"),
        ("[p(x)]", "[p(x)", "close the `[` of line 2, or put in quotes what stands in it"),
        ("[p(x)]", "{p(x)", "close the `{` of line 2, or put in quotes what stands in it"),
        ("log p(x)\n    by", "'log p(x)\n    by", "the quote of line 5 is never closed"),
        ("start: log", "start:\n  - log", ITEM),
        ("  - eq: log p(x)\n    by: algebra", "  - - eq: log p(x)", ITEM),
    ],
)
def test_what_yaml_makes_of_a_slip(good: str, typed: str, told: str) -> None:
    assert GOOD.count(good) == 1
    (found,) = verify(text=GOOD.replace(good, typed)).derivations
    assert advice(found)[1] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [("title:t\nmodel:[p(x)]", KEY), ("- title: t", ITEM), ("- title: t\n- model: [p(x)]", ITEM)],
)
def test_what_is_no_mapping_at_all(text: str, told: str) -> None:
    (found,) = verify(text=text).derivations
    assert advice(found) == ("wrong-type", told)


@pytest.mark.parametrize("key", [*sorted(LINES.keys() - {"copies"}), "steps"])  # one will do there
def test_a_list_is_shown_by_a_line_of_its_own(key: str) -> None:
    more = f"{key}: {{a: b}}"
    text = FILE.format(model=PQ, step=STEP, more="" if key in ("model", "steps") else more)
    if key in ("model", "steps"):
        text = re.sub(rf"{key}:\n.*?\n(?=\w)", f"{more}\n", text, flags=re.DOTALL)
    (found,) = verify(text=text).derivations
    code, told = advice(found)
    assert code == "wrong-type"
    line = (told or "").split("`")[3].removeprefix("- ")
    assert line == "eq: log p(x)" if key == "steps" else line in LINES[key]


# -- declarations --------------------------------------------------------------------------------

UNDECLARED = "declare it: under `model`, `functions`, `parameters` or `define`"
NAMED = "declare a family in `model`, or a function under `functions`"
# A line of `model`, above it others; the hint, and what it makes of the lines.
MODELS = [
    ("p(x, z) = q1(z) p(x | z)", "", "add `- q1(z)` above", "q1(z)\np(x, z) = q1(z) p(x | z)"),
    ("p(x, z) = r(x | z) * p(z)", "", "add `- r(x | z)` above", None),
    (
        "r(x, z) = q1(x) q2(z)",
        "p(x)",
        "add `- q1(x)` and `- q2(z)` above",
        "p(x)\nq1(x)\nq2(z)\nr(x, z) = q1(x) q2(z)",
    ),
    (r"p_\theta(x, z) = p_\theta(x | z) p(z)", "", "add `- p(z)` above", None),
    (
        "r(x_{0:T}) = p(x_T) prod_{t=1}^{T} r(x_{t-1} | x_t)",
        "",
        "add `- p(x_T)` above",
        "p(x_T)\nr(x_{0:T}) = p(x_T) prod_{t=1}^{T} r(x_{t-1} | x_t)",
    ),
    ("p(x, z) = q1(z1) p(x | z)", "", UNDECLARED, None),
    ("p(x, z) = N(mu, s)", "", NAMED, None),
    ("m(x) = (p + q)/2", "p(x)\nq(x)", "write `m(x) := (p(x) + q(x))/2`", None),
    ("m(x) = p(x)/2 + q(x) / 2", "p(x)\nq(x)", "write `m(x) := p(x)/2 + q(x) / 2`", None),
    ("m(x) := (p + q(x))/2", "p(x)\nq(x)", "write `p(x)`", "p(x)\nq(x)\nm(x) := (p(x) + q(x))/2"),
    ("p(x) = p(x) + p(x)", "", None, None),
    ("m(x) = (p + q)/2", "p(x)", None, None),
    ("H(x)", "p(x)", "call it `h`", "p(x)\nh(x)"),
    ("E(x, h)", "p(x)", "call it `En`", "p(x)\nEn(x, h)"),
    ("p(x, I)", "", "call it `J`", "p(x, J)"),
    ("p(x, e)", "", "call it `eps`", "p(x, eps)"),
]


@pytest.mark.parametrize(("line", "above", "said", "after"), MODELS)
def test_line_of_the_model(line: str, above: str, said: str | None, after: str | None) -> None:
    lines = [*above.splitlines(), line]
    _, told = advice(report(model="\n".join(f"  - '{each}'" for each in lines)))
    assert told == said
    if after is None and said not in (None, UNDECLARED, NAMED):
        shown = re.findall("`(?:- )?(.*)`", said)[0]
        after = "\n".join([*above.splitlines(), shown] if said[0] == "w" else [shown, *lines])
    if after is not None:
        found = report(model="\n".join(f"  - '{each}'" for each in after.splitlines()))
        assert found.error is None


@pytest.mark.parametrize("key", ["parameters", "define", "functions"])
@pytest.mark.parametrize("name", ["E", "H", "I", "e", "KL"])
def test_another_name_is_proposed_that_is_free(key: str, name: str) -> None:
    form = {"parameters": "{} > 0", "define": "{} = 1", "functions": "{}(x) >= 0"}[key]
    for taken in ("", "En, h, J, eps, D"):
        more = f"description: names {taken}\n{key}: ['{form.format(name)}']"
        code, told = advice(report(more=more))
        assert code == "reserved-name"
        other = (told or "").split("`")[1]
        assert other not in taken.split(", ")
        assert report(more=f"{key}: ['{form.format(other)}']").error is None


READS: dict[str, Callable[[str, Scope], object]] = {
    "model": grammar.parse_family,
    "support": grammar.parse_support,
    "parameters": grammar.parse_parameter,
    "functions": grammar.parse_function,
    "define": grammar.parse_definition,
}
SCOPE = build_scope(
    [
        *(grammar.parse_family(line) for line in ("p(x, z)", "q(z)", "p(z | x)")),
        *(grammar.parse_function(line) for line in ("r(z)", "w(k)")),
        grammar.parse_parameter("beta"),
        grammar.parse_parameter("K"),
    ]
)


@pytest.mark.parametrize("key", LINES)
def test_lines_that_are_shown_are_read(key: str) -> None:
    for line in re.findall("`(.*?)`", LINES[key]):
        if key == "assume":
            parse_statement(line, SCOPE, COMPARISONS, quantifier=True)
        elif key in READS:
            READS[key](line, Scope() if key == "model" else SCOPE)
        else:
            {"copies": grammar.parse_copies, "discrete": grammar.parse_discrete}[key](line)


@pytest.mark.parametrize("more", [f"{key}: ['z <<']" for key in LINES if key != "model"])
def test_line_that_cannot_be_read_is_told_how_one_looks(more: str) -> None:
    code, told = advice(report(more=more))
    assert code == "expected"
    assert told is not None
    assert told.startswith("a line of `")


# -- formulas ------------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", sorted({*_WORDS.values()}))
def test_words_that_are_shown_are_read(formula: str) -> None:
    parse_expression(formula, SCOPE)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("integral_{z} p(x, z) dz", "int p(x, z) dz"),
        ("Integral p(x, z) dz", "int p(x, z) dz"),
        ("expectation(log p(x))", "E_{q(z)}[log p(x, z)]"),
        ("Log p(x)", "log p(x)"),
        ("entropy(q(z))", "H(q(z))"),
        ("kl(q(z) || p(z))", "KL(q(z) || p(z))"),
        ("Sum_{z} p(x, z)", "sum_{z} p(x, z)"),
    ],
)
def test_word_for_what_the_language_has(typed: str, shown: str) -> None:
    code, told = advice(report(step=f"{{eq: '{typed}', by: algebra}}"))
    assert code == "undeclared-name"
    assert told == f"it is written as in `{shown}`"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("log p", "write them, as in `p(x, z)`"),
        ("q + 1", "write them, as in `q(z)`"),
        ("E[log p(x)]", "write a law: `E_{p(x)}[..]`"),
    ],
)
def test_what_the_model_has_is_shown(typed: str, told: str) -> None:
    assert advice(report(step=f"{{eq: '{typed}', by: algebra}}"))[1] == told
    shown = told.split("`")[1].replace("[..]", "[1]")
    assert report(step=f"{{eq: '{shown}', by: algebra}}").steps[0].verdict != "ill-formed"


# A line with further keys, what is said to write, and line and keys when that is done.
COPIES = "declare independent copies: `z_k of z` under `copies`"
FOLLOWED = [
    ("E_{q(z_1)}[1]", "", COPIES, "E_{q(z_1)}[1]", "copies: [z_k of z]"),
    ("sum_{c=1}^C 1", "", "declare `C >= 1` in `parameters`", None, "parameters: ['C >= 1']"),
    (
        "log q(z_K)",
        "copies: [z_k of z]\nparameters: [K]",
        "declare `K >= 1` in `parameters`",
        None,
        "copies: [z_k of z]\nparameters: [K, 'K >= 1']",
    ),
    (
        "E_{q(z_{1:K})}[log q(z_1)]",
        "copies: [z_k of z]\nparameters: ['K > 0']",
        "declare `K in positive integers` in `parameters`",
        None,
        "copies: [z_k of z]\nparameters: ['K in positive integers']",
    ),
    ("log q(x, z)", "", "declare `q(z, x)` in `model`", None, None),
    (
        "E_{q(z)}[z]",
        "",
        "declare a function of it: `f(z)` under `functions`",
        "E_{q(z)}[f(z)]",
        "functions: [f(z)]",
    ),
    (
        "Var_{q(z)}[1]",
        "",
        "write it by its expectations, as in `E_{q(z)}[..]`",
        "E_{q(z)}[1]",
        "",
    ),
    ("2^-1", "", "put it in brackets, as in `a^(-1)`", "2^(-1)", ""),
    ("2 3", "", "write `*` between numbers", "2 * 3", ""),
    (
        *("sum_{k=1..K} log q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]"),
        "write a slice, as in `z_{1:T}`, or both ends, as in `sum_{t=1}^{T}`",
        *("sum_{k=1}^{K} log q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]"),
    ),
    (
        *("log q(z_1, ..., z_3)", "copies: [z_k of z]"),
        "write the variable, as in `q(z | x)`, or a slice, as in `z_{1:T}`",
        *("log q(z_{1:3})", "copies: [z_k of z]"),
    ),
    (
        *("sum(z, p(x, z))", ""),
        "write what it is over, as in `sum_{z} p(x, z)` or `sum_{t=1}^{T}`",
        *("sum_{z} p(x, z)", ""),
    ),
    ("I(x, z)", "", "a semicolon stands between the two: `I_p(x; z)`", "I_p(x; z)", ""),
    ("log p(z given x)", "", "write a bar: `p(z | x)`", "log p(z | x)", ""),
    ("KL{q(z) || p(z)}", "", "nobody sees braces: write `(..)`", "KL(q(z) || p(z))", ""),
    ("H{q(z)}", "", "nobody sees braces: write `(..)`", "H(q(z))", ""),
    (
        *("log q(z[1])", "copies: [z_k of z]"),
        "an argument is a variable, with its index in braces: `z_{t-1}`",
        *("log q(z_1)", "copies: [z_k of z]"),
    ),
    (
        *("E_{q(z)}[1[f(z) > 0]]", "functions: [f(z)]"),
        "declare the indicator of an event as a function under `functions`",
        *("E_{q(z)}[A(z)]", "functions: [A(z) >= 0]"),
    ),
    ("1e-3 log p(x)", "", "write the number in full: `0.001`", "0.001 log p(x)", ""),
    (
        *("int(q(z) dz)", "", "an integral ends with its differential: `int q(z) dz`"),
        *("int q(z) dz", ""),
    ),
    *(
        (f"{word} log p(x)", "", "state what holds at the optimum, as a fact under `assume`", *rest)
        for word in ("sup", "min_q", "argmax_{q}")
        for rest in (("c", "parameters: [c]\nassume: [log p(x) <= c]"),)
    ),
    ("1e3", "", "write a power: `10^3`", "10^3", ""),
    *(
        (
            *(f"{typed} log q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]", said),
            *("sum_{k=1}^{K} log q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]"),
        )
        for said, spellings in (
            ("an index runs from a number to another: `sum_{k=1}^{K} ..`", ("sum_{k}", "sum_k")),
            (
                "write it as in `sum_{t=1}^{T} ..`",
                (r"sum_{k \in [K]}", "sum_{1 <= k <= K}", "sum_{k=1}", "sum_k=1^K", "sum_{k<K}"),
            ),
        )
        for typed in spellings
    ),
    (
        *("prod_k q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]"),
        "write it as in `prod_{t=1}^{T} ..`",
        *("prod_{k=1}^{K} q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]"),
    ),
    (
        *("E_{z_{1:K} ~ q(z)}[1]", "copies: [z_k of z]\nparameters: [K >= 1]"),
        "write `E_{q(z_{1:K})}[..]`",
        *("E_{q(z_{1:K})}[1]", "copies: [z_k of z]\nparameters: [K >= 1]"),
    ),
    (
        *("log q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]"),
        "a sum or a product binds its index, as in `sum_{k=1}^{K} ..`",
        *("sum_{k=1}^{K} log q(z_k)", "copies: [z_k of z]\nparameters: [K >= 1]"),
    ),
    (
        *("log q(z^k)", "copies: [z_k of z]"),
        "an argument is a variable, with its index in braces: `z_{t-1}`",
        *("log q(z_1)", "copies: [z_k of z]"),
    ),
    (
        *("log p(x_i)", "", "declare independent copies: `x_k of x` under `copies`"),
        *("log p(x_1)", "copies: [x_k of x]"),
    ),
    ("log p(X)", "", "did you mean `x`?", "log p(x)", ""),
    ("lgo p(x)", "", "did you mean `log`?", "log p(x)", ""),
    ("Int q(z) dz", "", "did you mean `int`?", "int q(z) dz", ""),
    ("logq(z)", "", "it is written as in `log q(z)`", "log q(z)", ""),
    (r"\Log q(z)", "", "it is written as in `log p(x)`", "log q(z)", ""),
    (r"\Pr(x)", "", "it is written as in `p(x)`", "p(x)", ""),
    ("CE(q(z), p(z))", "", "it is written as in `H(q(z), p(z))`", "H(q(z), p(z))", ""),
    ("D(q(z) || p(z))", "", "it is written as in `KL(q(z) || p(z))`", "KL(q(z) || p(z))", ""),
    (r"\KL{q(z)}{p(z)}", "", "write `KL(q(z) || p(z))`", "KL(q(z) || p(z))", ""),
    *(
        ("KL(q || p)", "", "write their arguments, as in `KL(q(z) || p(z))`", *rest)
        for rest in (("KL(q(z) || p(z))", ""),)
    ),
    (
        *("Expectation_{q(z)}[1]", "", "it is written as in `E_{q(z)}[log p(x, z)]`"),
        *("E_{q(z)}[1]", ""),
    ),
    *(
        (
            *(f"log p(x) {dots}", ""),
            "write a slice, as in `z_{1:T}`, or a sum, as in `sum_{t=1}^{T}`",
            *("sum_{t=1}^{3} log p(x)", ""),
        )
        for dots in ("+ ...", "+ ... + log p(x)", "...")
    ),
]

# Of what isn't declared, and what is said of it.
MISSING = [
    (PQ, "log p(x; theta)", "declare it in `model`, as in `p(x, z; theta)`"),
    (PQ + "\n  - q_phi(z | x)", "log q(z | x)", "did you mean `q_phi(z | x)`?"),
    (PQ, "log p_theta(x)", UNDECLARED),
    (PQ, "p(xz)", None),
    (PQ, "not p(x)", UNDECLARED),
    (PQ, "d/dx log p(x)", None),
    (PQ, r"\frac{d}{dx} log p(x)", None),
    (PQ, "E_{x ~ q(z)}[1]", None),
    (PQ, "E_{q(z)[log p(x)]", None),
    (PQ, "p[x]", None),
]


@pytest.mark.parametrize(("model", "line", "said"), MISSING)
def test_what_is_said_of_what_is_missing(model: str, line: str, said: str | None) -> None:
    assert advice(report(model, f"{{eq: '{line}'}}"))[1] == said


@pytest.mark.parametrize("line", ["d/dx log p(x)", r"\frac{d}{dx} log p(x)", "2 d/dx p(x)"])
def test_a_derivative_is_called_so(line: str) -> None:
    (found,) = report(step=f"{{eq: '{line}'}}").steps
    assert found.diagnostic is not None
    assert (found.diagnostic.code, found.diagnostic.data["topic"]) == ("meaningless", "derivatives")


@pytest.mark.parametrize(("line", "more", "said", "after", "keys"), FOLLOWED)
def test_what_is_said_to_write_is_right(
    line: str, more: str, said: str, after: str | None, keys: str | None
) -> None:
    assert advice(report(step=f"{{eq: '{line}'}}", more=more))[1] == said
    model = PQ.replace("q(z)", "q(z, x)") if keys is None else PQ
    found = report(model, f"{{eq: '{after or line}'}}", keys or "")
    assert found.error is None
    assert found.steps[0].verdict != "ill-formed"


def test_families_by_themselves_under_support() -> None:
    found = report(more="support: ['q << p(z)']")
    assert advice(found) == ("bare-family", "write them, as in its `model` line")


def test_a_joint_density_in_two_lines() -> None:
    said = "one line for each name, as in `p(x, z) = p(x | z) p(z)`"
    assert advice(report("  - p(x | z)\n  - p(z)")) == ("declared-twice", said)
    assert report("  - p(x, z) = p(x | z) p(z)").error is None


STEPS = """\
title: t
model: [p(x)]
steps:
  - {{so: 1 = 1, by: algebra}}
  - {{so: 2 = 2, by: algebra, label: two}}
  - {{so: 2 = 2, by: [combine], using: [{using}]}}
  - {{so: 4 = 4, by: algebra, label: end}}
claim: 4 = 4
"""


@pytest.mark.parametrize(
    ("using", "told"),
    [
        ("1", "give step 1 a `label`, and name that"),
        ("step 1", "give step 1 a `label`, and name that"),
        ("(2)", "did you mean `two`?"),
        ("tow", "did you mean `two`?"),
        ("end", "it stands further down: only what is above can be used"),
        ("Bayes", "a rule is cited under `by`: `bayes-rule`"),
        ("3", None),
    ],
)
def test_statement_that_is_meant(using: str, told: str | None) -> None:
    (found,) = verify(text=STEPS.format(using=using)).derivations
    assert advice(found) == ("unknown-label", told)


def test_hints_without_data_say_nothing_wrong() -> None:
    for code in KEYS:
        assert hint(Diagnostic(code)) is None or "..." not in (hint(Diagnostic(code)) or "")
