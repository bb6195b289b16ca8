"""Hierarchical VAE with two layers.

$$
p(x, z_1, z_2) = p(x|z_1) p(z_1|z_2) p(z_2), \qquad q(z_1, z_2|x) = q(z_1|x) q(z_2|z_1)
$$

The loss is the negative ELBO:

$$
\mathcal{L}(x) = -\mathbb{E}_{q(z_1, z_2|x)}\Big[\log p(x|z_1) + \log p(z_1|z_2) + \log p(z_2)
    - \log q(z_1|x) - \log q(z_2|z_1)\Big]
$$
"""


class Ladder:
    r"""Bottom-up inference.

    The evidence lower bound is

    .. math::

        \begin{split}
        \log p(x) \geq{}& \underset{z_1, z_2 \sim q(z_1, z_2|x)}{\mathbb{E}}\left[\log \frac{p(x, z_1, z_2)}{q(z_1, z_2|x)}\right] \\
        ={}& \underset{z_1 \sim q(z_1|x)}{\mathbb{E}}\left[\log p(x|z_1)\right]
           - \underset{z_1 \sim q(z_1|x)}{\mathbb{E}}\left[\mathrm{KL}(q(z_2|z_1) \| p(z_2))\right] \\
           & - \underset{z_1, z_2 \sim q(z_1, z_2|x)}{\mathbb{E}}\left[\log \frac{q(z_1|x)}{p(z_1|z_2)}\right]
        \end{split}

    Args:
        beta: weight, see :math:`\beta`.
    """

    def kl(self, x):
        r"""
        Not this:

        .. math::

            \log p(x) \geq \mathbb{E}_{q(z_1|x)}\left[\log p(x|z_1)\right] - \mathrm{KL}(q(z_1|x) \| p(z_1|z_2)) - \mathrm{KL}(q(z_2|z_1) \| p(z_2))

        and not this either:

        .. math::

            \log p(x) \geq \mathbb{E}_{q(z_1|x)}\left[\log p(x|z_1)\right] + \mathbb{E}_{q(z_1, z_2|x)}\left[\log \frac{q(z_1|x)}{p(z_1|z_2)}\right]
        """
        # $$ KL = 0 $$
        return x
