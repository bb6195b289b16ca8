"""SARIF 2.1.0: what code scanning takes, and most editors show."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from verifier.messages.codes import codes
from verifier.outcome import Report
from verifier.report.annotations import Annotation, all_annotated, in_repository
from verifier.report.gitlab import fingerprint
from verifier.version import __version__

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://pypi.org/project/elbo-verify/"


def render(report: Report, expect: bool = False) -> str:
    """One run, with the codes that it found as its rules."""
    found = [*all_annotated(report, expect)]
    named = [*dict.fromkeys(each.code for each in found)]
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "elbo-verify",
                "version": __version__,
                "informationUri": _HOME,
                "rules": [*map(_rule, named)],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, named.index(each.code), seen) for each in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(code: str) -> dict[str, Any]:
    known = codes().get(code)
    if known is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": known.means},
        "help": {"text": f"{known.means}\n\n{known.do}"},
    }


def _result(found: Annotation, index: int, seen: Counter[str]) -> dict[str, Any]:
    where = found.where
    region = {
        "startLine": where.line,
        "startColumn": where.column,
        "endLine": where.end_line,
        "endColumn": where.end_column,
    }
    if where.excerpt:
        region |= {"snippet": {"text": where.excerpt}}  # type: ignore[dict-item]
    place = {"artifactLocation": _artifact(found.file), "region": region}
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.level,
        "message": {"text": found.whole},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"formula/v1": fingerprint(found, seen)},
    }


def _artifact(file: str) -> dict[str, str]:
    place = in_repository(file)
    if os.path.isabs(place) or place.startswith(".."):
        return {"uri": Path(os.path.abspath(file)).as_uri()}
    return {"uri": quote(place), "uriBaseId": "%SRCROOT%"}
