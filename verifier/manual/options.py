"""What the command may be called with. Imports nothing heavy: every call reads this."""

from __future__ import annotations

import argparse
import re
from functools import partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

RULES = ("none", "short", "full")  # how much of a rule a handout has
DEFAULT_PORT = 8642  # of the page


def add_options(parser: argparse.ArgumentParser, formats: Iterable[str]) -> None:
    """All arguments and options but those that argparse has itself. `formats`: what may be
    printed."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a derivation file, a folder: every *.yaml and *.yml below it that is one, hidden ones"
        " apart; or - for standard input",
    )
    _add_printing(parser, [*formats])
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
        "--worlds",
        type=_many,
        metavar="N",
        help="look at each statement of a derivation in N worlds, 1e9 if need be; --seed draws"
        " others",
    )
    parser.add_argument(
        "--superfluous",
        action="store_true",
        help="say which of the rules cited a step could do without, as `strict` does",
    )
    _add_tasks(parser)
    _add_beginnings(parser.add_argument_group("to begin with"))
    _add_handouts(parser.add_argument_group("handouts"))
    _add_project(parser)
    _add_runs(parser)
    _add_servers(parser.add_argument_group("while one types"))
    _add_rules(parser)


def _add_rules(parser: argparse.ArgumentParser) -> None:
    """What is told of the rules."""
    parser.add_argument(
        "--rules",
        nargs="?",
        const="list",
        choices=["list", *RULES],
        help="list the rules and exit; with --handout, how much of each rule is printed: a line"
        " (short, the default), a box with examples (full) or none",
    )
    parser.add_argument(
        "--explain",
        nargs="+",
        metavar="RULE",
        help="print what a rule says, with a picture and examples, or what the code of a finding"
        " means and what to do about it, and exit",
    )


def _add_printing(parser: argparse.ArgumentParser, formats: list[str]) -> None:
    """What is printed and written, and how much of it."""
    parser.add_argument(
        "--format",
        choices=formats,
        help="what to print: text (the default: rich to a terminal, plain to anything else), one"
        " line a finding, or what programs read",
    )
    parser.add_argument(
        "--output",
        action="append",
        type=partial(_output, formats=formats),
        metavar="FORMAT=FILE",
        help="write the report to a file as well, in this format; may be given several times",
    )
    parser.add_argument(
        *("-v", "--verbose"),
        action="store_true",
        help="of several files every step, not only what is wrong",
    )
    parser.add_argument(
        *("-q", "--quiet"), action="store_true", help="say nothing but what is wrong"
    )


def _add_beginnings(group: argparse._ArgumentGroup) -> None:
    """What judges no files of one's own."""
    group.add_argument(
        "--demo", action="store_true", help="verify three derivations that come with the program"
    )
    group.add_argument(
        "--try",
        dest="try_",
        metavar="STATEMENT",
        help="judge one statement, or a chain, with the model that it needs inferred",
    )
    group.add_argument(
        "--init", metavar="NAME", help="write a derivation to begin with, NAME.yaml, and exit"
    )
    group.add_argument(
        "--list",
        action="store_true",
        help="list the derivations that come with the program and exit; `elbo-verify list` too",
    )
    group.add_argument(
        "--copy", nargs="+", metavar="NAME", help="copy one of them here, or into a folder"
    )
    group.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of a derivation and exit"
    )
    group.add_argument(
        "--completion",
        choices=["bash", "zsh", "tcsh"],
        help="print what makes a shell complete the command's line, and exit",
    )


def _add_project(parser: argparse.ArgumentParser) -> None:
    """What the project of the files says of them."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="take the settings from this file, not from the nearest elbo-verify.toml or"
        " pyproject.toml",
    )
    parser.add_argument(
        "--show-config",
        action="store_true",
        help="print the settings that hold for the files, and where they come from, and exit",
    )
    parser.add_argument(
        "--force-exclude",
        action="store_true",
        help="of files that are named leave out what a folder would: what the project excludes, and"
        " what is no derivation",
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
        "--engine",
        metavar="dask[=ADDRESS]",
        help="hand files and their mutants to Dask: to processes of this machine, or to the"
        " scheduler at an address",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="judge everything again, and keep nothing for the next run",
    )


def _add_servers(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--lsp",
        action="store_true",
        help="be the language server of an editor, over standard input and output",
    )
    group.add_argument(
        "--serve",
        nargs="?",
        const=DEFAULT_PORT,
        type=_count,
        metavar="PORT",
        help=f"show a page to try derivations on, to this machine alone ({DEFAULT_PORT}; 0: any"
        " free port)",
    )
    group.add_argument(
        "--mcp",
        action="store_true",
        help="be a server of tools for assistants (MCP), over standard input and output",
    )
    group.add_argument(
        "--root",
        metavar="DIR",
        help="with --mcp: the folder whose files may be read (that it is started in)",
    )


def _add_tasks(parser: argparse.ArgumentParser) -> None:
    """What may be done with a derivation beside verifying it."""
    parser.add_argument(
        "--fix",
        action="store_true",
        help="write into the files the rules that were inferred or that would do",
    )
    parser.add_argument(
        "--diff",
        action="store_true",
        help="with --fix: write nothing, and print what would change; 1 when something would",
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="verify again whenever a file is saved, until Ctrl-C",
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
        help="with --grade: write what each student is told (--to md or html; md), without"
        " solutions unless --solutions",
    )
    _add_certificates(parser)
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


def _add_certificates(parser: argparse.ArgumentParser) -> None:
    """What another prover is asked, or has said."""
    parser.add_argument(
        "--certify",
        metavar="OUT",
        help="write what is verified as a file that Coq checks by itself, OUT.v, or for several"
        " files a folder; 1 when something can't be certified",
    )
    parser.add_argument(
        "--certified",
        metavar="PATH",
        help="say in the report, or the handout, what the prover accepted, of files whose"
        " certificates are there: of exactly these texts",
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
        help="write nothing: say which handouts are stale, and exit with 1 when one is; with"
        " --certify, have Coq check the certificates",
    )
    group.add_argument(
        "--force",
        action="store_true",
        help="write over a file that is no handout, or certificate, too",
    )
    group.add_argument(
        "--student", action="store_true", help="a worksheet: what steps call `blank` is left out"
    )
    group.add_argument("--solutions", action="store_true", help="the worksheet, filled in")
    group.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="choose what is blank where no step says so; with --worlds, the worlds",
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


def _output(text: str, formats: list[str]) -> tuple[str, str]:
    """FORMAT=FILE."""
    form, _, file = text.partition("=")
    if form not in formats or not file:
        raise argparse.ArgumentTypeError(
            f"not a format and a file, such as sarif=report.sarif: {text!r}; the formats are"
            f" {', '.join(formats)}"
        )
    return form, file


def _many(text: str) -> int:
    """A number from 1 on, as 1000000 or as 1e6."""
    found = re.fullmatch(r"([1-9][0-9]{0,17})(?:e([0-9]{1,2}))?", text, re.ASCII)
    value = int(found[1]) * 10 ** int(found[2] or 0) if found else 0
    if not 0 < value <= 10**18:
        raise argparse.ArgumentTypeError(f"not a number from 1 to 1e18: {text!r}")
    return value


def _count(text: str) -> int:
    """A number from 0 on."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"not a number from 0 on: {text!r}")
    return int(text)


# What has a form for everything that is printed; other formats are of verified files.
WHOLE = ("text", "rich", "plain", "json")
