"""The declarations of a file to a Model: what can't be read here is an error of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sympy import Expr, Symbol

from verifier.derivation.derivation import Derivation, Text
from verifier.derivation.keys import DECLARATIONS
from verifier.derivation.needed import needed
from verifier.elaborate.binders import family_name
from verifier.elaborate.formula import Elaborator
from verifier.elaborate.reader import Reader, diagnostic_of
from verifier.elaborate.record import IllFormed
from verifier.elaborate.variables import Definition
from verifier.formula import declarations as grammar
from verifier.formula import written as w
from verifier.formula.parser import COMPARISONS, parse_statement
from verifier.formula.scope import Scope
from verifier.kernel import binding
from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import free_variables, replaced, unfolded
from verifier.kernel.definedness import weights_in
from verifier.kernel.model import Condition, Domination, Fact, Family, Finite, Model, Positive
from verifier.kernel.sequences.laws import left_of, right_of
from verifier.kernel.terms import Index, IndexedProduct, Tuple, Var
from verifier.outcome import Diagnostic, DiagnosticError


@dataclass(frozen=True)
class Declarations:
    """A file's declarations: the model, the scope for parsing, the elaborator of its formulas."""

    model: Model
    scope: Scope
    elaborator: Elaborator
    written: Mapping[str, tuple[w.Written, ...]]  # all lines, by their key
    known: dict[object, object] = field(init=False, default_factory=dict)  # lines, elaborated


def read_declarations(
    derivation: Derivation, places: Mapping[str, Expr] = MappingProxyType({})
) -> Declarations:
    """All declarations of a file, with parameters at these places. Raises DiagnosticError at the
    first that can't be read."""
    return _Reader(derivation, places).read()


