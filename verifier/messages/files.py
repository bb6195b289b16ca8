"""The file as bytes and as YAML."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording, nearest


def _unreadable(data: Data) -> str:
    reason = str(data.get("reason") or "not a path")
    return f"can't be read: {reason[0].lower()}{reason[1:]}"


def _too_large(data: Data) -> str:
    what = data.get("what") or "a derivation"
    return f"too large: {what} has at most {int(data.get('limit', 0)) // 1024} KiB"


def _control_character(data: Data) -> str:
    code = int(data.get("code", 0))
    name = "a NUL byte" if code == 0 else f"the control character U+{code:04X}"
    return f"{name} does not belong in a derivation"


def _outside(data: Data) -> str:
    of = "project" if data.get("project") else "file"
    return f"`{data['file']}` can't be used: it lies outside of the folder of this {of}"


MESSAGES: dict[str, Wording] = {
    "unreadable": _unreadable,
    "not-a-file": lambda data: "a folder" if data.get("folder") else "not a regular file",
    "no-derivations": "a folder without derivations",
    "too-large": _too_large,
    "not-utf-8": "not UTF-8: the byte {byte} does not fit here",
    "control-character": _control_character,
    "other-file": "`{file}{place}` can't be used: {cause}",
    "outside": _outside,
    "no-derivation": "it is no derivation",
    "project-file": "`{file}` can't be read: {cause}",
    "unknown-setting": "there is no setting `{name}`, only {known}",
    "unfit-setting": "the setting `{name}` is {wanted}",
    "not-toml": "not TOML: {problem}",
    "not-yaml": "not YAML: {problem}",
    "empty-file": "nothing is written in this file",
    "several-documents": "a second document begins here: one file holds one derivation",
    "anchor": "anchors (`&name`) are not used in derivations",
    "alias": "aliases (`*name`) are not used in derivations",
    "tag": "tags (`!name`) are not used in derivations",
    "too-deep": "nested too deeply",
}

TRAPS: dict[str, str] = {  # where YAML's own syntax swallows mathematics
    "leading": "to YAML a text can't begin with `{mark}`: put it in single quotes",
    "quote": "text beside a quoted part is not YAML: quote all of it, with `''` for a `'` inside",
    "colon": "to YAML `: ` ends a key: put the text in single quotes",
    "comment": "to YAML ` #` begins a comment, which ends the text before it: put it in quotes",
    "comma": "in `[..]` a comma ends the text: put it in quotes, or use lines that begin with `- `",
    "pair": "in `{{..}}` a comma ends the text before it: put that in quotes, or a list in `[..]`",
    "relation": "the keys for `=`, `>=` and `<=` are `eq`, `ge` and `le`",
    "escape": 'in "double quotes" a backslash is an escape: use single quotes',
    "open": "close the `{mark}` of line {line}, or put in quotes what stands in it",
    "columns": "what belongs together begins in one column: the keys of a step, lines of a list",
    "item": "leave out the `- `, which makes a list",
    "key": "a key ends with `: `, as in `title: a bound`",
    "unclosed": "the quote of line {line} is never closed",
    "tab": "YAML does not indent with tabs: use spaces",
}


def trap(data: Data) -> str | None:
    """The hint for a formula that YAML takes apart."""
    template = TRAPS.get(str(data.get("trap")))
    return template.format_map(data) if template else None


HINTS: dict[str, Hint] = {
    "project-file": nearest,
    "not-utf-8": lambda data: (
        "the file looks like UTF-16: save it as UTF-8" if data.get("utf16") else None
    ),
    "outside": lambda data: (
        None
        if data.get("project")
        else "in a folder above both, an `elbo-verify.toml`, empty or not, makes them one project"
    ),
    "not-yaml": trap,
    "control-character": trap,
    "anchor": trap,
    "alias": trap,
    "tag": trap,
}
