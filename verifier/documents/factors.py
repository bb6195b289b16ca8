"""What displays say of densities: that they are products, means under other laws, formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from verifier.documents.context import made, slots
from verifier.documents.defines import Define
from verifier.documents.families import arguments_less
from verifier.documents.formulas import (
    Application,
    Tokens,
    Variable,
    application_at,
    applications,
    past,
    renamed,
    small,
    spelt,
    variable_at,
)
from verifier.documents.infer import Inferred
from verifier.documents.normalised import unfolded
from verifier.documents.sections import Chain, Section, Side


@dataclass(frozen=True, slots=True)
class Said:
    """What a display says of a density: what it is the product of, or `:=` its formula."""

    left: Tokens
    right: Tokens
    place: int | None = None  # of the line that says it, in the section at hand
    sign: str = "="
    mixture: bool = False  # said of a marginal: its mean under a law of another family
    since: int = 0  # from which place in the file on it holds
    until: int | None = None  # and up to which; None where nothing takes it back

    @property
    def line(self) -> str:
        return f"{spelt(self.left)} {self.sign} {spelt(self.right)}"

    def holds_at(self, place: int) -> bool:
        """Whether it is so of what stands at a place."""
        return self.since <= place and (self.until is None or place < self.until)


_RANGES = frozenset({"prod"})
_SLICE = re.compile(r"(\w+)_\{(\d+):(.+)\}")


def factorisations(
    chains: Sequence[Chain],
    found: Inferred,
    known: Mapping[str, Said],
    said: Collection[str],
    partly: Callable[[Said], bool],
) -> dict[str, Said]:
    """The factorisations that displays declare: of each family the first that is over all its
    variables, or `partly` over some, and says more than the chain rule; none of families that
    comments have `said`."""
    displayed: dict[str, Said] = {}
    for chain, side in _statements(chains):
        if not side.read:
            continue
        both = chain.start.read, side.read
        if all(each[:1] and each[0].text in ("log", "ln") for each in both):
            both = both[0][1:], both[1][1:] if _is_integral(both[1][1:]) else ()
        plain = (less(small(each, found.folded), found.dropped) for each in both)
        left, right = (called(each, found.renamed) for each in plain)
        density = application_at(left, 0) if left and right else None
        if density is None or density.end != len(left) or density.family not in found.families:
            continue
        factors = [*applications(right)]
        claimed = density.family in known and (density.bar or len(factors) == 1)
        again = density.family in known and side is not chain.lines[0]
        if density.family in {*displayed, *said} or claimed or again:
            continue
        mixture = _mixture(density, right, found)
        if mixture and side is chain.lines[0]:
            displayed[density.family] = replace(mixture, place=side.piece.place)
            continue
        if both[0] is not chain.start.read:
            continue
        if not is_product(right, factors) or not _declares_all(density, factors, right):
            continue
        line = found.model.get(density.family, "")
        several = len(factors) > 1 or any(v.is_slice for v in density.left)
        first = _first_of(density, line) and not _whole(chains, density.family)
        if _same_slots(spelt(left), line) or (several and (first or _is_all_of(density, found))):
            displayed[density.family] = Said(left, right, side.piece.place)
        elif _covers(spelt(left), line) and density.bar and several:
            displayed[density.family] = Said(*_of_all(left, right, density), side.piece.place)
        elif several and not density.bar:
            of_some = Said(*_with_rest(left, right, density, line), side.piece.place)
            displayed |= {density.family: of_some} if partly(of_some) else {}
    for family, earlier in known.items():
        if family in found.families and family not in displayed:
            others = {a.family for a in applications(earlier.right)}
            density = application_at(earlier.left, 0)
            if density and _covers(spelt(earlier.left), found.model[family]) and (
                others <= found.families | {family}
                and not (earlier.mixture and _has_marginal(found, family, earlier.right))
            ):  # fmt: skip
                joint = density.bar and not _is_all_of(density, found)
                pair = earlier.left, earlier.right
                pair = _of_all(*pair, density) if joint else pair
                displayed[family] = Said(*pair, mixture=earlier.mixture)
    return displayed


def _statements(chains: Sequence[Chain]) -> Iterator[tuple[Chain, Side]]:
    """What displays say that something is: of all first what stands right behind it, then what that
    comes to, `p(x, y, z) = p(z | x, y) p(y | x) p(x) = p(z | x) p(y | x) p(x)`."""
    equal = [chain for chain in chains if chain.lines[0].piece.before in ("=", ":=")]
    yield from ((chain, chain.lines[0]) for chain in equal)
    for chain in equal:
        behind = takewhile(lambda side: side.piece.before == "=", chain.lines[1:])
        yield from ((chain, side) for side in behind)


def _has_marginal(found: Inferred, family: str, right: Tokens) -> bool:
    """Whether a marginal of a family of its own is written where a mixture has a law of
    another family: p(z), where p(x) was the mean of p(x | z) under q(z)."""
    laws = [each for each in applications(right) if each.family != family]
    shapes = (*found.shapes.get(family, ()), *found.elsewhere.get(family, ()))
    return any({*law.left} & {*each.left} for law in laws for each in shapes)


_ELEMENT = re.compile(r"(\w+)_\d+")


def _first_of(density: Application, line: str) -> bool:
    """Whether a density is over the first few elements of the sequences that its family is over,
    and over all else that it is: `p(x_1, x_2, z_1, z_2)` where x_{1:T} is written too."""
    (over, given), names = slots(line), [variable.name for variable in density.left]
    bases = {part[1] for name in names if (part := _ELEMENT.fullmatch(name))}
    sequences = {slot for slot in over if (part := _SLICE.fullmatch(slot)) and part[1] in bases}
    rest = {name for name in names if name.partition("_")[0] not in {s.partition("_")[0]
            for s in sequences}}  # fmt: skip
    return bool(sequences) and not given and not density.right and over - sequences == rest


def _whole(chains: Sequence[Chain], family: str) -> bool:
    """Whether a display says of a family over whole sequences that it is a product."""
    densities = ((application_at(chain.start.read, 0), chain.start.read) for chain in chains)
    return any(
        each is not None
        and each.end == len(read)
        and each.family == family
        and any(variable.is_slice for variable in each.left)
        for each, read in densities
    )


def _of_all(left: Tokens, right: Tokens, density: Application) -> tuple[Tokens, Tokens]:
    """The factorisation of a conditional as one of the joint density, which the chain rule makes of
    it: `q(x_{1:T} | x_0) = ..` as q(x_{1:T}, x_0) = q(x_0) .."""
    bar = next(at for at in range(density.opened, density.end) if left[at].text == "|")
    given = (*left[: density.opened + 1], *left[bar + 1 :])
    return (*left[:bar], left[bar]._replace(text=","), *left[bar + 1 :]), (*given, *right)


def _with_rest(
    left: Tokens, right: Tokens, density: Application, line: str
) -> tuple[Tokens, Tokens]:
    """A factorisation of some of a family's variables as one of all, by the chain rule: the others
    are given these."""
    rest = made(", ".join(sorted(slots(line)[0] - {v.name for v in density.left})), left)
    comma, bar = made(", |", left)
    head, inside = left[: density.opened + 1], left[density.opened + 1 : -1]
    product = (*right, *head, *rest, bar, *inside, left[-1])
    return (*left[:-1], comma, *rest, left[-1]), product


_MIXED = frozenset({"log", "ln", "exp", "+", "-", "/", "^", "=", r"\frac", "KL", "H", "I", "prod"})


def _is_integral(tokens: Tokens) -> bool:
    """Whether an integral or a sum is all that stands here: what a logarithm is of."""
    return bool(tokens) and tokens[0].text in ("int", "sum")


def _mixture(density: Application, right: Tokens, found: Inferred) -> Said | None:
    """What a density averaged under a law of another family says: `q(z) = int q(z | x) p(x) dx`
    that q(z, x) = p(x) q(z | x)."""
    factors = [*applications(right)]
    own = [f for f in factors if f.family == density.family and f.bar]
    others = [f for f in factors if f.family != density.family]
    if density.bar or len(own) != 1 or len(others) != 1 or len(factors) != 2:
        return None
    (given,), (law,) = own, others
    odd = any(t.text in _MIXED or t.kind == "number" for t in right)
    if odd or law.bar or {*given.left} != {*density.left} or {*law.left} != {*given.right}:
        return None
    if _has_marginal(found, density.family, right):
        return None
    behind = right[given.start : given.end]
    bar = next(at for at, token in enumerate(behind) if token.text == "|")
    joint = (*behind[:bar], behind[bar]._replace(text=","), *behind[bar + 1 :])
    return Said(joint, (*right[law.start : law.end], *behind), mixture=True)


def chained(section: Section, found: Inferred) -> dict[str, str]:
    r"""What the Markov chains `X \to Y \to Z` in the text say of the families that are over all of
    these variables."""
    said: dict[str, str] = {}
    for shown in section.inline:
        names = [variable_at(side.read, 0)[0] for side in shown.sides if len(side.read) == 1]
        arrows = [side.piece.before for side in shown.sides[1:]]
        if len(names) < 3 or len(names) != len(shown.sides) or {*arrows} != {"arrow"}:
            continue
        chain = [variable.base.lower() for variable in names if variable]
        for family, line in found.model.items():
            over, given = slots(line)
            if given or not {*chain} <= over:
                continue
            rest = sorted(over - {*chain})
            factors = [f"{family}({chain[0]})"]
            factors += [f"{family}({b} | {a})" for a, b in pairwise(chain)]
            factors += [f"{family}({', '.join(rest)} | {', '.join(chain)})"] if rest else []
            said[family] = f"{family}({', '.join([*chain, *rest])}) = {' '.join(factors)}"
    return said


def by_formula(
    chains: Sequence[Chain], found: Inferred, known: Collection[str], defines: Mapping[str, Define]
) -> dict[str, Said]:
    """The densities that a display says by a formula of others, `m(x) = (p(x) + q(x)) / 2`, or of a
    function and its integral, `f(x) / Z`: of families that are written in no other way."""
    said: dict[str, Said] = {}
    for chain in chains:
        side = chain.lines[0]
        density = application_at(chain.start.read, 0) if chain.start.read else None
        if side.piece.before not in ("=", ":=") or not side.read or density is None:
            continue
        family, factors = density.family, [*applications(side.read)]
        shapes = {each.shape for each in found.shapes.get(family, ())}
        plain = density.end == len(chain.start.read) and len(shapes) == 1
        right = unfolded(side.read, defines)
        signs = {token.text for token in side.read}
        sums = not signs.isdisjoint(("+", "-", "int", "sum"))
        sums &= not density.bar or not signs.isdisjoint(("e", "exp"))
        sums |= right != side.read
        if plain and sums and factors and family not in known and family not in said and not any(
            each.family == family for each in factors
        ):  # fmt: skip
            said[family] = Said(chain.start.read, right, side.piece.place, ":=")
    return said


def by_chain_rule(chain: Chain, known: Mapping[str, Said]) -> dict[str, Said]:
    """The density that a chain begins with, if it is one of which a product is known, and is said
    to be what the chain rule gives."""
    density, factors = application_at(chain.start.read, 0), [*applications(chain.lines[0].read)]
    product = is_product(chain.lines[0].read, factors)
    if density is None or not product or not _is_chain_rule(density, factors):
        return {}
    said = Said(chain.start.read, chain.lines[0].read, chain.lines[0].piece.place)
    first = known.get(density.family)
    return {density.family: said} if first and slots(first.line) == slots(said.line) else {}


def only_names(said: Said, found: Inferred) -> bool:
    """Whether a product says no more than by which names densities go, and is what the chain rule
    gives under them: `p_theta(x, z) = p(z) p_theta(x | z)` where no p_theta(z) is written, and
    `q(z, n) = p(n) q(z | n)` where no q(n) is."""
    density, factors = application_at(said.left, 0), [*applications(said.right)]
    if density is None or said.sign != "=":
        return False
    written = {each.shape for each in found.shapes.get(density.family, ())}
    others = [each for each in factors if each.family != density.family]
    alike = [replace(each, family=density.family) for each in factors]
    return (
        is_product(said.right, factors)
        and _is_chain_rule(density, alike)
        and not any(each.bar for each in others)  # p(x, z) = p(x) q(z | x): the encoder is exact
        and all(each.shape not in written for each in others)
    )


def less(tokens: Tokens, dropped: frozenset[str]) -> Tokens:
    """Densities without the parameters that say nothing behind their bars."""
    for application in reversed([*applications(tokens)] if dropped else []):
        head, rest = tokens[: application.opened], tokens[application.end :]
        tokens = (*head, *arguments_less(tokens, application, dropped), *rest)
    return tokens


def called(tokens: Tokens, names: Mapping[str, str]) -> Tokens:
    """Densities under the names that their families are declared by."""
    for application in reversed([*applications(tokens)]):
        if application.family in names:
            new = renamed(tokens, application, names[application.family])
            tokens = (*tokens[: application.start], *new, *tokens[application.end :])
    return tokens


def is_product(tokens: Tokens, factors: Sequence[Application]) -> bool:
    """Whether tokens are a product of densities, indexed products among them."""
    inside = {p for each in factors for p in range(each.start, each.end)}
    at = 0
    while at < len(tokens):
        text = tokens[at].text
        if at in inside or text in ("*", *"()[]", r"\{", r"\}"):
            at += 1
        elif text in _RANGES:
            at += 1
            while at < len(tokens) and tokens[at].text in ("_", "^"):
                braced = at + 1 < len(tokens) and tokens[at + 1].text == "{"
                at = past(tokens, at + 1) if braced else at + 2
        else:
            return False
    return bool(factors)


def _declares_all(density: Application, factors: Sequence[Application], tokens: Tokens) -> bool:
    """Whether a product declares something: each variable left of the bar in one factor, and not
    what the chain rule gives anyway."""
    if any(token.text in _RANGES for token in tokens):
        return True
    left = [variable for each in factors for variable in each.left]
    if not {v for each in factors for v in each.right} <= {*density.left, *density.right}:
        return False
    once = len(left) == len({*left}) and {*left} == {*density.left}
    return once and not _is_chain_rule(density, factors)


def in_order(factors: Iterable[Application], given: Iterable[Variable]) -> bool:
    """Whether densities can be drawn from one after the other: p(x | z) p(z | x) can't."""
    waiting, drawn = [*factors], {*given}
    while waiting:
        ready = next((each for each in waiting if {*each.right} <= drawn), None)
        if ready is None:
            return False
        waiting.remove(ready)
        drawn |= {*ready.left}
    return True


