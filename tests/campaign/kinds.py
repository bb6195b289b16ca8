"""The kinds of fault for which false files were once verified: the smallest of each, what makes it
true, and the line of the kernel that keeps it out, with seeds at which the campaign finds what is
accepted without that line."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A false file, and its twin: (old, new) in its text, and the assumption that it then names.

    `repair`: a line of the kernel, found once, and what it reads when the repair is taken out.
    `seeds`: statements of the campaign that are false and then accepted.
    """

    text: str
    twin: tuple[str, str] | None = None
    names: str = ""
    repair: tuple[str, str] | None = None
    seeds: tuple[int, ...] = ()
    lemma: str = ""  # the text of `lemma.yaml`


def file(claim: str, model: str, *steps: str, **keys: str) -> str:
    """A derivation of a claim; a step by itself where no steps are told."""
    lists = "".join(f"{key}: {value}\n" for key, value in keys.items())
    lines = "".join(f"  - {{{step}}}\n" for step in steps or (f'so: "{claim}"',))
    return f'title: a row\nmodel: {model}\n{lists}steps:\n{lines}claim: "{claim}"\n'


FINITE = "support: [finite all]"
FG = '["f(z)", "g(z)"]'
SAME = '["for all z: p(z) f(z) = p(z) g(z)"]'
XZ = '["p(x, z)"]'

