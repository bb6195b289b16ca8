"""Steps that don't follow though they look as if they did, by class of fault, and the steps next to
them that do: each row was once judged wrongly."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.outcome import DerivationReport

PROVED = "proved"
NOT_PROVED = ("refuted", "unproved", "ill-formed")

# (id, declarations and steps, the verdict of each step: None is any but `proved`)
Row = tuple[str, str, tuple[str | None, ...]]

RECIPROCALS: tuple[Row, ...] = (
    # Who multiplies by 1/u takes u for another number than 0, of a known sign.
    (
        "rearrange by what may be 0",
        """
parameters: [beta >= 0, a, b]
assume: ["beta a >= beta b"]
steps:
  - {so: beta a >= beta b, by: assumption}
  - {so: a >= b, by: rearrange}
""",
        (PROVED, None),
    ),
    (
        "rearrange by what is positive",
        """
parameters: [beta > 0, a, b]
assume: ["beta a >= beta b"]
steps:
  - {so: beta a >= beta b, by: assumption}
  - {so: a >= b, by: rearrange}
""",
        (PROVED, PROVED),
    ),
    (
        "rearrange by an even power",
        """
parameters: [a, b, c]
assume: ["a^2 b >= a^2 c"]
steps:
  - {so: a^2 b >= a^2 c, by: assumption}
  - {so: b >= c, by: rearrange}
""",
        (PROVED, None),
    ),
    (
        "rearrange by an even power of what is not 0",
        """
parameters: [a != 0, b, c]
assume: ["a^2 b >= a^2 c"]
steps:
  - {so: a^2 b >= a^2 c, by: assumption}
  - {so: b >= c, by: rearrange}
""",
        (PROVED, PROVED),
    ),
    (
        "divide by a function that may be 0",
        """
model: [q(z)]
functions: ["r(z) >= 0", f(z), g(z)]
assume: ["for all z: r(z) f(z) >= r(z) g(z)"]
steps:
  - {so: r(z) f(z) >= r(z) g(z), by: assumption}
  - {so: f(z) >= g(z), by: cross-multiply}
""",
        (PROVED, None),
    ),
    (
        "integrate with the reciprocal of what may be 0",
        """
model: [q(z)]
functions: [h(z), f(z), g(z)]
assume: ["for all z: h(z) f(z) = h(z) g(z)"]
steps:
  - {so: h(z) f(z) = h(z) g(z), by: assumption}
  - {so: int f(z) dz = int g(z) dz, by: integrate}
""",
        (PROVED, None),
    ),
)

PLACES: tuple[Row, ...] = (
    # A power is monotone among nonnegative bases: the new base must be one too.
    (
        "a square of something below",
        """
parameters: [a >= 0, b]
assume: [a >= b]
start: a^2
steps: [{ge: b^2, by: assumption}]
""",
        (None,),
    ),
    (
        "a square of something nonnegative below",
        """
parameters: [a >= 0, b >= 0]
assume: [a >= b]
start: a^2
steps: [{ge: b^2, by: assumption}]
""",
        (PROVED,),
    ),
    (
        "a reciprocal across 0",
        """
parameters: [a > 0, b != 0]
assume: [a >= b]
start: 1 / a
steps: [{le: 1 / b, by: assumption}]
""",
        (None,),
    ),
    (
        "a sum with something below, squared",
        """
parameters: [a >= 0, b, c >= 0]
assume: [a >= b]
start: (a + c)^2
steps: [{ge: (b + c)^2, by: assumption}]
""",
        (None,),
    ),
    (
        "a square under an expectation",
        """
model: [q(z)]
functions: ["f(z) >= 0", g(z)]
assume: ["for all z: f(z) >= g(z)"]
start: E_{q(z)}[f(z)^2]
steps: [{ge: "E_{q(z)}[g(z)^2]", by: assumption}]
""",
        (None,),
    ),
)

POINTS: tuple[Row, ...] = (
    # A fact at a point holds there only, whatever road it comes by.
    (
        "a weight that a fact makes nonnegative at one point",
        """
model: [q(z)]
functions: [f(z), g(z)]
assume: [f(z) >= 0]
steps:
  - {so: exp(g(z)) >= 1 + g(z), by: log-bound}
  - {so: int f(z) exp(g(z)) dz >= int f(z) (1 + g(z)) dz, by: integrate}
""",
        (PROVED, None),
    ),
    (
        "a weight that a fact makes nonnegative everywhere",
        """
model: [q(z)]
functions: [f(z), g(z)]
assume: ["for all z: f(z) >= 0"]
steps:
  - {so: exp(g(z)) >= 1 + g(z), by: log-bound}
  - {so: int f(z) exp(g(z)) dz >= int f(z) (1 + g(z)) dz, by: integrate}
""",
        (PROVED, PROVED),
    ),
    (
        "a fact that comes in by `using`",
        """
model: [q(z)]
functions: [f(z)]
assume: [f(z) >= 0]
steps:
  - {so: f(z) >= 0, by: assumption, label: fact}
  - {so: 0 = 0, by: algebra}
  - {so: f(z) + 1 >= 1, by: rearrange, using: fact}
  - {so: "E_{q(z)}[f(z) + 1] >= 1", by: [take-expectation, normalisation]}
""",
        (PROVED, PROVED, PROVED, None),
    ),
    (
        "a fact that comes in by `using`, in a chain",
        """
model: [q(z)]
functions: [f(z), g(z)]
assume: [f(z) = g(z)]
steps:
  - {so: f(z) = g(z), by: assumption, label: fact}
  - {so: exp(f(z)) >= 1 + f(z), by: log-bound}
  - {eq: 1 + g(z), by: substitution, using: fact}
  - {so: "E_{q(z)}[exp(f(z))] >= E_{q(z)}[1 + g(z)]", by: take-expectation}
""",
        (PROVED, PROVED, PROVED, None),
    ),
    (
        "a factor that is not 0 at one point",
        """
model: [q(z)]
functions: [f(z), g(z), h(z)]
assume: ["f(z) != 0", "for all z: f(z) g(z) = f(z) h(z)"]
steps:
  - {so: f(z) g(z) = f(z) h(z), by: assumption}
  - {so: g(z) = h(z), by: cross-multiply}
  - {so: "E_{q(z)}[g(z)] = E_{q(z)}[h(z)]", by: take-expectation}
""",
        (PROVED, PROVED, None),
    ),
)

DOMAINS: tuple[Row, ...] = (
    # What is defined or true only where a density is positive says nothing elsewhere.
    (
        "a weight of the variable that another hides",
        """
model: [q(z), p(z)]
support: [finite all]
start: E_{q(z)}[E_{p(z)}[log q(z)]]
steps: [{eq: "E_{q(z)}[E_{p(z)}[log q(z)]] + 0", by: algebra}]
""",
        (None,),
    ),
    (
        "a factor under a logarithm is no weight",
        """