def _is_chain_rule(density: Application, factors: Sequence[Application]) -> bool:
    """Whether a product is what the chain rule of the family gives, and declares nothing."""
    if any(each.family != density.family for each in factors):
        return False
    waiting, given = [*factors], frozenset(density.right)
    while waiting:
        fitting = next((f for f in waiting if frozenset(f.right) == given), None)
        if fitting is None:
            return False
        waiting.remove(fitting)
        given |= frozenset(fitting.left)
    return given == frozenset((*density.left, *density.right))


def _is_all_of(density: Application, found: Inferred) -> bool:
    """Whether what a density is conditioned on is only ever given in a section."""
    own = found.shapes.get(density.family, ())
    given = {variable.name for variable in density.right}
    bases = {variable.base for variable in (*density.left, *density.right)}
    return (
        bool(given)
        and all(v.base in bases for a in own for v in (*a.left, *a.right))
        and not any(v.name in given for a in own for v in a.left)
        and all(a.right for a in own)
    )


def _same_slots(written: str, inferred: str) -> bool:
    return slots(written) == slots(inferred)


def _covers(written: str, inferred: str) -> bool:
    """Whether a line declares all that another does."""
    (left, right), (inner, given) = slots(written), slots(inferred)
    return inner <= _together(left | right) and given <= left | right


def _together(names: frozenset[str]) -> frozenset[str]:
    """Slots with those that two of them are together: x_{0:T} of x_0 and x_{1:T}."""
    whole = set()
    for name in names:
        part = _SLICE.fullmatch(name)
        if part and f"{part[1]}_{int(part[2]) - 1}" in names:
            whole.add(f"{part[1]}_{{{int(part[2]) - 1}:{part[3]}}}")
    return names | whole
