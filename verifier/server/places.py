"""What stands at a place of a derivation, and where what is named there is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from verifier.commands.jobs import neighbour
from verifier.derivation.derivation import Derivation, Source, Text
from verifier.derivation.faults import Faults
from verifier.derivation.keys import FILE_KEYS, STEP_KEYS
from verifier.derivation.loader import readable
from verifier.derivation.rewrite import name_of, value_of
from verifier.derivation.source import text_source
from verifier.derivation.yaml_nodes import Listing, Mapping, compose
from verifier.outcome import DerivationReport, DiagnosticError, Location, StepReport

COMMENT = re.compile(r"(?:<!--|%|#|\.\.)[ \t]*elbo:(.*)")
_WORD = re.compile(r"[\w./-]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A word that names something: a `rule` or a statement (`using`)."""

    kind: str
    text: Text


def loaded(file: str, text: str) -> Derivation | None:
    """What can be read of a derivation; None where nothing can."""
    try:
        return readable(text_source(text, file))
    except DiagnosticError:
        return None


def named_at(derivation: Derivation, where: Location) -> Named | None:
    """The word at a place that names a rule or a statement."""
    return next((named for named in _names(derivation) if named.text.holds(where)), None)


def _names(derivation: Derivation) -> Iterator[Named]:
    for step in derivation.steps:
        yield from (Named("rule", text) for text in step.rules or ())
        yield from (Named("using", text) for text in step.using)


def commented_at(source: Source, offset: int) -> tuple[str, Location] | None:
    """The word at an offset, if it stands in an `elbo:` comment of a document."""
    start = source.text.rfind("\n", 0, offset) + 1
    line = source.text[start:].partition("\n")[0]
    comment = COMMENT.search(line)
    for word in _WORD.finditer(line, comment.start(1)) if comment is not None else ():
        if word.start() <= offset - start < word.end():
            return word[0], source.location(start + word.start(), start + word.end())
    return None


def key_at(source: Source, offset: int) -> str | None:
    """What the key at an offset is for."""
    try:
        root = compose(source, Faults())
    except DiagnosticError:
        return None
    steps = value_of(root, "steps")
    items = steps.items if isinstance(steps, Listing) else ()
    for keys, nodes in ((FILE_KEYS, (root,)), (STEP_KEYS, items)):
        for node in nodes:
            for place, _ in node.pairs if isinstance(node, Mapping) else ():
                known = keys.get(name_of(place))
                if known is not None and place.start <= offset < place.end:
                    return known.says
    return None


def statement(derivation: Derivation, name: str) -> tuple[str, Location, str] | None:
    """What a name under `using` names: its file, the place there, and the formula."""
    file = derivation.source.name
    path, sign, label = name.rpartition("#")
    if sign and path:
        try:
            derivation = neighbour(file, path)
        except DiagnosticError:
            return None
        file = os.path.join(os.path.dirname(file), path)
    if label == "claim" and sign:
        return file, derivation.claim.location(), derivation.claim.value
    for step in derivation.steps:
        if step.label is not None and step.label.value == label:
            return file, step.label.location(), step.formula.value
    return None


def step_at(
    derivation: Derivation | None, report: DerivationReport, line: int
) -> StepReport | None:
    """The step that a line belongs to: of a document by its rows, of a derivation the last that
    begins there or above."""
    if report.reading is not None:
        places = ((step, step.place) for step in report.steps)
        return next((s for s, at in places if at and s.line <= line <= at.end_line), None)
    if derivation is None or (line >= derivation.claim.location().line > 1):
        return None
    above = [step for step in report.steps if step.line <= line]
    return above[-1] if above else None
