"""Loading a file: what is accepted as it stands, what is refused and where, and every position."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from verifier.derivation.derivation import Text
from verifier.derivation.loader import expected_verdict, load_text
from verifier.derivation.source import text_source
from verifier.messages import hint, message
from verifier.outcome import Diagnostic, DiagnosticError, FileVerdict, Verdict

GOOD = """\
title: The ELBO
model:
  - p(x, z)
  - q(z)
start: log p(x)
steps:
  - eq: log p(x) + 0
    by: algebra
claim: log p(x) = log p(x)
"""


def refused(text: str) -> Diagnostic:
    with pytest.raises(DiagnosticError) as caught:
        load_text(text)
    return caught.value.diagnostic


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def with_line(line: str) -> str:
    """The good file with one line more, its tenth."""
    return f"{GOOD}{line}\n"


def with_formula(formula: str) -> str:
    """The good file with another formula in its step, which is on line 7, column 9."""
    return changed("log p(x) + 0", formula)


def formula_of(text: str) -> Text:
    return load_text(text).steps[0].formula


# -- what is accepted ----------------------------------------------------------------------------


def test_every_key_arrives() -> None:
    derivation = load_text(
        """\
title: T
source: S
description: D
model: [p(x), "q(z | x)"]
support:
  - p(x) > 0
assume: [beta > 0]
parameters: [beta]
functions: [f(x)]
copies: x_k of x
define:
  - L = log p(x)
discrete: [x]
strict: true
expect: failed
steps:
  - so: 1 = 1
    by: [algebra, kl]
    using: a.yaml#split
    label: one
    note: N
    expect: wrong-rule
    blank: reason
  - side: 2 = 2
    label: two
    using: [one, two]
