"""Which options go together. Imports nothing heavy: every call reads this."""

from __future__ import annotations

import argparse

from verifier.manual.options import RULES, WHOLE

_OF_HANDOUTS = (
    *("to", "booklet", "draft", "check", "force", "student", "solutions", "seed", "fragment"),
    *("errors", "notation", "paper", "author", "course", "date"),
)
_SERVERS = ("lsp", "serve", "mcp")

# What judges no files of one's own.
ALONE = ("try_", "init", "list", "copy", "schema", "completion")


def needs_whole(arguments: argparse.Namespace) -> bool:
    """Whether what is asked for is something else than a report on verified files."""
    others = (arguments.replay, arguments.grade, arguments.handout, arguments.certify)
    flags = (
        arguments.rules == "list" or arguments.explain or arguments.show_config or arguments.mutate
    )
    return bool(flags) or any(other is not None for other in others)


def wrong(arguments: argparse.Namespace) -> str | None:
    """The code for options that don't go together."""
    rules = arguments.rules == "list" or arguments.explain
    if arguments.rules in RULES and arguments.handout is None and arguments.paths:
        return "handout-options"
    if any(_is_given(arguments, name) for name in _SERVERS):
        given = {*vars(arguments)} - {"format", "root"}
        alone = sum(_is_given(arguments, name) for name in given) == 1
        if not alone or arguments.format != "text":
            return "server-alone"
        return "server-root" if arguments.root and not arguments.mcp else None
    if arguments.root:
        return "server-root"
    if any(getattr(arguments, name) for name in ALONE):
        return "alone" if rules or arguments.paths else None
    if arguments.demo:
        return "demo-alone" if rules or arguments.paths else None
    if arguments.show_config:
        return "rules-and-paths" if rules else None
    if bool(rules) == bool(arguments.paths):
        return "rules-and-paths" if rules else "no-paths"
    others = rules or arguments.expect or arguments.necessity or arguments.fix
    if arguments.replay is not None and (len(arguments.paths) > 1 or others):
        return "replay-alone"
    if arguments.grade is not None and (
        len(arguments.paths) > 1 or others or arguments.replay is not None
    ):
        return "grade-alone"
    if arguments.grade is None and (arguments.csv is not None or arguments.feedback is not None):
        return "grade-options"
    answering = arguments.replay is not None or arguments.grade is not None
    if arguments.mutate and (others or answering):
        return "mutate-alone"
    forms = [arguments.format, *(form for form, _ in arguments.output or ())]
    if needs_whole(arguments) and any(form not in (None, *WHOLE) for form in forms):
        return "format-verified"
    made = arguments.handout is not None or arguments.certify is not None
    if arguments.output and (rules or made):
        return "output-alone"
    if arguments.certified is not None and (
        rules or answering or arguments.mutate or arguments.fix or arguments.certify is not None
    ):
        return "certified-alone"
    if arguments.quiet and arguments.verbose:
        return "quiet-verbose"
    if "-" in arguments.paths and (arguments.fix or answering):
        return "stdin-options"
    if arguments.shard and (arguments.fix or answering or arguments.mutate):
        return "shard-options"
    if arguments.watch:
        task = others or answering or arguments.mutate or made
        if task or "-" in arguments.paths:
            return "watch-alone"
    if arguments.diff and not arguments.fix:
        return "diff-options"
    if arguments.per_step is not None and not arguments.mutate:
        return "mutate-options"
    return _wrong_handout(arguments)


def _is_given(arguments: argparse.Namespace, name: str) -> bool:
    value = getattr(arguments, name)
    return value is not None and value is not False and value != []


def _wrong_handout(arguments: argparse.Namespace) -> str | None:
    """The code for options of handouts that don't go together."""
    if arguments.certify is not None:
        alone = arguments.fix or arguments.necessity or arguments.mutate or arguments.grade
        if alone or arguments.replay is not None or arguments.handout is not None:
            return "certificate-alone"
    if arguments.handout is None:
        pages = arguments.feedback if arguments.to in (None, "md", "html") else None
        elsewhere = {
            "check": arguments.certify,
            "force": arguments.certify,
            "seed": arguments.worlds,
            "solutions": arguments.feedback,
            "to": pages,
        }  # they go with these
        names = (name for name in _OF_HANDOUTS if elsewhere.get(name) is None)
        chosen = any(getattr(arguments, name) not in (None, False) for name in names)
        return "handout-options" if chosen else None
    alone = arguments.fix or arguments.necessity or arguments.mutate or arguments.grade
    if alone or arguments.replay is not None:
        return "handout-alone"
    return "worksheet-both" if arguments.student and arguments.solutions else None
