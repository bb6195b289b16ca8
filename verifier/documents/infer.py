"""What a section's formulas are about, inferred from the formulas: families and what they are over,
functions, parameters, horizons. Nothing is assumed independent here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from types import MappingProxyType

from verifier.documents.families import drawn, families_of, plain_base
from verifier.documents.formulas import (
    OPENERS,
    Application,
    Tokens,
    Variable,
    applications,
    closing,
    label_at,
)
from verifier.documents.numbers import bounds_of, excluded, free_names
from verifier.documents.ranges import Seen, Slices, bound_indices, ranges, slices_of, slot_of
from verifier.formula.reader import RESERVED
from verifier.formula.spellings import LETTER_NAMES, WORDS

# Names that are densities where nothing says what they are.


@dataclass
class Inferred:
    """What was inferred: lines of declarations with the place where each was first needed, and how
    names are rewritten."""

    model: dict[str, str] = field(default_factory=dict)  # by family
    parameters: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)  # p_theta -> p
    dropped: frozenset[str] = frozenset()  # parameters behind a bar that say nothing
    unsure: frozenset[str] = frozenset()  # families under several parameters
    folded: frozenset[str] = frozenset()  # capitals that stand for the variable in small letters
    families: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    sequences: Slices = field(default_factory=dict)
    shapes: Mapping[str, list[Application]] = field(default_factory=dict)
    elsewhere: Mapping[str, list[Application]] = field(default_factory=dict)  # beside, and before


def infer(
    formulas: Sequence[Seen],
    taken: frozenset[str] = frozenset(),
    copied: Container[str] = (),
    sequences: Slices = MappingProxyType({}),
    densities: frozenset[str] = frozenset(),
    capitals: frozenset[str] = frozenset(),
    positive: frozenset[str] = frozenset(),
) -> Inferred:
    """The declarations that these formulas ask for; those of the names `taken` stand elsewhere.
    `copied`: of what z_k are copies; `sequences`: what others are known to be part of; `densities`,
    `positive`: what is said to be one, and to be none; `capitals`: no small letters."""
    found = Inferred()
    every = [(each, a) for each in formulas for a in applications(each.tokens)]
    families = (families_of(formulas, every) | densities) - taken - positive
    shown = {application.family for _, application in every}
    alone = [(each, a) for each in formulas for a in drawn(each.tokens) if a.family not in shown]
    uses: dict[str, list[Application]] = defaultdict(list)
    for seen, application in (*every, *alone):
        if application.family in families:
            uses[application.family].append(application)
            found.places.setdefault(application.family, seen.tokens[application.start].start)
    for family, apps in uses.items():
        uses[family] = [_uncopied(a, copied) for a in apps]
    found.renamed = _merged(uses)
    for old, new in found.renamed.items():
        uses[new] = [*uses.pop(new, []), *uses.pop(old)]
    several = (f for f, apps in uses.items() if len({a.parameters for a in apps} - {()}) > 1)
    found.unsure = frozenset(several)
    found.dropped = _parameters(formulas, uses, found.renamed)
    for family, apps in uses.items():
        uses[family] = [_without(a, found.dropped) for a in apps]
    found.folded = _folded(uses) - capitals
    for family, apps in uses.items():
        uses[family] = [_fold(a, found.folded) for a in apps]
    bound = bound_indices(formulas)
    slices = found.sequences = slices_of(uses, bound, sequences)
    for family, apps in uses.items():
        found.model[family] = _declared(family, apps, slices)
    found.families = frozenset(uses)
    found.bases = frozenset(v.base for apps in uses.values() for a in apps
                            for v in (*a.left, *a.right))  # fmt: skip
    found.shapes = uses
    others = [(each, a) for each, a in every if a.family not in families | taken]
    functions = _add_functions(found, formulas, others, positive)
    _add_parameters(found, formulas, taken | functions, bound, slices)
    return found


def _add_functions(
    found: Inferred,
    formulas: Sequence[Seen],
    others: Sequence[tuple[Seen, Application]],
    positive: frozenset[str],
) -> frozenset[str]:
    """What else is applied to the variables of families."""
    named, functions = _named_alone(formulas), set[str]()
    logged = {a.family for each, a in others if _under_log(each.tokens, a)}
    for each, application in others:
        name = application.family
        if name in named or name in functions:
            continue
        variables = (*application.left, *application.right)
        if application.bar or not all(v.base in found.bases for v in variables):
            continue
        if name in WORDS or name.partition("_")[0] in WORDS or name in found.bases:
            continue
        functions.add(name)
        formals = ", ".join(v.base for v in application.left)
        sign = " > 0" if name in logged | positive else ""
        found.functions.append(f"{name}({formals}){sign}")
        found.places.setdefault(name, each.tokens[application.start].start)
    return frozenset(functions)


def _named_alone(formulas: Sequence[Seen]) -> frozenset[str]:
    """Names with brackets that are the whole side of a relation: of bounds, most likely."""
    found = set()
    for each in formulas:
        label, at = label_at(each.tokens, 0)
        opens = at < len(each.tokens) and each.tokens[at].text in ("(", "[")
        if label and opens and closing(each.tokens, at) == len(each.tokens) - 1:
            found.add(label)
    return frozenset(found)


def _merged(uses: Mapping[str, list[Application]]) -> dict[str, str]:
    """`p_theta` and `p` are one family if no other p_phi stands beside them, and no density of the
    one is written as one of the other; p_data is no other."""
    found: dict[str, str] = {}
    by_base: dict[str, list[str]] = defaultdict(list)
    for label in uses:
        by_base[label.partition("_")[0]].append(label)
    for base, labels in by_base.items():
        scripts = {label: label.partition("_")[2].strip("{}") for label in labels if label != base}
        scripted = [label for label, script in scripts.items() if script in LETTER_NAMES]
        if base not in labels or len(scripted) != 1 or len(_letters(scripts.values())) > 1:
            continue
        if {a.shape for a in uses[base]}.isdisjoint(a.shape for a in uses[scripted[0]]):
            found[scripted[0]] = base
    return found


def _letters(scripts: Iterable[str]) -> set[str]:
    """The scripts that are Greek letters, or have such in them."""
    return {script for script in scripts if any(name in script for name in LETTER_NAMES)}


def _parameters(
    formulas: Sequence[Seen], uses: Mapping[str, list[Application]], renamed: Mapping[str, str]
) -> frozenset[str]:
    """Greek letters behind a bar that are never before one, integrated or under a law, and without
    which no chain would have a density that is written in two ways."""
    right = {v.base for apps in uses.values() for a in apps for v in a.right if not v.script}
    left = {v.base for apps in uses.values() for a in apps for v in a.left}
    letters = {base for base in right - left if plain_base(base).partition("^")[0] in LETTER_NAMES}
    letters -= {
        token.text[1:] for each in formulas for token in each.tokens if token.text[0] == "d"
    }
    for each in formulas:
        for at, token in enumerate(each.tokens):
            if token.text == "d" and at + 1 < len(each.tokens):
                letters.discard(each.tokens[at + 1].text)
    found = set()
    apart = {*_settings_apart(uses, letters)}
    for letter in letters - apart:
        same = [other for other in letters if letter.startswith(other)]
        same += [other for other in (left | right) - {letter} if other.startswith(letter)]
        scripted = any(
            v.base == letter and v.script for apps in uses.values() for a in apps for v in a.right
        )
        if len(same) > 1 or scripted:
            continue
        if not _tells_apart(letter, formulas, renamed):
            found.add(letter)
    return frozenset(found)


def _settings_apart(
    uses: Mapping[str, list[Application]], letters: Container[str]
) -> Iterator[str]:
    """The letters that densities are given which are alike but for them: theta and phi of p(x |
    theta) and p(x | phi) are two settings of a parameter."""
    for apps in uses.values():
        given: dict[object, set[frozenset[str]]] = defaultdict(set)
        for a in apps:
            own = frozenset(v.base for v in a.right if v.base in letters)
            given[_without(a, own).shape].add(own)
        for one, other in (pair for sets in given.values() for pair in combinations(sets, 2)):
            if not (one <= other or other <= one):
                yield from one ^ other


def _tells_apart(letter: str, formulas: Sequence[Seen], renamed: Mapping[str, str]) -> bool:
    """Whether a chain has a density with a letter behind its bar, and the same without it."""
    given: set[tuple[int, str, object]] = set()
    bare: set[tuple[int, str, object]] = set()
    for each in formulas:
        for a in applications(each.tokens):
            named, family = Variable(letter) in a.right, renamed.get(a.family, a.family)
            shape = _without(a, frozenset({letter})).shape
            if named or letter not in a.parameters:
                (given if named else bare).add((each.chain, family, shape))
    return not given.isdisjoint(bare)


def _folded(uses: Mapping[str, list[Application]]) -> frozenset[str]:
    """The capitals X of a variable that one family has as x too."""
    found = set()
    for apps in uses.values():
        bases = {v.base for a in apps for v in (*a.left, *a.right)}
        found |= {base for base in bases if base.isupper() and base.lower() in bases}
    return frozenset(found)


def _fold(application: Application, folded: frozenset[str]) -> Application:
    def small(variables: Sequence[Variable]) -> tuple[Variable, ...]:
        return tuple(
            Variable(v.base.lower() if v.base in folded else v.base, v.script) for v in variables
        )

    if not folded:
        return application
    left, right = small(application.left), small(application.right)
    return replace(application, left=left, right=right)


def _uncopied(application: Application, copied: Container[str]) -> Application:
    left, right = (
        tuple(dict.fromkeys(Variable(v.base) if v.base in copied else v for v in part))
        for part in (application.left, application.right)
    )
    return replace(application, left=left, right=right)


def _without(application: Application, dropped: frozenset[str]) -> Application:
    right = tuple(v for v in application.right if v.base not in dropped)
    return replace(application, right=right, parameters=())


# -- indices and slices ----------------------------------------------------------------------------


def _declared(family: str, apps: Sequence[Application], slices: Slices) -> str:
    """The `model` line of a family: what it is over, and what it is only ever conditioned on."""
    left: dict[str, None] = {}
    right: dict[str, None] = {}
    for application in sorted(apps, key=lambda each: -len(each.left)):  # as the joint is written
        for variable in application.left:
            left.setdefault(slot_of(variable, slices))
    for application in apps:
        for variable in application.right:
            right.setdefault(slot_of(variable, slices))
    given = [slot for slot in right if slot not in left]
    for slot in [*given]:
        # Without it somewhere, the family has a density that isn't conditioned on it.
        if any(_lacks(a, slot, slices) for a in apps):
            given.remove(slot)
            left.setdefault(slot)
    inside = ", ".join(left) + (f" | {', '.join(given)}" if given else "")
    return f"{family}({inside})"


def _lacks(application: Application, slot: str, slices: Slices) -> bool:
    """Whether a density isn't conditioned on all of a slot."""
    variables = (*application.left, *application.right)
    return all(
        slot_of(v, slices) != slot or (v.base in slices and v.name != slot) for v in variables
    )


