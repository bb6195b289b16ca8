"""Moves that are true as long as nothing vanishes or diverges."""

from __future__ import annotations

from . import indexed
from .expressions import (
    HALF,
    ONE,
    TWO,
    WHOLE,
    ZERO,
    Move,
    Moved,
    Node,
    Setting,
    bound,
    children,
    free,
    put,
    renamed,
    show,
)

LONGEST = 150  # characters of a line


def something(s: Setting, among: tuple[str, ...]) -> Node | None:
    """Something to multiply by or to add: what may vanish, diverge, or be of either sign."""
    kind = s.rng.random()
    if kind < 0.45:
        return s.density(among)
    if kind < 0.6:
        return s.call(among)
    if kind < 0.7 and s.parameters:
        return ("par", s.rng.choice([*s.parameters]))
    if kind < 0.85 and s.index is not None and {WHOLE[s.index[0]]} <= {*among}:
        return indexed.series(s)
    if kind < 0.85 and s.defines:
        return ("name", *s.rng.choice([*s.defines.items()]))
    return global_value(s, among)


def global_value(s: Setting, among: tuple[str, ...]) -> Node | None:
    """An expectation, a divergence or an entropy."""
    variable = s.rng.choice(s.variables)
    law = s.law(variable, tuple(v for v in among if v != variable))
    if law is None:
        return None
    kind = s.rng.random()
    if kind < 0.4:
        other = s.law(variable, tuple(v for v in among if v != variable))
        return None if other is None else ("KL", law, other)
    if kind < 0.65:
        return ("H", law)
    call = s.call((variable,))
    return None if call is None else ("E", (law,), call)


