"""What the command may be called with. Imports nothing heavy: every call reads this."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_OF_HANDOUTS = (
    *("to", "booklet", "draft", "check", "force", "student", "solutions", "seed", "fragment"),
    *("errors", "notation", "paper", "author", "course", "date"),
)

_RULES = ("none", "short", "full")  # how much of a rule a handout has


def add_options(parser: argparse.ArgumentParser, formats: Iterable[str]) -> None:
    """All arguments and options but those that argparse has itself. `formats`: what may be printed
    beside text."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a derivation file, a folder: every *.yaml and *.yml below it that is one, hidden ones"
        " apart; or - for standard input",
    )
    parser.add_argument(
        "--format",
        choices=["text", *formats],
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
    for name, action, said in (
        ("complete", "store_true", "what is unproved or not judged is a failure too"),
        ("extract", "store", "write each chain into this folder, as a derivation"),
        ("annotate", "store", "write copies with the verdicts into this folder"),
    ):
        parser.add_argument(f"--{name}", action=action, help=f"of documents: {said}")
    parser.add_argument(
        "--necessity",
        action="store_true",
        help="drop each assumption in turn, and show a world in which a step then fails",
    )
    parser.add_argument(
        "--superfluous",
        action="store_true",
        help="say which of the rules cited a step could do without, as `strict` does",
    )
    _add_tasks(parser)
    _add_handouts(parser.add_argument_group("handouts"))
    _add_runs(parser)
    _add_rules(parser)


def _add_rules(parser: argparse.ArgumentParser) -> None:
    """What is told of the rules."""
    parser.add_argument(
        "--rules",
        nargs="?",
        const="list",
        choices=["list", *_RULES],
        help="list the rules and exit; with --handout, how much of each rule is printed: a line"
        " (short, the default), a box with examples (full) or none",
    )
    parser.add_argument(
        "--explain",
        nargs="+",
        metavar="RULE",
        help="print what a rule says, with a picture and examples, and exit",
    )


def _add_runs(parser: argparse.ArgumentParser) -> None:
    """How many files are judged at once, which, and what is kept of it."""
    parser.add_argument(
        "--jobs",
        type=_count,
        metavar="N",
        help="how many files are judged at once (as many as there are cores)",
    )
    parser.add_argument(
        "--shard",
        type=_share,
        metavar="I/N",
        help="judge the I-th of N shares of the files: the shares of a run may be judged anywhere",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="judge everything again, and keep nothing for the next run",
    )


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
        nargs="+",
        metavar="ANSWERS",
        help="mark worksheets of the file that were filled in, or a folder of them: 0 when every"
        " answer is right",
    )
    parser.add_argument(
        "--csv", metavar="FILE", help="with --grade: write names, points and marks as a table"
    )
    parser.add_argument(
        "--feedback",
        metavar="FOLDER",
        help="with --grade: write what each student is told, without solutions unless --solutions",
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
        "--to",
        choices=["tex", "pdf", "html", "md", "yaml", "beamer"],
        help="what a folder gets (tex); beamer: slides, a file's too",
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
        "--errors",
        type=_count,
        metavar="N",
        help="a worksheet on which N lines are made wrong, each refuted before; --seed chooses, and"
        " --solutions names them",
    )
    group.add_argument("--paper", choices=["a4", "letter"], help="what it is printed on (a4)")
    for name in ("author", "course", "date"):
        group.add_argument(f"--{name}", metavar="TEXT", help=f"the {name}, under the title")
    group.add_argument(
        "--notation",
        metavar="NAMES",
        help="how it is spelled, names with commas between: kl or dkl, expectation or angle, log"
        " or ln, phi (q(z | x) as q_phi(z | x)) or short (as q(z))",
    )


def _share(text: str) -> tuple[int, int]:
    """I/N, 1 <= I <= N."""
    one, _, all_ = text.partition("/")
    if not (
        text.isascii()
        and one.isdigit()
        and all_.isdigit()
        and len(text) < 10
        and 1 <= int(one) <= int(all_)
    ):
        raise argparse.ArgumentTypeError(f"not a share such as 1/4: {text!r}")
    return int(one), int(all_)


def _count(text: str) -> int:
    """A number from 0 on."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"not a number from 0 on: {text!r}")
    return int(text)


def wrong(arguments: argparse.Namespace) -> str | None:
    """The code for options that don't go together."""
    rules = arguments.rules == "list" or arguments.explain
    if arguments.rules in _RULES and arguments.handout is None and arguments.paths:
        return "handout-options"
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
    if arguments.grade is None and (arguments.csv is not None or arguments.feedback is not None):
        return "grade-options"
    answering = arguments.replay is not None or arguments.grade is not None
    if arguments.mutate and (others or answering):
        return "mutate-alone"
    if "-" in arguments.paths and (arguments.fix or answering):
        return "stdin-options"
    if arguments.shard and (arguments.fix or answering or arguments.mutate):
        return "shard-options"
    if arguments.per_step is not None and not arguments.mutate:
        return "mutate-options"
    return _wrong_handout(arguments)


def _wrong_handout(arguments: argparse.Namespace) -> str | None:
    """The code for options of handouts that don't go together."""
    if arguments.handout is None:
        names = [*_OF_HANDOUTS]
        if arguments.feedback is not None:
            names.remove("solutions")
        chosen = any(getattr(arguments, name) not in (None, False) for name in names)
        return "handout-options" if chosen else None
    alone = arguments.fix or arguments.necessity or arguments.mutate or arguments.grade
    if alone or arguments.replay is not None:
        return "handout-alone"
    return "worksheet-both" if arguments.student and arguments.solutions else None
