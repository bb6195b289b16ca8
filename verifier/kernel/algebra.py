"""The normal form of terms under a set of rules: the only place that decides equality.

Always on: commutative ring and fraction arithmetic on atoms, renaming of bound variables,
log(1/u) = -log u, log 1 = 0, exp 0 = 1, E[0] = 0. Everything else is a hook of a rule (see
`kernel.rules`) and acts only where that rule is among those allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any, Literal

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, factor_list

from verifier.kernel import series, terms
from verifier.kernel.binding import fresh_tag, unbind, unbind_index
from verifier.kernel.budget import Budget
from verifier.kernel.model import Condition, Fact, Model
from verifier.kernel.nodes import (
    CallNode,
    DensityNode,
    DivergenceNode,
    ExpNode,
    PowerNode,
    SeriesNode,
    Store,
    SumNode,
    TermNode,
    Variables,
)
from verifier.kernel.polynomials import (
    ONE,
    UNIT,
    ZERO,
    Monomial,
    Polynomial,
    raised,
    times,
)
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.ranges import Cells, Undecided, is_sliced, union
from verifier.kernel.terms import Index, IndexedProduct, IndexedSum, Var
from verifier.kernel.theorem import Declared

Site = Literal[
    "density", "call", "symbol", "log", "exp", "power", "mean", "divergence", "variables",
    "abbreviation", "integral", "integrand", "series",
]  # fmt: skip
Hook = Callable[..., Polynomial | None]
MAX_TERMS = 4000  # a sum longer than this is out of budget, not out of memory
MAX_BITS = 20000  # nor is a coefficient
MAX_SPLIT = 16  # a power of no more factors than this is split into them


@dataclass
class Context:
    """What a derivation declares, and the state that its steps share."""

    model: Model
    budget: Budget = field(default_factory=lambda: Budget(10**9))
    store: Store = field(default_factory=Store)
    equations: tuple[Any, ...] = ()  # of `assumption` and `substitution`: see rules.equations
    known: tuple[Any, ...] = ()  # the statements that they may use
    domain: tuple[Any, ...] | None = None  # with `support`: the densities positive in this step
    fixed: Variables = frozenset()  # variables at which what is used holds at one point only


class Normaliser:
    """Normal forms under the rules whose hooks it is given. `used` names those that acted."""

    def __init__(self, context: Context, hooks: Mapping[Site, list[tuple[str, Hook]]]) -> None:
        self.context = context
        self.model = context.model
        self.store = context.store
        self.hooks = hooks
        self.used: set[str] = set()
        self.acts: dict[str, tuple[Site, tuple[Any, ...]]] = {}  # where each first acted
        self.origins: dict[int, Expr] = {}  # the smallest term that each atom came from
        self.facts: set[Fact] = set()  # facts that a sign rests on
        self.leaned: set[Condition] = set()  # conditions of `support` that a rule acts by
        self.declared: set[Declared] = set()  # factorisations and the like that were used
        self.active: list[object] = []  # equations being applied, outermost first
        self._memo: dict[Expr, Polynomial] = {}

    def allows(self, rule: str) -> bool:
        """Whether a rule is among those allowed."""
        return any(name == rule for hooks in self.hooks.values() for name, _ in hooks)

    def ask(self, place: Site, *node: Any) -> Polynomial | None:
        """What the first rule that acts at this place makes of it; None when none does."""
        for rule, hook in self.hooks.get(place, ()):
            result = hook(self, *node)
            if result is not None:
                self.used.add(rule)
                self.acts.setdefault(rule, (place, node))
                return result
        return None

    # -- terms ------------------------------------------------------------------------------------

    def normal(self, term: Expr) -> Polynomial:
        """The normal form of a term."""
        known = self._memo.get(term)
        if known is None:
            self.context.budget.spend()
            known = self._memo[term] = self._normal(term)
            for atom in known.atoms:
                self.origins.setdefault(atom, term)
            self._bounded(known)
        return known

    def _normal(self, term: Expr) -> Polynomial:
        if isinstance(term, Rational):
            return Polynomial.constant(_number(term))
        if isinstance(term, Add):
            return Polynomial.total(self.normal(part) for part in term.args)
        if isinstance(term, Mul):
            return self.product(self.normal(part) for part in term.args)
        if isinstance(term, Pow):
            return self.power(self.normal(term.base), self.normal(term.exp))
        handler = _TERMS.get(type(term))
        if handler is None:
            if term.is_number:  # what SymPy makes of 1/0 or of the root of a negative number
                raise ZeroDivisionError
            raise TypeError(f"no normal form for {type(term).__name__}")
        return handler(self, term)

    def product(self, factors: Iterable[Polynomial]) -> Polynomial:
        """The product of polynomials."""
        result = ONE
        for factor in factors:
            self.context.budget.spend(1 + len(result.terms) * len(factor.terms) // 8)
            result = self._bounded(result * factor)
        return result

    def _bounded(self, polynomial: Polynomial) -> Polynomial:
        """A polynomial that is not too long to go on with."""
        if len(polynomial.terms) > MAX_TERMS:
            self.context.budget.spend(self.context.budget.units + 1)
        return polynomial

    def density(self, node: DensityNode) -> Polynomial:
        """A density; of nothing it is 1."""
        if any(map(is_sliced, node.left)) or any(map(is_sliced, node.right)):
            node = DensityNode(node.family, union(node.left), union(node.right))
        if not node.left:
            return ONE
        result = self.ask("density", node)
        return self.store.atom(node) if result is None else result

    def _density(self, term: terms.Density) -> Polynomial:
        return self.density(DensityNode(term.family, frozenset(term.left), frozenset(term.right)))

    def _call(self, term: terms.Call) -> Polynomial:
        arguments = tuple(
            a if isinstance(a, terms.Var) else self.reduced(self.normal(a)) for a in term.arguments
        )
        return self._leaf("call", CallNode(term.name, arguments))

    def _symbol(self, term: Symbol) -> Polynomial:
        return self._leaf("symbol", TermNode(term))

    def _variables(self, term: Expr) -> Polynomial:
        return self._leaf("variables", TermNode(term))

    def _abbreviation(self, term: terms.Abbreviation) -> Polynomial:
        return self._leaf("abbreviation", TermNode(term))

    def _leaf(self, place: Site, node: CallNode | TermNode) -> Polynomial:
        result = self.ask(place, node)
        return self.store.atom(node) if result is None else result

    # -- logarithms, exponentials, powers ---------------------------------------------------------

    def log(self, argument: Polynomial) -> Polynomial:
        """log of a polynomial, in factors."""
        argument = self.factored(argument)
        if argument == ONE:
            return ZERO
        result = self.ask("log", argument)
        return self.log_atom(argument) if result is None else result

    def log_atom(self, argument: Polynomial) -> Polynomial:
        """log u as it stands, kept as whichever of log u and -log(1/u) is canonical."""
        sign, node = self.store.oriented(argument)
        return self.store.atom(node).scaled(sign)

    def exp(self, exponent: Polynomial) -> Polynomial:
        """exp of a polynomial."""
        if not exponent:
            return ONE
        result = self.ask("exp", exponent)
        return self.store.atom(ExpNode(self.reduced(exponent))) if result is None else result

    def power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """base ^ exponent. An integer exponent is arithmetic, any other is for the rules."""
        value = exponent.value
        if value is not None and Fraction(value).denominator == 1:
            return self.integer_power(base, int(value))
        if base == ONE:
            return ONE
        result = self.ask("power", base, exponent)
        if result is not None:
            return result
        exponent = self.reduced(exponent)
        varying = exponent - Polynomial.constant(exponent.terms.get(UNIT, 0)) or exponent
        if varying.primitive(self.store.key)[1] < 0:  # 1 / u^a, not u^(-a): both are written so
            return self.integer_power(self._upward(base, -exponent), -1)
        return self._upward(base, exponent)

    def _upward(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """base ^ exponent; of an integer exponent, n at least, as base^n base^(exponent - n)."""
        end, order, least = self.store.term(exponent), self.model.order, 0
        whole = order.whole(end)
        while whole and least < MAX_SPLIT and order.least(Integer(least + 1), end):
            least += 1
        if least in (0, MAX_SPLIT):
            return self.store.atom(PowerNode(self.factored(base), exponent))
        rest = PowerNode(self.factored(base), exponent - Polynomial.constant(least))
        return self.integer_power(base, least) * self.store.atom(rest)

    def integer_power(self, base: Polynomial, exponent: int) -> Polynomial:
        """base ^ n; a negative power of a sum is one of its factors."""
        if base.single is not None:
            return self._single_power(base, exponent)
        if not base and exponent <= 0:
            raise ZeroDivisionError
        if exponent >= 0:
            return self.product(base for _ in range(exponent))
        return self._single_power(self.factored(base), exponent)

    def _single_power(self, base: Polynomial, exponent: int) -> Polynomial:
        """A power of one term, whose coefficient must stay within bounds."""
        coefficient = Fraction(base.single[1] if base.single else 1)
        bits = max(abs(coefficient.numerator), coefficient.denominator).bit_length() - 1
        if bits * abs(exponent) > MAX_BITS:
            self.context.budget.spend(self.context.budget.units + 1)
        return base.power(exponent)

    # -- sums as factors --------------------------------------------------------------------------

    def factored(self, polynomial: Polynomial) -> Polynomial:
        """The same value as one term: coefficient, atoms, irreducible sums as atoms."""
        polynomial = self.reduced(polynomial)
        if polynomial.single is not None or not polynomial:
            return polynomial
        numerator, denominator = self._over_common(polynomial)
        content, scale, rest = numerator.primitive(self.store.key)
        monomial = times(content, raised(denominator, -1))
        unit, factors = self._irreducible(rest)
        for factor, exponent in factors:
            monomial = times(monomial, ((self.store.intern(SumNode(factor)), exponent),))
        return Polynomial({monomial: scale * unit})

    def _over_common(self, polynomial: Polynomial) -> tuple[Polynomial, Monomial]:
        """(numerator without sums as atoms, their common denominator)."""
        lowest: dict[int, Number] = {}
        for monomial in polynomial.terms:
            for atom, exponent in monomial:
                if isinstance(self.store.nodes[atom], SumNode):
                    lowest[atom] = min(lowest.get(atom, 0), exponent)
        if not lowest:
            return polynomial, UNIT
        denominator = tuple(sorted((a, -e) for a, e in lowest.items() if e))
        cleared = Polynomial({times(m, denominator): c for m, c in polynomial.terms.items()})
        return self._without_sums(cleared), denominator

    def _without_sums(self, polynomial: Polynomial) -> Polynomial:
        """Sums that are factors, multiplied out as often as their exponents hold 1; roots stay."""
        summands = []
        for monomial, coefficient in polynomial.terms.items():
            whole = {a: floor(e) for a, e in monomial if self._is_sum(a) and e >= 1}
            plain = tuple((a, e - whole.get(a, 0)) for a, e in monomial if e != whole.get(a))
            factors = [Polynomial({plain: coefficient})]
            for atom, times_over in whole.items():
                node = self.store.nodes[atom]
                if isinstance(node, SumNode):
                    factors += [self._without_sums(node.value)] * times_over
            summands.append(self.product(factors))
        return Polynomial.total(summands)

    def _is_sum(self, atom: int) -> bool:
        return isinstance(self.store.nodes[atom], SumNode)

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The same value with sums in denominators cancelled, and none multiplied out left."""
        if not any(self._is_sum(atom) for atom in polynomial.atoms):
            return polynomial
        numerator, denominator = self._over_common(polynomial)
        if not numerator or not denominator:
            return numerator
        content, scale, rest = numerator.primitive(self.store.key)
        left = dict(denominator)
        remaining = ONE
        unit, factors = self._irreducible(rest)
        for factor, exponent in factors:
            atom = self.store.intern(SumNode(factor))
            cancelled = min(floor(left.get(atom, 0)), exponent)
            if cancelled:
                left[atom] -= cancelled
            remaining = self.product([remaining, *[factor] * (exponent - cancelled)])
        below = tuple((a, -e) for a, e in sorted(left.items()) if e)
        return remaining * Polynomial({times(content, below): scale * unit})

    def _irreducible(self, primitive: Polynomial) -> tuple[Number, list[tuple[Polynomial, int]]]:
        """A number, and the irreducible primitive factors, of a primitive polynomial: (a - b)^2 is
        one, and with some orders of its terms -(a - b)^2."""
        if primitive == ONE:
            return 1, []
        if _evidently_irreducible(primitive):
            return 1, [(primitive, 1)]
        self.context.budget.spend(50 * len(primitive.terms))
        names = {atom: Symbol(f"a{atom}") for atom in primitive.atoms}
        expression = Add(
            *(
                Mul(Rational(c), *(names[a] ** Rational(e) for a, e in m))
                for m, c in primitive.terms.items()
            )
        )
        unit, found = factor_list(expression)
        atoms = {symbol: atom for atom, symbol in names.items()}
        number, factors = Fraction(_number(unit)), []
        for factor, n in found:
            _, scale, rest = _from_symbols(factor, atoms).primitive(self.store.key)
            number *= Fraction(scale) ** int(n)
            factors.append((rest, int(n)))
        return number, factors

    def vanishes(self, polynomial: Polynomial) -> bool:
        """Whether a polynomial is 0 as a rational function of its atoms."""
        return not self._over_common(polynomial)[0]

    # -- binders ----------------------------------------------------------------------------------

    def integral(
        self, bound: Variables, body: Polynomial, law: Polynomial | None = None
    ) -> Polynomial:
        """The integral over opened variables, or the expectation under `law`."""
        if not bound or not body:
            return body
        self.context.budget.spend(1 + len(body.terms))
        if self.model.copies:
            bound, body, law = self._as_slots(bound, body, law)
        if any(map(is_sliced, bound)):
            return self._over_parts(bound, body, law)
        return self._integrated(bound, body, law)

    def _as_slots(
        self, bound: Variables, body: Polynomial, law: Polynomial | None
    ) -> tuple[Variables, Polynomial, Polynomial | None]:
        """Bound copies under the name of the slot that they are copies of: which of several is
        meant shows in a slice only."""
        parts = (body,) if law is None else (body, law)
        free = {v for part in parts for v in self.store.free(part) if isinstance(v, Var)}
        names = {}
        for variable in bound:
            slot = self.model.slot(variable)
            own = {v for v in (*free, *bound) if v.root == variable.root}
            if slot != variable.tagged(0) and all(v.low == v.high for v in own if v.ends):
                names[variable] = slot.tagged(fresh_tag())
        if not names or any(v not in names for v in free for copy in names if v.root == copy.root):
            return bound, body, law
        renamed = [self.store.rename(part, names) for part in parts]
        bound = frozenset(names.get(v, v) for v in bound)
        return bound, renamed[0], renamed[1] if law is not None else None

    def _integrated(self, bound: Variables, body: Polynomial, law: Polynomial | None) -> Polynomial:
        body = self.reduced(body)
        if law is None:
            changed = self.ask("integrand", bound, body)
            if changed is not None:
                body = changed if self.store.cells is None else self._cut(changed)
        result = self.ask("integral", bound, body, law)
        if result is not None:
            return result
        return self.store.binder(law, self.whole(body), self._whole(bound))

    def _over_parts(self, bound: Variables, body: Polynomial, law: Polynomial | None) -> Polynomial:
        """The same over slices: cut where the body's parts of them begin and end, so that the
        rules see variables that a factor has or has not; united again when the rules are done."""
        self.context.budget.spend(20)
        bound, (body, *rest) = self._one_tag(bound, *((body,) if law is None else (body, law)))
        body, law = self.whole(self.reduced(body)), rest[0] if rest else None
        bound = self._whole(bound)
        before = self.store.cells
        try:
            if body.single is not None:  # a sum is split first, and each term cut by itself
                bound = self._cells(bound, body)
            self.store.cells = Cells(self.model.order, bound, before)
            body = self._cut(body)
            return self._integrated(bound, body, law) if bound else body
        finally:
            self.store.cells = before

    def _one_tag(
        self, bound: Variables, *parts: Polynomial
    ) -> tuple[Variables, tuple[Polynomial, ...]]:
        """Bound parts of one sequence that have nothing in common as parts of one variable."""
        roots: dict[Var, list[Var]] = {}
        for variable in sorted(bound, key=terms.slot_order):
            if variable.ends:
                roots.setdefault(variable.root, []).append(variable)
        names: dict[Var, Var] = {}
        for root, group in roots.items():
            for other, others in roots.items():
                alike = other.name == root.name and other is not root
                if alike and root not in names and other not in names:
                    moved = [v.tagged(other.tag) for v in group]
                    if self.model.order.disjoint(moved, others):
                        names[root] = other
                        others += moved
        if not names:
            return bound, parts
        exact = {v: v.tagged(names[v.root].tag) for v in bound if v.root in names}
        renaming = {**exact, **names}
        united = frozenset(exact.get(v, v) for v in bound)
        self.store.opened(united)
        return united, tuple(self.store.rename(part, renaming) for part in parts)

    def _cells(self, bound: Variables, body: Polynomial) -> Variables:
        """Bound variables cut by the parts of them in a body."""
        roots = {variable.root for variable in bound if variable.ends}
        # first what others look at; what a product of densities is over comes second, and what
        # it is conditioned on needs no cut
        heads = {atom: series.heads_of(self, self.store.nodes[atom]) for atom in body.atoms}
        ranked = [
            *((0, v) for a, own in heads.items() if own is None for v in self.store.parts_in(a)),
            *((1, v) for own in heads.values() for v in own or ()),
        ]
        cells = bound
        for _, part in sorted(set(ranked), key=lambda item: (item[0], terms.slot_order(item[1]))):
            if isinstance(part, Var) and part.root in roots:
                try:
                    cells = self.model.order.cut(cells, [part])
                except Undecided:
                    continue
        return cells

    def _cut(self, body: Polynomial) -> Polynomial:
        """The densities and products of densities that weigh a body, cut into cells."""
        cells = self.store.cells
        if cells is None:
            return body

        def of_cells(atom: int, exponent: Number) -> Polynomial:
            node = self.store.nodes[atom]
            if isinstance(node, DensityNode):
                sides = [self.store.partition(side) for side in (node.left, node.right)]
                if sides[0] is not None and sides[1] is not None:
                    atom = self.store.intern(DensityNode(node.family, sides[0], sides[1]))
                return Polynomial.of(atom, exponent)
            if isinstance(node, SeriesNode):
                pieces = series.cut_product(self, node, cells)
                if pieces is not None:
                    return Polynomial({raised(pieces, exponent): 1})
            return Polynomial.of(atom, exponent)

        return self._by_atoms(body, of_cells)

    def _by_atoms(
        self, polynomial: Polynomial, change: Callable[[int, Number], Polynomial]
    ) -> Polynomial:
        return Polynomial.total(
            self.product(change(atom, e) for atom, e in monomial).scaled(coefficient)
            for monomial, coefficient in polynomial.terms.items()
        )

    def whole(self, polynomial: Polynomial) -> Polynomial:
        """The same value with the parts of densities united, and products that meet as one."""
        if not any(map(self._is_cut, polynomial.atoms)):
            return polynomial

        def united(atom: int, exponent: Number) -> Polynomial:
            node = self.store.nodes[atom]
            if isinstance(node, DensityNode):
                atom = self.store.intern(
                    DensityNode(node.family, union(node.left), union(node.right))
                )
            return Polynomial.of(atom, exponent)

        changed = self._by_atoms(polynomial, united)
        return Polynomial.total(
            Polynomial({series.merged(self, monomial): coefficient})
            for monomial, coefficient in changed.terms.items()
        )

    def _is_cut(self, atom: int) -> bool:
        """Whether an atom is a product, or a density of parts of sequences."""
        node = self.store.nodes[atom]
        if isinstance(node, SeriesNode):
            return node.kind is IndexedProduct
        return isinstance(node, DensityNode) and any(map(is_sliced, (*node.left, *node.right)))

    def _whole(self, bound: Variables) -> Variables:
        return union(bound) if any(map(is_sliced, bound)) else bound

    # -- indexed sums and products ----------------------------------------------------------------

    def series(self, kind: type[terms.Indexed], index: Index, body: Polynomial) -> Polynomial:
        """The sum or the product of a body over an opened index."""
        self.context.budget.spend(1 + len(body.terms))
        if index.high - index.low == -1:  # of nothing
            return ONE if kind is IndexedProduct else ZERO
        if kind is IndexedProduct:
            return self._product_over(index, self.factored(body))
        body = self.reduced(body)
        if not body:
            return body
        if body == ONE:
            return self._count(index)
        result = self.ask("series", kind, index, body)
        return self.store.series(kind, index, body) if result is None else result

    def _count(self, index: Index) -> Polynomial:
        return self.normal(index.high - index.low + 1)

    def _product_over(self, index: Index, body: Polynomial) -> Polynomial:
        """A product of products, factor by factor."""
        if body.single is None:
            return self.store.series(IndexedProduct, index, body)
        monomial, coefficient = body.single
        factors = []
        if coefficient != 1:
            factors.append(self.power(Polynomial.constant(coefficient), self._count(index)))
        for atom, exponent in monomial:
            factor = Polynomial.of(atom)
            if index in self.store.free_in_atom(atom):
                asked = self.ask("series", IndexedProduct, index, factor)
                made = self.store.series(IndexedProduct, index, factor) if asked is None else asked
            else:
                made = self.power(factor, self._count(index))
            if made.single is None:
                return self.store.series(IndexedProduct, index, body)
            ((inner, c),) = made.terms.items()
            factors.append(Polynomial({raised(inner, exponent): Fraction(c) ** int(exponent)}))
        return self.product(factors)

    def _indexed(self, term: terms.Indexed) -> Polynomial:
        index, body = unbind_index(term)
        return self.series(type(term), index, self.normal(body))

    def _integral(self, term: terms.Integral) -> Polynomial:
        bound, (body,) = unbind(term)
        self.store.opened(bound)
        return self.integral(frozenset(bound), self.normal(body))

    def _expectation(self, term: terms.Expectation) -> Polynomial:
        bound, (body, laws) = unbind(term)
        self.store.opened(bound)
        law = self.product(self.normal(density) for density in laws)
        return self.mean(frozenset(bound), law, self.normal(body))

    def mean(self, bound: Variables, law: Polynomial, body: Polynomial) -> Polynomial:
        """The expectation of a polynomial."""
        result = self.ask("mean", bound, law, body)
        return self.integral(bound, body, law) if result is None else result

    def _divergence(self, term: terms.Binder) -> Polynomial:
        bound, opened = unbind(term)
        self.store.opened(bound)
        parts = tuple(self.reduced(self.normal(part)) for part in opened)
        variables = frozenset(bound)
        result = self.ask("divergence", type(term), variables, parts)
        if result is not None:
            return result
        closed_variables, closed = self.store.close(variables, *parts)
        return self.store.atom(DivergenceNode(type(term), tuple(closed), closed_variables))


