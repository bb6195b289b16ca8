"""The conditions of a step, each met or missing, and what they were met by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sympy import Expr

from verifier.elaborate.conditions import Needed, densities
from verifier.elaborate.restate import restated
from verifier.kernel.algebra import Context, Normaliser
from verifier.kernel.binding import free_variables
from verifier.kernel.model import Condition, Fact
from verifier.kernel.signs import nonzero, positive
from verifier.kernel.support import Discharged, dominated, finite
from verifier.kernel.theorem import Above, Nonzero
from verifier.language.printer import plain
from verifier.language.written import Written

STANDING = (
    "every density is positive on one common support, and every expectation written is finite"
)
# Rules that add, split or move terms: where one is infinite they read infinity minus infinity.
_SPLITTING = frozenset(
    {"linearity", "rearrange", "combine", "information", "tower", "swap", "gibbs", "integrate"}
)


@dataclass(frozen=True)
class Missing:
    """A condition that does not follow from what is declared."""

    code: str  # needs-positive, needs-nonzero, needs-domination, needs-finite
    text: str
    written: Written | None = None


@dataclass
class Ledger:
    """What a step leaned on."""

    missing: list[Missing] = field(default_factory=list)
    by: set[Condition] = field(default_factory=set)
    facts: set[Fact] = field(default_factory=set)
    standing: bool = False

    def settle(self, found: Discharged, missing: Missing) -> None:
        """Enter one condition."""
        self.standing |= found.standing
        self.by.update(found.by)
        if not found.holds and missing not in self.missing:
            self.missing.append(missing)


def audited(
    context: Context, needed: Iterable[Needed], extra: Iterable[object], used: frozenset[str]
) -> Ledger:
    """The ledger of a step: its lines' conditions, and those of the rules that it used."""
    ledger = Ledger()
    nf = Normaliser(context, {})
    for item in needed:
        if item.kind == "finite":
            if used & _SPLITTING:
                text = plain(item.written)
                ledger.settle(
                    finite(context.model, item.term), Missing("needs-finite", text, item.written)
                )
            continue
        _sign(nf, ledger, item)
        _domination(context, ledger, item)
    for hypothesis in extra:
        if isinstance(hypothesis, Above | Nonzero):
            _hypothesis(nf, ledger, hypothesis)
    ledger.facts |= nf.facts
    return ledger


def _sign(nf: Normaliser, ledger: Ledger, item: Needed) -> None:
    value = nf.normal(item.term)
    if item.kind == "above" and not positive(nf, value):
        ledger.missing.append(Missing("needs-positive", plain(item.written), item.written))
    elif item.kind == "nonzero" and not nonzero(nf, value):
        ledger.missing.append(Missing("needs-nonzero", plain(item.written), item.written))


def _domination(context: Context, ledger: Ledger, item: Needed) -> None:
    """Where its variables are bound, a density is divided by, or its log taken, under a weight."""
    for density in densities(item.term):
        if free_variables(density).isdisjoint(item.bound):
            continue
        weight = tuple(w for w in item.weight if not (item.cancels and w == density))
        text = (
            f"{_shown(weight)} << {_shown((density,))}" if weight else f"{_shown((density,))} > 0"
        )
        ledger.settle(
            dominated(context.model, weight, density),
            Missing("needs-domination", text, item.written),
        )


def _shown(product: tuple[Expr, ...]) -> str:
    return " ".join(dict.fromkeys(plain(restated(density)) for density in product))


def _hypothesis(nf: Normaliser, ledger: Ledger, hypothesis: Above | Nonzero) -> None:
    value = nf.normal(hypothesis.term)
    code = "needs-positive" if isinstance(hypothesis, Above) else "needs-nonzero"
    met = positive(nf, value) if isinstance(hypothesis, Above) else nonzero(nf, value)
    if not met:
        ledger.missing.append(Missing(code, _shown((hypothesis.term,))))
