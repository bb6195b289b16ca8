"""What became of handouts: a line for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verifier.messages import hint, message
from verifier.outcome import Made
from verifier.report.layout import BAD, DIM, GOOD, PLAIN, Line
from verifier.report.words import visible


def listing(made: Iterable[Made]) -> Iterator[Line]:
    """`handouts/kl.tex: written`, and what to do about what is not."""
    for each in made:
        where = each.said.location
        place = f"{each.file}:{where.line}:{where.column}" if where else each.file
        told = (f"{visible(place)}: ", PLAIN), (message(each.said), BAD if each.status else GOOD)
        yield told
        advice = hint(each.said)
        if advice is not None:
            yield ((f"  hint: {advice}", DIM),)
