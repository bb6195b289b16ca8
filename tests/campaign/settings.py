"""What a random derivation declares: families with their factorisations and formulas, functions,
abbreviations, parameters, copies, supports and facts."""

from __future__ import annotations

from random import Random

from .expressions import ONE, TWO, Families, Node, Setting, free, show
from .moves import global_value, something

Fact = tuple[tuple[str, ...] | None, Node, str, Node]
KINDS = ("one", "one", "two", "two", "two", "three", "copies", "several", "sequence", "chain")


def setting(rng: Random) -> Setting:
    """Families, functions, parameters, a support and facts."""
    kind = rng.choice(KINDS)
    s = _MAKERS[kind](rng)
    s.parameters = {"a": "", "b": rng.choice(("", " > 0", " >= 0", " != 0"))}
    if kind in ("one", "two", "copies") and rng.random() < 0.3:
        _by_formula(s)
    _support(s)
    if rng.random() < 0.25:
        _abbreviation(s)
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


def _copies(rng: Random) -> Setting:
    s = _one(rng)
    s.copies = {"z_1": "z", "z_2": "z"}
    return s


def _several(rng: Random) -> Setting:
    """Any number of copies, with sums and products over them."""
    s = _one(rng)
    s.copies = {"z_{1:K}": "z"}
    s.index = ("k", "1", "K")
    s.extra = [rng.choice(("K in positive integers", "K in nonnegative integers", "K >= 2"))]
    return s


def _two(rng: Random) -> Setting:
    families: Families = {"p": (("x", "z"), ())}
    other = rng.choice("xz")
    lines = [rng.choice(("p(x, z)", "p(x, z)", "p(x, z) = p(x | z) p(z)"))]
    line, left, right = rng.choice(
        (
            ("q(x)", "x", ""),
            ("q(z)", "z", ""),
            ("q(x, z)", "xz", ""),
            ("q(z | x)", "z", "x"),
            ("q(x, z) = q(x) q(z)", "xz", ""),
            (f"q(x, z) = r({other}) q({'z | x' if other == 'x' else 'x | z'})", "xz", ""),
        )
    )
    families["q"] = (tuple(left), tuple(right))
    families["r"] = ((other,), ())
    s = Setting(rng, families, [*lines, f"r({other})", line], ("x", "z"))
    if "=" in lines[0]:
        s.factors["p"] = [("d", "p", ("x",), ("z",)), ("d", "p", ("z",), ())]
    if line == "q(x, z) = q(x) q(z)":
        s.factors["q"] = [("d", "q", ("x",), ()), ("d", "q", ("z",), ())]
    elif "=" in line:
        rest = "z" if other == "x" else "x"
        s.factors["q"] = [("d", "r", (other,), ()), ("d", "q", (rest,), (other,))]
    s.functions = {"f": ("x", "z"), "g": ("z",), "h": ("x",)}
    s.signs = {"f": rng.choice(("", "", " >= 0")), "g": "", "h": rng.choice(("", " > 0"))}
    return s


def _three(rng: Random) -> Setting:
    """x and y that are independent given z, or a chain of the three."""
    variables = ("x", "y", "z")
    families: Families = {"p": (variables, ()), "q": (("z",), ()), "r": (("x",), ())}
    first = ("d", "p", ("x",), ("z",))
    forms = (
        [first, ("d", "p", ("y",), ("z",)), ("d", "p", ("z",), ())],
        [first, ("d", "p", ("z",), ("y",)), ("d", "p", ("y",), ())],
        [first, ("d", "p", ("y",), ("z",)), ("d", "q", ("z",), ())],
    )
    factors = rng.choice(forms)
    line = f"p(x, y, z) = {' '.join(map(show, factors))}"
    s = Setting(rng, families, ["q(z)", "r(x)", line], variables)
    s.factors["p"] = factors
    s.functions = {"f": ("x", "y"), "g": ("z",), "h": ("x",)}
    s.signs = {"f": "", "g": "", "h": rng.choice(("", " > 0"))}
    return s


def _sequence(rng: Random) -> Setting:
    variables = ("z_0", "z_1")
    families: Families = {"p": (variables, ()), "q": (variables, ())}
    s = Setting(rng, families, ["p(z_{0:t})", "q(z_{0:t})"], variables)
    s.functions = {"f": ("z_0",), "g": ("z_1",)}
    s.extra = [f"t >= {rng.choice((1, 1, 30))}"]
    if rng.random() < 0.5:  # one function of any element
        s.functions = {"f": ("z_0",)}
        s.general = True
    s.signs = dict.fromkeys(s.functions, "")
    return s