model: [q(z), p(z)]
support: [finite all]
start: E_{p(z)}[log(q(z) (p(z) / q(z)))]
steps: [{eq: "E_{p(z)}[log p(z)]", by: algebra}]
""",
        (None,),
    ),
    (
        "an infinite divergence minus itself",
        """
model: [q(z), p(z)]
support: []
start: KL(q(z) || p(z)) - KL(q(z) || p(z))
steps: [{eq: 0, by: algebra}]
""",
        (None,),
    ),
    (
        "nothing times an infinite divergence",
        """
model: [q(z), p(z)]
support: []
start: 0 * KL(q(z) || p(z))
steps: [{eq: 0, by: algebra}]
""",
        (None,),
    ),
    (
        "a finite divergence minus itself",
        """
model: [q(z), p(z)]
support: [KL_FINITE]
start: KL(q(z) || p(z)) - KL(q(z) || p(z))
steps: [{eq: 0, by: algebra}]
""".replace("KL_FINITE", "finite KL(q(z) || p(z))"),
        (PROVED,),
    ),
    (
        "an equation where one density is positive, under another",
        """
model: [q(z), p(z)]
functions: [f(z), g(z)]
support: [finite all]
assume: ["for all z: p(z) f(z) = p(z) g(z)"]
steps:
  - {so: p(z) f(z) = p(z) g(z), by: assumption}
  - {so: f(z) p(z) / p(z) = g(z), by: cross-multiply}
  - {so: "E_{q(z)}[f(z)] = E_{q(z)}[g(z)]", by: take-expectation}
""",
        (PROVED, PROVED, None),
    ),
    (
        "an equation where one density is positive, under one that it dominates",
        """
model: [q(z), p(z)]
functions: [f(z), g(z)]
support: [q(z) << p(z)]
assume: ["for all z: p(z) f(z) = p(z) g(z)"]
steps:
  - {so: p(z) f(z) = p(z) g(z), by: assumption}
  - {so: f(z) p(z) / p(z) = g(z), by: cross-multiply}
  - {so: "E_{q(z)}[f(z)] = E_{q(z)}[g(z)]", by: take-expectation}
""",
        (PROVED, PROVED, PROVED),
    ),
    (
        "the logarithm of an integral that is a marginal",
        """
model: ["p(x, z)", q(z)]
support: ["p(x, z) << q(z)"]
start: log int p(x, z) dz
steps: [{eq: "log int q(z) (p(x, z) / q(z)) dz", by: algebra}]
""",
        (PROVED,),
    ),
)

UNDER_OTHERS: tuple[Row, ...] = (
    # What follows under other rules only with a condition that isn't met follows under none.
    (
        "logarithms of what may be negative",
        """
parameters: [a, b]
assume: [a >= b]
steps:
  - {so: a >= b, by: assumption}
  - {so: log a >= log b, by: take-log}
""",
        (PROVED, None),
    ),
)

UNDEFINED: tuple[Row, ...] = (
    # What means nothing, or is too large, is judged: it doesn't break the program.
    (
        "divided by log 1",
        "parameters: [a]\nstart: a / log 1\nsteps: [{eq: 0, by: algebra}]",
        (None,),
    ),
    ("an imaginary root", "start: sqrt(-4)\nsteps: [{eq: sqrt(-4) + 0, by: algebra}]", (None,)),
    ("an infinite power", "start: 0^(-1/2)\nsteps: [{eq: 0, by: algebra}]", (None,)),
    (
        "a long sum to a high power",
        """
parameters: [a, b, c, d, f, g, h, k, l, m]
start: (a + b + c + d + f + g + h + k + l + m)^20
steps: [{eq: 1, by: algebra}]
""",
        (None,),
    ),
    (
        "a huge power that comes from a fact",
        """
parameters: [b, c]
assume: [b = 3]
start: b^1000000000
steps: [{eq: c, by: assumption}]
""",
        (None,),
    ),
    ("a huge exponential", "start: exp(10^9 log 3)\nsteps: [{eq: 1, by: log-rules}]", (None,)),
)

ROOTS: tuple[Row, ...] = (
    # A root is no whole power: nothing of it may be rounded away.
    (
        "the root of a sum",
        "parameters: [a > 0, b > 0]\nstart: sqrt(a + b)\nsteps: [{eq: 1, by: log-rules}]",
        (None,),
    ),
    (
        "a sum to the power 3/2",
        "parameters: [a > 0, b > 0]\nstart: (a + b)^(3/2)\nsteps: [{eq: a + b, by: log-rules}]",
        (None,),
    ),
    (
        "the root of a sum under a logarithm",
        """
parameters: [a > 0, b > 0]
start: log(1 + sqrt(a + b))
steps: [{eq: log 2, by: log-rules}]
""",
        (None,),
    ),
    (
        "the expected root of a conditional",
        """
model: ["p(x, z)", q(z)]
start: E_{q(z)}[sqrt(p(x | z))]
steps: [{eq: 1, by: [log-rules, normalisation, tower]}]
""",
        (None,),
    ),
    (
        "the root of a joint density",
        """
model: ["p(x, z)"]
start: sqrt(p(x, z))
steps: [{eq: sqrt(p(x)) sqrt(p(z | x)), by: [log-rules, chain-rule]}]
""",
        (PROVED,),
    ),
)

CIRCLES: tuple[Row, ...] = (
    # Two laws that depend on one another are no law together, though each is one.
    (
        "jensen under p(x | z) q(z | x)",
        """
model: ["p(x, z)", "q(x, z)"]
functions: ["f(x, z) > 0"]
define: ["A = E_{p(x | z)}[log E_{q(z | x)}[f(x, z)]]"]
start: A
steps:
  - {ge: "int p(x | z) q(z | x) log f(x, z) dx dz", by: [definition, jensen]}
""",
        (None,),
    ),
    (
        "gibbs under p(x | z) q(z | x)",
        """
model: ["p(x, z)", "q(x, z)", r(z)]
define: ["A = E_{p(x | z)}[E_{q(z | x)}[log q(z | x) - log r(z)]]"]
start: A
steps:
  - {ge: "A - int p(x | z) q(z | x) (log q(z | x) - log r(z)) dx dz", by: [gibbs, definition]}
""",
        (None,),
    ),
)

BENEATH: tuple[Row, ...] = (
    # A condition beneath a binder isn't met by a fact at a point.
    (
        "a logarithm of what is positive at a point",
        """
model: [q(z)]
functions: [f(z)]
assume: [f(z) > 0]
start: E_{q(z)}[log f(z)]
steps: [{eq: "E_{q(z)}[log f(z) + 0]", by: algebra}]
""",
        (None,),
    ),
    (
        "a logarithm of what is positive everywhere",
        """
