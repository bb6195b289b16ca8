"""What the command does beside judging files: try a statement, begin a file, list and copy what
ships, print the schema or what completes the shell's line."""

from __future__ import annotations

import importlib.util
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping

from verifier.outcome import Diagnostic
from verifier.report import write, write_attempt, write_said, write_table
from verifier.report.streams import complain, printed


def at_hand(arguments: Namespace, parser: ArgumentParser) -> int:
    """Do what is asked for, the one of these: the status. Raises DiagnosticError."""
    task = next(task for name, task in _TASKS.items() if getattr(arguments, name))
    return task(arguments, parser)


def _try(arguments: Namespace, _: ArgumentParser) -> int:
    from verifier.commands.attempt import as_derivations, attempt

    report = attempt(arguments.try_)
    form = arguments.format
    (found,) = report.derivations
    files = as_derivations(found) if found.reading is not None else ()
    if form in ("text", "rich", "plain"):
        done = printed(lambda stream: write_attempt(found, files, stream, form))
    else:
        done = printed(lambda stream: write(report, stream, form))
    return max(report.exit_status(), done)


def _init(arguments: Namespace, _: ArgumentParser) -> int:
    from verifier.commands.shipped import begun

    said = Diagnostic("begun", None, {"file": begun(arguments.init)})
    return printed(lambda stream: write_said(said, stream))


def _list(arguments: Namespace, _: ArgumentParser) -> int:
    from verifier.commands.shipped import shipped

    rows = [*shipped()]
    return printed(lambda stream: write_table(rows, stream, arguments.format))


def _copy(arguments: Namespace, _: ArgumentParser) -> int:
    from verifier.commands.shipped import copied

    name, *folder = arguments.copy
    said = Diagnostic("copied", None, {"file": copied(name, *folder[:1])})
    return printed(lambda stream: write_said(said, stream))


def _schema(_: Namespace, __: ArgumentParser) -> int:
    from verifier.commands.shipped import schema_text

    return printed(lambda stream: stream.write(schema_text()))


def _completion(arguments: Namespace, parser: ArgumentParser) -> int:
    if importlib.util.find_spec("shtab") is None:
        return complain(Diagnostic("no-extra", None, {"name": "shtab", "extra": "completion"}))
    import shtab

    for action in parser._actions:
        if action.dest in ("paths", "replay", "grade", "config"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    script = shtab.complete(parser, arguments.completion)
    return printed(lambda stream: stream.write(script))


_TASKS: Mapping[str, Callable[[Namespace, ArgumentParser], int]] = {
    "try_": _try,
    "init": _init,
    "list": _list,
    "copy": _copy,
    "schema": _schema,
    "completion": _completion,
}
