"""What `--expect`, `--necessity` and `--fix` find, and which options don't go together."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording, nearest


def _unexpected(data: Data) -> str:
    what = f"step {data['step']}" if "step" in data else "the file"
    return f"{what} is {data['verdict']}, expected {data['expected']}"


def _not_needed(data: Data) -> str:
    where = "none on finite tables" if data.get("finite") else "no world found"
    return f"without `{data['name']}`: {where} in which a step fails"


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


MESSAGES: dict[str, Wording] = {
    # --demo
    "demo-alone": "`--demo` takes no derivations",
    "demo-next": (
        "next: copy {file}, change a sign in it, and verify the copy;"
        " `elbo-verify --rules` lists the rules, `--help` has the rest"
    ),
    # --expect
    "unexpected": _unexpected,
    # --necessity
    "needed": "without `{name}` step {step} fails:",
    "not-needed": _not_needed,
    "needs-nothing": "no step leans on what `support` or `assume` lists",
    # --fix
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
    "stdin-options": "`-` goes with none of `--fix`, `--grade`, `--replay`: name a file",
    # --replay
    "replay-alone": (
        "`--replay` takes one derivation, and none of `--expect`, `--necessity`, `--fix`"
    ),
    # --grade
    "grade-alone": (
        "`--grade` takes one derivation, and none of `--expect`, `--necessity`, `--fix`, `--replay`"
    ),
    # --mutate
    "mutate-alone": (
        "`--mutate` goes with none of `--expect`, `--necessity`, `--fix`, `--replay`, `--grade`"
    ),
    "grade-options": "`--csv` and `--feedback` are for `--grade`",
    "mutate-options": "`--per-step` is for `--mutate`",
    "mutate-unproved": "step {step} is not proved as it stands: no slip in it was tried",
    "mutate-long": "the line of step {step} is too long: only slips in its relation were tried",
    "mutate-some": "step {step}: {count} of its {of} slips were left out",
    "format-verified": (
        "that format is of verified files: rules, handouts and other tasks have text and `json`"
    ),
    "output-alone": "`--output` is for reports on files",
    "output-unwritable": "`{file}` can't be written: {reason}",
    "quiet-verbose": "`--quiet` and `--verbose` are opposites",
    "alone": "`--try`, `--init`, `--list`, `--copy`, `--schema`, `--completion` take no PATH",
    "watch-alone": "`--watch` verifies files that have names, and goes with no other task",
    "diff-options": "`--diff` is for `--fix`",
    "no-extra": "this needs {name}, which is not installed",
    "unknown-shipped": "no derivation `{name}` comes with the program",
    "file-there": "`{file}` is there already: nothing was written",
    "begun": "{file}: written; `elbo-verify {file}` verifies it",
    "copied": "{file}: copied",
}

HINTS: dict[str, Hint] = {
    "unknown-shipped": nearest,
    "no-extra": "`pip install 'elbo-verify[{extra}]'`",
}
