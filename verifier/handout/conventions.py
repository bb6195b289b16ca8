"""Conventions of notation: how a handout spells what is judged. No verdict depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any, Literal, TypedDict

from verifier.formula import written as w
from verifier.outcome import Diagnostic, DiagnosticError
from verifier.typeset.boxes import (
    SPACE,
    THIN,
    Box,
    Fence,
    Fraction,
    Name,
    Row,
    Script,
    Sign,
    leaves,
)
from verifier.typeset.brackets import Fractions
from verifier.typeset.printer import boxes_of

_OPERATORS = ("log", "ln", "exp", "sum", "prod", "int", "*", "/")


@dataclass(frozen=True, slots=True)
class Conventions:
    """Choices of notation; those left out are as the file has them."""

    divergence: Literal["KL", "D_KL"] = "KL"
    expectation: Literal["E", "angle"] = "E"
    logarithm: Literal["", "log", "ln"] = ""
    amortised: Literal["", "phi", "short"] = ""  # q(z | x) as q_phi(z | x), or as q(z)


class _Choice(TypedDict, total=False):
    divergence: Literal["KL", "D_KL"]
    expectation: Literal["E", "angle"]
    logarithm: Literal["", "log", "ln"]
    amortised: Literal["", "phi", "short"]


# What may be asked for.
CONVENTIONS: Mapping[str, _Choice] = {
    "kl": {"divergence": "KL"},  # KL(q || p)
    "dkl": {"divergence": "D_KL"},  # D_KL(q || p)
    "expectation": {"expectation": "E"},  # E_q[f]
    "angle": {"expectation": "angle"},  # <f>_q
    "log": {"logarithm": "log"},
    "ln": {"logarithm": "ln"},
    "phi": {"amortised": "phi"},  # q(z | x) as q_phi(z | x)
    "short": {"amortised": "short"},  # q(z | x) as q(z)
}


def conventions(names: Iterable[str]) -> Conventions:
    """The choices of these names. Raises DiagnosticError for one that is none."""
    chosen: _Choice = {}
    for name in names:
        if name not in CONVENTIONS:
            near = tuple(get_close_matches(name, CONVENTIONS, 1))
            raise DiagnosticError(
                Diagnostic("unknown-notation", None, {"name": name, "near": near})
            )
        chosen.update(CONVENTIONS[name])
    return Conventions(**chosen)


@dataclass(frozen=True, slots=True)
class Style:
    """Conventions for one file: `given` are its families with all the conditions of their model
    lines."""

    conventions: Conventions = field(default_factory=Conventions)
    given: Mapping[str, tuple[w.Variable, ...]] = field(default_factory=dict)
    families: frozenset[str] = frozenset()
    fractions: Fractions = Fractions.SHORT

    @property
    def inline(self) -> Style:
        """The same within a sentence, where no fraction is drawn."""
        return replace(self, fractions=Fractions.NONE)

    def boxes(self, formula: w.Written) -> Box:
        """A formula laid out in this notation, short quotients drawn as fractions. Each box knows
        the node that it shows, the very object."""
        return self._dressed(boxes_of(formula, self.fractions))

    def _dressed(self, box: Box) -> Box:
        match box:
            case Sign("log" | "ln") if self.conventions.logarithm:
                return replace(box, text=self.conventions.logarithm)
            case Sign("KL") if self.conventions.divergence == "D_KL":
                return Script(Name("D"), Name("KL"), node=box.node)
            case Row((Script(Sign("E"), laws), Fence(body))) if (
                self.conventions.expectation == "angle"
            ):
                under = laws and self._dressed(laws)
                return Script(Fence(self._dressed(body), "angle"), under, node=box.node)
            case Row((name, Fence(Row((left, _, Sign("|"), *_)), "arguments"))) if self._is_whole(
                box
            ):
                return Row((name, Fence(self._dressed(left), "arguments")), node=box.node)
            case Fence(Fraction() as inner) if isinstance(box.node, w.Bracket):
                return replace(self._dressed(inner), node=box.node)
            case Script(Fence(body, kind), below, above):  # the brackets around a base stay
                base = Fence(self._dressed(body), kind)
                low, high = below and self._dressed(below), above and self._dressed(above)
                return replace(box, base=base, below=low, above=high)
            case Name(text) if self._is_amortised(box, text):
                return replace(box, text=f"{text}_phi")
        if isinstance(box, Row) and isinstance(box.node, w.Product):
            box = replace(box, parts=tuple(_spaced(box.parts)))
        inside: dict[str, Any] = {
            item.name: _each(self._dressed, getattr(box, item.name))
            for item in fields(box)
            if item.name != "node"
        }
        return replace(box, **inside)

    @property
    def _in_angles(self) -> bool:
        return self.conventions.expectation == "angle"

    def _is_whole(self, box: Box) -> bool:
        """Whether a density is one with all conditions of its model line, which may be left out."""
        node = box.node
        return (
            self.conventions.amortised == "short"
            and isinstance(node, w.Density)
            and self.given.get(node.family) == node.right
        )

    def _is_amortised(self, box: Box, name: str) -> bool:
        family = not isinstance(box.node, w.Variable) and name in self.given
        # What is declared under the new name already would be mistaken for it.
        free = "_" not in name and f"{name}_phi" not in self.families
        return self.conventions.amortised == "phi" and family and free


def _spaced(parts: Sequence[Box]) -> Iterator[Box]:
    """The factors of a product with a thin space between them, but before an operator, which has
    one of its own."""
    for place, part in enumerate(parts):
        if part == SPACE and not isinstance(parts[place - 1], Sign):
            following = next(leaves(parts[place + 1]))
            head = following.base if isinstance(following, Script) else following
            yield SPACE if isinstance(head, Sign) and head.text in _OPERATORS else THIN
        else:
            yield part


def _each(change: Callable[[Box], Box], value: object) -> object:
    if isinstance(value, Box):
        return change(value)
    if isinstance(value, tuple):
        return tuple(map(change, value))
    return value


def style(chosen: Conventions, model: Iterable[w.Written]) -> Style:
    """Conventions, for a file with these model lines."""
    declared = [line.density for line in model if isinstance(line, w.FamilyLine)]
    given = {density.family: density.right for density in declared if density.right}
    return Style(chosen, given, frozenset(density.family for density in declared))
