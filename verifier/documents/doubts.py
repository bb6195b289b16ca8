"""A line that is false as it was read: under what it would hold, which nobody has said; else why it
doesn't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, product

from verifier.documents.claims import says_of, splits
from verifier.documents.context import Reading, slots
from verifier.documents.defines import mentions
from verifier.documents.factors import called
from verifier.documents.families import plain_base
from verifier.documents.formulas import (
    Tokens,
    applications,
    spelt,
    without_script,
)
from verifier.documents.judging import TURNED, Judged, Lines
from verifier.documents.modelled import Modelled
from verifier.documents.ranges import ranges
from verifier.documents.unstated import (
    drawn_together,
    factorisations,
    independences,
    of_one_model,
    put,
    settings,
    told_apart,
)
from verifier.documents.varying import as_functions
from verifier.documents.verdicts import Link
from verifier.formula.spellings import LETTER_NAMES
from verifier.outcome import Diagnostic, Location, Verdict

Result = tuple[Reading, Reading, Judged]  # two sides as they are read, and what comes of it
MOST_ACCUSED = 3  # of the readings of a line that is false


def first_doubted(
    lines: Lines,
    known: Modelled,
    where: Location,
    relation: str,
    results: Sequence[Result],
    links: Sequence[Link],
) -> Result:
    """A line that is false, in the first of its readings in which it may be meant otherwise; else
    in the first."""
    said = []
    for one, other, found in results[:MOST_ACCUSED]:
        said.append((one, other, accused(lines, known, where, one, relation, other, found, links)))
        if said[-1][2].report.verdict is Verdict.UNPROVED:
            return said[-1]
    return said[0]


def accused(
    lines: Lines,
    known: Modelled,
    where: Location,
    one: Reading,
    relation: str,
    other: Reading,
    found: Judged,
    links: Sequence[Link] = (),
) -> Judged:
    """A line that is false as written: whether it would hold under an independence that no display
    states, or is about something that nothing defines; else why. `links`: what was proved."""
    is_false = found.report.verdict is Verdict.REFUTED
    doubt = _doubt(lines, known, one, relation, other, links) if is_false else None
    if doubt is not None:
        return doubted(found, doubt[0], where, **doubt[1])
    explained = lines.step(one.tokens, relation, other.tokens, explain=True)
    return explained if isinstance(explained, Judged) else found


def _doubt(
    lines: Lines,
    known: Modelled,
    one: Reading,
    relation: str,
    other: Reading,
    links: Sequence[Link],
) -> tuple[str, dict[str, str]] | None:
    """The code, and its data, of how a false line may be meant otherwise."""
    left, right = one.tokens, other.tokens
    for written in (*_whole_of_parts(known, left, right), *_given_by_scripts(known, left, right)):
        return "unstated", {"written": written}
    if says_of(known, left, right) or splits(known, left, right):
        return "unstated", {"written": f"{spelt(left)} = {spelt(right)}"}
    bounds = [link for link in links if "=" not in (link.relation, relation)]
    held = [link.left + link.right for link in bounds]
    for name in _undefined(known, left, right):
        if not any(mentions(tokens, name) for tokens in held):  # of any: a critic
            slips = _slips(lines, one, relation, other)
            return None if slips else ("undefined", {"name": name})
    for needed in _under(lines, known, one, relation, other, links):
        under = needed.lines
        again = under.step(needed.left, relation, needed.right) if under else None
        if isinstance(again, Judged) and again.report.verdict in needed.enough:
            slips = _slips(lines, one, relation, other)
            return None if slips else ("unstated", {"written": needed.written})
    return None


def _turned(lines: Lines, one: Reading, relation: str, other: Reading) -> bool:
    """Whether an inequality is proved the other way round: no one means that both are equal."""
    turned = TURNED[relation]
    again = lines.step(one.tokens, turned, other.tokens) if turned != relation else None
    return isinstance(again, Judged) and again.proved


_SLIPS = frozenset({"sign", "swapped", "inverse"})  # what nobody means otherwise


def _slips(lines: Lines, one: Reading, relation: str, other: Reading) -> bool:
    """Whether a line is such a slip away from what is proved, of all that nothing says more of; or
    an inequality is proved the other way round."""
    if _turned(lines, one, relation, other):
        return True
    found = lines.step(one.tokens, relation, other.tokens, explain=True)
    slip = found.report.diagnosis if isinstance(found, Judged) else None
    return slip is not None and slip.kind in _SLIPS


def varied(
    lines: Lines,
    letters: Sequence[str],
    where: Location,
    one: Reading,
    relation: str,
    other: Reading,
    found: Judged,
) -> Judged:
    """A line that is proved, unless it isn't where letters beneath means are functions."""
    again = as_functions(lines, letters, one, relation, other) if found.proved else None
    if again is None or (again[1] is not None and again[1].proved):
        return found
    name, judged = again
    unproved = judged is not None and judged.report.verdict is Verdict.UNPROVED
    return judged if judged and unproved else doubted(found, "undefined", where, name=name)


