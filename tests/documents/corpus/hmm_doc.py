"""Hidden Markov models.

The joint density is

    not a formula

.. math::

    p(x_{1:T}, z_{1:T}) = p(z_1) \\prod_{t=2}^{T} p(z_t | z_{t-1}) \\prod_{t=1}^{T} p(x_t | z_t)
"""


def forward(x):
    r"""Forward messages.

    .. math::

        p(z_t | x_{1:t-1}) = \sum_{z_{t-1}} p(z_t | z_{t-1}) p(z_{t-1} | x_{1:t-1})

    and the evidence is

    .. math::

        \log p(x_{1:T}) &= \log \sum_{z_{1:T}} p(x_{1:T}, z_{1:T}) \\
            &\ge \sum_{z_{1:T}} q(z_{1:T}) \log \frac{p(x_{1:T}, z_{1:T})}{q(z_{1:T})}

    $$
    \log p(x_{1:T}) = \log p(x_1) + \sum_{t=2}^{T} \log p(x_t | x_{1:t-1})
    $$
    """
    return x


def elbo(x, q):
    r"""Bound for a chain.

    .. math::

        \mathcal{L} &= \mathbb{E}_{q(z_{1:T})}[\log p(x_{1:T} | z_{1:T})] - KL(q(z_{1:T}) || p(z_{1:T})) \\
            &= \sum_{t=1}^{T} \mathbb{E}_{q(z_{1:T})}[\log p(x_t | z_t)] - KL(q(z_{1:T}) || p(z_{1:T})) \\
            &\le \log p(x_{1:T})

    A sign slip:

    .. math::

        \mathcal{L} = \mathbb{E}_{q(z_{1:T})}[\log p(x_{1:T} | z_{1:T})] + KL(q(z_{1:T}) || p(z_{1:T}))

    Mean-field :math:`q`:

    .. math::

        q(z_{1:T}) = \prod_{t=1}^{T} q(z_t)

    .. math::

        H(q(z_{1:T})) = \sum_{t=1}^{T} H(q(z_t))
    """
    return q
