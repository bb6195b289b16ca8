"""What becomes of handouts, and which of their options don't go together."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording, nearest


def _failed(data: Data) -> str:
    said = f"{data['program']} failed"
    return f"{said}: {data['why']}" if data["why"] else said


MESSAGES: dict[str, Wording] = {
    "handout-written": "written",
    "handout-current": "up to date",
    "handout-stale": "stale: it would be written differently now",
    "handout-missing": "missing",
    "handout-unverified": "no handout: it is not verified",
    "handout-error": "no handout: it can't be judged",
    "handout-unwritable": "it can't be written: {reason}",
    "handout-twice": "`{file}` would hold the handouts of both `{one}` and `{other}`",
    "handout-ending": "no handout ends in `{name}`",
    "handout-several": "one file can't hold several handouts",
    "handout-to": "`--to` is for a folder: a file's own ending says what it is",
    "booklet-folder": "`--booklet` makes one file, not a folder",
    "handout-source": "a derivation, which a handout would overwrite",
    "handout-foreign": "no handout is there: it would be overwritten",
    "handout-link": "a symbolic link, which would be replaced",
    "booklet-yaml": "a file to fill in is for one derivation: no `--booklet`",
    "handout-slides": "slides are `.tex` or `.pdf`",
    "errors-few": "of {count} lines of `{file}` to make wrong only {found} could be",
    "errors-yaml": "lines made wrong are for print: `--errors` makes no `.yaml`",
    "handout-options": (
        "`--booklet`, `--draft`, `--check`, `--force`, `--student`, `--solutions`, `--seed`,"
        " `--errors`, `--fragment`, `--notation`, `--paper`, `--author`, `--course`, `--date`,"
        " `--rules short` and `--to` go with `--handout`"
    ),
    "handout-alone": (
        "`--handout` goes with none of `--fix`, `--grade`, `--mutate`, `--replay`, `--necessity`"
    ),
    "worksheet-both": "a worksheet is for `--student` or has the `--solutions`, not both",
    "unknown-notation": "there is no notation `{name}`",
    "no-pdflatex": "no PDF without the program pdflatex, which is not there",
    "pdflatex-failed": _failed,
}


HINTS: dict[str, Hint] = {
    "handout-source": "write it to another file",
    "handout-foreign": "`--force` writes over it",
    "handout-link": "name the file that it leads to",
    "handout-unverified": "`--draft` makes one that says so on every page",
    "handout-ending": "one of .tex, .pdf, .html, .md, .yaml, or a folder",
    "handout-several": "name a folder, or ask for a `--booklet`",
    "no-pdflatex": "install TeX, or make a .tex file",
    "unknown-notation": nearest,
}
