"""Sums and products over an index: of elements of a sequence, or of any number of copies."""

from __future__ import annotations

from collections.abc import Iterator

from .expressions import (
    ONE,
    WHOLE,
    ZERO,
    Moved,
    Node,
    Setting,
    element,
    free,
    renamed,
)


def shifted(end: str, by: int) -> str:
    """An end, or an index, further on: `1`, `K-1`, `k+1`."""
    if end.isdigit():
        return str(int(end) + by)
    name, offset = end[0], int(end[1:] or 0) + by
    return name if not offset else f"{name}{offset:+d}"


def at(body: Node, index: str, value: str) -> Node:
    """The term of a sum at a value of its index."""
    names = {
        element(index): element(value),
        element(f"{index}-1"): element(shifted(value, -1)),
    }
    return renamed(body, names)


# -- terms ----------------------------------------------------------------------------------------


def density(s: Setting, index: str) -> Node:
    """A density of one element: of a sequence perhaps given the one before."""
    here, before = element(index), element(shifted(index, -1))
    name = s.rng.choice([n for n in s.families if n != "m"])
    given = (before,) if not s.copies and s.rng.random() < 0.75 else ()
    return ("d", name, (here,), given)


def term(s: Setting, index: str) -> Node:
    """Something about one element."""
    rng = s.rng
    call: Node = ("f", "f", (element(index),))
    first, second = density(s, index), density(s, index)
    forms: list[Node] = [
        call,
        first,
        ("/", first, second),
        ("log", first),
        ("log", ("/", first, second)),
        ("*", first, call),
        ("E", (first,), call),
        ("KL", first, second),
        ("par", "a"),
    ]
    if not s.copies:
        forms.append(("-", call, ("f", "f", (element(shifted(index, -1)),))))
    return rng.choice(forms)


def series(s: Setting) -> Node | None:
    """A sum or a product over the index of a setting."""
    if s.index is None:
        return None
    index, low, high = s.index
    kind = s.rng.random()
    if kind < 0.25:
        return ("P", index, low, high, density(s, index))
    if kind < 0.4:
        quotient: Node = ("/", density(s, index), density(s, index))
        return ("P", index, low, high, quotient)
    return ("S", index, low, high, term(s, index))


# -- moves ----------------------------------------------------------------------------------------


def rewritten(s: Setting, e: Node, _: tuple[str, ...]) -> Moved | None:
    """An expression after a random move that is about an index."""
    found = [*_moves(s, e)] if s.index is not None else []
    return s.rng.choice(found) if found else None


def _moves(s: Setting, e: Node) -> Iterator[Moved]:
    match e:
        case ("S" | "P" as kind, str(i), str(low), str(high), tuple(body)):
            yield from _of_series(kind, i, low, high, body)
        case (
            str(sign),
            ("S" | "P" as kind, str(i), str(low), str(high), tuple(a)),
            ("S" | "P" as other, *ends, tuple(b)),
        ) if (kind, i, low, high) == (other, *ends) and sign in ("+-" if kind == "S" else "*/"):
            rule = "linearity" if kind == "S" else "algebra"
            yield (kind, i, low, high, (sign, a, b)), rule
        case ("log", ("P", *ends, tuple(body))):
            yield ("S", *ends, ("log", body)), "log-rules"
        case ("exp", ("S", *ends, tuple(body))):
            yield ("P", *ends, ("exp", body)), "log-rules"
        case ("E", tuple(laws), ("S", *ends, tuple(body))):
            yield ("S", *ends, ("E", laws, body)), "linearity"
        case ("d", str(name), (str(whole),), ()) if s.copies and whole in s.copies:
            yield _product(name), "factorisation"
        case ("E", (("d", str(name), (str(whole),), ()),), tuple(body)) if whole in s.copies:
            yield ("E", (_product(name),), body), "factorisation"
    match e:
        case ("E", (("d", str(name), (str(whole),), ()),), tuple(body)):
            if len(only := free(body)) == 1 and whole in WHOLE.values() and whole not in only:
                yield ("E", (("d", name, tuple(only), ()),), body), "tower"
        case ("E", (("d", str(name), (str(one),), ()),), tuple(body)) if one[2:3] in (*WHOLE,):
            yield ("E", (("d", name, (WHOLE[one[2]],), ()),), body), "tower"
        case ("*", tuple(c), ("S", *ends, tuple(body))):
            yield ("S", *ends, ("*", c, body)), "linearity"


def _product(name: str) -> Node:
    """The density of all copies."""
    return ("P", "k", "1", "K", ("d", name, ("z_k",), ()))


