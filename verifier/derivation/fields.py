"""A mapping of the file read key by key: each value of the kind wanted, each complaint placed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NoReturn, TypeVar

from verifier.derivation.derivation import Source, Text
from verifier.derivation.faults import Faults
from verifier.derivation.meant import meant, meant_value
from verifier.derivation.traps import escaped, trap_at
from verifier.derivation.yaml_nodes import Listing, Mapping, Node, Scalar
from verifier.outcome import Diagnostic, DiagnosticError

_Choice = TypeVar("_Choice", bound=str)

_KINDS = {Scalar: "text", Listing: "list", Mapping: "mapping"}
_BOOLEANS = {"true": True, "false": False}


class Fields:
    """The keys of one mapping, known ones only and each once. What is wrong with one is raised, or
    kept with the `faults`."""

    def __init__(
        self,
        source: Source,
        node: Node,
        owner: str,
        known: Collection[str],
        faults: Faults | None = None,
    ) -> None:
        self._source = source
        self._faults = faults
        self._node = node
        self._owner = owner
        self._keys: dict[str, Node] = {}
        self._values: dict[str, Node] = {}
        self._meant: set[str] = set()
        if not isinstance(node, Mapping):
            self._wrong_kind(node, "keys", owner=owner)
        self._pairs = node.pairs
        for key, value in node.pairs:
            with self.passing():
                self._add(key, value, known)

    def passing(self) -> AbstractContextManager[None]:
        """What is wrong within is kept where faults are."""
        return nullcontext() if self._faults is None else self._faults.kept()

    def means(self, key: str) -> bool:
        """Whether a key that is unknown, or has no value, was meant to be this one."""
        return key in self._meant

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def text(self, key: str) -> Text:
        """A value that must be there, and be one text."""
        return self._text(key, self._values[key])

    def string(self, key: str) -> str | None:
        """A text for people."""
        return self._scalar(key, self._values[key]).value if key in self else None

    def texts(self, key: str, or_one: bool = False) -> tuple[Text, ...]:
        """A list of texts, or with `or_one` a single one for short; empty when absent."""
        if key not in self:
            return ()
        value = self._values[key]
        if or_one and isinstance(value, Scalar):
            return (value.text,)
        found: list[Text] = []
        for item in self._items(key, value, or_one):
            with self.passing():
                found.append(self._text(key, item))
        return tuple(found)

    def is_empty(self, key: str) -> bool:
        """Whether a value is a list without entries."""
        value = self._values[key]
        return isinstance(value, Listing) and not value.items

    def items(self, key: str) -> tuple[Node, ...]:
        """The entries of a list, whatever they are."""
        return self._items(key, self._values[key], or_one=False)

    def flag(self, key: str) -> bool:
        """`true` or `false`; false when absent."""
        if key not in self:
            return False
        return _BOOLEANS[self._chosen(key, tuple(_BOOLEANS))]

    def choice(self, key: str, choices: Sequence[_Choice]) -> _Choice | None:
        """One of the values that a key may have."""
        if key not in self:
            return None
        return choices[choices.index(self._chosen(key, choices))]

    def missing(self, code: str, **data: object) -> NoReturn:
        """Complain about what is not there, at the first character of the mapping."""
        where = self._source.location(self._node.start, self._node.start + 1)
        raise DiagnosticError(Diagnostic(code, where, {"owner": self._owner, **data}))

    def refuse_key(self, code: str, key: str, **data: object) -> NoReturn:
        """Complain about a key that is there."""
        self._refuse(code, self._keys[key], key=key, **data)

    def refuse_value(self, code: str, key: str, **data: object) -> NoReturn:
        """Complain about the value of a key."""
        self._refuse(code, self._values[key], key=key, **data)

    def _add(self, key: Node, value: Node, known: Collection[str]) -> None:
        if not isinstance(key, Scalar):
            self._wrong_kind(key, "text", owner="key")
        name = key.text.value
        if key.null:
            self._refuse("null-key", key, owner=self._owner)
        if name not in known:
            there = {key.text.value for key, _ in self._pairs if isinstance(key, Scalar)}
            near = meant(name, self._owner, [key for key in known if key not in there])
            self._meant.update(near)
            alone = isinstance(value, Scalar) and value.null and value.start == value.end
            trap = {"trap": "pair"} if alone and not near else {}
            with self.passing():
                self._refuse("unknown-key", key, key=name, owner=self._owner, near=near, **trap)
            if self._owner != "step" or len(near) != 1 or near[0] in self._values:
                return
            (name,) = near  # what stands there is read, and what is wrong with it is said too
        if name in self._values:
            line = self._source.location(self._keys[name].start, self._keys[name].end).line
            self._refuse("duplicate-key", key, key=name, owner=self._owner, line=line)
        if isinstance(value, Scalar) and value.null:
            self._meant.add(name)
            self._refuse("null-value", value, key=name, cut=value.text.cut)
        self._keys[name], self._values[name] = key, value

    def _text(self, key: str, node: Node) -> Text:
        text = self._scalar(key, node)
        if complaint := escaped(self._source, node.start, node.end):
            raise DiagnosticError(complaint)
        return text

    def _scalar(self, key: str, node: Node) -> Text:
        if not isinstance(node, Scalar):
            self._wrong_kind(node, "text", key=key)
        if node.null:
            self._refuse("null-value", node, key=key, cut=node.text.cut)
        return node.text

    def _items(self, key: str, value: Node, or_one: bool) -> tuple[Node, ...]:
        if not isinstance(value, Listing):
            self._wrong_kind(value, *(["text", "list"] if or_one else ["list"]), key=key)
        return value.items

    def _chosen(self, key: str, choices: Sequence[str]) -> str:
        value = self.text(key).value
        if value not in choices:
            near = meant_value(value, choices)
            self.refuse_value("wrong-value", key, value=value, choices=tuple(choices), near=near)
        return value

    def _wrong_kind(self, node: Node, *wanted: str, **what: str) -> NoReturn:
        trap = {} if isinstance(node, Scalar) else trap_at(self._source, node.start)
        if isinstance(node, Listing) and trap.get("mark") == "-":
            trap = {"trap": "item"}
        found = _KINDS[type(node)]
        self._refuse("wrong-type", node, **what, wanted=wanted, found=found, **trap)

    def _refuse(self, code: str, node: Node, **data: object) -> NoReturn:
        where = self._source.location(node.start, max(node.start, node.end))
        raise DiagnosticError(Diagnostic(code, where, data))
