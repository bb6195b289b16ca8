"""`--fix`: rules that were inferred, or that a `wrong-rule` names, written into the file.

A step that is proved under the rules it cites is left alone, and so is one that is meant to be
`wrong-rule`. The new text is judged before it takes the file's place, as a whole or not at all.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from verifier.language.derivation import Derivation, Source
from verifier.language.loader import derivation
from verifier.language.rewrite import alike, with_rules
from verifier.language.source import decoded, read_source
from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    FileVerdict,
    Location,
    StepReport,
    Verdict,
)
from verifier.steps import ALIASES

Rules = Mapping[int, tuple[str, ...]]  # by the step's number


def fixed(
    report: DerivationReport, judge: Callable[[Source], DerivationReport]
) -> DerivationReport:
    """The report on a file after its rules are written into it, or with what kept them out."""
    try:
        source = read_source(report.file)
        before = derivation(source)
        rules = wanted(before, report)
        if not rules:
            return replace(report, fixes=())
        if source.digest != report.digest:
            raise _refused("fix-changed")
        new = rewritten(source, rules)
        after = judge(new)
        _check(report, after, rules)
        _put(report.file, source, new)
    except DiagnosticError as error:
        return replace(report, fixes=(), unfixed=error.diagnostic)
    fixes = (_said(before, step) for step in after.steps if step.index in rules)
    return replace(after, fixes=tuple(fixes))


def wanted(before: Derivation, report: DerivationReport) -> Rules:
    """The rules to write, by step."""
    found: dict[int, tuple[str, ...]] = {}
    for step in report.steps:
        inferred = step.index > 0 and before.steps[step.index - 1].rules is None
        if step.verdict == Verdict.PROVED and inferred and step.rules:
            found[step.index] = step.rules
        elif step.verdict == Verdict.WRONG_RULE != step.expected and step.suggestion:
            found[step.index] = step.suggestion.rules
    return found


def waits(report: DerivationReport) -> bool:
    """Whether a step of a file uses a statement of another that isn't proved yet."""
    return any(s.diagnostic and s.diagnostic.code == "premise-unproved" for s in report.steps)


def rewritten(source: Source, rules: Rules) -> Source:
    """The source with these rules written in, and nothing else of it changed."""
    text = with_rules(source, rules, lambda name: ALIASES.get(name, name))
    try:
        new = decoded(source.name, (source.mark + text).encode())
        same = alike(source, new)
    except DiagnosticError as error:
        raise _refused("fix-unreadable") from error
    if not same:
        raise _refused("fix-unreadable")
    return new


def _check(before: DerivationReport, after: DerivationReport, rules: Rules) -> None:
    """Each step written to must be proved now, and no other be judged differently."""
    order = [*FileVerdict]
    for old, new in zip(before.steps, after.steps, strict=False):
        if new.verdict != (Verdict.PROVED if new.index in rules else old.verdict):
            raise _refused("fix-worse", step=new.index, verdict=new.verdict)
    if order.index(after.verdict) > order.index(before.verdict):
        raise _refused("fix-worse", step=0, verdict=after.verdict)


def _put(file: str, old: Source, new: Source) -> None:
    """Put the new text in the file's place, at once, under the mode that it had."""
    try:
        status = os.lstat(file)
        if stat.S_ISLNK(status.st_mode):
            raise _refused("fix-link")
        if not (status.st_mode & 0o222 and os.access(file, os.W_OK)):
            raise _refused("fix-read-only")
        if read_source(file).digest != old.digest:
            raise _refused("fix-changed")
        _swap(file, (new.mark + new.text).encode(), stat.S_IMODE(status.st_mode))
    except OSError as error:
        raise _refused("fix-unwritable", reason=error.strerror) from error


def _swap(file: str, data: bytes, mode: int) -> None:
    handle, fresh = tempfile.mkstemp(dir=os.path.dirname(file) or ".", prefix=".elbo-verify-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(fresh, mode)
        os.replace(fresh, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise


def _refused(code: str, **data: object) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, None, data))


def _said(before: Derivation, step: StepReport) -> Diagnostic:
    """What was written, on the line where the step stands now."""
    cited = before.steps[step.index - 1].rules
    old = None if cited is None else tuple(rule.value for rule in cited)
    where = Location(step.line, 1, step.line, 1)
    return Diagnostic("fixed", where, {"step": step.index, "old": old, "new": step.rules})
