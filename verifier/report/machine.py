"""The report as JSON, schema 1 of the format."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

from verifier.messages import hint, message
from verifier.messages.codes import CodeEntry
from verifier.outcome import (
    AnyReport,
    Certified,
    ClassReport,
    Configured,
    Counterexample,
    DerivationReport,
    Diagnosis,
    Diagnostic,
    Fate,
    Grade,
    GradeReport,
    Made,
    Mutant,
    Mutation,
    MutationReport,
    Necessity,
    Numeric,
    Replay,
    Report,
    StepReport,
    Suggestion,
    Table,
)
from verifier.report import documents
from verifier.report.annotations import Annotation, annotated
from verifier.report.config import table
from verifier.report.findings import slip
from verifier.report.shown import visible
from verifier.version import __version__

if TYPE_CHECKING:
    from verifier.manual.rules import Entry

SCHEMA = 1
_FILES = ("file", "answers", "world")

Json = dict[str, Any]


def render(report: AnyReport, expect: bool = False) -> str:
    """The whole report, in ASCII. `expect`: findings are what isn't as expected."""
    whole: Json = {"schema": SCHEMA, "tool": f"elbo-verify {__version__}"}
    if isinstance(report, Report):
        whole["verdict"] = report.verdict
        whole["derivations"] = [_derivation(each, expect) for each in report.derivations]
        whole |= {"skipped": report.skipped} if report.skipped else {}
        read = [each for each in report.derivations if each.reading is not None]
        whole |= {"not_judged": [*chain(*map(documents.not_judged, read))]} if read else {}
    elif isinstance(report, GradeReport):
        whole |= _graded(report)
    elif isinstance(report, ClassReport):
        whole |= {"file": report.file, "sheets": [*map(_graded, report.sheets)]}
    elif isinstance(report, MutationReport):
        whole["counts"] = _fates(report.mutants)
        whole["files"] = [_mutation(mutation) for mutation in report.files]
    else:
        whole |= {"file": report.file, "world": report.world}
        whole["replays"] = [_replay(replay) for replay in report.replays]
        whole["error"] = _diagnostic(report.error)
        whole["errors"] = [_diagnostic(error) for error in report.errors]
    return _text(whole)


def entries(found: Iterable[Entry | CodeEntry]) -> str:
    """All there is on rules and codes."""
    found = [*found]
    codes = [asdict(each) for each in found if isinstance(each, CodeEntry)]
    rules = [asdict(each) for each in found if not isinstance(each, CodeEntry)]
    return _text({"schema": SCHEMA, "rules": rules} | ({"codes": codes} if codes else {}))


def config(found: Iterable[Configured]) -> str:
    """The settings of projects."""
    return _text({"schema": SCHEMA, "config": table(found)})


def named(rows: Iterable[tuple[str, str]]) -> str:
    """What comes with the program."""
    found = [{"name": name, "title": title} for name, title in rows]
    return _text({"schema": SCHEMA, "derivations": found})


def made_of(made: Iterable[Made], what: str) -> str:
    """What became of handouts or certificates."""
    rows = [
        {"file": each.file, "code": each.said.code, "message": message(each.said)} for each in made
    ]
    return _text({"schema": SCHEMA, "tool": f"elbo-verify {__version__}", what: rows})


def _text(whole: Json) -> str:
    return json.dumps(_shown(whole), indent=1, allow_nan=False) + "\n"


def _shown(value: Any, key: str = "") -> Any:
    """What is for people as it may be shown to them; names of files, for programs, as they are."""
    match value:
        case str():
            return value if key in _FILES else visible(value, breaks=True)
        case dict():
            return {name: _shown(part, name) for name, part in value.items()}
        case list():
            return [_shown(part) for part in value]
    return value


def _derivation(report: DerivationReport, expect: bool) -> Json:
    claim = report.claim
    return {
        "file": report.file,
        "title": report.title,
        "verdict": report.verdict,
        "claim": claim
        and {
            "text": claim.text,
            "latex": claim.latex,
            "reached": claim.reached,
            "proved": claim.proved,
        },
        "assumptions": [{"text": a.text, "steps": list(a.steps)} for a in report.assumptions],
        "steps": documents.with_declared(report, [_step(step) for step in report.steps]),
        **({} if report.reading is None else {"read_as": [*documents.read_as(report.reading)]}),
        "faults": report.faults,
        "numeric": _numeric(report.numeric),
        "error": _diagnostic(report.error),
        "errors": [_diagnostic(error) for error in report.errors],
        "problem": _diagnostic(report.problem),
        "findings": [*map(_finding, annotated(report, expect))],
        "remarks": [message(remark) for remark in report.remarks],
        **({} if report.certified is None else {"certified": _certified(report.certified)}),
        **_fixing(report),
        **({} if report.necessity is None else {"necessity": [*map(_needed, report.necessity)]}),
    }


def _certified(found: Certified) -> Json:
    return {
        "prover": found.prover,
        "for": "finite alphabets",
        "axioms": list(found.axioms),
        "accepted": found.accepted,
        "of": found.steps,
        "file": found.file,
        "digest": found.digest,
        "message": message(found.said),
    }


def _replay(replay: Replay) -> Json:
    return {
        "step": replay.step,
        "statement": replay.statement,
        "breaks": replay.breaks,
        "code": replay.said.code,
        "message": message(replay.said),
        "counterexample": _counterexample(replay.counterexample, replay.step),
    }


