"""How the rules cited on a step bear it: proved, wrong-rule, or neither; with remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from verifier.derivation.derivation import Text
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.rules import ALGEBRA, RULES, TIDYING, closure, in_order
from verifier.outcome import Diagnostic
from verifier.tactics.prover import Attempt, Goal, follow, prove

Way = Callable[[Context, Goal, Iterable[str]], Attempt | None]


def _is_rule(name: str) -> bool:
    """Whether a name is one of the table."""
    return name == ALGEBRA or name in RULES


def own_name(name: str) -> str:
    """The rule that is cited by a name, or by what people call it."""
    if _is_rule(name):
        return name
    from verifier.manual.naming import rule_named  # brings all that people call rules

    return rule_named(name) or name


def miscited(rule: Text, strict: bool = False) -> Diagnostic | None:
    """Why what is cited is no rule; None where it is one."""
    if _is_rule(own_name(rule.value)):
        return None
    from verifier.manual.naming import phrase

    named = phrase(rule.value)
    if named.rules:
        return rule.diagnostic("several-rules", name=rule.value, near=named.rules)
    if named.listed:
        return rule.diagnostic("rules-as-one", name=rule.value, rules=named.listed)
    if named.idle:
        return rule.diagnostic("no-reason", name=rule.value, strict=strict)
    if named.refers:
        return rule.diagnostic("statement-cited", name=rule.value)
    return rule.diagnostic("unknown-rule", name=rule.value, near=named.near, strict=strict)


def canonical(rules: Iterable[Text]) -> tuple[str, ...]:
    """Rules by the names of the table, each once."""
    return tuple(dict.fromkeys(own_name(rule.value) for rule in rules))


@dataclass(frozen=True)
class Ruling:
    """What became of a step under its rules.

    Proved with an `attempt`; else `suggested` is the smallest set that works, if there is one, and
    `otherwise` what it gives. `superfluous` and `uncited` are for remarks.
    """

    rules: tuple[str, ...]
    attempt: Attempt | None = None
    suggested: tuple[str, ...] | None = None
    otherwise: Attempt | None = None
    superfluous: tuple[str, ...] = ()
    uncited: tuple[str, ...] = ()
    spent: int = 0  # of work, where there was no more

    @property
    def equality(self) -> bool:
        """Whether it needed no inequality."""
        return self.attempt is not None and self.attempt.equality


def rule_on(
    context: Context,
    goal: Goal,
    cited: tuple[str, ...] | None,
    strict: bool,
    agrees: Callable[[], bool] = lambda: True,
    stands: Callable[[], bool] = lambda: True,
    meets: Callable[[Attempt], bool] = lambda _: True,
    thrifty: bool = True,
) -> Ruling:
    """The ruling on a step that cites rules, or none (then a smallest set is found).

    Other rules than those cited, or fewer, are only tried where what is sampled `agrees`, and long
    only where it `stands` too: no counterexample is found. `meets`: whether what an attempt rests
    on is declared. `thrifty`: whether rules are superfluous that did act, but which the others can
    do without.
    """

    def plausible(wanted: Callable[[], bool] = lambda: agrees() and stands()) -> bool:
        found = wanted()
        context.budget.refill()  # the search has work of its own
        return found

    if cited is None and not strict:
        return _found(context, goal, meets, stands) if plausible(agrees) else Ruling(())
    cited = tuple(dict.fromkeys(cited or ()))  # under `strict` who cites nothing says: by algebra
    allowed = _allowed(cited, strict)
    result = prove(context, goal, allowed)
    if result is None and plausible():
        result = _without_one(context, goal, cited, strict)
    idle = allowed - set(cited)  # what would do without any of the rules cited
    mains = [name for name in cited if name != ALGEBRA]
    if result is None or (mains and _besides(follow, context, goal, idle)):
        from verifier.tactics.amended import amended  # start-up is felt, and few steps need it
        from verifier.tactics.smallest import smallest

        found = None
        if result is not None:  # with none of those cited
            found = smallest(context, goal, meets)
        elif plausible():
            found = amended(context, goal, cited, lambda names: _allowed(names, strict), meets)
        if found is None:
            return Ruling(cited)
        found = found if strict else worth_citing(found, cited)
        otherwise = prove(context, goal, _allowed(found, strict))
        return Ruling(cited, suggested=_named(found), otherwise=otherwise)
    attempt = result
    superfluous = tuple(
        name
        for name in mains
        if name not in attempt.used or (thrifty and _left_out(context, goal, mains, name, strict))
    )
    uncited = _uncited(context, goal, mains, attempt, strict)
    if attempt.used & TIDYING - closure((*mains, *uncited)):  # it took more than it had to
        attempt = _besides(prove, context, goal, {*mains, *uncited}) or result
    return Ruling(cited, attempt, superfluous=superfluous, uncited=uncited)


def _besides(way: Way, context: Context, goal: Goal, rules: Iterable[str]) -> Attempt | None:
    """An attempt by other rules at a goal that is proved: where the work is spent it is proved all
    the same."""
    try:
        return way(context, goal, rules)
    except OutOfWork:
        return None


def _allowed(cited: Iterable[str], strict: bool) -> set[str]:
    """The rules cited, and the tidying ones beside a main rule unless `strict`."""
    names = {name for name in cited if name in RULES}
    if not strict and any(not RULES[name].tidying for name in names):
        names |= TIDYING
    return names


def worth_citing(rules: tuple[str, ...], cited: Iterable[str] = ()) -> tuple[str, ...]:
    """What of rules is to be cited: beside a main one no tidying one that isn't cited already."""
    stay = {*cited, *rules} - TIDYING | {*cited} if {*rules} - TIDYING else {*rules}
    return tuple(name for name in rules if name in stay)


def _without_one(
    context: Context, goal: Goal, cited: tuple[str, ...], strict: bool
) -> Attempt | None:
    """A rule too many may lead the normal form astray: try without each."""
    allowed = _allowed(cited, strict)
    for name in in_order(allowed) if len(allowed) > 1 else ():
        result = prove(context, goal, _allowed(allowed - {name}, strict) - {name})
        if result is not None:
            return result
    return None


def _left_out(context: Context, goal: Goal, mains: list[str], name: str, strict: bool) -> bool:
    """Whether a cited rule can be left out while the others suffice."""
    others = [other for other in mains if other != name]
    fewer = _allowed(others, strict) - {name}
    return bool(others) and _besides(follow, context, goal, fewer) is not None


def _uncited(
    context: Context, goal: Goal, mains: list[str], attempt: Attempt, strict: bool
) -> tuple[str, ...]:
    """The tidying rules that a step leans on without citing them."""
    if strict:
        return ()
    names = closure(mains)
    extra = [name for name in attempt.used if name in TIDYING and name not in names]
    extra = [*in_order(extra)]
    for name in tuple(extra):
        fewer = [other for other in extra if other != name]
        if _besides(follow, context, goal, {*mains, *fewer}) is not None:
            extra = fewer
    return tuple(extra)


def _named(found: tuple[str, ...]) -> tuple[str, ...]:
    return found or (ALGEBRA,)


def _found(
    context: Context, goal: Goal, meets: Callable[[Attempt], bool], stands: Callable[[], bool]
) -> Ruling:
    """A step that cites nothing: under a smallest set of rules."""
    from verifier.tactics.smallest import smallest

    found = smallest(context, goal, meets, stands)
    if found is None:
        return Ruling(())
    result = prove(context, goal, found)
    return Ruling(()) if result is None else Ruling(_named(found), result)
