import numpy as np


class VAE:
    r"""Variational autoencoder.

    The training loss is

    $$
    \text{loss}(x) = -\mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x|z)] + \mathrm{KL}(q_\phi(z|x) \,\|\, p(z))
    $$

    which is an upper bound,

    $$
    \text{loss}(x) \ge -\log p_\theta(x)
    $$

    Args:
        beta: weight, in ``$``.
    """

    def iwae(self, k):
        r"""Tighter bound.

        .. math::

            \hat{L}_k &= \mathbb{E}_{z_{1:k} \sim q_\phi(z|x)} \log \left( \frac{1}{k} \sum_{i=1}^k \frac{p_\theta(x, z_i)}{q_\phi(z_i|x)} \right) \\
                &\le \log p_\theta(x)

        """

    def conditional(self, y):
        r"""Conditional bound.

        $$
        \log p_\theta(x | y) \ge \mathbb{E}_{q_\phi(z|x, y)}[\log p_\theta(x | z, y)]
            - \mathrm{KL}(q_\phi(z|x, y) \,\|\, p_\theta(z | y))
        $$

        Forgetting to condition the prior:

        $$
        \log p_\theta(x | y) \ge \mathbb{E}_{q_\phi(z|x, y)}[\log p_\theta(x | z, y)]
            - \mathrm{KL}(q_\phi(z|x, y) \,\|\, p_\theta(z))
        $$
        """


def entropy(p):
    """No formula here, but a price: $5 and $6."""
    return -np.sum(p * np.log(p))
