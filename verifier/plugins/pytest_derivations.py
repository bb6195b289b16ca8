"""Derivations as tests: `pytest derivations/`, an item a step, one for the claim, one for the
numeric check.

pytest loads this wherever the package is installed. So nothing is imported here but pytest itself,
and no file is looked at that isn't below a path which the call, or `testpaths`, names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from verifier.outcome import DerivationReport, Diagnostic, StepReport

_YAML = (".yaml", ".yml")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--derivations`."""
    parser.getgroup("elbo-verify").addoption(
        "--derivations",
        action="store_true",
        help="collect derivations wherever tests are collected, not only below paths that the call"
        " or `testpaths` names",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A derivation, or a document that its project includes or the call names."""
    named = _named(file_path, parent.config)
    if named is None or not _is_one(file_path, named):
        return None
    return DerivationFile.from_parent(parent, path=file_path, named=named)


def _named(file: Path, config: pytest.Config) -> bool | None:
    """Whether the call names a file itself; None where it isn't asked for."""
    if config.args_source is config.ArgsSource.INVOCATION_DIR:  # nothing is named
        return False if config.getoption("--derivations") else None
    here = config.invocation_params.dir
    paths = [here / argument.partition("::")[0] for argument in config.args]
    if file in paths:
        return True
    below = (path for path in paths if path in file.parents and path != config.rootpath)
    asked = config.getoption("--derivations") or any(below)
    return False if asked else None


def _is_one(file: Path, named: bool) -> bool:
    ending = file.suffix.lower()
    from verifier.commands.jobs import is_document, would_take

    if ending not in _YAML and not is_document(file.name):
        return False
    if named and ending != ".py":
        return ending not in _YAML or would_take(str(file), excluded=True)
    return would_take(str(file))


class NotVerifiedError(Exception):
    """What a report says of an item."""


class DerivationFile(pytest.File):
    """A derivation, or a document, which is judged once, when the first of its items runs."""

    def __init__(self, *, named: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.named = named

    def collect(self) -> Iterable[pytest.Item]:
        """Of a derivation its steps as written, of a document those that are found in it."""
        items = [*self._document()] if self.path.suffix not in _YAML else [*self._derivation()]
        if self.config.pluginmanager.hasplugin("xdist"):  # so that one worker judges all of it
            for item in items:
                item.add_marker(pytest.mark.xdist_group(str(self.path)))
        return items

    @cached_property
    def report(self) -> DerivationReport:
        """The report on it; what hasn't changed isn't judged again."""
        from dataclasses import replace

        from verifier.commands.verify import verify
        from verifier.kept.reports import Reports
        from verifier.kept.store import Store, usual_folder

        folder = usual_folder()
        kept = Reports(None if folder is None else Store(folder))
        (report,) = verify(os.fsencode(self.path), kept=kept).derivations
        here = self.config.invocation_params.dir
        return replace(report, file=os.path.relpath(self.path, here))

    def _derivation(self) -> Iterator[pytest.Item]:
        from verifier.commands.jobs import is_strict
        from verifier.derivation.loader import readable
        from verifier.derivation.source import read_source
        from verifier.outcome import DiagnosticError

        try:
            loaded = readable(read_source(self.path), is_strict(str(self.path)))
        except DiagnosticError as error:
            where = error.diagnostic.location
            yield WholeItem.from_parent(self, name="file", line=where.line if where else 1)
            return
        lines = [step.formula.location().line for step in loaded.steps]
        for number, (step, line) in enumerate(zip(loaded.steps, lines, strict=True), 1):
            label = f"[{step.label.value}]" if step.label else ""
            end = lines[number] if number < len(lines) else loaded.claim.location().line
            item = {"name": f"step-{number}{label}", "line": line, "number": number, "end": end}
            yield StepItem.from_parent(self, **item)
        claim = loaded.claim.location().line
        yield ClaimItem.from_parent(self, name="claim", line=claim)
        yield NumericItem.from_parent(self, name="numeric", line=1)

    def _document(self) -> Iterator[pytest.Item]:
        error = self.report.error
        if error is not None and error.code == "nothing-to-judge" and not self.named:
            return
        for step in self.report.steps:
            item = {"name": f"step-{step.index}", "line": step.line, "number": step.index}
            yield StepItem.from_parent(self, **item, end=step.location.end_line + 1)
        yield WholeItem.from_parent(self, name="file", line=1)


class _Item(pytest.Item):
    """An item on a line of the file."""

    parent: DerivationFile

    def __init__(self, *, line: int, **options: Any) -> None:
        super().__init__(**options)
        self.line = line

    def runtest(self) -> None:
        """Fail with what the report says."""
        said = self.said(self.parent.report)
        if said:
            raise NotVerifiedError(said)

    def said(self, report: DerivationReport) -> str:
        """What is wrong, in the words of the report; nothing where nothing is."""
        raise NotImplementedError

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The words of the report, and no traceback through ours."""
        if isinstance(excinfo.value, NotVerifiedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The line of the file."""
        place = self.nodeid.partition("::")
        return self.path, self.line - 1, f"{place[0]}: {place[2]}"


class StepItem(_Item):
    """A step: it passes where it has the verdict that the file expects of it, mostly `proved`."""

    def __init__(self, *, number: int, end: int, **options: Any) -> None:
        super().__init__(**options)
        self.number, self.end = number, end

    def said(self, report: DerivationReport) -> str:
        """What keeps the step from its verdict."""
        step = next((step for step in report.steps if step.index == self.number), None)
        if step is not None:
            return "" if step.verdict == step.expected else _of_step(report, step)
        if _expected(report):
            return ""
        here = [each for each in report.errors if self.line <= _line(each) < self.end]
        if not here:
            pytest.skip("not judged: something else is wrong with the file")
        return _of(report, here)


class ClaimItem(_Item):
    """Whether the claim is reached and rests on what is proved; and whether the file can be judged
    at all."""

    def said(self, report: DerivationReport) -> str:
        """What keeps the claim from being reached."""
        if _expected(report) and report.verdict != "verified":
            return ""
        found = [*report.errors]
        if report.problem is not None and report.problem.code.startswith("claim-"):
            found.append(report.problem)
        return _of(report, found) or _surprise(report)


class NumericItem(_Item):
    """Whether the sampled worlds agree, and there are any."""

    def said(self, report: DerivationReport) -> str:
        """What the worlds say against the file."""
        if report.error is not None:
            pytest.skip("not judged: the file can't be")
        problem = report.problem
        if problem is None or problem.code.startswith("claim-"):
            return ""
        return "" if _expected(report) and not report.internal else _of(report, [problem])


class WholeItem(_Item):
    """A file of which no more is known, or a document as a whole."""

    def said(self, report: DerivationReport) -> str:
        """All that is wrong with the file as such."""
        if _expected(report) and not report.internal:
            return ""
        return _of(report, [*report.errors, *([report.problem] if report.problem else [])])


def _expected(report: DerivationReport) -> bool:
    return report.verdict == report.expected


def _line(found: Diagnostic) -> int:
    return found.location.line if found.location else 1


def _of_step(report: DerivationReport, step: StepReport) -> str:
    from verifier.report import plain
    from verifier.report.findings import surprises
    from verifier.report.layout import UNLIMITED, finding_lines, single_spaced, step_lines

    lines = [*step_lines(report, step, UNLIMITED)]
    if step.expected != "proved":
        alone = surprises(_only(report, step))
        lines += [line for each in alone[:1] for line in finding_lines(each, None)]
    return plain.text(single_spaced(lines)).strip("\n")


def _only(report: DerivationReport, step: StepReport) -> DerivationReport:
    from dataclasses import replace

    return replace(report, steps=(step,))


def _of(report: DerivationReport, found: Iterable[Diagnostic]) -> str:
    from verifier.report import plain
    from verifier.report.findings import finding
    from verifier.report.layout import UNLIMITED, finding_lines

    each = [finding(report.file, one, UNLIMITED) for one in found]
    return "\n".join(plain.text(finding_lines(one, None)) for one in each).strip("\n")


def _surprise(report: DerivationReport) -> str:
    """That a file is verified of which that isn't expected."""
    from dataclasses import replace

    from verifier.report import plain
    from verifier.report.findings import surprises
    from verifier.report.layout import finding_lines

    if report.verdict != "verified" or _expected(report):
        return ""
    (found,) = surprises(replace(report, steps=()))
    return plain.text(finding_lines(found, None)).strip("\n")
