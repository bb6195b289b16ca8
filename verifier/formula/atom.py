"""The factors that begin with a name or a bracket, other than those that bind variables."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial

from verifier.formula.cursor import BRACKETS, CLOSERS
from verifier.formula.lexer import FormulaError, Token
from verifier.formula.reader import RESERVED, Reader
from verifier.formula.scope import Scope
from verifier.formula.spellings import WORDS
from verifier.formula.written import (
    Bracket,
    Call,
    Density,
    Divergence,
    Entropy,
    Exponential,
    Information,
    Name,
    Number,
    Quotient,
    Root,
    Span,
    Variable,
    VariableEntropy,
    Written,
)

OPENERS = BRACKETS | {"{"}  # of what `exp`, `sqrt` and fractions take


def number(reader: Reader) -> Number:
    """`2`, `0.5`."""
    token = reader.advance()
    return Number(token.text, span=Span(token.start, token.end))


def bracket(reader: Reader) -> Bracket:
    """`(a + b)`, `[a + b]`."""
    opener = reader.open()
    body = reader.nested()
    reader.close(opener)
    return Bracket(body, opener.text == "[", span=reader.since(opener.start))


def fraction(reader: Reader) -> Quotient:
    r"""`\frac{a}{b}`."""
    start = reader.advance().start
    numerator, denominator = _enclosed(reader), _enclosed(reader)
    return Quotient(numerator, denominator, True, span=reader.since(start))


def factor_name(reader: Reader) -> Written:
    """What a name begins where a factor may follow it: `r (a + b)` asks that r be declared."""
    node = named(reader)
    if (
        isinstance(node, Name)
        and reader.token.text in ("(", r"\frac")
        and not (reader.scope.is_declared(node.name) or node.name in reader.indices)
    ):
        if topic := WORDS.get(node.name.partition("_")[0]):
            data = {"spelling": f"{reader.quoted(node.span)}(..)", "topic": topic}
            raise FormulaError("meaningless", node.span, data)
        if node.name == "D" and _has_bars(reader):
            data = {"name": node.name, "like": "KL(q(z) || p(z))"}
            raise FormulaError("undeclared-name", node.span, data)
        raise undeclared(reader, node.span, node.name)
    return node


def _has_bars(reader: Reader) -> bool:
    """Whether the bracket that opens here holds two bars, as of a divergence."""
    level = 0
    for token in reader.tokens[reader.index :]:
        level += (token.text in CLOSERS) - (token.text in CLOSERS.values())
        if level == 1 and token.text == "||":
            return True
        if level == 0:
            break
    return False


def undeclared(reader: Reader, span: Span, name: str, applied: bool = True) -> FormulaError:
    """The error for a name that is not declared, with the nearest that is, of those that take
    arguments if it does."""
    near = names_like(reader.scope, name, applied)
    return FormulaError("undeclared-name", span, {"name": name} | ({"near": near} if near else {}))


def names_like(scope: Scope, name: str, applied: bool = True) -> tuple[str, ...]:
    """The nearest of what is declared and of what the language has; of that what takes arguments
    where the name is applied to some."""
    names = scope.families | scope.functions | scope.templates | RESERVED
    if not applied:
        names |= scope.parameters | scope.abbreviations
    return alike(name, names)


def alike(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those that a name was meant to be: in another case, or misspelt."""
    near = tuple(sorted(other for other in names if other.casefold() == name.casefold()))
    if near or len(name) == 1:
        return near
    return tuple(get_close_matches(name, filter(partial(_is_near, name), sorted(names)), 1))


def _is_near(name: str, other: str) -> bool:
    """Whether a name may have been meant by another that begins alike: by its subscript too, if
    both have one."""
    (base, _, own), (known, _, subscript) = name.partition("_"), other.partition("_")
    if own and subscript and not get_close_matches(own, [subscript], 1):
        return False
    near = len(known) == 1 or get_close_matches(base, [known], 1)
    return bool(near) and base[0].casefold() == known[0].casefold()


