"""Terms back to written formulas, for what a report has to say that nobody wrote.

Each bound variable gets a name that no other has where it stands: its own, else that of one of its
declared copies. Whether a formula is read as the term is settled by `judge.readable`, which reads
it: what an abbreviation stands for depends on the names around it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol

from verifier.formula import written as w
from verifier.formula.occurrence import occurs
from verifier.formula.scope import Scope
from verifier.kernel import terms
from verifier.kernel.arithmetic import collapse
from verifier.kernel.binding import (
    bind,
    free_indices,
    free_variables,
    is_fixed,
    rebuild,
    rename,
    replaced,
    unbind,
)
from verifier.kernel.model import Model
from verifier.kernel.terms import Index, Var, slot_order
from verifier.typeset.printer import plain

_INDEX_NAMES = ("tau", "s", "k", "i", "j", "n", "m")
_COPIES = range(1, 10)


class UnwritableError(Exception):
    """The names that are declared don't suffice for a term."""


@dataclass(frozen=True)
class Delaborator:
    """Writes terms in the names of a file: what `elaborate` does, undone."""

    model: Model
    scope: Scope = field(default_factory=Scope)
    near: tuple[w.Written, ...] = ()  # formulas whose letters are taken where they may be

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        """The indices and variables of formulas nearby, as they are written there."""
        nodes = [node for formula in self.near for node in formula.walk()]
        found = [node.index for node in nodes if isinstance(node, w.Indexed)]
        found += [plain(node) for node in nodes if isinstance(node, w.Variable)]
        return tuple(dict.fromkeys(found))

    def formula(self, term: Expr) -> w.Written:
        """The formula of a term whose variables have names. Raises UnwritableError."""
        term = collapse(term)
        if isinstance(term, Add):
            return self._sum(term)
        if isinstance(term, Mul | Rational) and not isinstance(term, Integer):
            return self._fraction(term)
        if isinstance(term, Pow):
            return self._power(term)
        handler = _HANDLERS.get(type(term) if not isinstance(term, Integer) else Integer)
        if handler is None:  # what SymPy makes of 1 / 0
            raise UnwritableError
        return handler(self, term)

    def named(self, term: Any) -> Any:
        """The same term, its opened and bound variables and its opened indices by names of which no
        two are alike where they meet. Raises UnwritableError."""
        opened = [v for v in free_variables(term) if v.tag]
        _, (term,) = self._renamed((term,), opened, free_variables(term) - {*opened})
        while unnamed := [index for index in free_indices(term) if index.tag]:
            first = min(unnamed, key=lambda index: (len(free_indices(index)), str(index)))
            term = replaced(term, {first: first.tagged(0, self._index_name(term, first.name))})
        return self._within(term)

    def _within(self, term: Any) -> Any:
        if isinstance(term, terms.Binder):
            bound, parts = self._renamed(*unbind(term)[::-1], free_variables(term))
            return bind(term.func, bound, *map(self._within, parts), order=self.model.order)
        return rebuild(term, self._within)

    def _renamed(
        self, parts: Iterable[Any], opened: Iterable[Var], around: Collection[Var]
    ) -> tuple[list[Var], list[Any]]:
        """Opened variables by names that neither each other has nor those around, and parts over
        them."""
        names: dict[Var, Var] = {}
        opened = sorted(opened, key=lambda v: (*slot_order(v)[:2], -v.tag))  # the first first
        for variable in opened:
            others = [other for other in opened if other.root != variable.root]
            taken = [*around, *(names[other] for other in others if other in names)]
            alone = not _met(variable.tagged(0), (other.tagged(0) for other in others))
            spellings = (v for v in self._spellings(variable, alone) if not _met(v, taken))
            names[variable] = next(spellings, variable)
            if names[variable] == variable:
                raise UnwritableError
        whole = {v.root: v.root.tagged(0) for v in names if not is_fixed(v)} | names
        return [*names.values()], [rename(part, whole) for part in parts]

    def _spellings(self, variable: Var, alone: bool) -> Iterator[Var]:
        """A variable's own name, and those of its copies; first, where it is not `alone`. Those go
        before that stand nearby."""
        found = [*self._known(variable, alone)]
        yield from sorted(found, key=lambda known: known.label not in self._letters)

    def _known(self, variable: Var, alone: bool) -> Iterator[Var]:
        own = variable.tagged(0)
        if alone:
            yield own
        for copy, slot in self.model.copies if is_fixed(variable) else ():
            if slot == self.model.slot(own):
                yield from (copy.between(i, i) for i in _COPIES) if copy.ends else (copy,)
        if not alone:
            yield own

    # -- arithmetic -------------------------------------------------------------------------------

    def _sum(self, term: Expr) -> w.Written:
        parts = sorted(term.args, key=lambda t: (t.is_Rational, _negative(t), str(t)))
        signs = "".join("-" if _negative(part) else "+" for part in parts)
        return w.Sum(tuple(self.formula(-p if _negative(p) else p) for p in parts), signs)

    def _fraction(self, term: Expr) -> w.Written:
        if _negative(term):
            return w.Sum((self.formula(-term),), "-")
        above, below = [], []
        for factor in Mul.make_args(term):
            if isinstance(factor, Rational):
                above += [Integer(factor.p)] if factor.p != 1 else []
                below += [Integer(factor.q)] if factor.q != 1 else []
            elif isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp.is_negative:
                below.append(Pow(factor.base, -factor.exp))
            else:
                above.append(factor)
        numerator = self._product(above)
        return w.Quotient(numerator, self._product(below)) if below else numerator

    def _product(self, factors: list[Expr]) -> w.Written:
        if not factors:
            return w.Number("1")
        ordered = sorted(
            factors, key=lambda f: (isinstance(f, terms.Log), not f.is_Rational, str(f))
        )
        if len(ordered) == 1:
            return self.formula(ordered[0])
        marks: list[Literal["", "*"]] = ["" for _ in ordered[1:]]
        return w.Product(tuple(self.formula(f) for f in ordered), tuple(marks))

    def _power(self, term: Expr) -> w.Written:
        if term.exp == Rational(1, 2):
            return w.Root(self.formula(term.base))
        if term.exp.is_Rational and term.exp.is_negative:
            return self._fraction(term)
        return w.Power(self.formula(term.base), self.formula(term.exp))

    def _integer(self, term: Any) -> w.Written:
        return w.Sum((w.Number(str(-term)),), "-") if term < 0 else w.Number(str(term))

    def _logarithm(self, term: Any) -> w.Written:
        return w.Logarithm(self.formula(term.args[0]))

    def _exponential(self, term: Any) -> w.Written:
        return w.Exponential(self.formula(term.args[0]))

    def _series(self, term: terms.Indexed) -> w.Written:
        """A sum or a product, its index by a name that nothing in it has."""
        name = self._index_name(term)
        index = term.index.tagged(0, name)
        body = self.formula(replaced(term.body, {term.index: index}))
        kind: Literal["sum", "prod"] = "sum" if isinstance(term, terms.IndexedSum) else "prod"
        match body:
            case w.Product(factors=(*_, last)) | w.Quotient(denominator=last):
                loose = not occurs((name,), last, lambda _name, _base: False)
            case _:
                loose = isinstance(body, w.Sum)
        low, high = map(self.formula, (index.low, index.high))
        return w.Indexed(kind, name, low, high, w.Bracket(body) if loose else body)

    def _index_name(self, term: Expr, own: str = "") -> str:
        taken = {i.name for i in free_indices(term) if not i.tag}
        taken |= {s.name for s in term.atoms(Symbol)}
        indices = (name for name in self._letters if name.isalpha())
        for name in (own, *indices, *_INDEX_NAMES):
            if name and name not in taken and self.scope.kind(name) is None:
                return name
        raise UnwritableError

    # -- names ------------------------------------------------------------------------------------

    def _abbreviation(self, term: terms.Abbreviation) -> w.Written:
        """By its name, where that has no arguments: they are forgotten."""
        known = term.name in self.scope.abbreviations
        return w.Name(term.name) if known else self.formula(term.body)

    def _density(self, term: Any) -> w.Density:
        family, *parameters = term.family.split(";")
        return w.Density(family, _variables(term.left), _variables(term.right), tuple(parameters))

    def _call(self, term: Any) -> w.Written:
        arguments = (
            self.formula(a) if isinstance(a, Expr) else variable_of(_whole(a))
            for a in term.arguments
        )
        return w.Call(term.name, tuple(arguments))

    # -- binders ----------------------------------------------------------------------------------

    def _integral(self, term: terms.Integral) -> w.Written:
        bound, (body,) = unbind(term, tag=0)
        return w.Integral(self.formula(body), _variables(bound))

    def _expectation(self, term: terms.Expectation) -> w.Written:
        _, (body, laws) = unbind(term, tag=0)
        return w.Expectation(
            tuple(
                w.Law(self._density(law)) if isinstance(law, terms.Density) else self.formula(law)
                for law in laws
            ),
            self.formula(body),
        )

    def _divergence(self, term: terms.KL) -> w.Written:
        _, (first, second) = unbind(term, tag=0)
        return w.Divergence(self.formula(first), self.formula(second))

    def _entropy(self, term: terms.Entropy | terms.CrossEntropy) -> w.Written:
        _, parts = unbind(term, tag=0)
        return w.Entropy(*(self.formula(part) for part in parts))

    def _variable_entropy(self, term: Any) -> w.Written:
        family, left, right = term.args
        return w.VariableEntropy(_variables(left), _variables(right), str(family))

    def _information(self, term: Any) -> w.Written:
        family, first, second, given = term.args
        return w.Information(_variables(first), _variables(second), _variables(given), str(family))


