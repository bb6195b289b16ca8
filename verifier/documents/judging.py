"""One line of a document put to the judge: a derivation of one step, made of where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.derivation.derivation import Derivation, Source, Step, Text
from verifier.documents.formulas import Tokens, Unread, said, text_of
from verifier.documents.ranges import ranges
from verifier.judge.agreement import agreement
from verifier.judge.chain import check_and_explain
from verifier.judge.checked import Library, Load, checked_file, prepared
from verifier.judge.densities import check_densities
from verifier.judge.environment import Environment
from verifier.judge.later import Later
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task
from verifier.outcome import Diagnostic, DiagnosticError, StepReport, Verdict

MOST_BOUNDS = 3
MOST_QUOTED = 20  # statements of other files
KEYS = {"=": "eq", ">=": "ge", "<=": "le"}
TURNED = {"=": "=", ">=": "<=", "<=": ">="}

# Why a line that is read means nothing, whatever was inferred about the rest.
FAULTS = frozenset(
    {
        *("out-of-scope", "bound-twice", "captured", "circular-law", "division-by-zero"),
        *("unbound-index", "different-variables", "not-a-law-of"),
    }
)


_NO_FILE = Diagnostic("no-derivation")


def no_file(name: str) -> Derivation:
    """Where no other file may be used."""
    raise DiagnosticError(Diagnostic("other-file", None, {"file": name, "cause": _NO_FILE}))


@dataclass(frozen=True, slots=True)
class Judged:
    """A step judged, and what contradicts its proof: an error of ours."""

    report: StepReport
    contradiction: Diagnostic | None = None
    whole: bool = False  # whether all that it goes on from is proved, and it is
    after: tuple[int, ...] = ()  # the steps that come to what it follows from
    said: str = ""  # whether a `reason` or a `comment` names rules that it follows by

    @property
    def proved(self) -> bool:
        return self.report.verdict is Verdict.PROVED


@dataclass(frozen=True, slots=True)
class Quoted:
    """Statements of derivations that a section may use, by their names in `using`."""

    names: tuple[str, ...] = ()
    load: Load = no_file
    library: Library = field(default_factory=Library)


class Lines:
    """A section's declarations, and the lines that are judged under them."""

    def __init__(
        self,
        source: Source,
        title: str,
        lines: Mapping[str, Sequence[Text]],
        quoted: Quoted | None = None,
        ended: frozenset[str] = frozenset(),
    ) -> None:
        self._source = source
        self._ended = ended  # the sequences whose ends are stated
        self.quoted = quoted or Quoted()
        known = {key: tuple(texts) for key, texts in lines.items() if texts or key == "support"}
        model = known.pop("model", ())
        claim = said(source, "0 = 0", 0)
        self._derivation = Derivation(source, title, model, (), claim, **known)  # type: ignore[arg-type]
        self.judged = 0
        self._later = Later()
        self.bounds: list[str] = []  # of horizons, from where on the lines mean something

    def none(self) -> Lines:
        """The same without families: nothing that is about any can be read."""
        return Lines(self._source, self._derivation.title, {}, self.quoted)

    def alone(self, parameters: Sequence[str]) -> Lines:
        """Lines on numbers, of which these are the declarations."""
        texts = [said(self._source, line, 0) for line in parameters]
        return Lines(self._source, self._derivation.title, {"parameters": texts}, self.quoted)

    def under(self, lines: Mapping[str, str]) -> Lines | None:
        """The same with other lines for families, if they can be read."""
        new = {family: said(self._source, line, 0) for family, line in lines.items()}
        own = self._derivation.model
        beside = [t for t in own if not any(_is_of(t.value, family) for family in new)]
        placed = (next((t for f, t in new.items() if _is_of(old.value, f)), old) for old in own)
        every = self._with(model=tuple(dict.fromkeys((*placed, *new.values()))))
        return every or self._with(model=(*beside, *new.values()))

    def within(self, bounds: Mapping[str, Sequence[str]]) -> Lines | None:
        """The same with bounds for parameters that have none, if they can be read."""
        parameters = self._derivation.parameters
        open_of = {text: text.value.partition(" != ")[0] for text in parameters}
        stated = [line for name in dict.fromkeys(open_of.values()) for line in bounds.get(name, ())]
        kept = [
            text for text, name in open_of.items() if " != " in text.value or name not in bounds
        ]
        values = {line for line in stated if " = " in line}
        texts = (*kept, *(said(self._source, line, 0) for line in stated if line not in values))
        define = (*(said(self._source, line, 0) for line in values), *self._derivation.define)
        return self._with(parameters=texts, define=define) if stated else None

    @property
    def defines(self) -> tuple[str, ...]:
        """What names stand for."""
        return tuple(text.value for text in self._derivation.define)

    def varying(self, functions: Mapping[str, str], defines: Iterable[str]) -> Lines | None:
        """The same with functions for some parameters, and what names stand for then, if that can
        be read."""
        kept = (t for t in self._derivation.parameters if t.value not in functions)
        new = (said(self._source, line, 0) for line in functions.values())
        return self._with(
            parameters=tuple(kept),
            functions=(*self._derivation.functions, *new),
            define=tuple(said(self._source, body, 0) for body in defines),
        )

    def discrete(self, names: Iterable[str]) -> Lines | None:
        """The same where variables are discrete, if that can be read."""
        return self._with(discrete=tuple(said(self._source, name, 0) for name in names))

    def setting(self, law: str, density: str) -> Lines | None:
        """The same with a density in the place of a law in what the names stand for, if that can
        be read."""
        inside = r"\s*".join(map(re.escape, re.findall(r"\w+|[^\w\s]", law)))
        return self.defining(lambda text: re.sub(rf"\b{inside}", density, text))

    def defining(self, new: Callable[[str], str]) -> Lines | None:
        """The same where names stand for something else, if that can be read."""
        define = (said(self._source, new(t.value), t.offsets[0]) for t in self._derivation.define)
        return self._with(define=tuple(define))

    def _with(self, **changes: tuple[Text, ...]) -> Lines | None:
        """The same with other declarations, if they can be read."""
        other = Lines(self._source, self._derivation.title, {}, self.quoted)
        other._derivation = replace(self._derivation, **changes)  # type: ignore[arg-type]
        return None if other.trouble() else other

    def meaning(self, tokens: Tokens) -> Judged | None:
        """The verdict on an expression that means nothing by itself."""
        zero = (tokens[0]._replace(kind="number", text="0", end=tokens[0].start),)
        found = self.step(zero, "=", tokens)
        ill = isinstance(found, Judged) and found.report.verdict is Verdict.ILL_FORMED
        return found if ill and isinstance(found, Judged) else None

    def readable(self, tokens: Tokens) -> bool:
        """Whether an expression means something by itself."""
        found = self.step(tokens, "=", tokens)
        return isinstance(found, Judged) and found.proved

    def trouble(self) -> Diagnostic | None:
        """Why the declarations can't be read."""
        zero = said(self._source, "0", 0)
        try:
            prepared(replace(self._derivation, start=zero, steps=(Step("eq", zero),)), no_file)
        except DiagnosticError as error:
            return error.diagnostic
        return None

    def improper(self) -> str:
        """The code of why a density by a formula isn't shown to be one; "" where it is."""
        zero = said(self._source, "0", 0)
        derivation = replace(self._derivation, start=zero, steps=(Step("eq", zero),))
        problem = check_densities(prepared(derivation, no_file)).problem
        return problem.code if problem else ""

    def step(
        self,
        start: Tokens,
        relation: str,
        tokens: Tokens,
        rules: Sequence[str] = (),
        explain: bool = False,
        using: str = "",
    ) -> Judged | Unread:
        """A line against the one before it; `using`: the name of a statement of another file."""
        first, formula = text_of(self._source, start), text_of(self._source, tokens)
        names = (said(self._source, using, formula.offsets[0]),) if using else ()
        step = Step(KEYS[relation], formula, self._cited(rules, formula), using=names)
        for _ in range(MOST_BOUNDS):
            found = self._judged(replace(self._derivation, start=first, steps=(step,)), explain)
            why = found.why if isinstance(found, Unread) else None
            bound = str(why.data.get("bound") or "") if why is not None else ""
            bound = bound or _length(found, start + tokens)
            if not bound or bound in self.bounds:
                return found
            self.bounds.append(bound)
            parameters = (*self._derivation.parameters, said(self._source, bound, 0))
            self._derivation = replace(self._derivation, parameters=parameters)
        return found

    def along(
        self,
        start: Tokens,
        way: Sequence[tuple[str, Tokens, Sequence[str]]],
        statement: tuple[Tokens, str, Tokens],
        rules: Sequence[str] = (),
    ) -> Judged | None:
        """A statement as what follows from what lines with their rules come to, if all is
        proved."""
        steps = []
        for sign, tokens, known in way:
            formula = text_of(self._source, tokens)
            steps.append(Step(KEYS[sign], formula, self._cited(known, formula)))
        said = self._statement(statement)
        steps.append(Step("so", said, self._cited(rules, said)))
        first = text_of(self._source, start)
        found = self._judged(replace(self._derivation, start=first, steps=tuple(steps)), False)
        return found if isinstance(found, Judged) and found.whole else None

    def _statement(self, parts: tuple[Tokens, str, Tokens]) -> Text:
        left, relation, right = parts
        end = left[-1].end
        mark = left[-1]._replace(kind="symbol", text=relation, start=end, end=end)
        return text_of(self._source, (*left, mark, *right))

    def _cited(self, rules: Sequence[str], at: Text) -> tuple[Text, ...] | None:
        if not rules:
            return None
        return tuple(said(self._source, rule, at.offsets[0]) for rule in rules)

    def _judged(self, derivation: Derivation, explain: bool) -> Judged | Unread:
        self.judged += 1
        try:
            file = self._later.explained(derivation) if explain else None
            if file is None:
                check = check_and_explain if explain else _check
                file = checked_file(derivation, self.quoted.load, self.quoted.library, check=check)
            if not explain:
                self._later.keep(derivation, file)
        except DiagnosticError as error:
            return Unread(_code(error.diagnostic), error.diagnostic)
        steps = file.run.steps
        for step in steps:
            report = step.report
            why = report.diagnostic if report.verdict is Verdict.ILL_FORMED else None
            if (
                why is not None
                and why.code not in FAULTS
                and not _overruns(why, derivation, self._ended)
            ):
                return Unread(_code(why), why)
        if steps[0].report.index == 0:  # the line before means nothing
            return Unread("no-line-before", steps[0].report.diagnostic)
        agreed = agreement(file.environment, file.run)
        whole = all(step.report.verdict is Verdict.PROVED for step in steps)
        return Judged(agreed.steps[-1].report, agreed.contradiction, whole)


