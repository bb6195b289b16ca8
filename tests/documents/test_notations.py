"""What people leave open or write in their own ways: how it is read, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier import verify
from verifier.outcome import DerivationReport, Verdict

# A document, and of each line what is said: of one that isn't proved by its code.
READ: dict[str, tuple[str, str]] = {
    "a law that the text has by its name alone": (
        r"Let $z \sim q$." "\n\n" r"$$ E_z[f(z)] = E_{p(z)}[f(z)] $$"
        "\n\n" r"$$ E_z[f(z)] = E_{q(z)}[f(z)] $$",
        "refuted proved",
    ),
    "that law where displays have more of it": (
        r"Let $z \sim q$."
        "\n\n" r"$$ \log p(x) \ge E_z[\log p(x, z) - \log q(z | x)] $$"
        "\n\n" r"$$ \log p(x) = E_z[\log p(x, z) - \log p(z)] $$",
        "proved refuted",
    ),
    "a law that is only drawn from": (
        r"$$ E_{x \sim p_{data}}[\log p(x)] = -H(p_{data}) - KL(p_{data} \| p) $$"
        "\n\n" r"$$ E_{x \sim p_{data}}[\log p(x)] = H(p_{data}) - KL(p_{data} \| p) $$",
        "proved refuted",
    ),
    "names that stand for densities": (
        r"$$ KL(q(z) \| p(z)) = E_q[\log q - \log p] = \int q \log \frac{q}{p} \, dz $$"
        "\n\n" r"$$ KL(q(z) \| p(z)) = E_q[\log p - \log q] $$",
        "proved proved bare-family",
    ),
    "capitals beside a Markov chain": (
        r"Let $Y \leftrightarrow X \leftrightarrow Z$:"
        "\n\n" r"$$ p(X, Y, Z) = p(X) p(Y | X) p(Z | X) $$"
        "\n\n" r"$$ I(Z; Y) = \int p(y, z) \log \frac{p(y | z)}{p(y)} dy dz $$"
        "\n\n" r"$$ p(y, z) = \int p(x) p(y | x) p(z | x) dx $$"
        "\n\n" r"$$ I(Z; Y) = \int p(y, z) \log \frac{p(y | z)}{p(z)} dy dz $$",
        "model proved proved refuted",
    ),
    "a letter for all of a sequence": (
        r"$$ p(x_{1:N}, z_{1:N}) = p(z_1) \left[ \prod_{n=2}^N p(z_n | z_{n-1}) \right]"
        r" \prod_{n=1}^N p(x_n | z_n) $$"
        "\n\n" r"where $X = \{x_1, \ldots, x_N\}$."
        "\n\n" r"$$ p(X) = \sum_{z_N} p(X, z_N) $$"
        "\n\n" r"$$ p(X | z_{1:N}) = \prod_{n=1}^N p(x_n | z_n) $$"
        "\n\n" r"$$ p(X) = \prod_{n=1}^N p(x_n) $$",
        "model proved proved refuted",
    ),
    "a vector for its two parts": (
        r"$$ q(z) = q(z_1) q(z_2) $$ with $\mathbf{z} = (z_1, z_2)$."
        "\n\n" r"$$ \int q(z) \log q(z) \, dz = -H(q(z_1)) - H(q(z_2)) $$"
        "\n\n" r"$$ \int q(z) \log q(z) \, dz = H(q(z_2)) - H(q(z_1)) $$",
        "model proved refuted",
    ),
    "a product in braces": (
        r"$$ p(x_{1:N}, z_{1:N}) = \prod_{n=1}^N \left\{ p(x_n | z_n) p(z_n) \right\} $$"
        "\n\n" r"$$ p(x_{1:N} | z_{1:N}) = \prod_{n=1}^N p(x_n | z_n) $$",
        "model proved",
    ),
    "ties around the bars of a divergence": (
        r"$$ \mathrm{KL}(q(z) ~ \| ~ p(z)) = E_{q(z)}[\log q(z)] - E_{q(z)}~[\log~p(z)] $$"
        "\n\n" r"$$ \mathrm{KL}(q(z)~\middle\|~p(z)) = E_{z ~ p(z)}[\log q(z) - \log p(z)] $$",
        "proved refuted",
    ),
    "words beneath a brace without braces": (
        r"$$ \log p(x) = \underbrace{E_{q(z)}[\log p(x, z) - \log q(z)]}_\text{the bound}"
        r" + \underbrace{KL(q(z) \| p(z | x))}_\mathrm{gap} $$",
        "proved",
    ),
    "a divergence in small letters": (
        r"$$ \textsc{kl}(q(z) \| p(z)) = E_{q(z)}[\log q(z) - \log p(z)] $$"
        "\n\n" r"$$ \operatorname{kl}[q(z) \| p(z)] = E_{q(z)}[\log p(z) - \log q(z)] $$",
        "proved refuted",
    ),
    "a law that only the text has, of a part": (
        r"Let $x_0 \sim q(x_0)$ be data."
        "\n\n" r"$$ q(x_{1:T} | x_0) = \prod_{t=1}^T q(x_t | x_{t-1}) $$"
        "\n\n" r"$$ E[\log p(x_0)] \ge E_q\left[\log \frac{p(x_{0:T})}{q(x_{1:T} | x_0)}\right] $$"
        "\n\n" r"$$ E[\log p(x_0)] \le E_q\left[\log \frac{p(x_{0:T})}{q(x_{1:T} | x_0)}\right] $$",
        "model proved refuted",
    ),
    "a bound that is named between": (
        r"$$ \log p(x) \ge \mathcal{L}(x) = E_{q(z)}[\log p(x, z) - \log q(z)] $$"
        "\n\n" r"$$ \log p(x) - \mathcal{L}(x) = KL(q(z) \| p(z | x)) $$"
        "\n\n" r"$$ \log p(x) - \mathcal{L}(x) = KL(q(z) \| p(z)) $$",
        "proved define proved refuted",
    ),
    "a bound that is named between, turned, and with its sign": (
        r"$$ -\log p(x) \ge -\text{VLB}(x) = -E_{q(z)}[\log p(x, z) - \log q(z)] $$",
        "refuted define",
    ),
    "a law with a tilde": (
        r"$$ F(\tilde P) = E_{\tilde P}[\log P(z, x)] + H(\tilde P) $$"
        "\n\n" r"$$ F(\tilde P) = \log P(x) - D(\tilde P(z) \| P(z | x)) $$"
        "\n\n" r"$$ F(\tilde P) \ge \log P(x) $$",
        "define proved refuted",
    ),
    "a density by a formula that only the text has": (
        r"The Gibbs posterior $Q^*(h) = P(h) e^{-\lambda L(h)} / Z$ satisfies"
        "\n\n" r"$$ E_{Q(h)}[\lambda L(h)] + KL(Q(h) \| P(h)) = KL(Q(h) \| Q^*(h)) - \ln Z $$"
        "\n\n" r"where $Z = E_{P(h)}[e^{-\lambda L(h)}]$."
        "\n\n" r"$$ E_{Q(h)}[\lambda L(h)] + KL(Q(h) \| P(h)) = KL(Q(h) \| Q^*(h)) + \ln Z $$",
        "proved refuted",
    ),
    "laws of each element by their names, in a sum over a brace": (
        r"With $q_n(z_n)$ for each $n$,"
        "\n\n" r"$$ \ell(\theta) = \sum_{n=1}^{N} \log \sum_{z_n} p(y_n, z_n) $$"
        "\n\n" r"$$ \ell(\theta) \ge \sum_n \underbrace{E_{q_n}[\log p(y_n, z_n)] + H(q_n)}_{L} $$"
        "\n\n" r"$$ L(\theta, q_n) = \sum_{z_n} q_n(z_n) \log \frac{p(y_n, z_n)}{q_n(z_n)} $$"
        "\n\n" r"$$ \ell(\theta) \ge \sum_n \underbrace{E_{q_n}[\log p(y_n, z_n)] - H(q_n)}_{L} $$",
        "define proved proved refuted",
    ),
    "a model with its parameter and without": (
        r"$$ p_\theta(x, z) = p(z) p_\theta(x | z) $$"
        "\n\n" r"$$ F(x) = KL(q(z) \| p(z)) - E_{q(z)}[\log p_\theta(x | z)] $$"
        "\n\n" r"$$ F(x) = E_{q(z)}[\log q(z) - \log p(x, z)] $$"
        "\n\n" r"$$ F(x) = E_{q(z)}[\log q(z) + \log p(x, z)] $$",
        "model define unstated refuted",
    ),
    "an inequality that holds the other way round": (
        r"$$ H(X | Y) \ge H(X) $$"
        "\n\n" r"$$ I(X; Y) \le 0 $$",
        "refuted refuted",
    ),
    "what expectations are said to be under": (
        r"All expectations are taken with respect to $q(z)$."
        "\n\n" r"$$ F = E[\log p(z, x)] - E[\log q(z)] $$"
        "\n\n" r"$$ F = E[\log p(x | z)] - KL(q(z) \| p(z)) $$"
        "\n\n" r"$$ F = E[\log p(x | z)] - KL(p(z) \| q(z)) $$",
        "define proved refuted",
    ),
    "what stands behind an element": (
        r"$$ p(x_{1:N}, z_{1:N}) = p(z_1) \prod_{n=2}^N p(z_n|z_{n-1}) \prod_{n=1}^N p(x_n|z_n) $$"
        "\n\n" r"$$ \beta(z_n) \equiv p(x_{n+1}, \ldots, x_N | z_n) $$"
        "\n\n" r"$$ p(x_{1:N}) = \sum_{z_n} p(x_1, \dots, x_n, z_n) \beta(z_n) $$"
        "\n\n" r"$$ p(x_{1:N}) = \sum_{z_n} p(x_1, \dots, x_n) \beta(z_n) $$",
        "model define proved refuted",
    ),
    "independent points, by their logarithms": (
        r"$$ \log p(x_{1:N}) = \sum_{i=1}^N \log p(x_i) $$",
        "unstated",
    ),
    "independent points of a chain": (
        r"$$ p(x_{1:T}, z_{1:T}) = p(z_1) p(x_1|z_1) \prod_{t=2}^T p(z_t | z_{t-1}) p(x_t | z_t) $$"
        "\n\n" r"$$ p(x_{1:T} | z_{1:T}) = \prod_{t=1}^T p(x_t | z_t) $$"
        "\n\n" r"$$ p(x_{1:T}) = \prod_{t=1}^T p(x_t) $$"
        "\n\n" r"$$ \log p(x_{1:T}) = \sum_{t=1}^T \log p(x_t) $$",
        "model proved refuted refuted",
    ),
    "a product behind what the chain rule gives": (
        r"We assume that"
        "\n\n" r"$$ p(x, y, z) = p(z | x, y) p(y | x) p(x) = p(z | x) p(y | x) p(x) $$"
        "\n\n" r"$$ p(y | z) = \int p(y | x) p(x | z) dx $$"
        "\n\n" r"$$ p(y | z) = \int p(y | x) p(x) dx $$",
        "proved model proved refuted",
    ),
    "parameters that are drawn": (
        r"$$ L = \int q(\theta) (\log p_\theta(x) + \log p(\theta) - \log q(\theta)) d\theta $$"
        "\n\n" r"$$ \log p(x) = L + KL(q(\theta) \| p(\theta | x)) $$",
        "define unstated",
    ),
    "a bound whose name is a variable's capital": (
        r"$$ \log p(y) \ge \int q(f) \log \frac{p(y, f)}{q(f)} df =: \mathcal{F}(q, \Theta) $$"
        "\n\n" r"$$ \mathcal{F}(q, \Theta) = E_{q(f)}[\log p(y, f)] + H(q(f)) $$"
        "\n\n" r"$$ \mathcal{F}(q, \Theta) = E_{q(f)}[\log p(y, f)] - H(q(f)) $$",
        "proved define proved refuted",
    ),
    "a bound at a point that is said of any": (
        r"$$ \log p(x^{(i)}) \ge \mathcal{L}(x^{(i)}) = E_{q(z|x)}[\log p(x, z) - \log q(z|x)] $$"
        "\n\n" r"$$ \mathcal{L}(x^{(i)}) = \log p(x^{(i)}) - KL(q(z|x^{(i)}) \| p(z|x^{(i)})) $$"
        "\n\n" r"$$ \mathcal{L}(x^{(i)}) = \log p(x^{(i)}) - KL(q(z|x^{(i)}) \| p(z)) $$",
        "proved define proved refuted",
    ),
    "independent points with parts": (
        r"For i.i.d. data"
        "\n\n" r"$$ \log p(x_{1:N}) = \sum_{n=1}^N \log p(x_n) $$"
        "\n\n" r"$$ \sum_{n=1}^N \log p(x_n) \ge \sum_{n=1}^N"
        r" \left( E_{q(z_n|x_n)}[\log p(x_n|z_n)] - KL(q(z_n|x_n) \| p(z_n)) \right) $$"
        "\n\n" r"$$ \sum_{n=1}^N \log p(x_n) \ge \sum_{n=1}^N"
        r" \left( E_{q(z_n|x_n)}[\log p(x_n|z_n)] - KL(q(z_n|x_n) \| p(z_n|x_n)) \right) $$",
        "unstated proved refuted",
    ),
    "a bound for any critic, the other way round": (
        r"$$ KL(p(x) \| q(x)) \le E_{p(x)}[T(x)] - \log E_{q(x)}[e^{T(x)}] $$",
        "refuted",
    ),
    "words beneath a name that is defined behind": (
        r"$$ -\log p(x) \le V(x) = KL(q(z) \| p(z)) + \underbrace{A(x)}_{\text{the loss of all}} $$"
        "\n\n" r"$$ A(x) = -E_{q(z)}[\log p(x | z)] $$"
        "\n\n" r"$$ V(x) \le -\log p(x) $$",
        "proved define define refuted",
    ),
    "empty groups around signs": (
        r"$$ \begin{split} KL(q(z) \| p(z | x)) ={}& E_{q(z)}[\log q(z)] \\"
        "\n" r"&{}- E_{q(z)}[\log p(z, x)] {} \\" "\n" r"{}+{}& \log p(x) \end{split} $$"
        "\n\n" r"$$ \begin{split} KL(q(z) \| p(z | x)) ={}& E_{q(z)}[\log q(z)] \\"
        "\n" r"&{}- E_{q(z)}[\log p(z, x)] \end{split} $$",
        "proved refuted",
    ),
    "a left side that is moved, and one over columns": (
        r"\begin{align} \MoveEqLeft[3] \log p(x) - KL(q(z) \| p(z | x)) \\"
        "\n" r"&= E_{q(z)}[\log p(x | z)] - KL(q(z) \| p(z)) \end{align}"
        "\n\n" r"\begin{eqnarray} \lefteqn{\log p(x)} \\"
        "\n" r"&\ge& E_{q(z)}[\log p(x, z)] - H(q(z)) \end{eqnarray}",
        "proved refuted",
    ),
    "laws one over the other": (
        r"$$ E_{\substack{x \sim p(x) \\ z \sim q(z | x)}}[\log \frac{q(z | x)}{p(z)}]"
        r" = E_{p(x)}[KL(q(z | x) \| p(z))] $$"
        "\n\n" r"$$ E_{\substack{x \sim p(x) \\ z \sim q(z | x)}}[\log \frac{q(z | x)}{p(z)}]"
        r" = KL(q(z) \| p(z)) $$",
        "proved refuted",
    ),
    "dots for what is drawn": (
        r"$$ L = E_{z \sim q_\phi(\cdot | x)}[\log p(x | z)] - KL(q_\phi(\cdot | x) \| p(\cdot)) $$"
        "\n\n" r"$$ L \le \log p(x) $$"
        "\n\n" r"$$ L = \log p(x) - KL(q_\phi(\cdot | x) \| p(\cdot | x)) $$"
        "\n\n" r"$$ L = \log p(x) - KL(q_\phi(\cdot | x) \| p(\cdot)) $$"
        "\n\n" r"$$ \log p(\cdot) \ge L $$",
        "define proved proved refuted line-before",
    ),
    "entropies without a density": (
        r"$$ I(X; Y) = H(X) - H(X | Y) \ge 0 $$" "\n\n" r"$$ H(X, Y) = H(X) + H(X | Y) $$",
        "proved proved refuted",
    ),
    "the entropy of a law that is a capital": (
        r"$$ KL(Q \| P) = \int Q(a) \log \frac{Q(a)}{P(a | D)} da $$"
        "\n\n" r"$$ \log P(D) \ge E_Q[\log P(a, D)] + H(Q) $$",
        "proved proved",
    ),
    "informations of a chain in an earlier section": (
        r"$$ p(x, y, z) = p(x) p(y | x) p(z | y) $$" "\n\n# Next\n\n"
        r"$$ I(X; Z) \le I(X; Y) $$" "\n\n" r"$$ I(X; Z) \ge I(X; Y) $$",
        "model proved refuted",
    ),
    "a name that is one term of a line": (
        r"$$ KL(q(z) \| p(z|x)) = -\mathcal{L} + \log p(x) $$"
        "\n\n" r"$$ \mathcal{L} = E_{q(z)}[\log \frac{p(x, z)}{q(z)}] \le \log p(x) $$"
        "\n\n" r"$$ \mathcal{L} \ge \log p(x) $$",
        "proved define proved refuted",
    ),
    "a remark that begins with a formula": (
        r"$$ \log p(x) = E_{q(z)}[\log p(x)] \quad (p(x) \text{ does not depend on } z) $$",
        "proved",
    ),
    "a density by a formula": (
        r"$$ m(x) = \frac{1}{2}(p(x) + q(x)) $$"
        "\n\n" r"$$ JS(p \| q) = \frac{1}{2} KL(p(x) \| m(x)) + \frac{1}{2} KL(q(x) \| m(x)) $$"
        "\n\n" r"$$ JS(p \| q) \ge 0 $$",
        "model define proved",
    ),
    "what isn't normalised, since its integral has a name": (
        r"Let $p(z) = \tilde p(z) / Z$ with" "\n\n" r"$$ Z = \int \tilde p(z) dz $$"
        "\n\n" r"$$ \log Z \ge E_{q(z)}[\log \tilde p(z) - \log q(z)] $$"
        "\n\n" r"$$ \log Z = 0 $$" "\n\n" r"$$ E_{q(z)}[\log \tilde p(z) - \log q(z)] \le 0 $$"
        "\n\n" r"$$ KL(q(z) \| p(z)) = E_{q(z)}[\log q(z) - \log \tilde p(z)] + \log Z $$"
        "\n\n" r"$$ KL(q(z) \| p(z)) \ge E_{q(z)}[\log q(z) - \log \tilde p(z)] $$",
        "define proved refuted refuted proved refuted",
    ),
    "an integral that is named by its logarithm": (
        r"$$ \log Z = \log \int \tilde p(z) dz \ge E_{q(z)}[\log \tilde p(z) - \log q(z)] $$"
        "\n\n" r"$$ \log Z \ge 0 $$",
        "define proved refuted",
    ),
    "a density by an energy": (
        r"$$ p(x) = \frac{e^{-U(x)}}{Z}, \qquad Z = \int e^{-U(x)} dx $$"
        "\n\n" r"$$ \log p(x) = -U(x) - \log Z $$"
        "\n\n" r"$$ -\log Z \le E_{q(x)}[U(x)] - H(q(x)) $$"
        "\n\n" r"$$ -\log Z \ge E_{q(x)}[U(x)] - H(q(x)) $$",
        "model define proved proved refuted",
    ),
    "what isn't normalised, by its logarithm": (
        r"$$ q(u, v) = q_1(u) q_2(v) $$"
        "\n\n" r"$$ \log \tilde p(x, u) = E_{q_2(v)}[\log p(x, u, v)] $$"
        "\n\n" r"$$ E_{q(u, v)}[\log p(x, u, v) - \log q(u, v)]"
        r" = \int q_1(u) \log \frac{\tilde p(x, u)}{q_1(u)} du + H(q_2(v)) $$"
        "\n\n" r"$$ E_{q(u, v)}[\log p(x, u, v) - \log q(u, v)]"
        r" = -KL(q_1(u) \| \tilde p(x, u)) - H(q_2(v)) $$",
        "model define proved refuted",
    ),
    "a line that goes on from one before the last": (
        r"$$ q(u, v) = q_1(u) q_2(v) $$"
        "\n\n" r"$$ E_{q(u, v)}[\log p(x, u, v) - \log q(u, v)]"
        r" = E_{q_1(u)}[E_{q_2(v)}[\log p(x, u, v)]] + H(q_1(u)) + H(q_2(v)) \le \log p(x) $$"
        "\n\n" r"$$ E_{q(u, v)}[\log p(x, u, v) - \log q(u, v)]"
        r" = E_{q_1(u)}[E_{q_2(v)}[\log p(x, u, v)]] + H(q_1(u)) + H(q_2(v)) \ge \log p(x) $$",
        "model proved proved proved refuted",
    ),
    "relations that are made to be ones": (
        r"$$\begin{align} F(q) &\mathrel{\overset{\text{def}}{=}} E_{q(z)}[\log p(x,z)] + H(q(z))"
        r" \\ &\mathrel{\leq} \log p(x) \\ &\mathrel{\overset{(a)}{\geq}} \log p(z) \end{align}$$"
        "\n\n" r"$$ G \mathrel{\mathop:}= KL(q(z) \mathrel{\Vert} p(z)) $$" "\n\n"
        r"$$ G \mathrel{:}= KL(q(z) \mathrel{\|} p(z)) \ge 0 $$",
        "define proved refuted define proved proved",
    ),
    "informations and entropies of a family in capitals": (
        r"$$ I_q(X;Z) = E_{q(x,z)}[\log \frac{q(x,z)}{q(x) q(z)}] $$" "\n\n"
        r"$$ I_q(X;Z) = H_q(Z) - H_q(Z|X) \le E_{q(x)}[KL(q(z|x) \| p(z))] $$" "\n\n"
        r"$$ I_q(X;Z) = H_q(Z) - H_q(X|Z) $$",
        "proved proved proved refuted",
    ),
    "a mixture by its name, and the bounds of its weight behind it": (
        r"$$ m(x) = \lambda p(x) + (1-\lambda) q(x), \quad \lambda\in[0,1] $$" "\n\n"
        r"$$ H(m) \ge \lambda H(p) + (1-\lambda) H(q) $$" "\n\n"
        r"$$ H(m) = \lambda H(p) + (1-\lambda) H(q) + \lambda KL(p\|m) + (1-\lambda) KL(q\|m) $$"
        "\n\n"
        r"$$ H(m) = \lambda H(p) + (1-\lambda) H(q) + \lambda KL(m\|p) + (1-\lambda) KL(m\|q) $$",
        "model membership proved proved refuted",
    ),
    "a bound by its number of samples, at other numbers": (
        r"With $z_1,\dots,z_K \sim q(z|x)$, let" "\n\n"
        r"$$ L_K = E_{z_{1:K}\sim q(z|x)}[\log \frac1K \sum_{k=1}^K \frac{p(x,z_k)}{q(z_k|x)}] $$"
        "\n\n" r"$$ L_1 = E_{q(z|x)}[\log p(x|z)] - KL(q(z|x) \| p(z)) $$"
        "\n\n" r"$$ L_K \le L_{K+1} \le \log p(x) $$" "\n\n" r"$$ L_1 \le L_2 $$"
        "\n\n" r"$$ L_1 = E_{q(z|x)}[\log p(x|z)] + KL(q(z|x) \| p(z)) $$"
        "\n\n" r"$$ L_{K+1} \le L_K $$",
        "define proved proved proved proved refuted refuted",
    ),
    "a density averaged under another law": (
        r"$$ q(z) = \int q(z | x) r(x) dx $$"
        "\n\n" r"$$ E_{r(x)}[KL(q(z|x) \| p(z))] \ge KL(q(z) \| p(z)) $$"
        "\n\n" r"$$ E_{r(x)}[KL(q(z|x) \| p(z))] \le KL(q(z) \| p(z)) $$",
        "model proved refuted",
    ),
    "a mean over data that nothing defines": (
        r"$$ q(z) = \frac{1}{N} \sum_{n=1}^N q(z | x_n) $$",
        "undefined",
    ),
    "a density that is said to be another's": (
        r"$$ q(z) = p(z | x) $$",
        "unstated",
    ),
    "what holds for masses": (
        r"$$ I(z; y) \ge E_{p(z, y)}[\log q(y | z)] $$",
        "unstated",
    ),
    "names with the index of a sum": (
        r"$$ p(x) = \sum_{k=1}^K \pi_k p_k(x) $$" "\n\n" r"$$ 1 = \int p(x) dx $$",
        "indexed-name proved",
    ),
    "bounds on numbers": (
        r"$$ N \ge 1 $$" "\n\n" r"$$ \log a \le a - 1 $$",
        "bound proved",
    ),
    "two latents that the posterior couples": (
        r"$$ p(x, a, b) = p(x | a, b) p(a) p(b) $$"
        "\n\n# Next\n\n" r"$$ p(a, b | x) = p(a | x) p(b | x) $$",
        "model refuted",
    ),
    "a bracket that is missing, or one too many": (
        r"$$ \log p(x) = \mathbb{E}_{q(z|x)}[\log p(x) $$"
        "\n\n" r"$$ \log p(x) = \mathbb{E}_{q(z|x)}[\log p(x)]] $$"
        "\n\n" r"$$ \mathbb{E}_{q(z|x)}\big[\log p(x) \big = \log p(x) $$"
        "\n\n" r"$$ \log p(x) = \mathbb{E}_{q(z|x)}[\log p(x, z) $$",
        "proved proved proved bracket",
    ),
    "names beneath braces": (
        r"$$ \log p(x) = \underbrace{\mathbb{E}_{q(z)}[\log \frac{p(x, z)}{q(z)}]}_{\mathcal{L}}"
        r" + KL(q(z) \| p(z | x)) $$"
        "\n\n" r"$$ \log p(x) \ge \mathcal{L} $$"
        "\n\n" r"$$ \mathcal{L} = \log p(x) + KL(q(z) \| p(z | x)) $$",
        "proved proved refuted",
    ),
    "a factorisation given something": (
        r"$$ q(z_1, z_2 | x) = q(z_1 | x) q(z_2 | z_1) $$"
        "\n\n" r"$$ q(z_2 | z_1, x) = q(z_2 | z_1) $$"
        "\n\n# Next\n\n" r"$$ q(z_2 | z_1, x) = q(z_2 | z_1) $$"
        "\n\n" r"$$ q(x, z_1, z_2) = q(z_2 | z_1) q(z_1, x) $$",
        "model proved proved model",
    ),
    "a sequence in a later section": (
        r"$$ p(x_{1:T}) = p(x_1) \prod_{t=2}^T p(x_t | x_{t-1}) $$"
        "\n\n# Next\n\n" r"$$ p(x_t | x_{1:t-1}) = p(x_t | x_{t-1}) $$"
        "\n\n" r"$$ p(x_t | x_{1:t-1}) = p(x_t) $$",
        "model proved refuted",
    ),
    "what follows from something that isn't said to hold": (
        r"$$ q(z) = p(z | x) \quad \Rightarrow \quad"
        r" E_{q(z)}[\log \frac{p(x, z)}{q(z)}] = \log p(x) $$",
        "unstated under-condition",
    ),
    "a subscript that repeats the arguments": (
        r"$$ H(X | Y) = \sum_y P_Y(y) \sum_x P_{X|Y}(x|y) \log \frac{1}{P_{X|Y}(x|y)} $$"
        "\n\n" r"$$ \sum_y P_{XY}(x, y) = P_Y(y) $$",
        "proved refuted",
    ),
    "a subscript that has the value given": (
        r"$$ \int q_{Z|X=x}(z) \log q_{Z|X=x}(z) dz = -H(q(z | x)) $$",
        "proved",
    ),
    "sums without ends": (
        r"$$ \begin{align} \sum_i \log p(x_i; \theta) &= \sum_i \log \sum_{z_i} p(x_i, z_i; \theta)"
        r" \\ &\ge \sum_i \sum_{z_i} q(z_i) \log \frac{p(x_i, z_i; \theta)}{q(z_i)}"
        r" \\ &= \sum_i E_{z_i \sim q} \log \frac{p(x_i, z_i; \theta)}{q(z_i)}"
        r" \\ &= \sum_i E_{z_i \sim q} \log \frac{p(x_i; \theta)}{q(z_i)} \end{align} $$",
        "proved proved proved refuted",
    ),
    "an information with a comma, several measures in front": (
        r"$$ I(X, Y) = \int dx \, dy \, p(x, y) \log \frac{p(x, y)}{p(x) p(y)}"
        r" = H(X) - H(X | Y) = H(X | Y) - H(X) $$",
        "proved proved refuted",
    ),
    "the entropy of a law": (
        r"$$ \log p(x) \ge E_{q(z|x)}[\log p(x, z)] + H(q) $$"
        "\n\n" r"$$ H(q, p) = H(q) + KL(q \| p) $$"
        "\n\n" r"$$ H(q, p) = H(q) - KL(q \| p) $$",
        "proved proved refuted",
    ),
    "entropies where two families are over the variable": (
        r"$$ E_{q(x, y)}[\log q(x | y) - \log p(x)] = E_{q(y)}[KL(q(x | y) \| p(x))] $$"
        "\n\n" r"$$ E_{q(x, y)}[\log q(x | y)] = -H(X | Y) $$",
        "proved proved",
    ),
    "some of the variables of a law": (
        r"$$ -E_{x_0 \sim q}[\log p(x_0)] = -E_{x_0 \sim q}[\log \int p(x_{0:T}) dx_{1:T}]"
        r" \le -E_{x_{0:T} \sim q}[\log \frac{p(x_{0:T})}{q(x_{1:T} | x_0)}] $$",
        "proved proved",
    ),
    "elements beside one another": (
        r"$$ q(x_{t-1} | x_t, x_0) = q(x_t | x_{t-1}, x_0) \frac{q(x_{t-1} | x_0)}{q(x_t | x_0)} $$"
        "\n\n" r"$$ q(x_t | x_{t-1}, x_0) = q(x_t | x_{t-1}) $$",
        "proved unstated",
    ),
    "copies drawn from one law": (
        r"$$ \mathcal{L}_K = E_{z_1, \dots, z_K \sim q(z|x)}[\log \frac{1}{K} \sum_{k=1}^K"
        r" \frac{p(x, z_k)}{q(z_k | x)}] $$"
        "\n\n" r"$$ \log p(x) \ge \mathcal{L}_K $$"
        "\n\n"
        r"$$ E_{z_{1:K} \sim q(z|x)}[\sum_{k=1}^K \frac{p(x, z_k)}{q(z_k|x)}] = p(x) $$",
        "define proved refuted",
    ),
    "a factorisation under another name of the family": (
        r"$$ p_\theta(x_{0:T}) = p(x_T) \prod_{t=1}^T p_\theta(x_{t-1} | x_t) $$"
        "\n\n"
        r"$$ \log p_\theta(x_{0:T}) = \log p(x_T) + \sum_{t=1}^T \log p_\theta(x_{t-1} | x_t) $$",
        "model proved",
    ),
    "a name with a list for a subscript": (
        r"$$ \mathcal{L}_{\theta, \phi}(x) = E_{q_\phi(z|x)}[\log p_\theta(x, z) -"
        r" \log q_\phi(z|x)] $$"
        "\n\n" r"$$ \log p_\theta(x) \ge \mathcal{L}_{\theta, \phi}(x) $$",
        "define proved",
    ),
    "a constant that nobody defines": (
        r"$$ \begin{align} \log p(x, z) &= \log p(x | z) + C \\ &= \log p(x | z) + C \\"
        r" &= \log p(z | x) + C \end{align} $$",
        "constant proved refuted",
    ),
    "a name that nobody defines": (
        r"$$ E_{q(z)}[\log p(x | z)] = f(x) - L(x) $$",
        "undefined",
    ),
    "a law that is set to the posterior": (
        r"$$ \mathcal{L}(q, \theta) = E_{q(z)}[\log p(x, z | \theta) - \log q(z)] $$"
        "\n\n"
        r"$$ \mathcal{L}(q, \theta) = E_{p(z | x, \theta)}[\log p(x, z | \theta) -"
        r" \log p(z | x, \theta)] $$"
        "\n\n"
        r"$$ \mathcal{L}(q, \theta) = E_{p(z | x, \theta)}[\log p(x, z | \theta)] $$",
        "define unstated refuted",
    ),
    "elements that don't depend on one another": (
        r"$$ \int p(o_{1:T} | s_{1:T}) p(s_{1:T}) ds_{1:T} ="
        r" E_{p(s_{1:T})}[\prod_{t=1}^T p(o_t | s_t)] $$",
        "unstated",
    ),
    "a density that is a product": (r"$$ q(z) = \prod_{i=1}^N q(z_i) $$", "unstated"),
    "a prior that is there isn't another's": (
        r"$$ E_{q(z)}[\log p(x | z)] - KL(q(z) \| p(z)) \ge E_{q(z)}[\log p(x | z)] $$",
        "refuted",
    ),
    "what goes on from what can't be read": (
        r"$$ E_{x \sim q}[\mathrm{ELBO}(\theta)] = E_{q(x)}[\log p(x)] = E_{q(x)}[\log \int"
        r" p(x, z) dz] $$",
        "line-before proved",
    ),
    "a line that those before lead to": (
        r"$$ \log p(x) = \log \int p(x, z) dz \ge E_{q(z)}[\log \frac{p(x, z)}{q(z)}] $$"
        "\n\n"
        r"$$ E_{q(z)}[\log \frac{p(x, z)}{q(z)}] = E_{q(z)}[\log p(x | z)] - KL(q(z) \| p(z)) $$"
        "\n\n" r"$$ \log p(x) \ge E_{q(z)}[\log p(x | z)] - KL(q(z) \| p(z)) $$",
        "proved proved proved proved",
    ),
    "an encoder that is called e": (
        r"$$ R = \int p(x) \int e(z|x) \log \frac{e(z|x)}{m(z)} dz dx \ge 0 $$"
        "\n\n" r"$$ R = E_{p(x)}[KL(e(z|x) \| m(z))] $$"
        "\n\n" r"$$ R = -E_{p(x)}[KL(e(z|x) \| m(z))] $$",
        "define proved proved refuted",
    ),
    "names that the language has for something else": (
        r"$$ H = -\int p(x) \log p(x) dx $$" "\n\n" r"$$ H = -E_{p(x)}[\log p(x)] $$"
        "\n\n" r"$$ H = E_{p(x)}[\log p(x)] $$"
        "\n\n# Another\n\n" r"$$ H(X, E) = H(X) + H(E | X) $$"
        "\n\n" r"$$ H(X, E) = H(X) - H(E | X) $$",
        "define proved refuted proved refuted",
    ),
    "a subscript that is no divergence": (
        r"$$ E_{p_D(x)}[KL(q(z|x) \| p(z))] = \int p_D(x) KL(q(z|x) \| p(z)) dx $$"
        "\n\n" r"$$ E_{p_D(x)}[KL(q(z|x) \| p(z))] = \int p_D(x) KL(p(z) \| q(z|x)) dx $$",
        "proved refuted",
    ),
    "a name as in an earlier section": (
        r"$$ F = E_{q(z)}[\log \frac{p(x, z)}{q(z)}] $$"
        "\n\n# Another\n\n" r"$$ F = E_{q(z)}[\log p(x, z)] + H(q(z)) $$"
        "\n\n# A third\n\n" r"$$ F = E_{q(z)}[\log p(x, z)] - H(q(z)) $$"
        "\n\n" r"$$ F \le \log p(x) $$",
        "define proved refuted proved",
    ),
    "a name that is another in a later section": (
        r"$$ L = E_{q(z)}[\log p(x|z)] - KL(q(z) \| p(z)) $$"
        "\n\n# With a weight\n\n"
        r"$$ L = E_{q(z)}[\log p(x|z)] - \beta KL(q(z) \| p(z)) $$"
        "\n\n# As a loss\n\n" r"$$ L = KL(q(z) \| p(z)) - E_{q(z)}[\log p(x|z)] $$"
        "\n\n" r"$$ L \ge -\log p(x) $$",
        "define define define proved",
    ),
    "bounds that the text states": (
        r"For $\beta \ge 1$" "\n\n"
        r"$$ E_{q(z)}[\log p(x|z)] - \beta KL(q(z) \| p(z)) \le \log p(x) $$"
        "\n\n" r"for $0 < \beta < 1$" "\n\n"
        r"$$ E_{q(z)}[\log p(x|z)] - \beta KL(q(z) \| p(z)) \le \log p(x) $$"
        "\n\n" r"but for $\beta \in [0, 1]$" "\n\n"
        r"$$ -\beta KL(q(z) \| p(z)) \ge -KL(q(z) \| p(z)) $$",
        "proved refuted proved",
    ),
    "what it is divided by": (
        r"$$ \frac{1}{1 - \alpha} \log E_{q(z)}[(\frac{p(x, z)}{q(z)})^{1 - \alpha}] = \log p(x)"
        r" + \frac{1}{1 - \alpha} \log \int q(z)^\alpha p(z|x)^{1 - \alpha} dz $$",
        "proved",
    ),
    "a Markov chain that the text states": (
        r"Where $X \to Y \to Z$," "\n\n" r"$$ I(X; Z) \le I(X; Y) $$"
        "\n\n" r"$$ I(X; Z) \ge I(X; Y) $$",
        "unstated refuted",
    ),
    "a mean of conditionals that the text states": (
        r"Let $q(z) = \int q(z|x) r(x) dx$." "\n\n"
        r"$$ E_{r(x)}[KL(q(z|x) \| p(z))] \ge KL(q(z) \| p(z)) $$"
        "\n\n" r"$$ E_{r(x)}[KL(q(z|x) \| p(z))] \le KL(q(z) \| p(z)) $$",
        "proved refuted",
    ),
    "what is given, left out where it was written": (
        r"$$ \log p(x | c) \ge E_{q(z)}[\log p(x | z, c)] - KL(q(z) \| p(z | c)) $$"
        "\n\n" r"$$ \log p(x | c) \ge E_{q(z)}[\log p(x | z, c)] - KL(q(z) \| p(z)) $$",
        "proved refuted",
    ),
    "an exact encoder that only the text has": (
        r"The bound is tight where $p(x, z) = p(x) q(z | x)$ and never else." "\n\n"
        r"$$ \log p(x) = E_{q(z|x)}[\log p(x, z) - \log q(z|x)] $$" "\n\n"
        r"$$ \log p(x) \ge E_{q(z|x)}[\log p(x, z) - \log q(z|x)] $$",
        "unstated proved",
    ),
    "a model that is the data's, which only the text has": (
        r"It is perfect where $p_\theta(x, z) = p(x) p_\theta(z | x)$." "\n\n"
        r"$$ p_\theta(x) = \int p_\theta(x, z) dz $$" "\n\n"
        r"$$ E_{p(x)}[\log p_\theta(x)] = E_{p(x)}[\log p(x)] $$" "\n\n"
        r"$$ E_{p(x)}[\log p_\theta(x)] \le E_{p(x)}[\log p(x)] $$",
        "proved unstated proved",
    ),
    "a name at fewer arguments that is a mean": (
        r"$$ L(\theta; x) = E_{q(z)}[\log p(x, z; \theta)] $$"
        "\n\n" r"$$ L(\theta) = E_{r(x)}[L(\theta; x)] $$"
        "\n\n" r"$$ L(\theta) \le E_{r(x)}[\log p(x; \theta)] + \log 2 $$"
        "\n\n" r"$$ L(\theta; x) = E_{r(x)}[L(\theta; x)] $$",
        "define define refuted refuted",
    ),
    "means of one name over different things": (
        r"$$ J(x; z) = \log p(x, z) $$" "\n\n" r"$$ J(x) = E_{q(z)}[J(x; z)] $$"
        "\n\n" r"$$ J(z) = E_{r(x)}[J(x; z)] $$" "\n\n" r"$$ J(x) = J(z) $$",
        "define define define refuted",
    ),
    "a mean in a later section": (
        r"$$ L(\theta; x) = E_{q(z)}[\log p_\theta(x, z)] $$"
        "\n\n" r"$$ L(\theta) = E_{r(x)}[L(\theta; x)] $$" "\n\n# Next\n\n"
        r"$$ L(\theta) \le L(\theta; x) $$" "\n\n"
        r"$$ L(\theta) \le E_{r(x)}[\log p_\theta(x)] $$",
        "define define refuted refuted",
    ),
    "expectations without a law beside several divergences": (
        r"$$ E_{p(x)}[\log p(x)] \ge E_{p(x)}[\log r(x)] $$" "\n\n# Next\n\n"
        r"$$ KL(q(x) \| p(x)) = E[\log q(x) - \log p(x)] $$" "\n\n"
        r"$$ KL(r(x) \| p(x)) = E[\log r(x) - \log p(x)] $$" "\n\n"
        r"$$ KL(q(x) \| p(x)) = E[\log p(x) - \log q(x)] $$",
        "proved proved proved refuted",
    ),
    "a multiplier that is positive": (
        r"$$ I(Z; Y) - \beta I(Z; X) \le I(Z; Y) $$"
        "\n\n" r"$$ I(Z; Y) + \beta I(Z; X) \le I(Z; Y) $$",
        "unstated refuted",
    ),
    "a divergence of a name that nothing says": (
        r"$$ KL(p(x) \| q(x)) \ge -KL(p(x) \| m) $$" "\n\n" r"$$ KL(p(x) \| q(x)) \ge 0 $$",
        "compared proved",
    ),
    "an entropy that is dropped": (
        r"$$ E_{p(x, y)}[\log q(y | x)] + H(Y) \ge E_{p(x, y)}[\log q(y | x)] $$"
        "\n\n" r"$$ \log p(x) \ge E_{q(z)}[\log p(x, z)] - H(q(z)) $$",
        "unstated refuted",
    ),
    "brackets of packages, and a colon in a divergence": (
        r"$$ E_{p(x)} \qty[KL\qty(p(z|x) : p(z))] = E_{p(x, z)} \qty[\log \frac{p(z|x)}{p(z)}] $$",
        "proved",
    ),
    "a name at another setting": (
        r"$$ Q(\theta, \theta^{old}) = E_{p(z|x, \theta^{old})}[\log p(x, z | \theta)] $$" "\n\n"
        r"$$ \log p(x|\theta) - \log p(x|\theta^{old}) \ge Q(\theta, \theta^{old}) -"
        r" Q(\theta^{old}, \theta^{old}) $$"
        "\n\n" r"$$ Q(\theta, \theta^{old}) = Q(\theta^{old}, \theta^{old}) $$"
        "\n\n" r"$$ Q(\theta, \theta^{old}) = Q(\theta^{old}, \theta) $$",
        "define proved refuted refuted",
    ),
    "a name at parameters that nothing tells of": (
        r"$$ L(\theta, \phi) = E_{q_\phi(z|x)}[\log \frac{p_\theta(x, z)}{q_\phi(z|x)}] $$"
        "\n\n" r"$$ L(\theta, \phi) \ge L(\theta', \phi) $$",
        "define arguments",
    ),
    "a name at another point": (
        r"$$ L(x) = E_{q(z|x)}[\log \frac{p(x, z)}{q(z|x)}] $$" "\n\n"
        r"$$ L(y) = L(x) $$" "\n\n" r"$$ \theta = 1, \quad L(\theta; x) \le \log p(x) $$",
        "define line-before bound proved",
    ),
    "a name at fewer of its variables": (
        r"$$ L(x, y) = E_{q(z|x, y)}[\log \frac{p(x, y, z)}{q(z|x, y)}] $$" "\n\n"
        r"$$ \log p(x, y) \ge L(x) $$" "\n\n" r"$$ \log p(x, y) \ge L $$",
        "define arguments proved",
    ),
    "a name deep within names": (
        r"$$ A_1(x) = \log p(x, y) $$" "\n\n"
        + "\n\n".join(rf"$$ A_{n}(x) = A_{n - 1}(x) + 1 $$" for n in range(2, 9))
        + "\n\n" r"$$ A_8(y) = 7 + \log p(x, y) $$",
        "define " * 8 + "line-before",
    ),
    "a name at another index": (
        r"$$ A(z_t) = \log p(x_{1:t}, z_t) $$" "\n\n"
        r"$$ A(z_{t-1}) = \log p(x_{1:t-1}, z_{t-1}) $$" "\n\n"
        r"$$ A(z_{t-1}) = \log p(x_{1:t}, z_{t-1}) $$",
        "define proved refuted",
    ),
    "an index that is a number beside": (
        r"$$ A(z_t) = \log p(x_{1:t}, z_t) + t \log p(z_t) $$" "\n\n"
        r"$$ A(z_{t-1}) = \log p(x_{1:t-1}, z_{t-1}) + t - 1 \log p(z_{t-1}) $$",
        "define line-before",
    ),
    "an index that would be bound": (
        r"$$ B(z_t) = \sum_{s=1}^t \log p(z_t | x_s) $$" "\n\n"
        r"$$ B(z_s) = \sum_{s=1}^s \log p(z_s | x_s) $$",
        "define line-before",
    ),
    "an index of some of the arguments": (
        r"$$ F(x_t, z_t) = \log p(x_{1:t}, z_t) $$" "\n\n"
        r"$$ F(x_t, z_{t-1}) = \log p(x_{1:t}, z_{t-1}) $$",
        "define line-before",
    ),
    "settings with scripts": (
        r"$$ \log p(x|\theta^{t}) = \sum_z p(z|x, \theta^t) \log \frac{p(x, z|\theta^t)}"
        r"{p(z|x, \theta^t)} $$"
        "\n\n" r"$$ \log p(x|\theta^{t+1}) = \sum_z p(z|x, \theta^t)"
        r" \log \frac{p(x, z|\theta^{t+1})}{p(z|x, \theta^t)} $$",
        "proved refuted",
    ),
    "names with scripts above and below": (
        r"$$ \mathcal{L}^{\text{IW}}_K = \log p(x) $$" "\n\n"
        r"$$ \mathcal{L}_{\beta\text{-VAE}} = E_{q(z)}[\log \frac{p(x, z)}{q(z)}] $$"
        "\n\n" r"$$ \mathcal{L}^{\text{IW}}_K \ge \mathcal{L}_{\beta\text{-VAE}} $$"
        "\n\n" r"$$ \mathcal{L}^{\text{IW}}_K \le \mathcal{L}_{\beta\text{-VAE}} $$",
        "define define proved refuted",
    ),
    "a draw that something is written over": (
        r"$$ E_{z_1, \dots, z_K \overset{iid}{\sim} q(z)}[\frac{1}{K} \sum_{k=1}^K"
        r" \frac{p(x, z_k)}{q(z_k)}] = p(x) $$",
        "proved",
    ),
    "words between statements": (
        r"$$ p(x) = \int p(x, z) dz \quad \text{rather than} \quad p(x) = \int p(x | z) dz $$",
        "proved refuted",
    ),
    "a name that an earlier section has for something else": (
        r"$$ F = E_{q(z)}[\log \frac{p(x, z)}{q(z)}] \le \log p(x) $$"
        "\n\n# Another\n\n"
        r"$$ \log p(y) \ge E_{q(w)}[\log \frac{p(y, w)}{q(w)}] = F $$" "\n\n"
        r"$$ F = E_{q(w)}[\log p(y, w)] - H(q(w)) $$",
        "define proved proved define refuted",
    ),
    "the law of a mean, where the density stands in it": (
        r"$$ E_{q(z)}[\log p(x, z)] \ge E_{q(z)}[\log p(x, z)] $$" "\n\n"
        r"$$ KL(q(z|x) \| p(z)) = E_q[\log \frac{q(z|x)}{p(z)}] $$" "\n\n"
        r"$$ KL(q(z|x) \| p(z)) = E_q[\log \frac{p(z)}{q(z|x)}] $$",
        "proved proved refuted",
    ),
    "means whose law is said behind them": (
        r"$$ E[-\log p(x_0)] \le E_q[\log \frac{q(x_{1:T} | x_0)}{p(x_{0:T})}] $$" "\n\n"
        r"$$ E[-\log p(x_0)] \ge E_q[\log \frac{q(x_{1:T} | x_0)}{p(x_{0:T})}] $$",
        "proved refuted",
    ),
    "parameters behind a semicolon, at several settings": (
        r"$$ \log p(x; \theta) \ge E_{p(z|x; \theta_t)}[\log \frac{p(x, z; \theta)}"
        r"{p(z|x; \theta_t)}] $$" "\n\n"
        r"$$ \log p(x; \theta) = E_{p(z|x; \theta_t)}[\log \frac{p(x, z; \theta)}"
        r"{p(z|x; \theta_t)}] $$",
        "proved refuted",
    ),
    "parameters below a density, at several settings": (
        r"$$ \log p_{\theta}(x) \ge \sum_z p_{\theta_t}(z|x) \log \frac{p_{\theta}(x, z)}"
        r"{p_{\theta_t}(z|x)} $$" "\n\n"
        r"$$ \log p_{\theta}(x) \ge \sum_z p_{\theta_t}(z|x) \log \frac{p_{\theta}(x, z)}"
        r"{p_{\theta}(z)} $$",
        "proved refuted",
    ),
    "exponents, of which nothing says how large they are": (
        r"$$ \log E_{q(z)}[p(x|z)^{\alpha}] \ge \alpha E_{q(z)}[\log p(x|z)] $$" "\n\n"
        r"$$ \log E_{q(z)}[p(x|z)^{\alpha}] \ge \alpha \log E_{q(z)}[p(x|z)] $$",
        "proved refuted",
    ),
    "functions and densities by their names alone": (
        r"$$ G(x) = \frac{1}{Z} e^{T(x)} Q(x), \quad Z = E_{Q(x)}[e^T] $$" "\n\n"
        r"$$ KL(P \| Q) - E_P[T] + \log E_Q[e^T] = KL(P \| G) \ge 0 $$" "\n\n"
        r"$$ KL(P \| Q) \ge E_P[T] - \log E_Q[e^T] $$" "\n\n"
        r"$$ KL(P \| Q) \le E_P[T] - \log E_Q[e^T] $$",
        "define define proved proved proved refuted",
    ),
    "densities called by their variables alone": (
        r"$$ I(X; Y) = KL(P_{XY} \,\|\, P_X \otimes P_Y) = E_{P_X}[KL(P_{Y|X} \| P_Y)] $$" "\n\n"
        r"$$ I(X; Y) = E_{P_X}[KL(P_Y \| P_{Y|X})] $$",
        "proved proved refuted",
    ),
    "entropies of densities by h, of estimates by a hat": (
        r"$$ I(X; \hat X) = h(X) - h(X | \hat X) $$" "\n\n"
        r"$$ I(X; \hat X) = h(X) + h(X | \hat X) $$",
        "proved refuted",
    ),
    "the logarithm of a mean of conditionals": (
        r"$$ \log g(x) = \log \int g(x|z) p(z) dz $$" "\n\n"
        r"$$ \log g(x) \ge E_{q(z)}[\log g(x|z)] - KL(q(z) \| p(z)) $$" "\n\n"
        r"$$ \log g(x) \le E_{q(z)}[\log g(x|z)] - KL(q(z) \| p(z)) $$",
        "model proved refuted",
    ),
    "what a statement is said of, before a colon": (
        r"$$ z \sim q: \quad E_q[\frac{p(x, z)}{q(z)}] = p(x) $$",
        "proved",
    ),
    "brackets that close in the wrong order": (
        r"$$ \log p(x) = \left(E_{q(z)}\left[\log p(x) \right)\right] $$" "\n\n"
        r"$$ \log p(x) = \left(E_{q(z)}\left[\log p(z) \right)\right] $$",
        "proved bracket",
    ),
    "a row that goes on with the row above, not with a remark on it": (
        r"$$ \begin{aligned} L &= E_{q(z)}[\log \frac{p(x, z)}{q(z)}], \quad q(z) = r(z) \\"
        r" &= E_{q(z)}[\log p(x, z)] + H(q(z)) \end{aligned} $$",
        "define model proved",
    ),
    "sums of bounds over data": (
        r"$$ \sum_{i=1}^N \log p(x_i) \ge \sum_{i=1}^N (E_{q(z_i|x_i)}[\log p(x_i|z_i)] -"
        r" KL(q(z_i|x_i) \| p(z_i))) $$" "\n\n"
        r"$$ \sum_{i=1}^N \log p(x_i) \le \sum_{i=1}^N (E_{q(z_i|x_i)}[\log p(x_i|z_i)] -"
        r" KL(q(z_i|x_i) \| p(z_i))) $$",
        "proved refuted",
    ),
    "a weight whose sign nothing says": (
        r"$$ E_{q(z)}[\log p(x|z)] - \beta KL(q(z) \| p(z)) \le E_{q(z)}[\log p(x|z)] $$" "\n\n"
        r"$$ E_{q(z)}[\log p(x|z)] - \beta KL(q(z) \| p(z)) \ge E_{q(z)}[\log p(x|z)] $$",
        "unstated refuted",
    ),
    "a critic, of which something was proved": (
        r"$$ I(X;Y) \ge E_{p(x,y)}[f(x,y)] - \log E_{p(x)p(y)}[e^{f(x,y)}] $$" "\n\n"
        r"$$ I(X;Y) \le E_{p(x,y)}[f(x,y)] - \log E_{p(x)p(y)}[e^{f(x,y)}] $$",
        "proved refuted",
    ),
    "a law of the data beside a family under two names": (
        r"$$ E_{p_d(x)}[\log p_\theta(x)] \ge E_{p_d(x)}[E_{q(z|x)}[\log p_\theta(x|z)] -"
        r" KL(q(z|x) \| p(z))] $$" "\n\n"
        r"$$ E_{p_d(x)}[\log p_\theta(x)] \ge E_{p_d(x)}[E_{q(z|x)}[\log p_\theta(x|z)] +"
        r" KL(q(z|x) \| p(z))] $$",
        "proved refuted",
    ),
    "a normaliser that is called as a variable is": (
        r"$$ G(z) = \frac{1}{Z} t(z) r(z), \quad Z = \int t(z) r(z) dz $$" "\n\n"
        r"$$ \log Z \ge E_{r(z)}[\log t(z)] $$" "\n\n" r"$$ \log Z \le E_{r(z)}[\log t(z)] $$",
        "define define proved refuted",
    ),
    "an energy": (
        r"$$ F = \sum_h q(h) E_\theta(x, h) - H(q(h)) $$" "\n\n"
        r"$$ E_\theta(x, h) = -\log p_\theta(x, h) $$" "\n\n"
        r"$$ F \ge -\log p_\theta(x) $$" "\n\n" r"$$ F \le -\log p_\theta(x) $$",
        "define define proved refuted",
    ),
    "a divergence of names, behind another chain's": (
        r"$$ \log p(x) \ge \log p(x) - KL(q(z) \| p(z | x)) $$" "\n\n"
        r"$$ KL(q \| p) = E_{q(z)}[\log q(z) - \log p(z)] $$",
        "proved proved",
    ),
    "a power of two": (r"$$ \mathrm{PP}(p) = 2^{H(p)} $$", "define"),
    "a name whose subscript is a sum": (
        r"$$ \log p(x) = L_{t+1} $$" "\n\n" r"$$ L_t = L_{t+1} $$" "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log \frac{p(x, z)}{q(z)}] $$",
        "define define proved",
    ),
    "names whose subscripts differ in a sign": (
        r"$$ L_{t+1} = \log p(x) $$" "\n\n" r"$$ L_{t-1} = E_{p(x)}[\log p(x)] $$"
        "\n\n" r"$$ L_{t+1} = L_{t-1} $$",
        "define define refuted",
    ),
    "overlays of slides": (
        r"$$ \log p(x) \ge E_{q(z)}[\log \frac{p(x, z)}{q(z)}] \only<2->{\;=:\; L} $$" "\n\n"
        r"$$ L = \log p(x) + \alert<3>{KL(q(z) \| p(z|x))} $$",
        "proved define refuted",
    ),
    "what stands behind a reason": (
        r"$$ \log p(x) = \log \int p(x, z) dz \text{ (by marginalisation) } = \log p(z) $$" "\n\n"
        r"$$ \log p(x) = \log \int p(x, z) dz \quad \text{by Jensen} \quad"
        r" \ge E_{q(z)}[\log \frac{p(x, z)}{q(z)}] $$",
        "proved refuted proved proved",
    ),
    "terms in columns": (
        r"\begin{alignat}{2} \log p(x) &= \log \int p(x, z) dz &&+ KL(q(z) \| p(z)) \end{alignat}"
        "\n\n" r"\begin{alignat}{2} \log p(x) &= E_{q(z)}[\log \frac{p(x, z)}{q(z)}]"
        r" &&+ KL(q(z) \| p(z|x)) && \quad \text{by Bayes} \end{alignat}",
        "refuted proved",
    ),
    "columns that an argument is about": (
        r"\begin{IEEEeqnarray}{rCl} \log p(x) &=& \log \int p(x, z) dz \\"
        r" &=& \log p(z) \end{IEEEeqnarray}",
        "proved refuted",
    ),
    "words within formulas": (
        r"$$ \log p(x) = \text{twice } \log p(x) $$" "\n\n"
        r"$$ \log p(x) = \textbf{2} \log p(x) $$" "\n\n"
        r"$$ \log p(x) = \text{-} \log p(x) $$" "\n\n"
        r"$$ \log p(x) = \log p(x) \text{$+ 1$} $$",
        "words refuted refuted words",
    ),
    "names of words": (
        r"$$ \text{Model evidence} = \log p(x) $$" "\n\n"
        r"$$ \text{Lower bound} = E_{q(z)}[\log \frac{p(x, z)}{q(z)}] $$" "\n\n"
        r"$$ \text{Lower bound} \le \text{Model evidence} $$" "\n\n"
        r"$$ \text{Lower bound} \ge \text{Model evidence} $$",
        "define define proved refuted",
    ),
    "two names of which a line says no more than their sum": (
        r"$$ \log p(x) = \text{Gap} + \text{Bound} $$",
        "undeclared-name",
    ),
    "formulas of which nothing is said": (
        r"$$ \log p(x) \text{ and } \log p(z) \text{ and } \log p(x) = \log p(z) $$",
        "no-relation no-relation refuted",
    ),
    "references in the place of formulas": (
        r"$$ \log p(z) = \log \int p(x, z) dx \label{a} $$" "\n\n"
        r"$$ \log p(x) = \log \int p(x, z) dz $$" "\n\n" r"$$ \eqref{a} = \log p(x) $$" "\n\n"
        r"$$ \text{LHS} = \log p(x) $$",
        "proved proved words words",
    ),
    "a row of words between two": (
        r"$$ \begin{aligned} \log p(x) &= \text{half of } \log p(x) \\ &= \log \int p(x, z) dz \\"
        r" &= \log p(z) \end{aligned} $$",
        "words proved refuted",
    ),
    "what is claimed beneath braces": (
        r"$$ \log p(x) = E_{q(z)}[\log \frac{p(x, z)}{q(z)}] +"
        r" \underbrace{KL(q(z) \| p(z|x))}_{\le 0} $$" "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log \frac{p(x, z)}{q(z)}] +"
        r" \underbrace{KL(q(z) \| p(z|x))}_{\ge 0 \text{ by Gibbs}} $$" "\n\n"
        r"$$ \ge E_{q(z)}[\log \frac{p(x, z)}{q(z)}] + \underbrace{0}_{\to 0} $$",
        "proved refuted proved proved proved limits",
    ),
    "conditions by other words": (
        r"$$ KL(q(z) \| p(z)) = 0 \text{ iff } q(z) = p(z) $$" "\n\n"
        r"$$ KL(q(z) \| p(z)) = 0 \text{ only if } q(z) = p(z) $$" "\n\n"
        r"$$ KL(q(z) \| p(z)) = 0 \text{ as long as } q(z) = p(z) $$" "\n\n"
        r"$$ KL(q(z) \| p(z)) = 0 \text{ at } q(z) = p(z) $$" "\n\n"
        r"$$ KL(q(z) \| p(z)) = 0 \quad (q(z) = p(z)) $$",
        "under-condition " * 5,
    ),
    "a name of the normal law beside a number of data": (
        r"$$ \sum_{i=1}^N \log p(x_i) = \sum_{i=1}^N \log \int p(x_i, z) dz $$" "\n\n"
        r"$$ KL(N(\mu, \sigma^2) \| N(0, 1)) = \mu^2 $$",
        "proved line-before",
    ),
    "one notation that would have to be two things": (
        r"$$ \log p(x) - KL(q \| p) = E_{q(z)}[\log p(x|z)] - KL(q \| p) $$" "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x|z)] - KL(q \| p) + KL(q \| p) $$",
        "readings refuted",
    ),
    "one entropy that would have to be of two families": (
        r"$$ H(X) - H(p(x)) = H(X) - H(q(x)) $$", "readings",
    ),
    "one notation in two lines": (
        r"$$ KL(q \| p) = E_{q(z)}[\log \frac{q(z)}{p(z)}] $$" "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x,z) - \log q(z)] + KL(q \| p) $$" "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x|z)] - KL(q \| p) + KL(q(z) \| p(z|x)) $$",
        "proved readings proved",
    ),
    "a notation that the author defines": (
        r"$$ KL(q \| p) := KL(q(z) \| p(z|x)) $$" "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x,z) - \log q(z)] + KL(q \| p) $$" "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x|z)] - KL(q \| p) $$",
        "proved proved refuted",
    ),
    "a notation that the text says": (
        r"Here $KL(q \| p)$ denotes $KL(q(z) \| p(z))$, and $H(q) = H(q(z))$." "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x,z) - \log q(z)] + KL(q \| p) $$" "\n\n"
        r"$$ H(q) = -E_{q(z|x)}[\log q(z|x)] $$" "\n\n" r"$$ H(q) = -E_{q(z)}[\log q(z)] $$",
        "refuted refuted proved",
    ),
    "a density that the text writes by its name": (
        r"We write $q$ for $q(z|x)$." "\n\n"
        r"$$ E_q[f(z)] = \int q(z|x) f(z) dz $$" "\n\n" r"$$ E_q[f(z)] = \int q(z) f(z) dz $$",
        "proved refuted",
    ),
    "of what the text says something is drawn": (
        r"Let $x \sim p_{data}(x)$ and $z \sim p(z)$." "\n\n"
        r"$$ E_x[\log p_\theta(x)] = \int p_\theta(x) \log p_\theta(x) dx $$" "\n\n"
        r"$$ E_{q(z)}[f(z)] = E[f(z)] $$" "\n\n"
        r"$$ E_x[\log p_\theta(x)] = \int p_{data}(x) \log p_\theta(x) dx $$",
        "refuted refuted proved",
    ),
    "letters beneath means": (
        r"$$ E_{q(z)}[f] = E_{p(z)}[f] $$" "\n\n" r"$$ E_{q(z)}[f^2] = E_{q(z)}[f]^2 $$" "\n\n"
        r"$$ E_{q(z)}[c \log p(z)] = c E_{q(z)}[\log p(z)] $$" "\n\n"
        r"$$ E_{q(z)}[f + g] = E_{q(z)}[f] + E_{q(z)}[g] $$",
        "undefined undefined proved proved",
    ),
    "letters beneath means, in names": (
        r"$$ A = E_{q(z)}[f] $$" "\n\n" r"$$ B = E_{p(z)}[f] $$" "\n\n" r"$$ A = B $$",
        "define define undefined",
    ),
    "a critic by its name, in another line": (
        r"$$ KL(P \| Q) \ge E_P[T] - \log E_Q[e^T] $$" "\n\n" r"$$ E_P[T] = E_Q[T] $$",
        "proved undefined",
    ),
    "densities under two parameters": (
        r"$$ KL(p(x|\theta) \| p(x|\phi)) = 0 $$" "\n\n"
        r"$$ \log p(x|\alpha,\beta) = \log p(x|\beta,\gamma) $$" "\n\n"
        r"$$ KL(p(x|\theta) \| p(x|\phi)) \ge 0 $$",
        "refuted refuted proved",
    ),
    "values that are given": (
        r"$$ KL(p_{Y|X=x}(y) \| p_{Y|X=x'}(y)) \le 0 $$" "\n\n"
        r"$$ KL(q_{Z|X=0}(z) \| q_{Z|X=1}(z)) = 0 $$" "\n\n"
        r"$$ KL(p_{Y|X=x}(y) \| p_{Y|X=x'}(y)) \ge 0 $$",
        "refuted line-before proved",
    ),
    "a name with arguments and without": (
        r"$$ L(x) = \log p(x) $$" "\n\n" r"$$ L = E_{p(x)}[L(x)] $$" "\n\n" r"$$ L = L(x) $$",
        "define define refuted",
    ),
    "a name at two indices": (
        r"$$ w_k = \frac{p(x,z_k)}{q(z_k)} $$" "\n\n" r"$$ w_j = w_k $$",
        "define line-before",
    ),
    "a capital that is free beside its small letter": (
        r"$$ \log p(X) = \log p(x) $$" "\n\n# Next\n\n"
        r"$$ KL(q(X) \| p(X)) = \int q(x) \log \frac{q(x)}{p(x)} dx $$",
        "refuted proved",
    ),
    "a capital that the text says": (
        r"Let $X = (x_1, \dots, x_N)$." "\n\n" r"$$ \log p(X) = \log p(x) $$",
        "refuted",
    ),
    "a name that is underlined": (
        r"$$ KL(\underline{q}(z) \| q(z)) = 0 $$" "\n\n" r"$$ \underline{KL(q(z) \| q(z))} = 0 $$",
        "refuted proved",
    ),
    "the data distribution beside the model": (
        r"Let $p(x)$ be the data distribution, $p_\theta(x,z)$ the model." "\n\n"
        r"$$ H(p(x)) = -E_{p(x)}[\log \int p_\theta(x,z) dz] $$" "\n\n"
        r"$$ H(p(x)) \le -E_{p(x)}[\log \int p_\theta(x,z) dz] $$",
        "refuted proved",
    ),
    "the entropy of expectation maximisation": (
        r"$$ Q(\theta|\theta_t) = E_{p(z|x,\theta_t)}[\log p(x,z|\theta)] $$" "\n\n"
        r"$$ H(\theta|\theta_t) = -E_{p(z|x,\theta_t)}[\log p(z|x,\theta)] $$" "\n\n"
        r"$$ \log p(x|\theta) = Q(\theta|\theta_t) + H(\theta|\theta_t) $$" "\n\n"
        r"$$ \log p(x|\theta) = Q(\theta|\theta_t) - H(\theta|\theta_t) $$",
        "define define proved refuted",
    ),
    "a probability of a set": (r"$$ p(x \in A) \le 1 $$", "membership"),
    "a function that sums to one": (
        r"$$ \sum_x f(x) = 1 $$" "\n\n" r"$$ E_{p(x)}[\log p(x) - \log f(x)] \ge 0 $$" "\n\n"
        r"$$ E_{p(x)}[\log p(x) - \log f(x)] \le 0 $$",
        "proved proved refuted",
    ),
    "sums from where an index is": (
        r"$$ q(x_{1:T}|x_0) = \prod_{t=1}^T q(x_t|x_{t-1}) $$"
        "\n\n" r"$$ \log q(x_{1:T}|x_0) = \sum_{t \ge 1} \log q(x_t|x_{t-1})"
        r" = \log q(x_1|x_0) + \sum_{t>1} \log q(x_t|x_{t-1}) $$"
        "\n\n" r"$$ \log q(x_{1:T}|x_0) = \sum_{t > 1} \log q(x_t|x_{t-1}) $$",
        "model proved proved refuted",
    ),
    "a name beneath a brace for how a line begins": (
        r"$$ J := \underbrace{E_{r(x)}[\log p(x)]}_{=: A}"
        r" - \underbrace{E_{r(x)}[KL(q(z|x)\|p(z))]}_{B} $$"
        "\n\n" r"$$ J = A - B $$" "\n\n" r"$$ J = A + B $$",
        "define define proved refuted",
    ),
    "a Greek name beneath a brace": (
        r"$$ \log p(x) = E_{q(z)}\Big[\log\frac{p(x,z)}{q(z)}\Big]"
        r" + \underbrace{KL(q(z)\|p(z|x))}_{\triangleq \Delta} $$"
        "\n\n" r"$$ \Delta \le 0 $$" "\n\n" r"$$ \Delta \ge 0 $$",
        "proved define refuted proved",
    ),
    "a law of all elements, named before that of one": (
        r"$$ q(x_{0:T}) = q(x_0) \prod_{t=1}^T q(x_t|x_{t-1}) $$"
        "\n\n" r"$$ L = E_{q(x_{0:T})}[\log q(x_{1:T}|x_0)], \quad M = E_{q(x_0)}[\log q(x_0)] $$"
        "\n\n" r"$$ L = E_q\Big[\sum_{t=1}^T \log q(x_t|x_{t-1})\Big] $$",
        "model define define proved",
    ),
    "a sum over all values of a variable": (
        r"$$ p(x) = \sum_{z=1}^K p(z) p(x|z) $$" "\n\n" r"$$ p(x) = \sum_{z=1}^K p(z|x) p(x|z) $$",
        "proved refuted",
    ),
    "a sum whose number of terms is written before it": (
        r"$$ E_{p(x_{1:N})}\Big[\frac1N \sum_n \log q(x_n)\Big]"
        r" = \frac1N \sum_n E_{p(x_n)}[\log q(x_n)] $$",
        "proved",
    ),
    "copies that the text draws": (
        r"For $z_1,\dots,z_K \overset{iid}{\sim} q(z|x)$ let"
        "\n\n" r"$$ L_K = E\Big[\log\frac1K\sum_{k=1}^K\frac{p(x,z_k)}{q(z_k|x)}\Big] $$"
        "\n\n" r"$$ L_K \le \log p(x) $$" "\n\n" r"$$ L_K \ge \log p(x) $$",
        "define proved refuted",
    ),
    "copies of which the law has one": (
        r"$$ \log p(x) \ge E_{z_k \sim q(z|x)}"
        r"\Big[\log\frac1K\sum_{k=1}^K\frac{p(x,z_k)}{q(z_k|x)}\Big] $$"
        "\n\n" r"$$ \log p(x) \ge E_{z^{(1)},\dots,z^{(K)} \sim q(z|x)}"
        r"\Big[\log\sum_{k=1}^K\frac{p(x,z^{(k)})}{q(z^{(k)}|x)}\Big] $$",
        "proved refuted",
    ),
    "what has been done, in brackets": (
        r"$$ \begin{aligned} p(x) &= \int q(z) \frac{p(x,z)}{q(z)} dz && \text{(times one)} \\"
        r" &= p(x) && \text{(times two)} \end{aligned} $$"
        "\n\n" r"$$ KL(q(z)\|p(z)) = KL(q(z)\|p(z)) \text{ by a factor of two} $$",
        "proved words words",
    ),
    "variables that the text calls discrete": (
        r"Let $X$ and $Y$ be discrete." "\n\n" r"$$ I(X;Y) \le H(X) $$" "\n\n" r"$$ H(X) \le 0 $$",
        "unstated refuted",
    ),
    "variables that may be discrete": (
        r"$$ H(X|Y) \le H(X,Z|Y) $$" "\n\n" r"$$ H(X|Y) \ge H(X,Z|Y) $$",
        "unstated refuted",
    ),
    "a product of densities that are given parameters": (
        r"$$ p(x_{1:N}, z_{1:N} | \theta) = \prod_{n=1}^N p(z_n | \theta) p(x_n | z_n, \theta) $$"
        "\n\n" r"$$ \log p(x_{1:N} | \theta) = \sum_{n=1}^N \log \sum_{z_n} p(x_n, z_n | \theta) $$"
        "\n\n" r"$$ \log p(x_{1:N} | \theta) = \sum_{n=1}^N \log p(x_n | z_n, \theta) $$",
        "model proved refuted",
    ),
    "the upper end before the lower": (
        r"$$ p(x_{1:T}) = p(x_1) \prod^T_{t=2} p(x_t | x_{t-1}) $$"
        "\n\n" r"$$ \log p(x_{1:T}) = \log p(x_1) + \sum^{T}_{t=2} \log p(x_t | x_{t-1}) $$"
        "\n\n" r"$$ \log p(x_{1:T}) = \sum^T_{t=2} \log p(x_t | x_{t-1}) $$",
        "model proved refuted",
    ),
    "a density that the text says is an integral": (
        r"Let $P(x) = \int p(x, u) du$."
        "\n\n" r"$$ \log P(x) \ge E_{q(u|x)}[\log p(x, u) - \log q(u|x)] $$"
        "\n\n" r"$$ \log P(x) \ge E_{q(u|x)}[\log p(x, u) + \log q(u|x)] - \log P(x) $$",
        "proved refuted",
    ),
    "an energy in an exponent": (
        r"$$ p(s) = \frac{1}{Z} e^{-E(s)}, \qquad Z = \sum_s e^{-E(s)} $$"
        "\n\n" r"$$ KL(q(s) \| p(s)) = \mathbb{E}_{q(s)}[E(s)] - H(q(s)) + \ln Z $$"
        "\n\n" r"$$ KL(q(s) \| p(s)) = \mathbb{E}_{q(s)}[E(s)] + H(q(s)) + \ln Z $$",
        "model define proved refuted",
    ),
    "a Hamiltonian beside entropies": (
        r"$$ p(s) = \frac{e^{-\mathcal{H}(s)}}{Z} $$"
        "\n\n" r"$$ \ln Z \ge H(q(s)) - \mathbb{E}_{q(s)}[\mathcal{H}(s)] $$"
        "\n\n" r"$$ \ln Z \le H(q(s)) - \mathbb{E}_{q(s)}[\mathcal{H}(s)] $$",
        "model proved refuted",
    ),
    "an entropy by its letter": (
        r"$$ p(s) = \frac{e^{-E(s)}}{Z} $$"
        "\n\n" r"$$ KL(q(s) \| p(s)) = \mathbb{E}_{q(s)}[E(s)] - S_q + \ln Z $$"
        "\n\n" r"$$ \ln Z \ge S_q - \mathbb{E}_{q(s)}[E(s)] $$"
        "\n\n" r"$$ \ln Z \ge S_q + \mathbb{E}_{q(s)}[E(s)] $$",
        "model define proved refuted",
    ),
    "a normaliser that nothing defines": (
        r"Let $\rho^*(h) = \pi(h) e^{-\ell(h)} / Z$."
        "\n\n" r"$$ KL(\rho(h) \| \pi(h)) + E_{\rho(h)}[\ell(h)] \ge - \log Z $$"
        "\n\n" r"$$ KL(\rho(h) \| \pi(h)) - E_{\rho(h)}[\ell(h)] \ge - \log Z $$"
        "\n\n" r"$$ Z \ge 1 $$",
        "proved refuted refuted",
    ),
    "the normaliser of a conditional density": (
        r"$$ \pi^*(a|s) = \frac{1}{Z(s)} \mu(a|s) e^{r(s,a)} $$"
        "\n\n" r"$$ KL(\pi(a|s) \| \pi^*(a|s)) = KL(\pi(a|s) \| \mu(a|s)) - E_{\pi(a|s)}[r(s,a)]"
        r" + \log Z(s) $$"
        "\n\n" r"$$ E_{\pi(a|s)}[r(s,a)] - KL(\pi(a|s) \| \mu(a|s)) \le \log Z(s) $$"
        "\n\n" r"$$ E_{\pi(a|s)}[r(s,a)] + KL(\pi(a|s) \| \mu(a|s)) \le \log Z(s) $$",
        "model proved proved refuted",
    ),
    "the normaliser of what isn't normalised": (
        r"$$ p(z) = \tilde p(z) / Z $$" "\n\n" r"$$ \log Z = 0 $$"
        "\n\n" r"$$ KL(q(z) \| p(z)) = E_{q(z)}[\log q(z) - \log \tilde p(z)] + \log Z $$"
        "\n\n" r"$$ KL(q(z) \| p(z)) = E_{q(z)}[\log q(z) - \log \tilde p(z)] $$"
        "\n\n" r"# Given something" "\n\n" r"$$ p(z|x) = \tilde p(z|x) / Z(x) $$"
        "\n\n" r"$$ \log Z(x) \le 0 $$"
        "\n\n" r"# A factor" "\n\n" r"$$ p(z) = \tilde p(z) g(z) / Z $$"
        "\n\n" r"$$ \log Z \le \log E_{\tilde p(z)}[g(z)] $$",
        "model refuted proved refuted expected refuted unstated undeclared-name",
    ),
    "a variable that is said to be some of its values": (
        r"$$ p(x) = \sum_{k=1}^{K-1} p(z = k) p(x | z = k) $$"
        "\n\n" r"# Numbers" "\n\n" r"$$ p(x) = \sum_{k=1}^2 p(z = k) p(x | z = k) $$"
        "\n\n" r"# Two lasts" "\n\n" r"$$ p(x) = \sum_{k=1}^K p(z = k) p(x | z = k) $$"
        "\n\n" r"$$ p(x) = \sum_{k=1}^M p(z = k) p(x | z = k) $$",
        "expected expected expected expected",
    ),
    "an expectation under several families": (
        r"$$ q(u, v) = q_1(u) q_2(v) $$"
        "\n\n" r"$$ \log p(x) \ge E_{q_1 q_2}[\log p(x, u, v)] + H(q_1(u)) + H(q_2(v)) $$"
        "\n\n" r"$$ \log p(x) \ge E_{q_1 q_2}[\log p(x, u, v)] - E_{q_1, q_2}[\log p(u, v)] $$",
        "model proved refuted",
    ),
    "a variable that is said to be an index": (
        r"$$ \log p(x) \ge \sum_{k=1}^K q(z = k) \log \frac{p(x, z = k)}{q(z = k)} $$"
        "\n\n" r"$$ \log p(x) \ge \sum_k q(z = k) \log \frac{q(z = k)}{p(x, z = k)} $$"
        "\n\n" r"$$ p(x) = \sum_{j=1}^K p(z = j) p(x | z) $$",
        "proved refuted expected",
    ),
    "a law by its normaliser": (
        r"Let $Z = \int f(z) q(z) dz$ and $\hat p(z) = f(z) q(z) / Z$ for some $f(z) > 0$."
        "\n\n" r"$$ KL(\hat p(z) \| q(z)) = E_{\hat p(z)}[\log f(z)] - \log Z $$"
        "\n\n" r"$$ KL(\hat p(z) \| q(z)) = E_{\hat p(z)}[\log f(z)] + \log Z $$",
        "proved refuted",
    ),
    "a name beside its own variable under a mean": (
        r"$$ \rho^*(h) = \frac{\pi(h) e^{-\ell(h)}}{E_{\pi(h)}[e^{-\ell(h)}]} $$"
        "\n\n" r"$$ L(x) = E_{q(z)}[\log p(x, z)] + \log q(z) $$",
        "define out-of-scope",
    ),
    "a slip that holds of no function": (
        r"Let $\rho^*(h) = \pi(h) e^{-\ell(h)} / Z$."
        "\n\n" r"$$ KL(\rho(h) \| \rho^*(h)) = KL(\rho(h) \| \pi(h)) - E_{\rho(h)}[\ell(h)]"
        r" + \log Z $$",
        "refuted",
    ),
    "a slip that only holds where both are nothing": (
        r"$$ F = E_{q(z)}[\log p(x, z) - \log q(z)] $$"
        "\n\n" r"$$ KL(q(z) \| p(z|x)) = F - \log p(x) $$",
        "define refuted",
    ),
    "how many values there are": (
        r"$$ H(X) \le \log K $$" "\n\n" r"$$ H(X) \le H(X | Y) \qquad \blacksquare $$",
        "undefined refuted",
    ),
}  # fmt: skip


def said(report: DerivationReport) -> list[str]:
    """What is said of each line of a document, in their order."""
    reading = report.reading
    assert reading is not None
    found = [(s.line, s.column, _code(s)) for s in report.steps]
    found += [(d.line, d.column, d.kind) for d in reading.declared]
    for left in reading.not_judged:
        where = left.why.location
        found.append((left.line, where.column if where else 0, left.code))
    return [code for _, _, code in sorted(found)]


def _code(step: object) -> str:
    diagnostic = getattr(step, "diagnostic", None)
    return diagnostic.code if diagnostic else str(step.verdict)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", READ)
def test_what_is_read(name: str, tmp_path: Path) -> None:
    text, expected = READ[name]
    document = tmp_path / "a.md"
    document.write_text(f"{text}\n", encoding="utf-8")
    (report,) = verify(document).derivations
    assert not report.internal
    assert said(report) == expected.split()


@pytest.mark.parametrize(
    ("beside", "judged"), [("", True), ("With $q(z_1 | z_0) = q(z_1)$", False)]
)
def test_an_element_that_is_not_there(beside: str, judged: bool, tmp_path: Path) -> None:
    """Unless the text has it, and says what it is: then the line isn't judged."""
    document = tmp_path / "a.md"
    document.write_text(
        r"$$ q(z_{1:T}) = q(z_1) \prod_{t=2}^T q(z_t | z_{t-1}) $$"
        f"\n\n{beside}\n\n"
        r"$$ \log q(z_{1:T}) = \sum_{t=1}^T \log q(z_t | z_{t-1}) $$"
        "\n\n"
        r"$$ q(z_{t+1} | z_{1:t}) = q(z_{t+1} | z_t) $$",
        encoding="utf-8",
    )
    (report,) = verify(document).derivations
    first = report.steps[0]
    assert (first.verdict is Verdict.ILL_FORMED) is judged
    assert report.steps[-1].verdict is Verdict.PROVED
