"""The lines of a certificate, each defined once; and where each has a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sympy import Expr

from verifier.certificate.declared import RELATIONS
from verifier.certificate.fixed import beyond
from verifier.certificate.names import comment
from verifier.certificate.pieces import Line, Piece
from verifier.certificate.printer import Obligation, Printer
from verifier.certificate.scope import Scope
from verifier.kernel.terms import Statement, Var, slot_order

BETWEEN = re.compile(r"e\d+_\d+[lr]")  # lines on the way of a step


class Lines:
    """The lines defined so far. `fixed`: the variables that are one value each; `loose`: sequences
    among them of which that is so at some places alone, those; `claim`: where it has a meaning, all
    that is said has a right to have one."""

    def __init__(
        self,
        printer: Printer,
        fixed: frozenset[Var],
        claim: Statement,
        loose: Mapping[Var, tuple[Var, ...]],
    ) -> None:
        self.printer, self.fixed, self.loose = printer, fixed, loose
        self.of: dict[Expr, Line] = {}
        self.claimed = claim.left, claim.right
        sides = (self._printed(side)[1] for side in self.claimed)
        self.meant = tuple(dict.fromkeys(o for owed in sides for o in owed if o.is_guard))

    def _printed(self, term: Expr) -> tuple[str, tuple[Obligation, ...]]:
        name, own = self.printer.tables.name, self._own(term)
        every = self.printer.tables.about(term)
        return self.printer.line_at(term, {v: self.name(v) if v in own else name(v) for v in every})

    def _own(self, term: Expr) -> tuple[Var, ...]:
        """The variables that a line is about, beside the fixed ones."""
        tables = self.printer.tables
        fixed = frozenset(v for parts in self.loose.values() for v in parts)
        more = beyond(Statement(term, "=", term), fixed, tables) & self.loose.keys()
        return tuple(v for v in tables.about(term) if v not in self.fixed or v in more)

    def name(self, variable: Var) -> str:
        """What a variable of a line's own is called."""
        name = self.printer.tables.name(variable)
        return f"{name}'" if variable in self.fixed else name

    def quantified(self, variables: Iterable[Var]) -> str:
        """For all these; a sequence is what it is where it is fixed."""
        tables, shown, agree = self.printer.tables, "", ""
        for v in variables:
            shown += f" ({self.name(v)} : {tables.kind(v)})"
            if v in self.loose:
                places = tables.sequences.places(self.loose[v], Scope({}))
                agree += f"(forall i, In i {places} -> {self.name(v)} i = {tables.name(v)} i) -> "
        return f"forall{shown}, {agree}" if shown else ""

    def define(self, name: str, term: Expr, text: str = "") -> Piece | None:
        """The definition of a line; None where it is defined."""
        if term in self.of:
            return None
        printed, owed = self._printed(term)
        own, kind = self._own(term), self.printer.tables.kind
        self.of[term] = Line(name, printed, own, tuple(map(self.name, own)), owed)
        said = f"{comment(text)}\n" if text else ""
        binders = "".join(f" ({self.name(v)} : {kind(v)})" for v in own)
        return Piece(f"{said}Definition {name}{binders} : R :=\n  {printed}.")

    @property
    def own(self) -> tuple[Line, ...]:
        """The lines that are not on the way of a step: what is said of these is said anyway."""
        return tuple(line for line in self.of.values() if not BETWEEN.fullmatch(line.name))

    def said(self, statement: Statement) -> str:
        """A statement about two lines."""
        left, right = self.sides(statement)
        return f"{left.applied} {RELATIONS[statement.relation]} {right.applied}"

    def sides(self, statement: Statement) -> tuple[Line, Line]:
        return self.of[statement.left], self.of[statement.right]

    def about(self, statement: Statement) -> tuple[Var, ...]:
        """The variables that a statement is about, beside the fixed ones."""
        every = {v for line in self.sides(statement) for v in line.variables}
        return tuple(sorted(every, key=slot_order))

    def head(self, lines: Iterable[Line], variables: Iterable[Var]) -> str:
        """For all these variables, where lines have a meaning."""
        quantified = self.quantified(variables)
        return quantified + "".join(guard.premise for guard in self.guards(lines))

    def guards(self, lines: Iterable[Line]) -> tuple[Obligation, ...]:
        """Where lines have a meaning at a point, beyond where the claim has."""
        guards = dict.fromkeys(o for line in lines for o in line.owed if o.is_guard)
        known = {guard.text for guard in self.meant}
        return tuple({o.text: o for o in guards if o.text not in known}.values())

    def well_defined(self, known: str = "") -> Iterator[Piece]:
        """Of each line, that its logarithms are those of what is positive and its denominators not
        0, where it has a meaning. Those of the claim are no step's, whichever lines it repeats.
        `known`: the tactics that come first."""
        seen: set[tuple[object, ...]] = set()
        own = [(term, line) for term, line in self.of.items() if line in self.own]
        for term, line in sorted(own, key=lambda each: each[0] not in self.claimed):
            number = line.name.removeprefix("e").partition("_")[0]
            head = self.head((line,), line.variables)
            for owed in line.owed:
                if owed.is_guard or (head, owed.content) in seen:
                    continue
                seen.add((head, owed.content))
                name = f"defined{len(seen)}_{line.name}"
                step = int(number) if number.isdigit() and term not in self.claimed else 0
                yield Piece(f"Lemma {name} : {head}{owed.text}.", name, f"{known}known", step)
