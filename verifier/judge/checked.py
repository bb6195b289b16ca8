"""A file with its steps checked, and with those of the files that it uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from verifier.derivation.derivation import Derivation, Text
from verifier.derivation.keys import DECLARATIONS
from verifier.elaborate.model import Declarations, read_declarations
from verifier.formula.written import Statement as WrittenStatement
from verifier.judge.again import taking_over
from verifier.judge.cases import cases
from verifier.judge.chain import Check, Run, check_all, check_and_explain
from verifier.judge.claim import CheckedClaim, check_claim, written_claim
from verifier.judge.environment import Environment, Used, environment
from verifier.judge.horizons import with_horizons
from verifier.judge.lines import check_relations, required
from verifier.judge.reached import Reached
from verifier.judge.rulings import miscited, own_name
from verifier.kernel.lemmas import Undeclared, imported
from verifier.kernel.model import Model
from verifier.outcome import Diagnostic, DiagnosticError

Load = Callable[[str], Derivation]


@dataclass(frozen=True)
class CheckedFile:
    """A file after a run over its steps, or over others in their place."""

    environment: Environment
    run: Run

    @cached_property
    def claim(self) -> CheckedClaim:
        """The claim, held against what the run came to."""
        claim = check_claim(self.environment, self.run)
        for case, run in zip(self.environment.cases, self.run.beside, strict=True):
            other = check_claim(case, run)
            if other.problem is not None and claim.problem is None:
                return other
        return claim

    def statement(self, label: str) -> Reached | None:
        """What other files may use under a label, or as the claim; None for what means nothing or
        isn't reached."""
        return self.claim.statement if label == "claim" else self.run.labels.get(label)


@dataclass
class Library:
    """Files as they were last checked, by path: what several use, or is judged itself too, is
    checked once. Shared on purpose. `due`: those that are judged themselves, whoever uses them
    first."""

    files: dict[str, CheckedFile] = field(default_factory=dict)
    due: frozenset[str] = frozenset()

    def enter(self, file: CheckedFile) -> None:
        self.files[file.environment.derivation.source.path] = file

    def rest(self) -> None:
        """Keep what was proved, and nothing that was only remembered to prove the next thing."""
        for file in self.files.values():
            _ = file.claim  # which is asked for later
            for case in (file.environment, *file.environment.cases):
                case.forget()

    def found(self, derivation: Derivation, load: Load, marked: bool = False) -> CheckedFile | None:
        """A file that says what it said, as do those that it uses."""
        known = self.files.get(derivation.source.path)
        if known is None or known.environment.declared.model.marked != marked:
            return None
        return known if _is_as_it_was(known.environment, derivation, load) else None


def _is_as_it_was(known: Environment, derivation: Derivation, load: Load) -> bool:
    """Whether a file is as it was checked, and what it uses."""
    was = known.derivation
    if (was.source.digest, was.strict) != (derivation.source.digest, derivation.strict):
        return False
    try:
        return all(
            _is_as_it_was(other, load(name), _relative(load, name))
            for name, other in known.used.environments.items()
        )
    except DiagnosticError:
        return False


def checked_file(
    derivation: Derivation,
    load: Load,
    library: Library | None = None,
    opened: tuple[str, ...] = (),
    check: Check = check_and_explain,
    explains: bool = True,
    superfluous: bool = False,
    marked: bool = False,
) -> CheckedFile:
    """A file, each step of it checked. `superfluous`: rules are looked for that a step cites and
    could do without.

    Raises DiagnosticError as `prepared` does.
    """
    own = prepared(derivation, load, library, opened, explains, marked)
    own = replace(own, superfluous=superfluous or derivation.strict)
    run = check_all(own, derivation.steps, check)
    return CheckedFile(own, run)


def prepared(
    derivation: Derivation,
    load: Load,
    library: Library | None = None,
    opened: tuple[str, ...] = (),
    explains: bool = True,
    marked: bool = False,
) -> Environment:
    """What the steps of a file are checked with. `load` gives the derivations that `using` names;
    `opened`: the digests of the files that use this one; `explains`: whether anyone reads what is
    wrong here; `marked`: whether a file uses this one in which densities may be 0.

    Raises DiagnosticError for the first that makes a file an `error`: declarations, `start` or
    `claim` that can't be read, rules and labels that are unknown, a chain that turns round.
    """
    derivation = with_horizons(derivation)
    known = read_declarations(derivation)
    claim = _claim_read(derivation, known)
    text = derivation.start
    start = None if text is None else required(known, text, statement=False)
    library = library or Library()
    opened = (*opened, derivation.source.digest)
    *others, own = (
        environment(derivation, case, claim, start, used, explains)
        for each in cases(derivation, known)
        for case in (_marked(each) if marked else each,)
        for used in (_used(derivation, case.model, load, library, opened),)
    )
    return replace(own, cases=tuple(others))


def _marked(declared: Declarations) -> Declarations:
    """What a file declares, where another uses it in which densities may be 0."""
    return replace(declared, model=replace(declared.model, marked=True))


def continued(
    known: CheckedFile,
    derivation: Derivation,
    load: Load,
    library: Library,
    explains: bool = True,
) -> CheckedFile:
    """A file that declares and uses what another does, in the same worlds: what was proved of a
    step that asks the same is taken over, as far as this file grants what it needs. Any other file
    is checked from the top.

    Raises DiagnosticError as `checked_file` does.
    """
    old, derivation = known.environment, with_horizons(derivation)
    fresh = partial(
        checked_file, derivation, load, library, explains=explains, superfluous=old.superfluous
    )
    if _declares(derivation) != _declares(old.derivation) or old.cases:
        return fresh()
    used = _used(derivation, old.declared.model, load, library, (derivation.source.digest,))
    others = (
        each.rests_on - {file.source.digest}
        for each, file in ((old.used, old.derivation), (used, derivation))
    )
    if len({*others}) > 1:
        return fresh()
    claim = _claim_read(derivation, old.declared)
    own = replace(old, derivation=derivation, claim=claim, used=used, explains=explains)
    return CheckedFile(own, check_all(own, derivation.steps, taking_over(known.run.steps, old)))


