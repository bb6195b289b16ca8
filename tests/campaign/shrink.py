"""A found file made smaller, for as long as the verifier accepts something false in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from .run import Found, Prover, judge
from .verdict import MAIN, Files, proof

TRIES = 60  # worlds for each smaller file
ATTEMPTS = 400
LISTS = ("assume", "support", "functions", "parameters", "model", "define", "discrete")
Smaller = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]


def shrunk(found: Found, prove: Prover = proof) -> Found:
    """The same fault in fewer declarations, fewer steps and shorter lines."""
    attempts = 0
    again = True
    while again and attempts < ATTEMPTS:
        again = False
        for files in _smaller(found.files):
            attempts += 1
            other = _still(found.seed, files, prove)
            if other is not None:
                found, again = other, True
                break
            if attempts >= ATTEMPTS:
                break
    return found


def _still(seed: int, files: Files, prove: Prover) -> Found | None:
    try:
        return judge(seed, files, prove, TRIES)[1]
    except Exception:  # another fault, and not the one that was found
        return None


def _smaller(files: Files) -> Iterator[Files]:
    """Files with one thing less: a step, a declaration, a rule, a part of a formula."""
    data = yaml.load(files[MAIN], Loader=yaml.BaseLoader)
    for smaller in (_fewer_steps, _fewer_declarations, _shorter_lines):
        for less in smaller(data):
            yield {**files, MAIN: _dumped(less)}
    if len(files) > 1:
        for name in files:
            if name != MAIN:
                other = yaml.load(files[name], Loader=yaml.BaseLoader)
                for less in _fewer_declarations(other):
                    yield {**files, name: _dumped(less)}


def _fewer_steps(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    steps = data["steps"]
    if len(steps) > 1:
        cut = steps[:-1]
        yield {**data, "steps": cut, "claim": _reached(data, cut)}
        for number in range(len(steps) - 1):
            rest = [step for i, step in enumerate(steps) if i != number]
            if "start" in data or "so" in rest[0]:
                yield {**data, "steps": rest, "claim": _reached(data, rest)}


def _reached(data: dict[str, Any], steps: list[dict[str, Any]]) -> str:
    """The statement that some steps reach."""
    left, relation, right = data.get("start", ""), "=", ""
    for step in steps:
        if "so" in step:
            return str(steps[-1]["so"]) if "so" in steps[-1] else str(data["claim"])
        key = next(key for key in ("eq", "ge", "le") if key in step)
        relation = {"eq": relation, "ge": ">=", "le": "<="}[key]
        right = step[key]
    return f"{left} {relation} {right}"


def _fewer_declarations(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in LISTS:
        for number in range(len(data.get(key, []))):
            rest = [line for i, line in enumerate(data[key]) if i != number]
            yield {**data, key: rest}
    for number, step in enumerate(data["steps"]):
        rules = step.get("by")
        if isinstance(rules, list) and len(rules) > 1:
            for rule in rules:
                less = {**step, "by": [other for other in rules if other != rule]}
                yield {**data, "steps": _with(data["steps"], number, less)}


def _shorter_lines(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A part in brackets put for a part that holds it, wherever the same text stands."""
    text = _dumped(data)
    seen = set()
    for whole, part in _nested(text):
        if (whole, part) not in seen and whole != part:
            seen.add((whole, part))
            yield yaml.load(text.replace(whole, part), Loader=yaml.BaseLoader)


def _nested(text: str) -> Iterator[tuple[str, str]]:
    """Each bracket with a smaller one in its place, largest first: `(a * b)` by `a`, by `b`."""
    opened: list[int] = []
    brackets: list[str] = []
    for place, character in enumerate(text):
        if character == "(":
            opened.append(place)
        elif character == ")" and opened:
            brackets.append(text[opened.pop() : place + 1])
    for whole in sorted(set(brackets), key=lambda b: (-len(b), b)):
        depth = 0
        for place, character in enumerate(whole):
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
            if depth == 1 and character in "+-*/" and whole[place - 1] == " ":
                yield whole, whole[1 : place - 1]
                yield whole, whole[place + 2 : -1]


def _with(steps: list[Any], number: int, step: Any) -> list[Any]:
    return [*steps[:number], step, *steps[number + 1 :]]


def _dumped(data: dict[str, Any]) -> str:
    """YAML with its formulas quoted and its lists on one line."""
    lines = []
    for key, value in data.items():
        if key == "steps":
            lines.append("steps:")
            lines += [f"  - {_flow(step)}" for step in value]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return f'"{value}"'
