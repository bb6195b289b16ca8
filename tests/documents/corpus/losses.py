"""Losses.

.. math::

    \log p(x) \ge \mathbb{E}_{q(z|x)}[\log p(x|z)] - KL(q(z|x) || p(z))
"""
# $$ p(x) = p(z) $$


def elbo():
    r"""The bound, again:

    $$\log p(x) = \mathbb{E}_{q(z|x)}[\log p(x, z) - \log q(z|x)] + KL(q(z|x) || p(z|x))$$

    and its twin

    $$\log p(x) = \mathbb{E}_{q(z|x)}[\log p(x, z) - \log q(z|x)] + KL(q(z|x) || p(z))$$
    """
    return "$$ p(x) = p(z) $$"


class Model:
    """A mixture.

    .. math::

        p(x) &= \\sum_z p(x | z) p(z) \\\\
        &= \\sum_z p(z | x) p(x) \\\\
        &= \\sum_z p(z | x)
    """
