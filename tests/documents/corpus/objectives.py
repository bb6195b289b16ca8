"""Objectives for latent variable models.

All of them are estimates of the log-likelihood

.. math::
    \\log p(x) = \\log \\int p(x | z) p(z) dz

"""


def elbo(x, encoder, decoder):
    r"""Evidence lower bound.

    .. math::

        \log p(x) &= \log \mathbb{E}_{q(z|x)} \left[ \frac{p(x,z)}{q(z|x)} \right] \\
        &\ge \mathbb{E}_{q(z|x)} \left[ \log p(x,z) - \log q(z|x) \right] \\
        &= \mathbb{E}_{q(z|x)} \left[ \log p(x|z) \right] - KL(q(z|x) || p(z))

    Args:
        x: a batch.

    Returns:
        The bound, which is $\log p(x)$ if $q(z|x) = p(z|x)$.
    """
    # $$ \log p(x) = KL(q(z|x) || p(z)) $$
    return 0


def surrogate(x):
    r"""The bound with its gap.

    $$
    \log p(x)
      = \mathbb{E}_{q(z|x)} [\log p(x,z)]
      + \mathbb{H}[q(z|x)]
      + KL(q(z|x) || p(z|x))
    $$

    A previous version said

    $$
    \log p(x) = \mathbb{E}_{q(z|x)} [\log p(x,z)] - H[q(z|x)] + KL(q(z|x) || p(z|x))
    $$
    """
    return "$$ x = 1 $$"


class Discrete:
    r"""Sums instead of integrals:

    .. math::
        \mathbb{E}_{q(z|x)}[\log p(x|z)] = \sum_z q(z|x) \log p(x|z)

    and the KL term is
    $KL(q(z|x) \| p(z)) =
      \sum_z q(z|x) \log \frac{q(z|x)}{p(z)}$, which is at least zero.
    """
