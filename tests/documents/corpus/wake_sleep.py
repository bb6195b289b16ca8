"""Wake-sleep for a Helmholtz machine.

The wake phase maximises a bound on the evidence,

.. math::

    \\log p(d) \\geq \\sum_h q(h|d) \\log \\frac{p(h, d)}{q(h|d)} = -F(d)

The sleep phase turns the arguments.
"""

import numpy as np


def wake(x):
    r"""Free energy of one datum.

    .. math::

        F(d) &= -\sum_h q(h|d) \log p(h, d) + \sum_h q(h|d) \log q(h|d) \\
             &= \langle E(h, d) \rangle_{q} - H(q(h|d))

    and hence

    .. math:: F(d) = -\log p(d) + KL[q(h|d) || p(h|d)]

    Some have

    .. math:: F(d) = \log p(d) + KL[q(h|d) || p(h|d)]
    """
    return x


def sleep(x):
    r"""Dreams.

    $$
    \begin{aligned}
    \mathbb{E}_{p(d)}\left[KL(p(h|d) \| q(h|d))\right] &= \mathbb{E}_{p(h,d)}\left[\log \frac{p(h|d)}{q(h|d)}\right] \\
    &= \mathbb{E}_{p(h,d)}[\log p(h|d)] - \mathbb{E}_{p(h,d)}[\log q(h|d)] \\
    &\neq \mathbb{E}_{p(d)}\left[KL(q(h|d) \| p(h|d))\right]
    \end{aligned}
    $$

    Here is a slip: $$ \mathbb{E}_{p(d)}\left[KL(p(h|d) \| q(h|d))\right] = \mathbb{E}_{p(h,d)}[\log p(h|d)] + \mathbb{E}_{p(h,d)}[\log q(h|d)] $$
    """
    return x