def _declares(derivation: Derivation) -> tuple[object, ...]:
    """All that a file says beside its steps and its claim."""
    texts = (getattr(derivation, key) for key in DECLARATIONS)
    start = derivation.start and derivation.start.value
    listed = (None if each is None else [text.value for text in each] for each in texts)
    return derivation.strict, start, *listed


def _claim_read(derivation: Derivation, declared: Declarations) -> WrittenStatement:
    """The claim, of a file whose names and relations are in order."""
    claim = written_claim(declared, derivation.claim)
    _check_names(derivation)
    check_relations(declared, derivation.steps)
    return claim


def _check_names(derivation: Derivation) -> None:
    """Every rule and label that is named must be there."""
    seen: dict[str, int] = {}
    for index, step in enumerate(derivation.steps, 1):
        for rule in step.rules or ():
            why = miscited(rule, derivation.strict)
            if why is not None:
                raise DiagnosticError(why)
        for name in step.using:
            if _foreign(name) is None and name.value not in seen:
                raise DiagnosticError(_unknown_label(name, index, derivation, seen))
        label = step.label
        if label is not None and seen.setdefault(label.value, index) != index:
            where = seen[label.value]
            raise DiagnosticError(label.diagnostic("duplicate-label", name=label.value, step=where))


def _unknown_label(
    name: Text, index: int, derivation: Derivation, seen: Mapping[str, int]
) -> Diagnostic:
    """That no earlier statement has a label, with what may have been meant by it: a number of a
    step, a label of a later one, a rule."""
    why = name.unknown("unknown-label", seen)
    steps = derivation.steps
    number = re.fullmatch(r"\D{0,6}(\d{1,4})\D?", name.value)
    meant: dict[str, object] = {}
    if any(step.label and step.label.value == name.value for step in steps[index - 1 :]):
        meant = {"later": True}
    elif number and 0 < int(number[1]) < index and steps[int(number[1]) - 1].label is None:
        meant = {"step": int(number[1])}
    elif number and 0 < int(number[1]) < index:
        label = steps[int(number[1]) - 1].label
        meant = {"near": (label.value,)} if label else {}
    elif not why.data["near"] and miscited(name) is None:
        meant = {"rule": own_name(name.value)}
    return replace(why, data={**why.data, **meant})


# -- statements of other files --------------------------------------------------------------------


def _foreign(name: Text) -> tuple[str, str] | None:
    """The file and the label in a name of `using`, `file#label`; None for a label of this file."""
    file, mark, label = name.value.partition("#")
    return (file, label) if mark and file else None


def _used(
    derivation: Derivation, model: Model, load: Load, library: Library, opened: tuple[str, ...]
) -> Used:
    """All that a file uses of others."""
    files: dict[str, CheckedFile] = {}
    statements: dict[str, Reached | Diagnostic | None] = {}
    for name in (name for step in derivation.steps for name in step.using):
        foreign = _foreign(name)
        if foreign is None or name.value in statements:
            continue
        file, label = foreign
        if file not in files:
            marked = model.marked or model.support is not None
            files[file] = _other(name, file, load, library, opened, marked)
        statements[name.value] = _imported(name, files[file], label, model)
    environments = {name: other.environment for name, other in files.items()}
    beside = (each.used.rests_on for each in environments.values())
    return Used(statements, environments, frozenset(opened[-1:]).union(*beside))


def _other(
    name: Text, file: str, load: Load, library: Library, opened: tuple[str, ...], marked: bool
) -> CheckedFile:
    """Another file, checked; `marked` where this one has a `support` and it has none. Raises
    DiagnosticError for one that uses this one."""
    try:
        derivation = load(file)
    except DiagnosticError as error:
        why = error.diagnostic
        raise name.refused(why.code, **why.data) from error
    own, marked = _relative(load, file), marked and derivation.support is None
    known = library.found(derivation, own, marked)
    if known is not None and known.environment.used.rests_on.isdisjoint(opened):
        return known
    if derivation.source.digest in opened:
        raise name.refused("circular-using", file=file)
    due = derivation.source.path in library.due
    try:
        found = checked_file(derivation, own, library, opened, explains=due, marked=marked)
    except DiagnosticError as error:
        raise name.refused("other-file", file=file, cause=error.diagnostic) from error
    library.enter(found)
    return found


def _imported(
    name: Text, other: CheckedFile, label: str, model: Model
) -> Reached | Diagnostic | None:
    """A statement of another file, proved there under what this file declares too."""
    known = other.statement(label)
    if known is None:
        labels = [s.label.value for s in other.environment.derivation.steps if s.label]
        if label not in ("claim", *labels):
            raise DiagnosticError(name.unknown("unknown-label", labels))
        return None
    if known.given:
        return name.diagnostic("premise-unproved", name=name.value)
    try:
        lemma = imported(known.theorem, other.environment.declared.model, model)
    except Undeclared as lacks:
        return name.diagnostic("premise-needs", name=name.value, condition=str(lacks))
    return replace(known, theorem=lemma, index=0)


def _relative(load: Load, file: str) -> Load:
    """Loads what a file names: its paths are relative to it."""
    folder = file.rpartition("/")[0]
    return lambda name: load(f"{folder}/{name}" if folder else name)
