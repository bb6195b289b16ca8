"""Settings, expressions, and moves that are true as long as nothing vanishes or diverges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

Node = tuple[Any, ...]  # its head, then nodes, names, tuples of names
LONGEST = 150  # characters of a line
ONE: Node = ("num", "1")
ZERO: Node = ("num", "0")


Families = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass
class Setting:
    """What a file declares."""

    rng: Random
    families: Families  # left, right
    lines: list[str]
    variables: tuple[str, ...]
    functions: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by name, arguments
    signs: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)  # by name, the bound
    copies: dict[str, str] = field(default_factory=dict)  # by copy, its slot
    support: list[str] | None = None
    facts: list[tuple[tuple[str, ...] | None, Node, str, Node]] = field(default_factory=list)
    discrete: tuple[str, ...] = ()
    extra: list[str] = field(default_factory=list)  # further lines of YAML

    def slot(self, variable: str) -> str:
        return self.copies.get(variable, variable)

    def density(self, among: tuple[str, ...], wanted: str = "") -> Node | None:
        """A density whose variables are among some, with `wanted` left of the bar."""
        names = [*self.families]
        self.rng.shuffle(names)
        for name in names:
            left, right = self.families[name]
            if not {*right} <= {*among}:
                continue
            heads = [v for v in among if self.slot(v) in left]
            heads = [v for v in heads if self.slot(v) == v or self.slot(v) not in heads]
            if (wanted and wanted not in heads) or not heads:
                continue
            taken = [v for v in heads if v == wanted or self.rng.random() < 0.5]
            taken = taken or [self.rng.choice(heads)]
            given = [v for v in heads if v not in taken and self.rng.random() < 0.4]
            if len({self.slot(v) for v in taken}) < len(taken):
                continue
            return ("d", name, tuple(taken), (*given, *right))
        return None

    def law(self, variable: str, among: tuple[str, ...]) -> Node | None:
        """A density that binds one variable."""
        names = [n for n, (left, _) in self.families.items() if self.slot(variable) in left]
        self.rng.shuffle(names)
        for name in names:
            left, right = self.families[name]
            if {*right} <= {*among}:
                given = [v for v in among if v in left and v != variable]
                given = [v for v in given if self.rng.random() < 0.3]
                return ("d", name, (variable,), (*given, *right))
        return None

    def call(self, among: tuple[str, ...]) -> Node | None:
        """A function of variables among some."""
        found: list[Node] = []
        for name, arguments in self.functions.items():
            if {*arguments} <= {*among}:
                found.append(("f", name, arguments))
            for copy, slot in self.copies.items():
                if arguments == (slot,) and copy in among:
                    found.append(("f", name, (copy,)))
        return self.rng.choice(found) if found else None


# -- expressions ----------------------------------------------------------------------------------

_ATOMS = ("num", "par", "d", "f", "exp", "E", "KL", "H", "raw")


def show(node: Node) -> str:
    """The text of an expression, with brackets round all that isn't an atom."""
    match node:
        case ("num" | "par" | "raw", str(text)):
            return text
        case ("d", str(name), tuple(left), tuple(right)):
            given = f" | {', '.join(right)}" if right else ""
            return f"{name}({', '.join(left)}{given})"
        case ("f", str(name), tuple(arguments)):
            return f"{name}({', '.join(arguments)})"
        case ("log" | "exp" as head, tuple(body)):
            return f"{head}({show(body)})"
        case ("E", tuple(laws), tuple(body)):
            return f"E_{{{' '.join(show(law) for law in laws)}}}[{show(body)}]"
        case ("int", tuple(variables), tuple(body)):
            ends = " ".join(f"d{v}" for v in variables)
            return f"int {_inner(body)} {ends}"
        case ("KL", tuple(first), tuple(second)):
            return f"KL({show(first)} || {_inner(second)})"
        case ("H", tuple(first)):
            return f"H({show(first)})"
        case ("^", tuple(base), str(exponent)):
            return f"({show(base)})^{exponent}"
        case (str(sign), tuple(left), tuple(right)):
            return f"{_inner(left)} {sign} {_inner(right)}"
    raise ValueError(node)


def _inner(node: Node) -> str:
    return show(node) if node[0] in _ATOMS else f"({show(node)})"  # `log(u) v` has two readings


def bound(node: Node) -> tuple[str, ...]:
    match node:
        case ("E", tuple(laws), _):
            return tuple(v for law in laws for v in law[2])
        case ("int", tuple(variables), _):
            return variables
        case ("KL", tuple(first), _) | ("H", tuple(first)):
            return tuple(first[2])
    return ()


