"""What is declared, as far as reading a formula depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from verifier.formula.occurrence import shown_names
from verifier.formula.written import (
    CopiesLine,
    DefinitionLine,
    FamilyLine,
    FunctionLine,
    ParameterLine,
    Variable,
    Written,
)


class Names(Set[str]):
    """A set of names that others grow from: they share its memory, so that a file of many
    declarations doesn't copy all of them at each."""

    __slots__ = ("_places", "_size")
    __hash__ = Set._hash

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._places = {name: place for place, name in enumerate(dict.fromkeys(names))}
        self._size = len(self._places)

    def __contains__(self, name: object) -> bool:
        place = self._places.get(name) if isinstance(name, str) else None
        return place is not None and place < self._size

    def __iter__(self) -> Iterator[str]:
        return islice(self._places, self._size)

    def __len__(self) -> int:
        return self._size

    @staticmethod
    def grown(known: Set[str], more: Iterable[str]) -> Names:
        """The names of a set and others."""
        before, made = known if isinstance(known, Names) else Names(known), Names()
        alone = len(before._places) == before._size  # nothing has grown from it yet
        made._places = before._places if alone else Names(before)._places
        for name in more:
            made._places.setdefault(name, len(made._places))
        made._size = len(made._places)
        return made


@dataclass(frozen=True)
class Scope:
    """The declared names. A name and `(` are an application for those that take arguments.

    `variables` holds labels as `model` and `copies` lines have them: `x`, `z_1`; `z_` stands for
    any element of z, where a slice or a computed subscript is declared. `mentions` lists what a
    name stands for without showing it: the names in the text of an abbreviation, the variables in
    a family's model line.
    """

    families: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()  # without arguments
    templates: frozenset[str] = frozenset()  # abbreviations with arguments
    parameters: Set[str] = field(default_factory=Names)
    variables: frozenset[str] = frozenset()
    mentions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def bases(self) -> frozenset[str]:
        """The variables without their subscripts."""
        return frozenset(label.partition("_")[0] for label in self.variables)

    @cached_property
    def indexed_bases(self) -> frozenset[str]:
        """The variables of which some element is declared: z for `z_1`, `z_k`, `z_{0:t}`."""
        return frozenset(label.partition("_")[0] for label in self.variables if "_" in label)

    def is_variable(self, label: str) -> bool:
        """Whether `x` or `z_i` is a variable: declared so, or as other elements of z are."""
        if label in self.variables:
            return True
        base, subscript, _ = label.partition("_")
        return bool(subscript) and base in self.indexed_bases and label not in self.parameters

    def is_declared(self, label: str) -> bool:
        """Whether a name stands for anything here."""
        return label in self.parameters or self.kind(label) is not None

    def kind(self, label: str) -> str | None:
        """What a name stands for, if for anything but a parameter, which an index may hide."""
        if label in self.families:
            return "family"
        if label in self.functions:
            return "function"
        if label in self.abbreviations or label in self.templates:
            return "abbreviation"
        return "variable" if label in self.bases or self.is_variable(label) else None

    def declare(self, *lines: Written) -> Scope:
        """This scope and what further lines declare."""
        scope = self
        for line in lines:
            scope = _declare(scope, line)
        return scope


def build_scope(lines: Iterable[Written]) -> Scope:
    """The scope that parsed declaration lines add up to, in their order."""
    return Scope().declare(*lines)


def _declare(scope: Scope, line: Written) -> Scope:
    match line:
        case FamilyLine(density=density):
            return replace(
                scope,
                families=scope.families | {density.family},
                variables=scope.variables | _labels(density.left + density.right),
                mentions=_mentioning(scope, density.family, density),
            )
        case ParameterLine(names=names):
            return replace(scope, parameters=Names.grown(scope.parameters, names))
        case FunctionLine(name=name):
            return replace(scope, functions=scope.functions | {name})
        case CopiesLine(copy=copy):
            return replace(scope, variables=scope.variables | _labels((copy,)))
        case DefinitionLine(name=name, arguments=arguments, body=body):
            mentions = _mentioning(scope, name, body)
            if arguments:
                return replace(scope, templates=scope.templates | {name}, mentions=mentions)
            return replace(scope, abbreviations=scope.abbreviations | {name}, mentions=mentions)
        case _:
            return scope


def _labels(variables: Iterable[Variable]) -> frozenset[str]:
    return frozenset(variable.label or f"{variable.base}_" for variable in variables)


def _mentioning(scope: Scope, name: str, node: Written) -> Mapping[str, frozenset[str]]:
    """The scope's mentions, with those of a name that stands for a text: its names, and theirs."""
    names = set(scope.mentions.get(name, ()))  # families of one name differ in their parameters
    for part in node.walk():
        for shown in shown_names(part):
            names.add(shown)
            names |= scope.mentions.get(shown, frozenset())
    return {**scope.mentions, name: frozenset(names)}
