"""Servers: for editors, of pages, for assistants; and what they offer to do."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording, nearest


def _cite(data: Data) -> str:
    rules = data["rules"]
    said = rules[0] if len(rules) == 1 else f"[{', '.join(rules)}]"
    return f"step {data['step']}: cite `by: {said}`"


MESSAGES: dict[str, Wording] = {
    # how they are called
    "server-alone": "`--lsp`, `--serve` and `--mcp` go with no PATH and no other option",
    "server-root": "`--root` is for `--mcp`",
    "server-extra": "`--{option}` needs the extra `{option}`",
    "server-port": "the port {port} can't be listened on: {reason}",
    "server-page": "the page is at {address}, for this machine alone; Ctrl-C ends it",
    # what an assistant asks for
    "outside-root": "`{file}` is not below the folder that is served",
    "no-rule-or-code": "there is no rule and no code `{name}`",
    # what is offered
    "offer-rules": _cite,
    "offer-edit": "step {step}: write `{line}`",
    "offer-line": "put `{line}` above step {step}",
    "offer-declared": "add {items} to `{key}`",
}

HINTS: dict[str, Hint] = {
    "no-rule-or-code": nearest,
    "server-port": "`--serve 0` takes any that is free",
    "server-extra": "`pip install 'elbo-verify[{option}]'`",
}