def children(node: Node) -> Iterator[tuple[int, Node]]:
    """The parts that may be rewritten, by their place."""
    match node:
        case ("E" | "int", _, tuple(body)):
            yield 2, body
        case ("+" | "-" | "*" | "/", tuple(left), tuple(right)):
            yield 1, left
            yield 2, right
        case ("log" | "exp", tuple(body)) | ("^", tuple(body), _):
            yield 1, body


def free(node: Node) -> frozenset[str]:
    match node:
        case ("d", _, tuple(left), tuple(right)):
            return frozenset((*left, *right))
        case ("f", _, tuple(arguments)):
            return frozenset(arguments)
        case ("E", tuple(laws), tuple(body)):
            inside = frozenset().union(free(body), *(free(law) for law in laws))
            return inside - {*bound(node)}
        case ("KL", tuple(first), tuple(second)):
            return (free(first) | free(second)) - {*bound(node)}
        case ("H", tuple(first)):
            return free(first) - {*bound(node)}
    inner = frozenset().union(*(free(child) for _, child in children(node)))
    return inner - {*bound(node)}


def put(node: Node, place: int, child: Node) -> Node:
    return (*node[:place], child, *node[place + 1 :])


# -- moves ----------------------------------------------------------------------------------------

Moved = tuple[Node, str]  # what becomes of a part, and the rule
Move = Callable[[Setting, Node, tuple[str, ...]], Moved | None]


def something(s: Setting, among: tuple[str, ...]) -> Node | None:
    """Something to multiply by or to add: what may vanish, diverge, or be of either sign."""
    kind = s.rng.random()
    if kind < 0.45:
        return s.density(among)
    if kind < 0.6:
        return s.call(among)
    if kind < 0.7 and s.parameters:
        return ("par", s.rng.choice([*s.parameters]))
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
    two: Node = ("num", "2")
    match e:
        case ("exp", ("*", ("num", "2"), ("log", tuple(base)))):
            return ("^", base, "2"), "log-rules"
        case ("^", tuple(base), "2"):
            return ("exp", ("*", two, ("log", base))), "log-rules"
        case ("log", ("^", tuple(base), "2")):
            return ("*", two, ("log", base)), "log-rules"
        case ("*", ("num", "2"), ("log", tuple(base))):
            return ("log", ("^", base, "2")), "log-rules"
    return ("exp", ("*", ("raw", "(1/2)"), ("log", ("^", e, "2")))), "log-rules"


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


# -- settings -------------------------------------------------------------------------------------


def setting(rng: Random) -> Setting:
    """Families, functions, parameters, a support and facts."""
    kind = rng.choice(("one", "one", "two", "two", "two", "copies", "sequence"))
    if kind == "sequence":
        s = _sequence(rng)
    elif kind == "two":
        s = _two(rng)
    else:
        s = _one(rng)
        if kind == "copies":
            s.copies = {"z_1": "z", "z_2": "z"}
            s.variables = ("z",)
    s.parameters = {"a": "", "b": rng.choice(("", " > 0", " >= 0", " != 0"))}
    _support(s)
    for _ in range(rng.choice((0, 1, 1, 2))):
        fact = a_fact(s)
        if fact is not None:
            s.facts.append(fact)
    return s


def _one(rng: Random) -> Setting:
    families: Families = dict.fromkeys(("p", "q", "r"), (("z",), ()))
    s = Setting(rng, families, ["p(z)", "q(z)", "r(z)"], ("z",))
    s.functions = {"f": ("z",), "g": ("z",)}
    s.signs = {"f": rng.choice(("", "", " >= 0", " > 0")), "g": ""}
    return s


def _two(rng: Random) -> Setting:
    families: Families = {"p": (("x", "z"), ())}
    lines = ["p(x, z)"]
    for line, left, right in rng.sample(
        (("q(x)", "x", ""), ("q(z)", "z", ""), ("q(x, z)", "xz", ""), ("q(z | x)", "z", "x")), 1
    ):
        families["q"] = (tuple(left), tuple(right))
        lines.append(line)
    other = rng.choice("xz")
    families["r"] = ((other,), ())
    lines.append(f"r({other})")
    s = Setting(rng, families, lines, ("x", "z"))
    s.functions = {"f": ("x", "z"), "g": ("z",), "h": ("x",)}
    s.signs = {"f": rng.choice(("", "", " >= 0")), "g": "", "h": rng.choice(("", " > 0"))}
    return s


