"""Derivations of few lines with a likely fault: shapes whose parts are drawn at random.

Random moves alone seldom undo each other. Here the far side of a claim is worked out by naive
algebra: densities are joint over joint, what is above and below cancels, what a density alone
holds is integrated out. Nobody asks whether something was 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from . import indexed
from .expressions import HALF, ONE, TWO, ZERO, Node, Setting, free, show
from .moves import global_value, walk

Joint = tuple[str, frozenset[str]]
Monomial = Counter[Joint]
Pair = tuple[Node, Node, list[str]]


def joints(node: Node) -> Monomial | None:
    """A product or quotient of densities by the exponents of joint densities."""
    match node:
        case ("num", "1"):
            return Counter()
        case ("d", str(name), tuple(left), tuple(right)):
            found: Monomial = Counter({(name, frozenset((*left, *right))): 1})
            if right:
                found[name, frozenset(right)] -= 1
            return found
        case ("*" | "/" as sign, tuple(a), tuple(b)):
            first, second = joints(a), joints(b)
            if first is None or second is None:
                return None
            result: Monomial = Counter(first)
            for key, exponent in second.items():
                result[key] += exponent if sign == "*" else -exponent
            return result
    return None


def integrated(s: Setting, monomial: Monomial, bound: list[str]) -> Node:
    """A monomial integrated over some variables, as naive algebra has it."""
    monomial = Counter({key: e for key, e in monomial.items() if e})
    left: list[str] = []
    for variable in bound:
        owners = [key for key in monomial if variable in key[1]]
        if len(owners) != 1 or monomial[owners[0]] != 1:
            left.append(variable)
            continue
        name, variables = owners[0]
        del monomial[owners[0]]
        rest = variables - {variable}
        if rest - {*s.families[name][1]}:
            monomial[name, rest] += 1
        monomial = Counter({key: e for key, e in monomial.items() if e})
    node = _text(s, monomial)
    return ("int", tuple(left), node) if left else node


def _text(s: Setting, monomial: Monomial) -> Node:
    above, below = ONE, ONE
    for (name, variables), exponent in sorted(monomial.items(), key=str):
        given = s.families[name][1]
        left = tuple(v for v in sorted(variables) if v not in given)
        if not left:
            continue
        density: Node = ("d", name, left, given)
        for _ in range(abs(exponent)):
            if exponent > 0:
                above = density if above == ONE else ("*", above, density)
            else:
                below = density if below == ONE else ("*", below, density)
    return above if below == ONE else ("/", above, below)


def support_of(s: Setting, node: object) -> None:
    """Now and then, one more line of support: about densities that an expression mentions."""
    if s.support is None or s.rng.random() < 0.5:
        return
    mentioned = [d for d in dict.fromkeys(_densities(node)) if {*d[2], *d[3]} <= {*s.variables}]
    lines = [f"{show(d)} > 0" for d in mentioned if not d[3]]
    for d in mentioned:
        if d[3] and d[3] != s.families[str(d[1])][1]:
            lines.append(f"{show(('d', d[1], d[3], ()))} > 0")
        same = [e for e in mentioned if e != d and e[2] == d[2]]
        lines += [f"{show(d)} << {show(e)}" for e in same]
    if lines:
        s.support = [*s.support, s.rng.choice(lines)]


def _densities(node: object) -> Iterator[Node]:
    if isinstance(node, tuple):
        if node and node[0] == "d":
            yield node
        for part in node:
            yield from _densities(part)


# -- equations ------------------------------------------------------------------------------------


def quotient(s: Setting) -> Pair | None:
    """A mean or integral of a quotient of densities, against what is left when all cancels."""
    rng = s.rng
    variables = [v for v in s.variables if rng.random() < 0.8] or [*s.variables]
    rng.shuffle(variables)
    names = [*variables]
    binders: list[tuple[str, Node]] = []
    known = tuple(v for v in s.variables if v not in variables)
    if len(names) > 1 and rng.random() < 0.35:
        law = s.density(s.variables, names[0])
        if law is not None and {*names} <= {*law[2]} and not law[3]:
            return _quotient(s, [("E", law)])
    for variable in names:
        law = s.law(variable, known)
        if law is None:
            return None
        binders.append((rng.choice(("E", "E", "int")), law))
        known = (*known, variable)
    return _quotient(s, binders)


def _quotient(s: Setting, binders: list[tuple[str, Node]]) -> Pair | None:
    rng = s.rng
    above, fact = _numerator(s, binders)
    laws = [law for kind, law in binders if kind == "E"]
    if above is None:
        return None
    body = above
    if fact is None:
        below = rng.choice(laws) if laws and rng.random() < 0.6 else s.density(s.variables)
        choice = rng.random()
        if laws and choice < 0.2:
            below = _product(s, laws)
        elif choice > 0.75 and len(above[2]) > 1:
            below = ("d", above[1], above[2][:1], above[3])
        elif choice < 0.4 and len(above[2]) > 1:
            names: tuple[str, ...] = above[2]
            below = ("d", above[1], names[:1], (*names[1:], *above[3]))
        if below is None:
            return None
        body = ("/", above, below)
    whole = body if fact is None else fact
    for law in laws:
        whole = ("*", whole, law)
    total = joints(whole)
    if total is None:
        return None
    bound = [v for _, law in reversed(binders) for v in law[2]]
    right = integrated(s, total, bound)
    left = body
    for kind, law in reversed(binders):
        left = ("E", (law,), left) if kind == "E" else ("int", law[2], left)
    rules = ["assumption"] if fact is not None else []
    if any(len(n[1]) > 1 for n in total):
        rules += rng.sample(["chain-rule", "marginalisation", "tower"], rng.choice((1, 1, 2)))
    return left, right, [*rules, "normalisation", "expectation"]


def _product(s: Setting, laws: list[Node]) -> Node | None:
    """The laws multiplied, as one joint density where they are of one family."""
    total: Monomial = Counter()
    for law in laws:
        for key, exponent in (joints(law) or Counter()).items():
            total[key] += exponent
    node = _text(s, Counter({k: e for k, e in total.items() if e}))
    return node if node != ONE else None


def _numerator(s: Setting, binders: list[tuple[str, Node]]) -> tuple[Node | None, Node | None]:
    """A density, or a function that a fact says to be densities: with what it is."""
    rng = s.rng
    facts = [
        (left, right)
        for quantified, left, relation, right in s.facts
        if quantified and relation == "=" and left[0] == "f" and joints(right) is not None
    ]
    if facts and rng.random() < 0.7:
        return rng.choice(facts)
    over = tuple(v for _, law in binders for v in law[2])
    return s.density(s.variables, rng.choice(over)), None


def cancelling(s: Setting) -> Pair | None:
    """What is subtracted from itself, divided by itself and the like: something global."""
    rng = s.rng
    u = global_value(s, s.variables if rng.random() < 0.2 else ())
    if u is None:
        return None
    a, b = ("par", "a"), ("par", "b")
    pairs: list[tuple[Node, Node, str]] = [
        (("-", u, u), ZERO, "algebra"),
        (("-", ("+", u, a), u), a, "algebra"),
        (("*", ("exp", u), ("exp", ("-", ZERO, u))), ONE, "log-rules"),
        (("/", u, u), ONE, "algebra"),
        (("*", ("-", a, b), u), ("-", ("*", a, u), ("*", b, u)), "algebra"),
        (("*", u, ("-", ONE, ONE)), ZERO, "algebra"),
    ]
    left, right, rule = rng.choice(pairs)
    return left, right, [rule]


def exchanged(s: Setting) -> Pair | None:
    """Two means or integrals of a function of two variables, in either order."""
    if len(s.variables) < 2:
        return None
    x, z = s.rng.sample(s.variables, 2)
    first, second = s.law(x, ()), s.law(z, ())
    call = s.call((x, z))
    if first is None or second is None or call is None or len(call[2]) < 2:
        return None
    nested: Node = ("E", (first,), ("E", (second,), call))
    forms: list[Node] = [
        ("E", (second,), ("E", (first,), call)),
        ("E", (first, second), call),
    ]
    rules = ["swap"] if s.rng.random() < 0.7 else ["swap", "tower"]
    return nested, s.rng.choice(forms), rules


def slip(s: Setting) -> Pair | None:
    """A text with two readings: a parameter that is named like a variable."""
    variable = s.rng.choice(s.variables)
    law = s.law(variable, ())
    if law is None or ":" in variable:
        return None
    s.parameters = {**s.parameters, variable: ""}
    power: Node = ("^", ("par", variable), "2")
    return ("E", (law,), power), power, ["normalisation"]


def functions(s: Setting) -> Pair | None:
    """A law that cancels inside log exp, or in a power of a power."""
    found = quotient(s)
    if found is None:
        return None
    left, right, rules = found
    match left:
        case ("E", tuple(laws), tuple(body)):
            return ("E", laws, ("log", ("exp", body))), right, [*rules, "log-rules"]
    return ("log", ("exp", left)), right, [*rules, "log-rules"]


EQUATIONS: tuple[tuple[Callable[[Setting], Pair | None], int], ...] = (
    (quotient, 10),
    (functions, 4),
    (cancelling, 6),
    (exchanged, 3),
    (slip, 1),
)


def equation(s: Setting) -> Pair | None:
    """A pair of expressions that naive algebra calls equal, decorated now and then."""
    rng = s.rng
    (shape,) = rng.choices([shape for shape, _ in EQUATIONS], [n for _, n in EQUATIONS])
    if s.index is not None and rng.random() < 0.7:
        shape = indexed.equation
    found = shape(s)
    if found is None:
        return None
    left, right, rules = found
    support_of(s, (left, right))
    among = tuple(sorted(free(left) | free(right)))
    if rng.random() < (0.5 if s.index or s.factors or s.defines or s.formulas else 0.3):
        left, more = walk(s, left, 1, among)
        rules = [*rules, *more]
    if rng.random() < 0.15:
        right, more = walk(s, right, 1, among)
        rules = [*rules, *more]
    return (left, right, rules) if rng.random() < 0.8 else (right, left, rules)


# -- inequalities, facts --------------------------------------------------------------------------


def increasing(s: Setting, e: Node) -> tuple[Node, Node]:
    """An increasing function of something, and another text of it by naive algebra."""
    pairs: list[tuple[Node, Node]] = [
        (("exp", ("*", TWO, ("log", e))), ("^", e, "2")),
        (("exp", ("log", e)), e),
        (("log", ("exp", e)), e),
        (("exp", ("*", HALF, ("log", ("^", e, "2")))), e),
        (("exp", ("*", ("num", "3"), ("log", e))), ("^", e, "3")),
        (("*", TWO, ("log", e)), ("log", ("^", e, "2"))),
    ]
    return s.rng.choice(pairs)


Bound = tuple[Node, str, Node, list[str]]


def monotone(s: Setting) -> Bound | None:
    """A fact's two sides under an increasing function, the second by another text."""
    facts = [fact for fact in s.facts if fact[2] in (">=", "<=")]
    if not facts:
        return None
    _, left, relation, right = s.rng.choice(facts)
    state = s.rng.getstate()
    first, other = increasing(s, left)
    s.rng.setstate(state)
    third, second = increasing(s, right)
    before = first if s.rng.random() < 0.7 else other
    after = second if s.rng.random() < 0.7 else third
    return before, relation, after, ["assumption", "log-rules"]


