"""In which order lines are read that may use one another."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.derivation.derivation import Text
from verifier.formula.declarations import labels


def needed(formula: Text, abbreviations: Sequence[Text]) -> list[Text]:
    """The abbreviations that a density by formula uses, itself or through others, in their order.
    Raises DiagnosticError for one that uses it in turn."""
    own, *names = labels(formula.value) or [""]
    found: list[Text] = []
    for text in reversed(abbreviations):  # one may use those before it
        name, *used = labels(text.value) or [""]
        if name in names:
            found.insert(0, text)
            names += used
            if own in used:
                raise formula.refused("formula-circle", name=own, other=name)
    return found
