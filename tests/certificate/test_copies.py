"""Lines about copies, however many: one of them drawn on its own, which one it is where all are
alike, means and shares of them; and lines of the same kind that are false, which aren't certified.
"""

from __future__ import annotations

from pathlib import Path

from programs import needs

from certificate.statements import account_of, closed_though_false, forced, left_open, unjudged

# what is declared: pairs, of which x has candidates; one variable; one given another
PAIR = """
model: ["p(x, y)"]
copies: [y_k of y]
functions: ["f(x, y) > 0", "g(x, y)"]
support: ["p(x) p(y) << p(x, y)", finite all]
"""
ONE = """
model: [q(z), p(z)]
copies: [z_k of z]
functions: [f(z) > 0, g(z)]
support: [q(z) << p(z), p(z) << q(z), finite all]
"""
GIVEN = """
model: ["p(x, z)", q(z | x)]
copies: [z_k of z]
functions: [g(z)]
support: ["q(z | x) << p(x, z)", "p(x, z) << q(z | x)", finite all]
"""
APART = "E_{p(x, y_1) p(y_{2:K})}"  # y_1 belongs to x, the others don't
CANDIDATES = "E_{p(x) p(y_{1:K})}"
SHARE = "(f(x, y_1) / sum_{k=1}^{K} f(x, y_k))"
MEAN = "(1 / K) sum_{k=1}^{K}"
WEIGHT = "(p(x, z_k) / q(z_k | x))"
Q = "E_{q(z_{1:K})}"
# A line, and what is false of the same kind.
LINES = {
    "share": (
        PAIR,
        f"{CANDIDATES}[{SHARE}] = 1 / K",
        (f"{APART}[{SHARE}] = 1 / K", f"{CANDIDATES}[{SHARE}] = 1 / (K - 1)"),
    ),
    "change-of-weight": (
        PAIR,
        f"{APART}[p(x) p(y_1) g(x, y_1) / p(x, y_1)] = E_{{p(x) p(y)}}[g(x, y)]",
        (f"{APART}[p(x) p(y_2) g(x, y_1) / p(x, y_1)] = E_{{p(x) p(y)}}[g(x, y)]",),
    ),
    "share-by-weight": (
        PAIR,
        f"{APART}[p(x) p(y_1) {SHARE} / p(x, y_1)] = 1 / K",
        (f"{APART}[p(y_1) {SHARE} / p(x, y_1)] = 1 / K",),
    ),
    "others": (
        PAIR,
        f"{APART}[sum_{{k=2}}^{{K}} g(x, y_k)] = (K - 1) E_{{p(x) p(y)}}[g(x, y)]",
        (
            f"{APART}[sum_{{k=2}}^{{K}} g(x, y_k)] = K E_{{p(x) p(y)}}[g(x, y)]",
            f"{APART}[sum_{{k=2}}^{{K}} g(x, y_k)] = (K - 1) E_{{p(x, y)}}[g(x, y)]",
        ),
    ),
    "another": (
        PAIR,
        f"{APART}[g(x, y_2)] = E_{{p(x) p(y)}}[g(x, y)]",
        (f"{APART}[g(x, y_2)] = E_{{p(x, y)}}[g(x, y)]",),
    ),
    "given-what-is-averaged": (
        PAIR,
        "E_{p(x) p(y_{1:K} | x)}[sum_{k=1}^{K} g(x, y_k)] = K E_{p(x, y)}[g(x, y)]",
        ("E_{p(x) p(y_{1:K} | x)}[sum_{k=1}^{K} g(x, y_k)] = K E_{p(x) p(y)}[g(x, y)]",),
    ),
    "jensen-apart": (
        PAIR,
        f"log {APART}[{SHARE}] >= {APART}[log {SHARE}]",
        (f"{APART}[log {SHARE}] >= log {APART}[{SHARE}]",),
    ),
    "jensen-over-both": (
        PAIR,
        f"{CANDIDATES}[log({MEAN} f(x, y_k))] <= log E_{{p(x) p(y)}}[f(x, y)]",
        (f"{CANDIDATES}[log({MEAN} f(x, y_k))] <= log E_{{p(x, y)}}[f(x, y)]",),
    ),
    "shares-below-one": (
        PAIR,
        f"log K + {APART}[log {SHARE}] <= log K",
        (f"log K + {APART}[log {SHARE}] <= 0", f"log K + {APART}[log {SHARE}] >= log K"),
    ),
    "two": (
        ONE,
        f"{Q}[f(z_1) g(z_2)] = E_{{q(z)}}[f(z)] E_{{q(z)}}[g(z)]",
        (f"{Q}[f(z_1) g(z_2)] = E_{{q(z)}}[f(z) g(z)]",),
    ),
    "one-and-the-others": (
        ONE,
        f"{Q}[f(z_1) sum_{{k=2}}^{{K}} g(z_k)] = (K - 1) E_{{q(z)}}[f(z)] E_{{q(z)}}[g(z)]",
        (f"{Q}[f(z_1) sum_{{k=1}}^{{K}} g(z_k)] = K E_{{q(z)}}[f(z)] E_{{q(z)}}[g(z)]",),
    ),
    "which-one": (
        ONE,
        f"{Q}[log(f(z_1) / sum_{{k=1}}^{{K}} f(z_k))]"
        f" = (1 / K) sum_{{j=1}}^{{K}} {Q}[log(f(z_j) / sum_{{k=1}}^{{K}} f(z_k))]",
        (
            f"{Q}[log(f(z_1) / sum_{{k=1}}^{{K}} f(z_k))]"
            f" = sum_{{j=1}}^{{K}} {Q}[log(f(z_j) / sum_{{k=1}}^{{K}} f(z_k))]",
        ),
    ),
    "divergence-of-all": (
        ONE,
        "KL(q(z_{1:K}) || p(z_{1:K})) = K KL(q(z) || p(z))",
        (
            "KL(q(z_{1:K}) || p(z_{1:K})) = KL(q(z) || p(z))",
            "KL(q(z_{1:K}) || p(z_{1:K})) = K KL(p(z) || q(z))",
        ),
    ),
    "square-of-a-mean": (
        ONE,
        f"{Q}[({MEAN} g(z_k))^2] <= E_{{q(z)}}[g(z)^2]",
        (
            f"{Q}[({MEAN} g(z_k))^2] >= E_{{q(z)}}[g(z)^2]",
            f"{Q}[({MEAN} g(z_k))^2] <= (E_{{q(z)}}[g(z)])^2",
        ),
    ),
    "first-apart-given": (
        GIVEN,
        "E_{p(z_1 | x) q(z_{2:K} | x)}[g(z_1) + g(z_2)] = E_{p(z | x)}[g(z)] + E_{q(z | x)}[g(z)]",
        ("E_{p(z_1 | x) q(z_{2:K} | x)}[g(z_1) + g(z_2)] = 2 E_{p(z | x)}[g(z)]",),
    ),
    "last-apart": (
        GIVEN,
        "E_{p(z_K | x) q(z_{1:K-1} | x)}[g(z_K)] = E_{p(z | x)}[g(z)]",
        ("E_{p(z_K | x) q(z_{1:K-1} | x)}[g(z_1)] = E_{p(z | x)}[g(z)]",),
    ),
    "bound": (
        GIVEN,
        f"log p(x) >= E_{{q(z_{{1:K}} | x)}}[log({MEAN} {WEIGHT})]",
        (f"log p(x) <= E_{{q(z_{{1:K}} | x)}}[log({MEAN} {WEIGHT})]",),
    ),
}


def text(declared: str, said: str) -> str:
    return f"""
title: a line about copies
{declared}
parameters: [K >= 3]
steps: [{{so: "{said}"}}]
claim: "{said}"
"""


@needs("coqc")
def test_what_holds_of_copies_is_closed(library: Path) -> None:
    asked = {
        name: forced(account_of(text(declared, said), unjudged))
        for name, (declared, said, _) in LINES.items()
    }
    assert left_open(library, asked) == []


@needs("coqc")
def test_what_is_false_of_copies_is_not(library: Path) -> None:
    asked = {
        f"{name}, {number}": forced(account_of(text(declared, wrong), unjudged))
        for name, (declared, _, false) in LINES.items()
        for number, wrong in enumerate(false)
    }
    assert closed_though_false(library, asked) == []
