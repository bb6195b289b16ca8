def kl():
    r'''Divergence

    .. math::
        KL(q || p) &= \int q(z) \log \frac{q(z)}{p(z)} dz \\
        &= \int q(z) \log q(z) dz - \int q(z) \log p(z) dz \\
        &= \int q(z) \log q(z) dz + \int q(z) \log p(z) dz
    '''
    return None


def cross_entropy():
    r"""Cross-entropy

    $$H(q(z), p(z)) = H(q(z)) + KL(q(z) || p(z))$$

    $$H(q(z), p(z)) = H(p(z)) + KL(q(z) || p(z))$$
    """
