"""What is declared, for the hints of a complaint about a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from verifier.elaborate.model import Declarations
from verifier.formula import written as w
from verifier.outcome import Diagnostic
from verifier.typeset.printer import plain


def hinted(declared: Declarations, complaint: Diagnostic) -> Diagnostic:
    """A complaint with what its hint may show of the `model` lines: the density that a family by
    itself is to be, a law of the variable whose expectation is asked for."""
    lines = [line for line in declared.written["model"] if isinstance(line, w.FamilyLine)]
    name = complaint.data.get("name")
    if complaint.code == "undeclared-name":
        for density in (line.density for line in lines):
            if density.family == name:
                return replace(
                    complaint, code="bare-family", data={"name": name, "like": plain(density)}
                )
    if complaint.code == "bare-expectation":
        law = next(_laws(lines[::-1], name, complaint), None)  # often of what was declared last
        return replace(complaint, data={**complaint.data, "law": law})
    return complaint


def _laws(lines: list[w.FamilyLine], name: object, complaint: Diagnostic) -> Iterator[str]:
    """The densities of a variable that lines declare; of any, those first that stand in what is
    complained of."""
    where = complaint.location
    said = set(re.findall(r"\w+", where.excerpt[where.column - 1 :])) if where else set()
    found = [
        (plain(variable), plain(replace(line.density, left=(variable,))))
        for line in lines
        for variable in line.density.left
    ]
    for variable, law in sorted(found, key=lambda one: one[0] not in said):
        if name is None or variable == name:
            yield law