claim: 1 = 1
"""
    )
    assert derivation.title == "T"
    assert derivation.origin == "S"
    assert derivation.description == "D"
    assert values(derivation.model) == ["p(x)", "q(z | x)"]
    assert values(derivation.support or ()) == ["p(x) > 0"]
    assert values(derivation.copies) == ["x_k of x"]
    assert derivation.strict
    assert derivation.expect is FileVerdict.FAILED
    assert derivation.start is None
    first, second = derivation.steps
    assert (first.key, first.formula.value) == ("so", "1 = 1")
    assert values(first.rules or ()) == ["algebra", "kl"]
    assert values(first.using) == ["a.yaml#split"]
    assert first.label is not None
    assert first.label.value == "one"
    assert (first.note, first.blank) == ("N", "reason")
    assert first.expect is Verdict.WRONG_RULE
    assert (second.key, second.rules) == ("side", None)
    assert values(second.using) == ["one", "two"]


def values(texts: tuple[Text, ...]) -> list[str]:
    return [text.value for text in texts]


def test_absent_support_is_not_empty_support() -> None:
    assert load_text(GOOD).support is None
    assert load_text(with_line("support: []")).support == ()


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("0", "0"),
        ("010", "010"),
        ("1:30", "1:30"),
        ("no", "no"),
        ("1.50", "1.50"),
        ("=", "="),
        ("<<", "<<"),
        ("-L + log p(x)", "-L + log p(x)"),
        ("m(z) := q(z)", "m(z) := q(z)"),
        ("a#b", "a#b"),
        ("'~'", "~"),
        ("''", ""),
        ("'p''(x)'", "p'(x)"),
        (r'"\\log p"', r"\log p"),
        (r'"a\t b\/c"', "a\t b/c"),
        (r"\frac{a}{b}", r"\frac{a}{b}"),
        ("a\n      + b", "a + b"),
        ("a\n\n      + b", "a\n+ b"),
        ("|\n      a\n      + b", "a\n+ b"),
        (">-\n      a\n      + b", "a + b"),
        ("  a  ", "a"),
        ("a \u2028 b", "a \u2028 b"),
        ("a\x85b", "a\x85b"),
        ("θ ≥ 😀", "θ ≥ 😀"),
    ],
)
def test_scalar_is_its_source_text(formula: str, value: str) -> None:
    assert formula_of(with_formula(formula)).value == value


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "%YAML 1.2\n---\n" + GOOD + "...\n",
        "# a comment\n\n" + GOOD,
        GOOD.replace(": ", ":\t"),
        GOOD.replace("title", '"title"').replace("claim", "'claim'"),
    ],
    ids=["bom", "crlf", "directive", "comment", "tab", "quoted-keys"],
)
def test_same_file_otherwise_written(text: str) -> None:
    found, plain = load_text(text), load_text(GOOD)
    assert values(found.model) == values(plain.model)
    assert found.steps[0].formula.value == plain.steps[0].formula.value
    assert found.claim.value == plain.claim.value


def test_flow_style_is_accepted() -> None:
    text = '{"title": T, model: [], start: 1, steps: [{eq: "1"}], claim: 1 = 1}'
    assert load_text(text).steps[0].formula.value == "1"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (with_formula("log p(x # of x"), "comment"),
        (with_formula("log p(x)#"), ""),
        (with_formula("'log p(x)' # of x"), ""),
        (changed("\n  - p(x, z)\n  - q(z)", " [p(x, z), q(z)]"), "comma"),
        (changed("\n  - p(x, z)\n  - q(z)", " ['p(x, z)', q(z)]"), ""),
    ],
)
def test_what_may_have_cut_a_text_is_known(text: str, cut: str) -> None:
    derivation = load_text(text)
    found = [derivation.model[0].cut, derivation.steps[0].formula.cut]
    assert cut in found
    assert set(found) <= {cut, ""}


# -- what is refused, and where ------------------------------------------------------------------

REFUSED = [
    # YAML itself, and what its syntax does to mathematics
    ("", "empty-file", 1, 1, None),
    ("# only a comment\n", "empty-file", 1, 1, None),
    (GOOD + "---\n" + GOOD, "several-documents", 10, 1, None),
    (with_formula("a: b"), "not-yaml", 7, 10, "`: `"),
    (with_formula("- log p(x)"), "not-yaml", 7, 9, "begin with `-`"),
    (with_formula("{a} + b"), "not-yaml", 7, 13, "begin with `{`"),
    (with_formula("[a] + b"), "not-yaml", 7, 13, "begin with `[`"),
    (with_formula("{a"), "not-yaml", 8, 7, None),
    (with_formula("*x + 1"), "alias", 7, 9, "begin with `*`"),
    (with_formula("&x 1"), "anchor", 7, 9, "begin with `&`"),
    (with_formula("!x"), "tag", 7, 9, "begin with `!`"),
    (with_formula("!!str 1"), "tag", 7, 9, "begin with `!`"),
    (with_formula("%x"), "not-yaml", 7, 9, "begin with `%`"),
    (with_formula("@x"), "not-yaml", 7, 9, "begin with `@`"),
    (with_formula("`x`"), "not-yaml", 7, 9, "begin with ```"),
    (with_formula("> x"), "not-yaml", 7, 11, "begin with `>`"),
    (with_formula(">= x"), "not-yaml", 7, 10, "begin with `>`"),
    (with_formula("|x|"), "not-yaml", 7, 10, "begin with `|`"),
    (with_formula(", x"), "not-yaml", 7, 9, "begin with `,`"),
    (with_formula(r'"\log p"'), "not-yaml", 7, 10, "backslash"),
    (with_formula('"a" + b'), "not-yaml", 7, 13, "quote all of it"),
    (with_formula("a # b\n      + c"), "not-yaml", 8, 7, "` #`"),
    (changed("  - q(z)", "\t- q(z)"), "not-yaml", 4, 1, "tabs"),
    (with_line("description: &a [*a, *a]"), "anchor", 10, 14, "begin with `&`"),
    ("[" * 10_000, "too-deep", 1, 18, None),
    ("{a: " * 10_000, "too-deep", 1, 66, None),
    ("- " * 10_000, "too-deep", 1, 35, None),
    # characters
    (with_formula("a\0b"), "control-character", 7, 10, None),
    (with_formula("a\x1b[2Jb"), "control-character", 7, 10, None),
    (with_formula(r'"\\log \theta"'), "control-character", 7, 16, None),
    (with_formula(r'"\frac{1}{2}"'), "control-character", 7, 10, None),
    (with_formula(r'"ab\e[2J"'), "control-character", 7, 12, None),
    (with_formula("\ud800"), "control-character", 7, 9, None),
    # the shape of the file
    ("a text", "wrong-type", 1, 1, None),
    ("- a list", "wrong-type", 1, 1, None),
    (changed("title: The ELBO\n", ""), "missing-key", 1, 1, None),
    (changed("model:\n  - p(x, z)\n  - q(z)\n", ""), "missing-key", 1, 1, None),
    (changed("claim: log p(x) = log p(x)\n", ""), "missing-key", 1, 1, None),
    (changed("start: log p(x)\n", ""), "missing-start", 1, 1, None),
    (with_line("suport: []"), "unknown-key", 10, 1, "`support`"),
    (with_line("zzz: x"), "unknown-key", 10, 1, None),
    (with_line("title: x"), "duplicate-key", 10, 1, None),
    (with_line("~: x"), "null-key", 10, 1, None),
    (with_line("? \n: x"), "null-key", 10, 2, None),
    (with_line("[a]: x"), "wrong-type", 10, 1, None),
    (changed("title: The ELBO", "title:"), "null-value", 1, 7, "leave the key out"),
    (with_line("support: ~"), "null-value", 10, 10, None),
    (with_line("support:"), "null-value", 10, 9, None),
    (with_line("source: null"), "null-value", 10, 9, None),
    (with_line("source: # x"), "null-value", 10, 8, "` #`"),
    (with_line("title : x"), "duplicate-key", 10, 1, None),
    # kinds of values
    (changed("title: The ELBO", "title: [a]"), "wrong-type", 1, 8, "begin with `[`"),
    (changed("\n  - p(x, z)\n  - q(z)", " p(x, z)"), "wrong-type", 2, 8, None),
    (changed("  - q(z)", "  - [q(z)]"), "wrong-type", 4, 5, "begin with `[`"),
    (changed("  - q(z)", "  - - q(z)"), "wrong-type", 4, 5, "leave out the `- `"),
    (changed("  - q(z)", "  -"), "null-value", 4, 4, None),
    (with_line("assume:\n  - for all x: a = b"), "wrong-type", 11, 5, "`: `"),
    (with_line("assume: beta > 0"), "wrong-type", 10, 9, None),
    (with_line("strict: yes"), "wrong-value", 10, 9, None),
    (with_line("strict: True"), "wrong-value", 10, 9, "`true`"),
    (with_line("expect: proved"), "wrong-value", 10, 9, None),
    (with_line("expect: fialed"), "wrong-value", 10, 9, "`failed`"),
    # steps
    (changed("\n  - eq: log p(x) + 0\n    by: algebra", " []"), "empty-list", 6, 8, None),
    (changed("\n  - eq: log p(x) + 0\n    by: algebra", " log"), "wrong-type", 6, 8, None),
    (changed("  - eq: log p(x) + 0\n    by: algebra", "  - log p(x)"), "wrong-type", 7, 5, None),
    (changed("  - eq: log p(x) + 0\n    by", "  - by"), "no-statement", 7, 5, None),
    (changed("    by: algebra", "    ge: 1"), "two-statements", 8, 5, None),
    (changed("    by:", "    bye:"), "unknown-key", 8, 5, "`by`"),
    (changed("    by: algebra", "    eq: 1"), "duplicate-key", 8, 5, None),
    (changed("eq: log p(x) + 0", "eq: ~"), "null-value", 7, 9, None),
    (changed("eq: log p(x) + 0", "eq: [a]"), "wrong-type", 7, 9, "begin with `[`"),
    (changed("eq: log p(x) + 0", "eq: {a}"), "wrong-type", 7, 9, "begin with `{`"),
    (changed("eq: log p(x) + 0", "side: 1 = 1"), "side-without-label", 7, 5, None),
    (changed("by: algebra", "by: []"), "empty-list", 8, 9, "leave `by` out"),
    (changed("by: algebra", "by: {kl: 1}"), "wrong-type", 8, 9, None),
    (changed("by: algebra", "by: [[kl]]"), "wrong-type", 8, 10, None),
    (changed("by: algebra", "expect: prooved"), "wrong-value", 8, 13, "`proved`"),
    (changed("by: algebra", "expect: verified"), "wrong-value", 8, 13, None),
    (changed("by: algebra", "blank: all"), "wrong-value", 8, 12, None),
]


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "advice"),
    REFUSED,
    ids=[f"{number}-{case[1]}" for number, case in enumerate(REFUSED)],
)
def test_bad_file_is_refused_where_it_is_wrong(
    text: str, code: str, line: int, column: int, advice: str | None
) -> None:
    found = refused(text)
    assert found.location is not None
    assert (found.code, found.location.line, found.location.column) == (code, line, column)
    assert "..." not in message(found)
    assert (hint(found) or "").find(advice or "") >= 0


@pytest.mark.parametrize("limit", [20, 100, 10_000])
@pytest.mark.parametrize(
    ("text", "column"), [("[" * 200, 18), ("{a: " * 200, 66), ("- " * 200, 35)]
)
def test_depth_is_refused_whatever_the_parser_itself_refuses(
    text: str, column: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parser that reads all of its text first and has a limit of its own."""
    parse = yaml.parse

    def impatient(text: str, Loader: type) -> Iterator[yaml.Event]:  # noqa: N803
        events: list[Any] = []
        trouble: yaml.YAMLError | None = None
        try:
            for event in parse(text, Loader=Loader):
                events.append(event)
        except yaml.YAMLError as error:
            trouble = error
        starts = [one for one in events if isinstance(one, yaml.CollectionStartEvent)]
        if len(starts) > limit:
            mark: Any = starts[limit].start_mark
            raise yaml.MarkedYAMLError("reading", None, "nested too much for me", mark)
        yield from events
        if trouble is not None:
            raise trouble

    monkeypatch.setattr(yaml, "parse", impatient)
    found = refused(text)
    assert found.location is not None
    assert (found.code, found.location.column) == ("too-deep", column)