def _graded(report: GradeReport) -> Json:
    """A worksheet that was marked."""
    return {
        "file": report.file,
        "answers": report.answers,
        "title": report.title,
        "right": report.right,
        "of": len(report.grades),
        "points": report.points,
        "most": report.most,
        "grades": [_grade(grade) for grade in report.grades],
        "error": _diagnostic(report.error),
        "errors": [_diagnostic(error) for error in report.errors],
    }


def _grade(grade: Grade) -> Json:
    step = grade.report
    return {
        "step": grade.step,
        "blank": grade.blank,
        "answer": grade.answer,
        "mark": grade.mark,
        "points": grade.points,
        "line": grade.line,
        "column": grade.column,
        "code": grade.why and grade.why.code,
        "message": grade.why and message(grade.why),
        "hint": grade.why and hint(grade.why),
        "verdict": step and step.verdict,
        "remarks": [message(remark) for remark in step.remarks] if step else [],
        "suggestion": _suggestion(step.suggestion) if step else None,
        "diagnosis": _diagnosis(step.diagnosis) if step else None,
        "counterexample": _counterexample(step.counterexample, step.index) if step else None,
    }


def _mutation(mutation: Mutation) -> Json:
    return {
        "file": mutation.file,
        "title": mutation.title,
        "counts": _fates(mutation.mutants),
        "mutants": [_mutant(mutant) for mutant in mutation.mutants],
        "left_out": [_diagnostic(note) for note in mutation.left_out],
        "error": _diagnostic(mutation.error),
        "errors": [_diagnostic(error) for error in mutation.errors],
    }


def _fates(mutants: Iterable[Mutant]) -> Json:
    fates = Counter(mutant.fate for mutant in mutants)
    return {fate: fates[fate] for fate in Fate}


def _mutant(mutant: Mutant) -> Json:
    """`agrees`: whether it holds in the worlds, null where it was evaluated in none; `rules`: by
    which the kernel proves it, null where it doesn't."""
    return {
        "step": mutant.step,
        "kind": mutant.kind,
        "line": mutant.line,
        "column": mutant.column,
        "before": mutant.before,
        "after": mutant.after,
        "text": mutant.text,
        "fate": mutant.fate,
        "agrees": mutant.agrees,
        "rules": None if mutant.rules is None else list(mutant.rules),
        "counterexample": _counterexample(mutant.counterexample, mutant.step),
    }


def _fixing(report: DerivationReport) -> Json:
    """What `--fix` did."""
    if report.fixes is None:
        return {}
    return {
        "fixes": [_diagnostic(fix) for fix in report.fixes],
        "unfixed": _diagnostic(report.unfixed),
    }


def _needed(item: Necessity) -> Json:
    return {
        "assumption": item.assumption,
        "step": item.step,
        "counterexample": _counterexample(item.counterexample, item.step),
    }


def _step(step: StepReport) -> Json:
    return {
        "index": step.index,
        "kind": step.kind,
        "statement": step.statement,
        "line": step.line,
        "column": step.column,
        "end_line": step.location.end_line,
        "end_column": step.location.end_column,
        "relation": step.relation,
        "text": step.text,
        "latex": step.latex,
        "label": step.label,
        "rules": list(step.rules),
        "verdict": step.verdict,
        "given": list(step.given),
        "code": step.diagnostic and step.diagnostic.code,
        "message": step.diagnostic and message(step.diagnostic),
        "hint": step.diagnostic and hint(step.diagnostic),
        "remarks": [message(remark) for remark in step.remarks],
        "suggestion": _suggestion(step.suggestion),
        "diagnosis": _diagnosis(step.diagnosis),
        "follows": step.follows,
        "counterexample": _counterexample(step.counterexample, step.index),
        "numeric": _numeric(step.numeric),
        **documents.place(step.place),
    }


def _finding(found: Annotation) -> Json:
    """Something found, as other formats have it too."""
    where = found.where
    return {
        "code": found.code,
        "level": found.level,
        "message": found.message,
        "hint": found.hint,
        "step": found.step,
        "line": where.line,
        "column": where.column,
        "end_line": where.end_line,
        "end_column": where.end_column,
    }


def _numeric(numeric: Numeric | None) -> Json | None:
    if numeric is None:
        return None
    # JSON has no infinity and no NaN: what is neither a number is null.
    worst = numeric.worst if math.isfinite(numeric.worst) else None
    return {"samples": numeric.samples, "agrees": numeric.agrees, "worst": worst}


def _diagnostic(diagnostic: Diagnostic | None) -> Json | None:
    if diagnostic is None:
        return None
    where = diagnostic.location
    return {
        "code": diagnostic.code,
        "message": message(diagnostic),
        "hint": hint(diagnostic),
        "line": where.line if where else 1,
        "column": where.column if where else 1,
        "end_line": where.end_line if where else 1,
        "end_column": where.end_column if where else 1,
    }


def _suggestion(suggestion: Suggestion | None) -> Json | None:
    if suggestion is None:
        return None
    return {"rules": list(suggestion.rules), "places": list(suggestion.places)}


def _diagnosis(found: Diagnosis | None) -> Json | None:
    if found is None:
        return None
    return {**asdict(found), "message": message(slip(found))}


def _counterexample(example: Counterexample | None, step: int | None) -> Json | None:
    """A file of this alone is one that `--replay` takes."""
    if example is None:
        return None
    return {
        "step": step,
        "tables": [_table(table) for table in example.tables],
        "weights": [_table(table) for table in example.weights],
        "parameters": dict(example.parameters),
        "point": dict(example.point),
        "left": example.left,
        "right": example.right,
        "difference": example.difference,
    }


def _table(table: Table) -> Json:
    return {
        "name": table.name,
        "axes": list(table.axes),
        "shape": list(table.shape),
        "cells": list(table.cells),
    }