model: [q(z)]
functions: [f(z)]
assume: ["for all z: f(z) > 0"]
start: E_{q(z)}[log f(z)]
steps: [{eq: "E_{q(z)}[log f(z) + 0]", by: algebra}]
""",
        (PROVED,),
    ),
    (
        "jensen with what is positive at a point",
        """
model: [q(z)]
functions: [f(z)]
assume: [f(z) > 0, "E_{q(z)}[f(z)] > 0"]
start: log E_{q(z)}[f(z)]
steps: [{ge: "E_{q(z)}[log f(z)]", by: jensen}]
""",
        (None,),
    ),
    (
        "a reciprocal of what is not 0 at a point",
        """
model: [q(z)]
functions: [f(z)]
assume: ["f(z) != 0"]
start: E_{q(z)}[f(z) / f(z)]
steps: [{eq: 1, by: normalisation}]
""",
        (None,),
    ),
)

DEFINED: tuple[Row, ...] = (
    # A fact at a point says that its sides are defined there, and nowhere else.
    (
        "a fact whose divisor isn't 0 where it holds",
        """
functions: ["r(i) >= 0"]
parameters: [N >= 1, v]
assume: ["v^2 = 1 / (sum_{i=1}^{N} r(i))"]
steps: [{so: "v^2 (sum_{i=1}^{N} r(i)) / (sum_{i=1}^{N} r(i)) = 1 / (sum_{i=1}^{N} r(i))"}]
""",
        (PROVED,),
    ),
    (
        "a divisor at other points than that of a fact",
        """
model: [p(z)]
functions: [f(z), g(z)]
parameters: [c]
assume: ["f(z) / g(z) = c"]
steps: [{so: "E_{p(z)}[g(z) / g(z)] = 1"}]
""",
        (None,),
    ),
    (
        "what is positive in a fact beneath a binder",
        """
model: [p(z), q(z)]
support: []
functions: [f(z)]
parameters: [c]
assume: ["E_{p(z)}[log f(z)] = c"]
steps: [{so: "E_{q(z)}[f(z) / f(z)] = 1"}]
""",
        (None,),
    ),
    (
        "the sign of an abbreviation",
        """
functions: [a(i) > 0]
parameters: [t >= 1]
define: ["b = prod_{i=1}^{t} a(i)"]
assume: ["b < 1"]
start: sqrt(1 - prod_{i=1}^{t} a(i))
steps: [{eq: sqrt(1 - b), by: definition}]
""",
        (PROVED,),
    ),
)

PRODUCTS: tuple[Row, ...] = (
    # That a product over an index isn't 0 says less than that the joint isn't.
    (
        "a product of marginals is no joint",
        """
parameters: [T >= 1]
model: ["p(z_{1:T})"]
support: []
start: int (prod_{i=1}^{T} p(z_i)) (p(z_{1:T}) / p(z_{1:T})) dz_{1:T}
steps: [{eq: "int (prod_{i=1}^{T} p(z_i)) dz_{1:T}", by: algebra}]
""",
        (None,),
    ),
    (
        "a product of marginals that is listed",
        """
parameters: [T >= 1]
model: ["p(z_{1:T})"]
support: ["prod_{i=1}^{T} p(z_i) << p(z_{1:T})"]
start: int (prod_{i=1}^{T} p(z_i)) (p(z_{1:T}) / p(z_{1:T})) dz_{1:T}
steps: [{eq: "int (prod_{i=1}^{T} p(z_i)) dz_{1:T}", by: algebra}]
""",
        (PROVED,),
    ),
    (
        "steps of a chain that isn't declared as one",
        """
parameters: [T >= 2]
model: ["p(z_{0:T})"]
support: []
start: int p(z_0) (prod_{i=1}^{T} p(z_i | z_{i-1})) (p(z_{0:T}) / p(z_{0:T})) dz_{0:T}
steps: [{eq: "int p(z_0) (prod_{i=1}^{T} p(z_i | z_{i-1})) dz_{0:T}", by: algebra}]
""",
        (None,),
    ),
    (
        "steps of a chain that is",
        """
parameters: [T >= 2]
model: ["p(z_{0:T}) = p(z_0) prod_{i=1}^{T} p(z_i | z_{i-1})"]
support: []
start: int p(z_0) (prod_{i=1}^{T} p(z_i | z_{i-1})) (p(z_{0:T}) / p(z_{0:T})) dz_{0:T}
steps: [{eq: "int p(z_0) (prod_{i=1}^{T} p(z_i | z_{i-1})) dz_{0:T}", by: algebra}]
""",
        (PROVED,),
    ),
    (
        "one family's part of a product says nothing of another's slots",
        """
parameters: [T >= 1]
model: ["p(x_{1:T}, z_{1:T}) = prod_{i=1}^{T} p(x_i, z_i)", "q(x_{1:T}, z_{1:T})"]
support: []
start: int (prod_{i=1}^{T} q(z_i | x_i) p(x_i)) (p(x_1, z_1) / p(x_1, z_1)) dx_{1:T} dz_{1:T}
steps: [{eq: "int (prod_{i=1}^{T} q(z_i | x_i) p(x_i)) dx_{1:T} dz_{1:T}", by: algebra}]
""",
        (None,),
    ),
    (
        "a product that may be empty isn't 0, whatever its factors",
        """
parameters: [n >= 0]
model: [p(x), r(x)]
support: []
start: int r(x) (prod_{i=1}^{n} p(x)) (p(x) / p(x)) dx
steps: [{eq: "int r(x) (prod_{i=1}^{n} p(x)) dx", by: algebra}]
""",
        (None,),
    ),
    # Beneath a binder a factor that isn't 0 shows the next to be defined: the first is owed.
    (
        "a chain folded to its end",
        """
parameters: [T >= 1]
model: ["q(z_{1:T} | z_0) = prod_{t=1}^{T} q(z_t | z_{t-1})"]
support: []
functions: [f(z)]
start: int (prod_{i=1}^{T} q(z_i | z_{i-1})) f(z_T) dz_{1:T}
steps: [{eq: "E_{q(z_T | z_0)}[f(z_T)]", by: [factorisation, marginalisation, expectation]}]
""",
        (PROVED,),
    ),
    (
        "a joint chain folded to its end, and to its start",
        """
parameters: [T >= 1]
model: ["p(z_{0:T}) = p(z_T) prod_{t=1}^{T} p(z_{t-1} | z_t)"]
support: []
functions: [f(z)]
start: int p(z_T) (prod_{i=1}^{T} p(z_{i-1} | z_i)) f(z_0) dz_{0:T}
steps: [{eq: "E_{p(z_0)}[f(z_0)]", by: [factorisation, marginalisation, expectation]}]
""",
        (PROVED,),
    ),
    (
        "a chain whose first factor isn't shown to be defined",
        """
