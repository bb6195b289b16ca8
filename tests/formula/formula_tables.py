"""What the tables of formulas share: a scope to read them in, and trees on one line."""

from __future__ import annotations

import dataclasses

from verifier.formula.scope import Scope
from verifier.formula.written import Name, Number, Variable, Written

SCOPE = Scope(
    families=frozenset({"p", "q", "p_theta", "q_phi", "D"}),
    functions=frozenset({"f", "phi"}),
    abbreviations=frozenset({"L", "R"}),
    templates=frozenset({"F"}),
    parameters=frozenset({"beta", "K", "t", "z_0"}),
    variables=frozenset({"x", "y", "z", "z_", "x_obs"}),
    mentions={"R": frozenset({"z", "p"}), "q": frozenset({"z", "x"})},
)


def sexp(value: object) -> str:
    """A tree on one line: leaves as written, everything else as (Class field ..)."""
    match value:
        case Number(text=text) | Name(name=text) | str(text):
            return text or "_"
        case Variable(form="plain", base=base):
            return base
        case Variable(form=form, base=base, low=low, high=high):
            return f"{base}<{' '.join([form, *(sexp(end) for end in (low, high) if end)])}>"
        case tuple():
            return f"[{' '.join(map(sexp, value))}]"
        case Written():
            fields = [field for field in dataclasses.fields(value) if field.name != "span"]
            shown = [
                field.name if content is True else sexp(content)
                for field in fields
                if (content := getattr(value, field.name)) not in (field.default, None)
            ]
            return f"({' '.join([type(value).__name__, *shown])})"
        case _:
            raise TypeError(value)