def _chain(rng: Random) -> Setting:
    """Two laws of a whole sequence, each of them perhaps a Markov chain."""
    whole = "z_{0:t}"
    s = Setting(rng, dict.fromkeys("pq", ((whole,), ())), [], (whole,))
    s.index = ("s", "1", "t")
    s.general = True
    s.functions = {"f": ("z_0",)}
    s.signs = {"f": rng.choice(("", " >= 0"))}
    s.extra = [f"t >= {rng.choice((0, 1, 1, 2))}"]
    for name in "pq":
        step: Node = ("d", name, ("z_s",), ("z_{s-1}",))
        factors: list[Node] = [("d", name, ("z_0",), ()), ("P", "s", "1", "t", step)]
        if rng.random() < 0.75:
            s.factors[name] = factors
            line = f"{name}({whole}) = {show(factors[0])} {show(factors[1])}"
        else:
            line = f"{name}({whole})"
        s.lines.append(line)
    return s


_MAKERS = {
    "one": _one,
    "two": _two,
    "three": _three,
    "copies": _copies,
    "several": _several,
    "sequence": _sequence,
    "chain": _chain,
}


def _by_formula(s: Setting) -> None:
    """A density made of those above it."""
    rng = s.rng
    alone = [d for v in ("z", "x") for name in "pqr" if (d := _marginal(s, name, v)) is not None]
    first = rng.choice(alone)
    second = rng.choice([d for d in alone if d[2] == first[2]])
    c: Node = ("par", "c")
    product: Node = ("*", first, second)
    body = rng.choice(
        (
            ("/", ("+", first, second), TWO),
            ("+", ("*", c, first), ("*", ("-", ONE, c), second)),
            ("/", product, ("int", first[2], product)),
            first,
        )
    )
    s.families["m"] = (first[2], ())
    s.formulas["m"] = body
    s.lines.append(f"m({first[2][0]}) := {show(body)}")
    s.extra.append(rng.choice(("0 <= c <= 1", "0 < c < 1")))


def _marginal(s: Setting, name: str, variable: str) -> Node | None:
    left, right = s.families.get(name, ((), ()))
    return ("d", name, (variable,), ()) if variable in left and not right else None


def _abbreviation(s: Setting) -> None:
    """A name for an expression, whose free variables are those of its place."""
    body = None
    while body is None:
        body = something(s, s.variables if s.rng.random() < 0.7 else ())
    if s.rng.random() < 0.5:
        other = s.density(s.variables)
        body = body if other is None else (s.rng.choice("*/+"), body, other)
    s.defines["L"] = body


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
        second = s.density(heads if rng.random() < 0.6 else s.variables, heads[0])
        if second is not None and second != first:
            s.support.append(f"{show(first)} << {show(second)}")


def a_fact(s: Setting) -> Fact | None:
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


def over(s: Setting, left: Node, relation: str, right: Node) -> Fact:
    """A fact for all its variables, or now and then at one point."""
    variables = tuple(v for v in s.variables if v in free(left) | free(right))
    return (variables if s.rng.random() < 0.85 else None), left, relation, right


def header(s: Setting, title: str) -> list[str]:
    """The declarations as YAML."""
    functions = [f"{n}({', '.join(a)}){s.signs.get(n, '')}" for n, a in s.functions.items()]
    if s.general:
        functions = [f"f(z){s.signs.get('f', '')}"]
    bounds = [f"{name}{sign}" for name, sign in s.parameters.items()] + s.extra
    defines = [f"{name} = {show(body)}" for name, body in s.defines.items()]
    lists = {
        "model": s.lines,
        "parameters": bounds,
        "functions": functions,
        "define": defines,
        "support": s.support or [],
        "assume": [_said(fact) for fact in s.facts],
    }
    out = [f"title: {title}"]
    out += [
        f"{key}: {_quoted(texts)}"
        for key, texts in lists.items()
        if texts or (key == "support" and s.support is not None)
    ]
    if s.copies:
        out.append("copies: z_k of z")
    if s.discrete:
        out.append(f"discrete: [{', '.join(s.discrete)}]")
    return out


def _said(fact: Fact) -> str:
    quantified, left, relation, right = fact
    head = f"for all {', '.join(quantified)}: " if quantified else ""
    return f"{head}{show(left)} {relation} {show(right)}"


def _quoted(texts: list[str]) -> str:
    listed = ", ".join(f'"{text}"' for text in texts)
    return f"[{listed}]"