parameters: [T >= 1]
model: ["p(z_{0:T}) = p(z_0) prod_{t=1}^{T} p(z_t | z_{t-1})", "r(z_{0:T})"]
support: []
start: int r(z_0) (prod_{i=1}^{T} p(z_i | z_{i-1})) dz_{0:T}
steps: [{eq: 1, by: normalisation}]
""",
        (None,),
    ),
    (
        "factors of which none shows the next to be defined",
        """
parameters: [T >= 1]
model: ["p(x_{1:T}, z_{1:T}) = prod_{t=1}^{T} p(x_t, z_t)", "r(x_{1:T}) = prod_{i=1}^{T} r(x_i)"]
support: []
start: int (prod_{i=1}^{T} r(x_i)) (prod_{i=1}^{T} p(z_i | x_i)) dx_{1:T} dz_{1:T}
steps: [{eq: 1, by: normalisation}]
""",
        (None,),
    ),
)

LAWS: tuple[Row, ...] = (
    # Under a law q, exp(-log q) is 1/q: its zeros don't cancel.
    (
        "the reciprocal of a law by exp and log",
        """
model: [q(z), p(z)]
support: [q(z) << p(z)]
start: E_{q(z)}[exp(log p(z) - log q(z))]
steps: [{eq: 1, by: [log-rules, expectation, normalisation]}]
""",
        (None,),
    ),
    (
        "the same where the law is positive",
        """
model: [q(z), p(z)]
support: [q(z) > 0, p(z) > 0]
start: E_{q(z)}[exp(log p(z) - log q(z))]
steps: [{eq: 1, by: [log-rules, expectation, normalisation]}]
""",
        (PROVED,),
    ),
    (
        "the reciprocal of a law by real powers",
        """
model: [q(z), p(z)]
support: [q(z) << p(z)]
parameters: [a]
start: E_{q(z)}[q(z)^(-a) q(z)^(a - 1) p(z)]
steps: [{eq: 1, by: [log-rules, expectation, normalisation]}]
""",
        (None,),
    ),
    (
        "the reciprocal of a law by roots",
        """
model: [q(z), p(z)]
support: [q(z) << p(z)]
start: E_{q(z)}[sqrt(p(z) / q(z)) sqrt(p(z) / q(z))]
steps: [{eq: 1, by: [log-rules, expectation, normalisation]}]
""",
        (None,),
    ),
)

CONDITIONED: tuple[Row, ...] = (
    # q(z) << p(z | x) says nothing where p(x) is 0.
    (
        "a condition that a law binds",
        """
model: [q(z), "p(x, z)", r(x)]
support: [q(z) << p(z | x)]
start: E_{r(x)}[E_{q(z)}[p(x) / p(x)]]
steps: [{eq: 1, by: normalisation}]
""",
        (None,),
    ),
    (
        "a condition that a law binds, under a law that the condition dominates",
        """
model: [q(z), "p(x, z)", r(x)]
support: [q(z) << p(z | x), r(x) << p(x)]
start: E_{r(x)}[E_{q(z)}[p(x) / p(x)]]
steps: [{eq: 1, by: normalisation}]
""",
        (PROVED,),
    ),
)

INFINITIES: tuple[Row, ...] = (
    # Infinity minus infinity, whatever rule shows the two to be the same.
    (
        "a divergence minus what it is by definition",
        """
model: [q(z), p(z)]
support: [q(z) << p(z)]
start: KL(q(z) || p(z)) - E_{q(z)}[log(q(z) / p(z))]
steps: [{eq: 0, by: kl}]
""",
        (None,),
    ),
    (
        "an infinite divergence taken from both sides",
        """
model: [q(z), p(z)]
parameters: [a, b]
support: [q(z) << p(z)]
assume: ["a + KL(q(z) || p(z)) = b + KL(q(z) || p(z))"]
steps:
  - {so: "a + KL(q(z) || p(z)) = b + KL(q(z) || p(z))", by: assumption}
  - {so: a = b, by: rearrange}
""",
        (PROVED, None),
    ),
    (
        "both sides divided by an infinite divergence",
        """
model: [q(z), p(z)]
parameters: [a, b]
support: [q(z) << p(z)]
assume: ["a KL(q(z) || p(z)) = b KL(q(z) || p(z))", "KL(q(z) || p(z)) > 0"]
steps:
  - {so: "a KL(q(z) || p(z)) = b KL(q(z) || p(z))", by: assumption}
  - {so: a = b, by: cross-multiply}
""",
        (PROVED, None),
    ),
    (
        "a divergence that cancels in a square",
        """
model: [q(z), p(z)]
support: [q(z) << p(z)]
start: (1 + KL(q(z) || p(z)))^2 - KL(q(z) || p(z))^2 - 2 KL(q(z) || p(z))
steps: [{eq: 1, by: algebra}]
""",
        (None,),
    ),
    (
        "the same where it is finite",
        """
model: [q(z), p(z)]
support: [q(z) << p(z), finite all]
start: (1 + KL(q(z) || p(z)))^2 - KL(q(z) || p(z))^2 - 2 KL(q(z) || p(z))
steps: [{eq: 1, by: algebra}]
""",
        (PROVED,),
    ),
    (
        "the sign of what an infinite divergence hides",
        """
model: [q(z), p(z)]
parameters: [a, b]
support: []
assume:
  - KL(q(z) || p(z)) + a > KL(q(z) || p(z))
  - KL(q(z) || p(z)) + b > 0
steps:
  - {so: exp(log a) = a, by: log-rules}
  - {so: a >= 0, by: [assumption, nonnegativity]}
  - {so: KL(q(z) || p(z)) + b >= 0, by: [assumption, nonnegativity]}
""",
        (None, None, PROVED),
    ),
    (
        "a fact for all values, where a divergence would be infinite",
        """
model: ["p(x, z)", q(z)]
support: [finite all]
assume: ["for all x: KL(q(z) || p(z | x)) = 0"]
steps:
  - {so: KL(q(z) || p(z | x)) = 0, by: assumption}
  - {so: q(z) = p(z | x), by: gibbs}
""",
        (PROVED, PROVED),
    ),
    (
        "a sign for all values, beside what may be infinite at each",
        """
model: ["p(x, z)", q(z)]
functions: [f(x)]
support: ["p(x) > 0"]
assume: ["for all x: KL(q(z) || p(z | x)) + f(x) >= KL(q(z) || p(z | x))"]
steps: [{so: f(x) >= 0, by: [assumption, nonnegativity]}]
""",
        (None,),
    ),
    (
        "what is listed as finite where another density isn't 0",
        """