def _of_series(kind: str, i: str, low: str, high: str, body: Node) -> Iterator[Moved]:
    ends = (kind, i, low, high)
    join = {"S": "+", "P": "*"}[kind]
    yield (join, at(body, i, low), (kind, i, shifted(low, 1), high, body)), "index"
    yield (join, (kind, i, low, shifted(high, -1), body), at(body, i, high)), "index"
    yield (
        (kind, i, shifted(low, -1), shifted(high, -1), at(body, i, shifted(i, 1))), "index"
    )  # fmt: skip
    inside = {element(i), element(f"{i}-1")}
    match kind, body:
        case "S", ("+" | "-" as sign, tuple(a), tuple(b)):
            yield (sign, (*ends, a), (*ends, b)), "linearity"
        case "P", ("*" | "/" as sign, tuple(a), tuple(b)):
            yield (sign, (*ends, a), (*ends, b)), "algebra"
        case "S", ("*", tuple(a), tuple(b)) if not free(a) & inside:
            yield ("*", a, (*ends, b)), "linearity"
        case "S", ("log", tuple(a)):
            yield ("log", ("P", i, low, high, a)), "log-rules"
        case "P", ("exp", tuple(a)):
            yield ("exp", ("S", i, low, high, a)), "log-rules"
        case "S", ("E", tuple(laws), tuple(a)) if not any(free(law) & inside for law in laws):
            yield ("E", laws, (*ends, a)), "linearity"
        case "P", ("d", str(name), (str(one),), ()) if (i, low, high) == ("k", "1", "K"):
            if one == element(i):
                yield ("d", name, (WHOLE[i],), ()), "factorisation"
    match kind, body:
        case "S", ("-", ("f", str(f), (str(v),)), ("f", _, (str(before),))) if (v, before) == (
            element(i),
            element(f"{i}-1"),
        ):
            last: Node = ("f", f, (element(high),))
            yield ("-", last, ("f", f, (element(shifted(low, -1)),))), "index"
    if not free(body) & inside and low == "1":
        count: Node = ("par", high) if len(high) == 1 else ("raw", f"({high})")
        yield (("*", count, body) if kind == "S" else ("exp", ("*", count, ("log", body)))), "index"


# -- shapes ---------------------------------------------------------------------------------------


def equation(s: Setting) -> tuple[Node, Node, list[str]] | None:
    """Two expressions over all of a sequence, or all copies, that naive algebra calls equal."""
    assert s.index is not None
    rng = s.rng
    index, low, high = s.index
    here = element(index)
    whole = WHOLE[index]
    first, second = rng.choice([*"pq"]), rng.choice([*"pq"])
    law: Node = ("d", first, (whole,), ())
    other: Node = ("d", second, (whole,), ())
    given = () if s.copies else (element(f"{index}-1"),)
    one, two = ("d", first, (here,), given), ("d", second, (here,), given)
    call: Node = ("f", "f", (here,))
    ratio: Node = ("/", two, one)
    body = term(s, index)

    def over(kind: str, part: Node) -> Node:
        return (kind, index, low, high, part)

    def joint(name: str) -> Node:
        """A law by its factors."""
        start: Node = ("d", name, ("z_0",), ())
        steps = over("P", ("d", name, (here,), given))
        return steps if s.copies else ("*", start, steps)

    count: Node = ("par", high)
    mean: Node = ("E", (law,), over("S", call))
    parts: Node = over("S", ("E", (("d", first, (here,), ()),), call))
    pairs: list[tuple[Node, Node, list[str]]] = [
        (("E", (law,), over("P", ratio)), ONE, ["normalisation"]),
        (("E", (law,), ("/", joint(second), joint(first))), ONE, ["factorisation"]),
        (("E", (law,), ("/", other, joint(first))), ONE, ["factorisation"]),
        (("E", (law,), over("S", ratio)), count, ["linearity", "tower", "index"]),
        (("int", (whole,), over("P", one)), ONE, ["normalisation", "index"]),
        (over("P", ("/", body, body)), ONE, ["algebra"]),
        (over("S", ("-", body, body)), ZERO, ["algebra"]),
        (over("P", ("*", ratio, one)), over("P", two), ["algebra"]),
        (over("P", ("exp", ("log", body))), over("P", body), ["log-rules"]),
        (mean, parts, ["linearity", "tower"]),
        (("-", mean, parts), ZERO, ["linearity", "tower"]),
        (("-", over("S", body), over("S", body)), ZERO, ["algebra"]),
        (("log", over("P", body)), over("S", ("log", body)), ["log-rules"]),
        (("int", (whole,), ("*", other, over("P", ("/", one, one)))), ONE, ["normalisation"]),
    ]
    if s.copies:
        alone: Node = ("d", first, ("z",), ())
        divided: Node = ("/", ("d", second, ("z",), ()), alone)
        pairs += [
            (("/", mean, count), ("E", (alone,), ("f", "f", ("z",))), ["linearity", "tower"]),
            (("E", (law,), over("S", ratio)), ("*", count, ("E", (alone,), divided)), ["tower"]),
        ]
    else:
        start = ("KL", ("d", first, ("z_0",), ()), ("d", second, ("z_0",), ()))
        steps = over("S", ("E", (("d", first, given, ()),), ("KL", one, two)))
        pairs.append((("KL", law, other), ("+", start, steps), ["kl", "factorisation", "tower"]))
    return rng.choice(pairs)
