"""Expectations as people write them: `E_z[..]`, `E[..]`, `E_q[..]`, `E_q log f`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from verifier.documents.context import (
    ENDS,
    OPEN,
    Context,
    NamedLaw,
    Reading,
    Remark,
    Unsure,
    made,
    moved,
    product_end,
    script_at,
    slots,
)
from verifier.documents.formulas import (
    Tokens,
    Variable,
    application_at,
    applications,
    label_at,
    spelt,
    variable_at,
)
from verifier.formula.lexer import Token


def named_laws(tokens: Tokens) -> Iterator[NamedLaw]:
    """The laws that expectations write in full."""
    for at, token in enumerate(tokens):
        if token.text != "E" or token.kind != "name":
            continue
        script, _ = script_at(tokens, at + 1)
        found = [*applications(script)]
        for application in found:
            yield NamedLaw(application, script[application.start : application.end])


def drawn_from(tokens: Tokens, context: Context) -> Iterator[tuple[str, Tokens]]:
    """The families that expectations are under, each with the variables drawn from it; none of
    those are said where only its name is."""
    for at, token in enumerate(tokens):
        script, _ = script_at(tokens, at + 1) if token.text == "E" else ((), at)
        sign = next((place for place, each in enumerate(script) if each.text == "~"), 0)
        label, end = label_at(script, sign + 1 if sign else 0)
        family = context.family(label)
        if family in context.models and (sign or end == len(script)):
            yield family, script[:sign]


def named_beside(formulas: Iterable[Tokens], context: Context) -> Iterator[NamedLaw]:
    """The laws that other expressions of a chain name, in full or as what is drawn from a family;
    the first is the last."""
    for tokens in reversed([*formulas]):
        for family, variables in drawn_from(tokens, context):
            written = made(f"{family}({spelt(variables)})", variables) if variables else ()
            density = application_at(written, 0)
            if density is not None:
                yield NamedLaw(density, written)
        yield from named_laws(tokens)


MOST_SHAPES = 3  # densities of one family that a bare name may stand for
# Which of them to take, and the densities that stand in the same expression.
_Choice = tuple[int, Sequence[Tokens]]


def read_expectations(tokens: Tokens, context: Context) -> list[Reading]:
    """`E_z[..]`, `E[..]`, `E_q[..]` under the law that was named for them; where none was, under
    each density of the family that is written."""
    found: list[Reading] = []
    for choice in range(MOST_SHAPES):
        reading = _under(tokens, context, choice)
        if reading not in found:
            found.append(reading)
    return found


def _under(tokens: Tokens, context: Context, choice: int) -> Reading:
    known = [*context.laws]
    own = [tokens[a.start : a.end] for a in applications(tokens)]
    found: list[Token] = []
    remarks: list[Remark] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        found.append(token)
        at += 1
        if (
            token.text != "E"
            or token.kind != "name"
            or (at < len(tokens) and tokens[at].text == "}")
        ):
            continue
        script, behind = script_at(tokens, at)
        full = [*applications(script)]
        if full:
            known += (NamedLaw(a, script[a.start : a.end]) for a in full)
            marked = Token("symbol", "_", script[0].start, script[0].start)
            found += _braced(marked, script)
            at = behind
            continue
        body = tokens[behind : product_end(tokens, behind)]
        law = _law(script, (token, *body), known, context, (choice, own))
        if law is None:
            continue
        written = f"E_{{{spelt(script)}}}" if script else "E"
        remark = Remark("law", (("written", written), ("read", spelt(law))))
        remarks += [remark] if remark not in remarks else []
        place = script[0] if script else token
        found += _braced(Token("symbol", "_", place.start, place.start), moved(law, (place,)))
        at = behind
    return Reading(tuple(found), tuple(remarks))


def _braced(mark: Token, inside: Sequence[Token]) -> Iterator[Token]:
    yield mark
    yield mark._replace(text="{")
    yield from inside
    yield mark._replace(text="}", start=inside[-1].end, end=inside[-1].end)


def _law(
    script: Tokens, whole: Tokens, known: list[NamedLaw], context: Context, choice: _Choice
) -> Tokens | None:
    """The law of an expectation that doesn't write it in full; None where the language has it."""
    label, end = label_at(script, 0)
    label = context.family(label)
    sign = next((i for i, t in enumerate(script) if t.text == "~"), 0)
    if sign:
        label = label_at(script, sign + 1)[0]
        own, label = label, context.family(label)
        if label not in context.models:
            raise Unsure("law")
        if own != label and sign:
            return made(f"{label}({spelt(script[:sign])})", script)
        if any(t.text == "|" for t in script[:sign]):
            return made(f"{label}({spelt(script[:sign])})", script)
        return _of_some(label, script[:sign], context)
    if script and label in context.models and end == len(script):
        return _of_family(label, known, context, script, choice, whole)
    if script:
        each_of = _product(script, whole, known, context, choice)
        return each_of or _of_variables(script, known, context)
    inside = {v.name for a in applications(whole) for v in (*a.left, *a.right)}
    parts = {v.base for a in applications(whole) for v in (*a.left, *a.right) if v.script}
    laws = [law for _, law in context.stated]
    drawn = {law.tokens: _names(law) & inside or _copied(law) & parts for law in laws}
    told = [law for law in laws if drawn[law.tokens]]
    if len(told) == 1 and drawn[told[0].tokens] in (_names(told[0]), _copied(told[0])):
        return told[0].tokens  # as the text says
    here, before = known[context.inherited :], known[: context.inherited]
    compared: list[Tokens] = [] if _compares(whole) else [q for q, _ in context.divergences][-1:]
    last = next(iter([*_fitting(here, context), *compared, *_fitting(before, context)]), None)
    if last is not None:
        return last
    if len(context.arrangements) == 1 and len(context.models) == 1:
        return made(context.whole(*context.models), whole[:1])
    return _of_body(whole, context)


