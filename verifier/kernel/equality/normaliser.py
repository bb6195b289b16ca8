"""The normal form of terms under a set of rules: the only place that decides equality.

Always on: commutative ring and fraction arithmetic on atoms, renaming of bound variables,
log(1/u) = -log u, log 1 = 0, exp 0 = 1, E[0] = 0. Everything else is a hook of a rule (see
`kernel.rules`) and acts only where that rule is among those allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor
from typing import Any, Literal

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, factor_list

from verifier.kernel import definedness, polynomials, terms
from verifier.kernel.arithmetic import Power, Product, Quotient, Total, factors
from verifier.kernel.binding import fresh_tag, unbind, unbind_index
from verifier.kernel.budget import Budget
from verifier.kernel.definedness import Each, Kind, Where, is_opened, rebound, weights_in, where
from verifier.kernel.equality import nodes, series
from verifier.kernel.equality.nodes import (
    DensityNode,
    SeriesNode,
    Store,
    SumNode,
    TermNode,
    Variables,
)
from verifier.kernel.model import Fact, Model
from verifier.kernel.polynomials import ONE, UNIT, ZERO, Kept, Monomial, Polynomial, raised, times
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.sequences.ranges import Cells, Undecided, is_sliced, union
from verifier.kernel.terms import Index, IndexedProduct, IndexedSum, Var
from verifier.kernel.theorem import Sides

Site = Literal[
    "density", "call", "symbol", "log", "exp", "power", "mean", "divergence", "variables",
    "abbreviation", "integral", "integrand", "series",
]  # fmt: skip
Hook = Callable[..., Polynomial | None]
Grants = Callable[[Expr, tuple[Expr, ...]], bool]
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
    unfolded: dict[Any, Any] = field(default_factory=dict)  # what may be infinite in terms

    def __post_init__(self) -> None:
        self.store.marks = self.model.support is not None

    def with_facts(self, facts: tuple[Fact, ...]) -> Context:
        """The same with other facts."""
        return replace(self, model=replace(self.model, facts=facts))


class Normaliser:
    """Normal forms under the rules whose hooks it is given. `used` names those that acted.

    What a move owes, and the facts and declarations that it leans on, goes to the frame of the
    normal form at work (`framed`), and from there to the theorem that it is made for. `weights` are
    the laws and densities around the part at work. With `support` a weight that cancels leaves a
    mark, which is taken off, and owed, where its variable is bound; `keeping`: it stays.
    """

    def __init__(self, context: Context, hooks: Mapping[Site, list[tuple[str, Hook]]]) -> None:
        self.context = context
        self.model = context.model
        self.store = context.store
        self.hooks = hooks
        self.used: set[str] = set()
        self.acts: dict[str, tuple[Site, tuple[Any, ...]]] = {}  # where each first acted
        self.origins: dict[int, Expr] = {}  # the smallest term that each atom came from
        self.active: list[object] = []  # equations being applied, outermost first
        self.frame: set[Any] = set()
        self.weights: tuple[Expr, ...] = ()
        self.marks = self.model.support is not None
        self.keeping = False
        self.grants: Grants | None = None  # which densities are positive; None: it is owed
        self.places: dict[Expr, tuple[Any, ...]] = {}  # of terms, as `places` finds them
        self._memo: dict[Any, tuple[Polynomial, frozenset[Any]]] = {}

    def acting(self, hook: Hook) -> str | None:
        """The first rule allowed that acts by a hook."""
        found = (name for hooks in self.hooks.values() for name, own in hooks if own is hook)
        return next(found, None)

    def ask(self, place: Site, *node: Any) -> Polynomial | None:
        """What the first rule that acts at this place makes of it; None when none does."""
        for rule, hook in self.hooks.get(place, ()):
            result = hook(self, *node)
            if result is not None:
                self.used.add(rule)
                self.acts.setdefault(rule, (place, node))
                return result
        return None

    # -- what is owed -----------------------------------------------------------------------------

    @contextmanager
    def framed(self) -> Iterator[set[Any]]:
        """Collects what is owed inside, apart from what is owed around."""
        around, self.frame = self.frame, set()
        try:
            yield self.frame
        finally:
            self.frame = around

    @contextmanager
    def keep(self, keeping: bool) -> Iterator[None]:
        """Work with the marks of what is bound kept, or taken off."""
        around, self.keeping = self.keeping, keeping
        try:
            yield
        finally:
            self.keeping = around

    @contextmanager
    def weighed(self, weights: Iterable[Expr]) -> Iterator[None]:
        """Work below laws and densities, which weigh what is owed inside."""
        around = self.weights
        if self.marks:
            self.weights = tuple(dict.fromkeys((*around, *weights)))
        try:
            yield
        finally:
            self.weights = around

    def splits(self) -> None:
        """What is at work adds, splits or moves terms: where one is infinite it may read infinity
        minus infinity."""
        self.frame.add(Sides.FINITE)

    def merges(self) -> None:
        """What is at work makes one integral of two, whose order may then be another."""
        self.frame.add(Sides.FINITE)
        self.frame.add(Sides.INTEGRABLE)

    def owe(self, kind: Kind, part: Expr, weights: Iterable[Expr] = ()) -> None:
        """What is at work holds only where a part is positive, not 0 or finite."""
        self.frame.add(where(kind, part, (*weights, *self.weights)))

    def lean(self, *hypotheses: Any) -> None:
        """What is at work rests on these: conditions get under the binders around."""
        for item in hypotheses:
            is_condition = isinstance(item, Where | Each)
            self.frame.add(rebound(item, self.weights) if is_condition else item)

    # -- terms ------------------------------------------------------------------------------------

    def normal(self, term: Expr) -> Polynomial:
        """The normal form of a term."""
        key = (term, self.weights, self.keeping) if self.marks else term
        known = self._memo.get(key)
        if known is None and self.marks:  # without marks it is the same whether they are kept
            other = self._memo.get((term, self.weights, not self.keeping))
            known = other if other is not None and Sides.MARKED not in other[1] else None
        if known is None:
            self.context.budget.spend()
            with self.framed() as frame:
                value = self._bounded(self._normal(term))
            for atom in value.atoms:
                self.origins.setdefault(atom, term)
            known = self._memo[key] = value, frozenset(frame)
        if known[1]:
            self.frame |= known[1]
        return known[0]

    def beside(self, others: Iterable[Expr], term: Expr) -> Polynomial:
        """The normal form of a factor, weighed by the densities among the others."""
        if not self.marks:
            return self.normal(term)
        with self.weighed(w for other in others for w in weights_in(other) if is_opened(w)):
            return self.normal(term)

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
        return self._leaf("call", nodes.CallNode(term.name, arguments))

    def _symbol(self, term: Symbol) -> Polynomial:
        return self._leaf("symbol", TermNode(term))

    def _variables(self, term: Expr) -> Polynomial:
        return self._leaf("variables", TermNode(term))

    def _abbreviation(self, term: terms.Abbreviation) -> Polynomial:
        return self._leaf("abbreviation", TermNode(term))

    def _leaf(self, place: Site, node: nodes.CallNode | TermNode) -> Polynomial:
        result = self.ask(place, node)
        return self.store.atom(node) if result is None else result

    # -- logarithms, exponentials, powers ---------------------------------------------------------

    def log(self, argument: Polynomial) -> Polynomial:
        """log of a polynomial, in factors."""
        argument = self.factored(argument)
        if argument.single is not None:  # where it has a logarithm no factor is 0
            argument = Polynomial({polynomials.unmarked(argument.single[0]): argument.single[1]})
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
        return self.store.atom(nodes.ExpNode(self.reduced(exponent))) if result is None else result

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
        end, order, least = self.store.end(exponent), self.model.order, 0
        whole = order.whole(end)
        while whole and least < MAX_SPLIT and order.least(Integer(least + 1), end):
            least += 1
        if least in (0, MAX_SPLIT):
            return self.store.atom(nodes.PowerNode(self.factored(base), exponent))
        rest = nodes.PowerNode(self.factored(base), exponent - Polynomial.constant(least))
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
        above = raised(denominator, -1)
        cleared = Polynomial.total(
            Polynomial({polynomials.without(m, above): c}) for m, c in polynomial.terms.items()
        )
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
        below = tuple((a, -e) for a, e in sorted(left.items()) if e or type(a) is Kept)
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
        marked = {atom: Symbol(f"m{atom}") for atom in primitive.atoms}
        expression = Add(
            *(
                Mul(Rational(c), *(names[a] ** Rational(e) if e else marked[a] for a, e in m))
                for m, c in primitive.terms.items()
            )
        )
        unit, found = factor_list(expression)
        atoms = {symbol: (atom, 1) for atom, symbol in names.items()}
        atoms |= {symbol: (atom, 0) for atom, symbol in marked.items()}
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

    def _paid(self, bound: Variables, body: Polynomial, law: Polynomial | None) -> Polynomial:
        """A body without the marks of what is bound: each is owed, weighed by what is left."""
        if not self.store.is_marked(body):
            return body
        self.frame.add(Sides.MARKED)
        if self.keeping:
            return body
        paid = []
        around = weights_in(self.store.term(law)) if law is not None else ()
        for monomial, coefficient in body.terms.items():
            gone = [a for a in polynomials.marks(monomial) if self.mentions(a, bound)]
            if gone:
                left = tuple(factor for factor in monomial if factor[0] not in gone)
                weighing = self._weighing(polynomials.unmarked(left))
                for atom in gone:
                    part = self.store.term(Polynomial.of(atom))
                    self.owe("nonzero", part, (*weighing, *around))
                for weight in weighing:  # a conditional weighs where it means something
                    condition = definedness.condition_of(self.model, weight)
                    if condition is not None:
                        others = (other for other in weighing if other != weight)
                        self.owe("positive", condition, (*others, *around))
                monomial = left
            whole = Polynomial({monomial: coefficient})
            if any(self.store.is_marked(Polynomial.of(a)) for a, _ in monomial):
                with self.weighed((*self._weighing(polynomials.unmarked(monomial)), *around)):
                    whole = self._bare(bound, whole)
            paid.append(whole)
        return Polynomial.total(paid)

    def _bare(self, bound: Variables, polynomial: Polynomial) -> Polynomial:
        """The same without the marks of what is bound inside of its atoms either: each is owed
        wherever the whole counts."""
        if not self.store.is_marked(polynomial):
            return polynomial
        summands = []
        for monomial, coefficient in polynomial.terms.items():
            found = [Polynomial.constant(coefficient)]
            for atom, exponent in monomial:
                if exponent:
                    inside = self._bare_atom(bound, atom)
                    found.append(self.power(inside, Polynomial.constant(exponent)))
                elif self.mentions(atom, bound):
                    self.owe("nonzero", self.store.term(Polynomial.of(atom)))
                else:
                    found.append(Polynomial.of(atom, 0))
            summands.append(self.product(found))
        return Polynomial.total(summands)

    def _bare_atom(self, bound: Variables, atom: int) -> Polynomial:
        node, whole = self.store.nodes[atom], Polynomial.of(atom)
        if not self.store.is_marked(whole):
            return whole
        match node:
            case nodes.LogNode(argument):
                return self.log(self._bare(bound, argument))
            case nodes.ExpNode(exponent):
                return self.exp(self._bare(bound, exponent))
            case SumNode(value):
                return self._bare(bound, value)
            case SeriesNode(kind, _, _):
                index, body = self.store.open_series(node)
                return self.series(kind, index, self._bare(bound, body))
        return whole

    def _weighing(self, monomial: Monomial) -> tuple[Expr, ...]:
        """The densities that a product is 0 without: its factors, and the marginals of those that
        an integral among its factors has in each summand."""
        found = list(weights_in(self.store.term(Polynomial({monomial: 1}))))
        for atom, exponent in monomial:
            node = self.store.nodes[atom]
            if exponent > 0 and isinstance(node, nodes.BinderNode):
                law = node.law if node.law is not None else ONE
                inside = [self._weighing(m) for m in self.product([law, node.body]).terms]
                shared = [d for d in inside[0] if all(d in others for others in inside[1:])]
                found += filter(None, (self._marginal(d, node.bound) for d in shared))
        return tuple(dict.fromkeys(found))

    def _marginal(self, density: Expr, gone: Variables) -> Expr | None:
        """A density without the variables that an integral binds, where it is conditioned on none
        of them."""
        if not isinstance(density, terms.Density):
            return None
        order = self.model.order
        left = order.without(density.left, gone)
        if not left or not order.disjoint(left, gone) or not order.disjoint(density.right, gone):
            return None
        return terms.Density(density.family, left, density.right)

    def mentions(self, atom: int, bound: Variables) -> bool:
        """Whether an atom depends on a bound variable."""
        free = self.store.parts_in(atom)
        if not free.isdisjoint(bound):
            return True
        roots = {v.root for v in bound if v.ends}
        return any(isinstance(v, Var) and v.ends and v.root in roots for v in free)

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
        body = self._paid(bound, body, law)
        result = self.ask("integral", bound, body, law)
        if result is not None:
            return result
        body = self._paid(bound, self.whole(body), law)
        return self.store.binder(law, body, self._whole(bound))

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
        found = []
        if coefficient != 1:
            found.append(self.power(Polynomial.constant(coefficient), self._count(index)))
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
            if c != 1:  # a root of a number stays a power
                found.append(self.power(Polynomial.constant(c), Polynomial.constant(exponent)))
            found.append(Polynomial({raised(inner, exponent): 1}))
        return self.product(found)

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
        law = self.product(
            self.beside([other for other in laws if other is not density], density)
            for density in laws
        )
        with self.weighed(laws):
            inside = self.normal(body)
        return self.mean(frozenset(bound), law, inside)

    def mean(self, bound: Variables, law: Polynomial, body: Polynomial) -> Polynomial:
        """The expectation of a polynomial."""
        result = self.ask("mean", bound, law, body)
        return self.integral(bound, body, law) if result is None else result

    def _divergence(self, term: terms.Binder) -> Polynomial:
        bound, opened = unbind(term)
        self.store.opened(bound)
        with self.weighed(factors(opened[0])):
            parts = tuple(self.reduced(self.normal(part)) for part in opened)
        variables = frozenset(bound)
        result = self.ask("divergence", type(term), variables, parts)
        if result is not None:
            return result
        closed_variables, closed = self.store.close(variables, *parts)
        return self.store.atom(nodes.DivergenceNode(type(term), tuple(closed), closed_variables))


def _product(nf: Normaliser, term: Product) -> Polynomial:
    return nf.product(
        nf.beside([other for j, other in enumerate(term.args) if j != i], part)
        for i, part in enumerate(term.args)
    )


def _quotient(nf: Normaliser, term: Quotient) -> Polynomial:
    above, below = term.args
    return nf.product([nf.normal(above), nf.integer_power(nf.beside([above], below), -1)])


_TERMS: dict[type, Callable[[Normaliser, Any], Polynomial]] = {
    Total: lambda self, term: Polynomial.total(self.normal(part) for part in term.args),
    Product: _product,
    Quotient: _quotient,
    Power: lambda self, term: self.power(*(self.normal(part) for part in term.args)),
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


def _from_symbols(expression: Expr, atoms: Mapping[Symbol, tuple[int, int]]) -> Polynomial:
    """A polynomial in symbols in their atoms: (atom, 1), or (atom, 0) of a mark."""
    symbols = sorted(expression.free_symbols, key=lambda s: atoms[s])
    if not symbols:
        return Polynomial.constant(_number(expression))
    result = []
    for powers, c in expression.as_poly(*symbols).terms():
        monomial: Monomial = ()
        for symbol, e in zip(symbols, powers, strict=True):
            atom, unit = atoms[symbol]
            monomial = times(monomial, ((atom, e * unit),) if e else ())
        result.append(Polynomial({monomial: _number(c)}))
    return Polynomial.total(result)
