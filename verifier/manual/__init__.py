"""The long part of `--help`: what the words of a report and the exit statuses mean."""

from __future__ import annotations

from collections.abc import Iterable

_STEP_VERDICTS = (
    ("proved", "follows by the rules cited"),
    ("wrong-rule", "follows, but not by the rules cited; a smallest set that does is named"),
    ("refuted", "false: an exact counterexample is shown"),
    ("unproved", "neither proved nor refuted"),
    ("ill-formed", "the expression doesn't mean anything"),
)
_FILE_VERDICTS = (
    ("verified", "every step is proved, the claim is reached, the numeric check agrees"),
    ("failed", "not so"),
    ("error", "can't be judged: not YAML, wrong keys, an unknown rule or label, ..."),
)
_STATUSES = (
    ("0", "every file is verified; with --expect: every verdict is as expected"),
    ("1", "some file failed; with --expect: some verdict is not the one expected"),
    ("2", "the call is wrong, or some file is an error or can't be fixed"),
    ("", "with --replay: 1 a world breaks its step, 0 none does, 2 one doesn't fit the file"),
    ("70", "an error of the verifier itself"),
)
_EXAMPLES = (
    ("elbo-verify derivations/kl.yaml", "one file"),
    ("elbo-verify derivations", "every derivation below a folder"),
    ("elbo-verify --expect twins", "wrong on purpose: is each refused as it says?"),
    ("elbo-verify --explain jensen", "a rule, with a picture and examples"),
    ("elbo-verify --try 'H(q(z)) >= 0'", "one statement"),
    ("elbo-verify kl.yaml --watch", "at every save"),
    ("elbo-verify --format json kl.yaml | jq .verdict", "for programs"),
    ("elbo-verify kl.yaml --replay report.json", "its counterexamples once more"),
)
_ENVIRONMENT = (
    ("NO_COLOR", "no colours"),
    ("FORCE_COLOR", "colours where standard output is not a terminal, too"),
    ("COLUMNS", "the width to write for"),
)


def manual() -> str:
    """The sections of `--help` after the options."""
    sections = (
        ("verdicts on a step", _STEP_VERDICTS),
        ("verdicts on a file", _FILE_VERDICTS),
        ("exit status, the largest that applies", _STATUSES),
        ("environment", _ENVIRONMENT),
        ("examples", _EXAMPLES),
    )
    return "\n".join(_section(title, rows) for title, rows in sections)


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    return f"{title}:\n" + "".join(f"  {name:<{width}}  {says}\n" for name, says in rows)