def named(reader: Reader) -> Written:
    """What a name that is not reserved begins: a density, a call, or a name by itself."""
    label, index = reader.label_ahead()
    if label == "D_KL":
        return divergence(reader)
    scope, following = reader.scope, reader.tokens[index].text
    if following == "_":
        return reader.variable()
    if following == "(":
        if label in scope.families:
            return density(reader)
        if label in scope.functions or label in scope.templates:
            return call(reader)
    refuse_bare_family(reader, label, index)
    start = reader.token.start
    reader.jump(index)
    name = Name(label, span=reader.since(start))
    if not (reader.doubt or scope.is_declared(label) or label in reader.indices):
        reader.doubt = name
    return name


def refuse_bare_family(reader: Reader, label: str, index: int) -> None:
    """Refuse `pz | x)`, `q_theta z)`, `f \\frac12`, `p[x]`: a bracket was lost behind the name, or
    is another."""
    scope, following = reader.scope, reader.tokens[index]
    bare = following.text in (r"\frac", "[", r"\{") or following.text in scope.bases
    if bare and (label in scope.families or label in scope.functions or label in scope.templates):
        found = reader.quoted(following.span)
        raise FormulaError("expected", following.span, {"expected": "(", "found": found})
    if len(label) == 1 or scope.is_declared(label) or label in reader.indices:
        return
    for family in sorted(scope.families):
        rest = label.removeprefix(family)
        variable, mark, _ = rest.partition("_")
        if rest != label and variable in scope.bases:
            end = reader.token.end if mark else reader.tokens[index - 1].end
            span = Span(end - len(variable), end)
            raise FormulaError("expected", span, {"expected": "(", "found": rest})


def density(reader: Reader, named: tuple[Variable, ...] = ()) -> Density:
    r"""`p(x, z)`, `q_phi(z | x)`, `p(x | z; theta)`; of a variable that is `named` also
    `q(\cdot | x)`."""
    start = reader.token.start
    family = reader.label("density")
    opener = reader.open("(")
    left = named if len(named) == 1 and reader.accept("*") else reader.variables()
    right = reader.variables() if reader.accept("|") else ()
    if reader.token.text == "=":
        raise _with_value(reader)
    parameters = reader.labels() if reader.accept(";") else ()
    reader.close(opener)
    return Density(family, left, right, parameters, span=reader.since(start))


def _with_value(reader: Reader) -> FormulaError:
    """The error for `p(x = 1)`."""
    error = reader.expected(")")
    return FormulaError(error.code, error.span, {**error.data, "like": "p(x | z)"})


def call(reader: Reader) -> Call:
    """`f(x, z)`, `phi(a + b)`."""
    start = reader.token.start
    name = reader.label()
    opener = reader.open("(")
    arguments = reader.listed(lambda: _argument(reader))
    reader.close(opener)
    return Call(name, arguments, span=reader.since(start))


def _argument(reader: Reader) -> Written:
    if reader.token.kind == "name":
        label, index = reader.label_ahead()
        if reader.tokens[index].text in (",", ")") and reader.scope.is_variable(label):
            return reader.variable()
    return reader.nested()


def exponential(reader: Reader) -> Exponential:
    """`exp(a)`, `exp log a`."""
    token = reader.advance()
    argument = _applied(reader, token)
    return Exponential(argument, span=reader.since(token.start))


def root(reader: Reader) -> Root:
    """`sqrt(a)`, `√2`."""
    token = reader.advance()
    argument = _applied(reader, token)
    return Root(argument, span=reader.since(token.start))


def _applied(reader: Reader, token: Token) -> Written:
    if reader.token.text in OPENERS:
        return _enclosed(reader)
    return reader.taken(Span(token.start, token.end))


def _enclosed(reader: Reader) -> Written:
    opener = reader.open(OPENERS)
    body = reader.nested()
    reader.close(opener)
    return body


