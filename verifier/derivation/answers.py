"""A worksheet that was filled in, held against its derivation: the answers, and nothing else new.

What stands in a blank may be anything: an answer that can't be read is a wrong one. All that is not
blank must be as in the derivation, but for blanks between words and what is noted on a blank step.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from verifier.derivation import yaml_nodes as nodes
from verifier.derivation.derivation import Derivation, Source, Step, Text
from verifier.derivation.fields import Fields
from verifier.derivation.keys import BLANKS, FILE_KEYS, STATEMENTS, STEP_KEYS, free
from verifier.derivation.rewrite import name_of, value_of
from verifier.derivation.yaml_nodes import Listing, Mapping, Node, Scalar
from verifier.formula.lexer import FormulaError
from verifier.formula.pasted import tokenize
from verifier.formula.written import Span
from verifier.outcome import Diagnostic, DiagnosticError, Location

OPEN = "___"  # what stands where something is missing

_SIGNS = {
    "=": "eq",
    **dict.fromkeys((">=", "≥", "⩾", r"\ge", r"\geq", r"\geqslant"), "ge"),
    **dict.fromkeys(("<=", "≤", "⩽", r"\le", r"\leq", r"\leqslant"), "le"),
}
_CHAIN = {**{key: key for key in _SIGNS.values()}, **_SIGNS}
_NESTING = dict.fromkeys(("(", "[", "{", r"\{"), 1) | dict.fromkeys((")", "]", "}", r"\}"), -1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in a blank: the step with it put in, or why that is no step; neither where
    nothing is answered."""

    number: int  # of the step
    blank: str
    text: str
    place: Location
    step: Step | None = None
    fault: Diagnostic | None = None
    points: int = 1


def is_open(text: str) -> bool:
    """Whether this is a blank still: any number of low lines."""
    return re.fullmatch("_+", text) is not None


