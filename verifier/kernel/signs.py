"""What is evidently positive or nonnegative: from declarations, term by term, never by sampling."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import Power, Product, Quotient, Total, collapse
from verifier.kernel.binding import substitute, unbind
from verifier.kernel.definedness import defined as defined_at
from verifier.kernel.definedness import weights_in
from verifier.kernel.matching import nearby
from verifier.kernel.model import Fact, Parameter
from verifier.kernel.nodes import (
    BinderNode,
    CallNode,
    DensityNode,
    ExpNode,
    LogNode,
    Node,
    PowerNode,
    SeriesNode,
    SumNode,
    TermNode,
    parts_of,
)
from verifier.kernel.polynomials import ONE, UNIT, ZERO, Monomial, Polynomial
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.terms import Index, IndexedProduct


@dataclass(frozen=True, slots=True)
class Sign:
    """What is known: above zero strictly or weakly. Unknown is neither. `positive` holds where the
    atoms `given`, which are never below 0, are not 0."""

    positive: bool = False
    nonnegative: bool = False
    given: frozenset[int] = frozenset()


POSITIVE = Sign(True, True)
NONNEGATIVE = Sign(False, True)
UNKNOWN = Sign()


def positive(nf: Normaliser, polynomial: Polynomial) -> bool:
    """Whether a polynomial is evidently > 0: with `support` that a density is, is owed."""
    known = sign(nf, polynomial)
    for atom in known.given if known.positive else ():
        nf.owe("positive", nf.store.term(Polynomial.of(atom)))
    return known.positive


def nonnegative(nf: Normaliser, polynomial: Polynomial) -> bool:
    """Whether a polynomial is evidently >= 0."""
    return not polynomial or sign(nf, polynomial).nonnegative


def nonzero(nf: Normaliser, polynomial: Polynomial) -> bool:
    """Whether a polynomial is evidently not 0."""
    if positive(nf, polynomial) or positive(nf, -polynomial):
        return True
    if polynomial.single is not None:
        return all(_nonzero_atom(nf, atom) for atom, _ in polynomial.single[0])
    return _declared_unequal(nf, polynomial)


def _nonzero_atom(nf: Normaliser, atom: int) -> bool:
    return nonzero_part(nf, Polynomial.of(atom))


def nonzero_part(nf: Normaliser, factor: Polynomial) -> bool:
    """Whether one factor is evidently not 0."""
    return positive(nf, factor) or positive(nf, -factor) or _declared_unequal(nf, factor)


def _declared_unequal(nf: Normaliser, polynomial: Polynomial) -> bool:
    """From `f(x) != 0` of a function, or `a != b` of parameters and facts."""
    if polynomial.single is not None and len(polynomial.single[0]) == 1:
        node = nf.store.nodes[polynomial.single[0][0][0]]
        if isinstance(node, CallNode) and nf.model.function[node.name].sign == "!= 0":
            return True
    declared = (
        _difference(nf, left, right)
        for parameter in nf.model.parameters
        for left, relation, right in parameter.bounds
        if relation == "!="
    )
    if any(multiple(polynomial, other) is not None for other in declared):
        return True
    for fact in nf.model.facts:
        known, owed = _instance(nf, polynomial, fact)
        if fact.relation == "!=" and multiple(polynomial, known):
            nf.lean(*owed)
            return True
    return False


def multiple(first: Polynomial, second: Polynomial) -> Number | None:
    """The rational c with first = c second, c != 0, if there is one."""
    if first.terms.keys() != second.terms.keys() or not first:
        return None
    ratios = {Fraction(c) / second.terms[m] for m, c in first.terms.items()}
    return ratios.pop() if len(ratios) == 1 else None


def sign(nf: Normaliser, polynomial: Polynomial) -> Sign:
    """The evident sign of a polynomial."""
    found = [_term_sign(nf, m, c) for m, c in polynomial.terms.items()]
    if found and all(s.nonnegative for s in found):
        above = [s for s in found if s.positive]
        return min(above, key=lambda s: len(s.given)) if above else NONNEGATIVE
    for known in (_interval_sign(nf, polynomial), _assumed_sign(nf, polynomial)):
        if known != UNKNOWN:
            return known
    return _affine_sign(nf, polynomial)


def _affine_sign(nf: Normaliser, polynomial: Polynomial) -> Sign:
    """Of what is affine in a parameter between two numbers, from its values there."""
    for parameter in nf.model.parameters:
        ends = interval(parameter)
        atom = nf.store.intern(TermNode(parameter.symbol))
        if ends.low is None or ends.high is None or atom not in polynomial.atoms:
            continue
        powers = {dict(monomial).get(atom, 0) for monomial in polynomial.terms}
        if powers <= {0, 1} and not any(
            _mentions(nf, other, atom) for other in polynomial.atoms - {atom}
        ):
            low, high = (sign(nf, _at(polynomial, atom, end)) for end in (ends.low, ends.high))
            if low.positive and (high.positive or (ends.open_high and high.nonnegative)):
                return POSITIVE
            if high.positive and ends.open_low and low.nonnegative:
                return POSITIVE
            if low.nonnegative and high.nonnegative:
                return NONNEGATIVE
    return UNKNOWN


def _mentions(nf: Normaliser, atom: int, parameter: int) -> bool:
    inside = {a for part in parts_of(nf.store.nodes[atom]) for a in part.atoms}
    return parameter in inside or any(_mentions(nf, a, parameter) for a in inside)


def _at(polynomial: Polynomial, atom: int, value: Fraction) -> Polynomial:
    """A polynomial with a number for an atom."""
    return Polynomial.total(
        Polynomial({tuple(f for f in m if f[0] != atom): c}).scaled(value if (atom, 1) in m else 1)
        for m, c in polynomial.terms.items()
    )


def _term_sign(nf: Normaliser, monomial: Monomial, coefficient: Number) -> Sign:
    outside, factors = coefficient, []
    for atom, exponent in monomial:
        known = _power_sign(nf, atom, exponent)
        if known == UNKNOWN and exponent % 2 == 1:  # odd: the sign of what is below 0 comes out
            known = _opposite(nf, atom)
            known = UNKNOWN if exponent < 0 and not known.positive else known
            outside = -outside
        factors.append(known)
    if outside > 0 and all(s.nonnegative for s in factors):
        if all(s.positive for s in factors):
            return Sign(True, True, frozenset().union(*(s.given for s in factors)))
        return NONNEGATIVE
    return _interval_sign(nf, Polynomial({monomial: coefficient})) if coefficient < 0 else UNKNOWN


def _opposite(nf: Normaliser, atom: int) -> Sign:
    """The evident sign of minus an atom: of a function or a parameter declared below 0."""
    node = nf.store.nodes[atom]
    if isinstance(node, CallNode):
        declared = nf.model.function[node.name].sign
        return {"< 0": POSITIVE, "<= 0": NONNEGATIVE}.get(declared, UNKNOWN)
    if isinstance(node, TermNode) and isinstance(node.term, Symbol):
        return _interval_sign(nf, Polynomial({((atom, 1),): -1}))
    return UNKNOWN


def evident(nf: Normaliser, term: Expr) -> bool:
    """Whether a term is >= 0 as it is written: even powers, not multiplied out, averages, products
    and sums of such."""
    match term:
        case Power(args=(_, Integer() as exponent)) if exponent.is_even and exponent > 0:
            return True
        case Total() | Product() | Quotient():
            return all(evident(nf, part) for part in term.args) or _normal_sign(nf, term)
        case terms.Expectation() | terms.Integral():
            return evident(nf, unbind(term)[1][0]) or _normal_sign(nf, term)
    return _normal_sign(nf, term)


def _normal_sign(nf: Normaliser, term: Expr) -> bool:
    return nonnegative(nf, nf.normal(term))


def _power_sign(nf: Normaliser, atom: int, exponent: Number) -> Sign:
    """Of atom ^ exponent. The reciprocal of what may be 0 has no evident sign: whoever multiplies
    by it takes it for defined."""
    known = node_sign(nf, nf.store.nodes[atom])
    if known.positive:
        return known
    even = Fraction(exponent).denominator == 1 and exponent % 2 == 0
    if even or known.nonnegative:
        if _declared_unequal(nf, Polynomial.of(atom)):
            return POSITIVE
        return NONNEGATIVE if exponent > 0 else UNKNOWN
    return UNKNOWN


def node_sign(nf: Normaliser, node: Node) -> Sign:
    """The evident sign of an atom."""
    match node:
        case ExpNode():
            return POSITIVE
        case DensityNode():
            return _vanishing(nf, node, POSITIVE)
        case PowerNode(base):
            return sign(nf, base)
        case SumNode(value):
            return sign(nf, value)
        case BinderNode(law):
            weight = ONE if law is None else law
            return _under(nf, node, weight) if nonnegative(nf, weight) else UNKNOWN
        case SeriesNode(kind, body):
            each = sign(nf, body if nf.grants is None else nf.store.open_series(node)[1])
            # a sum over no term is 0
            filled = kind is IndexedProduct or nf.model.order.least(node.index.low, node.index.high)
            return _vanishing(nf, node, each) if filled or not each.positive else NONNEGATIVE
        case CallNode(name):
            return _declared(nf.model.function[name].sign, nf, node)
        case LogNode() if (known := _log_sign(node)) is not None:
            return known
        case TermNode(term) if isinstance(term, terms.Abbreviation):
            return sign(nf, nf.normal(term.body))
        case TermNode():
            return _symbol_sign(nf, node)
        case _:
            return _assumed_sign(nf, nf.store.atom(node))


def _vanishing(nf: Normaliser, node: DensityNode | SeriesNode, known: Sign) -> Sign:
    """Of a density, or a series over such, which may be 0 where nothing says that it isn't."""
    if not nf.marks or not known.positive or (isinstance(node, SeriesNode) and not known.given):
        return known
    atom = nf.store.intern(node)
    if nf.grants is None:
        return Sign(True, True, frozenset({atom}))
    term = nf.store.term(Polynomial.of(atom))
    return POSITIVE if nf.grants(term, nf.weights) else NONNEGATIVE


