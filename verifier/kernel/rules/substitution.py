"""Using a statement inside another."""

from verifier.kernel.moves.equations import differences, replacing, rewriting
from verifier.kernel.rule import Hints, Rule

RULE = Rule(
    name="substitution",
    says=(
        "a statement in `using`: an equality anywhere, an inequality at a monotone place (turned "
        "at an antitone one), its free variables instantiated by others of their kind"
    ),
    conditions="the place is monotone in the part, for an inequality",
    source="Leibniz's law; monotonicity",
    uses="using",
    hooks=rewriting("using"),
    compares=replacing("using"),
    nonnegative=differences("using"),
    hints=Hints(topics=("statements",), shortens=True),
    passes="""
title: a bound inside an expectation
model: ["p(x, z)", q(z), r(x)]
steps:
  - {so: "log p(x) >= log p(x) - KL(q(z) || p(z | x))", by: gibbs, label: bound}
  - so: E_{r(x)}[log p(x)] >= E_{r(x)}[log p(x) - KL(q(z) || p(z | x))]
    by: substitution
    using: bound
claim: E_{r(x)}[log p(x)] >= E_{r(x)}[log p(x) - KL(q(z) || p(z | x))]
""",
    fails="""
title: an inequality at an antitone place
model: ["p(x, z)", q(z), r(x)]
steps:
  - {so: "log p(x) >= log p(x) - KL(q(z) || p(z | x))", by: gibbs, label: bound}
  - so: -E_{r(x)}[log p(x)] >= -E_{r(x)}[log p(x) - KL(q(z) || p(z | x))]
    by: substitution
    using: bound
claim: -E_{r(x)}[log p(x)] >= -E_{r(x)}[log p(x) - KL(q(z) || p(z | x))]
""",
)