def share(steps: int) -> int:
    """How many of its steps a worksheet leaves blank where the derivation doesn't say which."""
    return max(1, (steps + 1) // 3)


def relation_of(statement: Text) -> Span | None:
    """Where the relation of a statement stands."""
    depth = 0
    try:
        for token in tokenize(statement.value):
            depth += _NESTING.get(token.text, 0)
            if depth == 0 and token.text in _SIGNS:
                return Span(token.start, token.end)
    except FormulaError:
        pass
    return None


def answers(wanted: Derivation, source: Source) -> tuple[Answer, ...]:
    """The answers in a worksheet of a derivation. Raises DiagnosticError where it is none."""
    original, given = nodes.compose(wanted.source), nodes.compose(source)
    file = Fields(source, given, "derivation", FILE_KEYS)
    _compare(original, given, source, {"steps", *free(FILE_KEYS)})
    entries, originals = file.items("steps"), value_of(original, "steps")
    assert isinstance(originals, Listing)
    if len(entries) != len(originals.items):
        counts = {"wanted": len(originals.items), "found": len(entries)}
        file.refuse_value("answers-steps", "steps", **counts)
    blanks = _blanks(wanted, source, entries)
    steps = [*zip(wanted.steps, entries, originals.items, strict=True)]
    for number, (_, entry, before) in enumerate(steps, 1):
        if number not in blanks:
            Fields(source, entry, "step", STEP_KEYS)
            _compare(before, entry, source, free(STEP_KEYS))
    return tuple(
        _answer(_Blank(number, kind, step, source, entry), original)
        for number, (step, entry, original) in enumerate(steps, 1)
        if (kind := blanks.get(number))
    )


def _blanks(wanted: Derivation, source: Source, entries: tuple[Node, ...]) -> MappingOf[int, str]:
    """What is blank, by the step's number. Which steps are may be left to the worksheet, but not
    how many: so none is added, and none left out."""
    said = {n: step.blank for n, step in enumerate(wanted.steps, 1) if step.blank}
    found: dict[int, str] = {}
    for number, entry in enumerate(entries, 1):
        pairs = [pair for pair in _pairs(entry) if name_of(pair[0]) == "blank"]
        kind = None
        if isinstance(entry, Mapping) and pairs:
            alone = replace(entry, pairs=tuple(pairs))
            kind = Fields(source, alone, "step", STEP_KEYS).choice("blank", BLANKS)
        if said and kind != said.get(number):
            data = {"step": number, "wanted": said.get(number), "found": kind}
            raise _refused("answers-blank", source, pairs[0][1] if pairs else entry, **data)
        if kind is not None:
            found[number] = kind
    if not said and len(found) != share(len(entries)):
        counts = {"wanted": share(len(entries)), "found": len(found)}
        place = source.location(0, 0)
        raise DiagnosticError(Diagnostic("answers-blanks", place, counts))
    return found


def _pairs(node: Node) -> tuple[tuple[Node, Node], ...]:
    return node.pairs if isinstance(node, Mapping) else ()


# -- what is not blank ----------------------------------------------------------------------------


def _compare(wanted: Node, found: Node, source: Source, apart: Collection[str]) -> None:
    """Raises DiagnosticError at the first difference, the keys in `apart` apart."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for key, value in found.pairs:
            name = name_of(key)
            original = value_of(wanted, name)
            if original is None and name not in apart:
                raise _refused("answers-more", source, key, key=name)
            if original is not None and name not in apart:
                _compare(original, value, source, apart)
        for key, _ in wanted.pairs:
            name = name_of(key)
            if name not in apart and value_of(found, name) is None:
                raise _refused("answers-lack", source, found, key=name)
    elif isinstance(wanted, Listing) and isinstance(found, Listing):
        for one, other in zip(wanted.items, found.items, strict=False):
            _compare(one, other, source, apart)
        if len(wanted.items) != len(found.items):
            raise _refused("answers-differ", source, found, wanted=_said(wanted))
    elif type(wanted) is not type(found) or _said(wanted) != _said(found):
        raise _refused("answers-differ", source, found, wanted=_said(wanted))


def _said(node: Node) -> str:
    """What a node says, in one line."""
    if isinstance(node, Scalar):
        return " ".join(node.text.value.split())
    if isinstance(node, Listing):
        return f"[{', '.join(map(_said, node.items))}]"
    return f"{{{', '.join(f'{_said(key)}: {_said(value)}' for key, value in node.pairs)}}}"


def _refused(code: str, source: Source, node: Node, **data: object) -> DiagnosticError:
    end = node.end if isinstance(node, Scalar) else node.start + 1
    return DiagnosticError(Diagnostic(code, source.location(node.start, end), data))


# -- what is --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Blank:
    """A blank of a worksheet: what the step was, and the entry that has it now."""

    number: int
    kind: str
    wanted: Step
    source: Source
    entry: Node

    def open(self, node: Node | None = None) -> Answer:
        """Nothing is answered."""
        return Answer(self.number, self.kind, "", self.place(node), points=self.wanted.points)

    def place(self, node: Node | None) -> Location:
        """Where an answer stands; without one where its step begins."""
        if node is None:
            return self.source.location(self.entry.start, self.entry.start + 1)
        return self.source.location(node.start, max(node.end, node.start))

    def answered(self, node: Node, text: str, **put: object) -> Answer:
        """The step with what is answered."""
        step = replace(self.wanted, **put)  # type: ignore[arg-type]
        return Answer(self.number, self.kind, text, self.place(node), step, None, step.points)

    def faulty(self, node: Node, text: str, fault: Diagnostic) -> Answer:
        """What is answered is no step."""
        points = self.wanted.points
        return Answer(self.number, self.kind, text, self.place(node), None, fault, points)


def _answer(blank: _Blank, original: Node) -> Answer:
    asked = "by" if blank.kind == "reason" else blank.wanted.key
    if blank.kind == "relation" and asked in _CHAIN:
        return _relation_answer(blank, original)
    entry, value = blank.entry, value_of(blank.entry, asked)
    if isinstance(value, Scalar) and value.null:  # not answered either
        assert isinstance(entry, Mapping)
        pairs = tuple(pair for pair in entry.pairs if pair[1] is not value)
        entry, value = replace(entry, pairs=pairs), None
    fields = Fields(blank.source, entry, "step", STEP_KEYS)
    _compare(original, entry, blank.source, {*free(STEP_KEYS, blank=True), asked})
    if value is None:
        return blank.open()
    if is_open(_said(value)):
        return blank.open(value)
    try:
        if blank.kind == "reason":
            return _reason_answer(blank, fields, value)
        formula = fields.text(asked)
    except DiagnosticError as error:
        return blank.faulty(value, _said(value), error.diagnostic)
    if blank.kind == "line":
        return blank.answered(value, _said(value), formula=formula)
    return _statement_answer(blank, value, formula)


def _reason_answer(blank: _Blank, fields: Fields, value: Node) -> Answer:
    """The rules that are cited; a blank among them is none."""
    rules = tuple(rule for rule in fields.texts("by", or_one=True) if not is_open(rule.value))
    if not rules:
        return blank.open(value)
    text = ", ".join(rule.value for rule in rules)
    formula = fields.text(blank.wanted.key)
    return blank.answered(value, text, formula=formula, rules=rules)


def _relation_answer(blank: _Blank, original: Node) -> Answer:
    """The key of a chain's step."""
    entry = blank.entry
    others = {*STEP_KEYS} - {*STATEMENTS}
    found = [pair for pair in _pairs(entry) if name_of(pair[0]) not in others]
    Fields(blank.source, entry, "step", [*STEP_KEYS, *(name_of(key) for key, _ in found)])
    if len(found) != 1:
        where = found[1][0] if found else entry
        raise _refused("answers-differ", blank.source, where, wanted=_said(original))
    ((key, value),) = found
    name = name_of(key)
    line = value_of(original, blank.wanted.key)
    assert line is not None
    _compare(line, value, blank.source, set())
    _compare(original, entry, blank.source, {*free(STEP_KEYS, blank=True), blank.wanted.key, name})
    if is_open(name):
        return blank.open(key)
    if name not in _CHAIN:
        fault = Diagnostic("mark-no-relation", blank.place(key), {"name": name})
        return blank.faulty(key, name, fault)
    assert isinstance(value, Scalar)
    return blank.answered(key, name, key=_CHAIN[name], formula=value.text)


def _statement_answer(blank: _Blank, value: Node, formula: Text) -> Answer:
    """The relation between the two sides of a statement, which are as they were."""
    statement = blank.wanted.formula
    span = relation_of(statement)
    assert span is not None  # it has been read
    left = " ".join(statement.value[: span.start].split())
    right = " ".join(statement.value[span.end :].split())
    said = _said(value)
    between = said[len(left) : len(said) - len(right)].strip()
    sides = said.startswith(left) and said.endswith(right)
    if not sides or len(said) < len(left) + len(right):
        raise _refused("answers-differ", blank.source, value, wanted=f"{left} {OPEN} {right}")
    if is_open(between) or not between:
        return blank.open(value)
    if between not in _SIGNS:
        fault = formula.diagnostic("mark-no-relation", name=between)
        return blank.faulty(value, between, fault)
    return blank.answered(value, between, formula=formula)
