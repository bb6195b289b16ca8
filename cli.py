"""The command line: arguments in, a report out, an exit status. No mathematics.

`--version` and a wrong call cost little more than Python's own start: everything but argparse is
imported where it is used.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TextIO

    from verifier.kept.command import Call
    from verifier.outcome import AnyReport
    from verifier.report.live import Live
    from verifier.report.progress import Ticker

_INTERRUPTED = 130  # what a shell reports for a process that Ctrl-C ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    try:
        arguments = _arguments(argv)
    except SystemExit as stop:  # --help, --version, or a wrong call, already answered
        return stop.code if isinstance(stop.code, int) else 2
    # Read when NumPy and SymPy are first imported: no threads for small arrays, a larger cache,
    # Python's own integers (python-flint's are slower to import and no faster here).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("SYMPY_CACHE_SIZE", "10000")
    os.environ.setdefault("SYMPY_GROUND_TYPES", "python")
    # Imports and terms are many objects and next to no garbage: look for it less often.
    gc.set_threshold(200_000, 20, 20)
    try:
        from verifier.kept.command import chosen

        with chosen(arguments.config):
            return _done(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED


def _done(arguments: argparse.Namespace) -> int:
    """Do what is asked for; what keeps all of it from being done is said in one sentence."""
    try:
        return _task(arguments)
    except Exception as error:
        from verifier.outcome import DiagnosticError
        from verifier.report.streams import complain

        if isinstance(error, DiagnosticError):
            return complain(error.diagnostic)
        raise


def _task(arguments: argparse.Namespace) -> int:
    from verifier.manual.together import ALONE

    if arguments.lsp or arguments.mcp or arguments.serve is not None:
        from verifier.server import start

        return start(lsp=arguments.lsp, port=arguments.serve, root=arguments.root)
    if _of_rules(arguments):
        return _explain(arguments)
    if any(getattr(arguments, name) for name in ALONE):
        from verifier.commands.at_hand import at_hand

        return at_hand(arguments, _parser())
    return _configured(arguments) if arguments.show_config else _run(arguments)


def _of_rules(arguments: argparse.Namespace) -> bool:
    """Whether rules are all that is asked for."""
    return arguments.rules == "list" or bool(arguments.explain)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    from verifier.manual.together import wrong

    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.paths == ["list"] and not os.path.lexists("list"):
        arguments.paths, arguments.list = [], True
    if not arguments.paths:  # else their project may say it
        arguments.format = arguments.format or "text"
    code = wrong(arguments)
    if code is not None:
        from verifier.messages import message
        from verifier.outcome import Diagnostic

        parser.error(message(Diagnostic(code)))
    return arguments


class _Parser(argparse.ArgumentParser):
    """Loads the long part of `--help` only when it is asked for."""

    def format_help(self) -> str:
        from verifier.manual import manual

        return super().format_help() + "\n" + manual()

    def _print_message(self, message: str, file: Any = None) -> None:
        """To standard output as reports are printed, and where that fails no success."""
        from verifier.report.shown import visible
        from verifier.report.streams import printed

        if file is not sys.stdout:
            super()._print_message(visible(message, breaks=True), file)
        elif status := printed(lambda stream: stream.write(message)):
            self.exit(status)


def _parser() -> argparse.ArgumentParser:
    from verifier.manual.options import add_options
    from verifier.report import FORMATS, TEXTS

    parser = _Parser(
        prog="elbo-verify",
        description="Checks derivations over densities, expectations, KL and entropy line by line,"
        " each step under the rule it cites, and confirms it on sampled distributions.",
        allow_abbrev=False,
    )
    add_options(parser, (*TEXTS, *FORMATS))
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from verifier.version import __version__

        parser._print_message(f"elbo-verify {__version__}\n", sys.stdout)
        parser.exit()


def _run(arguments: argparse.Namespace) -> int:
    from verifier.kept.command import Call

    call = Call(arguments)
    before = None if arguments.watch else call.as_before()
    if before is not None:
        return before
    if arguments.paths:
        from verifier.commands.settled import settle
        from verifier.report.streams import complain

        refused = settle(arguments)
        if refused is not None:
            return complain(refused)
    from verifier.report.progress import Ticker

    if arguments.demo:
        return _demo(arguments)
    if arguments.replay is not None:
        from verifier.commands.replay import replay

        again = replay(arguments.paths[0], arguments.replay)
        return max(again.exit_status(), _report(again, arguments))
    if arguments.grade is not None:
        return _graded(arguments)
    if arguments.certify is not None:
        from verifier.commands.certify import certify

        return certify(arguments)
    if arguments.mutate:
        from verifier.commands.mutate import SLIPS, mutate
        from verifier.kept.command import cores

        most = SLIPS if arguments.per_step is None else arguments.per_step or None
        with Ticker(sys.stderr) as ticker:
            found = mutate(
                *arguments.paths,
                progress=ticker.show,
                most=most,
                engine=arguments.engine,
                workers=arguments.jobs or cores(),
            )
        return max(found.exit_status(), _report(found, arguments))
    return _watched(arguments, call) if arguments.watch else _verified(arguments, call)


def _watched(arguments: argparse.Namespace, call: Call) -> int:
    from verifier.commands.watch import watched
    from verifier.report.streams import cleared

    def show() -> int:
        cleared()
        return _verified(arguments, call)

    return watched(arguments.paths, show)


def _graded(arguments: argparse.Namespace) -> int:
    """Mark a worksheet, or those of a class."""
    from verifier.commands.grade import grade, grade_class, sheets_of

    sheets = sheets_of(arguments.grade)
    files = arguments.csv is not None or arguments.feedback is not None
    if sheets == arguments.grade and len(sheets) == 1 and not files:
        marked = grade(arguments.paths[0], sheets[0])
        return max(marked.exit_status(), _report(marked, arguments))
    report = grade_class(arguments.paths[0], sheets)
    if files:
        from verifier.commands.feedback import write
        from verifier.report.streams import complain

        to = arguments.to or "md"
        trouble = write(report, arguments.csv, arguments.feedback, arguments.solutions, to)
        if trouble is not None:
            return complain(trouble)
    return max(report.exit_status(), _report(report, arguments))


def _verified(arguments: argparse.Namespace, call: Call) -> int:
    """Verify files, and report it or make handouts of them."""
    from verifier.report.progress import Ticker
    from verifier.report.streams import complain, printed

    request = None
    if arguments.handout is not None:
        from verifier.commands.handed_out import handed_out, requested

        request = requested(arguments)
    paths = [*map(os.fsencode, arguments.paths)]  # as bytes, no path is taken for a text
    if arguments.fix:
        return _fixed(arguments)
    from verifier.commands.verify import verify
    from verifier.kept.command import cores
    from verifier.kept.reports import Reports

    kept = Reports(call.store)
    with Ticker(sys.stderr) as ticker:
        live = _live(arguments, ticker)
        report = verify(
            *paths,
            progress=ticker.show,
            done=live.file if live else None,
            necessity=arguments.necessity,
            superfluous=arguments.superfluous,
            complete=arguments.complete,
            forced=not arguments.force_exclude,
            shard=arguments.shard or (1, 1),
            kept=kept,
            processes=arguments.jobs or cores(),
            engine=arguments.engine,
            worlds=arguments.worlds or 0,
            seed=arguments.seed or 0,
            certified=arguments.certified,
        )
    if arguments.extract is not None or arguments.annotate is not None:
        from verifier.commands.written import write

        trouble = write(report, arguments.extract, arguments.annotate)
        if trouble is not None:
            return complain(trouble)
    if (arguments.shard or arguments.force_exclude) and not report.derivations:
        return _beside(report, arguments)  # a share of few files, or none that is named is ours
    if request is not None:
        made = handed_out(report, request, arguments)
        return max(report.exit_status(arguments.expect), made)
    status = report.exit_status(arguments.expect)
    if live and live.begun:
        live.last(report)
        call.remember(live.text, kept, max(status, live.status))
        return max(status, live.status, _beside(report, arguments))
    show = call.remembering(_shows(report, arguments), kept, status)
    return max(status, printed(show), _beside(report, arguments))


def _fixed(arguments: argparse.Namespace) -> int:
    """Write rules into files, or show what would be written."""
    from verifier.commands.fix import fix
    from verifier.report.diffs import Diffs
    from verifier.report.progress import Ticker
    from verifier.report.streams import printed

    paths, diffs = [*map(os.fsencode, arguments.paths)], Diffs()
    with Ticker(sys.stderr) as ticker:
        report = fix(
            *paths,
            progress=ticker.show,
            necessity=arguments.necessity,
            put=diffs.put if arguments.diff else None,
        )
    if not arguments.diff:
        return max(report.exit_status(arguments.expect), _report(report, arguments))
    status = max((2 for file in report.derivations if file.error or file.unfixed), default=0)
    return max(status, bool(diffs.text), printed(lambda stream: stream.write(diffs.text)))


def _live(arguments: argparse.Namespace, ticker: Ticker) -> Live | None:
    """What prints files as they are done, if what is asked for allows it."""
    late = (arguments.verbose, arguments.extract, arguments.annotate, arguments.handout)
    if any(late):
        return None
    from verifier.report.live import Live

    return Live(arguments.format, arguments.expect, arguments.quiet, ticker.aside)


def _configured(arguments: argparse.Namespace) -> int:
    from verifier.commands.configured import configured
    from verifier.report import write_config
    from verifier.report.streams import printed

    forced = not arguments.force_exclude
    found = [configured(path, forced) for path in arguments.paths or ["."]]
    return printed(lambda stream: write_config(found, stream, arguments.format or "text"))


def _demo(arguments: argparse.Namespace) -> int:
    """Verify what comes with the program, and say how to go on."""
    from verifier import verify
    from verifier.commands.shipped import flavours
    from verifier.messages import message
    from verifier.outcome import Diagnostic
    from verifier.report.streams import printed

    arguments.verbose = True
    files = flavours()
    report = verify(*files)
    status = max(report.exit_status(), _report(report, arguments))
    if arguments.format == "text":
        said = message(Diagnostic("demo-next", None, {"file": files[0]}))
        status = max(status, printed(lambda stream: print(f"\n{said}", file=stream)))
    return status


def _report(report: AnyReport, arguments: argparse.Namespace) -> int:
    from verifier.report.streams import printed

    return max(printed(_shows(report, arguments)), _beside(report, arguments))


def _beside(report: AnyReport, arguments: argparse.Namespace) -> int:
    """What is to be written beside what is printed."""
    from verifier.report import TEXTS

    outputs, expect = arguments.output or [], arguments.expect
    if not outputs and arguments.format in TEXTS:
        return 0
    from verifier.commands.written import write_outputs, write_summaries
    from verifier.report.streams import complain

    forms = dict.fromkeys([arguments.format, *(form for form, _ in outputs)])
    trouble = write_outputs(report, outputs, expect, not arguments.verbose)
    trouble = trouble or write_summaries(report, [*forms], expect)
    return complain(trouble) if trouble else 0


def _shows(report: AnyReport, arguments: argparse.Namespace) -> Callable[[TextIO], None]:
    from verifier.report import write

    form, expect, brief = arguments.format, arguments.expect, not arguments.verbose
    return lambda stream: write(report, stream, form, expect, brief, arguments.quiet)


def _explain(arguments: argparse.Namespace) -> int:
    from verifier.messages.codes import code_named
    from verifier.report import write_entries, write_rules
    from verifier.report.streams import printed

    if arguments.rules:
        from verifier.manual.rules import entries

        rules = entries()
        return printed(lambda stream: write_rules(rules, stream, arguments.format))
    found: list[Any] = [*map(code_named, arguments.explain)]
    if not all(found):  # what isn't a code is a rule
        from verifier.manual.naming import explained

        found = [code_named(name) or next(explained([name])) for name in arguments.explain]
    return printed(lambda stream: write_entries(found, stream, arguments.format))


if __name__ == "__main__":
    sys.exit(main())
