"""`--extract`: each chain of a document as a derivation of its own, under what was inferred."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from verifier.outcome import DerivationReport, Report, StepReport, Verdict

_KEYS = {"=": "eq", ">=": "ge", "<=": "le"}
_COMPOSED = {("=", "="): "=", ("=", ">="): ">=", ("=", "<="): "<=", (">=", "="): ">=",
             ("<=", "="): "<=", (">=", ">="): ">=", ("<=", "<="): "<="}  # fmt: skip
# Under these a line is left open here, which a derivation by itself finds false.
_MILDER = frozenset({"unstated", "under-condition"})


def extract(report: Report, folder: str) -> tuple[str, ...]:
    """Write the chains of a report's documents as files into a folder; their paths."""
    os.makedirs(folder, exist_ok=True)
    written = []
    for document in report.derivations:
        name = os.path.splitext(os.path.basename(document.file))[0]
        for number, text in chains(document):
            path = os.path.join(folder, f"{name}-{number}.yaml")
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)
            written.append(path)
    return tuple(written)


def chains(document: DerivationReport) -> Iterator[tuple[int, str]]:
    """The chains of a document as texts of derivations, by their numbers."""
    by_number: dict[int, list[StepReport]] = {}
    for step in document.steps:
        if step.place is not None:
            by_number.setdefault(step.place.chain, []).append(step)
    for number, steps in by_number.items():
        yield number, "\n".join(_lines(document, steps)) + "\n"


def _lines(document: DerivationReport, steps: Sequence[StepReport]) -> Iterator[str]:
    first, last = steps[0], steps[-1]
    end = last.place.end_line if last.place else last.line
    yield f"title: {_quoted(document.title or os.path.basename(document.file))}"
    where = f"{os.path.basename(document.file)}, lines {first.line}-{end}"
    yield f"source: {_quoted(where)}"
    if any(step.verdict is not Verdict.PROVED for step in steps):
        yield "expect: failed"
    yield from _declarations(document, steps)
    reached, relation, claim = "", "=", ""
    body = []
    for number, step in enumerate(steps):
        left = _left(step)
        if number == 0 and left:
            yield f"start: {_quoted(left)}"
            reached, claim = left, left
        goes_on = not left or left == reached
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
        relation, reached = composed or step.relation, step.text
    yield "steps:"
    yield from body
    yield f"claim: {_quoted(f'{claim} {relation} {reached}' if claim else '0 = 0')}"


def _left(step: StepReport) -> str:
    """The expression that a step goes on from."""
    tail = f" {step.relation} {step.text}"
    return step.statement.removesuffix(tail) if step.statement.endswith(tail) else ""


def _expected(step: StepReport) -> str:
    milder = step.diagnostic is not None and step.diagnostic.code in _MILDER
    return Verdict.REFUTED if milder else step.verdict


def _declarations(document: DerivationReport, steps: Sequence[StepReport]) -> Iterator[str]:
    """What the chain's section was read to be about."""
    indices = {step.index for step in steps}
    found: dict[str, list[str]] = {"model": [], "parameters": [], "functions": [], "define": []}
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