_BOUND = re.compile(r"\b(?:sum|prod)_(?:([a-z])\b|\{\s*([a-z])\b)")


def _overruns(why: Diagnostic, derivation: Derivation, ended: frozenset[str]) -> bool:
    """Whether an element is of no sequence, of which the ends are stated, for an index that the
    line itself binds."""
    declared, script = why.data.get("declared"), str(why.data.get("name")).partition("_")[2]
    texts = [
        text.value for text in (derivation.start, *(s.formula for s in derivation.steps)) if text
    ]
    bound = {index for text in texts for pair in _BOUND.findall(text) for index in pair}
    whole = (
        why.code == "out-of-range" and isinstance(declared, tuple) and ended.issuperset(declared)
    )
    return whole and bool(bound & {*re.findall(r"[A-Za-z]+", script)})


def _is_of(line: str, family: str) -> bool:
    return line.replace(" ", "").startswith(f"{family}(".replace(" ", ""))


def _length(found: Judged | Unread, tokens: Tokens) -> str:
    """That a sum has a term, where a line divides by how many it has."""
    why = found.report.diagnostic if isinstance(found, Judged) else None
    name = str(why.data.get("condition", "")) if why and why.code == "needs-nonzero" else ""
    return f"{name} >= 1" if any(name == high for _, _, high in ranges(tokens)) else ""


def _check(environment: Environment, task: Task) -> CheckedStep:
    return check_step(environment, task)


def _code(diagnostic: Diagnostic) -> str:
    topic = diagnostic.data.get("topic")
    return str(topic) if diagnostic.code == "meaningless" and topic else diagnostic.code
