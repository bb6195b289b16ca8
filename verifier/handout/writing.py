"""Handouts to files: which file holds what, written there or compared with what is there."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from verifier.derivation.derivation import Source
from verifier.derivation.loader import holds_one
from verifier.derivation.source import read_source
from verifier.derivation.target import below, put, standing
from verifier.derivation.worksheet import HEAD, worksheet
from verifier.handout import Form
from verifier.handout.blanks import blanks_of, with_blanks
from verifier.handout.hiding import with_errors
from verifier.handout.sheet import Sheet, Slip, sheet
from verifier.handout.texts import STAMP
from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    ExitStatus,
    FileVerdict,
    Made,
    Report,
)

ENDINGS = {".tex": "tex", ".pdf": "pdf", ".html": "html", ".md": "md", ".yaml": "yaml"}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be made: one file by its ending, or in a folder one for each derivation."""

    out: str
    form: Form
    to: str | None = None  # the ending of the files in a folder
    booklet: bool = False
    draft: bool = False
    check: bool = False
    seed: int = 0
    force: bool = False  # over what is no handout too
    errors: Mapping[str, tuple[Slip, ...]] = field(default_factory=dict)  # lines to make wrong

    def __post_init__(self) -> None:
        """Raises DiagnosticError for what doesn't go together."""
        ending = Path(self.out).suffix
        if not self.is_folder and ending not in ENDINGS:
            raise DiagnosticError(Diagnostic("handout-ending", None, {"name": ending}))
        if self.booklet and ending == ".yaml":
            raise DiagnosticError(Diagnostic("booklet-yaml"))
        if self.form.slides and not self.is_folder and ending not in (".tex", ".pdf"):
            raise DiagnosticError(Diagnostic("handout-slides"))
        if self.errors and "yaml" in (self.to, ending.removeprefix(".")):
            raise DiagnosticError(Diagnostic("errors-yaml"))
        if self.is_folder and self.booklet:
            raise DiagnosticError(Diagnostic("booklet-folder"))
        if not self.is_folder and self.to is not None:
            raise DiagnosticError(Diagnostic("handout-to"))

    @property
    def is_folder(self) -> bool:
        """Whether each derivation has a file of its own."""
        return os.path.isdir(self.out) or self.out.endswith(os.sep) or not Path(self.out).suffix


def handouts(
    report: Report,
    paths: Sequence[str],
    request: Request,
    sources: Mapping[str, Source] | None = None,
) -> list[Made]:
    """Write or compare the handouts of a report on these paths; one after the other, so that what
    keeps one from being made doesn't keep the others. `sources`: the texts of derivations that
    stand in no file. Raises DiagnosticError for a request that can't be carried out."""
    made: list[Made] = []
    ready = []
    for derivation in report.derivations:
        refused = _refused(derivation, request)
        if refused is None:
            ready.append(derivation)
        else:
            made.append(refused)
    for out, group in _targets(ready, report, paths, request):
        try:
            made.append(_made(out, group, request, sources or {}))
        except DiagnosticError as error:
            made.append(Made(out, error.diagnostic, ExitStatus.ERROR))
        except OSError as error:
            said = Diagnostic("handout-unwritable", None, {"reason": error.strerror})
            made.append(Made(out, said, ExitStatus.ERROR))
    return made


def _refused(derivation: DerivationReport, request: Request) -> Made | None:
    """Why there is no handout on a derivation."""
    if derivation.document is None:
        why = derivation.error or Diagnostic("handout-error")
        return Made(derivation.file, why, derivation.exit_status())
    if derivation.verdict is not FileVerdict.VERIFIED and not request.draft:
        return Made(derivation.file, Diagnostic("handout-unverified"), ExitStatus.FAILED)
    return None


def _targets(
    ready: Sequence[DerivationReport], report: Report, paths: Sequence[str], request: Request
) -> Iterator[tuple[str, list[DerivationReport]]]:
    """Each file to make, with the derivations that are on it."""
    whole = len(ready) == len(report.derivations)
    if not request.is_folder:
        if len(report.derivations) > 1 and not request.booklet:
            raise DiagnosticError(Diagnostic("handout-several"))
        if whole:  # a booklet without one of its parts is none
            yield request.out, list(ready)
        return
    taken: dict[str, str] = {}
    for derivation in ready:
        place = Path(request.out, below(derivation.file, paths)).with_suffix(
            f".{request.to or 'tex'}"
        )
        other = taken.setdefault(str(place), derivation.file)
        if other != derivation.file:
            data = {"file": str(place), "one": other, "other": derivation.file}
            raise DiagnosticError(Diagnostic("handout-twice", None, data))
        yield str(place), [derivation]


def _made(
    out: str,
    derivations: Sequence[DerivationReport],
    request: Request,
    sources: Mapping[str, Source],
) -> Made:
    kind = ENDINGS[Path(out).suffix]
    found = standing(out)
    ours = found is None or _is_ours(kind, found)
    if not ours and kind == "yaml" and holds_one(out):
        raise DiagnosticError(Diagnostic("handout-source"))
    if not (ours or request.force or request.check):
        raise DiagnosticError(Diagnostic("handout-foreign"))
    sheets = [sheet(derivation) for derivation in derivations]
    if request.errors:
        sheets = [with_errors(one, request.errors[one.file]) for one in sheets]
    elif kind == "yaml" or request.form.student or request.form.solutions:
        sheets = [with_blanks(one, request.seed) for one in sheets]
    content = _content(kind, sheets, request.form, sources)
    if request.check:
        if found is None:
            return Made(out, Diagnostic("handout-missing"), ExitStatus.FAILED)
        same = _is(kind, found, content)
        said = Diagnostic("handout-current" if same else "handout-stale")
        return Made(out, said, ExitStatus.VERIFIED if same else ExitStatus.FAILED)
    written = content.encode()
    if kind == "pdf":
        from verifier.handout.tex.pdf import pdf

        written = pdf(content)
    os.makedirs(os.path.dirname(out) or ".", exist_ok=True)
    put(out, written, None if found is None else stat.S_IMODE(os.lstat(out).st_mode))
    return Made(out, Diagnostic("handout-written"))


def _is_ours(kind: str, found: bytes) -> bool:
    """Whether a file is a handout, changed since or not."""
    if kind == "pdf":
        from verifier.handout.tex.pdf import is_sealed

        return is_sealed(found)
    if kind == "yaml":
        return found.removeprefix(BOM_UTF8).startswith(HEAD.encode())
    return STAMP.encode() in found


def _is(kind: str, found: bytes, content: str) -> bool:
    """Whether a file holds what would be written. A PDF says what it was made from: TeX's own
    bytes differ from one release to the next."""
    if kind != "pdf":
        return found == content.encode()
    from verifier.handout.tex.pdf import digest, sealed

    return sealed(found) == digest(content)


def _content(kind: str, sheets: Sequence[Sheet], form: Form, sources: Mapping[str, Source]) -> str:
    if kind == "html":
        from verifier.handout.html.page import page

        return page(sheets, form)
    if kind == "md":
        from verifier.handout.markdown import page

        return page(sheets, form)
    if kind == "yaml":
        (one,) = sheets
        source = sources.get(one.file) or read_source(one.file)
        return worksheet(source, blanks_of(one))
    from verifier.handout.tex.page import render

    return render(sheets, replace(form, fragment=form.fragment and kind == "tex"))
