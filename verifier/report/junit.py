"""JUnit's XML, which every CI shows: a suite a file, a case a step, one for the claim and one for
the file as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from verifier.outcome import DerivationReport, ExitStatus, Report
from verifier.report import words
from verifier.report.annotations import Annotation, annotated, in_repository

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML


def render(report: Report, expect: bool = False) -> str:
    """The document."""
    root = Element("testsuites", name="elbo-verify")
    for file in report.derivations:
        _suite(root, file, expect)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: DerivationReport, expect: bool) -> None:
    name = in_repository(report.file)
    found = annotated(report, expect)
    suite = SubElement(root, "testsuite", name=_text(name))
    for case, line, about in _cases(report, found):
        test = SubElement(suite, "testcase", classname=_text(name), name=_text(case))
        test.set("file", _text(name))
        test.set("line", str(line))
        _outcome(test, report, about, expect)
    kinds = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for attribute, tag in kinds.items():
        suite.set(attribute, str(sum(1 for _ in suite.iter(tag))))


def _cases(
    report: DerivationReport, found: list[Annotation]
) -> Iterator[tuple[str, int, list[Annotation]]]:
    """Each case, its line, and what was found of it."""
    for step in report.steps:
        label = f" [{step.label}]" if step.label else ""
        sign = step.kind if step.kind in ("so", "side", "start") else step.relation
        name = f"step {step.index}{label}: {sign} {words.one_line(step.text)}"
        yield name, step.line, [each for each in found if each.step == step.index]
    rest = []
    for each in found:
        if each.code == "not-judged":
            yield f"line {each.where.line}: {words.one_line(each.text)}", each.where.line, [each]
        elif each.step is None:
            rest.append(each)
    line = rest[0].where.line if rest else 1
    yield "the file as a whole: claim, assumptions, numeric check", line, rest


def _outcome(
    test: Element, report: DerivationReport, about: list[Annotation], expect: bool
) -> None:
    """What a case has beneath it where it doesn't pass: one element, as the format wants it. What
    is unproved in a document that passes is no failure."""
    passes = report.exit_status(expect) == ExitStatus.VERIFIED
    grave = [each for each in about if each.level != "note" and not passes]
    if grave:
        kind = "error" if report.error is not None and grave[0].step is None else "failure"
        first = grave[0]
        element = SubElement(test, kind, type=first.code, message=_text(first.message))
        element.text = _text("\n\n".join(f"{_place(each)}: {each.whole}" for each in grave))
    elif about:
        SubElement(test, "skipped").text = _text(about[0].message)


def _place(found: Annotation) -> str:
    where = found.where
    ends = f"{where.end_line}:{where.end_column}"
    return f"{in_repository(found.file)}:{where.line}:{where.column}-{ends} [{found.code}]"


def _text(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