model: [r(z), p(z)]
functions: [f(z)]
support: ["finite E_{p(z)}[(r(z) / p(z)) f(z)]"]
steps:
  - {so: "E_{r(z)}[f(z)] - E_{r(z)}[f(z)] = 0", by: algebra}
  - {so: "E_{p(z)}[(r(z) / p(z)) f(z)] - E_{p(z)}[(r(z) / p(z)) f(z)] = 0", by: algebra}
""",
        (None, PROVED),
    ),
    (
        "what is listed as finite where another density may be 0 only where it is itself",
        """
model: [r(z), p(z), "s(x, z)"]
functions: [f(z), "g(x, z)"]
support:
  - r(z) << p(z)
  - finite E_{p(z)}[(r(z) / p(z)) f(z)]
  - finite E_{s(z)}[E_{s(x | z)}[g(x, z)]]
steps:
  - {so: "E_{r(z)}[f(z)] - E_{r(z)}[f(z)] = 0", by: algebra}
  - {so: "E_{s(x, z)}[g(x, z)] - E_{s(x, z)}[g(x, z)] = 0", by: algebra}
""",
        (PROVED, PROVED),
    ),
)

MANY: tuple[Row, ...] = (
    # A product over an index of what may be infinite or 0.
    (
        "a product of divergences, and a sum",
        """
model: ["p(z_{1:T})", "q(z_{1:T})"]
parameters: [T >= 2]
support: ["q(z_{1:T}) << p(z_{1:T})"]
steps:
  - {so: "1 + prod_{t=1}^{T} KL(q(z_t) || p(z_t)) <= exp(prod_{t=1}^{T} KL(q(z_t) || p(z_t)))"}
  - {so: "1 + sum_{t=1}^{T} KL(q(z_t) || p(z_t)) <= exp(sum_{t=1}^{T} KL(q(z_t) || p(z_t)))"}
""",
        (None, PROVED),
    ),
    (
        "the same where they are finite",
        """
model: ["p(z_{1:T})", "q(z_{1:T})"]
parameters: [T >= 2]
support: ["q(z_{1:T}) << p(z_{1:T})", finite all]
steps:
  - {so: "1 + prod_{t=1}^{T} KL(q(z_t) || p(z_t)) <= exp(prod_{t=1}^{T} KL(q(z_t) || p(z_t)))"}
""",
        (PROVED,),
    ),
)

SHOWN: tuple[Row, ...] = (
    # What a side shows to be positive is what it isn't defined without.
    (
        "divided by a density to the power 0, and by a product of none",
        """
model: [p(z), "r(z_{0:T})"]
parameters: [T >= 0]
functions: [f(z), g(z)]
support: [finite all]
assume: ["for all z: p(z) f(z) = p(z) g(z)"]
steps:
  - {so: p(z) f(z) = p(z) g(z), by: assumption, label: one}
  - {so: f(z) / p(z)^0 = g(z), by: cross-multiply, using: one}
  - so: f(z) / (prod_{t=1}^{T} p(z)) = g(z) / (prod_{t=1}^{T} p(z))
    by: cross-multiply
    using: one
  - so: f(z) / (prod_{t=0}^{T} p(z)) = g(z) / (prod_{t=0}^{T} p(z))
    by: cross-multiply
    using: one
  - {so: f(z) / p(z)^2 = g(z) / p(z)^2, by: cross-multiply, using: one}
""",
        (PROVED, None, None, PROVED, PROVED),
    ),
)

EVEN: tuple[Row, ...] = (
    # An even power is positive, though what it is of may be below 0.
    (
        "the logarithm of an even power of what is below 0",
        """
model: ["p(z_{0:T})"]
parameters: [T >= 0, a <= -2]
functions: ["f(z_0) < 0"]
steps:
  - {so: "log(a^(2 T)) <= 0", by: [log-rules, nonnegativity]}
  - {so: "log(f(z_0)^(2 T)) <= 0", by: [log-rules, nonnegativity]}
""",
        (None, None),
    ),
    (
        "less than all of what such a power has",
        """
parameters: [a <= -2, n in positive integers]
steps: [{so: "log(a^(2 n)) - log(a^2) <= 0", by: [log-rules, nonnegativity]}]
""",
        ("refuted",),
    ),
    (
        "the logarithm of an even power of what is above 1",
        """
parameters: [a >= 2, n in positive integers]
steps: [{so: "log(a^(2 n)) >= 0", by: [log-rules, nonnegativity]}]
""",
        (PROVED,),
    ),
)

WRITTEN: tuple[Row, ...] = (
    # What a line says, as it is written.
    (
        "a divergence that binds nothing, from what is there",
        """
model: ["p(x, z_{1:T})", "q(z_{1:T})"]
parameters: [T >= 0]
steps:
  - so: KL(q(z_{1:T}) || p(x, z_{1:T})) = E_{q(z_{1:T})}[log(q(z_{1:T}) / p(x, z_{1:T}))]
    by: kl
  - {so: "H(q(z_{1:T}), p(x, z_{1:T})) = -E_{q(z_{1:T})}[log p(x, z_{1:T})]", by: entropy}
  - {so: "KL(q(z_{1:0}) || p(x)) = 0", by: algebra}
  - {so: "KL(q(z_{1:0}) || p(x)) = -log p(x)", by: algebra}
  - {so: "KL(q(z_{1:0}) || p(z_{1:0})) + H(q(z_{1:0})) = 0", by: algebra}
""",
        (PROVED, PROVED, "refuted", PROVED, PROVED),
    ),
    (
        "what an abbreviation binds, and what its argument stands for",
        """
model: [q(z)]
copies: [w of z]
define:
  - B(w) = E_{q(z)}[log q(w)]
  - N(w) = E_q[log q(w)]
  - J(w) = int q(z) log q(w) dz
  - S(w) = log q(w) + E_{q(z)}[log q(z)]
  - O(w) = E_{q(w)}[log q(w)]
start: S(z)
steps:
  - {eq: "log q(z) + E_{q(z)}[log q(z)]", by: definition}
  - {so: "B(z) = E_{q(z)}[log q(z)]", by: definition}
  - {so: "N(z) = E_{q(z)}[log q(z)]", by: definition}
  - {so: "J(z) = E_{q(z)}[log q(z)]", by: [definition, expectation]}
  - {so: "O(z) = E_{q(z)}[log q(z)]", by: definition}
""",
        (PROVED, "ill-formed", "ill-formed", "ill-formed", PROVED),
    ),
    (
        "an argument that a definition binds by its own name",
        """
model: ["p(x, z)", q(z)]
copies: [w of z]
functions: [f(z)]
define:
  - A(z) = int q(z) f(z) dz
  - B(z) = E_{z ~ q(z)}[f(z)]
  - C(x) = H_p(x)
steps:
  - {so: "A(w) = q(w) f(w) int 1 dz", by: [definition, linearity]}
  - {so: "A(w) = E_{q(z)}[f(z)]", by: [definition, expectation]}
  - {so: "B(w) = E_{q(z)}[f(z)]", by: definition}
  - {so: "C(z) = H_p(x)", by: definition}
  - {so: "C(z) = H_p(z)", by: definition}