def _under_log(tokens: Tokens, application: Application) -> bool:
    """Whether all that a logarithm is of is this: who writes log w(z) has w(z) > 0."""
    at, end = application.start - 1, application.end
    while at > 0 and end < len(tokens) and OPENERS.get(tokens[at].text) == tokens[end].text:
        at, end = at - 1, end + 1
    raised = end < len(tokens) and tokens[end].text == "^"
    return at >= 0 and tokens[at].text in ("log", "ln") and not raised


# -- parameters ------------------------------------------------------------------------------------


def _add_parameters(
    found: Inferred,
    formulas: Sequence[Seen],
    taken: frozenset[str],
    bound: Mapping[str, tuple[str, str]],
    slices: Slices,
) -> None:
    """Letters that stand for numbers: free indices, horizons, weights."""
    known = taken | found.families | found.renamed.keys() | found.bases | found.dropped | {"in"}
    known |= {family.partition("_")[0] for family in found.families}  # q of I_q, beside q_phi
    heads = found.families | found.renamed.keys() | taken
    known |= {base.capitalize() for base in found.bases}
    ends = {end for each in formulas for _, _, high in ranges(each.tokens) for end in high.split()}
    for each in formulas:
        own = {index for index, _, _ in ranges(each.tokens)}
        for name, place, script in free_names(each.tokens, heads, found.bases):
            if not script and name not in found.places and _is_horizon(name, slices):
                found.places[name] = place
                found.parameters.append(f"{name} >= 1")  # a number of elements, beside them
                continue
            if name in known or name in own or name in found.places or name in RESERVED:
                continue
            if (script and name not in bound) or name in bound:
                lines = [*bounds_of(name, formulas, slices)]
            elif (name in LETTER_NAMES or len(name) == 1 or "_" in name[:-1]) and not (
                name.isupper() and not script and name not in {*"KNMTSCZ", *ends}
            ):
                if _is_horizon(name, slices):
                    continue  # a horizon, which the model lines declare
                lines = [f"{name} >= 1"] if name in ends else [*excluded(name, formulas)] or [name]
            else:
                continue
            found.places[name] = place
            found.parameters += lines


def _is_horizon(name: str, slices: Slices) -> bool:
    return any(name in high.split() for _, high in slices.values())
