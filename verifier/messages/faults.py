"""Errors of the verifier itself, and of its own output."""

from __future__ import annotations

from verifier.messages.wording import Hint, Wording

MESSAGES: dict[str, Wording] = {
    "cannot-print": "the report can't be written: {reason}",
    "internal-fault": "an error of the verifier, not of this file: {type} at {where}: {text}",
    "contradiction": (
        "the kernel proves step {step}, but a model contradicts it: left is {left}, right is"
        " {right}; one of the two is wrong, and that is an error of the verifier"
    ),
}

HINTS: dict[str, Hint] = {
    "internal-fault": "please report it, with the file",
    "contradiction": "please report it, with the file",
}
