"""Steps, the remarks on them, and the claim."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording, nearest


def _rules(data: Data) -> str:
    rules = data.get("rules")
    return f"by {', '.join(f'`{rule}`' for rule in rules)}" if rules else "by algebra alone"


def _wrong_rule(data: Data) -> str:
    return f"it holds, but does not follow {_rules(data)}"


def _cite(data: Data) -> str | None:
    rules = data.get("suggestion")
    return f"`by: [{', '.join(rules)}]` would do" if rules else None


def _fixed(data: Data) -> str:
    return f"step {data['step']}: by: {_by(data['old'])} -> {_by(data['new'])}"


def _by(rules: object) -> str:
    """Rules as they stand behind `by`."""
    if not isinstance(rules, tuple):
        return "(none)"
    return str(rules[0]) if len(rules) == 1 else f"[{', '.join(rules)}]"


def _fix_worse(data: Data) -> str:
    what = f"step {data['step']}" if data["step"] else "the verdict on the file"
    return f"left as it was: with the rules written in, {what} would be {data['verdict']}"


def _unexpected(data: Data) -> str:
    what = f"step {data['step']}" if "step" in data else "the file"
    return f"{what} is {data['verdict']}, expected {data['expected']}"


def _not_needed(data: Data) -> str:
    where = "none on finite tables" if data.get("finite") else "no world found"
    return f"without `{data['name']}`: {where} in which a step fails"


MESSAGES: dict[str, Wording] = {
    "step-is": "step {step} is {verdict}",
    "unexpected": _unexpected,
    "unknown-rule": "there is no rule `{name}`",
    "unknown-label": "no earlier statement has the label `{name}`",
    "duplicate-label": "the label `{name}` is taken by step {step}",
    "circular-using": "`{file}` uses this file in turn",
    "wrong-rule": _wrong_rule,
    "residual": "not shown: under all equality rules left less right comes to `{residual}`",
    "needs-positive": "this needs `{condition} > 0`, which is neither evident nor declared",
    "needs-nonzero": "this needs `{condition} != 0`, which is neither evident nor declared",
    "needs-domination": "this needs `{condition}`, which does not follow from `support`",
    "needs-finite": "this needs `finite {condition}`, which does not follow from `support`",
    "premise-missing": "there is no statement `{name}` to use: what has that label means nothing",
    "premise-needs": "`{name}` rests on what this file does not declare: `{condition}`",
    "premise-unproved": "`{name}` is not proved in its own file",
    "relation-turned": "the chain turns round: so far it is `{reached}`, here it says `{relation}`",
    "no-line-before": "there is no line that this step could go on from",
    "undecided": "neither proved nor refuted",
    "refuted": "this is false: left is {left}, right is {right}",
    # remarks
    "superfluous": "`{name}` can be left out",
    "tidied": lambda data: f"also uses {', '.join(f'`{rule}`' for rule in data['rules'])}",
    "same-sides": "both sides are alike",
    "equality": "this is an equality",
    "hides": "the `{name}` bound here hides an outer one",
    "unused-assumption": "no step leans on `{name}`: it can be left out",
    "for-all": "`{name}` is new and free here: this is said for all of its values",
    # what `--necessity` found
    "needed": "without `{name}` step {step} fails:",
    "not-needed": _not_needed,
    "needs-nothing": "no step leans on what `support` or `assume` lists",
    # what `--fix` did
    "fixed": _fixed,
    "not-fixed": lambda data: (
        f"step {data['step']}: left as it was: by {_by(data['new'])} it would be {data['verdict']}"
    ),
    "fix-changed": "left as it was: it was changed by someone else meanwhile",
    "fix-link": "left as it was: a symbolic link; name the file that it leads to",
    "fix-read-only": "left as it was: it may not be written",
    "fix-unreadable": "left as it was: rules can't be written into it without changing more",
    "fix-unwritable": "left as it was: it can't be written: {reason}",
    "fix-worse": _fix_worse,
    # the claim
    "claim-not-reached": "the claim is not reached: the last statement is `{reached}`",
    "claim-not-proved": "the claim is reached, but rests on steps that are not proved: {steps}",
}

HINTS: dict[str, Hint] = {
    "unknown-rule": nearest,
    "unknown-label": nearest,
    "wrong-rule": _cite,
    "needs-positive": "declare the sign under `functions` or `parameters`, or `assume` it",
    "needs-nonzero": "declare the sign under `functions` or `parameters`, or `assume` it",
    "needs-domination": "add it to `support`, or leave `support` out",
    "needs-finite": "add it, or `finite all`, to `support`, or leave `support` out",
    "relation-turned": "begin a new statement with `so`",
}
