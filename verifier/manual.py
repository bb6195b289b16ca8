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
    ("2", "the call is wrong, or some file is an error"),
    ("", "with --replay: 1 a world breaks its step, 0 none does, 2 one doesn't fit the file"),
    ("70", "an error of the verifier itself"),
)
RULES = (
    ("algebra", "always on: commutative ring and fraction arithmetic, log(1/u) = -log u"),
    ("log-rules", "log ab, log a/b, log a^n, log exp a = a, exp log u = u, powers"),
    ("linearity", "of E, integral and sum: sums split, what is free comes out"),
    ("expectation", "E_q[f] = int q f"),
    ("kl, entropy", "their definitions"),
    ("information", "H_p(..) and I_p(..) by log ratios, KL and entropies; their chain rules"),
    ("chain-rule", "p(x, z) = p(x | z) p(z), with any further condition"),
    ("bayes-rule", "p(z | x) = p(x | z) p(z) / p(x)"),
    ("marginalisation", "int p(x, z) dz = p(x), with any condition"),
    ("normalisation", "int q(z) dz = 1; E_q[c] = c for c free of z"),
    ("tower", "E_{q(a, b)} = E_{q(a)} E_{q(b | a)}; unused variables drop out"),
    ("swap", "exchange of integrals or expectations that don't depend on one another"),
    ("exchange", "copies may be exchanged under a law that is invariant under it"),
    ("factorisation", "what the model lines declare"),
    ("index", "split off, shift, merge, telescope terms of an indexed sum or product"),
    ("definition", "fold or unfold a define or a :="),
    ("assumption", "a fact of assume"),
    ("jensen", "phi(E[Y]) >= E[phi(Y)] for phi concave, <= for convex"),
    ("log-bound", "log u <= u - 1 for u > 0; exp(u) >= 1 + u"),
    ("gibbs", "KL(q || p) >= 0; I >= 0; H(x | y, z) <= H(x | y)"),
    ("absolute-continuity", "so: from d2 = 0 at a point, d1 = 0 there, where d1 << d2"),
    ("entropy-nonnegative", "for discrete a: p(a) <= 1, H(a) >= 0, I(a; b) <= H(a)"),
    ("nonnegativity", "what is >= 0 may be dropped or added"),
    ("rearrange", "so: add, multiply by a positive constant, change sign, exchange sides"),
    ("cross-multiply", "so: multiply or divide both sides by something positive"),
    ("take-log, exponentiate", "so: the same increasing function on both sides"),
    ("take-expectation", "so: the expectation of both sides"),
    ("integrate", "so: both sides times something >= 0, integrated"),
    ("combine", "so: transitivity, and sums of statements in the same sense"),
    ("substitution", "by a statement in using; an inequality at a monotone place"),
)
_EXAMPLES = (
    ("elbo-verify derivations/kl.yaml", "one file"),
    ("elbo-verify derivations", "every *.yaml below a folder"),
    ("elbo-verify --expect twins", "wrong on purpose: is each refused as it says?"),
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
        ("rules, to be cited with `by`", RULES),
        ("environment", _ENVIRONMENT),
        ("examples", _EXAMPLES),
    )
    return "\n".join(_section(title, rows) for title, rows in sections)


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    return f"{title}:\n" + "".join(f"  {name:<{width}}  {says}\n" for name, says in rows)
