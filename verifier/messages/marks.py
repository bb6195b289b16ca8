"""Worksheets, and the answers in them."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording


def _blank(data: Data) -> str:
    found, wanted = (f"`{data[key]}`" if data[key] else "nothing" for key in ("found", "wanted"))
    return f"step {data['step']} leaves {found} blank here, in the derivation {wanted}"


def _copied(data: Data) -> str:
    named = {None: "the claim", 0: "the start"}
    where = named.get(data["step"], f"step {data['step']}")
    return f"this says once more what {where} says: nothing is done"


def _unproved(data: Data) -> str:
    what = f"step {data['step']}" if data["step"] else "the claim"
    return f"nothing can be marked by this derivation: {what} is not proved"


MESSAGES: dict[str, Wording] = {
    "worksheet-unwritable": "its answers can't be taken out of this file without changing more",
    # what is wrong with the file of answers
    "answers-differ": "this is not what the worksheet has here: `{wanted}`",
    "answers-lack": "the `{key}` of the worksheet is missing here",
    "answers-more": "the worksheet has no `{key}` here",
    "answers-steps": "the worksheet has {wanted} steps, here are {found}",
    "answers-blank": _blank,
    "answers-blanks": "a worksheet of this file leaves {wanted} steps blank, here are {found}",
    "grade-unproved": _unproved,
    # what is wrong with an answer
    "mark-no-relation": "`{name}` is no relation",
    "mark-superfluous": "it follows, but {count} of these rules can be left out: that is no reason",
    "mark-trivial": "it says nothing: both sides are the same",
    "mark-copied": _copied,
    "mark-next": (
        "this holds, but does not lead on: from here step {step}, as it stands, would be {verdict}"
    ),
    "mark-claim": "this holds, but the claim is no longer reached",
}

HINTS: dict[str, Hint] = {
    "answers-differ": "change nothing but what is left blank",
    "answers-lack": "change nothing but what is left blank",
    "answers-more": "change nothing but what is left blank",
    "answers-steps": "change nothing but what is left blank",
    "mark-no-relation": "write `eq`, `ge` or `le`; in a statement `=`, `>=` or `<=`",
}
