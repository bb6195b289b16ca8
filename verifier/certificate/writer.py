"""The certificate of a derivation: its model as variables, what it declares as hypotheses, each
line a definition, each step a lemma, the claim a theorem stated in full."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from verifier.certificate.account import Account
from verifier.certificate.declared import RELATIONS, Declared
from verifier.certificate.factors import worlds
from verifier.certificate.fixed import at_one_point, loose, statement_free
from verifier.certificate.formulas import Formulas
from verifier.certificate.laws import laws
from verifier.certificate.lines import Lines
from verifier.certificate.names import comment
from verifier.certificate.pieces import Certificate, Piece
from verifier.certificate.printer import Printer
from verifier.certificate.scope import horizons, sequences
from verifier.certificate.sequences import said_of
from verifier.certificate.steps import Steps
from verifier.certificate.tables import Tables, UncertifiableError
from verifier.kernel.model import Finite
from verifier.kernel.terms import Density, Indexed, Statement, slot_order

# by which a certificate is known
REQUIRED = "From Elbo Require Import Elbo ElboTac ElboStep ElboSeq ElboIndex ElboAverage ElboEqual."
COPIES = "From Elbo Require Import ElboCopies."  # where there are any, or sums over indices alone


def certificate(account: Account, split: frozenset[int] = frozenset()) -> Certificate:
    """The certificate of a derivation; with what is between the sides of some of its steps. Raises
    UncertifiableError where its claim or what it declares can't be said."""
    found = _Writer(account, split).certificate()
    found.split = lambda steps: certificate(account, steps)
    return found