""",
        (None, PROVED, PROVED, "refuted", PROVED),
    ),
    (
        "a place that is no integer, or not always one",
        """
model: ["p(z_{0:T})"]
parameters: [T >= 2, a]
functions: [f(z)]
define: ["A(k) = f(z_k)", "S(k) = sum_{j=1}^{k} 1"]
steps:
  - {so: A(a / a) = f(z_1), by: definition}
  - {so: S(3/2) = 3/2, by: definition}
  - {so: S(T / 2) = T / 2, by: definition}
  - {so: A(4/2) + S(T - 1) = f(z_2) + T - 1, by: definition}
""",
        ("ill-formed", "ill-formed", "ill-formed", PROVED),
    ),
    (
        "an exponent that is a number where it has a value",
        """
model: [q(z), p(z)]
parameters: [a, u > 0]
support: []
steps:
  - {so: u^(a / a) = u, by: algebra}
  - {so: u^(KL(q(z) || p(z)) - KL(q(z) || p(z))) = 1, by: algebra}
  - {so: u^(3 - 1) = u * u, by: algebra}
""",
        (None, None, PROVED),
    ),
)

COUNTED: tuple[Row, ...] = (
    # What is listed under `discrete` is that, and nothing else of its name.
    (
        "the element before those that are listed",
        """
model: ["p(z_{0:T})"]
parameters: [T >= 1]
discrete: ["z_{1:T}"]
steps:
  - {so: "H(p(z_0)) >= 0", by: entropy-nonnegative}
  - {so: "H(p(z_0, z_1)) >= H(p(z_0))"}
""",
        ("unproved", "unproved"),
    ),
    (
        "one of a sequence that is listed by its name, or as a whole",
        """
model: ["p(x_{0:T}, z_{0:T})"]
parameters: [T >= 1]
discrete: ["z_{0:T}", x]
steps:
  - {so: "H(p(z_0)) >= 0", by: entropy-nonnegative}
  - {so: "H(p(x_T)) >= 0", by: entropy-nonnegative}
""",
        (PROVED, PROVED),
    ),
    (
        "those of a short slice that are listed",
        """
model: ["p(z_{0:T})"]
parameters: [T >= 3]
discrete: ["z_{1:2}"]
steps:
  - {so: "H(p(z_1)) >= 0", by: entropy-nonnegative}
  - {so: "H(p(z_2)) >= 0", by: entropy-nonnegative}
  - {so: "H(p(z_3)) >= 0", by: entropy-nonnegative}
""",
        (PROVED, PROVED, "refuted"),
    ),
    (
        "another variable than the sequence of its name",
        """
model: ["p(z_{0:T})", r(z)]
parameters: [T >= 1]
discrete: ["z_{0:T}"]
start: H(r(z))
steps: [{ge: 0, by: entropy-nonnegative}]
""",
        ("refuted",),
    ),
)

LAWS_OF_TWO = """
model: [p(x), q(z), r(z | x), s(z | x), u(x | z), v(x | z)]
functions: [h(x), g(z), "k(x, z)"]
support: %s
steps: %s
"""
BOTH_WAYS = "int (p(x) h(x) (r(z | x) - s(z | x)) + q(z) g(z) (u(x | z) - v(x | z))) dx dz"
ONE_WAY = "int (p(x) h(x) r(z | x) - p(x) h(x) s(z | x)) dx dz"
BY_FACTS = """
model: [p(x), q(z)]
functions: [f(x), g(z), "h(x, z)%s"]
support: %s
assume: ["for all x: f(x) = E_{q(z)}[h(x, z)]", "for all z: g(z) = E_{p(x)}[h(x, z)]"]
steps: [{so: "E_{p(x)}[f(x)] = E_{q(z)}[g(z)]", by: [assumption, swap]}]
"""
FROM_TWO = """
model: [p(x), q(z)]
functions: ["h(x, z)"]
parameters: [a, b]
support: %s
assume: ["E_{p(x)}[E_{q(z)}[h(x, z)]] = a", "E_{q(z)}[E_{p(x)}[h(x, z)]] = b"]
steps:
  - {so: "E_{p(x)}[E_{q(z)}[h(x, z)]] = a", by: assumption, label: one}
  - {so: "E_{q(z)}[E_{p(x)}[h(x, z)]] = b", by: assumption, label: other}
  - {so: a = b, by: [combine, swap], using: [one, other]}
"""
FROM_ONE = """
model: [p(x), q(z)]
functions: ["h(x, z)"]
parameters: [a]
support: %s
assume: ["E_{p(x)}[E_{q(z)}[h(x, z)]] >= a + E_{q(z)}[E_{p(x)}[h(x, z)]]"]
steps:
  - {so: "E_{p(x)}[E_{q(z)}[h(x, z)]] >= a + E_{q(z)}[E_{p(x)}[h(x, z)]]", by: assumption}
  - {so: a <= 0, by: [rearrange, swap]}
"""
COUPLED = """
model: ["l(x, y, z)", "m(x, y, z)"]
functions: [f(x), g(y), h(z)]
support: %s
assume: ["for all x: l(x) = m(x)", "for all y: l(y) = m(y)", "for all z: l(z) = m(z)"]
start: E_{l(x, y, z)}[f(x) + g(y) + h(z)]
steps:
  - {eq: "E_{m(x, y, z)}[f(x) + g(y) + h(z)]", by: [linearity, marginalisation, assumption]}
"""
ORDERS: tuple[Row, ...] = (
    # Infinite sums of both signs may come to anything, by the order in which they are taken.
    (
        "a finite integral of terms that are 0, one over x and one over z",
        LAWS_OF_TWO % (f'["finite {BOTH_WAYS}"]', f'[{{so: "{BOTH_WAYS} = 0"}}]'),
        (None,),
    ),
    (
        "the same where each of these is finite",
        LAWS_OF_TWO
        % ('["finite int p(x) h(x) dx", "finite E_{q(z)}[g(z)]"]', f'[{{so: "{BOTH_WAYS} = 0"}}]'),
        (PROVED,),
    ),
    (
        "what is 0 over z, of terms of which nothing says that they are finite",
        LAWS_OF_TWO
        % (
            f'["finite {ONE_WAY[:-7]} + k(x, z)) dx dz"]',
            f"""
  - {{so: "{ONE_WAY} = 0"}}
  - {{so: "int k(x, z) dx dz - int k(x, z) dx dz = 0", by: algebra}}""",
        ),
        (None, None),
    ),
    (
        "densities, each of which is 1 over all",
        LAWS_OF_TWO % ("[]", '[{so: "int (p(x) r(z | x) - p(x) s(z | x)) dx dz = 0"}]'),
        (PROVED,),
    ),
    (
        "three terms under two laws that have their marginals in common",
        COUPLED
        % (
            '["finite E_{l(x, y, z)}[f(x) + g(y) + h(z)]", '
            '"finite E_{m(x, y, z)}[f(x) + g(y) + h(z)]"]'
        ),
        (None,),
    ),
    (
        "the terms of a sum over an index",
        """
