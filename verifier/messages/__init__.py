"""What every Diagnostic says: the one place where messages and hints are worded.

A code has its wording in the module of its area. Lower case, no full stop, code in backticks;
where two things disagree both are shown; at most one hint.
"""

from __future__ import annotations

from typing import Any

from verifier.messages import (
    certificates,
    documents,
    files,
    formulas,
    handouts,
    keys,
    marks,
    options,
    program,
    servers,
    steps,
    worlds,
)
from verifier.messages import models as declarations
from verifier.messages.wording import Hint, Wording, plain, said
from verifier.outcome import Diagnostic

AREAS = (
    *(files, keys, formulas, declarations, steps, documents),
    *(options, handouts, certificates, worlds, marks, servers, program),
)
MESSAGES: dict[str, Wording] = {}
HINTS: dict[str, Hint] = {}
for _area in AREAS:
    MESSAGES |= _area.MESSAGES
    HINTS |= _area.HINTS


def message(diagnostic: Diagnostic) -> str:
    """The sentence for a diagnostic. A code without wording is said as it is."""
    wording = MESSAGES.get(diagnostic.code)
    sentence = said(wording, _data(diagnostic)) if wording is not None else None
    return sentence or _unworded(diagnostic)


def hint(diagnostic: Diagnostic) -> str | None:
    """What to do about it, where that can be said."""
    wording = HINTS.get(diagnostic.code)
    return said(wording, _data(diagnostic)) if wording is not None else None


def _data(diagnostic: Diagnostic) -> dict[str, Any]:
    """The data, with what a `cause` says and where it stands in the cause's place."""
    data = dict(diagnostic.data)
    cause = data.get("cause")
    if isinstance(cause, Diagnostic):
        where = cause.location
        data["cause"] = message(cause)
        data["place"] = f":{where.line}:{where.column}" if where else ""
    return data


def _unworded(diagnostic: Diagnostic) -> str:
    data = "; ".join(f"{key}: {plain(value)}" for key, value in diagnostic.data.items())
    return diagnostic.code.replace("-", " ") + (f" ({data})" if data else "")
