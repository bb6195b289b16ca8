r"""Estimators of bounds.

The chain that all of this rests on:

$$
\begin{aligned}
\log p(y) &= \log \int p(y, u) du \\
&\geq \int q(u) \log \frac{p(y, u)}{q(u)} du
\end{aligned}
$$
"""


class SparseGP:
    """A bound with inducing points.

    With :math:`q(f, u) = p(f | u) q(u)`, see the notes:

    .. math::
        \\log p(y) \\ge E_{q(u)}[\\log p(y | u)] - KL(q(u) || p(u))

    """

    def gap(self):
        r"""The gap.

        .. math::
            \log p(y) - E_{q(u)}\left[\log \frac{p(y, u)}{q(u)}\right]
                &= E_{q(u)}\left[\log \frac{q(u)}{p(u | y)}\right] \\
                &= KL(q(u) || p(u | y))

        .. math::
            \log p(y) - E_{q(u)}\left[\log \frac{p(y, u)}{q(u)}\right]
                = KL(q(u) || p(u))

        Returns
        -------
        float
            $\log p(y)$ less the bound.
        """


def weight(y):
    r"""
    .. math::
        E_{q(u)}\left[ \frac{p(y, u)}{q(u)} \right] = p(y)

    but

    .. math::
        E_{q(u)}\left[ \log \frac{p(y, u)}{q(u)} \right] = \log p(y)
    """