def _sequence(rng: Random) -> Setting:
    variables = ("z_0", "z_1")
    families: Families = {"p": (variables, ()), "q": (variables, ())}
    s = Setting(rng, families, ["p(z_{0:t})", "q(z_{0:t})"], variables)
    s.functions = {"f": ("z_0",), "g": ("z_1",)}
    s.extra = [f"t >= {rng.choice((1, 1, 30))}"]
    if rng.random() < 0.5:  # one function of any element
        s.functions = {"f": ("z_0",)}
        s.extra.append("any")
    s.signs = dict.fromkeys(s.functions, "")
    return s


def _support(s: Setting) -> None:
    rng = s.rng
    if rng.random() < 0.08:
        return
    s.support = ["finite all"] if rng.random() < 0.6 else []
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        first = s.density(s.variables)
        if first is None:
            continue
        if rng.random() < 0.35:
            s.support.append(f"{show(first)} > 0")
            continue
        heads: tuple[str, ...] = first[2]
        second = s.density(heads, heads[0])
        if second is not None and second != first and not first[3] and not second[3]:
            s.support.append(f"{show(first)} << {show(second)}")


def a_fact(s: Setting) -> tuple[tuple[str, ...] | None, Node, str, Node] | None:
    """A fact: what a function is, an equation with a factor, numbers, a mean that may diverge."""
    rng = s.rng
    relation = rng.choice(("=", "=", "=", ">=", "<="))
    kind = rng.random()
    variables = s.variables
    call = s.call(variables)
    density = s.density(variables)
    if kind < 0.15:
        bound: Node = ("num", rng.choice(("2", "1000")))
        return (), bound, ">=", ("par", rng.choice("ab"))
    if kind < 0.35:
        u = global_value(s, ())
        if u is None:
            return None
        return (), u, relation, ("+", u, ("par", "a"))
    if call is None or density is None:
        return None
    mine: tuple[str, ...] = call[2]
    inside = s.density(mine)
    if inside is None:
        return None
    if len(mine) > 1 and rng.random() < 0.3:
        joint = s.density(mine, mine[0])
        if joint is not None and len(joint[2]) == 2 and not joint[3]:
            return over(s, call, "=", ("d", joint[1], (mine[1],), (mine[0],)))
    if kind < 0.6:
        other = s.call(mine)
        if other is None:
            return None
        if other == call:
            other = ("par", "a")
        left: Node = ("*", inside, call)
        return over(s, left, relation, ("*", inside, other))
    second = s.density(mine)
    bodies: list[Node] = [inside, ("log", inside)]
    if second is not None:
        bodies += [("/", inside, second)] * 2 + [("log", ("/", inside, second))]
    return over(s, call, relation, rng.choice(bodies))


def over(
    s: Setting, left: Node, relation: str, right: Node
) -> tuple[tuple[str, ...] | None, Node, str, Node]:
    """A fact for all its variables, or now and then at one point."""
    variables = tuple(v for v in s.variables if v in free(left) | free(right))
    return (variables if s.rng.random() < 0.85 else None), left, relation, right


def header(s: Setting, title: str) -> list[str]:
    """The declarations as YAML."""
    models = ", ".join(f'"{line}"' for line in s.lines)
    named = dict(s.functions)
    functions = [f"{n}({', '.join(a)}){s.signs.get(n, '')}" for n, a in named.items()]
    if "any" in s.extra:
        functions = ["f(z)"]
    bounds = [f"{name}{sign}" for name, sign in s.parameters.items()]
    bounds += [line for line in s.extra if line != "any"]
    out = [f"title: {title}", f"model: [{models}]", f"parameters: {_quoted(bounds)}"]
    out.append(f"functions: {_quoted(functions)}")
    if s.copies:
        out.append("copies: z_k of z")
    if s.discrete:
        out.append(f"discrete: [{', '.join(s.discrete)}]")
    if s.support is not None:
        out.append(f"support: {_quoted(s.support)}")
    if s.facts:
        out.append(f"assume: {_quoted([_said(fact) for fact in s.facts])}")
    return out


def _said(fact: tuple[tuple[str, ...] | None, Node, str, Node]) -> str:
    quantified, left, relation, right = fact
    head = f"for all {', '.join(quantified)}: " if quantified else ""
    return f"{head}{show(left)} {relation} {show(right)}"


def _quoted(texts: list[str]) -> str:
    listed = ", ".join(f'"{text}"' for text in texts)
    return f"[{listed}]"
