"""The lemmas of steps; and of those that are split, the lemmas on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from verifier.certificate.account import Account, Between, Premise, Step
from verifier.certificate.betweens import Betweens
from verifier.certificate.fixed import beyond, statement_free
from verifier.certificate.formulas import Formulas
from verifier.certificate.lines import Lines
from verifier.certificate.names import comment
from verifier.certificate.pieces import Piece, asserted
from verifier.certificate.tactics import TACTICS, folded, tactics, together
from verifier.kernel.terms import Density, Var, slot_order

NONE: frozenset[Var] = frozenset()


class Steps:
    """The steps of a derivation, those left out aside; what is in `split` is split."""

    def __init__(
        self,
        account: Account,
        lines: Lines,
        formulas: Formulas,
        left_out: Collection[int],
        split: frozenset[int],
    ) -> None:
        self.account, self.lines, self.formulas = account, lines, formulas
        self.left_out, self.split = left_out, split
        self.declared, self.tables = formulas.declared, formulas.tables
        self.printer, self.fixed = lines.printer, lines.fixed
        self.between: dict[int, list[Between]] = {}

    def definitions(self) -> Iterator[Piece]:
        """The lines between the sides of steps."""
        for step in self.account.steps:
            if step.number in self.split.difference(self.left_out):
                between = Betweens(self.lines, step)
                yield from between.defined()
                self.between[step.number] = between.kept

    def lemmas(self) -> Iterator[Piece]:
        """The lemmas, each after those that it rests on."""
        for step in self.account.steps:
            yield from self._of(step)

    def _of(self, step: Step) -> Iterator[Piece]:
        """The lemma of a step, after those on the way to it."""
        if step.number in self.left_out:
            return
        before: list[str] = []
        for number, link in enumerate(self.between.get(step.number, ()), 1):
            name = f"s{step.number}_{number}"
            yield self._link(step, link, name, before)
            before.append(name)
        yield self._step(step, before)

    def _link(self, step: Step, link: Between, name: str, before: Sequence[str]) -> Piece:
        """The lemma of a statement on the way, by those before it."""
        said = link.statement
        every = {*self.lines.about(said), *self.tables.about(*link.weights)} - self.fixed
        around = sorted(every, key=slot_order)
        known, premises = self._started(step, around)
        named = self._named(around)
        weights = (f"0 < {self.printer.closed(w, named)} -> " for w in link.weights)
        head = self.lines.head(self.lines.sides(said), around) + "".join(weights)
        tried = f"{TACTICS[said.relation]} {together(premises)}"
        used = [f"try (pose proof {other} as L{n})" for n, other in enumerate(before, 1)]
        last = f"link L{len(before)} | " if before else ""
        if said.relation != "=":  # an average of what is said before what is just before
            last += "".join(f"linked L{n} | " for n in range(len(before) - 1, 0, -1))
        if isinstance(said.left, Density) and said.right == 1:
            last = f"{self._mass(said.left, named)} | {last}"
        closing = f"first [ {' | '.join(folded(()))} | {last}{tried} ]"
        text = f"Lemma {name} : {head}{self.lines.said(said)}."
        proof = self.formulas.known + "; ".join(("intros", *used, *known, closing))
        return Piece(text, name, proof, step.number, aside=True)

    def _named(self, around: Iterable[Var]) -> dict[Var, str]:
        """What is around by name."""
        fixed = {v: self.tables.name(v) for v in self.fixed}
        return fixed | {v: self.lines.name(v) for v in around}

    def _mass(self, density: Density, named: Mapping[Var, str]) -> str:
        """The tactic for a mass that is at most 1."""
        body, posed = self.printer.closed(density, named), []
        for number, v in enumerate(density.left):
            alphabet = self.tables.alphabet(v)
            own = f"{alphabet} (fun {named[v]} => {body})"
            posed.append(f"pose proof (Sum_ge_term {own} {named[v]}) as M{number}")
            body = f"Sum {own}"
        whole = f"assert (M : {body} = 1) by (start; solve [eq_step])"
        return f"({'; '.join((whole, *posed, 'by_masses'))})"

    def _started(self, step: Step, around: Iterable[Var]) -> tuple[list[str], list[str]]:
        """The tactics by which it is known what a step starts from, and the names of that."""
        about = statement_free(step.statement)
        known = [self.known(f"P{n}", p, around, about) for n, p in enumerate(step.premises, 1)]
        premises = [f"P{n}" for n in range(1, len(known) + 1)]
        for number in step.facts:
            plainly = self.declared.plainly.get(number)
            known += [plainly] if plainly else []
            premises.append(f"{'G' if plainly else 'fact'}{number}")
        return known, premises

    def _step(self, step: Step, before: Sequence[str] = ()) -> Piece:
        """The lemma of a step, by what is between its sides."""
        number, said = step.number, step.statement
        around = self.lines.about(said)
        known, premises = self._started(step, around)
        named = self._named(around)
        tried = tactics(step, premises, self.printer, named)
        if step.number in self.split:
            tried = (*folded(premises), *tried)
        if before:
            known += [f"try (pose proof {name} as L{n})" for n, name in enumerate(before, 1)]
            known += [f"try (use L{n})" for n in range(1, len(before) + 1)]
            tried = ("by_chain", "step_chain", *tried)
        closing = tried[0] if len(tried) == 1 else f"first [ {' | '.join(tried)} ]"
        head = self.lines.head(self.lines.sides(said), around)
        by = comment(f"{step.said}, by {', '.join(step.rules) or 'no rule that is cited'}")
        text = f"{by}\nLemma s{number} : {head}{self.lines.said(said)}."
        return Piece(
            text, f"s{number}", self.formulas.known + "; ".join(("intros", *known, closing)), number
        )

    def known(
        self, name: str, premise: Premise, around: Iterable[Var], about: frozenset[Var] = NONE
    ) -> str:
        """What the steps of a premise come to, put together: for all that is not around. `about`:
        the places that are, of sequences."""
        said = premise.statement
        here = {*around} - beyond(said, about, self.tables)
        others = [v for v in self.lines.about(said) if v not in here]
        head = self.lines.head(self.lines.sides(said) if others else (), others)
        steps = [n for n in premise.steps if n not in self.left_out]
        more = {v: f"{self.lines.name(v)}'" for v in others if v in {*around}}
        used = "".join(f"{self._use(n, more)}; " for n in steps)
        taken = "".join(f" {more.get(v) or self.lines.name(v)}" for v in others if more)
        proof = f"{f'intros{taken}; ' if more else ''}intros; {used}by_chain"
        return asserted(name, f"{head}{self.lines.said(said)}", proof)

    def _use(self, number: int, more: Mapping[Var, str]) -> str:
        """A lemma at the variables around, or at more."""
        statement = next(s.statement for s in self.account.steps if s.number == number)
        every = self.lines.about(statement)
        at = " ".join((f"s{number}", *(more.get(v) or self.lines.name(v) for v in every)))
        return f"try (pose proof ({at}) as S{number}; use S{number})"
