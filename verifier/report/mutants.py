"""Slips of the pen: how many of each kind who refused, what still holds, what was accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.messages import message
from verifier.outcome import Fate, Mutant, Mutation, MutationReport
from verifier.report import words
from verifier.report.counterexample import counterexample_lines
from verifier.report.findings import finding
from verifier.report.layout import BAD, DIM, GOOD, PLAIN, TITLE, UNSURE, Line, finding_lines
from verifier.report.wrapping import wrap_formula, wrap_text

_UNLIMITED = 1 << 30
_NARROWEST = 20
_LISTED = ((Fate.ACCEPTED, BAD), (Fate.TRUE, GOOD), (Fate.UNDECIDED, UNSURE), (Fate.UNSEEN, UNSURE))
_COLUMNS = (
    "slip",
    "mutants",
    "ill-formed",
    "refuted",
    "refused",
    "still true",
    "undecided",
    "unseen",
)


def mutation_page(report: MutationReport, width: int | None) -> Iterator[Line]:
    """Every line, for a width or for none."""
    for number, mutation in enumerate(report.files):
        if number:
            yield ()
        yield from _file(mutation, width)
    if len(report.files) > 1:
        yield ()
        yield from _total(report.mutants, width)


def _file(mutation: Mutation, width: int | None) -> Iterator[Line]:
    room = width or _UNLIMITED
    if mutation.error is not None:
        for error in mutation.errors:
            yield from finding_lines(finding(mutation.file, error, room), width)
        return
    yield (words.visible(mutation.file), TITLE), (":", PLAIN)
    for line in wrap_text(words.one_line(mutation.title), room):
        yield ((line, PLAIN),)
    yield ()
    yield from _table(mutation.mutants)
    for fate, style in _LISTED:
        found = [mutant for mutant in mutation.mutants if mutant.fate is fate]
        if found:
            yield ()
            name = fate.upper() if fate is Fate.ACCEPTED else fate
            yield ((f"{name}:", style),)
        for mutant in found:
            yield from _mutant(mutation.file, mutant, width)
    if mutation.left_out:
        yield ()
    for note in mutation.left_out:
        where = note.location
        assert where is not None
        place = f"{words.visible(mutation.file)}:{where.line}:{where.column}: "
        yield (place, TITLE), (message(note), BAD if note.code == "mutate-unproved" else DIM)
    yield ()
    yield from _total(mutation.mutants, width)


def _table(mutants: Sequence[Mutant]) -> Iterator[Line]:
    """A row for each kind of slip."""
    rows = [
        (kind, *map(str, _counts([m for m in mutants if m.kind == kind])))
        for kind in dict.fromkeys(mutant.kind for mutant in mutants)
    ]
    first = max((len(row[0]) for row in (_COLUMNS, *rows)), default=0)
    for number, row in enumerate((_COLUMNS, *rows)):
        cells = (f"{c:>{len(n)}}" for c, n in zip(row[1:], _COLUMNS[1:], strict=True))
        yield ((f"  {row[0]:<{first}}  {'  '.join(cells)}", PLAIN if number else DIM),)


def _counts(mutants: Sequence[Mutant]) -> tuple[int, ...]:
    """Of how many each opinion says what, in the order of the columns."""
    fates = [mutant.fate for mutant in mutants]
    refuted = sum(mutant.agrees is False for mutant in mutants)
    refused = sum(m.fate is not Fate.ILL_FORMED and m.rules is None for m in mutants)
    ill, *others = map(fates.count, (Fate.ILL_FORMED, Fate.TRUE, Fate.UNDECIDED, Fate.UNSEEN))
    return len(mutants), ill, refuted, refused, *others


def _mutant(file: str, mutant: Mutant, width: int | None) -> Iterator[Line]:
    """Where it stands, what it is, and of one that is accepted all that is known."""
    place = f"{words.visible(file)}:{mutant.line}:{mutant.column}: "
    lead = f"step {mutant.step}, {mutant.kind}: "
    room = _UNLIMITED if width is None else max(width - 4, _NARROWEST)
    formula = wrap_formula(words.one_line(mutant.text), room)
    yield (place, TITLE), (lead, PLAIN), (formula[0] if width is None else "", PLAIN)
    for line in formula[1:] if width is None else formula:
        yield ((f"    {line}", PLAIN),)
    if mutant.fate is Fate.ACCEPTED:
        yield ((f"    proved by {', '.join(mutant.rules or ()) or 'algebra'}", PLAIN),)
        if mutant.counterexample is not None:
            for line in counterexample_lines(mutant.counterexample):
                yield ((f"    {line}", PLAIN),)


def _total(mutants: Sequence[Mutant], width: int | None) -> Iterator[Line]:
    """One sentence on all of them."""
    accepted = sum(mutant.fate is Fate.ACCEPTED for mutant in mutants)
    for line in wrap_text(words.mutants(_counts(mutants), accepted), width or _UNLIMITED):
        yield ((line, BAD if accepted else GOOD),)