class _Writer:
    """Writes one certificate."""

    def __init__(self, account: Account, split: frozenset[int]) -> None:
        self.account, self.split = account, split
        self.tables = Tables(account.model, horizons([*_terms(account)]))
        self.printer = Printer(self.tables)
        free = statement_free(account.claim).union(*map(at_one_point, account.model.facts))
        self.fixed = frozenset(map(self.tables.whole, free))
        self.declared = Declared(self.printer, self.fixed)
        self.formulas = Formulas(self.declared)
        self.tables.declared()
        parts = loose(account, self.tables, free)
        self.lines = Lines(self.printer, self.fixed, account.claim, parts)
        self.facts: list[str] = []
        self.made = Certificate()
        self.steps = Steps(account, self.lines, self.formulas, self.made.left_out, split)

    def certificate(self) -> Certificate:
        """All of it: what is declared comes first, and is known last, since it names what the lines
        speak of."""
        self.facts = [*self.declared.facts()]
        definitions = [*self._definitions()]
        names_ = ", ".join(line.name for line in self.lines.of.values())
        pieces = [
            *definitions,
            Piece(f"Ltac lines ::= unfold {names_} in *."),
            *self.formulas.lemmas(),
            *(laws(self.declared, self.formulas.known) if self.split else ()),
            Piece(f"\n{comment('every logarithm is of what is positive, no denominator is 0')}"),
            *self.lines.well_defined(self.formulas.known),
            Piece(f"\n{comment('the steps')}"),
            *self.steps.lemmas(),
            *self._claim(),
        ]
        declared = [*self._declared()]
        shown = [*worlds(self.tables.sequences)]  # which may ask for more definitions
        self.made.pieces = [
            *map(Piece, self._begun()),
            *shown,
            *(Piece(f"Opaque {name}.") for name in sorted(self.tables.sequences.opaque)),
            *map(Piece, declared),
            *pieces,
        ]
        return self.made

    # -- what is declared -------------------------------------------------------------------------

    def _begun(self) -> Iterator[str]:
        """The model as variables."""
        account = self.account
        yield comment(f"{account.title}. Certificate of {account.file}, SHA-256 {account.digest}")
        yield comment("for all finite alphabets, and all tables over them that are as is said here")
        yield REQUIRED
        yield from (COPIES,) if self._is_over_indices() else ()
        yield "Section Certificate."
        yield from self._variables()
        opaque = self.tables.sequences.opaque
        tables = ", ".join(reversed([n for n in self.tables.definitions if n not in opaque]))
        yield f"Ltac tables ::= {f'unfold {tables} in *' if tables else 'idtac'}."
        derived = [*self.tables.derived.items()]
        given = ", ".join(
            n for n, (d, _) in derived if n not in opaque and self.tables.condition(d) is not None
        )
        yield f"Ltac conditionals ::= {f'unfold {given} in *' if given else 'idtac'}."

    def _is_over_indices(self) -> bool:
        """Whether there are copies, or sums and products over indices of what is no sequence."""
        model = self.account.model
        copied = any(copy.ends for copy, _ in model.copies)
        return copied or (
            not sequences(model) and any(term.has(Indexed) for term in _terms(self.account))
        )

    def _declared(self) -> Iterator[str]:
        """What is said of it, as hypotheses."""
        declared = self.declared
        support, rest = [*declared.support()], [*self._hypotheses()]
        yield from support
        yield from declared.derived
        known = (*declared.following, *self.tables.sequences.signs)
        following = "; ".join(f"try pose proof {name}" for name in known)
        yield f"Ltac derived ::= {following or 'idtac'}."
        for variable in sorted(self.fixed, key=slot_order):
            yield f"Variable {self.tables.name(variable)} : {self.tables.kind(variable)}."
        yield from declared.meant
        yield from rest
        yield f"\n{comment('the lines')}"

    def _variables(self) -> Iterator[str]:
        """Alphabets, parameters, functions, tables, and the densities derived from them."""
        declared, model = self.declared, self.account.model
        kinds = (
            [line for p in model.parameters for line in declared.parameter(p)],
            [line for p in model.parameters for line in declared.bounds(p)],
            [line for f in model.functions for line in declared.function(f)],
            [text for t in self.tables.primitive.values() for text in declared.table(t)],
            [*self._kernels()],
            [*self.tables.definitions.values()],
        )
        for variable in sorted(self.fixed, key=slot_order):
            self.tables.alphabet(variable)
        for alphabet, label in self.tables.alphabets.items():
            yield f"Variable {alphabet} : alphabet. {comment(f'what {label} ranges over')}"
        for lines in kinds:
            yield from lines

    def _kernels(self) -> Iterator[str]:
        """The factors over sequences that may be any."""
        for kernel in self.tables.sequences.kernels.values():
            for name, text in said_of(self.tables.sequences, kernel):
                yield self.declared.hypothesis(name, text) if name else text

    def _hypotheses(self) -> Iterator[str]:
        """What is finite, what is under `assume`, and where the claim has a meaning."""
        declared, model = self.declared, self.account.model
        if any(isinstance(c, Finite) and c.expression is None for c in model.support or ()):
            own = ((line, self.lines.quantified(line.variables)) for line in self.lines.own)
            yield from declared.all_finite(own)
        yield from self.facts
        for number, guard in enumerate(self.lines.meant, 1):
            yield declared.hypothesis(f"meant{number}", guard.text, "where the claim has a meaning")

    # -- lines ------------------------------------------------------------------------------------

    def _definitions(self) -> Iterator[Piece]:
        """The lines, as far as they can be said."""
        account = self.account
        if account.start is not None:
            yield from self._defined(0, ("e0", account.start, account.started))
        for step in account.steps:
            number, said = step.number, step.statement
            premises = (p.statement for p in step.premises)
            yield from self._defined(
                number,
                (f"e{number}_left", said.left, f"{step.said}, left"),
                (f"e{number}", said.right, f"{step.said}: {step.text}"),
                *(
                    (f"e{number}_{name}", side, "what it starts from")
                    for premise in premises
                    for name, side in (("from", premise.left), ("to", premise.right))
                ),
            )
        said = account.claim
        for name, side in (("left", said.left), ("right", said.right)):
            piece = self.lines.define(f"claim_{name}", side, f"the claim: {account.claimed}")
            yield from (piece,) if piece else ()
        yield from self.steps.definitions()

    def _defined(self, step: int, *lines: tuple[str, Expr, str]) -> Iterator[Piece]:
        for name, term, text in lines:
            try:
                piece = self.lines.define(name, term, text)
            except UncertifiableError as error:
                self.made.left_out[step] = str(error)
            else:
                yield from (piece,) if piece else ()

    # -- steps ------------------------------------------------------------------------------------

    def _claim(self) -> Iterator[Piece]:
        """The theorem, stated in full."""
        claim, reached = self.account.claim, self.account.reached
        relation = RELATIONS[claim.relation]
        left, right = self.lines.sides(claim)
        known = []
        if reached is not None and {*_sides(reached.statement)} <= self.lines.of.keys():
            known = [self.steps.known("P", reached, ())]
        closing = f"first [ {'by_claim P | ' if known else ''}step_claim ]"
        change = f"change ({left.name} {relation} {right.name})"
        text = f"({left.text})\n  {relation} ({right.text})"
        text = f"\n{comment(self.account.claimed)}\nTheorem claim :\n  {text}."
        yield Piece(text, "claim", self.formulas.known + "; ".join((change, *known, closing)))
        yield Piece("End Certificate.\nCheck claim.\nPrint Assumptions claim.")


def _terms(account: Account) -> Iterator[Expr]:
    """All that is said of a horizon: what families are over, and the lines."""
    for family in account.model.families:
        yield Density(family.name, family.left, family.right)
        yield from family.factors
    for statement in (account.claim, *(step.statement for step in account.steps)):
        yield from _sides(statement)


def _sides(statement: Statement) -> tuple[Expr, Expr]:
    return statement.left, statement.right
