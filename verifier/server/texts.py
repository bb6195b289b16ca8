"""What is said in an editor beside a diagnostic, in Markdown: of a rule, of a step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from verifier.manual.rules import Entry, entries
from verifier.messages import hint, message
from verifier.outcome import DerivationReport, StepReport, Verdict
from verifier.report.counterexample import counterexample_lines
from verifier.report.findings import slip
from verifier.report.words import figure, standing, steps_phrase, visible

MARKS = {
    Verdict.PROVED: "\u2713",
    Verdict.WRONG_RULE: "\u2260",
    Verdict.REFUTED: "\u2717",
    Verdict.UNPROVED: "?",
    Verdict.ILL_FORMED: "\u26a0",
}


@cache
def manual() -> dict[str, Entry]:
    """What there is on each rule, under each of its names."""
    return {name: entry for entry in entries() for name in entry.names}


def rule(entry: Entry) -> str:
    """What a rule says, needs and comes from."""
    also = f" (also {', '.join(f'`{name}`' for name in entry.aliases)})" if entry.aliases else ""
    kind = "\n\nTidying: it need not be cited beside a main rule." if entry.tidying else ""
    kind += "\n\nCited on a `so` only." if entry.so_only else ""
    figure_ = f"\n\n{_block(entry.figure)}" if entry.figure else ""
    return (
        f"**{entry.name}**{also}\n\n{_prose(entry.says)}\n\n"
        f"*Provided that* {_prose(entry.conditions)}{kind}{figure_}\n\n"
        f"*Source:* {_prose(entry.source)}"
    )


def step(report: DerivationReport, one: StepReport) -> str:
    """The verdict on a step: what was judged, under which rules, what it rests on, and what is
    wrong with it."""
    return "\n\n".join(_step(report, one))


def _step(report: DerivationReport, one: StepReport) -> Iterator[str]:
    cited = f" by {', '.join(f'`{name}`' for name in one.rules)}" if one.rules else ""
    yield f"{MARKS[one.verdict]} **step {one.index}: {standing(one)}**{cited}"
    yield _block(visible(one.statement, breaks=True))
    if one.diagnostic is not None:
        yield _said(message(one.diagnostic))
        advice = hint(one.diagnostic)
        if advice:
            yield f"*Hint:* {_said(advice)}"
    if one.diagnosis is not None:
        yield _said(message(slip(one.diagnosis)))
    if one.counterexample is not None:
        yield "A counterexample:"
        yield _block("\n".join(counterexample_lines(one.counterexample)))
    rests = [each.text for each in report.assumptions if one.index in each.steps]
    if rests:
        yield "*Rests on* " + "; ".join(_said(text) for text in rests)
    if one.given:
        yield f"*Given* {steps_phrase(one.given)}"
    if one.trace and one.verdict is Verdict.PROVED:
        yield "\n".join(f"- {_said(place)}" for place in one.trace)
    if one.numeric is not None:
        yield f"{one.numeric.samples} worlds sampled: {figure(one)}"


def hinted(one: StepReport) -> str:
    """The verdict on a step in a few characters, to stand behind its line."""
    measured = "" if one.numeric is None else f"  {figure(one)}"
    return f"{MARKS[one.verdict]} {standing(one)}{measured}"


def _prose(text: str) -> str:
    return _said(" ".join(text.split()))


def _said(text: str) -> str:
    """A text of ours, in which code stands in backquotes: what else would be mark-up isn't."""
    parts = visible(text).split("`")
    return "`".join(
        part if place % 2 else part.translate(_PLAIN) for place, part in enumerate(parts)
    )


_PLAIN = {ord(sign): f"\\{sign}" for sign in "\\*_#<>[]|~$"}


def _block(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"
