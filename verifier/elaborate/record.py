"""What the writing of a line shows, and why it may mean nothing."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, fields

from sympy import Expr

from verifier.formula.written import Span
from verifier.kernel.terms import Var


class IllFormed(Exception):  # noqa: N818 - the verdict's own name
    """An expression that doesn't mean anything."""

    def __init__(self, code: str, span: Span, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.span = span
        self.data = data


@dataclass
class Record:
    """What one line shows: the variables free and bound in it, which of them hide others, and where
    each of its terms is written."""

    spans: dict[Expr, Span] = field(default_factory=dict)
    free: dict[Var, Span] = field(default_factory=dict)
    bound: dict[Var, Span] = field(default_factory=dict)
    shown: dict[Var, str] = field(default_factory=dict)  # how what an index moves is written
    hidden: list[tuple[Var, Span]] = field(default_factory=list)

    def copied(self) -> Record:
        """The same by itself, whatever is entered here later."""
        return Record(*(copy(getattr(self, each.name)) for each in fields(self)))