def _product(
    script: Tokens, whole: Tokens, known: list[NamedLaw], context: Context, choice: _Choice
) -> Tokens:
    """The laws of families that stand in a row, `E_{q_1 q_2}`; nothing where other things do."""
    laws: list[Token] = []
    at = number = 0
    while at < len(script):
        label, at = label_at(script, at)
        family = context.family(label)
        law = (
            _of_family(family, known, context, script, choice, whole)
            if family in context.models
            else None
        )
        if law is None:
            return ()
        laws += law
        number += 1
        at += at < len(script) and script[at].text in (",", "*")
    return tuple(laws) if number > 1 else ()


def _names(law: NamedLaw) -> frozenset[str]:
    return frozenset(variable.name for variable in law.density.left)


def _copied(law: NamedLaw) -> frozenset[str]:
    """The variables of which a law draws several copies together."""
    return frozenset(variable.base for variable in law.density.left if variable.is_slice)


def _fitting(laws: list[NamedLaw], context: Context) -> Iterator[Tokens]:
    """The laws of variables that the section has, the last first."""
    for law in reversed(laws):
        if {v.base for v in law.density.left} <= context.bases:
            yield law.tokens


def _compares(tokens: Tokens) -> bool:
    """Whether a divergence stands in an expression: its law is not what that is under."""
    return any(token.text in ("KL", "D") for token in tokens)


def _of_body(whole: Tokens, context: Context) -> Tokens:
    """The law of what an expectation is of."""
    names = dict.fromkeys(v for a in applications(whole) for v in (*a.left, *a.right))
    try:
        return _of_the_chain([*names], whole[:1], context)
    except Unsure:
        if len({spelt(each) for each in context.near}) != 1:
            raise
        return context.near[0]  # all that is compared with something in the section


def _of_the_chain(names: Sequence[Variable], at: Tokens, context: Context) -> Tokens:
    """The law of variables in the only family over them that the chain has expectations under."""
    over = {
        family: {name.partition("_")[0] for part in slots(context.models[family]) for name in part}
        for family in context.drawn
    }
    fitting = [family for family, bases in over.items() if {v.base for v in names} <= bases]
    if not names or len(fitting) != 1:
        raise Unsure("law")
    return made(f"{fitting[0]}({', '.join(v.name for v in names)})", at)