@pytest.mark.parametrize(
    ("first", "verdict"),
    [
        ("expect: error\n", FileVerdict.ERROR),
        ("expect: 'failed' # so\n", FileVerdict.FAILED),
        ("", FileVerdict.VERIFIED),
        ("expect: nonsense\n", FileVerdict.VERIFIED),
    ],
)
def test_expectation_of_a_file_that_does_not_load(first: str, verdict: FileVerdict) -> None:
    assert expected_verdict(text_source(first + "title: [", "<text>")) is verdict


# -- anything at all ---------------------------------------------------------------------------


@given(st.text(alphabet="a:- \n\t'\"{}[]|>&*!%@#,?~\\é\r", max_size=60))
def test_no_text_makes_the_loader_crash(text: str) -> None:
    for whole in (text, with_formula(text)):
        found = trouble(whole)
        assert found is None or (found.location is not None and message(found))


def trouble(text: str) -> Diagnostic | None:
    try:
        load_text(text)
    except DiagnosticError as error:
        return error.diagnostic
    return None


def test_loading_imports_neither_sympy_nor_numpy() -> None:
    program = (
        "import sys; from verifier.derivation.loader import load_text;"
        f"load_text({GOOD!r});"
        "print([name for name in ('sympy', 'numpy', 'flint', 'rich') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
