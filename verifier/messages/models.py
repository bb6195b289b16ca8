"""Declarations: what is wrong in them, and what they fail to show."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording, work_spent


def _twice(data: Data) -> str:
    if data["kind"] == data["other"]:
        return f"the {data['kind']} `{data['name']}` is declared twice"
    return f"one name for two things: `{data['name']}` as {data['other']} and as {data['kind']}"


def _in_one_line(data: Data) -> str | None:
    if not data.get("kind") == data.get("other") == "family":
        return None
    return "one line for each name, as in `{0}(x, z) = {0}(x | z) {0}(z)`".format(data["name"])


MESSAGES: dict[str, Wording] = {
    "declared-twice": _twice,
    "formula-variables": "the formula of `{name}` has variables that `{name}` does not have",
    "factor-heads": "`{variable}` must stand left of the bar in exactly one factor of `{name}`",
    "factor-circle": "the factors of `{name}` condition on one another in a circle",
    "formula-circle": "the formula of `{name}` uses `{other}`, which uses `{name}` in turn",
    "horizon": "no line declares the horizon `{name}`: it is taken for every integer that leaves "
    "nothing in `model` shorter than empty, `{bound}`",
    "shape-domain": "the interval must be given by one bound on the argument, as in `for u > 0`",
    # what must be shown of them
    "formula-undefined": "`{name}` is not shown to be defined: what it divides by may be 0",
    "formula-negative": "`{name}` is not shown to be >= 0: it is no density until that is assumed",
    "formula-total": "`{name}` is not shown to integrate to 1: it is no density until assumed to",
    # what must be seen of them
    "vacuous": "the assumptions contradict one another, so nothing is shown: {facts}",
    "no-world": "no distributions were found that meet the assumptions, so nothing is shown of "
    "any: tried were equal, uniform and random tables, and a search from the closest of them",
    "unsampled": lambda data: (
        f"no {data['what']} could be evaluated, so the second opinion is missing"
        + work_spent({"values": data.get("spent")}, "; ")
    ),
}

HINTS: dict[str, Hint] = {
    "declared-twice": _in_one_line,
    "unsampled": "lower the bound that is declared of a horizon: a proof for T >= 1 holds for "
    "T >= 1000",
}
