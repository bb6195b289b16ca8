"""Steps that authors write: each follows, with the rules cited and with none."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from verifier import verify


class Case(NamedTuple):
    """A file in short: declarations, what a first statement says, the rules that it may cite."""

    model: str  # entries apart by ` ;; `
    says: str  # a `so`
    by: str  # "" where only a file without rules is of interest
    more: str = ""  # further keys, as YAML
    verdict: str = "proved"


MARKOV = "q(a, b, c) = q(a) q(b | a) q(c | b) ;; p(a, b, c) = p(c) p(b | c) p(a | b)"
LAYERS = "p(x, u, v) = p(v) p(u | v) p(x | u) ;; q(u, v | x) = q(u | x) q(v | u)"
MIXTURE = "p(x) ;; q(x) ;; m(x) := w p(x) + (1 - w) q(x)"
PQ = "p(x) ;; q(x)"
HALVES = "p(x) ;; q(x) ;; m(x) := (p(x) + q(x)) / 2"
WEIGHT = "parameters: ['0 <= w <= 1']"
CHAIN = "p(z_{0:T}) = p(z_0) prod_{i=1}^{T} p(z_i | z_{i-1})"
STEPS = "q(z_{1:T} | z_0) = prod_{i=1}^{T} q(z_i | z_{i-1})"
BACK = "p(z_{0:T}) = p(z_T) prod_{i=1}^{T} p(z_{i-1} | z_i)"
HIDDEN = (
    "p(x_{0:T}, z_{0:T}) = p(z_0) (prod_{i=1}^{T} p(z_i | z_{i-1})) prod_{i=0}^{T} p(x_i | z_i)"
)
PLATE = "p(x_{1:N}, z_{1:N}) = prod_{n=1}^{N} p(z_n) p(x_n | z_n)"
GLOBAL = "p(w, x_{1:N}, z_{1:N}) = p(w) prod_{n=1}^{N} p(z_n | w) p(x_n | z_n, w)"
LABELS = "p(x_{1:N}, y_{1:N}, z_{1:N}) = prod_{n=1}^{N} p(z_n) p(x_n | z_n) p(y_n | z_n)"
NEIGHBOURS = "p(x_{1:N}, z_{1:N+1}) = p(z_{N+1}) prod_{n=1}^{N} p(z_n) p(x_n | z_n, z_{n+1})"
EFFECT = "p(z_{1:N}, y) = p(y | z_{1:N}) prod_{n=1}^{N} p(z_n)"
LADDER = (
    "p(x, z_{1:L}) = p(z_L) p(x | z_1) prod_{l=1}^{L-1} p(z_l | z_{l+1}) ;; "
    "q(z_{1:L} | x) = q(z_L | x) prod_{l=1}^{L-1} q(z_l | z_{l+1}, x)"
)
FILTERED = (
    "p(x_{1:T}, z_{1:T}) = p(z_1) prod_{t=2}^{T} p(z_t | z_{t-1}) prod_{t=1}^{T} p(x_t | z_t) ;; "
    "q(z_{1:T}, x_{1:T}) = q(x_{1:T}) q(z_1 | x_{1:T}) prod_{t=2}^{T} q(z_t | z_{t-1}, x_{1:T})"
)
LATER = "parameters: ['T >= t', 't >= 2']\n"
SHOWN = "p(z_{1:T}, x_{1:T}) = p(z_1) p(x_1 | z_1) prod_{i=2}^{T} p(z_i | z_{i-1}) p(x_i | z_i)"
SEEN = "sum_{t=1}^{T} E_{q(z_t | x_{1:T})}[log p(x_t | z_t)]"
MOVES = "sum_{t=2}^{T} E_{q(z_{t-1} | x_{1:T})}[KL(q(z_t | z_{t-1}, x_{1:T}) || p(z_t | z_{t-1}))]"
SECOND_ORDER = "p(z_{0:T}) = p(z_0) p(z_1 | z_0) prod_{i=2}^{T} p(z_i | z_{i-1}, z_{i-2})"
INSIDE = "parameters: ['T >= 3', 't >= 2', 't <= T - 1']"  # z_{t-2}, z_{t+1} are there
MADE_OF = "p(x, t, y) = p(x) p(t | x) p(y | x)"
CHANNEL = "k(y | x) ;; p(x, y) = p(x) k(y | x) ;; q(x, y) = q(x) k(y | x)"
ZEROS = "support: []\n"
POSTERIOR = "p(x, z) ;; q(z | x)"
COPIES = "copies: [z_k of z]\nparameters: [K >= 2]\n"

POINTS = "copies: [x_n of x, z_n of z]\nparameters: [N >= 1, beta >= 1]\n"
AVERAGED = "E_{q(z | x_n)}[log p(x_n | z)]"
FARTHER = "KL(q(z | x_n) || p(z))"
TILTED = "functions: ['f(z)']\nparameters: ['lambda > 0']\n"
SIGNED = "functions: ['f(z)']\nparameters: [lambda]\n"
BOTTLENECK = "p(x, y, z) ;; q(y | z) ;; r(z)"
LAWS = "p(z) ;; q(z)"
CASES = {
    # a change of measure at any temperature
    "Donsker and Varadhan": Case(
        LAWS,
        "log E_{p(z)}[exp(lambda f(z))] >= lambda E_{q(z)}[f(z)] - KL(q(z) || p(z))",
        "jensen kl",
        TILTED,
    ),
    "Donsker and Varadhan, of either sign": Case(
        LAWS,
        "log E_{p(z)}[exp(lambda f(z))] >= lambda E_{q(z)}[f(z)] - KL(q(z) || p(z))",
        "jensen kl",
        SIGNED,
    ),
    "Donsker and Varadhan, with lambda for 1": Case(
        LAWS,
        "log E_{p(z)}[exp(lambda f(z))] >= E_{q(z)}[f(z)] - KL(q(z) || p(z))",
        "",
        TILTED,
        verdict="refuted",
    ),
    "PAC-Bayes": Case(
        LAWS,
        "E_{q(z)}[f(z)] <= (1/lambda) (KL(q(z) || p(z)) + log E_{p(z)}[exp(lambda f(z))])",
        "jensen kl",
        TILTED,
    ),
    "PAC-Bayes at 2": Case(
        LAWS,
        "E_{q(z)}[f(z)] <= (1/2) KL(q(z) || p(z)) + (1/2) log int p(z) exp(2 f(z)) dz",
        "jensen kl",
        TILTED,
    ),
    "PAC-Bayes where lambda has no sign": Case(
        LAWS,
        "E_{q(z)}[f(z)] <= (1/lambda) (KL(q(z) || p(z)) + log E_{p(z)}[exp(lambda f(z))])",
        "",
        "functions: ['f(z)']\nparameters: [lambda]\nassume: ['lambda != 0']\n",
        verdict="refuted",
    ),
    "PAC-Bayes with lambda at one place": Case(
        LAWS,
        "E_{q(z)}[f(z)] <= (1/lambda) KL(q(z) || p(z)) + log E_{p(z)}[exp(lambda f(z))]",
        "",
        TILTED,
        verdict="refuted",
    ),
    "the free energy at a temperature": Case(
        LAWS,
        "-(1/lambda) log E_{p(z)}[exp(-lambda f(z))] <= E_{q(z)}[f(z)] + KL(q(z) || p(z)) / lambda",
        "jensen kl",
        TILTED,
    ),
    # what stands before each element, in a joint that begins with x: it went round for ever
    "elements given all before them": Case(
        "p(x, z_{1:L}) = p(x | z_{1:L}) p(z_1) prod_{l=2}^{L} p(z_l | z_{<l}) ;; "
        "q(z_{1:L}, x) = q(x) q(z_1 | x) prod_{l=2}^{L} q(z_l | z_{<l}, x)",
        "log p(x) >= E_{q(z_{1:L} | x)}[log p(x | z_{1:L})]"
        " - KL(q(z_{1:L} | x) || p(z_{1:L}))",
        "",
        "parameters: ['L >= 2']\n",
    ),
    # a factor need not repeat the conditions that it doesn't depend on
    "a lower layer given the upper one only": Case(
        LAYERS,
        "E_{q(u, v | x)}[log(p(x, u, v) / q(u, v | x))] = E_{q(u | x)}[log p(x | u)] "
        "- E_{q(u, v | x)}[log(q(u | x) / p(u | v))] - E_{q(u | x)}[KL(q(v | u) || p(v))]",
        "factorisation kl tower",
    ),
    "the lower layer depends on the upper one": Case(
        LAYERS,
        "E_{q(u, v | x)}[log(q(u | x) / p(u | v))] = E_{q(v | x)}[KL(q(u | x) || p(u | v))]",
        "", verdict="refuted",
    ),
    # densities by formula
    "a conditional density by formula": Case(
        "p(x, z) ;; g(z | x) := p(x, z) / p(x)", "log g(z | x) = log p(z | x)",
        "definition chain-rule",
    ),
    "a density tilted by a function": Case(
        "p(x) ;; q(x) ;; g(x) := exp(t(x)) q(x) / E_{q(x)}[exp(t(x))]",
        "E_{p(x)}[log(g(x) / q(x))] = E_{p(x)}[t(x)] - log E_{q(x)}[exp(t(x))]", "definition",
        "functions: [t(x)]",
    ),
    "the tilted density gives the variational bound": Case(
        "p(x) ;; q(x)", "KL(p(x) || q(x)) >= E_{p(x)}[t(x)] - log E_{q(x)}[exp(t(x))]",
        "jensen kl", "functions: [t(x)]",
    ),
    "a mixture is positive": Case(
        "p(z)", "log(w f(z) + (1 - w) g(z)) >= w log f(z) + (1 - w) log g(z)", "jensen",
        "functions: [f(z) > 0, g(z) > 0]\n" + WEIGHT,
    ),
    "how far a mixture is from its part at most": Case(
        MIXTURE, "KL(p(x) || m(x)) <= -log w", "kl definition nonnegativity",
        "parameters: ['0 < w', 'w <= 1']",
    ),
    "how far it is from its other part": Case(
        MIXTURE, "KL(q(x) || m(x)) <= -log w", "", "parameters: ['0 < w', 'w <= 1']", "refuted",
    ),
    "the divergence that is symmetric is at most log 2": Case(
        HALVES, "KL(p(x) || m(x)) / 2 + KL(q(x) || m(x)) / 2 <= log 2",
        "kl definition nonnegativity",
    ),
    "the same of a mixture that has no name": Case(
        HALVES, "KL(p(x) || (p(x) + q(x)) / 2) <= log 2", "kl nonnegativity",
    ),
    "and under `support`, where it is finite": Case(
        HALVES, "KL(p(x) || m(x)) <= log 2", "kl definition nonnegativity",
        "support: [finite all]",
    ),
    "a bound that is too small": Case(
        HALVES, "KL(p(x) || m(x)) <= log(3/2)", "", verdict="refuted",
    ),
    "a divergence from a mixture, by those from its parts": Case(
        f"{MIXTURE} ;; r(x)", "KL(r(x) || m(x)) <= w KL(r(x) || p(x)) + (1 - w) KL(r(x) || q(x))",
        "kl definition jensen", WEIGHT,
    ),
    "which are weighted as it is": Case(
        f"{MIXTURE} ;; r(x)", "KL(r(x) || m(x)) <= (1 - w) KL(r(x) || p(x)) + w KL(r(x) || q(x))",
        "", WEIGHT, "refuted",
    ),
    "a mixture has the larger entropy": Case(
        MIXTURE, "H(m(x)) >= w H(p(x)) + (1 - w) H(q(x))", "gibbs entropy definition", WEIGHT
    ),
    "a divergence is convex": Case(
        MIXTURE + " ;; r(x)",
        "w KL(p(x) || r(x)) + (1 - w) KL(q(x) || r(x)) >= w KL(p(x) || r(x)) "
        "+ (1 - w) KL(q(x) || r(x)) - w KL(p(x) || m(x)) - (1 - w) KL(q(x) || m(x))",
        "gibbs", WEIGHT,
    ),
    # convex and concave functions, averages
    "a finite average of numbers": Case(
        "p(z)", "log(w u + (1 - w) v) >= w log u + (1 - w) log v", "jensen",
        "parameters: ['u > 0', 'v > 0', '0 <= w <= 1']",
    ),
    "the square is convex everywhere": Case(
        "q(z)", "E_{q(z)}[f(z)]^2 <= E_{q(z)}[f(z)^2]", "jensen", "functions: [f(z)]"
    ),
    "the cube is convex from 0 on": Case(
        "q(z)", "E_{q(z)}[f(z)]^3 <= E_{q(z)}[f(z)^3]", "jensen", "functions: [f(z) >= 0]"
    ),
    "the cube is not convex everywhere": Case(
        "q(z)", "E_{q(z)}[f(z)]^3 <= E_{q(z)}[f(z)^3]", "", "functions: [f(z)]", verdict="refuted"
    ),
    "concave at the closed end of its interval": Case(
        "q(z)", "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]", "jensen",
        "functions: [f(z) >= 0, phi(u) concave for u >= 0]",
    ),
    "not at an open end": Case(
        "q(z)", "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]", "",
        "functions: [f(z) >= 0, phi(u) concave for u > 0]", verdict="unproved",
    ),
    "an increasing function": Case(
        "q(z)", "g(q(z)) <= g(q(z) + r(z))", "nonnegativity",
        "functions: [g(u) increasing, r(z) >= 0]",
    ),
    "a decreasing function": Case(
        "q(z)", "g(q(z)) >= g(q(z) + r(z))", "nonnegativity",
        "functions: [g(u) decreasing, r(z) >= 0]",
    ),
    "a joint mass is at most its marginal": Case(
        "p(x, z)", "p(x, z) <= p(x)", "entropy-nonnegative chain-rule", "discrete: [z]"
    ),
    "a joint density may exceed its marginal": Case(
        "p(x, z)", "p(x, z) <= p(x)", "", "discrete: [x]", verdict="refuted"
    ),
    # Gibbs' inequality
    "gibbs for cross-entropies": Case("p(x) ;; q(x)", "H(p(x), q(x)) >= H(p(x))", "gibbs entropy"),
    "gibbs for one divergence of two weights": Case(
        "p(x) ;; q(x)", "b KL(p(x) || q(x)) >= KL(p(x) || q(x))", "gibbs", "parameters: ['b >= 1']"
    ),
    "one divergence is not the larger with a smaller weight": Case(
        "p(x) ;; q(x)", "b KL(p(x) || q(x)) >= KL(p(x) || q(x))", "", "parameters: ['b >= 0']",
        verdict="refuted",
    ),
    "gibbs under an outer expectation": Case(
        "p(x, y) ;; q(y | x)", "H_p(y | x) <= -E_{p(x, y)}[log q(y | x)]", "gibbs information"
    ),
    "gibbs for a marginal": Case(
        "p(x, z) ;; r(z)", "I_p(x; z) <= E_{p(x)}[KL(p(z | x) || r(z))]", "gibbs information"
    ),
    "no bound the other way": Case(
        "p(x, z) ;; r(z)", "I_p(x; z) >= E_{p(x)}[KL(p(z | x) || r(z))]", "", verdict="refuted"
    ),
    "gibbs for a conditional under a joint": Case(
        "p(x, y) ;; q(x | y)", "I_p(x; y) >= E_{p(x, y)}[log(q(x | y) / p(x))]",
        "gibbs information",
    ),
    "several entropies at once": Case(
        "p(x, y, z)", "H_p(x) + H_p(y | x) + H_p(z | x, y) <= H_p(x) + H_p(y) + H_p(z)", "gibbs"
    ),
    "sums of informations": Case("p(x, y, z)", "I_p(x; y) + I_p(x, y; z) >= 0", "gibbs"),
    "an averaged divergence from a premise": Case(
        "p(x, z) ;; q(z | x) ;; d(x)",
        "E_{d(x)}[log p(x)] - E_{d(x)}[KL(q(z | x) || p(z | x))] <= E_{d(x)}[log p(x)]", "gibbs",
    ),
    # Jensen's inequality
    "jensen under the data": Case(
        MARKOV, "E_{q(a)}[-log p(a)] <= E_{q(a, b, c)}[-log(p(a, b, c) / q(b, c | a))]",
        "jensen marginalisation tower",
    ),
    "jensen with factors summed out": Case(
        "p(x, y, z) = p(x | y, z) p(y) p(z) ;; q(y, z | x)",
        "log p(x) >= E_{q(y, z | x)}[log p(x | y, z) + log p(y) + log p(z) - log q(y, z | x)]",
        "jensen marginalisation factorisation",
    ),
    "jensen with an auxiliary variable": Case(
        "p(x, z) ;; q(z, a | x) ;; r(a | z, x)",
        "log p(x) >= E_{q(z, a | x)}[log p(x, z) + log r(a | z, x) - log q(z, a | x)]",
        "jensen marginalisation",
    ),
    "jensen with a critic": Case(
        "p(x, y)", "I_p(x; y) >= E_{p(x, y)}[t(x, y)] - log E_{p(x) p(y)}[exp(t(x, y))]",
        "jensen information", "functions: ['t(x, y)']",
    ),
    "a critic gives no more than it takes": Case(
        "p(x, y)", "I_p(x; y) <= E_{p(x, y)}[t(x, y)] - log E_{p(x) p(y)}[exp(t(x, y))]", "",
        "functions: ['t(x, y)']", verdict="refuted",
    ),
    "jensen for a double sum": Case(
        "p(x, y)",
        "sum_{x} sum_{y} (p(x, y) log(p(x) p(y) / p(x, y))) "
        "<= log sum_{x} sum_{y} (p(x, y) p(x) p(y) / p(x, y))",
        "jensen tower", "discrete: [x, y]",
    ),
    "a tangent elsewhere than at 1": Case(
        "q(x)", "log E_{q(x)}[exp(t(x))] <= E_{q(x)}[exp(t(x) - 1)]", "log-bound",
        "functions: [t(x)]",
    ),
    # facts
    "a fact about a conditional in the posterior": Case(
        "p(c, t)", "log p(t | c) = r(c, t) + log p(t) - log p(c)", "assumption bayes-rule",
        "functions: ['r(c, t)']\nassume: ['for all c, t: p(c | t) = exp(r(c, t))']",
    ),
    "a fact about a conditional says nothing of the marginal": Case(
        "p(c, t)", "log p(c) = r(c, t)", "",
        "functions: ['r(c, t)']\nassume: ['for all c, t: p(c | t) = exp(r(c, t))']",
        verdict="refuted",
    ),
    # definitions with several variables
    "a divergence as an iterated integral": Case(
        "p(u, v) ;; q(u, v)",
        "KL(q(u, v) || p(u, v)) = int int q(u, v) log(q(u, v) / p(u, v)) du dv", "kl",
    ),
    "a conditional entropy as an iterated sum": Case(
        "p(x, y)", "H_p(x | y) = sum_{y} p(y) (sum_{x} p(x | y) log(1 / p(x | y)))", "information",
        "discrete: [x, y]",
    ),
    "information as an averaged divergence": Case(
        "p(x, y)", "I_p(x; y) = E_{p(x)}[KL(p(y | x) || p(y))]", "information"
    ),
    "exponents that cancel as sums": Case(
        "p(x)", "(p(x)^(1 - b))^((1 - a) / (1 - b)) = p(x)^(1 - a)", "log-rules",
        "parameters: [a, b < 1]",
    ),
    # rules too many, rules among themselves
    "tidying rules may lead astray": Case(
        "p(x, y)",
        "sum_{y} p(y) (sum_{x} p(x | y) log(1 / p(x | y))) "
        "= sum_{y} (sum_{x} (p(y) p(x | y) log(p(y) / p(x, y))))",
        "bayes-rule", "discrete: [x, y]",
    ),
    "one tidying rule where another would do": Case(
        "p(x) ;; q(y)", "log int (int p(x) q(y) dx) dy = log((int p(x) dx) (int q(y) dy))",
        "linearity",
    ),
    "a marginal of what declared factors give": Case(
        "p(x, y, z) = p(x) p(y | x) p(z | x) ;; q(y | z)",
        "int p(y, z) log(q(y | z) / p(y)) dy dz "
        "= int p(y, z) log q(y | z) dy dz - int p(y) log p(y) dy",
        "log-rules linearity marginalisation",
    ),
    # Markov in both directions
    "the past given a neighbour": Case(
        CHAIN, "p(z_0 | z_{1:t}) = p(z_0 | z_1)", "factorisation", INSIDE
    ),
    "not given one further off": Case(
        CHAIN, "p(z_0 | z_{1:t}) = p(z_0 | z_t)", "", INSIDE, verdict="refuted"
    ),
    "given both neighbours": Case(
        CHAIN, "p(z_t | z_{0:t-1}, z_{t+1:T}) = p(z_t | z_{t-1}, z_{t+1})", "factorisation", INSIDE
    ),
    "not given one of them": Case(
        CHAIN, "p(z_t | z_{0:t-1}, z_{t+1:T}) = p(z_t | z_{t-1})", "", INSIDE, verdict="refuted"
    ),
    "the past given what follows": Case(
        CHAIN, "p(z_{0:t-1} | z_{t:T}) = p(z_{0:t-1} | z_t)", "factorisation", INSIDE
    ),
    "the past given what follows, with zeros": Case(
        CHAIN, "p(z_{0:t-1} | z_{t:T}) = p(z_{0:t-1} | z_t)", "factorisation", ZEROS + INSIDE
    ),
    "forwards along a chain that goes back": Case(
        BACK, "p(z_t | z_{0:t-1}) = p(z_t | z_{t-1})", "factorisation", INSIDE
    ),
    "in the middle of an expression": Case(
        CHAIN, "E_{p(z_{0:T})}[log p(z_0 | z_{1:T})] = E_{p(z_{0:T})}[log p(z_0 | z_1)]",
        "factorisation", INSIDE,
    ),
    "a hidden state": Case(
        HIDDEN, "p(z_t | z_{0:t-1}, z_{t+1:T}, x_{0:T}) = p(z_t | z_{t-1}, z_{t+1}, x_t)",
        "factorisation", INSIDE,
    ),
    "a hidden state depends on what it shows": Case(
        HIDDEN, "p(z_t | z_{0:t-1}, z_{t+1:T}, x_{0:T}) = p(z_t | z_{t-1}, z_{t+1})", "", INSIDE,
        verdict="refuted",
    ),
    "what is seen is no chain": Case(
        HIDDEN, "p(x_t | x_{0:t-1}) = p(x_t | x_{t-1})", "", INSIDE, verdict="refuted"
    ),
    "a past of two": Case(
        SECOND_ORDER, "p(z_{0:t-2} | z_{t-1:T}) = p(z_{0:t-2} | z_{t-1}, z_t)", "factorisation",
        INSIDE,
    ),
    "a past of two given one": Case(
        SECOND_ORDER, "p(z_{0:t-2} | z_{t-1:T}) = p(z_{0:t-2} | z_{t-1})", "", INSIDE,
        verdict="refuted",
    ),
    # data processing
    "information about the other end": Case(MADE_OF, "I_p(x; t) >= I_p(t; y)", "data-processing"),
    "information with zeros": Case(
        MADE_OF, "I_p(x; y) >= I_p(y; t)", "data-processing", ZEROS + "discrete: [x, t, y]"
    ),
    "information about what was made": Case(
        MADE_OF, "I_p(t; y) >= I_p(x; y)", "", verdict="refuted"
    ),
    "information where nothing is declared": Case(
        "p(x, t, y)", "I_p(x; y) >= I_p(t; y)", "", verdict="refuted"
    ),
    "information about a part": Case("p(x, t, y)", "I_p(x, t; y) >= I_p(t; y)", "data-processing"),
    "what is made of something leaves more open": Case(
        MADE_OF, "a + b H_p(y | x) <= a + b H_p(y | t)", "data-processing",
        "parameters: [a, b >= 0]",
    ),
    "a divergence through one channel": Case(
        CHANNEL, "KL(q(x) || p(x)) >= KL(q(y) || p(y))", "data-processing"
    ),
    "a divergence through one channel, with zeros": Case(
        CHANNEL, "KL(q(x) || p(x)) >= KL(q(y) || p(y))", "data-processing", ZEROS
    ),
    "a divergence through two channels": Case(
        "p(x, y) ;; q(x, y)", "KL(q(x) || p(x)) >= KL(q(y) || p(y))", "", verdict="refuted"
    ),
    "a divergence at the other end of a channel": Case(
        CHANNEL, "KL(q(x) || p(x)) <= KL(q(y) || p(y))", "", verdict="refuted"
    ),
    "a divergence of marginals": Case(
        "p(z_{0:T}) ;; q(z_{0:T})", "KL(q(z_{0:T}) || p(z_{0:T})) >= KL(q(z_t) || p(z_t))",
        "data-processing", INSIDE,
    ),
    "a divergence of marginals, with zeros": Case(
        "p(z_{0:T}) ;; q(z_{0:T})", "KL(q(z_{0:T}) || p(z_{0:T})) >= KL(q(z_{0:t}) || p(z_{0:t}))",
        "data-processing", ZEROS + INSIDE,
    ),
    "a divergence of marginals given something, on average": Case(
        "p(x, y, z) ;; q(x, y, z)",
        "E_{q(z)}[KL(q(x, y | z) || p(x, y | z))] >= E_{q(z)}[KL(q(x | z) || p(x | z))]",
        "data-processing",
    ),
    "marginals diverge less": Case(
        "p(x, y) ;; q(x, y)", "KL(q(x, y) || p(x, y)) <= KL(q(x) || p(x))", "", verdict="refuted"
    ),
    # one line for a bound over sequences
    "jensen under the data, for a slice": Case(
        "q(x_{0:T}) ;; m(x_{0:T})",
        "E_{q(x_0)}[-log m(x_0)] <= E_{q(x_{0:T})}[-log(m(x_{0:T}) / q(x_{1:T} | x_0))]",
        "jensen chain-rule marginalisation", "parameters: [T >= 1]",
    ),
    "not with the data's own law": Case(
        "q(x_{0:T}) ;; m(x_{0:T})",
        "E_{q(x_0)}[-log m(x_0)] <= E_{q(x_{0:T})}[-log(m(x_{0:T}) / q(x_{0:T}))]", "",
        "parameters: [T >= 1]", verdict="refuted",
    ),
    "a bound by levels": Case(
        LADDER,
        "log p(x) >= E_{q(z_{1:L} | x)}[log p(x | z_1) + log p(z_L) "
        "+ sum_{l=1}^{L-1} log p(z_l | z_{l+1}) - log q(z_L | x) "
        "- sum_{l=1}^{L-1} log q(z_l | z_{l+1}, x)]",
        "gibbs factorisation chain-rule", "parameters: [L >= 1]",
    ),
    # the end of a chain, Chapman and Kolmogorov
    "a chain folded to its end": Case(
        CHAIN,
        "int (prod_{i=1}^{T} p(z_i | z_{i-1})) f(z_T) dz_{1:T} = E_{p(z_T | z_0)}[f(z_T)]",
        "factorisation marginalisation expectation", INSIDE + "\nfunctions: [f(z)]",
    ),
    "a chain folded to its end, with zeros": Case(
        CHAIN, "E_{p(z_{1:T} | z_0)}[g(z_T)] = E_{p(z_T | z_0)}[g(z_T)]",
        "expectation marginalisation", ZEROS + INSIDE + "\nfunctions: [g(z) >= 0]",
    ),
    "a chain folded to the wrong end": Case(
        CHAIN, "int (prod_{i=1}^{T} p(z_i | z_{i-1})) f(z_T) dz_{1:T} = E_{p(z_T)}[f(z_T)]", "",
        INSIDE + "\nfunctions: [f(z)]", verdict="refuted",
    ),
    "the last two of a chain that may have no others": Case(
        STEPS,
        "int (prod_{i=1}^{T} q(z_i | z_{i-1})) g(z_{T-1}) f(z_T) dz_{1:T} "
        "= E_{q(z_{T-1} | z_0)}[g(z_{T-1}) E_{q(z_T | z_{T-1})}[f(z_T)]]",
        "factorisation tower chain-rule", "parameters: [T >= 2]\nfunctions: [f(z), g(z)]",
    ),
    "the last two of a chain, as if apart": Case(
        STEPS,
        "int (prod_{i=1}^{T} q(z_i | z_{i-1})) g(z_{T-1}) f(z_T) dz_{1:T} "
        "= E_{q(z_{T-1} | z_0)}[g(z_{T-1})] E_{q(z_T | z_0)}[f(z_T)]",
        "", "parameters: [T >= 2]\nfunctions: [f(z), g(z)]", verdict="refuted",
    ),
    "a chain in between, both of whose ends are free": Case(
        STEPS, "int (prod_{s=1}^{t} q(z_s | z_{s-1})) dz_{1:t-1} = q(z_t | z_0)",
        "factorisation marginalisation", INSIDE,
    ),
    "a chain in between, both of whose ends are free, to another place": Case(
        STEPS, "int (prod_{s=1}^{t} q(z_s | z_{s-1})) dz_{1:t-1} = q(z_{t+1} | z_0)",
        "", INSIDE, verdict="refuted",
    ),
    "from one time to another by a third": Case(
        CHAIN, "int p(z_{T-1} | z_t) p(z_T | z_{T-1}) dz_{T-1} = p(z_T | z_t)",
        "factorisation marginalisation chain-rule", INSIDE.replace("T - 1", "T - 2"),
    ),
    "from one time to another, with zeros": Case(
        CHAIN, "int p(z_t | z_0) p(z_T | z_t) dz_t = p(z_T | z_0)",
        "factorisation marginalisation chain-rule", ZEROS + INSIDE,
    ),
    "no third time": Case(
        CHAIN, "int p(z_t | z_0) p(z_T | z_t) dz_t = p(z_T)", "", INSIDE, verdict="refuted"
    ),
    # independent parts of sequences: filters, smoothers, data sets
    "what a filter predicts, and what it corrects": Case(
        HIDDEN,
        "p(z_t | x_{0:t}) = p(x_t | z_t) p(z_t | x_{0:t-1}) / p(x_t | x_{0:t-1})",
        "chain-rule factorisation", INSIDE,
    ),
    "the filter in one line": Case(
        HIDDEN,
        "p(z_t | x_{0:t}) = p(x_t | z_t) int p(z_t | z_{t-1}) p(z_{t-1} | x_{0:t-1}) dz_{t-1} "
        "/ p(x_t | x_{0:t-1})",
        "chain-rule marginalisation factorisation", "parameters: ['T >= 1', 't >= 1', 't <= T']",
    ),
    "corrected by what is predicted already": Case(
        HIDDEN,
        "p(z_t | x_{0:t}) = p(x_t | z_t) p(z_t) / p(x_t)",
        "", INSIDE, verdict="refuted",
    ),
    "the past and the future are independent given the present": Case(
        HIDDEN,
        "p(x_{0:T} | z_t) = p(x_{0:t} | z_t) p(x_{t+1:T} | z_t)",
        "chain-rule factorisation", INSIDE,
    ),
    "the present in neither part": Case(
        HIDDEN,
        "p(x_{0:T} | z_t) = p(x_{0:t-1} | z_t) p(x_{t+1:T} | z_t)",
        "", INSIDE, verdict="refuted",
    ),
    "the backward message": Case(
        HIDDEN,
        "p(x_{t+1:T} | z_t) = int p(x_{t+1:T} | z_{t+1}) p(z_{t+1} | z_t) dz_{t+1}",
        "chain-rule marginalisation factorisation", INSIDE,
    ),
    "the forward and the backward message": Case(
        HIDDEN,
        "p(x_{0:T}) = int p(z_t, x_{0:t}) p(x_{t+1:T} | z_t) dz_t",
        "chain-rule marginalisation factorisation", INSIDE,
    ),
    "smoothing": Case(
        HIDDEN,
        "p(z_t | x_{0:T}) = p(z_t | x_{0:t}) "
        "int p(z_{t+1} | z_t) p(z_{t+1} | x_{0:T}) / p(z_{t+1} | x_{0:t}) dz_{t+1}",
        "chain-rule marginalisation factorisation", INSIDE,
    ),
    "two states given all that is seen": Case(
        HIDDEN,
        "p(z_t, z_{t+1} | x_{0:T}) = p(z_{t+1} | x_{0:T}) p(z_t | z_{t+1}, x_{0:t})",
        "chain-rule factorisation", INSIDE,
    ),
    "given too little of it": Case(
        HIDDEN,
        "p(z_t, z_{t+1} | x_{0:T}) = p(z_{t+1} | x_{0:T}) p(z_t | z_{t+1}, x_t)",
        "", INSIDE, verdict="refuted",
    ),
    "the states given what is seen are a Markov chain": Case(
        HIDDEN,
        "p(z_{0:T} | x_{0:T}) = p(z_0 | x_{0:T}) prod_{i=1}^{T} p(z_i | z_{i-1}, x_{i:T})",
        "chain-rule factorisation index",
    ),
    "each given what is seen with it alone": Case(
        HIDDEN,
        "p(z_{0:T} | x_{0:T}) = p(z_0 | x_{0:T}) prod_{i=1}^{T} p(z_i | z_{i-1}, x_i)",
        "", verdict="refuted",
    ),
    "what is seen is not independent": Case(
        HIDDEN,
        "p(x_{0:T}) = prod_{i=0}^{T} p(x_i)",
        "", verdict="refuted",
    ),
    "points of a data set, each with its own latent variable": Case(
        PLATE,
        "log p(x_{1:N}) = sum_{n=1}^{N} log p(x_n)",
        "log-rules chain-rule factorisation",
    ),
    "their posterior": Case(
        PLATE,
        "p(z_{1:N} | x_{1:N}) = prod_{n=1}^{N} p(z_n | x_n)",
        "chain-rule factorisation",
    ),
    "their posterior, under zeros": Case(
        PLATE,
        "p(z_{1:N} | x_{1:N}) = prod_{n=1}^{N} p(z_n | x_n)",
        "chain-rule factorisation", ZEROS,
    ),
    "the bound of all is the sum of theirs": Case(
        f"{PLATE} ;; q(z_{{1:N}} | x_{{1:N}}) = prod_{{n=1}}^{{N}} q(z_n | x_n)",
        "log p(x_{1:N}) >= sum_{n=1}^{N} E_{q(z_n | x_n)}[log(p(x_n, z_n) / q(z_n | x_n))]",
        "jensen chain-rule marginalisation factorisation log-rules",
    ),
    # the bound of a data set, as papers write it: no part of a term is what a rule is about
    "each term a bound by a divergence": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} log p(x_n) >= sum_{{n=1}}^{{N}} ({AVERAGED} - {FARTHER})",
        "kl chain-rule marginalisation jensen",
        POINTS,
    ),
    "each term a loss": Case(
        POSTERIOR,
        f"-sum_{{n=1}}^{{N}} log p(x_n) <= sum_{{n=1}}^{{N}} ({FARTHER} - {AVERAGED})",
        "kl chain-rule marginalisation jensen",
        POINTS,
    ),
    "each term a loss, with a weight, where densities may be 0": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} (beta {FARTHER} - {AVERAGED}) >= -sum_{{n=1}}^{{N}} log p(x_n)",
        "kl chain-rule gibbs",
        f"{POINTS}support: ['q(z | x) << p(x, z)', finite all]\n",
    ),
    "each term a loss, its divergence taken away": Case(
        POSTERIOR,
        f"-sum_{{n=1}}^{{N}} log p(x_n) <= sum_{{n=1}}^{{N}} (-{FARTHER} - {AVERAGED})",
        "",
        POINTS,
        verdict="refuted",
    ),
    "each term a bound where densities may be 0": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} log p(x_n) >= sum_{{n=1}}^{{N}} ({AVERAGED} - {FARTHER})",
        "kl chain-rule gibbs",
        f"{POINTS}support: ['q(z | x) << p(x, z)', finite all]\n",
    ),
    "its sums by themselves": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} log p(x_n) >= sum_{{n=1}}^{{N}} {AVERAGED} "
        "- sum_{k=1}^{N} KL(q(z | x_k) || p(z))",
        "kl chain-rule marginalisation jensen",
        POINTS,
    ),
    "the mean of bounds, by entropies": Case(
        POSTERIOR,
        "(1/N) sum_{n=1}^{N} (E_{q(z_n | x_n)}[log p(x_n, z_n)] + H(q(z_n | x_n))) "
        "<= (1/N) sum_{n=1}^{N} log p(x_n)",
        "entropy marginalisation jensen",
        POINTS,
    ),
    "each term a bound, in integrals": Case(
        POSTERIOR,
        "sum_{n=1}^{N} log p(x_n) >= "
        "sum_{n=1}^{N} (sum_{z} q(z | x_n) log p(x_n, z) - sum_{z} q(z | x_n) log q(z | x_n))",
        "marginalisation jensen",
        POINTS,
    ),
    "each term a bound by its name": Case(
        POSTERIOR,
        "sum_{n=1}^{N} log p(x_n) >= sum_{n=1}^{N} L(x_n)",
        "definition kl chain-rule marginalisation jensen",
        f"{POINTS}define: ['L(x) = E_{{q(z | x)}}[log p(x | z)] - KL(q(z | x) || p(z))']\n",
    ),
    "the logarithm of a mixture by its name": Case(
        "q(z) ;; p(z) ;; r(z)",
        "E_{q(z)}[log m(z)] >= w E_{q(z)}[log p(z)] + (1 - w) E_{q(z)}[log r(z)]",
        "definition jensen",
        f"{WEIGHT}\ndefine: ['m(z) = w p(z) + (1 - w) r(z)']\n",
    ),
    "a weight in each term": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} ({AVERAGED} - {FARTHER}) "
        f">= sum_{{n=1}}^{{N}} ({AVERAGED} - beta {FARTHER})",
        "gibbs",
        POINTS,
    ),
    "each term a bound, farther by a weight": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} log p(x_n) >= sum_{{n=1}}^{{N}} ({AVERAGED} - beta {FARTHER})",
        "kl chain-rule gibbs",
        POINTS,
    ),
    "each term a bound but for a weight": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} log p(x_n) >= sum_{{n=1}}^{{N}} ({AVERAGED} - {FARTHER} / beta)",
        "",
        POINTS,
        verdict="refuted",
    ),
    "a smaller weight in each term": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} (beta {AVERAGED} - {FARTHER}) "
        f">= sum_{{n=1}}^{{N}} ({AVERAGED} - beta {FARTHER})",
        "",
        POINTS,
        verdict="refuted",
    ),
    "each term with the divergence added": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} log p(x_n) >= sum_{{n=1}}^{{N}} ({AVERAGED} + {FARTHER})",
        "",
        POINTS,
        verdict="refuted",
    ),
    "one term too few": Case(
        POSTERIOR,
        f"sum_{{n=1}}^{{N}} log p(x_n) >= sum_{{n=2}}^{{N}} ({AVERAGED} - {FARTHER})",
        "",
        POINTS,
        verdict="refuted",
    ),
    # what a marginal is farther from than from itself
    "the divergence from any other density than the marginal": Case(
        "p(x, y) ;; q(x)",
        "E_{p(y)}[KL(p(x | y) || p(x))] <= E_{p(y)}[KL(p(x | y) || q(x))]",
        "kl gibbs tower",
    ),
    "a divergence either way round": Case(
        PQ, "int (p(x) - q(x)) log(p(x) / q(x)) dx >= 0", "gibbs", ""
    ),
    # averages in one another under laws that don't depend on each other
    "the bound of a mean field, one average in another": Case(
        "p(x, u, v) ;; q(u) ;; r(v)",
        "log p(x) >= E_{q(u)}[E_{r(v)}[log p(x, u, v)] - log q(u)] + H(r(v))",
        "jensen marginalisation entropy",
    ),
    "of three": Case(
        "p(x, u, v, w) ;; q(u) ;; r(v) ;; s(w)",
        "log p(x) >= E_{q(u)}[E_{r(v)}[E_{s(w)}[log(p(x, u, v, w) / (q(u) r(v) s(w)))]]]",
        "jensen marginalisation",
    ),
    "one entropy with the wrong sign": Case(
        "p(x, u, v) ;; q(u) ;; r(v)",
        "log p(x) >= E_{q(u)}[E_{r(v)}[log p(x, u, v)] + log q(u)] + H(r(v))",
        "",
        verdict="refuted",
    ),
    # what two inequalities take away together, and neither alone
    "the bound of a bottleneck, both sides at once": Case(
        BOTTLENECK,
        "I_p(z; y) - beta I_p(z; x) >= "
        "E_{p(y, z)}[log q(y | z)] + H(p(y)) - beta E_{p(x)}[KL(p(z | x) || r(z))]",
        "gibbs information entropy kl tower chain-rule",
        "parameters: [beta >= 0]\n",
    ),
    "two divergences averaged, one of them with a weight": Case(
        f"{POSTERIOR} ;; d(x)",
        "E_{d(x)}[log p(x)] >= E_{d(x)}[E_{q(z | x)}[log p(x | z)] - beta KL(q(z | x) || p(z))]",
        "gibbs kl chain-rule tower",
        "parameters: [beta >= 1]\n",
    ),
    "one of them with a weight that may be too small": Case(
        f"{POSTERIOR} ;; d(x)",
        "E_{d(x)}[log p(x)] >= E_{d(x)}[E_{q(z | x)}[log p(x | z)] - beta KL(q(z | x) || p(z))]",
        "",
        "parameters: [beta >= 0]\n",
        verdict="refuted",
    ),
    "with its weight on one of both": Case(
        BOTTLENECK,
        "I_p(z; y) - beta I_p(z; x) >= "
        "E_{p(y, z)}[log q(y | z)] + H(p(y)) - E_{p(x)}[KL(p(z | x) || r(z))]",
        "",
        "parameters: [beta >= 0]\n",
        verdict="refuted",
    ),
    # filtering, whatever is hidden and seen are called
    **{
        f"{name}, of {hidden} by {seen}": Case(
            SHOWN.translate(letters), line.translate(letters), rules, LATER
        )
        for hidden, seen in ("zx", "xy", "ab", "ba")
        for letters in (str.maketrans("zx", hidden + seen),)
        for name, line, rules in (
            (
                "the prediction",
                "p(z_t | x_{1:t-1}) = int p(z_t | z_{t-1}) p(z_{t-1} | x_{1:t-1}) dz_{t-1}",
                "chain-rule marginalisation factorisation",
            ),
            (
                "one step back",
                "p(z_{t-1} | z_t, x_{1:t-1}) "
                "= p(z_t | z_{t-1}) p(z_{t-1} | x_{1:t-1}) / p(z_t | x_{1:t-1})",
                "chain-rule factorisation",
            ),
            (
                "the forward recursion",
                "p(z_t, x_{1:t}) "
                "= p(x_t | z_t) int p(z_t | z_{t-1}) p(z_{t-1}, x_{1:t-1}) dz_{t-1}",
                "chain-rule marginalisation factorisation",
            ),
        )
    },
    # what the bound of an evidence is split into, in the line that bounds it
    "layers from the top down, at once": Case(
        LADDER,
        "log p(x) >= E_{q(z_1 | x)}[log p(x | z_1)] - KL(q(z_L | x) || p(z_L)) "
        "- sum_{l=1}^{L-1} E_{q(z_{l+1} | x)}[KL(q(z_l | z_{l+1}, x) || p(z_l | z_{l+1}))]",
        "jensen marginalisation factorisation chain-rule kl tower",
        "parameters: ['L >= 2']\n",
    ),
    "a hidden chain, at once": Case(
        FILTERED,
        f"log p(x_{{1:T}}) >= {SEEN} - KL(q(z_1 | x_{{1:T}}) || p(z_1)) - {MOVES}",
        "jensen marginalisation factorisation chain-rule kl tower",
        "parameters: ['T >= 2']\n",
    ),
    "a hidden chain without its beginning": Case(
        FILTERED,
        f"log p(x_{{1:T}}) >= {SEEN} - {MOVES}",
        "",
        "parameters: ['T >= 2']\n",
        verdict="refuted",
    ),
    "a loss above the surprise, over what came before": Case(
        "p(x_{1:T}, z_{1:T}) = prod_{t=1}^{T} p(x_t | z_{1:t}, x_{<t}) p(z_t | x_{<t}, z_{<t}) ;; "
        "q(z_{1:T}, x_{1:T}) = q(x_{1:T}) prod_{t=1}^{T} q(z_t | x_{1:t}, z_{<t})",
        "E_{q(z_{1:T} | x_{1:T})}[sum_{t=1}^{T} "
        "(KL(q(z_t | x_{1:t}, z_{<t}) || p(z_t | x_{<t}, z_{<t})) - log p(x_t | z_{1:t}, x_{<t}))] "
        ">= -log p(x_{1:T})",
        "jensen marginalisation factorisation chain-rule kl tower",
        "parameters: ['T >= 1']\n",
    ),
    "a diffusion, at once": Case(
        "p(x_{0:T}) = p(x_T) prod_{t=1}^{T} p(x_{t-1} | x_t) ;; "
        "q(x_{0:T}) = q(x_0) prod_{t=1}^{T} q(x_t | x_{t-1})",
        "-log p(x_0) <= KL(q(x_T | x_0) || p(x_T)) - E_{q(x_1 | x_0)}[log p(x_0 | x_1)] "
        "+ sum_{t=2}^{T} E_{q(x_t | x_0)}[KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t))]",
        "jensen marginalisation factorisation chain-rule bayes-rule kl tower swap index",
        "parameters: ['T >= 2']\n",
    ),
    "points and labels of one latent variable each": Case(
        LABELS,
        "p(x_{1:N}, y_{1:N}) = prod_{n=1}^{N} p(x_n, y_n)",
        "chain-rule factorisation",
    ),
    "labels given their points": Case(
        LABELS,
        "p(y_{1:N} | x_{1:N}) = prod_{n=1}^{N} p(y_n | x_n)",
        "chain-rule factorisation",
    ),
    "labels of which a point says nothing": Case(
        LABELS,
        "p(x_{1:N}, y_{1:N}) = prod_{n=1}^{N} p(x_n) p(y_n)",
        "", verdict="refuted",
    ),
    "points under a parameter of all": Case(
        GLOBAL,
        "p(w, z_{1:N} | x_{1:N}) = p(w | x_{1:N}) prod_{n=1}^{N} p(z_n | x_n, w)",
        "chain-rule factorisation",
    ),
    "a parameter of all, integrated out": Case(
        GLOBAL,
        "p(x_{1:N}) = int p(w) prod_{n=1}^{N} p(x_n | w) dw",
        "chain-rule marginalisation factorisation",
    ),
    "a parameter of all that is not given": Case(
        GLOBAL,
        "p(x_{1:N}) = prod_{n=1}^{N} p(x_n)",
        "", verdict="refuted",
    ),
    "a latent variable of one point given all, and not the parameter": Case(
        GLOBAL,
        "p(z_{1:N} | x_{1:N}) = prod_{n=1}^{N} p(z_n | x_n)",
        "", verdict="refuted",
    ),
    "a cause of neighbours": Case(
        NEIGHBOURS,
        "p(x_{1:N}) = prod_{n=1}^{N} p(x_n)",
        "", verdict="refuted",
    ),
    "causes of one effect, which is seen": Case(
        EFFECT,
        "p(z_{1:N} | y) = prod_{n=1}^{N} p(z_n | y)",
        "", verdict="refuted",
    ),
    "causes of one effect, which isn't seen": Case(
        EFFECT,
        "p(z_{1:N}) = prod_{n=1}^{N} p(z_n)",
        "chain-rule factorisation",
    ),
    # expectations of products over independent places
    "a product of independent factors": Case(
        "p(z_{1:N}) = prod_{i=1}^{N} p(z_i)",
        "E_{p(z_{1:N})}[prod_{i=1}^{N} f(z_i)] = prod_{i=1}^{N} E_{p(z_i)}[f(z_i)]",
        "factorisation expectation linearity", "parameters: [N >= 1]\nfunctions: [f(z)]",
    ),
    "a product of independent factors, with zeros": Case(
        "p(z_{1:N}) = prod_{i=1}^{N} p(z_i)",
        "E_{p(z_{1:N})}[prod_{i=1}^{N} f(z_i)] = prod_{i=1}^{N} E_{p(z_i)}[f(z_i)]",
        "factorisation expectation linearity",
        "support: [finite all]\nparameters: [N >= 1]\nfunctions: [f(z)]",
    ),
    "a product over copies": Case(
        "a(v)", "E_{a(v_{1:N})}[prod_{i=1}^{N} f(v_i)] = (E_{a(v)}[f(v)])^N",
        "expectation linearity",
        "copies: [v_i of v]\nparameters: [N in positive integers]\nfunctions: [f(v)]",
    ),
    "the exponential of a sum over independent places": Case(
        "p(z_{1:N}) = prod_{i=1}^{N} p(z_i)",
        "E_{p(z_{1:N})}[exp(sum_{i=1}^{N} f(z_i))] = prod_{i=1}^{N} E_{p(z_i)}[exp(f(z_i))]",
        "factorisation expectation linearity log-rules", "parameters: [N >= 1]\nfunctions: [f(z)]",
    ),
    "a product of dependent factors": Case(
        CHAIN, "E_{p(z_{1:T})}[prod_{i=1}^{T} f(z_i)] = prod_{i=1}^{T} E_{p(z_i)}[f(z_i)]", "",
        INSIDE + "\nfunctions: [f(z)]", verdict="refuted",
    ),
    "a product of factors of their neighbours": Case(
        CHAIN,
        "int (prod_{i=1}^{T} p(z_i | z_{i-1}) f(z_i)) dz_{1:T} = prod_{i=1}^{T} E_{p(z_i)}[f(z_i)]",
        "", INSIDE + "\nfunctions: [f(z)]", verdict="refuted",
    ),
    # averages with weights that are not 1/K
    "an average over t + 1": Case(
        "p(z_{0:t})",
        "log((1 / (t + 1)) sum_{i=0}^{t} exp(f(z_i))) >= (1 / (t + 1)) sum_{i=0}^{t} f(z_i)",
        "jensen log-rules", "parameters: [t >= 0]\nfunctions: [f(z)]",
    ),
    "an average divided by t + 1": Case(
        "p(z_{0:t})", "((sum_{i=0}^{t} f(z_i)) / (t + 1))^2 <= (sum_{i=0}^{t} f(z_i)^2) / (t + 1)",
        "jensen", "parameters: [t >= 0]\nfunctions: [f(z)]",
    ),
    "an average over T - 1": Case(
        "[]", "log((1 / (T - 1)) sum_{i=2}^{T} exp(a / i)) >= (1 / (T - 1)) sum_{i=2}^{T} (a / i)",
        "jensen log-rules", "parameters: [T >= 2, a]",
    ),
    "weights that sum to less": Case(
        "p(z_{0:t})",
        "log((1 / (t + 2)) sum_{i=0}^{t} exp(f(z_i))) >= (1 / (t + 2)) sum_{i=0}^{t} f(z_i)", "",
        "parameters: [t >= 0]\nfunctions: [f(z)]", verdict="refuted",
    ),
    # sums less a part of them
    "a sum less its first term": Case(
        "p(z_{0:t})", "sum_{i=0}^{t} w(z_i) >= w(z_0)", "nonnegativity",
        "parameters: [t >= 0]\nfunctions: [w(z) >= 0]",
    ),
    "a sum less a term in it": Case(
        "p(z_{0:T})", "sum_{i=1}^{T} w(z_{i-1}) >= w(z_t)", "nonnegativity",
        INSIDE + "\nfunctions: [w(z) >= 0]",
    ),
    "a sum less a term beyond it": Case(
        "p(z_{0:T})", "sum_{i=1}^{T} w(z_{i-1}) >= w(z_T)", "", INSIDE + "\nfunctions: [w(z) >= 0]",
        verdict="refuted",
    ),
    "a sum less a sum over fewer": Case(
        "p(z_{0:T})", "sum_{i=0}^{T} w(z_i) >= sum_{i=1}^{t} w(z_i)", "nonnegativity index",
        INSIDE + "\nfunctions: [w(z) >= 0]",
    ),
    "a sum less a sum over more": Case(
        "p(z_{0:T})", "sum_{i=0}^{T} w(z_i) <= sum_{i=1}^{t} w(z_i)", "",
        INSIDE + "\nfunctions: [w(z) >= 0]", verdict="refuted",
    ),
    "a sum of what may be negative": Case(
        "p(z_{0:t})", "sum_{i=0}^{t} w(z_i) >= w(z_0)", "",
        "parameters: [t >= 0]\nfunctions: [w(z)]", verdict="refuted",
    ),
    "an expected sum less the mean of a term": Case(
        "p(z_{0:T})", "E_{p(z_{0:T})}[sum_{i=0}^{T} w(z_i)] >= E_{p(z_t)}[w(z_t)]",
        "nonnegativity marginalisation expectation", INSIDE + "\nfunctions: [w(z) >= 0]",
    ),
    "a sum of two less one is positive": Case(
        "p(z_{0:T})", "log((sum_{i=0}^{T} w(z_i)) - w(z_0)) = log((sum_{i=0}^{T} w(z_i)) - w(z_0))",
        "algebra", INSIDE + "\nfunctions: [w(z) > 0]",
    ),
    "a sum of one less that one is not": Case(
        "p(z_{1:K})", "log((sum_{i=1}^{K} w(z_i)) - w(z_1)) = log((sum_{i=1}^{K} w(z_i)) - w(z_1))",
        "", "parameters: [K >= 1]\nfunctions: [w(z) > 0]", verdict="unproved",
    ),
    # shares of a sum over copies, and bounds of several samples
    "one share of a sum": Case(
        POSTERIOR, "E_{q(z_{1:K} | x)}[w(z_2) / (sum_{k=1}^{K} w(z_k))] = 1 / K",
        "expectation exchange", COPIES + "functions: [w(z) > 0]",
    ),
    "one share beside another copy": Case(
        POSTERIOR,
        "E_{q(z_{1:K} | x)}[w(z_1) v(z_2) / (sum_{k=1}^{K} w(z_k))] = (1 / K) E_{q(z | x)}[v(z)]",
        "", COPIES + "functions: [w(z) > 0, v(z) > 0]", verdict="refuted",
    ),
    "one share of another sum": Case(
        POSTERIOR, "E_{q(z_{1:K} | x)}[w(z_1)^2 / (sum_{k=1}^{K} w(z_k))^2] = 1 / K^2",
        "", COPIES + "functions: [w(z) > 0]", verdict="refuted",
    ),
    "one share of a sum over fewer": Case(
        POSTERIOR, "E_{q(z_{1:K} | x)}[w(z_1) / (w(z_1) + sum_{k=1}^{K} w(z_k))] = 1 / (K + 1)",
        "", COPIES + "functions: [w(z) > 0]", verdict="refuted",
    ),
    "one share of what may be 0": Case(
        POSTERIOR, "E_{q(z_{1:K} | x)}[w(z_1) / (sum_{k=1}^{K} w(z_k))] = 1 / K",
        "", COPIES + "functions: [w(z) >= 0]", verdict="unproved",
    ),
    "one share, with zeros": Case(
        POSTERIOR, "E_{q(z_{1:K} | x)}[p(x, z_1) / (sum_{k=1}^{K} p(x, z_k))] = 1 / K",
        "", ZEROS + COPIES, verdict="refuted",
    ),
    "one sample less is worse": Case(
        POSTERIOR,
        "E_{q(z_{1:K} | x)}[log((1 / K) sum_{k=1}^{K} w(z_k))] "
        "<= E_{q(z_{1:K+1} | x)}[log((1 / (K + 1)) sum_{k=1}^{K+1} w(z_k))]",
        "jensen exchange", COPIES + "functions: [w(z) > 0]",
    ),
    "one sample less is not better": Case(
        POSTERIOR,
        "E_{q(z_{1:K} | x)}[log((1 / K) sum_{k=1}^{K} w(z_k))] "
        ">= E_{q(z_{1:K+1} | x)}[log((1 / (K + 1)) sum_{k=1}^{K+1} w(z_k))]",
        "", COPIES + "functions: [w(z) > 0]", verdict="refuted",
    ),
    "a critic beside K - 1 others": Case(
        "p(x, y)",
        "I_p(x; y) >= E_{p(x_1, y) p(x_{2:K})}[log(w(x_1, y) / sum_{k=1}^{K} w(x_k, y))] + log K",
        "jensen exchange information", COPIES.replace("z", "x") + "functions: ['w(x, y) > 0']",
    ),
    "a critic against K - 1 others": Case(
        "p(x, y)",
        "I_p(x; y) >= E_{p(x_1, y) p(x_{2:K})}[log(w(x_1, y) / sum_{k=2}^{K} w(x_k, y))] "
        "+ log(K - 1)",
        "", COPIES.replace("z", "x") + "functions: ['w(x, y) > 0']", verdict="refuted",
    ),
    "the evidence in an information by samples": Case(
        "p(z, x) ;; q(z | x)",
        "I_p(z; x) <= E_{p(z, x) q(z_{1:K} | x)}[log p(x | z) "
        "- log((1 / K) sum_{k=1}^{K} (p(z_k, x) / q(z_k | x)))]",
        "jensen information", COPIES,
    ),
    "no bound from below by samples": Case(
        "p(z, x) ;; q(z | x)",
        "I_p(z; x) >= E_{p(z, x) q(z_{1:K} | x)}[log p(x | z) "
        "- log((1 / K) sum_{k=1}^{K} (p(z_k, x) / q(z_k | x)))]",
        "", COPIES, verdict="refuted",
    ),
    # weights that are shares of their sum
    "a sum by the shares of its terms": Case(
        "p(x)", "log(1 + n f(x)) >= log(1 + n) + (n / (1 + n)) log f(x)", "jensen log-rules",
        "parameters: [n >= 0]\nfunctions: [f(x) > 0]",
    ),
    "a sum by other shares": Case(
        "p(x)", "log(1 + n f(x)) >= log(1 + n) + (1 / (1 + n)) log f(x)", "",
        "parameters: [n >= 0]\nfunctions: [f(x) > 0]", verdict="refuted",
    ),
    # facts averaged over all that they are about
    "a fact in an information": Case(
        "p(x, t, y)", "I_p(t; y) = I_p(x; y)", "assumption information",
        "assume: ['for all x, t, y: p(y | x) p(x) = p(y | t) p(x)']",
    ),
    "a fact in an entropy": Case(
        "p(x, y)", "H_p(y | x) = -E_{p(x, y)}[r(x, y)]", "assumption information",
        "functions: ['r(x, y)']\nassume: ['for all x, y: p(y | x) = exp(r(x, y))']",
    ),
    "a fact in an entropy under another law": Case(
        "p(x, y)", "H_p(y | x) = -E_{p(x) p(y)}[r(x, y)]", "",
        "functions: ['r(x, y)']\nassume: ['for all x, y: p(y | x) = exp(r(x, y))']",
        verdict="refuted",
    ),
    # integrals of powers: the mean of a power of a ratio
    "the affinity of two densities": Case(PQ, "int sqrt(p(x) q(x)) dx <= 1", "jensen log-rules"),
    "an alpha divergence inside": Case(
        PQ, "int p(x)^a q(x)^(1 - a) dx <= 1", "jensen log-rules normalisation",
        "parameters: ['0 < a < 1']",
    ),
    "an alpha divergence outside": Case(
        PQ, "(1 / (a - 1)) log int p(x)^a q(x)^(1 - a) dx >= 0", "jensen",
        "parameters: ['a > 1']",
    ),
    "a negative power": Case(
        PQ, "int p(x)^a q(x)^(1 - a) dx >= 1", "jensen", "parameters: ['a < 0']"
    ),
    "an alpha divergence that may be on either side": Case(
        PQ, "int p(x)^a q(x)^(1 - a) dx <= 1", "", "parameters: ['a > 0']", "refuted"
    ),
    "zeros of the second density": Case(
        PQ, "int p(x)^2 / q(x) dx >= 1", "", "support: [finite all]\n", "unproved"
    ),
    "a second moment of a ratio": Case(PQ, "E_{p(x)}[p(x) / q(x)] >= 1", "jensen normalisation"),
    "geometric and arithmetic means": Case(
        "[]", "a^w b^(1 - w) <= w a + (1 - w) b", "jensen log-rules",
        "parameters: [a > 0, b > 0, 0 < w < 1]",
    ),
    "means with a weight that may be negative": Case(
        "[]", "a^w b^(1 - w) <= w a + (1 - w) b", "", "parameters: [a > 0, b > 0, w]", "refuted"
    ),
    # Jensen's inequality and the tangent at 1, together
    "a variational bound without a logarithm": Case(
        PQ, "KL(p(x) || q(x)) >= E_{p(x)}[T(x)] - E_{q(x)}[exp(T(x) - 1)]", "kl jensen log-bound",
        "functions: [T(x)]",
    ),
    "chi squared": Case(
        PQ, "KL(p(x) || q(x)) <= int (p(x) - q(x))^2 / q(x) dx", "kl jensen log-bound"
    ),
    "Hellinger": Case(
        PQ, "KL(p(x) || q(x)) >= int (sqrt(p(x)) - sqrt(q(x)))^2 dx", "kl jensen log-bound"
    ),
    "Hellinger, doubled": Case(
        PQ, "KL(p(x) || q(x)) >= 2 int (sqrt(p(x)) - sqrt(q(x)))^2 dx", "", "", "refuted"
    ),
    "a product and its conjugates": Case(
        "[]", "a b <= a log a - a + exp(b)", "log-bound", "parameters: [a > 0, b]"
    ),
    # probabilities
    "a joint entropy": Case(
        "p(x, z)", "H_p(x, z) >= H_p(x)", "entropy-nonnegative information", "discrete: [z]"
    ),
    "a joint entropy of densities": Case(
        "p(x, z)", "H(p(x, z)) >= H(p(x))", "entropy-nonnegative entropy chain-rule",
        "discrete: [x, z]",
    ),
    "a joint entropy, the other one discrete": Case(
        "p(x, z)", "H_p(x, z) >= H_p(z)", "", "discrete: [z]", "refuted"
    ),
    "a squared probability": Case(
        "p(x)", "p(x)^2 <= p(x)", "entropy-nonnegative", "discrete: [x]"
    ),
    "that two draws are the same": Case(
        "p(x)", "int p(x)^2 dx <= 1", "entropy-nonnegative normalisation", "discrete: [x]"
    ),
    "that two draws of densities are the same": Case(
        "p(x)", "int p(x)^2 dx <= 1", "", "", "refuted"
    ),
    # entropies and information of more variables
    "subadditivity over a sequence": Case(
        "p(x_{1:N})", "H(p(x_{1:N})) <= sum_{n=1}^{N} H(p(x_n))", "gibbs entropy marginalisation"
    ),
    "information between the ends of a chain": Case(
        "p(a, b, c, d) = p(a) p(b | a) p(c | b) p(d | c)", "I_p(a; d) <= I_p(b; c)",
        "",
    ),
    # Shannon's inequalities: sums of informations, and of entropies of what is discrete
    "Han's inequality": Case(
        "p(x, y, z)", "H_p(x, y) + H_p(y, z) + H_p(x, z) >= 2 H_p(x, y, z)", "gibbs information"
    ),
    "Han's inequality of four": Case(
        "p(w, x, y, z)",
        "3 H_p(w, x, y, z) <= H_p(w, x, y) + H_p(w, x, z) + H_p(w, y, z) + H_p(x, y, z)",
        "gibbs information",
    ),
    "Han's inequality of densities' entropies": Case(
        "p(x, y, z)", "H(p(x, y)) + H(p(y, z)) + H(p(x, z)) >= 2 H(p(x, y, z))", ""
    ),
    "Han's inequality, the other way": Case(
        "p(x, y, z)", "H_p(x, y) + H_p(y, z) + H_p(x, z) <= 2 H_p(x, y, z)", "", "", "refuted"
    ),
    "what one more variable tells": Case(
        "p(x, y, z)", "I_p(x; y, z) <= I_p(x; y) + H_p(z)",
        "entropy-nonnegative gibbs information", "discrete: [z]",
    ),
    "what one more variable tells, of densities": Case(
        "p(x, y, z)", "I_p(x; y, z) <= I_p(x; y) + H_p(z)", "", "", "refuted"
    ),
    "a triangle of conditional entropies": Case(
        "p(x, y, z)", "H_p(x | z) <= H_p(x | y) + H_p(y | z)",
        "entropy-nonnegative gibbs information", "discrete: [y]",
    ),
    "a triangle of conditional entropies, of densities": Case(
        "p(x, y, z)", "H_p(x | z) <= H_p(x | y) + H_p(y | z)", "", "", "refuted"
    ),
    "two conditional entropies in a joint one": Case(
        "p(x, y, z)", "H_p(x, y, z) >= H_p(x | y) + H_p(y | z)",
        "entropy-nonnegative gibbs information", "discrete: [x, y, z]",
    ),
    "three in a joint one": Case(
        "p(x, y, z)", "H_p(x, y, z) >= H_p(x | y) + H_p(y | z) + H_p(z)", "",
        "discrete: [x, y, z]", "refuted",
    ),
    "given less, beside more": Case(
        "p(x, z)", "H_p(x | z) <= H_p(x, z)", "entropy-nonnegative information", "discrete: [z]"
    ),
    # means with equal weights, laws that only a fact has, logarithms taken together
    "the logarithm of a sum": Case(
        "[]", "log sum_{k=1}^{K} exp(f(k)) >= (1/K) (sum_{k=1}^{K} f(k)) + log K",
        "log-rules linearity jensen", "parameters: [K in positive integers]\nfunctions: [f(k)]",
    ),
    "the logarithm of a sum, from the second on": Case(
        "[]", "log sum_{k=2}^{K} exp(f(k)) >= (1/K) (sum_{k=2}^{K} f(k)) + log K", "",
        "parameters: [K >= 2]\nfunctions: [f(k)]", "refuted",
    ),
    "a sum of two": Case("[]", "log(1 + exp(a)) >= a / 2 + log 2", "jensen", "parameters: [a]"),
    "a divergence of two coins": Case(
        "[]", "a log(a / b) + (1 - a) log((1 - a) / (1 - b)) >= 0", "log-bound",
        "parameters: [0 < a < 1, 0 < b < 1]",
    ),
    "a divergence of what may be no coins": Case(
        "[]", "a log(a / b) + (2 - a) log((2 - a) / (1 - b)) >= 2", "",
        "parameters: [0 < a < 1, 0 < b < 1]", "refuted",
    ),
    "entropy is largest where all is alike": Case(
        "p(x) ;; u(x)", "H(p(x)) <= log M", "entropy gibbs assumption",
        "parameters: ['M > 0']\nassume: ['for all x: u(x) = 1 / M']",
    ),
    # what can't be written down in a trace
    "a reciprocal of nothing": Case(
        "[]", "1 / (a - a)^a >= 0", "", "parameters: [a >= 2]", "unproved"
    ),
}  # fmt: skip


def file(case: Case, cited: bool) -> str:
    """A file of one step."""
    entries = "".join(f"\n  - {entry!r}" for entry in case.model.split(" ;; "))
    entries = " []" if case.model == "[]" else entries
    by = f"\n    by: [{', '.join(case.by.split())}]" if cited else ""
    says = f"{case.says!r}"
    return f"title: t\nmodel:{entries}\n{case.more}\nsteps:\n  - so: {says}{by}\nclaim: {says}\n"


@pytest.mark.parametrize("name", CASES)
def test_follows_without_rules(name: str) -> None:
    """A step that cites nothing has the verdict that it should have."""
    (derivation,) = verify(text=file(CASES[name], cited=False)).derivations
    assert derivation.error is None
    assert [step.verdict for step in derivation.steps] == [CASES[name].verdict]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.by])
def test_follows_with_rules(name: str) -> None:
    """A step that cites the rules that an author would cite is proved, and the file verified."""
    (derivation,) = verify(text=file(CASES[name], cited=True)).derivations
    assert derivation.error is None
    (step,) = derivation.steps
    assert step.verdict == "proved", step.suggestion
    assert derivation.verdict == "verified"
