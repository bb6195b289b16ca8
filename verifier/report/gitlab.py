"""GitLab's report on code quality: a JSON list of findings, each with a fingerprint that stays when
lines move."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from verifier.outcome import Report
from verifier.report.annotations import Annotation, all_annotated, in_repository

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, expect: bool = False) -> str:
    """The list."""
    seen: Counter[str] = Counter()
    return (
        json.dumps([_issue(each, seen) for each in all_annotated(report, expect)], indent=1) + "\n"
    )


def _issue(found: Annotation, seen: Counter[str]) -> dict[str, Any]:
    where, path = found.where, in_repository(found.file)
    return {
        "type": "issue",
        "check_name": f"elbo-verify/{found.code}",
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[found.level],
        "description": found.message,
        "content": {"body": found.whole},
        "fingerprint": fingerprint(found, seen),
        "location": {
            "path": path,
            "positions": {
                "begin": {"line": where.line, "column": where.column},
                "end": {"line": where.end_line, "column": where.end_column},
            },
        },
    }


def fingerprint(found: Annotation, seen: Counter[str]) -> str:
    """By what a finding is known again: its file, code and formula, and how many such were `seen`
    before it; not its line."""
    known = "\0".join((in_repository(found.file), found.code, found.text))
    seen[known] += 1
    return hashlib.sha256(f"{known}\0{seen[known]}".encode()).hexdigest()[:32]
