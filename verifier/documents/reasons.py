"""Printed reasons to rules. A reason is a weak citation: where it names a rule that a step doesn't
need, that is remarked and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Words to rules, in the order in which they are looked for; what matched is taken out.
_WORDS: Mapping[str, str] = {
    r"jens[eo]n|concav|convex": "jensen",
    r"bayes|\u8d1d\u53f6\u65af|\u30d9\u30a4\u30ba|\ubca0\uc774\uc988": "bayes-rule",
    r"non-?\s*negativ\w*|gibbs|always positive": "gibbs",
    r"kl\s*(is\s*)?(always\s*)?(>=|\u2265|\\geq?)\s*0": "gibbs",
    r"conditional probabilit|chain rule|product rule|\u94fe\u5f0f|\uc5f0\uc1c4": "chain-rule",
    r"marginal|sum rule|total probability|integrat\w* out": "marginalisation",
    r"\u5468\u8fba\u5316|\u8fb9\u7f18|\uc8fc\ubcc0\ud654": "marginalisation",
    r"tower|total expectation|iterated": "tower",
    r"def\w*\.?( of)?( the)? expectation|this is (an )?expectation": "expectation",
    r"are expectations": "expectation",
    r"def\w*\.?( of)?( the)? (kl|kullback|d_?\{?kl)": "kl",
    r"def\w*\.?( of)?( the)? (cross-?\s*)?entropy": "entropy",
    r"log\w* prop|prop\w* of (the )?log|log(arithm)?s? (rule|of)|quotient|ln props": "log-rules",
    r"integrates? to (one|1)|constant|(does|do) not depend|normali[sz]": "normalisation",
    r"independen|markov|factori[sz]|mean.?field": "factorisation",
    r"linear|split": "linearity",
    r"telescop|shift|re-?index|split off": "index",
    r"fubini|swap|exchange (of )?(the )?(order|integral|expectation)": "swap",
    r"multipl\w* (by|and)|divide|add (and|&) sub|rearrang|cancel|algebra": "algebra",
    r"ln? bound|log-bound": "log-bound",
}
_COMPILED = [(re.compile(pattern, re.IGNORECASE), rule) for pattern, rule in _WORDS.items()]


def rules_of(reasons: Iterable[str]) -> tuple[str, ...]:
    """The rules that reasons name, each once."""
    found: dict[str, None] = {}
    for reason in reasons:
        left = reason.replace("\\&", "&")
        for pattern, rule in _COMPILED:
            left, count = pattern.subn(" ", left)
            if count:
                found.setdefault(rule)
    return tuple(found)