model: ["p(z_{1:T})"]
parameters: [T >= 3]
functions: [f(z)]
support: ["finite E_{p(z_{1:T})}[sum_{t=1}^{T} f(z_t)]"]
start: E_{p(z_{1:T})}[sum_{t=1}^{T} f(z_t)]
steps: [{eq: "sum_{t=1}^{T} E_{p(z_t)}[f(z_t)]", by: [linearity, marginalisation]}]
""",
        (None,),
    ),
    ("two functions that are averages, averaged", BY_FACTS % ("", "[finite all]"), (None,)),
    (
        "the same where the whole is finite",
        BY_FACTS % ("", '[finite all, "finite E_{p(x) q(z)}[h(x, z)]"]'),
        (PROVED,),
    ),
    ("the same of one sign", BY_FACTS % (" >= 0", "[finite all]"), (PROVED,)),
    ("two statements that are added", FROM_TWO % "[finite all]", (PROVED, PROVED, None)),
    (
        "the same where the whole is finite as one",
        FROM_TWO % '[finite all, "finite E_{p(x) q(z)}[h(x, z)]"]',
        (PROVED, PROVED, PROVED),
    ),
    ("a statement that is rearranged", FROM_ONE % "[finite all]", (PROVED, None)),
    (
        "the same where it is finite as one",
        FROM_ONE % '[finite all, "finite E_{p(x) q(z)}[h(x, z)]"]',
        (PROVED, PROVED),
    ),
)

MASSES: tuple[Row, ...] = (
    # A divergence has a bounded negative part where its second argument has a bounded mass.
    (
        "from the product of two densities, and from a likelihood",
        """
model: [q(z), r(z), "p(x, z)", "m(x, z)"]
support: [q(z) << p(z), q(z) << r(z), "q(z) << m(x | z)"]
steps:
  - {so: "KL(q(z) || p(z) r(z)) + KL(q(z) || r(z)) = KL(q(z) || r(z)) + KL(q(z) || p(z) r(z))"}
  - {so: "KL(q(z) || m(x | z)) + KL(q(z) || r(z)) = KL(q(z) || r(z)) + KL(q(z) || m(x | z))"}
  - {so: "KL(q(z) || p(z)) + KL(q(z) || r(z)) = KL(q(z) || r(z)) + KL(q(z) || p(z))"}
""",
        (None, None, PROVED),
    ),
    (
        "the same where they are finite",
        """
model: [q(z), r(z), "p(x, z)"]
support: [finite all]
start: KL(q(z) || p(z) r(z)) + KL(q(z) || r(z))
steps: [{eq: KL(q(z) || r(z)) + KL(q(z) || p(z) r(z)), by: algebra}]
""",
        (PROVED,),
    ),
    (
        "averaged, from a joint density",
        """
model: [q(z), "p(x, z)"]
support: ["q(z) << p(z | x)", "p(x) > 0"]
start: E_{p(x)}[KL(q(z) || p(x, z))] + KL(q(z) || p(z))
steps: [{eq: "KL(q(z) || p(z)) + E_{p(x)}[KL(q(z) || p(x, z))]", by: algebra}]
""",
        (None,),
    ),
)

WEIGHED = """
model: [q(z | x), r(z), p(x), s(x)]
support:
  - q(z | x) << r(z)
  - p(x) > 0
  - finite KL(q(z | x) || r(z))
  - "finite int %s KL(q(z | x) || r(z)) dx"
start: int %s KL(q(z | x) || r(z)) dx
steps: [{eq: "int %s q(z | x) log(q(z | x) / r(z)) dx dz", by: kl}]
"""
MASSES += (
    # Of small divergences the parts are large: what averages them has to have a finite mass.
    ("a divergence weighed by what may have any mass", WEIGHED % (("p(x) s(x)",) * 3), (None,)),
    ("a divergence weighed by a law", WEIGHED % (("p(x)",) * 3), (PROVED,)),
)

VANISHING: tuple[Row, ...] = (
    # exp(-u), and 1/u, are 0 where u is infinite.
    (
        "the logarithm of the exponential of an infinite divergence",
        """
model: [q(z), p(z), "r(x, z)"]
support: [q(z) << p(z), "q(z) << r(z | x)"]
functions: [g(z) > 0]
steps:
  - {so: "log exp(-KL(q(z) || p(z))) = -KL(q(z) || p(z))", by: log-rules}
  - {so: "1 / exp(-KL(q(z) || p(z))) = exp(KL(q(z) || p(z)))", by: log-rules}
  - {so: "E_{r(x)}[log exp(-KL(q(z) || r(z | x)))] = -E_{r(x)}[KL(q(z) || r(z | x))]"}
  - {so: "E_{r(x)}[log(1 / E_{r(z | x)}[g(z)])] = -E_{r(x)}[log E_{r(z | x)}[g(z)]]"}
  - {so: "exp(-KL(q(z) || p(z))) >= 0", by: nonnegativity}
  - {so: "log(1 + exp(-KL(q(z) || p(z)))) >= 0", by: nonnegativity}
""",
        (None, None, None, None, PROVED, PROVED),
    ),
    (
        "the same where it is finite",
        """
model: [q(z), p(z), "r(x, z)"]
support: [q(z) << p(z), "q(z) << r(z | x)", finite all]
functions: [g(z) > 0]
steps:
  - {so: "log exp(-KL(q(z) || p(z))) = -KL(q(z) || p(z))", by: log-rules}
  - {so: "1 / exp(-KL(q(z) || p(z))) = exp(KL(q(z) || p(z)))", by: log-rules}
  - {so: "E_{r(x)}[log(1 / E_{r(z | x)}[g(z)])] = -E_{r(x)}[log E_{r(z | x)}[g(z)]]"}