def _under(nf: Normaliser, node: BinderNode, law: Polynomial) -> Sign:
    """Of an average or an integral: that of its body, which may be 0 here and there."""
    if not nf.marks or nf.grants is None:
        inside = sign(nf, node.body)
        own = frozenset({nf.store.intern(node)})
        return Sign(True, True, own) if inside.positive and inside.given else inside
    _, (body, opened) = nf.store.open(node.bound, node.body, law)
    with nf.weighed(weights_in(nf.store.term(opened))):
        return sign(nf, body)


def _log_sign(node: LogNode) -> Sign | None:
    """log n > 0 for a number n > 1."""
    value = node.argument.value
    return POSITIVE if value is not None and value > 1 else None


def _declared(text: str, nf: Normaliser, node: CallNode) -> Sign:
    if text == "> 0":
        return POSITIVE
    if text == ">= 0":
        return NONNEGATIVE
    return _assumed_sign(nf, nf.store.atom(node))


def _symbol_sign(nf: Normaliser, node: TermNode) -> Sign:
    atom = nf.store.atom(node)
    known = _interval_sign(nf, atom)
    return known if known != UNKNOWN else _assumed_sign(nf, atom)


def _assumed_sign(nf: Normaliser, polynomial: Polynomial) -> Sign:
    """From a fact `u > v` or `u >= v` whose difference is a multiple of this."""
    best = UNKNOWN
    for fact in nf.model.facts:
        if fact.relation not in (">", ">=", "<", "<="):
            continue
        known, owed = _instance(nf, polynomial, fact)
        ratio = multiple(polynomial, known)
        if ratio is not None and (ratio > 0) == (fact.relation in (">", ">=")):
            nf.lean(*owed)
            if fact.relation in (">", "<"):
                return POSITIVE
            best = NONNEGATIVE
    return best