_TERMS: dict[type, Callable[[Normaliser, Any], Polynomial]] = {
    Symbol: Normaliser._symbol,
    Index: Normaliser._symbol,
    IndexedSum: Normaliser._indexed,
    IndexedProduct: Normaliser._indexed,
    terms.Density: Normaliser._density,
    terms.Call: Normaliser._call,
    terms.Abbreviation: Normaliser._abbreviation,
    terms.Log: lambda self, term: self.log(self.normal(term.args[0])),
    terms.Exp: lambda self, term: self.exp(self.normal(term.args[0])),
    terms.Integral: Normaliser._integral,
    terms.Expectation: Normaliser._expectation,
    terms.KL: Normaliser._divergence,
    terms.Entropy: Normaliser._divergence,
    terms.CrossEntropy: Normaliser._divergence,
    terms.VariableEntropy: Normaliser._variables,
    terms.Information: Normaliser._variables,
}


def _number(value: Any) -> Number:
    return int(value.p) if value.q == 1 else Fraction(int(value.p), int(value.q))


def _evidently_irreducible(primitive: Polynomial) -> bool:
    """A sum of two terms in which every atom occurs once, to the first power."""
    exponents = [exponent for monomial in primitive.terms for _, exponent in monomial]
    if any(Fraction(exponent).denominator != 1 for exponent in exponents):
        return True  # not a polynomial: kept whole
    atoms = [atom for monomial in primitive.terms for atom, _ in monomial]
    linear = any(
        atoms.count(atom) == 1 and exponent == 1
        for monomial in primitive.terms
        for atom, exponent in monomial
        if len(monomial) == 1
    )
    return linear or (
        len(primitive.terms) == 2 and len(set(atoms)) == len(atoms) and set(exponents) == {1}
    )


def _from_symbols(expression: Expr, atoms: Mapping[Symbol, int]) -> Polynomial:
    symbols = sorted(expression.free_symbols, key=lambda s: atoms[s])
    if not symbols:
        return Polynomial.constant(_number(expression))
    return Polynomial(
        {
            tuple((atoms[s], e) for s, e in zip(symbols, powers, strict=True) if e): _number(c)
            for powers, c in expression.as_poly(*symbols).terms()
        }
    )
