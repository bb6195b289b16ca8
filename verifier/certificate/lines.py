"""The lines of a certificate, each defined once; and where each has a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sympy import Expr

from verifier.certificate.declared import RELATIONS
from verifier.certificate.names import comment
from verifier.certificate.pieces import Line, Piece
from verifier.certificate.printer import Obligation, Printer
from verifier.kernel.terms import Statement, Var, slot_order

BETWEEN = re.compile(r"e\d+_\d+[lr]")  # lines on the way of a step


class Lines:
    """The lines defined so far. `fixed`: the variables that are one value each; `claim`: where it
    has a meaning, all that is said has a right to have one."""

    def __init__(self, printer: Printer, fixed: frozenset[Var], claim: Statement) -> None:
        self.printer, self.fixed = printer, fixed
        self.of: dict[Expr, Line] = {}
        self.claimed = claim.left, claim.right
        sides = (self._printed(side)[1] for side in self.claimed)
        self.meant = tuple(dict.fromkeys(o for owed in sides for o in owed if o.is_guard))

    def _printed(self, term: Expr) -> tuple[str, tuple[Obligation, ...]]:
        return self.printer.line(term, self.printer.tables.about(term))

    def define(self, name: str, term: Expr, text: str = "") -> Piece | None:
        """The definition of a line; None where it is defined."""
        if term in self.of:
            return None
        printed, owed = self._printed(term)
        tables = self.printer.tables
        own = tuple(v for v in tables.about(term) if v not in self.fixed)
        self.of[term] = Line(name, printed, own, tuple(map(tables.name, own)), owed)
        said = f"{comment(text)}\n" if text else ""
        return Piece(f"{said}Definition {name}{tables.binders(own)} : R :=\n  {printed}.")

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
        shown = self.printer.tables.binders(variables)
        quantified = f"forall{shown}, " if shown else ""
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
        seen: set[str] = set()
        own = [(term, line) for term, line in self.of.items() if line in self.own]
        for term, line in sorted(own, key=lambda each: each[0] not in self.claimed):
            number = line.name.removeprefix("e").partition("_")[0]
            for owed in line.owed:
                text = f"{self.head((line,), line.variables)}{owed.text}"
                if owed.is_guard or text in seen:
                    continue
                seen.add(text)
                name = f"defined{len(seen)}_{line.name}"
                step = int(number) if number.isdigit() and term not in self.claimed else 0
                yield Piece(f"Lemma {name} : {text}.", name, f"{known}known", step)