""",
        (PROVED, PROVED, PROVED),
    ),
)

ROWS = (
    *RECIPROCALS, *ROOTS, *PLACES, *POINTS, *DOMAINS, *UNDER_OTHERS, *UNDEFINED,
    *CIRCLES, *BENEATH, *DEFINED, *PRODUCTS, *LAWS, *CONDITIONED, *INFINITIES, *EVEN, *COUNTED,
    *WRITTEN, *SHOWN, *ORDERS, *MASSES, *VANISHING, *MANY,
)  # fmt: skip


def judged(text: str) -> DerivationReport:
    """The report on declarations and steps."""
    model = "" if "model:" in text else "model: []\n"
    (report,) = verify(text=f"title: a row\n{model}{text.strip()}\nclaim: 0 = 0\n").derivations
    return report


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_verdicts(text: str, expected: tuple[str | None, ...]) -> None:
    report = judged(text)
    assert report.error is None
    assert not report.internal
    steps = [step for step in report.steps if step.index > 0]
    assert len(steps) == len(expected)
    for step, verdict in zip(steps, expected, strict=True):
        if verdict is None:
            assert step.verdict.value in NOT_PROVED
        else:
            assert step.verdict.value == verdict


# (id, model and steps, claim, whether the claim is reached)
CLAIMS = (
    ("what was reached", "log p(x) >= log p(x) - KL(q(z) || p(z | x))", True),
    ("its sides exchanged", "log p(x) - KL(q(z) || p(z | x)) <= log p(x)", True),
    ("an equality where a bound was reached", "log p(x) = log p(x) - KL(q(z) || p(z | x))", False),
    ("the bound turned", "-log p(x) >= -log p(x) + KL(q(z) || p(z | x))", False),
    ("what holds by itself", "log p(x) + 0 = log p(x)", False),
    ("what divides by 0", "(b / b) log p(x) >= log p(x) - KL(q(z) || p(z | x))", False),
)


@pytest.mark.parametrize(("claim", "reached"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_claim_says_no_more_than_was_reached(claim: str, reached: bool) -> None:
    text = f"""
title: a claim
model: ["p(x, z)", q(z)]
parameters: [b]
start: log p(x)
steps: [{{ge: log p(x) - KL(q(z) || p(z | x)), by: gibbs}}]
claim: {claim}
"""
    (report,) = verify(text=text).derivations
    assert report.claim is not None
    assert report.claim.reached is reached


def test_claim_doesn_t_shed_where_it_holds() -> None:
    text = """
title: an equation where p is positive
model: [q(z), p(z)]
functions: [f(z), g(z)]
support: [finite all]
assume: ["for all z: p(z) f(z) = p(z) g(z)"]
steps:
  - {so: p(z) f(z) = p(z) g(z), by: assumption}
  - {so: f(z) p(z) / p(z) = g(z), by: cross-multiply}
claim: f(z) = g(z)
"""
    (report,) = verify(text=text).derivations
    assert report.claim is not None
    assert not report.claim.reached


def test_density_by_formula_is_none_by_a_fact_at_a_point() -> None:
    text = """
title: a difference that is positive at one point
model: [p(z), q(z), "m(z) := 2 p(z) - q(z)"]
assume: ["2 p(z) >= q(z)"]
start: int m(z) dz
steps: [{eq: 1, by: normalisation}]
claim: int m(z) dz = 1
"""
    (report,) = verify(text=text).derivations
    assert report.problem is not None
    assert report.problem.code == "formula-negative"


def test_average_of_a_square_is_nonnegative() -> None:
    report = judged("""
model: [q(z)]
functions: [f(z)]
start: E_{q(z)}[(f(z) - E_{q(z)}[f(z)])^2]
steps: [{ge: 0, by: nonnegativity}]
""")
    assert [step.verdict.value for step in report.steps] == [PROVED]


def test_argument_of_an_abbreviation_is_not_captured() -> None:
    report = judged("""
model: [q(z)]
functions: [f(z), g(z)]
parameters: [a]
define: ["B(u) = E_{q(z)}[u + f(z)]"]
start: B(a) + g(z)
steps:
  - {eq: "B(a + g(z))", by: [definition, linearity, normalisation]}
  - {eq: "a + E_{q(z)}[f(z)] + g(z)", by: [definition, linearity, normalisation]}
""")
    assert [step.verdict.value for step in report.steps] == ["ill-formed", PROVED]


def test_what_cancels_is_still_not_0_for_the_numeric_check() -> None:
    report = judged("""
model: [p(z)]
functions: [f(z), g(z)]
support: []
assume: ["for all z: p(z) f(z) >= p(z) g(z)"]
steps:
  - {so: p(z) f(z) >= p(z) g(z), by: assumption}
  - {so: f(z) p(z) / p(z) >= g(z), by: cross-multiply}
""")
    assert [step.verdict.value for step in report.steps] == [PROVED, PROVED]
    assert not report.internal


def test_line_that_is_undefined_in_a_world_is_not_refuted_there() -> None:
    report = judged("""
model: ["p(x, z)", q(z)]
support: ["p(x, z) > 0"]
start: log int (q(z) / q(z)) p(x, z) dz
steps:
  - {eq: "log int p(x, z) dz", by: algebra}
  - {so: "log p(x) = log E_{q(z)}[p(x, z) / q(z)]", by: [expectation, marginalisation]}
""")
    assert [step.verdict.value for step in report.steps] == ["refuted", "unproved"]


@pytest.mark.parametrize(
    ("support", "problem"), [("[]", "formula-undefined"), ('["q(z) > 0"]', None)]
)
def test_density_by_formula_is_defined_at_all_its_points(support: str, problem: str | None) -> None:
    text = f"""
title: a divisor that cancels
model: [p(z), q(z), "m(z) := p(z) q(z) / q(z)"]
support: {support}
start: int m(z) dz
steps: [{{eq: 1, by: normalisation}}]
claim: int m(z) dz = 1
"""
    (report,) = verify(text=text).derivations
    assert (report.problem and report.problem.code) == problem


def test_infinite_terms_that_a_fact_cancels_must_be_finite() -> None:
    report = judged("""
model: [p(z), q(z)]
parameters: [a, b]
support: ["q(z) << p(z)"]
assume: [a = b]
start: a KL(q(z) || p(z)) - b KL(q(z) || p(z))
steps: [{eq: 0, by: assumption}]
""")
    assert [step.verdict.value for step in report.steps] == ["unproved"]


BELOW = """
model: [q(z)]
parameters: [k < 0, j <= 0, a]
functions: ["n(z) < 0", "m(z) <= 0", "f(z)"]
steps:
  - {so: "%s", by: nonnegativity}
"""


@pytest.mark.parametrize(
    ("statement", "proved"),
    [
        ("f(z) + n(z) <= f(z)", True),
        ("k q(z) <= 0", True),
        ("k m(z) >= 0", True),
        ("1 / n(z) <= 0", True),
        ("k n(z) m(z) <= 0", True),
        ("k q(z) >= 0", False),
        ("m(z)^3 >= 0", False),
        ("k m(z) <= 0", False),
        ("k a >= 0", False),
        ("j n(z) f(z) >= 0", False),
        ("1 / m(z) <= 0", False),
        ("k n(z) m(z) >= 0", False),
        ("k + a <= a + j", False),
    ],
)
def test_signs_below_0(statement: str, proved: bool) -> None:
    (step,) = judged(BELOW % statement).steps
    assert (step.verdict.value == PROVED) is proved
