"""The certificate of a derivation: its model as variables, what it declares as hypotheses, each
line a definition, each step a lemma, the claim a theorem stated in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import Expr

from verifier.certificate.account import Account, Premise, Step
from verifier.certificate.declared import RELATIONS, Declared, at_one_point, statement_free
from verifier.certificate.factors import worlds
from verifier.certificate.lines import Lines
from verifier.certificate.names import comment
from verifier.certificate.pieces import Certificate, Piece
from verifier.certificate.printer import Printer
from verifier.certificate.scope import horizons
from verifier.certificate.sequences import said_of
from verifier.certificate.tables import Tables, UncertifiableError
from verifier.certificate.tactics import tactics
from verifier.kernel.model import Finite
from verifier.kernel.terms import Density, Statement, Var, slot_order

REQUIRED = "From Elbo Require Import Elbo ElboTac ElboStep ElboSeq."  # by which one is known


def certificate(account: Account) -> Certificate:
    """The certificate of a derivation. Raises UncertifiableError where its claim or what it
    declares can't be said."""
    return _Writer(account).certificate()


class _Writer:
    """Writes one certificate."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.tables = Tables(account.model, horizons([*_terms(account)]))
        self.printer = Printer(self.tables)
        free = statement_free(account.claim).union(*map(at_one_point, account.model.facts))
        self.fixed = frozenset(map(self.tables.whole, free))
        self.declared = Declared(self.printer, self.fixed)
        self.tables.declared()
        self.lines = Lines(self.printer, self.fixed, account.claim)
        self.made = Certificate()

    def certificate(self) -> Certificate:
        """All of it: what is declared comes first, and is known last, since it names what the lines
        speak of."""
        definitions = [*self._definitions()]
        names_ = ", ".join(line.name for line in self.lines.of.values())
        pieces = [
            *definitions,
            Piece(f"Ltac lines ::= unfold {names_} in *."),
            Piece(f"\n{comment('every logarithm is of what is positive, no denominator is 0')}"),
            *self.lines.well_defined(),
            Piece(f"\n{comment('the steps')}"),
            *(self._step(s) for s in self.account.steps if s.number not in self.made.left_out),
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
        yield "Section Certificate."
        yield from self._variables()
        opaque = self.tables.sequences.opaque
        tables = ", ".join(reversed([n for n in self.tables.definitions if n not in opaque]))
        yield f"Ltac tables ::= {f'unfold {tables} in *' if tables else 'idtac'}."

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
            yield from declared.all_finite(self.lines.of.values())
        yield from declared.facts()
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

    def _defined(self, step: int, *lines: tuple[str, Expr, str]) -> Iterator[Piece]:
        for name, term, text in lines:
            try:
                piece = self.lines.define(name, term, text)
            except UncertifiableError as error:
                self.made.left_out[step] = str(error)
            else:
                yield from (piece,) if piece else ()

    # -- steps ------------------------------------------------------------------------------------

    def _step(self, step: Step) -> Piece:
        """The lemma of a step."""
        number, said = step.number, step.statement
        around = self.lines.about(said)
        known = [self._known(f"P{n}", p, around) for n, p in enumerate(step.premises, 1)]
        named = {v: self.tables.name(v) for v in (*around, *self.fixed)}
        premises = [f"P{n}" for n in range(1, len(known) + 1)]
        premises += [f"fact{n}" for n in step.facts]
        tried = tactics(step, premises, self.printer, named)
        closing = tried[0] if len(tried) == 1 else f"first [ {' | '.join(tried)} ]"
        head = self.lines.head(self.lines.sides(said), around)
        by = comment(f"{step.said}, by {', '.join(step.rules) or 'no rule that is cited'}")
        text = f"{by}\nLemma s{number} : {head}{self.lines.said(said)}."
        return Piece(text, f"s{number}", "; ".join(("intros", *known, closing)), number)

    def _known(self, name: str, premise: Premise, around: Iterable[Var]) -> str:
        """What the steps of a premise come to, put together: for all that is not around."""
        said = premise.statement
        others = [v for v in self.lines.about(said) if v not in {*around}]
        head = self.lines.head(self.lines.sides(said) if others else (), others)
        steps = [n for n in premise.steps if n not in self.made.left_out]
        used = "".join(f"{self._use(n)}; " for n in steps)
        proof = f"intros; {used}by_chain"
        return f"try (assert ({name} : {head}{self.lines.said(said)}) by ({proof}))"

    def _use(self, number: int) -> str:
        """A lemma at the variables around."""
        statement = next(s.statement for s in self.account.steps if s.number == number)
        every = self.lines.about(statement)
        at = " ".join((f"s{number}", *map(self.tables.name, every)))
        return f"try (pose proof ({at}) as H{number}; use H{number})"

    def _claim(self) -> Iterator[Piece]:
        """The theorem, stated in full."""
        claim, reached = self.account.claim, self.account.reached
        relation = RELATIONS[claim.relation]
        left, right = self.lines.sides(claim)
        known = []
        if reached is not None and {*_sides(reached.statement)} <= self.lines.of.keys():
            known = [self._known("P", reached, ())]
        closing = f"first [ {'by_claim P | ' if known else ''}step_claim ]"
        change = f"change ({left.name} {relation} {right.name})"
        text = f"({left.text})\n  {relation} ({right.text})"
        text = f"\n{comment(self.account.claimed)}\nTheorem claim :\n  {text}."
        yield Piece(text, "claim", "; ".join((change, *known, closing)))
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
