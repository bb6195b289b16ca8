"""Steps, the remarks on them, and the claim."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording, nearest, work_spent


def _rules(data: Data) -> str:
    rules = data.get("rules")
    return f"by {', '.join(f'`{rule}`' for rule in rules)}" if rules else "by algebra alone"


def _wrong_rule(data: Data) -> str:
    return f"it holds, but does not follow {_rules(data)}"


def _cite(data: Data) -> str | None:
    rules, cited = data.get("suggestion"), data.get("rules") or ()
    if not rules:
        return None
    if cited and {*cited} < {*rules}:
        return f"add {', '.join(f'`{rule}`' for rule in rules if rule not in cited)}"
    return f"`by: [{', '.join(rules)}]` would do"


def _slip(data: Data) -> str:
    """The edit that makes a line hold: what it does, or the part before and after."""
    before, after, line = (str(data[key]) for key in ("before", "after", "line"))
    match data["kind"]:
        case "sign":
            what = "if a sign is turned"
        case "swapped":
            what = "if the arguments change places"
        case "relation":
            known = before in (*_RELATIONS, "<", ">")  # else the whole statement
            what = f"with `{after}` for `{before}`" if known else "with another relation"
        case "log":
            what = f"{'with' if len(after) > len(before) else 'without'} the logarithm"
        case "expectation":
            what = "under the expectation"
        case "integral":
            what = "under the integral"
        case "term":
            what = "with one term more"
        case "dropped":
            lost = before.startswith("E_") and before.endswith(f"[{after}]")
            what = "without the expectation" if lost else "with one term less"
        case _ if not before:
            what = f"with `{after}` put in"
        case _ if not after:
            what = f"with `{before}` taken out"
        case _:
            what = f"if `{before}` is `{after}`"
            if line.removesuffix(after).strip() in ("", *_RELATIONS):  # the part is all of the line
                return f"it holds as `{line}`"
    return f"it holds {what}: `{line}`"


def _refuted(data: Data) -> str:
    said = f"this is false: left is {data.get('left')}, right is {data.get('right')}"
    rest = data.get("residual")
    return f"{said}; left less right comes to `{rest}`" if rest else said


def _follows(data: Data) -> str:
    line, step = data["line"], data["step"]
    if line:
        return f"it follows from the mended line of step {step}, `{line}`: the fault is there"
    return f"it follows from the line before step {step}: the fault is there"


def _unread(data: Data) -> str:
    """Which lines above mean nothing."""
    steps = data["steps"]
    lines, noun = ("the line", "step") if len(steps) == 1 else ("the lines", "steps")
    return f"{lines} above can't be read ({noun} {', '.join(map(str, steps))})"


_RELATIONS = ("=", ">=", "<=")

MESSAGES: dict[str, Wording] = {
    "step-is": "step {step} is {verdict}",
    "unknown-rule": "there is no rule `{name}`",
    "several-rules": "`{name}` may be one rule or another",
    "rules-as-one": "`{name}` is no one rule",
    "no-reason": "`{name}` names nothing that can be checked",
    "statement-cited": "`{name}` is no rule, but a statement",
    "unknown-label": "no earlier statement has the label `{name}`",
    "duplicate-label": "the label `{name}` is taken by step {step}",
    "circular-using": "`{file}` uses this file in turn",
    "wrong-rule": _wrong_rule,
    "residual": lambda data: (
        f"not shown: under all equality rules left less right comes to `{data['residual']}`"
        + work_spent(data, "; ")
    ),
    "needs-positive": "this needs `{condition} > 0`, which is neither evident nor declared",
    "needs-nonzero": "this needs `{condition} != 0`, which is neither evident nor declared",
    "needs-domination": "this needs `{condition}`, which does not follow from `support`",
    "needs-finite": "this needs `finite {condition}`, which does not follow from `support`",
    "premise-missing": "there is no statement `{name}` to use: what has that label means nothing",
    "premise-needs": "`{name}` rests on what this file does not declare: `{condition}`",
    "premise-unproved": "`{name}` is not proved in its own file",
    "relation-turned": "the chain turns round: so far it is `{reached}`, here it says `{relation}`",
    "follows-mended": _follows,
    "line-unread": lambda data: (
        f"{_unread(data)}: from the last one that means something this is not shown"
    ),
    "no-line-before": "there is no line that this step could go on from",
    "steps-spent": "not judged: the work for one file is spent after {spent} of its {steps} steps",
    "undecided": lambda data: (
        "neither proved nor refuted within the work that one step may take" + work_spent(data, ": ")
    ),
    "refuted": _refuted,
    "holds-if": _slip,
    # remarks
    "superfluous": "`{name}` can be left out",
    "tidied": lambda data: f"also uses {', '.join(f'`{rule}`' for rule in data['rules'])}",
    "over-unread": lambda data: (
        f"{_unread(data)}: shown as `{data['relation']}` from the last one that means something"
    ),
    "same-sides": "both sides are alike",
    "equality": "this is an equality",
    "hides": "the `{name}` bound here hides an outer one",
    "unused-assumption": "no step leans on `{name}`: it can be left out",
    "for-all": "`{name}` is new and free here: this is said for all of its values",
    # the claim
    "claim-undecided": lambda data: (
        "whether the claim is what was reached isn't found within the work for it"
        + work_spent(data, ": ")
    ),
    "claim-not-reached": "the claim is not reached: the last statement is `{reached}`",
    "claim-unread": lambda data: f"the claim is not reached: {_unread(data)}",
    "claim-not-proved": "the claim is reached, but rests on steps that are not proved: {steps}",
}


def _between(data: Data) -> str | None:
    line = data.get("between")
    return f"split here: with `{line}` above, both steps follow" if line else _declared(data)


def _declared(data: Data) -> str | None:
    """What a step holds under if it is declared."""
    rules, facts, variables = data.get("by"), data.get("facts"), data.get("discrete")
    if not rules or not (facts or variables):
        return None
    names = ", ".join(f"'{name}'" if ":" in name else str(name) for name in variables or ())
    shown = " and ".join(f"`{fact}`" for fact in facts or (f"discrete: [{names}]",))
    return f"with {shown} this holds by {', '.join(f'`{rule}`' for rule in rules)}"


def _labelled(data: Data) -> str | None:
    if data.get("later"):
        return "it stands further down: only what is above can be used"
    if data.get("step"):
        return f"give step {data['step']} a `label`, and name that"
    if data.get("rule"):
        return f"a rule is cited under `by`: `{data['rule']}`"
    return nearest(data)


def _no_reason(data: Data) -> str | None:
    near, strict = nearest(data), data.get("strict", True)
    return near or (None if strict else "leave `by` out to have the rules found")


HINTS: dict[str, Hint] = {
    "refuted": _declared,
    "claim-not-reached": lambda data: data.get("missing"),
    "residual": _between,
    "undecided": _between,
    "unknown-rule": _no_reason,
    "several-rules": nearest,
    "rules-as-one": lambda data: f"write `by: [{', '.join(data.get('rules') or ())}]`",
    "no-reason": _no_reason,
    "statement-cited": "give it a `label`, and name that under `using`",
    "unknown-label": _labelled,
    "wrong-rule": _cite,
    "needs-positive": "declare the sign under `functions` or `parameters`, or `assume` it",
    "needs-nonzero": "declare the sign under `functions` or `parameters`, or `assume` it",
    "needs-domination": "add it to `support`, or leave `support` out",
    "needs-finite": "add it to `support`, or leave `support` out",
    "relation-turned": "begin a new statement with `so`",
}
