"""One false file of each kind of fault that proofs were once given for, and what makes it true.

A row is a file and a line of declarations that takes the place of another: with it, the claim
holds. Where there is none, no assumption helps.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A file, and a replacement (old, new) after which its claim holds."""

    text: str
    mended: tuple[str, str] | None = None


def _file(claim: str, model: str, **keys: str) -> str:
    lists = "".join(f"{key}: {value}\n" for key, value in keys.items())
    step = f'  - {{so: "{claim}"}}'
    return f'title: a row\nmodel: {model}\n{lists}steps:\n{step}\nclaim: "{claim}"\n'


_SUPPORT = "support: [finite all]"
_FUNCTIONS = '["f(z)", "g(z)"]'
_SAME = '["for all z: p(z) f(z) = p(z) g(z)"]'

KINDS = {
    "cover": Kind(
        _file("E_{q(x)}[int p(x, z) / p(x) dz] = 1", '["p(x, z)", q(x)]', support="[finite all]"),
        (_SUPPORT, "support: [finite all, q(x) << p(x)]"),
    ),
    "cover by a joint": Kind(
        _file("E_{q(x, z)}[p(x) / q(x)] = 1", '["p(x, z)", "q(x, z)"]', support="[finite all]"),
        (_SUPPORT, "support: [finite all, p(x) << q(x)]"),
    ),
    "weight-under-log-exp": Kind(
        _file("E_{q(z)}[log(exp(p(z) / q(z)))] = 1", "[p(z), q(z)]", support="[finite all]"),
        (_SUPPORT, "support: [finite all, p(z) << q(z)]"),
    ),
    "domain": Kind(
        _file(
            "f(z) = g(z)",
            "[p(z), q(z)]",
            functions=_FUNCTIONS,
            support="[finite all]",
            assume=_SAME,
        ),
        (_SUPPORT, "support: [finite all, p(z) > 0]"),
    ),
    "carried": Kind(
        _file(
            "int r(z) f(z) dz + log p(z) = int r(z) g(z) dz + log p(z)",
            "[p(z), r(z)]",
            functions=_FUNCTIONS,
            support="[finite all]",
            assume=_SAME,
        ),
        (_SUPPORT, "support: [finite all, r(z) << p(z)]"),
    ),
    "exp-of-log": Kind(
        _file("exp(2 log 1000) >= a^2", "[]", parameters="[a]", assume='["1000 >= a"]'),
        ("parameters: [a]", "parameters: [a > 0]"),
    ),
    "infinite": Kind(
        _file(
            "a >= 0",
            "[q(z), p(z)]",
            parameters="[a]",
            support="[]",
            assume='["KL(q(z) || p(z)) = KL(q(z) || p(z)) + a"]',
        ),
        ("support: []", "support: [finite all]"),
    ),
    "infinite over infinite": Kind(
        _file("exp(H(q(z))) exp(-H(q(z))) = 1", "[q(z)]", support="[]"),
        ("support: []", "support: [finite all]"),
    ),
    "fact-quotient": Kind(
        _file(
            "E_{q(z)}[w(z)] = 1",
            "[q(z), p(z)]",
            functions='["w(z)"]',
            support="[finite all]",
            assume='["for all z: w(z) = p(z) / q(z)"]',
        ),
        (_SUPPORT, "support: [finite all, p(z) << q(z)]"),
    ),
    "fact-logarithm": Kind(
        _file(
            "exp(f(z)) = q(z)",
            "[q(z)]",
            functions='["f(z)"]',
            support="[finite all]",
            assume='["for all z: f(z) = log q(z)"]',
        ),
        (_SUPPORT, "support: [finite all, q(z) > 0]"),
    ),
    "fact-conditional": Kind(
        _file(
            "int f(x, z) dz = 1",
            '["p(x, z)"]',
            functions='["f(x, z)"]',
            support="[finite all]",
            assume='["for all x, z: f(x, z) = p(z | x)"]',
        ),
        (_SUPPORT, "support: [finite all, p(x) > 0]"),
    ),
    "conditional-vanishes": Kind(
        _file(
            "E_{q(x)}[p(x, z) / p(z | x)] = E_{q(x)}[p(x)]",
            '["p(x, z)", q(x)]',
            support='["p(x) > 0"]',
        ),
        ('support: ["p(x) > 0"]', 'support: ["p(x, z) > 0"]'),
    ),
    "swap-signed": Kind(
        _file(
            "E_{p(x)}[E_{q(z)}[f(x, z)]] = E_{q(z)}[E_{p(x)}[f(x, z)]]",
            "[p(x), q(z)]",
            functions='["f(x, z)"]',
            support="[finite all]",
            discrete="[x, z]",
        ),
        ('["f(x, z)"]', '["f(x, z) >= 0"]'),
    ),
    "parameter-named-like-variable": Kind(
        _file("E_{q(z)}[z^2] = z^2", "[q(z)]", parameters="[z]"),
    ),
    "instance-of-another-place": Kind(
        _file(
            "f(z_1) = log p(z_1)",
            '["p(z_{0:t})"]',
            parameters="[t >= 30]",
            functions='["f(z)"]',
            assume='["for all z_0: f(z_0) = log p(z_0)"]',
        ),
        ("for all z_0: f(z_0) = log p(z_0)", "for all z_1: f(z_1) = log p(z_1)"),
    ),
    "copies": Kind(
        _file(
            "E_{q(z_1) q(z_2)}[f(z_1) f(z_2)] = E_{q(z)}[f(z)^2]",
            "[q(z)]",
            functions='["f(z)"]',
            copies="z_k of z",
        ),
        ("= E_{q(z)}[f(z)^2]", "= E_{q(z)}[f(z)]^2"),
    ),
}