class _Reader(Reader):
    """The rest, in the order in which one may use the other."""

    def read(self) -> Declarations:
        self._parameters()  # first: a density by formula may use them
        self._families()
        self._abbreviations(self.derivation.define)
        self._update(discrete=frozenset().union(*map(self._discrete, self.derivation.discrete)))
        self._update(facts=tuple(self._fact(text) for text in self.derivation.assume))
        if self.derivation.support is not None:
            self._update(support=tuple(self._condition(t) for t in self.derivation.support))
        written = {
            key: tuple(self.parsed[text.offsets[0]] for text in getattr(self.derivation, key) or ())
            for key in DECLARATIONS
        }
        return Declarations(self.model, self.scope, self.elaborator, written)

    # -- families ---------------------------------------------------------------------------------

    def _families(self) -> None:
        for text in self.derivation.model:
            # a density by formula may use functions and abbreviations
            if grammar.has_formula(text.value):
                self._functions()
                self._abbreviations(needed(text, self.derivation.define))
            line = self._parse(text, grammar.parse_family, self.scope)
            name = family_name(line.density)
            self._new_name(text, line.density.family, "family", again=name not in self.model.family)
            for parameter in line.density.parameters:
                self._new_name(text, parameter, "parameter", again=True)
            self._update(families=(*self.model.families, self._family(text, line)))
            self._new_variables(text)
            self.scope = self.scope.declare(line)
        for text in self.derivation.copies or ():
            self._copies(text)
        self._functions()

    def _copies(self, text: Text) -> None:
        """`z_k of z`: all elements of z; `Z of z`."""
        line = self._parse(text, grammar.parse_copies)
        copied = self.elaborator.slots((line.slot,))
        if len(copied) != 1 or copied[0] not in self.elaborator.variables:
            raise text.refused("unknown-variable", name=line.slot.base, near=())
        ends = () if line.copy.form == "plain" else (Symbol("k"), Symbol("k"))
        copy = Var(line.copy.base, Tuple(*ends))
        if (copy, copied[0]) in self.model.copies:  # `z_1 of z` and `z_2 of z` say the same
            return
        known = (*self.elaborator.variables, *(v for v, _ in self.model.copies))
        if any(v.name == copy.name and bool(v.ends) == bool(copy.ends) for v in known):
            raise text.refused("declared-twice", name=copy.label, kind="copy", other="variable")
        self.scope = self.scope.declare(line)
        self._update(copies=(*self.model.copies, (copy, copied[0])))
        self._new_variables(text)

    def _family(self, text: Text, line: w.FamilyLine) -> Family:
        both = self._slots(text, (*line.density.left, *line.density.right))
        left = self._slots(text, line.density.left)
        right = tuple(slot for slot in both if slot not in left)
        family = Family(family_name(line.density), left, right)
        if line.formula is not None:
            return self._by_formula(text, family, line.formula)
        return self._with_factors(text, family, line) if line.factors else family

    def _by_formula(self, text: Text, family: Family, formula: w.Written) -> Family:
        self.elaborator.variables |= family.slots  # known while its line is read
        (term,) = self._terms(text, formula)
        if not self.model.order.subset(free_variables(term), family.slots):
            raise text.refused("formula-variables", name=family.name)
        return replace(family, formula=unfolded(term))

    def _with_factors(self, text: Text, family: Family, line: w.FamilyLine) -> Family:
        """A factorisation: each variable left of the bar in exactly one factor, no circle."""
        before = self.model.families
        # Within its own line a family's conditionals are known, its factorisation isn't yet: a
        # factor shows the conditions that it depends on.
        self._update(families=(*before, replace(family, left=tuple(family.slots), right=())))
        try:
            factors = self.elaborator.distribution(line.factors)
        except IllFormed as error:
            raise DiagnosticError(self._no_factors(text, family, error)) from error
        self._update(families=before)
        order = self.model.order
        heads = [v for factor in factors for v in left_of(factor)]
        odd = order.without(heads, family.left) | order.without(family.left, heads)
        odd |= order.without([v for f in factors for v in right_of(f)], family.slots)
        for variable in sorted(odd, key=str):
            raise text.refused("factor-heads", name=family.name, variable=variable.label)
        return replace(family, factors=_joined(factors))

    def _no_factors(self, text: Text, family: Family, error: IllFormed) -> Diagnostic:
        """Why a product is no factorisation."""
        if error.code == "bound-twice" and "name" in error.data:
            name = str(error.data["name"])
            return text.diagnostic("factor-heads", name=family.name, variable=name)
        if error.code == "circular-law":
            return text.diagnostic("factor-circle", name=family.name)
        return diagnostic_of(text, error)

    # -- abbreviations, facts, support ------------------------------------------------------------

    def _abbreviations(self, texts: Iterable[Text]) -> None:
        for text in (text for text in texts if text.offsets[0] not in self.parsed):
            line = self._parse(text, grammar.parse_definition, self.scope)
            self._new_name(text, line.name, "abbreviation")
            arguments = tuple(a.label or a.base for a in line.arguments)
            self.scope = self.scope.declare(line)
            self.elaborator.abbreviations[line.name] = Definition(arguments, line.body)
            if not arguments:
                self._terms(text, line.body)

    def _discrete(self, text: Text) -> frozenset[str]:
        """The labels of what is listed; of all of a sequence its name."""
        listed, known = self._parse(text, grammar.parse_discrete), self.elaborator.variables
        if listed.form == "plain" and self._formal(text, listed) != (None,):
            return frozenset({listed.base})
        found = self._slots(text, (listed,))
        if not self.elaborator.knows(listed):
            raise DiagnosticError(text.unknown("unknown-variable", (v.label for v in known)))
        whole = self.model.order.subset([v for v in known if v.name == listed.base], found)
        return frozenset({listed.base} if whole else (v.label for v in found))

    def _fact(self, text: Text) -> Fact:
        line = self._parse(text, parse_statement, self.scope, COMPARISONS, True)
        left, right = self._terms(text, line.left, line.right)
        quantified = frozenset(self._slots(text, line.quantified))
        return Fact(left, line.relation, right, quantified, text.value)

    def _condition(self, text: Text) -> Condition:
        line = self._parse(text, grammar.parse_support, self.scope)
        match line:
            case w.Domination():
                first, second = self._terms(text, line.first, line.second)
                self._products(text, first, second)
                return Domination(first, second, text.value)
            case w.Positivity():
                (density,) = self._terms(text, line.density)
                self._products(text, density)
                return Positive(density, text.value)
            case w.Finiteness():
                if line.expression is None:
                    return Finite(None, text.value)
                return Finite(unfolded(self._terms(text, line.expression)[0]), text.value)

    def _products(self, text: Text, *sides: Expr) -> None:
        for side in sides:
            if not all(weights_in(f) == (f,) for f in factors(side)):
                raise text.refused("not-a-density")


def _joined(parts: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Factors of which an indexed product has the term before its first, if that stands beside it:
    q(z_1 | z_0) and the q(z_i | z_{i-1}) from 2 on are those from 1 on."""
    for whole in parts:
        if isinstance(whole, IndexedProduct):
            index, body = binding.unbind_index(whole)
            longer = Index(index.name, index.low - 1, index.high, index.tag)
            first = factors(replaced(body, {index: longer.low}))
            others = tuple(part for part in parts if part is not whole and part not in first)
            if len(others) + len(first) + 1 == len(parts):
                made = binding.bind_index(IndexedProduct, longer, replaced(body, {index: longer}))
                return _joined((*others, made))
    return parts
