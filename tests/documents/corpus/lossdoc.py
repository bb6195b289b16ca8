"""Losses for discrete latents.

Notation: ``x`` data, ``k`` a discrete code.

.. math::

    \\mathcal{L}(x) = \\sum_k q(k|x) \\left[ \\log p(x|k) + \\log p(k) - \\log q(k|x) \\right]
"""


def loss(x):
    r"""Negative bound.

    The bound is one on the evidence:

    $$
    \log p(x) = \log \sum_k p(x|k) p(k) \geq \sum_k q(k|x) \log \frac{p(x|k) p(k)}{q(k|x)}
    $$

    With a uniform code the entropy remains.

    .. math::

        \sum_k q(k|x) \log \frac{p(x|k) p(k)}{q(k|x)}
          &= \sum_k q(k|x) \log p(x|k) - D_{KL}(q(k|x) || p(k)) \\
          &= \sum_k q(k|x) \log p(x|k) + \sum_k q(k|x) \log p(k) + H(q(k|x)) \\
          &= \log p(x) - D_{KL}(q(k|x) || p(k|x))

    Returns:
        The loss.
    """


class Gumbel:
    r"""
    Beware:

    .. math::

        \log p(x) \geq \log \sum_k q(k|x) p(x|k)

        \log p(x) \leq \sum_k q(k|x) \log \frac{p(x|k) p(k)}{q(k|x)}

        \log p(x) = \sum_k p(x|k) p(k)

        D_{KL}(q(k|x) || p(k)) = \sum_k q(k|x) \log \frac{p(k)}{q(k|x)}
    """