def _multiplied(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    u = something(s, among)
    if u is None:
        return None
    forms: tuple[Node, ...] = (
        ("/", ("*", e, u), u),
        ("*", u, ("/", e, u)),
        ("*", e, ("/", u, u)),
    )
    return s.rng.choice(forms), "algebra"


def _added(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    u = something(s, among)
    if u is None:
        return None
    if u[0] == "d":
        u = ("log", u)
    forms: tuple[Node, ...] = (("-", ("+", e, u), u), ("+", e, ("-", u, u)))
    return s.rng.choice(forms), "algebra"


def _exponentials(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    u = global_value(s, among)
    forms: list[Node] = [("exp", ("log", e)), ("log", ("exp", e))]
    if u is not None:
        forms.append(("*", e, ("*", ("exp", u), ("exp", ("-", ZERO, u)))))
    return s.rng.choice(forms), "log-rules"


def _powers(_s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    match e:
        case ("exp", ("*", ("num", "2"), ("log", tuple(base)))):
            return ("^", base, "2"), "log-rules"
        case ("^", tuple(base), "2"):
            return ("exp", ("*", TWO, ("log", base))), "log-rules"
        case ("log", ("^", tuple(base), "2")):
            return ("*", TWO, ("log", base)), "log-rules"
        case ("*", ("num", "2"), ("log", tuple(base))):
            return ("log", ("^", base, "2")), "log-rules"
    return ("exp", ("*", HALF, ("log", ("^", e, "2")))), "log-rules"


def _logarithm(_s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    match e:
        case ("log", ("*", tuple(a), tuple(b))):
            return ("+", ("log", a), ("log", b)), "log-rules"
        case ("log", ("/", tuple(a), tuple(b))):
            return ("-", ("log", a), ("log", b)), "log-rules"
        case ("log", ("exp", tuple(a))) | ("exp", ("log", tuple(a))):
            return a, "log-rules"
        case ("exp", ("+", tuple(a), tuple(b))):
            return ("*", ("exp", a), ("exp", b)), "log-rules"
        case ("exp", ("-", tuple(a), tuple(b))):
            return ("/", ("exp", a), ("exp", b)), "log-rules"
        case ("+" | "-" as sign, ("log", tuple(a)), ("log", tuple(b))):
            return ("log", ("*" if sign == "+" else "/", a, b)), "log-rules"
    return None


def _constant(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    """The mean of what is free of the variable."""
    fresh = [v for v in (*s.variables, *s.copies) if v not in among]
    if not fresh:
        return None
    variable = s.rng.choice(fresh)
    law = s.law(variable, among)
    if law is None:
        return None
    if s.rng.random() < 0.6:
        return ("E", (law,), e), "normalisation"
    return ("int", (variable,), ("*", law, e)), "normalisation"


def _chain(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    match e:
        case ("d", str(name), tuple(left), tuple(right)) if len(left) > 1:
            first = s.rng.choice(left)
            rest = tuple(v for v in left if v != first)
            head: Node = ("d", name, (first,), (*rest, *right))
            return ("*", head, ("d", name, rest, right)), "chain-rule"
        case ("d", str(name), tuple(left), tuple(right)):
            own, needed = s.families[name]
            turning = [v for v in right if v not in needed]
            if turning and s.rng.random() < 0.7:
                v = s.rng.choice(turning)
                rest = tuple(w for w in right if w != v)
                joint: Node = ("d", name, (*left, v), rest)
                if s.rng.random() < 0.6:
                    return ("/", joint, ("d", name, (v,), rest)), "chain-rule"
                turned: Node = ("d", name, (v,), (*left, *rest))
                top: Node = ("*", turned, ("d", name, left, rest))
                return ("/", top, ("d", name, (v,), rest)), "bayes-rule"
            more = [v for v in among if v in own and v not in left and v not in right]
            if more:
                v = s.rng.choice(more)
                joint = ("d", name, (*left, v), right)
                below: Node = ("d", name, (v,), (*left, *right))
                return ("/", joint, below), "chain-rule"
        case (
            "*",
            ("d", str(name), tuple(left), tuple(right)),
            ("d", str(other), tuple(heads), tuple(given)),
        ) if name == other and {*right} == {*heads, *given}:
            return ("d", name, (*left, *heads), given), "chain-rule"
        case ("/", ("d", str(name), tuple(left), ()), ("d", str(other), tuple(heads), ())) if (
            name == other and {*heads} < {*left}
        ):
            rest = tuple(v for v in left if v not in heads)
            return ("d", name, rest, heads), "chain-rule"
    return None


def _marginal(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    match e:
        case ("d", str(name), tuple(left), tuple(right)):
            own, _ = s.families[name]
            more = [v for v in own if v not in among and v not in left and v not in right]
            if more:
                v = s.rng.choice(more)
                body: Node = ("d", name, (*left, v), right)
                return ("int", (v,), body), "marginalisation"
        case ("int", (str(v),), ("d", str(name), tuple(left), tuple(right))) if v in left:
            rest = tuple(w for w in left if w != v)
            return (("d", name, rest, right) if rest else ONE), "marginalisation"
        case ("num", "1"):
            fresh = [v for v in s.variables if v not in among]
            law = s.law(s.rng.choice(fresh), among) if fresh else None
            if law is not None:
                return ("int", law[2], law), "normalisation"
    return None


def _expectation(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    match e:
        case ("E", (("d", _, tuple(left), _) as law,), ("/", tuple(top), tuple(below))) if (
            below == law
        ):
            return ("int", left, top), "expectation"
        case ("E", (("d", _, tuple(left), _) as law,), tuple(body)):
            return ("int", left, ("*", law, body)), "expectation"
        case ("int", (str(v),), ("*", ("d", _, (str(w),), _) as law, tuple(body))) if v == w:
            return ("E", (law,), body), "expectation"
        case ("int", (str(v),), tuple(body)):
            law = s.law(v, tuple(w for w in among if w != v))
            if law is not None:
                return ("E", (law,), ("/", body, law)), "expectation"
    return None


def _tower(s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    match e:
        case ("E", (("d", str(name), tuple(left), tuple(right)),), tuple(body)) if len(left) > 1:
            first = s.rng.choice(left)
            rest = tuple(v for v in left if v != first)
            inner: Node = ("d", name, (first,), (*rest, *right))
            return ("E", (("d", name, rest, right),), ("E", (inner,), body)), "tower"
        case ("E", (("d", str(name), (str(v),), tuple(right)),), tuple(body)):
            own, _ = s.families[name]
            more = [w for w in own if w not in free(body) and w != v and w not in right]
            if more:
                joint: Node = ("d", name, (v, s.rng.choice(more)), right)
                return ("E", (joint,), body), "tower"
    return None


def _swap(s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    match e:
        case ("E", (tuple(a),), ("E", (tuple(b),), tuple(body))) if not (
            {*a[2]} & free(b) or {*b[2]} & free(a)
        ):
            forms: tuple[Node, ...] = (
                ("E", (b,), ("E", (a,), body)),
                ("E", (a, b), body),
            )
            return s.rng.choice(forms), "swap"
        case ("E", (tuple(a), tuple(b)), tuple(body)):
            return ("E", (a,), ("E", (b,), body)), "swap"
        case ("int", tuple(a), ("int", tuple(b), tuple(body))):
            return ("int", b, ("int", a, body)), "swap"
    return None


def _linear(_s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    match e:
        case ("E" | "int" as head, tuple(laws), ("+" | "-" as sign, tuple(a), tuple(b))):
            return (sign, (head, laws, a), (head, laws, b)), "linearity"
        case ("+" | "-" as sign, ("E", tuple(laws), tuple(a)), ("E", tuple(others), tuple(b))) if (
            laws == others
        ):
            return ("E", laws, (sign, a, b)), "linearity"
        case ("E" | "int" as head, tuple(laws), ("*" | "/" as sign, tuple(a), tuple(b))):
            variables = {*bound(e)}
            if not variables & free(b):
                return (sign, (head, laws, a), b), "linearity"
            if not variables & free(a) and sign == "*":
                return ("*", a, (head, laws, b)), "linearity"
        case ("*", tuple(a), ("E", tuple(laws), tuple(b)) as mean) if not (
            free(a) & {*bound(mean)}
        ):
            return ("E", laws, ("*", a, b)), "linearity"
        case ("*", ("+" | "-" as sign, tuple(a), tuple(b)), tuple(c)):
            return (sign, ("*", a, c), ("*", b, c)), "algebra"
    return None


def _divergence(s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    match e:
        case ("KL", tuple(q), tuple(p)):
            forms: tuple[Node, ...] = (
                ("E", (q,), ("log", ("/", q, p))),
                ("E", (q,), ("-", ("log", q), ("log", p))),
                ("-", ("E", (q,), ("log", q)), ("E", (q,), ("log", p))),
            )
            return s.rng.choice(forms), "kl"
        case ("H", tuple(q)):
            return ("-", ZERO, ("E", (q,), ("log", q))), "entropy"
        case ("E", (tuple(q),), ("log", ("/", tuple(a), tuple(b)))) if a == q:
            return ("KL", q, b), "kl"
    return None


def _by_fact(s: Setting, e: Node, among: tuple[str, ...]) -> Moved | None:
    for quantified, left, relation, right in s.facts:
        if relation != "=" or (quantified is None and (free(left) | free(right)) - {*among}):
            continue
        if (free(left) | free(right)) - {*among}:
            continue
        for a, b in ((left, right), (right, left)):
            if e == a:
                return b, "assumption"
    return None


def _cancelled(_s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    match e:
        case ("*", tuple(a), ("/", tuple(b), tuple(c))) if a == c:
            return b, "algebra"
        case ("*", ("/", tuple(b), tuple(c)), tuple(a)) if a == c:
            return b, "algebra"
        case ("/", ("*", tuple(a), tuple(b)), tuple(c)) if c in (a, b):
            return (b if c == a else a), "algebra"
        case ("-", ("+", tuple(a), tuple(b)), tuple(c)) if c in (a, b):
            return (b if c == a else a), "algebra"
        case ("-", tuple(a), tuple(b)) if a == b:
            return ZERO, "algebra"
        case ("/", tuple(a), tuple(b)) if a == b:
            return ONE, "algebra"
    return None


def _factorised(s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    """A joint density by its factors; a conditional without what doesn't bear on it."""
    match e:
        case ("d", str(name), tuple(left), ()) if name in s.factors and (
            {*left} == {*s.families[name][0]}
        ):
            return product(s.factors[name]), "factorisation"
        case ("d", str(name), (str(v),), tuple(right)) if name in s.factors and s.index is None:
            near = {w for d in s.factors[name] if v in d[2] for w in d[3]}
            near |= {w for d in s.factors[name] if v in d[3] for w in d[2]}
            if near <= {*right} and len(near) < len(right):
                return ("d", name, (v,), tuple(w for w in right if w in near)), "factorisation"
    return None


def product(factors: list[Node]) -> Node:
    """Factors multiplied."""
    whole = factors[0]
    for factor in factors[1:]:
        whole = ("*", whole, factor)
    return whole


def _defined(s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    """A name, or a density by formula, and what it stands for."""
    match e:
        case ("name", _, tuple(body)):
            return body, "definition"
        case ("d", "m", (str(v),), ()) if "m" in s.formulas:
            return renamed(s.formulas["m"], {s.slot(v): v}), "definition"
    for name, body in s.formulas.items():
        if e == body:
            return ("d", name, *s.families[name]), "definition"
    for name, body in s.defines.items():
        if e == body:
            return ("name", name, body), "definition"
    return None


MOVES: tuple[tuple[Move, int], ...] = (
    (_multiplied, 4),
    (_added, 3),
    (_exponentials, 2),
    (_powers, 1),
    (_logarithm, 4),
    (_constant, 3),
    (_chain, 6),
    (_marginal, 4),
    (_expectation, 6),
    (_tower, 4),
    (_swap, 4),
    (_linear, 4),
    (_divergence, 5),
    (_by_fact, 8),
    (_cancelled, 4),
    (_factorised, 4),
    (_defined, 4),
    (indexed.rewritten, 10),
)


def moved(s: Setting, node: Node, among: tuple[str, ...]) -> Moved | None:
    """An expression after a random move at a random place. `among` are the variables there."""
    below = [*children(node)]
    if below and s.rng.random() < 0.6:
        place, child = s.rng.choice(below)
        found = moved(s, child, (*among, *bound(node)))
        return None if found is None else (put(node, place, found[0]), found[1])
    (move,) = s.rng.choices([m for m, _ in MOVES], [n for _, n in MOVES])
    return move(s, node, tuple(dict.fromkeys(among)))


def walk(s: Setting, node: Node, moves: int, among: tuple[str, ...]) -> tuple[Node, list[str]]:
    """An expression after some moves, and their rules."""
    rules: list[str] = []
    for _ in range(40):
        if len(rules) >= moves:
            break
        found = moved(s, node, among)
        if found is not None and len(show(found[0])) <= LONGEST and found[0] != node:
            node = found[0]
            rules.append(found[1])
    return node, rules