def divergence(reader: Reader) -> Divergence:
    """`KL(q(z) || p(z))`, `KL(q || p)`; also written D_KL."""
    start = reader.token.start
    reader.jump(reader.index + 1 if reader.token.text == "KL" else reader.label_ahead()[1])
    wrong = reader.expected("(")
    if str(wrong.data["found"]).startswith("{"):
        raise _in_braces(reader, start, wrong)
    opener = reader.open()
    first = reader.nested()
    if reader.token.text in (",", "|", ";", ":"):
        reader.advance()
        other = reader.source(reader.nested().span)
        reader.accept(CLOSERS[opener.text])
        written = f"KL({reader.source(first.span)} || {other})"
        raise FormulaError("kl-bars", reader.since(start), {"written": written})
    reader.expect("||")
    second = reader.nested()
    reader.close(opener)
    return Divergence(first, second, span=reader.since(start))


def _in_braces(reader: Reader, start: int, error: FormulaError) -> FormulaError:
    """The error for `KL{q(z) || p(z)}`, and for `KL{q(z)}{p(z)}`, as somebody's macro has it: the
    braces aren't seen."""
    first = reader.factor()
    if reader.token.kind != "name":
        return error
    other = reader.source(reader.factor().span)
    written = f"KL({reader.source(first.span)} || {other})"
    return FormulaError("kl-bars", reader.since(start), {"written": written})


def entropy(reader: Reader) -> Entropy | VariableEntropy:
    """`H(q(z))`, `H(q(z), p(z))`, and on random variables `H_p(x | y)`, `H(x, y)`."""
    start = reader.advance().start
    family = family_subscript(reader)
    opener = reader.open()
    if family is None and not _variable_ahead(reader):
        first = reader.nested()
        second = reader.nested() if reader.accept(",") else None
        reader.close(opener)
        return Entropy(first, second, span=reader.since(start))
    left = reader.random_variables()
    right = reader.random_variables() if reader.accept("|") else ()
    reader.close(opener)
    return VariableEntropy(left, right, family, span=reader.since(start))


def _variable_ahead(reader: Reader) -> bool:
    """Whether a list of variables starts here, and not a density or an expression."""
    if reader.token.kind != "name":
        return False
    label, index = reader.label_ahead()
    following = reader.tokens[index].text
    if label in reader.scope.families and not reader.scope.is_variable(label):
        return False
    return following in (",", "|", ")", "_")


def information(reader: Reader) -> Information:
    """`I_p(x; y)`, `I_p(x; y | z)`."""
    start = reader.advance().start
    family = family_subscript(reader)
    opener = reader.open()
    first = reader.random_variables()
    reader.expect(";")
    second = reader.random_variables()
    given = reader.random_variables() if reader.accept("|") else ()
    reader.close(opener)
    return Information(first, second, given, family, span=reader.since(start))


def family_subscript(reader: Reader) -> str | None:
    """The family in the subscript of `H_p`, `I_{q_phi}`, if there is one."""
    if not reader.accept("_"):
        return None
    if reader.token.text != "{":
        return declared_family(reader, braced=False)
    opener = reader.open("{")
    family = declared_family(reader)
    reader.close(opener)
    return family


def declared_family(reader: Reader, braced: bool = True) -> str:
    """Step over the name of a family; outside braces it has no subscript of its own."""
    token = reader.token
    if token.kind != "name":
        raise reader.expected("family")
    label, index = reader.label_ahead() if braced else (token.text, reader.index + 1)
    reader.jump(index)
    if label not in reader.scope.families:
        raise undeclared(reader, reader.since(token.start), label)
    return label


def is_application(reader: Reader) -> bool:
    """Whether a name and an opening bracket stand here."""
    if reader.token.kind != "name":
        return False
    return reader.tokens[reader.label_ahead()[1]].text == "("
