"""`--extract`: each chain of a document as a derivation of its own, under what was inferred."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from verifier.derivation.target import apart, put
from verifier.formula.written import Statement
from verifier.outcome import DerivationReport, Report, StepReport, Verdict
from verifier.typeset.printer import plain

_KEYS = {"=": "eq", ">=": "ge", "<=": "le"}
_COMPOSED = {("=", "="): "=", ("=", ">="): ">=", ("=", "<="): "<=", (">=", "="): ">=",
             ("<=", "="): "<=", (">=", ">="): ">=", ("<=", "<="): "<="}  # fmt: skip
# Under these a line is left open here, which a derivation by itself finds false.
_MILDER = frozenset({"unstated", "under-condition"})


def extract(report: Report, folder: str) -> tuple[str, ...]:
    """Write the chains of a report's documents as files into a folder; their paths."""
    os.makedirs(folder, exist_ok=True)
    written = []
    names = apart([document.file for document in report.derivations])
    stems = Counter(os.path.splitext(name)[0] for name in names.values())
    for document in report.derivations:
        name = names[document.file]
        stem = os.path.splitext(name)[0]
        for number, text, _ in chains(document):
            path = os.path.join(folder, f"{stem if stems[stem] == 1 else name}-{number}.yaml")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            put(path, text.encode())
            written.append(path)
    return tuple(written)


def chains(document: DerivationReport) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    """The chains of a document by their numbers: as texts of derivations, and the steps of the
    document that theirs are."""
    by_number: dict[int, list[StepReport]] = {}
    for step in document.steps:
        if step.place is not None:
            by_number.setdefault(step.place.chain, []).append(step)
    for number, steps in by_number.items():
        listed = [*_listed(document, steps)]
        text = "\n".join(_lines(document, steps, listed)) + "\n"
        yield number, text, tuple(step.index for step, _ in listed)


def _listed(
    document: DerivationReport, steps: Sequence[StepReport]
) -> Iterator[tuple[StepReport, bool]]:
    """The steps of a chain, before each those that come to what it follows from; and whether each
    goes on from the one before."""
    by_index = {step.index: step for step in document.steps}
    reached = ""
    for number, step in enumerate(steps):
        after = step.place.after if step.place else ()
        for place, index in enumerate(after):
            yield by_index[index], place > 0
        left, right = _sides(step)
        yield step, not after and (not left or left == reached or number == 0)
        reached = right if step.verdict is not Verdict.ILL_FORMED else reached


def _lines(
    document: DerivationReport,
    steps: Sequence[StepReport],
    listed: Sequence[tuple[StepReport, bool]],
) -> Iterator[str]:
    first, last = steps[0], steps[-1]
    end = last.place.end_line if last.place else last.line
    yield f"title: {_quoted(_section(document, first) or os.path.basename(document.file))}"
    where = f"line {end}" if end == first.line else f"lines {first.line}-{end}"
    yield f"source: {_quoted(f'{os.path.basename(document.file)}, {where}')}"
    if any(step.verdict is not Verdict.PROVED for step in steps):
        yield "expect: failed"
    yield from _declarations(document, steps)
    relation, claim, reached = "=", "", ""
    body = []
    for number, (step, goes_on) in enumerate(listed):
        left, right = _sides(step)
        if number == 0 and goes_on and left:
            claim = reached = left
            yield f"start: {_quoted(claim)}"
        key = _KEYS[step.relation] if goes_on else "so"
        body.append(f"  - {key}: {_quoted(step.text if goes_on else step.statement)}")
        if step.rules:
            body.append(f"    by: [{', '.join(step.rules)}]")
        if step.verdict is not Verdict.PROVED:
            body.append(f"    expect: {_expected(step)}")
        if step.verdict is Verdict.ILL_FORMED:
            continue
        composed = _COMPOSED.get((relation, step.relation)) if goes_on else step.relation
        claim = claim if goes_on and composed else left
        relation, reached = composed or step.relation, right
    yield "steps:"
    yield from body
    yield f"claim: {_quoted(f'{claim} {relation} {reached}' if claim else '0 = 0')}"


def _section(document: DerivationReport, step: StepReport) -> str:
    """The heading of the section that a step is in, as far as that is known: of the document."""
    said = document.reading.read_as if document.reading else ()
    found = (each.section for each in said if step.index in each.steps and each.section)
    return next(found, document.title)


def _sides(step: StepReport) -> tuple[str, str]:
    """The expression that a step goes on from, and what it says of it."""
    if isinstance(step.written, Statement):
        return plain(step.written.left), plain(step.written.right)
    tail = f" {step.relation} {step.text}"
    left = step.statement.removesuffix(tail) if step.statement.endswith(tail) else ""
    return left, step.text


def _expected(step: StepReport) -> str:
    milder = step.diagnostic is not None and step.diagnostic.code in _MILDER
    return Verdict.REFUTED if milder else step.verdict


def _declarations(document: DerivationReport, steps: Sequence[StepReport]) -> Iterator[str]:
    """What the chain's section was read to be about."""
    indices = {step.index for step in steps}
    keys = ("model", "copies", "parameters", "functions", "define")
    found: dict[str, list[str]] = {key: [] for key in keys}
    for each in document.reading.read_as if document.reading else ():
        topic = each.said.data.get("topic")
        if topic in found and indices & {*each.steps}:
            found[str(topic)].append(str(each.said.data["written"]))
    if not found["model"]:
        yield "model: []"
    for key, lines in found.items():
        if lines:
            yield f"{key}:"
            yield from (f"  - {_quoted(line)}" for line in dict.fromkeys(lines))


def _quoted(text: str) -> str:
    """A scalar of YAML that is its own text."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