def _negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _met(variable: Var, taken: Iterable[Var]) -> bool:
    """Whether a variable is one of these, or may be a part of one."""
    return any(
        variable == other
        or (variable.root == other.root and not (is_fixed(variable) and is_fixed(other)))
        for other in taken
    )


def _variables(group: Iterable[Any]) -> tuple[w.Variable, ...]:
    return tuple(variable_of(v) for v in sorted(group, key=slot_order))


def variable_of(variable: Var) -> w.Variable:
    """A variable as it is written."""
    if variable.ends:
        low, high = map(_ENDS.formula, variable.ends)
        if variable.low == variable.high:
            return w.Variable(variable.name, "element", low)
        return w.Variable(variable.name, "slice", low, high)
    base, _, subscript = variable.name.partition("_")
    if subscript:
        return w.Variable(base, "element", w.Name(subscript))
    return w.Variable(variable.name)


_HANDLERS: dict[type, Callable[[Delaborator, Any], w.Written]] = {
    Integer: Delaborator._integer,
    Symbol: lambda _, term: w.Name(term.name),
    Index: lambda _, term: w.Name(term.label),
    terms.IndexedSum: Delaborator._series,
    terms.IndexedProduct: Delaborator._series,
    terms.Density: Delaborator._density,
    terms.Call: Delaborator._call,
    terms.Abbreviation: Delaborator._abbreviation,
    terms.Log: Delaborator._logarithm,
    terms.Exp: Delaborator._exponential,
    terms.Integral: Delaborator._integral,
    terms.Expectation: Delaborator._expectation,
    terms.KL: Delaborator._divergence,
    terms.Entropy: Delaborator._entropy,
    terms.CrossEntropy: Delaborator._entropy,
    terms.VariableEntropy: Delaborator._variable_entropy,
    terms.Information: Delaborator._information,
}
_ENDS = Delaborator(Model())


def _whole(argument: Any) -> Var:
    """The slice that stands as an argument, whose parts may be bound at several places."""
    first, *others = terms.parts_in_row(argument)
    if any(part.root != first.root for part in others):
        raise UnwritableError
    return first.between(first.low, others[-1].high) if others else first
