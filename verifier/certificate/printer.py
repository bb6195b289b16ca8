"""Terms as Coq, and what has to hold for them to be defined.

This is what is trusted of a certificate: that a line says what the term says. Coq's `/` and `ln`
are total, a / 0 = 0 and ln u = 0 for u <= 0, so that a line is worth something only with its
obligations: that each argument of a logarithm is positive and each denominator not 0, at all points
at which no weight is 0. There, 0 times anything is 0, and the line's value is that of the term.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Integer, Rational, Symbol

from verifier.certificate import names
from verifier.certificate.obligations import Around as Around
from verifier.certificate.obligations import Bound, bound_in, opened, quantified
from verifier.certificate.obligations import Obligation as Obligation
from verifier.certificate.tables import Tables, UncertifiableError
from verifier.kernel import terms
from verifier.kernel.arithmetic import (
    Power,
    Product,
    Quotient,
    Total,
    densities,
    factors,
    negative,
    powers,
)
from verifier.kernel.binding import bind, unbind, unbind_index
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Expectation, Index, Log, Tuple, Var

LOOSE, TERM, FACTOR, TIGHT = range(4)  # how tightly what stands around binds


@dataclass
class Printer:
    """Prints the terms of a file. `found`: the obligations of what was printed, in order."""

    tables: Tables
    found: dict[Obligation, None] = field(default_factory=dict)
    functions: dict[str, None] = field(default_factory=dict)
    silent: bool = False
    formulas: dict[str, tuple[Obligation, ...]] = field(default_factory=dict)  # what they owe

    def __post_init__(self) -> None:
        self.tables.formula = self._formula

    def _formula(self, family: Family) -> str:
        """What a density by formula is, at its own variables; the model is printed before lines."""
        assert family.formula is not None
        text, self.formulas[family.name] = self.line(family.formula, family.slots)
        return text

    def line(self, term: Expr, variables: Iterable[Var]) -> tuple[str, tuple[Obligation, ...]]:
        """A line, and its obligations."""
        return self.line_at(term, {v: self.tables.name(v) for v in variables})

    def line_at(self, term: Expr, named: Mapping[Var, str]) -> tuple[str, tuple[Obligation, ...]]:
        """The same at the variables that are named."""
        self.found = {}
        return self.term(term, Around(named), LOOSE), tuple(self.found)

    def closed(self, term: Expr, named: Mapping[Var, str]) -> str:
        """A term that no line has, at the variables that are named."""
        self.silent = True
        try:
            return self.term(term, Around(named), LOOSE)
        finally:
            self.silent = False

    # -- obligations ------------------------------------------------------------------------------

    def owe(self, around: Around, part: Expr, sign: str = "0 < {}", infinite: bool = False) -> None:
        """Enter what has to hold of a part."""
        if self.silent or (isinstance(part, Rational) and part > 0):
            return
        own = bound_in(self.tables, part, around)
        weights = [w for w in around.weights if own and bound_in(self.tables, w, around)]
        every = own.union(*(bound_in(self.tables, w, around) for w in weights))
        self.silent = True  # what these owe is entered where they stand
        said = [self.term(w, around, TERM) for w in weights]
        shown = self.term(part, around, TERM)
        self.silent = False
        if sign == "0 < {}" and shown in said:
            return
        bound = tuple(quantified(every, around))
        own_sign = _is_shown(part)
        if not bound and not own_sign:
            for density in densities(part):
                self.owe(around, density)
        owed = Obligation(bound, tuple(dict.fromkeys(said)), shown, sign, infinite, own_sign)
        self.found[owed] = None

    # -- terms ------------------------------------------------------------------------------------

    def term(self, term: Any, around: Around, tight: int = TIGHT) -> str:
        """A term, in brackets where what stands around binds as tightly."""
        level, text = self._shown(term, around)
        return text if level > tight or (level == TIGHT and " " not in text) else f"({text})"

    def _shown(self, term: Any, around: Around) -> tuple[int, str]:
        match term:
            case Rational():
                return _number(term)
            case Symbol():
                shown = constant(self.tables, term)
                whole = term.name in self.tables.horizons
                return (FACTOR + 1, f"IZR {shown}") if whole else (TIGHT, shown)
            case Index():
                return FACTOR + 1, f"IZR {around.index(term)}"
            case Density():
                condition = self.tables.condition(term)
                if condition is not None:
                    self.owe(around, condition)
                return FACTOR + 1, self.tables.applied(term, around)
            case Total():
                return TERM, _total(self, term, around)
            case Product():
                shown = self._product(term.args, around)
                return (TERM if shown.startswith("-") else FACTOR), shown
            case Quotient():
                return FACTOR, self._quotient(term, around)
            case Power():
                return FACTOR + 1, self._power(term, around)
            case terms.Log():
                self.owe(around, term.args[0])
                return FACTOR + 1, f"ln {self.term(term.args[0], around)}"
            case terms.Exp():
                return FACTOR + 1, f"exp {self.term(term.args[0], around)}"
            case terms.Abbreviation():
                return self._shown(term.body, around)
            case terms.Call():
                return FACTOR + 1, self._call(term, around)
            case terms.Closed():
                return self._shown(of_variables(term, self.tables.model), around)
            case terms.Indexed():
                return FACTOR + 1, self._indexed(term, around)
            case terms.Binder():
                return FACTOR + 1, self._binder(term, around)
        raise UncertifiableError(_what(term))

    def _product(self, parts: tuple[Expr, ...], around: Around) -> str:
        """Each factor is weighed by the densities among the others."""
        if parts[0] == -1 and len(parts) > 1:
            return f"- {self.factors(parts[1:], around)}"
        return self.factors(parts, around)

    def factors(self, parts: tuple[Expr, ...], around: Around) -> str:
        """Factors, the densities first: they weigh what follows."""
        order = sorted(
            range(len(parts)), key=lambda i: not isinstance(parts[i], Density | Rational)
        )
        shown = {}
        for i, part in enumerate(parts):
            others = [w for j, p in enumerate(parts) if j != i for w in _weights(p)]
            shown[i] = self.term(part, around.weighed(others), FACTOR)
        return " * ".join(shown[i] for i in order)

    def _quotient(self, term: Quotient, around: Around) -> str:
        above, below = term.args
        inside = around.weighed(_weights(above))
        # a density is never negative: not 0 is positive
        self.owe(inside, below, "0 < {}" if isinstance(below, Density) else "{} <> 0")
        return f"{self.term(above, around, FACTOR)} / {self.term(below, inside, FACTOR)}"

    def _power(self, term: Power, around: Around) -> str:
        base, exponent = term.args
        if isinstance(exponent, Integer):
            shown = f"{self.term(base, around)} ^ {abs(int(exponent))}"
            if exponent < 0:
                self.owe(around, base, "{} <> 0")
            return shown if exponent >= 0 else f"/ ({shown})"
        self.owe(around, base)
        return f"exp ({self.term(exponent, around, FACTOR)} * ln {self.term(base, around)})"

    def _call(self, call: terms.Call, around: Around) -> str:
        function = self.tables.model.function.get(call.name)
        if function is None:
            raise UncertifiableError(f"the function {call.name}")
        self.functions[call.name] = None
        shown = []
        for slot, argument in zip(function.arguments, call.arguments, strict=True):
            if isinstance(argument, Var):
                kind = self.tables.sequences.kind
                if slot is None or kind(slot) != kind(argument):
                    raise UncertifiableError(f"{call.name} at {argument.label}")
                shown.append(self.tables.value(argument, around))
            elif isinstance(argument, terms.Tuple) or slot is not None:
                raise UncertifiableError(f"{call.name} at a sequence")
            else:
                shown.append(self.term(argument, around))
        return " ".join((self.tables.names.of(names.FUNCTION, call.name, call.name), *shown))

    # -- binders ----------------------------------------------------------------------------------

    def _binder(self, term: terms.Binder, around: Around) -> str:
        bound, parts = unbind(term)
        here, named = opened(self.tables, bound, around)
        match term:
            case terms.Integral():
                return _summed(named, self.term(parts[0], here, LOOSE))
            case terms.Expectation():
                laws = tuple(parts[1])
                law = _law(self, laws, here)
                return _over("E", named, law, self.term(parts[0], here.weighed(laws), LOOSE))
            case terms.Entropy():
                laws = factors(parts[0])
                for part in powers(parts[0]):
                    self.owe(here.weighed(laws), part[0])
                return _over("Ent", named, _law(self, laws, here))
            case terms.KL() | terms.CrossEntropy():
                laws = factors(parts[0])
                weighed = here.weighed(laws)
                law, second = _law(self, laws, here), self.term(parts[1], weighed, LOOSE)
                # a divergence is infinite where a cross-entropy has no meaning
                divergence = isinstance(term, terms.KL)
                self.owe(weighed, parts[1], infinite=divergence)
                return _over("KL" if divergence else "CE", named, law, second)
        raise UncertifiableError(_what(term))

    def _indexed(self, term: terms.Indexed, around: Around) -> str:
        """A sum or a product over an index."""
        index, body = unbind_index(term)
        name = names.unlike(names.bound(index.label), frozenset(around.named.values()))
        low, high = (self.tables.sequences.place(end, around) for end in (index.low, index.high))
        bound = Bound(name, "Z", f"({low} <= {name} <= {high})%Z")
        inside, ranges = {**around.named, index: name}, {**around.ranges, index: bound}
        here = Around(inside, (*around.bound, index), around.weights, ranges)
        head = "Sum" if isinstance(term, terms.IndexedSum) else "Prod"
        return f"{head} (upto {low} {high}) (fun {name} => {self.term(body, here, LOOSE)})"


def _total(printer: Printer, total: Total, around: Around) -> str:
    shown = ""
    for part in sorted(total.args, key=_is_negative):
        less = _is_negative(part)
        own = printer.term(negative(part) if less else part, around, TERM)
        if shown:
            shown += f" {'-' if less else '+'} {own}"
        else:
            shown = f"- {own}" if less else own
    return shown


def _summed(named: list[tuple[str, str]], body: str) -> str:
    """The sum over all that is bound, the last one inside."""
    (name, alphabet), *rest = named
    return f"Sum {alphabet} (fun {name} => {_summed(rest, body) if rest else body})"


def _over(head: str, named: list[tuple[str, str]], *parts: str) -> str:
    """What is an average over the last variable, summed over those before."""
    *before, (name, alphabet) = named
    functions = " ".join(f"(fun {name} => {part})" for part in parts)
    own = f"{head} {alphabet} {functions}"
    return _summed(before, own) if before else own


def of_variables(term: Any, model: Model) -> Expr:
    """What an entropy or an information of random variables is an average of."""
    family = term.args[0].name
    if model.family[family].right:
        raise UncertifiableError(_what(term))
    if isinstance(term, terms.VariableEntropy):
        parts, body = term.args[1:], Log(Density(family, term.args[1], term.args[2]))
    else:
        first, second, given = parts = term.args[1:]
        both = Density(family, (*first, *second), given)
        apart = Product(Density(family, first, given), Density(family, second, given))
        body = Log(Quotient(both, apart))
    every = tuple(v for part in parts for v in part)
    found: Expr = bind(Expectation, every, body, Tuple(Density(family, every)))
    return negative(found) if isinstance(term, terms.VariableEntropy) else found


def _is_shown(part: Any) -> bool:
    """Whether a part is positive where the densities in it are."""
    match part:
        case Density() | terms.Exp():
            return True
        case Rational():
            return bool(part > 0)
        case Total() | Product() | Quotient():
            return all(map(_is_shown, part.args))
        case terms.IndexedProduct():
            return _is_shown(part.body)
        case Power():
            return _is_shown(part.args[0])
        case terms.Abbreviation():
            return _is_shown(part.body)
        case terms.Integral() | terms.Expectation():
            return _is_shown(unbind(part)[1][0])
    return False


def _number(number: Rational) -> tuple[int, str]:
    if isinstance(number, Integer):
        return (TIGHT, str(number)) if number >= 0 else (TERM, str(number))
    return (FACTOR if number > 0 else TERM), f"{number.p} / {number.q}"


def _weights(term: Expr) -> tuple[Expr, ...]:
    """The densities that are factors of a term."""
    if isinstance(term, terms.IndexedProduct):
        return (term,) if all(isinstance(d, Density) for d in factors(term.body)) else ()
    return tuple(
        base
        for base, exponent in powers(term)
        if isinstance(base, Density) and isinstance(exponent, Rational) and exponent > 0
    )


def _is_negative(term: Expr) -> bool:
    number = term.args[0] if isinstance(term, Product) else term
    return isinstance(number, Rational) and bool(number < 0)


_WHAT = {
    terms.VariableEntropy: "entropies of variables under a condition",
    terms.Information: "information of variables under a condition",
}


def _what(term: Any) -> str:
    """What a term is, for people."""
    return _WHAT.get(type(term), type(term).__name__)


def _law(printer: Printer, laws: tuple[Any, ...], around: Around) -> str:
    return printer.factors(laws, around) if len(laws) > 1 else printer.term(laws[0], around, LOOSE)


def constant(tables: Tables, symbol: Symbol) -> str:
    """What a parameter is called."""
    if symbol.name not in tables.model.parameter:
        raise UncertifiableError(f"the parameter {symbol.name}")
    return tables.names.of(names.CONSTANT, symbol.name, symbol.name)
