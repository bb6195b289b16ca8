"""Rules written into the text of a derivation, which stays as it is everywhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from verifier.derivation import yaml_nodes as nodes
from verifier.derivation.derivation import Source
from verifier.derivation.keys import STATEMENTS
from verifier.derivation.yaml_nodes import Listing, Node, Scalar

_LINE_END = re.compile(r"[^\r\n]*")
BREAK = re.compile(r"\r\n|\r|\n")
_DASH = re.compile(r"[ \t]*-[ \t]+")
_REST = re.compile(r"[ \t]*(?=#)|[ \t]*")
_COMMA = re.compile(r"(#[^\r\n]*)|,")

Canonical = Callable[[str], str]


class Edit(NamedTuple):
    """What is to stand in the place of a range of characters."""

    start: int
    end: int
    new: str


def with_rules(source: Source, rules: Mapping[int, Sequence[str]], canonical: Canonical) -> str:
    """The text of a source in which the steps of these numbers cite these rules.

    A rule that is cited and wanted stays as and where it is, under an alias too; of the others the
    first take the places of those that are not wanted.
    """
    return edited(source.text, rule_edits(source, rules, canonical))


def rule_edits(
    source: Source, rules: Mapping[int, Sequence[str]], canonical: Canonical
) -> list[Edit]:
    """The edits of `with_rules`."""
    text = source.text
    steps = value_of(nodes.compose(source), "steps")
    items = enumerate(steps.items, 1) if isinstance(steps, Listing) else ()
    bare = text[steps.start] == "[" if steps else False
    return [
        edit
        for number, step in items
        if number in rules
        for edit in _cited(text, step, rules[number], canonical, bare)
    ]


def appended(text: str, node: Listing, items: Sequence[str]) -> Edit:
    """The edit after which a list that isn't empty has more items, as they are spelled."""
    return (_Flow if text[node.start] == "[" else _Block)(text, node).appended(items)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits that don't overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def alike(first: Source, second: Source) -> bool:
    """Whether two derivations differ in nothing but the rules that their steps cite."""
    return _without_rules(first) == _without_rules(second)


def _without_rules(source: Source) -> object:
    return _data(nodes.compose(source))


def _data(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text.value
    if isinstance(node, Listing):
        return [_data(item) for item in node.items]
    return [(_data(key), _data(value)) for key, value in node.pairs if name_of(key) != "by"]


def name_of(key: Node) -> str:
    """What a key is called."""
    return key.text.value if isinstance(key, Scalar) else ""


def value_of(node: Node, name: str) -> Node | None:
    """The value of a key of a mapping."""
    pairs = node.pairs if isinstance(node, nodes.Mapping) else ()
    return next((value for key, value in pairs if name_of(key) == name), None)


def _written(rules: Sequence[str]) -> str:
    return rules[0] if len(rules) == 1 else f"[{', '.join(rules)}]"


def _cited(
    text: str, step: Node, rules: Sequence[str], canonical: Canonical, bare: bool
) -> Iterable[Edit]:
    """The edits after which a step cites rules; `bare`: its braces may be missing in a `[..]`."""
    cited = value_of(step, "by")
    if isinstance(cited, Scalar):
        return [Edit(cited.start, end_of(text, cited), _written(rules))]
    if isinstance(cited, Listing):
        change = _Flow(text, cited) if text[cited.start] == "[" else _Block(text, cited)
        return _exchanged(change, rules, canonical)
    formula = next(value for key in STATEMENTS if (value := value_of(step, key)))
    end = end_of(text, formula)
    if text[step.start] == "{":
        return [Edit(end, end, f", by: {_written(rules)}")]
    if bare:
        return [Edit(step.start, step.start, "{"), Edit(end, end, f", by: {_written(rules)}}}")]
    return [_line_below(text, end, step.start, f"by: {_written(rules)}")]


def _exchanged(
    change: _Flow | _Block, rules: Sequence[str], canonical: Canonical
) -> Iterator[Edit]:
    """The edits after which a list has these rules."""
    names = [canonical(name_of(item)) for item in change.items]
    spare = [place for place, name in enumerate(names) if name not in rules]
    added = [rule for rule in rules if rule not in names]
    for place, rule in zip(spare, added, strict=False):
        item = change.items[place]
        yield Edit(item.start, end_of(change.text, item), rule)
    if len(added) > len(spare):
        yield change.appended(added[len(spare) :])
    stay = {*range(len(names))} - {*spare[len(added) :]}
    for place in spare[len(added) :]:
        yield change.removed(place, place > min(stay))


class _Flow:
    """A list in brackets."""

    def __init__(self, text: str, node: Listing) -> None:
        self.text = text
        self.items = node.items

    def appended(self, rules: Sequence[str]) -> Edit:
        """More rules behind the last."""
        end = end_of(self.text, self.items[-1])
        return Edit(end, end, "".join(f", {rule}" for rule in rules))

    def removed(self, place: int, behind: bool) -> Edit:
        """An item and the comma on the side of what stays; comments stay."""
        item = self.items[place]
        if behind:
            start, end = end_of(self.text, self.items[place - 1]), end_of(self.text, item)
            gap = self.text[start : item.start]
        else:
            start, end = item.start, self.items[place + 1].start
            gap = self.text[end_of(self.text, item) : end]
        return Edit(start, end, _COMMA.sub(lambda m: m[1] or "", gap) if "#" in gap else "")


class _Block:
    """A list with a line for each item."""

    def __init__(self, text: str, node: Listing) -> None:
        self.text = text
        self.items = node.items
        self.start = node.start

    def appended(self, rules: Sequence[str]) -> Edit:
        """More rules on lines of their own below the last."""
        end = end_of(self.text, self.items[-1])
        return _line_below(self.text, end, self.start, *(f"- {rule}" for rule in rules))

    def removed(self, place: int, _: bool) -> Edit:
        """An item with its line; a comment behind it stays."""
        item = self.items[place]
        start, end = line_start(self.text, item.start), end_of(self.text, item)
        dash = _DASH.fullmatch(self.text, start, item.start)
        rest = _REST.match(self.text, end)
        end = rest.end() if rest else end
        if dash is None:  # its dash stands elsewhere
            return Edit(item.start, item.start, "")
        if self.text[end : end + 1] == "#":
            return Edit(self.text.index("-", start), end, "")
        before = 2 if self.text[start - 2 : start] == "\r\n" else 1
        return Edit(start - before, end, "")


def end_of(text: str, node: Node) -> int:
    """Where what is written of a node ends: a block scalar takes the blank lines behind it."""
    return node.start + len(text[node.start : node.end].rstrip())


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_below(text: str, offset: int, column_of: int, *lines: str) -> Edit:
    """Lines below that of an offset, in the column of another, ended as the file ends its lines."""
    found = _LINE_END.match(text, offset)
    end = found.end() if found else offset
    ending = BREAK.match(text, end) or BREAK.search(text)
    indent = (ending[0] if ending else "\n") + " " * (column_of - line_start(text, column_of))
    return Edit(end, end, "".join(indent + line for line in lines))