def _of_some(label: str, variables: Tokens, context: Context) -> Tokens | None:
    """The law of some of a family's variables: `x_0 ~ q` where q is over x_{0:T}; None where these
    are all that it is over."""
    names, given = slots(context.models[label])
    if slots(f"{label}({spelt(variables)})")[0] == names:
        return None
    behind = f" | {', '.join(sorted(given))}" if given else ""
    return made(f"{label}({spelt(variables)}{behind})", variables)


def _is_partial(law: NamedLaw, whole: Tokens) -> bool:
    """Whether a law is of some elements of a sequence of which what it is a law for has others."""
    about = (*law.density.left, *law.density.right)
    drawn = {variable.base for variable in law.density.left if not variable.is_slice}
    slices = {variable.base for variable in about if variable.is_slice}
    inside = {v for a in applications(whole) for v in (*a.left, *a.right)}
    return any(v.base in drawn - slices and v not in about for v in inside)


def _of_family(
    label: str,
    known: list[NamedLaw],
    context: Context,
    at: Tokens,
    choice: _Choice,
    whole: Tokens,
) -> Tokens | None:
    number, beside = choice
    own = [t for t in beside if context.renamed.get(name := label_at(t, 0)[0], name) == label]
    every = [law for law in reversed(known)
             if context.renamed.get(law.density.family, law.density.family) == label]  # fmt: skip
    fitting = (law for law in every if not _is_partial(law, whole))
    partial = every[0].tokens if every else None
    named = next((law.tokens for law in fitting), None)
    if partial is None and label not in context.models:
        raise Unsure("law")
    shapes = context.arrangements.get(label, [])
    if named is not None:
        options = [named, *own]
    elif partial is not None:
        options = [made(context.whole(label), at), partial, *own]
    elif len(shapes) == 1:
        options = [*shapes, made(context.whole(label), at)]
    else:
        options = [made(context.whole(label), at), *own, *shapes]
    texts = dict.fromkeys(spelt(option).replace(" ", "") for option in options)
    distinct = [next(o for o in options if spelt(o).replace(" ", "") == text) for text in texts]
    return moved(distinct[min(number, len(distinct) - 1)], at)


def _of_variables(script: Tokens, known: list[NamedLaw], context: Context) -> Tokens:
    names: list[Variable] = []
    at = 0
    while at < len(script):
        variable, at = variable_at(script, at)
        if variable is None or (at < len(script) and script[at].text not in (",", "|")):
            raise Unsure("law")
        if at < len(script) and script[at].text == "|":
            names.append(variable)
            break
        names.append(variable)
        at += 1
    wanted = frozenset(names)
    for law in (*(law for _, law in context.stated), *reversed(known)):
        if frozenset(law.density.left) == wanted:
            return law.tokens
    fitting = {
        spelt(shape): shape
        for shapes in context.arrangements.values()
        for shape in shapes
        if (density := application_at(shape, 0)) and frozenset(density.left) == wanted
    }
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    return _of_the_chain(names, script, context)


def read_bodies(tokens: Tokens, context: Context) -> list[Reading]:
    """Brackets around what an expectation without them is of: up to the next + or -."""
    del context
    found = tokens
    at = 0
    remarked = False
    while at < len(found):
        if found[at].text != "E" or found[at].kind != "name":
            at += 1
            continue
        _, behind = script_at(found, at + 1)
        at += 1
        if behind >= len(found) or found[behind].text in OPEN or found[behind].text in ENDS:
            continue
        end = product_end(found, behind)
        opener = Token("symbol", "[", found[behind].start, found[behind].start)
        closer = Token("symbol", "]", found[end - 1].end, found[end - 1].end)
        found = (*found[:behind], opener, *found[behind:end], closer, *found[end:])
        remarked = True
    return [Reading(found, (Remark("bodies", ()),) if remarked else ())]
