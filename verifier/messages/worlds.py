"""Worlds that `--replay` holds against a file once more."""

from __future__ import annotations

from verifier.messages.wording import Hint, Wording

MESSAGES: dict[str, Wording] = {
    "world-breaks": "this world breaks step {step}: left is {left}, right is {right}",
    "world-holds": "step {step} holds in this world: left is {left}, right is {right}",
    "world-silent": "step {step} says nothing here: a side is undefined, or a premise fails",
    "world-undecided": "whether this world breaks step {step} can't be decided",
    # its file
    "world-not-json": "not JSON: {problem}",
    "world-wrong": "`{key}` must be {wanted}",
    "world-none": "no counterexample to `{file}` is in it",
    "world-number": "`{key}` must be a fraction such as `1/3`, not `{found}`",
    # the step
    "world-step": "there is no step {step}",
    "world-meaningless": "step {step} has no statement that a world could break",
    "world-not-sampled": "step {step} can't be evaluated: {reason}",
    # the world
    "world-lacks": "the world has no `{name}`, on which step {step} depends",
    "world-unknown": "the world has `{name}`, which the model has not",
    "world-axes": "`{name}` must be over {wanted}, but is over {found}",
    "world-sizes": "`{name}` has {found} values of {variable}, elsewhere there are {wanted}",
    "world-point": "`{name} = {found}` is none of its values, which are counted from 0",
    "world-horizon": "no world is looked at where {horizon}",
    "world-negative": "`{name}` has the negative value {found}",
    "world-total": "`{name}` must have the total 1, but has {found}",
    "world-zero": "`{name}` has a zero, but without `support` every density is positive",
    "world-width": "the widths of {name} must be positive, and 1 where it is discrete",
    "world-shared": "the elements of a sequence have the same widths, but those of {name} differ",
    "world-not-declared": "`{name}` is not as declared: it comes to {made} where {given} stands",
    "world-not-admitted": "the world does not meet what the file declares and assumes",
}

HINTS: dict[str, Hint] = {
    "world-none": "`--format json` writes a report with its counterexamples",
}