KINDS = {
    "cover": Kind(
        file("E_{q(x)}[int p(x, z) / p(x) dz] = 1", '["p(x, z)", q(x)]', support="[finite all]"),
        (FINITE, "support: [finite all, q(x) << p(x)]"),
        "q(x) << p(x)",
        repair=('nf.owe("nonzero", part, (*weighing, *around))', 'part'),
        seeds=(22, 42),
    ),
    "cover-in-product": Kind(
        file(
            "int prod_{k=1}^{K} (q(z_k) p(z_k) / p(z_k)) dz_{1:K} = 1", "[p(z), q(z)]",
            support="[finite all]", parameters='["K in positive integers"]', copies="z_k of z",
        ),
        (FINITE, "support: [finite all, q(z) << p(z)]"),
        "q(z) << p(z)",
        repair=("if factor[1] or type(factor[0]) is Kept)", "if factor[1])"),
        seeds=(1477,),
    ),
    "cover-joint": Kind(
        file("E_{q(x, z)}[p(x) / q(x)] = 1", '["p(x, z)", "q(x, z)"]', support="[finite all]"),
        (FINITE, "support: [finite all, p(x) << q(x)]"),
        "p(x) << q(x)",
    ),
    "weight-under-log-exp": Kind(
        file("E_{q(z)}[log(exp(p(z) / q(z)))] = 1", "[p(z), q(z)]", support="[finite all]"),
        (FINITE, "support: [finite all, p(z) << q(z)]"),
        "p(z) << q(z)",
        repair=('if total or type(atom) is Kept:', 'if total:'),
        seeds=(42, 96),
    ),
    "conditional-weighs": Kind(
        file("E_{q(x, z)}[q(x | z) / q(x, z)] = int 1 dz", '["q(x, z)"]', support="[finite all]"),
        (FINITE, 'support: [finite all, "q(x, z) > 0"]'),
        "q(x, z) > 0",
    ),
    "domain": Kind(
        file(
            "f(z) = g(z)", "[p(z)]", 'so: "p(z) f(z) = p(z) g(z)", by: assumption',
            'so: "f(z) = g(z)", by: cross-multiply',
            functions=FG, support="[finite all]", assume=SAME,
        ),
        (FINITE, "support: [finite all, p(z) > 0]"),
        "p(z) > 0",
        repair=(
            'if not self.holds(hypothesis):',
            'if not is_guard(hypothesis) and not self.holds(hypothesis):',
        ),
        seeds=(112, 172),
    ),
    "carried": Kind(
        file(
            "int r(z) f(z) dz = int r(z) g(z) dz", "[p(z), r(z)]",
            'so: "p(z) f(z) = p(z) g(z)", by: assumption',
            'so: "f(z) / p(z) = g(z) / p(z)", by: cross-multiply',
            'so: "int r(z) f(z) dz = int r(z) g(z) dz", by: integrate',
            functions=FG, support="[finite all]", assume=SAME,
        ),
        (FINITE, "support: [finite all, r(z) << p(z)]"),
        "r(z) << p(z)",
        repair=('v.tag == w.tag or self.model.order.apart(v.tagged(0), w.tagged(0))', 'True'),
        seeds=(1397,),
    ),
    "exp-of-log": Kind(
        file("exp(2 log 1000) >= a^2", "[]", parameters="[a]", assume='["1000 >= a"]'),
        ("parameters: [a]", "parameters: [a > 0]"),
        "1000 >= a",
        repair=('self.need("positive", term.args[0], weights)', 'pass'),
        seeds=(16, 90),
    ),
    "infinite": Kind(
        file(
            "a >= 0", "[p(z), q(z)]", parameters="[a]", support="[]",
            assume='["KL(q(z) || p(z)) = KL(q(z) || p(z)) + a"]',
        ),
        ("support: []", 'support: ["finite KL(q(z) || p(z))"]'),
        "finite KL(q(z) || p(z))",
        repair=("self._is_known(self.listed.by(", "True or self._is_known(self.listed.by("),
        seeds=(15, 64),
    ),
    "infinite-exp": Kind(
        file("exp(H(q(z))) exp(-H(q(z))) = 1", "[q(z)]", support="[]", discrete="[z]"),
        ("support: []", "support: [finite H(q(z))]"),
        "finite H(q(z))",
    ),
    "infinite-difference": Kind(
        file("E_{q(z)}[f(z)] - E_{q(z)}[f(z)] = 0", "[q(z)]", functions='["f(z)"]', support="[]"),
        ("support: []", 'support: ["finite E_{q(z)}[f(z)]"]'),
        "finite E_{q(z)}[f(z)]",
    ),
    "fact-quotient": Kind(
        file(
            "E_{q(z)}[w(z)] = 1", "[p(z), q(z)]", functions='["w(z)"]', support="[finite all]",
            assume='["for all z: w(z) = p(z) / q(z)"]',
        ),
        (FINITE, "support: [finite all, p(z) << q(z)]"),
        "p(z) << q(z)",
        repair=(
            'return _concluded(model, Statement(fact.left, relation, fact.right), {fact})',
            'said = Statement(fact.left, relation, fact.right)\n'
            '    return theorems.conclude(said, (), frozenset({fact}))',
        ),
        seeds=(410,),
    ),
    "fact-conditional": Kind(
        file(
            "int f(x, z) dz = 1", XZ, functions='["f(x, z)"]', support="[finite all]",
            assume='["for all x, z: f(x, z) = p(z | x)"]',
        ),
        (FINITE, "support: [finite all, p(x) > 0]"),
        "p(x) > 0",
        repair=('self.need("positive", condition, weights)', 'pass'),
        seeds=(2332,),
    ),
    "conditional-vanishes": Kind(
        file(
            "E_{q(x)}[p(x, z) / p(z | x)] = E_{q(x)}[p(x)]", '["p(x, z)", q(x)]',
            support='["p(x) > 0"]',
        ),
        ('support: ["p(x) > 0"]', 'support: ["p(x, z) > 0"]'),
        "p(x, z) > 0",
        repair=('if total or type(atom) is Kept:', 'if total:'),
        seeds=(25, 66),
    ),
    "condition-without-mass": Kind(  # a conditional that is listed says nothing where it isn't one
        file(
            "int f(x) p(x) / p(x) dx = int f(x) dx", XZ, functions='["f(x)"]',
            support='[finite all, "p(z | x) > 0"]',
        ),
        ('"p(z | x) > 0"', '"p(x, z) > 0"'),
        "p(x, z) > 0",
        repair=('if means(model, density, reached, (*bound, *_over(model, first, second)))', ''),
        seeds=(7092,),
    ),
    "condition-without-mass, dominated": Kind(
        file(
            "int q(z) f(x, z) p(x) / p(x) dz dx = int q(z) f(x, z) dz dx", '["p(x, z)", q(z)]',
            functions='["f(x, z)"]', support='[finite all, "q(z) << p(z | x)"]',
        ),
        ('"q(z) << p(z | x)"', '"p(x) > 0"'),
        "p(x) > 0",
    ),
    "condition-without-mass, over it": Kind(  # x is no one value where what is listed is over it
        file(
            "E_{r(z)}[f(x) p(x, z) / p(x, z)] (log q(x)) = f(x) log q(x)",
            '["p(x, z)", q(x), r(z)]', functions='["f(x)"]',
            support='[finite all, "r(z) q(x) << p(z | x)"]',
        ),
        ('"r(z) q(x) << p(z | x)"', '"r(z) q(x) << p(x, z)"'),
        "r(z) q(x) << p(x, z)",
    ),
    "condition-without-mass, turned round": Kind(
        file("E_{q(z | x)}[p(z) / q(z | x)] = 1", '["p(x, z)", "q(x, z)"]',
             support='["q(x | z) > 0"]'),
        ('"q(x | z) > 0"', '"q(x, z) > 0"'),
        "q(x, z) > 0",
    ),
    "swap-signed": Kind(
        file(
            "E_{p(x)}[E_{q(z)}[f(x, z)]] = E_{q(z)}[E_{p(x)}[f(x, z)]]", '["p(x)", "q(z)"]',
            functions='["f(x, z)"]', support="[finite all]", discrete="[x, z]",
        ),
        (FINITE, 'support: [finite all, "finite E_{p(x) q(z)}[f(x, z)]"]'),
        "finite E_{p(x) q(z)}[f(x, z)]",
        repair=("{Sides.FINITE, Sides.INTEGRABLE}", "{Sides.FINITE}"),
        seeds=(13508,),
    ),
    "jensen-off-its-law": Kind(
        file(
            "exp(int p(z) dz) <= E_{q(z)}[exp(p(z) / q(z))]", "[p(z), q(z)]",
            support="[finite all]",
        ),
        (FINITE, "support: [finite all, p(z) << q(z)]"),
        "p(z) << q(z)",
    ),
    "log-squared": Kind(
        file("E_{q(z)}[log(q(z))^2] = 2 E_{q(z)}[log(q(z))]", "[q(z)]"),
        ("log(q(z))^2", "(log(q(z)^2))"),
        "every density is positive on one common support, and every expectation written is finite",
    ),
    "parameter-named-like-variable": Kind(
        file("E_{q(z)}[z^2] = z^2", "[q(z)]", parameters="[z]"),
    ),
    "vacuous-unsampled": Kind(
        file(
            "c >= 2", '["p(z_{0:t})"]', parameters="[t >= 30, c > 0]", assume="[c = 1, c >= 2]"
        ),
    ),
    "instance-of-another-place": Kind(
        file(
            "f(z_1) = log p(z_1)", '["p(z_{0:t})"]', parameters="[t >= 1]", functions='["f(z)"]',
            assume='["for all z_0: f(z_0) = log p(z_0)"]',
        ),
        ("for all z_0: f(z_0) = log p(z_0)", "for all z_1: f(z_1) = log p(z_1)"),
        "for all z_1: f(z_1) = log p(z_1)",
        repair=(
            "(model.slot(bare) == formal.tagged(0) and not formal.tag)",
            "bare.name == formal.name",
        ),
        seeds=(7910, 12726),
    ),
    "using-weaker": Kind(
        file(
            "E_{r(z)}[f(z)] = E_{r(z)}[g(z)]", "[p(z), r(z)]",
            'so: "E_{r(z)}[f(z)] = E_{r(z)}[g(z)]", by: substitution, using: "lemma.yaml#claim"',
            functions=FG, support="[finite all]", assume=SAME,
        ),
        (FINITE, "support: [finite all, p(z) > 0]"),
        "p(z) > 0",
        lemma=file(
            "f(z) = g(z)", "[p(z)]", 'so: "p(z) f(z) = p(z) g(z)", by: assumption',
            'so: "f(z) = g(z)", by: cross-multiply',
            functions=FG, support="[finite all]",
            assume='["for all z: p(z) != 0", "for all z: p(z) f(z) = p(z) g(z)"]',
        ),
        repair=('return (unfolded(item),)', 'return ()'),
        seeds=(47, 440),
    ),
    "fact-logarithm": Kind(
        file(
            "exp(f(z)) = q(z)", "[q(z)]", functions='["f(z)"]', support="[finite all]",
            assume='["for all z: f(z) = log q(z)"]',
        ),
        (FINITE, "support: [finite all, q(z) > 0]"),
        "q(z) > 0",
    ),
    "copies": Kind(
        file(
            "E_{q(z_1) q(z_2)}[f(z_1) f(z_2)] = E_{q(z)}[f(z)^2]", "[q(z)]",
            functions='["f(z)"]', copies="z_k of z",
        ),
        ("= E_{q(z)}[f(z)^2]", "= E_{q(z)}[f(z)]^2"),
        "every density is positive on one common support, and every expectation written is finite",
    ),
    "elements-by-number": Kind(  # z_k for k = 1 and 2 beneath what binds z_1 and z_2
        file(
            "E_{q(z_{1:2})}[sum_{k=1}^{2} f(z_k)] = f(z_1) + f(z_2)", "[q(z)]",
            functions='["f(z)"]', copies="z_k of z",
        ),
        ("= f(z_1) + f(z_2)", "= 2 E_{q(z)}[f(z)]"),
        "every density is positive on one common support, and every expectation written is finite",
    ),
    "assumption-not-named": Kind(  # what is accepted is held against what it is said to lean on
        file("int p(z) / p(z) dz = int 1 dz", "[p(z)]", support="[finite all]"),
        (FINITE, "support: [finite all, p(z) > 0]"),
        "p(z) > 0",
        repair=("self.found.by.update(self.used if met else ())", "pass"),
        seeds=(0, 8),
    ),
}  # fmt: skip