def doubted(found: Judged, code: str, where: Location, **data: str) -> Judged:
    """A line that is false as it was read, and may be meant otherwise."""
    report = replace(
        found.report,
        verdict=Verdict.UNPROVED,
        counterexample=None,
        diagnosis=None,
        diagnostic=Diagnostic(code, where, data),
        numeric=None,
    )
    return Judged(report)


def of_no_density(known: Modelled, where: Location, both: Tokens, found: Judged) -> Judged:
    """A line, not proved if it is about what is said to be a density by a formula that isn't shown
    to be one."""
    within = _unfolded(known, both)
    family = next((family for family in known.told.improper if mentions(within, family)), "")
    if not family or found.report.verdict is Verdict.ILL_FORMED:
        return found
    return doubted(found, known.told.improper[family], where, name=family)


# -- what nothing defines --------------------------------------------------------------------------


def _undefined(known: Modelled, one: Tokens, other: Tokens) -> Iterator[str]:
    """What a line is about that nothing defines: a function, a mean over data."""
    left, right = (_unfolded(known, tokens) for tokens in (one, other))
    for name in known.functions:
        new = not mentions(left, name) and mentions(right, name)
        if new or (mentions(left, name) and not mentions(one, name)):
            yield name
    yield from _counted(known, left, right)
    yield from _counted(known, right, left)
    yield from _aggregated((*left, *right))


def _counted(known: Modelled, one: Tokens, other: Tokens) -> Iterator[str]:
    """The letter that an entropy is compared with the logarithm of: how many values there are."""
    declared = {text.value.partition(" ")[0] for text in known.lines.get("parameters", ())}
    if any(token.text == "H" for token in one):
        for at, token in enumerate(other[1:], 1):
            if (
                other[at - 1].text in ("log", "ln")
                and token.text.isupper()
                and token.text in declared
            ):
                yield token.text


def _unfolded(known: Modelled, tokens: Tokens) -> Tokens:
    """A formula, and what the names in it stand for."""
    return (
        *tokens,
        *(t for d in known.defines.values() if mentions(tokens, d.name) for t in d.body),
    )


def _whole_of_parts(known: Modelled, one: Tokens, other: Tokens) -> Iterator[str]:
    """`z` beside `z_1` and `z_2` that are no copies of it: all of them together, most likely."""
    every = [*applications((*_unfolded(known, one), *_unfolded(known, other)))]
    drawn = {v.base for each in every for v in each.left}  # theta and theta_t are settings
    variables = {v: None for each in every for v in (*each.left, *each.right) if v.base in drawn}
    copied = {text.value.partition("_")[0] for text in known.lines.get("copies", ())}
    parts: dict[str, str] = {}
    for part in variables:
        if part.script and part.base not in copied:
            parts.setdefault(part.base, part.name)
    for whole in variables:
        if not whole.script and whole.base in parts:
            yield f"{whole.base} = ({parts[whole.base]}, ..)"


def _given_by_scripts(known: Modelled, one: Tokens, other: Tokens) -> Iterator[str]:
    """`p_theta(x)` beside `q(theta)`: it is given theta, most likely."""
    every = [*applications((*_unfolded(known, one), *_unfolded(known, other)))]
    models = known.context.models
    drawn = {v.name for each in every if each.family in models for v in each.left}
    for each in every:
        script = each.family.partition("_")[2].strip("{}")
        if script in drawn and script in LETTER_NAMES:
            yield f"{each.family}({each.left[0].name}) = .. | {script}"


def _aggregated(tokens: Tokens) -> Iterator[str]:
    """`q(z)` beside a sum of q(z | x_n) over n: it stands for their mean, most likely."""
    indices = {index for index, _, _ in ranges(tokens)}
    every = [*applications(tokens)]
    for mean in every:
        over = [e for e in every if e.family == mean.family and {*e.left} == {*mean.left} and e.bar]
        plain = not mean.bar and not any(v.script for v in mean.left)
        if plain and any(v.script[:1] == (i,) for e in over for v in e.right for i in indices):
            yield spelt(tokens[mean.start : mean.end])


# -- what would have to be said --------------------------------------------------------------------


MOST_INDEPENDENCES = 8
_PROVED = frozenset({Verdict.PROVED})
_NOT_FALSE = _PROVED | {Verdict.UNPROVED}


@dataclass(frozen=True, slots=True)
class _Needed:
    """What would have to be said, the declarations with it, the line under them, and what it has to
    come to: where the text says it, or no more than that a multiplier is positive, that the line
    isn't false is enough."""

    written: str
    lines: Lines | None
    left: Tokens
    right: Tokens
    enough: frozenset[Verdict] = _PROVED


