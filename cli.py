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
    from collections.abc import Sequence
    from typing import Any

    from verifier.handout.writing import Request
    from verifier.outcome import AnyReport, Report

_INTERRUPTED = 130  # what a shell reports for a process that Ctrl-C ended
_OF_HANDOUTS = (
    *("to", "booklet", "draft", "check", "force", "student", "solutions", "seed", "fragment"),
    "notation",
)


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
        return _explain(arguments) if arguments.rules or arguments.explain else _run(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if not arguments.paths:  # else their project may say it
        arguments.format = arguments.format or "text"
    wrong = _wrong(arguments)
    if wrong is not None:
        from verifier.messages import message
        from verifier.outcome import Diagnostic

        parser.error(message(Diagnostic(wrong)))
    return arguments


def _wrong(arguments: argparse.Namespace) -> str | None:
    """The code for options that don't go together."""
    rules = arguments.rules or arguments.explain
    if arguments.demo:
        return "demo-alone" if rules or arguments.paths else None
    if bool(rules) == bool(arguments.paths):
        return "rules-and-paths" if rules else "no-paths"
    others = rules or arguments.expect or arguments.necessity or arguments.fix
    if arguments.replay is not None and (len(arguments.paths) > 1 or others):
        return "replay-alone"
    if arguments.grade is not None and (
        len(arguments.paths) > 1 or others or arguments.replay is not None
    ):
        return "grade-alone"
    answering = arguments.replay is not None or arguments.grade is not None
    if arguments.mutate and (others or answering):
        return "mutate-alone"
    if "-" in arguments.paths and (arguments.fix or answering):
        return "stdin-options"
    if arguments.per_step is not None and not arguments.mutate:
        return "mutate-options"
    return _wrong_handout(arguments)


def _wrong_handout(arguments: argparse.Namespace) -> str | None:
    """The code for options of handouts that don't go together."""
    if arguments.handout is None:
        chosen = any(getattr(arguments, name) not in (None, False) for name in _OF_HANDOUTS)
        return "handout-options" if chosen else None
    alone = arguments.fix or arguments.necessity or arguments.mutate or arguments.grade
    if alone or arguments.replay is not None:
        return "handout-alone"
    return "worksheet-both" if arguments.student and arguments.solutions else None


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
    from verifier.report import FORMATS

    parser = _Parser(
        prog="elbo-verify",
        description="Checks derivations over densities, expectations, KL and entropy line by line,"
        " each step under the rule it cites, and confirms it on sampled distributions.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a derivation file, a folder: every *.yaml and *.yml below it that is one, hidden ones"
        " apart; or - for standard input",
    )
    parser.add_argument(
        "--format",
        choices=["text", *FORMATS],
        help="what to print: text (the default) or, for programs, JSON",
    )
    parser.add_argument(
        *("-v", "--verbose"),
        action="store_true",
        help="of several files every step, not only what is wrong",
    )
    parser.add_argument(
        "--demo", action="store_true", help="verify three derivations that come with the program"
    )
    parser.add_argument(
        "--expect",
        action="store_true",
        help="exit with 0 exactly when every verdict is the one that the file expects",
    )
    parser.add_argument(
        "--necessity",
        action="store_true",
        help="drop each assumption in turn, and show a world in which a step then fails",
    )
    _add_tasks(parser)
    _add_handouts(parser.add_argument_group("handouts"))
    parser.add_argument("--rules", action="store_true", help="list the rules and exit")
    parser.add_argument(
        "--explain",
        nargs="+",
        metavar="RULE",
        help="print what a rule says, with a picture and examples, and exit",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    return parser


def _add_tasks(parser: argparse.ArgumentParser) -> None:
    """What may be done with a derivation beside verifying it."""
    parser.add_argument(
        "--fix",
        action="store_true",
        help="write into the files the rules that were inferred or that would do",
    )
    parser.add_argument(
        "--replay",
        metavar="WORLD",
        help="hold the counterexamples in a report of `--format json` against the file once more:"
        " 1 when one still breaks its step, 0 when none does, 2 when one doesn't fit the file",
    )
    parser.add_argument(
        "--grade",
        metavar="ANSWERS",
        help="mark a worksheet of the file that was filled in: 0 when every answer is right",
    )
    parser.add_argument(
        "--mutate",
        action="store_true",
        help="put slips of the pen into every step, one at a time, and say who refuses each: the"
        " front end, the sampled worlds, the kernel; 1 when a false one is proved, or a step isn't",
    )
    parser.add_argument(
        "--per-step",
        type=_count,
        metavar="N",
        help="with --mutate: how many slips of each step at most, of every kind some (60); 0: all",
    )


def _add_handouts(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--handout",
        metavar="OUT",
        help="write a handout: .tex, .pdf, .html, .md or, to be filled in, .yaml; for several"
        " files a folder",
    )
    group.add_argument(
        "--to", choices=["tex", "pdf", "html", "md", "yaml"], help="what a folder gets (tex)"
    )
    group.add_argument("--booklet", action="store_true", help="all files in one handout")
    group.add_argument(
        "--draft", action="store_true", help="also of what is not verified, marked on every page"
    )
    group.add_argument(
        "--check",
        action="store_true",
        help="write nothing: say which handouts are stale, and exit with 1 when one is",
    )
    group.add_argument(
        "--force", action="store_true", help="write over a file that is no handout, too"
    )
    group.add_argument(
        "--student", action="store_true", help="a worksheet: what steps call `blank` is left out"
    )
    group.add_argument("--solutions", action="store_true", help="the worksheet, filled in")
    group.add_argument(
        "--seed", type=int, metavar="N", help="choose what is blank where no step says so"
    )
    group.add_argument(
        "--fragment", action="store_true", help="LaTeX for \\input into another document"
    )
    group.add_argument(
        "--notation",
        metavar="NAMES",
        help="how it is spelled, names with commas between: kl or dkl, expectation or angle, log"
        " or ln, phi (q(z | x) as q_phi(z | x)) or short (as q(z))",
    )


def _count(text: str) -> int:
    """A number from 0 on."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"not a number from 0 on: {text!r}")
    return int(text)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from verifier.version import __version__

        parser._print_message(f"elbo-verify {__version__}\n", sys.stdout)
        parser.exit()


def _run(arguments: argparse.Namespace) -> int:
    from verifier.outcome import DiagnosticError
    from verifier.report.progress import Ticker
    from verifier.report.streams import complain

    if arguments.demo:
        return _demo(arguments)
    _settle(arguments)
    if arguments.replay is not None:
        from verifier.commands.replay import replay

        again = replay(arguments.paths[0], arguments.replay)
        return max(again.exit_status(), _report(again, arguments))
    if arguments.grade is not None:
        from verifier.commands.grade import grade

        marked = grade(arguments.paths[0], arguments.grade)
        return max(marked.exit_status(), _report(marked, arguments))
    if arguments.mutate:
        from verifier.commands.mutate import SLIPS, mutate

        most = SLIPS if arguments.per_step is None else arguments.per_step or None
        with Ticker(sys.stderr) as ticker:
            found = mutate(*arguments.paths, progress=ticker.show, most=most)
        return max(found.exit_status(), _report(found, arguments))
    try:
        request = None if arguments.handout is None else _request(arguments)
    except DiagnosticError as error:
        return complain(error.diagnostic)
    if arguments.fix:
        from verifier.commands.fix import fix as run
    else:
        from verifier.commands.verify import verify as run
    with Ticker(sys.stderr) as ticker:
        paths = map(os.fsencode, arguments.paths)  # as bytes, no path is taken for a text
        report = run(*paths, progress=ticker.show, necessity=arguments.necessity)
    if request is not None:
        made = _handouts(report, request, arguments)
        return max(report.exit_status(arguments.expect), made)
    return max(report.exit_status(arguments.expect), _report(report, arguments))


def _settle(arguments: argparse.Namespace) -> None:
    """Take from the project of the first path what the call leaves open."""
    from verifier.derivation.project import Settings, project_or
    from verifier.outcome import DiagnosticError

    first = arguments.paths[0]
    folder = first if os.path.isdir(first) else os.path.dirname(first)
    try:
        settings = project_or(folder).settings
    except DiagnosticError:  # it is said of the files
        settings = Settings()
    arguments.format = arguments.format or settings.format
    if arguments.notation is None:
        arguments.notation = ",".join(settings.notation)


def _demo(arguments: argparse.Namespace) -> int:
    """Verify what comes with the program, and say how to go on."""
    from verifier import verify
    from verifier.commands.demo import flavours
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


def _request(arguments: argparse.Namespace) -> Request:
    """What handouts are asked for. Raises DiagnosticError where that can't be."""
    from verifier.handout import Form
    from verifier.handout.conventions import conventions
    from verifier.handout.writing import Request

    names = [name.strip() for name in (arguments.notation or "").split(",") if name.strip()]
    choices = {
        name: getattr(arguments, name) for name in ("to", "booklet", "draft", "check", "force")
    }
    form = Form(conventions(names), arguments.student, arguments.solutions, arguments.fragment)
    return Request(arguments.handout, form, **choices, seed=arguments.seed or 0)


def _handouts(report: Report, request: Request, arguments: argparse.Namespace) -> int:
    from verifier.handout.writing import handouts
    from verifier.outcome import DiagnosticError
    from verifier.report import write_made
    from verifier.report.streams import complain, printed

    try:
        made = handouts(report, arguments.paths, request)
    except DiagnosticError as error:
        return complain(error.diagnostic)
    status = max((each.status for each in made), default=0)
    return max(status, printed(lambda stream: write_made(made, stream, arguments.format)))


def _report(report: AnyReport, arguments: argparse.Namespace) -> int:
    from verifier.report import write
    from verifier.report.streams import printed

    form, expect, brief = arguments.format, arguments.expect, not arguments.verbose
    return printed(lambda stream: write(report, stream, form, expect, brief))


def _explain(arguments: argparse.Namespace) -> int:
    from verifier.manual.naming import explained
    from verifier.manual.rules import entries
    from verifier.outcome import DiagnosticError
    from verifier.report import write_rules
    from verifier.report.streams import complain, printed

    try:
        found = [*explained(arguments.explain)] if arguments.explain else entries()
    except DiagnosticError as error:
        return complain(error.diagnostic)
    whole = bool(arguments.explain)
    return printed(lambda stream: write_rules(found, stream, arguments.format, whole))


if __name__ == "__main__":
    sys.exit(main())
