"""Documents: what is read as what, and why something in them is not judged."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording

# Why a line or a display has no verdict, by its code.
TOPICS: dict[str, str] = {
    "approximation": "an approximation",
    "proportionality": "a proportionality",
    "limits": "a limit",
    "membership": "that something is in a set",
    "strict": "a strict inequality",
    "inequation": "that two things differ",
    "distribution": "how something is distributed",
    "relation": "a relation that the language hasn't got",
    "derivatives": "a gradient or derivative",
    "maximisation": "a maximum or minimum",
    "distributions": "a named distribution",
    "moments": "a variance or covariance",
    "matrices": "a matrix",
    "matrix": "a matrix",
    "indicators": "an indicator or a number in a font",
    "cases": "a case distinction",
    "picture": "a picture of a model",
    "algorithm": "an algorithm",
    "environment": "an environment that is not read",
    "dots": "an ellipsis",
    "constant": "a constant that is not written out",
    "independence": "an independence",
    "implication": "an implication within a formula",
    "no-relation": "no relation stands in it",
    "no-left-side": "it begins with a relation, and nothing stands before",
    "line-before": "what the line before means is not known",
    "no-line-before": "what the line before means is not known",
    "law": "an expectation whose law is not named",
    "entropy": "an entropy of what is not said",
    "readings": "one notation would have to stand for two things",
    "compared": "a divergence of what is not said",
    "parameters": "one density under several parameters",
    "measure": "an integral whose variable is not named",
    "arguments": "a name with other arguments than it was defined with",
    "divergence": "a divergence other than KL",
    "never-closed": "it is never closed",
    "macro-budget": "its macros expand to more than is read",
    "macro-unsure": "what a macro in it stands for there is not sure",
    "macros": "macros are defined in it, and nothing else",
    "too-many-rows": "it has more rows than are judged",
    "too-much": "the formulas of this document are more than are read",
    "bracket": "a bracket is missing, or one too many",
    "bare-family": "a density without what it is over",
    "words": "words or a reference stand in a formula",
    "bound": "a bound on a number, which is given",
    "indexed-name": "a name that is another for each index",
    "too-long": "longer than what is judged",
    "too-deep": "nested too deeply",
    "empty": "nothing is written in it",
    "model": "what this section is about could not be read",
    "skip": "a comment says so",
}
# What a reading assumes, by its kind.
READ: dict[str, str] = {
    "model": "the model is `{written}`",
    "copies": "independent copies: `{written}`",
    "parameters": "a parameter: `{written}`",
    "functions": "a function: `{written}`",
    "discrete": "a discrete variable: `{written}`",
    "define": "a name: `{written}`",
    "law": "`{written}` is under `{read}`",
    "divergence": "`{written}` is `{read}`",
    "bare": "`{written}` is `{read}`",
    "measure": "an integral without a measure is over `{read}`",
    "range": "`{written}` is over {read}",
    "bodies": "an expectation without brackets is of what follows up to the next + or -",
    "bracket": "a bracket is missing, or one too many: as if it were not",
    "log-product": "a logarithm without brackets is of the whole product",
}


def _not_judged(data: Data) -> str:
    said = TOPICS.get(str(data.get("topic")))
    cause = data.get("cause")
    if cause and (said is None or data.get("topic") == "model"):
        said = f"{said}: {cause}" if said else str(cause)
    return f"not judged: {said}" if said else "not judged"


def _read_as(data: Data) -> str:
    template = READ.get(str(data.get("topic")))
    if template is None:
        return "read as something"
    return template.format_map({"written": "", "read": "", **data})


def _reason(data: Data) -> str:
    cited, rules = data.get("cited"), data.get("rules")
    names = [str(each) for each in cited] if isinstance(cited, (tuple, list)) else []
    needed = [str(each) for each in rules] if isinstance(rules, (tuple, list)) else []
    return f"the reason given, {', '.join(names)}, is not what it needs: {', '.join(needed)}"


MESSAGES: dict[str, Wording] = {
    "not-judged": _not_judged,
    "read-as": _read_as,
    "reason-not-needed": _reason,
    "under-condition": "it holds under what is said in words, or not at all",
    "past-the-fault": "it follows from what stands before the line at fault",
    "undefined": "`{name}` is defined nowhere: of one thing that it may be this is false",
    "unstated": "it needs `{written}`, which no display states",
    "commented": "written above this display: by: {rules}",
    "not-commented": "not written above this display, which doesn't begin a line: by: {rules}",
    "grade-document": "a worksheet belongs to a derivation, and this is a document",
    "unknown-comment-key": "an `elbo:` comment has no key `{name}`, only {known}",
    "unread-reading": "not read: `read` has what is written, `=`, and what it is read as",
    "not-a-notebook": "no notebook: this is not JSON",
    "not-python": "no Python: docstrings can't be found",
    "cannot-write-folder": "can't be written into this folder: {reason}",
    "nothing-to-judge": "nothing found to judge: no display states what the language can say",
}
HINTS: dict[str, Hint] = {
    "grade-document": "`--extract` writes its chains as derivations",
    "unknown-comment-key": lambda data: f"write `{data['close']}`" if data["close"] else "",
}
