"""`--handout`: what is asked for, and the handouts of what was verified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.commands.chains import by_chains
from verifier.commands.erroneous import errors
from verifier.handout import Form
from verifier.handout.conventions import conventions
from verifier.handout.writing import Request, handouts
from verifier.outcome import Report
from verifier.report import write_made
from verifier.report.streams import printed

if TYPE_CHECKING:
    import argparse


def requested(arguments: argparse.Namespace) -> Request:
    """What handouts are asked for. Raises DiagnosticError where that can't be."""
    names = [name.strip() for name in (arguments.notation or "").split(",") if name.strip()]
    choices = {
        name: getattr(arguments, name) for name in ("to", "booklet", "draft", "check", "force")
    }
    slides = arguments.to == "beamer"
    choices["to"] = None if slides else arguments.to
    hunt = arguments.errors is not None and not arguments.solutions
    form = Form(
        conventions(names),
        student=arguments.student or hunt,
        solutions=arguments.solutions,
        fragment=arguments.fragment,
        slides=slides,
        rules=arguments.rules or "short",
        paper=arguments.paper or "a4",
        byline=(arguments.author or "", arguments.course or "", arguments.date or ""),
    )
    return Request(arguments.handout, form, **choices, seed=arguments.seed or 0)


def handed_out(report: Report, request: Request, arguments: argparse.Namespace) -> int:
    """Make handouts, and say so; the status. Raises DiagnosticError where they can't be made."""
    sources = None
    if any(each.reading is not None for each in report.derivations):
        whole = len(report.derivations) == 1 and not request.out.endswith(".yaml")
        report, sources = by_chains(report)
        if whole and not request.is_folder:  # the chains of one document are one handout
            request = replace(request, booklet=True)
    if arguments.errors is not None:
        wrong = errors(report, arguments.errors, request.seed, sources)
        request = replace(request, errors=wrong)
    made = handouts(report, arguments.paths, request, sources)
    status = max((each.status for each in made), default=0)
    return max(status, printed(lambda stream: write_made(made, stream, arguments.format)))