def _under(
    lines: Lines,
    known: Modelled,
    one: Reading,
    relation: str,
    other: Reading,
    links: Sequence[Link],
) -> Iterator[_Needed]:
    left, right = one.tokens, other.tokens
    set_to = settings(known.defines.values(), left, right) if relation == "=" else ()
    for family, density, put_in in set_to:
        yield _Needed(f"{family} = {density}", lines.setting(family, density), put_in, right)
    for said in known.equal:
        put_in, behind = (put(tokens, said.left, said.right) for tokens in (left, right))
        within = lines.setting(spelt(said.left), spelt(said.right))
        yield _Needed(said.line, within or lines, put_in, behind)
    for family, plain, line in of_one_model(known.context.models, _unfolded(known, left + right)):
        within = lines.defining(partial(without_script, family=family))
        if line and "=" not in known.context.models[plain]:
            within = (within and within.under({plain: line})) or within
        bare, behind = (called(tokens, {family: plain}) for tokens in (left, right))
        yield _Needed(f"{family} = {plain}", within, bare, behind)
    apart = told_apart(_written(links, left, right))
    whole = (_unfolded(known, tokens) for tokens in (left, right))
    found_of = [*factorisations(known.context.models, *whole, apart=apart)]
    every = dict(reversed(found_of))  # of each family the first
    several = (every, dict(found_of)) if len(every) > 1 else ()
    of_variables = any(t.text in ("H", "I") for t in left + right)
    told_of = {
        family: line
        for family, line in known.aside.items()
        if of_variables or mentions(left + right, family)
    }
    aside = [{family: line} for family, line in told_of.items()]
    aside += [told_of] if len(told_of) > 1 else []
    discrete = _discrete(known, left, relation, right)
    gone = _drops_entropy(left, right) or not any(t.text in _MEANS for t in left + right)
    signs = _unsigned(known, left + right) if relation != "=" else {}
    if known.independent:
        found_of += islice(
            independences(known.context.models, known.context.arrangements), MOST_INDEPENDENCES
        )
    options = ({}, *aside, *several, *({family: line} for family, line in found_of))
    whether = [(False, True)[: 1 + bool(each)] for each in (discrete, signs)]
    for assumed, masses, signed in product(options, *whether):
        told = [*assumed.values()]
        under = lines.under(assumed) if assumed else lines
        if masses:
            told.append(f"discrete: {', '.join(discrete)}")
            under = under and under.discrete(discrete)
        if signed:
            told += (bound for bounds in signs.values() for bound in bounds)
            under = under and under.within(signs)
        if told:
            less = signed or assumed in aside or (masses and gone)
            enough = _NOT_FALSE if less else _PROVED
            yield _Needed("; ".join(told), under, left, right, enough)
    yield from _one_variable(lines, known, left, right)


def _discrete(known: Modelled, left: Tokens, relation: str, right: Tokens) -> list[str]:
    """The variables that would have to be discrete for an inequality to hold, if they may be."""
    slots_of = (slots(line.partition("=")[0]) for line in known.context.models.values())
    names = sorted({name.partition("_")[0] for pair in slots_of for part in pair for name in part})
    gone = _drops_entropy(left, right)
    signed = any(len(side) == 1 and side[0].text == "0" for side in (left, right))
    informed = any(t.text == "I" for t in left + right) or not any(
        t.text in _MEANS for t in left + right
    )
    return names if relation != "=" and (gone or signed or informed) else []


_MEANS = frozenset({"E", "KL", "D", "int", "sum", "log", "ln"})  # beside entropies of variables


def _drops_entropy(left: Tokens, right: Tokens) -> bool:
    return sum(t.text == "H" for t in left) > sum(t.text == "H" for t in right)


def _unsigned(known: Modelled, tokens: Tokens) -> dict[str, list[str]]:
    """The multipliers of which nothing says that they are positive."""
    declared = [text.value.partition(" != ")[0] for text in known.lines.get("parameters", ())]
    within = _unfolded(known, tokens)
    return {
        name: [f"{name} >= 0"]
        for name in declared
        if name.isidentifier() and name not in known.context.dropped and mentions(within, name)
    }


def _written(links: Sequence[Link], left: Tokens, right: Tokens) -> Iterator[Tokens]:
    """What tells densities apart: what was proved, all together; and what was proved of the left
    side beside what is said of it here."""
    yield tuple(token for link in links for token in (*link.left, *link.right))
    for link in links:
        if spelt(link.left) == spelt(left):
            yield (*link.right, *right)


def _one_variable(lines: Lines, known: Modelled, left: Tokens, right: Tokens) -> Iterator[_Needed]:
    r"""`\bar z` and `z` as one variable."""
    for name in sorted(known.context.bases):
        plain = plain_base(name)
        if plain == name or plain not in known.context.bases:
            continue
        drawn = [tuple(t._replace(text=plain) if t.text == name else t for t in part)
                 for part in (left, right)]  # fmt: skip
        lines_of = drawn_together(known.context.models, name, plain)
        yield _Needed(f"{name} = {plain}", lines.under(lines_of), drawn[0], drawn[1])