def _instance(
    nf: Normaliser, polynomial: Polynomial, fact: Fact
) -> tuple[Polynomial, tuple[object, ...]]:
    """A fact's left - right, its quantified variables being those of a polynomial, and what its
    use owes: that its sides are defined there."""
    values = nearby(nf.model, fact.quantified, nf.store.free(polynomial))
    sides = [substitute(side, values) for side in (fact.left, fact.right)]
    with nf.framed() as owed:
        gap = _difference(nf, *sides)
    where = (condition for side in sides for condition in defined_at(nf.model, side))
    return gap, (fact, *owed, *where)


def _difference(nf: Normaliser, left: Expr, right: Expr) -> Polynomial:
    """left - right of what is declared; 0, of which nothing follows, while it is being read: a
    sign that is asked for by then can't rest on it."""
    reading = (left, right)
    if reading in nf.active:
        return ZERO
    nf.active.append(reading)
    try:
        return nf.normal(left) - nf.normal(right)
    finally:
        nf.active.pop()


# -- intervals of parameters ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between two ends (None: no end); `open_*` leaves the end out."""

    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False

    def __add__(self, other: Interval) -> Interval:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(
            low, high, self.open_low or other.open_low, self.open_high or other.open_high
        )

    def scaled(self, factor: Number) -> Interval:
        """Times a number."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        if factor < 0:
            return Interval(high, low, self.open_high, self.open_low)
        return Interval(low, high, self.open_low, self.open_high)

    @property
    def sign(self) -> Sign:
        """What the lower end tells."""
        if self.low is None or self.low < 0:
            return UNKNOWN
        return POSITIVE if self.low > 0 or self.open_low else NONNEGATIVE


def _interval_sign(nf: Normaliser, polynomial: Polynomial) -> Sign:
    """Of an affine function of parameters, from their bounds; also a declared a <= b."""
    known = _declared_difference(nf, polynomial)
    if known != UNKNOWN:
        return known
    total = Interval(Fraction(0), Fraction(0))
    for monomial, coefficient in polynomial.terms.items():
        if not monomial:
            total += Interval(Fraction(coefficient), Fraction(coefficient))
            continue
        (atom, exponent), *rest = monomial
        node = nf.store.nodes[atom]
        if rest or exponent != 1 or not isinstance(node, TermNode):
            return UNKNOWN
        if isinstance(node.term, Index):
            return _order_sign(nf, polynomial)
        if not isinstance(node.term, Symbol):
            return UNKNOWN
        total += interval(nf.model.parameter.get(node.term.name)).scaled(coefficient)
    return total.sign


def _order_sign(nf: Normaliser, polynomial: Polynomial) -> Sign:
    """Of what is affine in indices and parameters."""
    value = collapse(nf.store.term(polynomial))
    if nf.model.order.least(Integer(1), value):
        return POSITIVE
    return NONNEGATIVE if nf.model.order.least(Integer(0), value) else UNKNOWN


def _declared_difference(nf: Normaliser, polynomial: Polynomial) -> Sign:
    """From a bound between parameters, such as `t <= T - 1`: of T - t - 1 and what is more."""
    best = UNKNOWN
    for parameter in nf.model.parameters:
        for left, relation, right in parameter.bounds:
            if relation not in ("<", "<=", ">", ">="):
                continue
            known = _difference(nf, left, right)
            excess = _excess(polynomial, known if relation in (">", ">=") else -known)
            if excess is not None and (excess > 0 or relation in ("<", ">")):
                return POSITIVE
            if excess is not None:
                best = NONNEGATIVE
    return best


def _excess(polynomial: Polynomial, known: Polynomial) -> Number | None:
    """c >= 0, where a polynomial is a positive multiple of a known one plus c."""
    parts = [Polynomial({m: c for m, c in p.terms.items() if m}) for p in (polynomial, known)]
    ratio = multiple(*parts)
    if ratio is None or ratio < 0:
        return None
    excess = polynomial.terms.get(UNIT, 0) - ratio * known.terms.get(UNIT, 0)
    return excess if excess >= 0 else None


def interval(parameter: Parameter | None) -> Interval:
    """The interval that a parameter's numeric bounds leave it."""
    found = Interval()
    if parameter is None:
        return found
    for left, relation, right in parameter.bounds:
        bound = _numeric_bound(parameter.symbol, left, relation, right)
        if bound is not None:
            found = _meet(found, *bound)
    return found


_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "!=": "!="}


def _numeric_bound(
    symbol: Symbol, left: Expr, relation: str, right: Expr
) -> tuple[str, Fraction] | None:
    if right == symbol:
        left, right, relation = right, left, _TURNED[relation]
    if left != symbol or not isinstance(right, Rational):
        return None
    return relation, Fraction(int(right.p), int(right.q))


def _meet(known: Interval, relation: str, value: Fraction) -> Interval:
    low, high = (known.low, known.open_low), (known.high, known.open_high)
    if relation in (">", ">=", "=") and (low[0] is None or (value, relation == ">") > low):
        low = value, relation == ">"
    if relation in ("<", "<=", "=") and (
        high[0] is None or (-value, relation == "<") > (-high[0], high[1])
    ):
        high = value, relation == "<"
    return Interval(low[0], high[0], low[1], high[1])