def absorbed(s: Setting) -> Bound | None:
    """What a fact `u = u + a` says of a, if u is finite."""
    facts = [
        fact
        for fact in s.facts
        if fact[3][0] == "+" and fact[3][1] == fact[1] and not free(fact[1])
    ]
    if not facts:
        return None
    _, _, relation, right = s.rng.choice(facts)
    turned = {"=": s.rng.choice(("=", ">=", "<=")), ">=": "<=", "<=": ">="}[relation]
    a: Node = right[2]
    return a, turned, ZERO, ["assumption"]


def bound(s: Setting) -> Bound | None:
    return s.rng.choice((monotone, absorbed))(s)


# -- statements -----------------------------------------------------------------------------------

Told = tuple[str, tuple[str, ...]]  # a statement, and its rules


def vouched(s: Setting) -> list[Told] | None:
    """From `p f = p g`: p is divided away, once something that mentions p stands beside it."""
    rng = s.rng
    facts = [f for f in s.facts if f[1][0] == f[3][0] == "*" and f[1][1] == f[3][1] and f[0]]
    if not facts:
        return None
    _, left, relation, right = rng.choice(facts)
    u, f, g = left[1], left[2], right[2]
    told: list[Told] = [(f"{show(left)} {relation} {show(right)}", ("assumption",))]
    variables = tuple(sorted(free(u)))
    e: Node | None = global_value(s, ()) if rng.random() < 0.3 else s.density(variables)
    law = s.law(rng.choice(variables), ())
    choice = rng.random()
    if law is not None and law[2] == variables and choice < 0.4:
        e = ("KL", law, u)
        support_of(s, e)
    elif choice < 0.7:
        e = u
    if e is None:
        return None
    grown: Node = ("exp", e) if e[0] != "d" else e
    logged: Node = ("log", e) if e[0] == "d" else e
    kind = rng.random()
    if kind < 0.3:
        told.append((_said(("*", f, grown), relation, ("*", g, grown)), ("cross-multiply",)))
    elif kind < 0.6:
        told.append((_said(("/", f, u), relation, ("/", g, u)), ("cross-multiply",)))
    elif kind < 0.75:
        added = _said(("+", f, logged), relation, ("+", g, logged))
        told.append((added, ("cross-multiply", "rearrange")))
    v = rng.choice(variables)
    law = s.law(v, ())
    if law is None:
        return None
    end = rng.random()
    mean: Callable[[object], Node]
    if end < 0.35:
        told.append((_said(f, relation, g), ("cross-multiply", "rearrange")))
        return told
    if end < 0.7:
        rule = "integrate"

        def mean(part: object) -> Node:
            return ("int", (v,), ("*", law, part))
    else:
        rule = "take-expectation"

        def mean(part: object) -> Node:
            return ("E", (law,), part)

    if rng.random() < 0.6:
        said = _said(("+", mean(f), logged), relation, ("+", mean(g), logged))
        told.append((said, (rule, "rearrange")))
    else:
        told.append((_said(mean(f), relation, mean(g)), (rule,)))
    return told


def _said(left: Node, relation: str, right: Node) -> str:
    return f"{show(left)} {relation} {show(right)}"
