"""What a file declares, as hypotheses of its certificate: exactly that, and nothing beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sympy import Expr

from verifier.certificate import names
from verifier.certificate.names import comment
from verifier.certificate.parts import parts
from verifier.certificate.pieces import Line, asserted
from verifier.certificate.printer import LOOSE, TERM, Around, Obligation, Printer, constant
from verifier.certificate.scope import Scope, horizons
from verifier.certificate.tables import Table, Tables, UncertifiableError, factored
from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import free_variables
from verifier.kernel.model import Domination, Finite, Function, Parameter, Positive
from verifier.kernel.terms import Density, Var

SIGNS = {  # as tactics look for it
    "> 0": "0 < {}",
    ">= 0": "0 <= {}",
    "< 0": "{} < 0",
    "<= 0": "{} <= 0",
    "!= 0": "{} <> 0",
}
RELATIONS = {"=": "=", ">=": ">=", "<=": "<=", ">": ">", "<": "<", "!=": "<>"}


@dataclass
class Declared:
    """The hypotheses of a certificate, printed. `fixed`: the variables that are one value each."""

    printer: Printer
    fixed: frozenset[Var]
    hypotheses: list[str] = field(default_factory=list)  # their names
    derived: list[str] = field(default_factory=list)  # what follows from them at once, as lemmas
    following: list[str] = field(default_factory=list)  # their names
    meant: list[str] = field(default_factory=list)  # what they say at the values that are meant
    plainly: dict[int, str] = field(default_factory=dict)  # facts that hold at all values

    @property
    def tables(self) -> Tables:
        return self.printer.tables

    def hypothesis(self, name: str, text: str, said: str = "") -> str:
        self.hypotheses.append(name)
        return f"Hypothesis {name} : {text}.{' ' + comment(said) if said else ''}"

    def quantified(self, variables: Iterable[Var], but: Collection[Var] = ()) -> str:
        """`forall (v_x : A_x), ` over these but some."""
        shown = self.tables.binders(v for v in variables if v not in but)
        return f"forall{shown}, " if shown else ""

    # -- tables -----------------------------------------------------------------------------------

    def table(self, table: Table) -> Iterator[str]:
        """A table that may be any: never negative, and a law."""
        kinds = " -> ".join((*(self.tables.alphabet(v) for v in table.over), "R"))
        own = self.tables.application(table.name, table.over)
        yield f"Variable {table.name} : {kinds}. {comment(table.text)}"
        positive = self.tables.model.support is None
        yield self.hypothesis(
            f"{table.name}_{'positive' if positive else 'nonnegative'}",
            f"{self.quantified(table.over)}0 {'<' if positive else '<='} {own}",
        )
        body = own
        for v in reversed(table.law):
            body = f"Sum {self.tables.alphabet(v)} (fun {names.bound(v.label)} => {body})"
        given = [v for v in table.over if v not in table.law]
        yield self.hypothesis(f"{table.name}_law", f"{self.quantified(given)}{body} = 1")

    # -- support ----------------------------------------------------------------------------------

    def support(self) -> Iterator[str]:
        """The lines under `support`."""
        for number, condition in enumerate(self.tables.model.support or (), 1):
            match condition:
                case Domination():
                    sides = factors(condition.first), factors(condition.second)
                    yield from self._dominated(f"support{number}", *sides, condition.text)
                case Positive():
                    sides = (), factors(condition.density)
                    yield from self._dominated(f"support{number}", *sides, condition.text)
                case Finite(expression) if expression is not None:
                    variables = self.tables.about(expression)
                    _, owed = self.printer.line(expression, variables)
                    head = self.quantified(variables, self.fixed)
                    self.meant += self.finite(f"support{number}", owed, head, condition.text)

    def all_finite(self, lines: Iterable[tuple[Line, str]]) -> Iterator[str]:
        """`finite all`: of each line, over what it is about, and of what is assumed."""
        seen: set[str] = set()
        every = [(line.name, line.owed, head) for line, head in lines]
        for number, fact in enumerate(self.tables.model.facts, 1):
            for side in (fact.left, fact.right):
                variables = self.tables.about(side)
                owed = self.printer.line(side, variables)[1]
                every.append((f"fact{number}", owed, self.quantified(variables, self.fixed)))
        for name, owed, head in every:
            for text in self.finite(f"finite_{name}", owed, head, f"finite all: {name}"):
                said = text.partition(" : ")[2].partition(". (*")[0]
                if said not in seen:
                    seen.add(said)
                    yield text.replace(f"finite_{name}", f"finite{len(seen)}_{name}", 1)

    def finite(
        self, name: str, owed: Iterable[Obligation], quantified: str, said: str
    ) -> Iterator[str]:
        """That the divergences of a line are finite: the second law is nowhere 0 where the first
        isn't. `quantified`: over what the line is about."""
        owed = tuple(owed)
        guards = "".join(o.premise for o in owed if o.is_guard) if quantified else ""
        for number, each in enumerate(o for o in owed if o.infinite):
            text = f"{quantified}{guards}{each.text}"
            yield self.hypothesis(f"{name}{chr(97 + number)}", text, said)

    def _dominated(
        self, name: str, first: tuple[Expr, ...], second: tuple[Expr, ...], said: str
    ) -> Iterator[str]:
        """Each of `second` is positive where all of `first` are, and where what they are
        conditioned on has mass."""
        densities = [*first, *second]
        if not all(isinstance(d, Density) for d in densities):
            raise UncertifiableError(f"support {said}")
        variables = self.tables.about(*densities)
        around = Around({v: self.tables.name(v) for v in variables})
        asked = [c for d in densities if (c := self.tables.condition(d)) is not None]
        shown = dict.fromkeys(self.printer.term(d, around, TERM) for d in (*asked, *first))
        premises = "".join(f"0 < {text} -> " for text in shown)
        for number, density in enumerate(second):
            own = f"{name}{chr(97 + number)}"
            head = f"{self.quantified(variables)}{premises}"
            yield self.hypothesis(
                own, f"{head}0 < {self.printer.term(density, around, TERM)}", said
            )
            at = " ".join((own, *map(self.tables.name, variables)))
            for place, (over, part) in enumerate(_rests_on(self.tables, density)):
                proof = f"Proof. intros. by_parts ({at}). Qed."
                self.following.append(f"{own}_{place}")
                self.derived.append(f"Lemma {own}_{place} : {head}0 < {part}. {proof}")
                somewhere = [v for v in variables if self.tables.slot(v) not in over]
                if somewhere:
                    mass = " * ".join(shown) or "1"
                    for v in reversed(somewhere):
                        mass = (
                            f"Sum {self.tables.alphabet(v)} (fun {self.tables.name(v)} => {mass})"
                        )
                    rest = self.quantified(v for v in variables if v not in somewhere)
                    proof = f"Proof. pose proof {own}_{place}. by_some. Qed."
                    self.following.append(f"{own}_{place}_somewhere")
                    self.derived.append(
                        f"Lemma {own}_{place}_somewhere : {rest}0 < {mass} -> 0 < {part}. {proof}"
                    )
        # Of what such a line is over, all values are meant; of anything free beside it, one.
        every = (v for d in densities if isinstance(d, Density) for v in d.left)
        at_one = self.fixed.difference(map(self.tables.whole, every))
        for place, condition in enumerate(asked):
            if at_one.issuperset(self.tables.about(condition)):
                text = f"0 < {self.printer.term(condition, around, TERM)}"
                self.meant.append(
                    self.hypothesis(f"{name}_at{place}", text, f"{said}, at this value")
                )

    # -- facts, parameters, functions -------------------------------------------------------------

    def facts(self) -> Iterator[str]:
        """The lines under `assume`: for all values where their sides are defined; or at one point,
        at which they are."""
        for number, fact in enumerate(self.tables.model.facts, 1):
            every = self.tables.about(fact.left, fact.right)
            variables = tuple(v for v in every if v in {*map(self.tables.whole, fact.quantified)})
            if not {*every} - {*variables} <= self.fixed:
                raise UncertifiableError(f"assume {fact.text}")
            (left, first), (right, second) = (
                self.printer.line(side, every) for side in (fact.left, fact.right)
            )
            owed = dict.fromkeys((*first, *second))
            said = f"{left} {RELATIONS[fact.relation]} {right}"
            if variables:
                premises = "".join(f"({o.text}) -> " for o in owed)
                if premises:  # where they hold at all values
                    proof = f"everywhere fact{number}"
                    plain = f"{self.quantified(variables)}{said}"
                    self.plainly[number] = asserted(f"G{number}", plain, proof, f"fact{number}")
                said = f"{self.quantified(variables)}{premises}{said}"
            yield self.hypothesis(f"fact{number}", said, fact.text)
            if not variables:  # that they are finite is another thing
                for place, each in enumerate(o for o in owed if not o.infinite):
                    yield self.hypothesis(
                        f"fact{number}_{place}", each.text, "its sides are defined"
                    )

    def parameter(self, parameter: Parameter) -> Iterator[str]:
        """A constant."""
        name, said = constant(self.tables, parameter.symbol), comment(parameter.symbol.name)
        kind = "Z" if parameter.symbol.name in self.tables.horizons else "R"
        yield f"Variable {name} : {kind}. {said}"

    def bounds(self, parameter: Parameter) -> Iterator[str]:
        """Its bounds, which may be by others."""
        name, around = constant(self.tables, parameter.symbol), Around({})
        whole = parameter.symbol.name in self.tables.horizons
        for number, (left, relation, right) in enumerate(parameter.bounds, 1):
            if whole and horizons((left, right)) <= self.tables.horizons:
                first, second = (Scope({}).place(e, self.tables.names) for e in (left, right))
                text = f"({first} {RELATIONS[relation]} {second})%Z"
            else:
                first, second = (self.printer.term(e, around, LOOSE) for e in (left, right))
                text = f"{first} {RELATIONS[relation]} {second}"
            yield self.hypothesis(f"{name}_bound{number}", text)

    def function(self, function: Function) -> Iterator[str]:
        """A function that may be any, with its sign."""
        name = self.tables.names.of(names.FUNCTION, function.name, function.name)
        kind = self.tables.sequences.kind
        over = ["R" if slot is None else kind(slot) for slot in function.arguments]
        yield f"Variable {name} : {' -> '.join((*over, 'R'))}. {comment(function.name)}"
        arguments = [f"a{i}" for i in range(len(over))]
        quantified = "".join(f" ({a} : {kind})" for a, kind in zip(arguments, over, strict=True))
        if function.sign:
            own = " ".join((name, *arguments))
            text = f"forall{quantified}, {SIGNS[function.sign].format(own)}"
            yield self.hypothesis(f"{name}_sign", text)
        if function.shape in ("concave", "convex") and over == ["R"]:
            yield self.hypothesis(
                f"{name}_shape", f"{function.shape} {_domain(self.printer, function)} {name}"
            )
        elif function.shape:
            raise UncertifiableError(f"{function.shape} functions: {function.name}")


def _rests_on(tables: Tables, density: Density) -> Iterator[tuple[frozenset[Var], str]]:
    """The tables that make up the joint of a density over all that it names, and what they
    are over."""
    family = tables.family(density.family)
    if tables.is_sequence(family):
        return
    every = {*density.left, *density.right}
    if not family.left or not {tables.slot(v) for v in every} >= {*family.left}:
        return
    if family.formula is None and not family.factors:
        own = Density(family.name, family.left, family.right)
        yield family.slots, tables.own(own)
    for part in parts(family):
        yield free_variables(part), factored(tables, family, part)


def _domain(printer: Printer, function: Function) -> str:
    """The interval on which a shape holds, as a predicate."""
    around, parts = Around({}), []
    strict = "<=" if function.closed else "<"
    if function.low is not None:
        parts.append(f"{printer.term(function.low, around, TERM)} {strict} u")
    if function.high is not None:
        parts.append(f"u {strict} {printer.term(function.high, around, TERM)}")
    both = " /\\ ".join(parts)
    return f"(fun u : R => {both or 'True'})"
