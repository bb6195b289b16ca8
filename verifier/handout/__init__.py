"""Handouts: what a lecturer prints of a derivation that was judged. Pure functions of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from verifier.handout.conventions import Conventions


@dataclass(frozen=True, slots=True)
class Form:
    """How sheets are to be rendered. A worksheet (`student`) leaves blank what its lines say, or
    shows it in the same boxes (`solutions`); a `fragment` is what another document includes. Of
    each rule that is used a line is printed, a box, or nothing."""

    conventions: Conventions = field(default_factory=Conventions)
    student: bool = False
    solutions: bool = False
    fragment: bool = False
    rules: Literal["none", "short", "full"] = "short"
    slides: bool = False
    paper: Literal["a4", "letter"] = "a4"
    byline: tuple[str, str, str] = ("", "", "")  # author, course, date: before what a file says
    filled: Mapping[int, str] | None = None  # by step, what a worksheet has that is written on

    def under(self, said: tuple[str, str, str]) -> str:
        """What stands under a title, where a file says this."""
        both = zip(self.byline, said, strict=True)
        return ", ".join(filter(None, (one or other for one, other in both)))
