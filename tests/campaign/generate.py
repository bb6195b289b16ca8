"""Random derivations: one file, or two, from a seed.

An expression is rewritten by *moves* (multiply and divide by a density, the chain rule, tower,
swap, marginals, logarithms, facts ..), a statement by *inferences* (multiply, divide, average,
add, take logarithms); what is between two written lines is several of them at once. Others have
the shapes of `shapes`. The declared `support` is drawn without regard to any of it: whether it
suffices is for the verifier to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from . import shapes
from .expressions import ONE, ZERO, Node, Setting, free, put, renamed, show
from .moves import LONGEST, something, walk
from .settings import a_fact, header, over, setting
from .verdict import MAIN

# -- files ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    key: str
    text: str
    rules: tuple[str, ...] | None
    using: str = ""

    def yaml(self) -> str:
        by = "" if self.rules is None else f", by: [{', '.join(self.rules)}]"
        using = f', using: "{self.using}"' if self.using else ""
        return f'  - {{{self.key}: "{self.text}"{by}{using}}}'


def file(s: Setting, start: str, steps: list[Step], claim: str, title: str = "random") -> str:
    lines = header(s, title)
    if start:
        lines.append(f'start: "{start}"')
    lines += ["steps:", *(step.yaml() for step in steps), f'claim: "{claim}"']
    return "\n".join(lines) + "\n"


def cited(s: Setting, rules: list[str]) -> tuple[str, ...] | None:
    """The rules of the moves, with one more now and then; none at all once in a while."""
    chance = s.rng.random()
    if chance < 0.02:
        return None
    names = dict.fromkeys(rules)
    if chance < 0.3:
        names[s.rng.choice(("chain-rule", "marginalisation", "log-rules", "normalisation"))] = None
    mains = [name for name in names if name != "algebra"]
    return tuple(mains) or ("algebra",)


def generated(seed: int) -> dict[str, str]:
    """The files of one random derivation: `MAIN`, and perhaps one that it takes a lemma from."""
    rng = Random(seed)
    s = setting(rng)
    kinds = (_equation, _bound, _vouched, _chain_file, _inference_file)
    chance = rng.random()
    if chance < 0.12:
        return _with_lemma(s)
    (kind,) = rng.choices(kinds, (45, 10, 20, 12, 13))
    return {MAIN: kind(s) or _chain_file(s)}


def _equation(s: Setting) -> str | None:
    """One step: two expressions that naive algebra calls equal."""
    found = shapes.equation(s)
    if found is None:
        return None
    left, right, rules = found
    if max(len(show(left)), len(show(right))) > LONGEST:
        return None
    claim = f"{show(left)} = {show(right)}"
    if s.rng.random() < 0.3:
        return file(s, "", [Step("so", claim, cited(s, rules))], claim)
    return file(s, show(left), [Step("eq", show(right), cited(s, rules))], claim)


def _bound(s: Setting) -> str | None:
    """One step: an inequality from a fact."""
    found = shapes.bound(s)
    if found is None:
        return None
    left, relation, right, rules = found
    key = {"=": "eq", ">=": "ge", "<=": "le"}[relation]
    step = Step(key, show(right), cited(s, rules))
    return file(s, show(left), [step], f"{show(left)} {relation} {show(right)}")


def _vouched(s: Setting) -> str | None:
    """Statements from a fact with a common factor."""
    told = shapes.vouched(s)
    if told is None:
        return None
    steps = [Step("so", text, cited(s, [*rules])) for text, rules in told]
    return file(s, "", steps, told[-1][0])


def _scope(s: Setting) -> tuple[str, ...]:
    """The variables that are free in a derivation."""
    everything = (*s.variables, *s.copies)
    return tuple(v for v in everything if s.rng.random() < 0.3)


def base(s: Setting, among: tuple[str, ...]) -> Node:
    """Something simple to begin with."""
    rng = s.rng
    kind = rng.random()
    if s.facts and kind < 0.35:
        _, left, _, right = rng.choice(s.facts)
        side = rng.choice((left, right))
        return _closed(s, side, among)
    if kind < 0.5:
        return ONE
    found = None
    while found is None:
        found = something(s, (*among, *s.variables))
    return _closed(s, found, among)


def _closed(s: Setting, node: Node, among: tuple[str, ...]) -> Node:
    """An expression whose other variables are averaged or integrated out."""
    for variable in sorted(free(node) - {*among}):
        law = s.law(variable, among)
        if law is None or s.rng.random() < 0.2:
            node = ("int", (variable,), node)
        else:
            node = ("E", (law,), node)
    return node


def _chain_file(s: Setting) -> str:
    rng = s.rng
    among = _scope(s)
    start, _ = walk(s, base(s, among), rng.randint(0, 4), among)
    node, steps = start, []
    relation = "="
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        after, rules = walk(s, node, rng.randint(1, 4), among)
        key = "eq"
        if rng.random() < 0.15 or (_bounds(s) and rng.random() < 0.5):
            bounded = _bounded(s, after)
            if bounded is not None:
                after, direction, rule = bounded
                want = ">=" if direction < 0 else "<="
                if relation in ("=", want):
                    key, relation = ("ge", ">=") if direction < 0 else ("le", "<=")
                    after, more = walk(s, after, rng.randint(0, 2), among)
                    rules = [*rules, rule, *more]
                else:
                    continue
        if after == node or len(show(after)) > LONGEST:
            continue
        steps.append(Step(key, show(after), cited(s, rules)))
        node = after
    if not steps:
        steps.append(Step("eq", show(node), ("algebra",)))
    return file(s, show(start), steps, f"{show(start)} {relation} {show(node)}")


def _bounds(s: Setting) -> bool:
    return any(relation != "=" for _, _, relation, _ in s.facts)


def _bounded(s: Setting, node: Node) -> tuple[Node, int, str] | None:
    """An expression after an inequality at a place where it is monotone: the new one, whether it
    is larger (1) or smaller (-1), and the rule."""
    found: list[tuple[Node, int, str]] = []
    for put_back, part, sense in _monotone(node, lambda e: e, 1):
        for _, left, relation, right in s.facts:
            if relation == ">=" and part == left:
                found.append((put_back(right), -sense, "assumption"))
            if relation == ">=" and part == right:
                found.append((put_back(left), sense, "assumption"))
            if relation == "<=" and part == left:
                found.append((put_back(right), sense, "assumption"))
            if relation == "<=" and part == right:
                found.append((put_back(left), -sense, "assumption"))
        match part:
            case ("E", tuple(laws), ("log", tuple(body))):
                found.append((put_back(("log", ("E", laws, body))), sense, "jensen"))
            case ("log", ("E", tuple(laws), tuple(body))):
                found.append((put_back(("E", laws, ("log", body))), -sense, "jensen"))
            case ("log", tuple(body)):
                found.append((put_back(("-", body, ONE)), sense, "log-bound"))
            case ("KL", _, ("d", *_)):
                found.append((put_back(ZERO), -sense, "gibbs"))
            case ("exp", tuple(body)):
                found.append((put_back(("+", ONE, body)), -sense, "log-bound"))
    return s.rng.choice(found) if found else None


def _monotone(
    node: Node, back: Callable[[Node], Node], sense: int
) -> Iterator[tuple[Callable[[Node], Node], Node, int]]:
    yield back, node, sense
    match node:
        case ("E" | "log" | "exp" as head, *_):
            place = 2 if head == "E" else 1
            inner: Node = node[place]
            yield from _monotone(inner, lambda e: back(put(node, place, e)), sense)
        case ("+" | "-" as sign, tuple(left), tuple(right)):
            yield from _monotone(left, lambda e: back(put(node, 1, e)), sense)
            turn = sense if sign == "+" else -sense
            yield from _monotone(right, lambda e: back(put(node, 2, e)), turn)
        case ("*" | "/", tuple(left), tuple(right)):  # as if what else is there were positive
            yield from _monotone(left, lambda e: back(put(node, 1, e)), sense)
            if node[0] == "*":
                yield from _monotone(right, lambda e: back(put(node, 2, e)), sense)


# -- inferences -----------------------------------------------------------------------------------


def _inference_file(s: Setting) -> str:
    """Statements from a fact or a short chain, each from the one before."""
    rng = s.rng
    among = (*s.variables, *s.copies) if rng.random() < 0.6 else _scope(s)
    steps: list[Step] = []
    facts = [f for f in s.facts if f[2] != "!="]
    facts = [fact for fact in facts if (free(fact[1]) | free(fact[3])) <= {*among}]
    if facts and rng.random() < 0.85:
        _, left, relation, right = rng.choice(facts)
        if (s.copies and rng.random() < 0.4) or (
            len(s.variables) > 1 and s.general and rng.random() < 0.6
        ):
            names = {"z": "z_1"} if s.copies else {"z_0": "z_1"}
            left, right = renamed(left, names), renamed(right, names)
        steps.append(Step("so", f"{show(left)} {relation} {show(right)}", ("assumption",)))
    else:
        left = base(s, among)
        right, rules = walk(s, left, rng.randint(1, 3), among)
        relation = "="
        steps.append(Step("so", f"{show(left)} = {show(right)}", cited(s, rules)))
    said = left, relation, right
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3))):
        rules = []
        new = said
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            found = _inferred(s, new, among)
            if found is not None and len(_stated(found[0])) <= 2 * LONGEST:
                new = found[0]
                rules += found[1]
        if new == said:
            continue
        said = new
        steps.append(Step("so", _stated(said), cited(s, rules)))
    return file(s, "", steps, _stated(said))


Said = tuple[Node, str, Node]


def _stated(said: Said) -> str:
    return f"{show(said[0])} {said[1]} {show(said[2])}"


def _factors(node: Node) -> list[Node]:
    if node[0] == "*":
        return [*_factors(node[1]), *_factors(node[2])]
    return [node]


def _without(node: Node, factor: Node) -> Node:
    left = _factors(node)
    left.remove(factor)
    result = left[0] if left else ONE
    for part in left[1:]:
        result = ("*", result, part)
    return result


def _inferred(s: Setting, said: Said, among: tuple[str, ...]) -> tuple[Said, list[str]] | None:
    """A statement that follows from one, as long as nothing vanishes or diverges."""
    left, relation, right = said
    rng = s.rng
    kind = rng.random()
    if kind < 0.25:
        common = [f for f in _factors(left) if f in _factors(right) and f != ONE]
        if common:
            u = rng.choice(common)
            return (_without(left, u), relation, _without(right, u)), ["cross-multiply"]
    if kind < 0.45:
        inner = among if rng.random() < 0.7 else ()
        e = something(s, inner)
        if e is None:
            return None
        if (e[0] in ("KL", "H", "E") and rng.random() < 0.5) or e[0] in ("par",):
            e = ("exp", e)
        sign = rng.choice("**/")
        return ((sign, left, e), relation, (sign, right, e)), ["cross-multiply"]
    if kind < 0.62:
        added = something(s, among)
        if added is None:
            return None
        if added[0] == "d":
            added = ("log", added)
        return (("+", left, added), relation, ("+", right, added)), ["rearrange"]
    if kind < 0.78:
        variables = sorted((free(left) | free(right)) & {*s.variables, *s.copies})
        if not variables:
            return None
        v = rng.choice(variables)
        law = s.law(v, tuple(w for w in among if w != v))
        if law is None:
            return None
        if rng.random() < 0.5:
            means: Said = (("E", (law,), left), relation, ("E", (law,), right))
            return means, ["take-expectation"]
        totals: Said = (
            ("int", (v,), ("*", law, left)), relation, ("int", (v,), ("*", law, right)),
        )  # fmt: skip
        return totals, ["integrate"]
    if kind < 0.85:
        head = rng.choice(("log", "exp"))
        rule = "take-log" if head == "log" else "exponentiate"
        if head == "log" and left[0] == right[0] == "exp":
            return (left[1], relation, right[1]), [rule]
        return ((head, left), relation, (head, right)), [rule]
    match said:
        case (tuple(a), _, ("+", tuple(b), tuple(c))) if a == b:
            return (ZERO, relation, c), ["rearrange"]
        case (("+", tuple(a), tuple(b)), _, ("+", tuple(c), tuple(d))) if b == d:
            return (a, relation, c), ["rearrange"]
    after, rules = walk(s, left, rng.randint(1, 2), among)
    return (after, relation, right), rules


# -- lemmas ---------------------------------------------------------------------------------------

LEMMA = "lemma.yaml"


def _with_lemma(s: Setting) -> dict[str, str]:
    """A lemma, and a file that uses it under declarations from which one was taken."""
    rng = s.rng
    strong = _strengthened(s)
    text = _vouched(strong) or rng.choice((_inference_file, _chain_file))(strong)
    claim = next(line for line in text.splitlines() if line.startswith("claim: "))[8:-1]
    said = claim
    if rng.random() < 0.4:
        for relation in (" = ", " >= ", " <= "):
            if claim.count(relation) == 1:
                left, right = claim.split(relation)
                v = rng.choice(s.variables)
                law = s.law(v, ())
                if law is not None and v in claim:
                    said = f"E_{{{show(law)}}}[{left}]{relation}E_{{{show(law)}}}[{right}]"
    step = Step("so", said, ("substitution",), f"{LEMMA}#claim")
    return {MAIN: file(s, "", [step], said), LEMMA: text}


def _strengthened(s: Setting) -> Setting:
    """The same declarations with one that says more."""
    rng = s.rng
    strong = Setting(**vars(s))
    kind = rng.random()
    density = s.density(s.variables)
    if kind < 0.4 and density is not None:
        nonzero = over(s, density, "!=", ZERO)
        strong.facts = [*s.facts, nonzero]
    elif kind < 0.6 and density is not None and s.support is not None:
        strong.support = [*s.support, f"{show(density)} > 0"]
    elif kind < 0.75:
        strong.signs = dict.fromkeys(s.functions, " > 0")
    elif kind < 0.9:
        fact = a_fact(s)
        strong.facts = [*s.facts, *([fact] if fact else [])]
    elif kind < 0.95 or not s.defines:
        strong.parameters = dict.fromkeys(s.parameters, " > 0")
    else:
        strong.defines = {name: ("*", body, body) for name, body in s.defines.items()}
    return strong
