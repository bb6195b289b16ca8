"""What in a document declares something for other lines: what is asserted, from where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_notations import said

from verifier import verify

# A document, and of each line what is said: of one that isn't proved by its code.
TOLD: dict[str, tuple[str, str]] = {
    "an equivalence asserts neither side": (
        r"$$ KL(q(z) \| p(z)) = 0 \iff q(z) = p(z) $$"
        "\n\n"
        r"For any q"
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] $$",
        "under-condition under-condition unstated",
    ),
    "an implication doesn't assert its hypothesis": (
        r"$$ p(x,z)=p(x)p(z) \Rightarrow I(X;Z)=0 $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated under-condition unstated",
    ),
    "a factorisation holds from where it stands": (
        r"$$ \log p(x|z) = \log p(x) $$"
        "\n\n"
        r"$$ p(x,z)=p(x)p(z) $$"
        "\n\n"
        r"$$ H(X,Z)=H(X)+H(Z) $$",
        "unstated model proved",
    ),
    "a factorisation of a sequence in the running text, by elements that it has": (
        r"Let $p(x_{1:T}, y_{1:T}) = p(x_1) p(y_1|x_1) \prod_{t=2}^T p(x_t|x_{t-1}) p(y_t|x_t)$."
        "\n\n"
        r"$$ p(x_t|y_{1:t-1}) = \int p(x_t|x_{t-1}) p(x_{t-1}|y_{1:t-1}) dx_{t-1} $$"
        "\n\n"
        r"$$ p(x_t|y_{1:t-1}) = \int p(x_t|x_{t-1}) p(x_{t-1}|y_{1:t}) dx_{t-1} $$"
        "\n\n"
        r"$$ p(x_t|y_{1:t}) = p(x_t|y_t) $$",
        "unstated refuted refuted",
    ),
    "a factorisation with a question mark": (
        r"$$ p(x,z) \overset{?}{=} p(x)p(z) $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a factorisation that is a hypothesis": (
        r"$$ H_0: \quad p(x,z) = p(x)p(z) $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a factorisation on a condition": (
        r"$$ p(x,z) = p(x)p(z) \quad \text{only if } X \perp Z $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "under-condition unstated",
    ),
    "a factorisation that its display denies": (
        r"$$ \text{Not true: } p(x,z) = p(x)p(z) $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a factorisation that the text denies": (
        r"It is not true that"
        "\n\n"
        r"$$ p(x,z) = p(x)p(z) $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a factorisation of what the text calls dependent": (
        r"Style and content are dependent:"
        "\n\n"
        r"$$ p(x,z) = p(x)p(z) $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a factorisation that the next sentence takes back": (
        r"Suppose for a moment that"
        "\n\n"
        r"$$ p(x,z) = p(x)p(z) $$"
        "\n\n"
        r"In truth this need not hold."
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a program behind a display says nothing of it": (
        r"$$ p(x,z) = p(x)p(z) $$"
        "\n\n```{r, eval=FALSE}\nx <- 1\n```\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "model proved",
    ),
    "a factorisation that a comment expects to be refuted": (
        r"<!-- elbo: expect: refuted -->"
        "\n\n"
        r"$$ p(x,z) = p(x)p(z) $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a law that is set behind a bound": (
        r"For any $q(z|x)$"
        "\n\n"
        r"$$ \log p(x) = E_{q(z|x)}[\log p(x,z)-\log q(z|x)] $$"
        "\n\n"
        r"It is tight if"
        "\n\n"
        r"$$ q(z|x) = p(z|x) $$",
        "refuted unstated",
    ),
    "a choice of a law": (
        r"For any $q$"
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] $$"
        "\n\n"
        r"The choice"
        "\n\n"
        r"$$ q(z)=p(z) $$",
        "unstated unstated",
    ),
    "a factorisation that the text takes back": (
        r"# A"
        "\n\n"
        r"$$ q(z_1,z_2)=q(z_1)q(z_2) $$"
        "\n\n"
        r"# B"
        "\n\n"
        r"Now let $q$ be arbitrary"
        "\n\n"
        r"$$ \log q(z_1, z_2) = \log q(z_1) + \log q(z_2) $$",
        "model unstated",
    ),
    "a factorisation that the next section keeps": (
        r"# A"
        "\n\n"
        r"$$ q(z_1,z_2)=q(z_1)q(z_2) $$"
        "\n\n"
        r"# B"
        "\n\n"
        r"$$ \log q(z_1, z_2) = \log q(z_1) + \log q(z_2) $$",
        "model proved",
    ),
    "a joint density that the text gives, and the mean of its conditional": (
        r"The joint is $p(x,z)=p(x|z)p(z)$, $q$ is any density."
        "\n\n"
        r"$$ \log p(x) = \log\int p(x|z)q(z)dz \ge E_{q(z)}[\log p(x|z)] $$",
        "unstated proved",
    ),
    "a formula that is no density": (
        r"$$ m(x) = p(x)+q(x) $$"
        "\n\n"
        r"$$ \int m(x)dx = 1 $$"
        "\n\n"
        r"$$ KL(p(x)\|m(x)) \ge 0 $$",
        "formula-total formula-total formula-total",
    ),
    "a formula that may be negative": (
        r"$$ m(x) = 2p(x)-q(x) $$"
        "\n\n"
        r"$$ KL(p(x)\|m(x)) \ge 0 $$",
        "formula-negative formula-negative",
    ),
    "a mixture with a weight between 0 and 1": (
        r"For $0 \le \alpha \le 1$, let"
        "\n\n"
        r"$$ m(x) = \alpha p(x)+ (1 - \alpha) q(x) $$"
        "\n\n"
        r"$$ KL(p(x)\|m(x)) \ge 0 $$",
        "model proved",
    ),
    "a bound on which a line fails": (
        r"For any $\beta$"
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] - \beta KL(q(z)\|p(z)) $$"
        "\n\n"
        r"This fails unless $\beta \ge 1$.",
        "refuted",
    ),
    "a bound that isn't assumed": (
        r"We do not assume that $\beta\ge1$."
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] - \beta KL(q(z)\|p(z)) $$",
        "refuted",
    ),
    "a bound that will be assumed": (
        r"In the next section we will assume $\beta\ge1$."
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] - \beta KL(q(z)\|p(z)) $$",
        "refuted",
    ),
    "a bound that is a condition of one line": (
        r"If $\beta\ge1$, then"
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] - \beta KL(q(z)\|p(z)) $$"
        "\n\n"
        r"In general"
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] - \beta KL(q(z)\|p(z)) + 0 $$",
        "proved refuted",
    ),
    "a bound that is a display": (
        r"$$ 0 \le \alpha \le 1 $$"
        "\n\n"
        r"$$ \int p(x)^\alpha q(x)^{1-\alpha}dx \le 1 $$",
        "bound bound proved",
    ),
    "an exponent between two numbers": (
        r"For $\alpha\in(0,1)$"
        "\n\n"
        r"$$ \int p(x)^\alpha q(x)^{1-\alpha}dx \le 1 $$",
        "proved",
    ),
    "a value of a letter": (
        r"Let $\beta=1$."
        "\n\n"
        r"$$ \log p(x) \ge E_{q(z)}[\log p(x|z)] - \beta KL(q(z)\|p(z)) $$"
        "\n\n"
        r"$$ E_{q(z)}[\log p(x|z)] - \beta KL(q(z)\|p(z)) = E_{q(z)}[\log p(x,z) - \log q(z)] $$",
        "proved proved",
    ),
    "a value of a number of copies": (
        r"Let $K=1$."
        "\n\n"
        r"$$ \log \frac{1}{K} \sum_{k=1}^K \frac{p(x,z_k)}{q(z_k)}"
        r" = \log \frac{p(x,z_1)}{q(z_1)} $$",
        "under-condition",
    ),
    "data that the text says are independent": (
        r"The data are i.i.d."
        "\n\n"
        r"$$ \log p(x_{1:N}) = \sum_{i=1}^N \log p(x_i) $$",
        "unstated",
    ),
    "variables that the text says are independent": (
        r"Let $x$ and $z$ be independent."
        "\n\n"
        r"$$ H(X,Z)=H(X)+H(Z) $$",
        "unstated",
    ),
    "a law that the text sets, as a condition": (
        r"If $q(z)=p(z|x)$ then"
        "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x,z)-\log q(z)] $$",
        "unstated",
    ),
    "a law that a display sets to a posterior": (
        r"$$ q^*(z)=p(z|x) $$"
        "\n\n"
        r"$$ E_{q^*(z)}[\log p(x,z)-\log q^*(z)] = \log p(x) $$",
        "unstated unstated",
    ),
    "a line that is false whatever the law is set to": (
        r"If $q(z)=p(z|x)$ then"
        "\n\n"
        r"$$ \log p(x) = E_{q(z)}[\log p(x,z)+\log q(z)] $$",
        "refuted",
    ),
    "a product that is assumed for a contradiction": (
        r"Suppose, for contradiction, that"
        "\n\n"
        r"$$ p(x,z)=p(x)p(z). $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "a product of marginals that its words don't assume": (
        r"It seems natural to write"
        "\n\n"
        r"$$ p(x,z)=p(x)p(z). $$"
        "\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "unstated unstated",
    ),
    "what a lemma assumes, behind its proof": (
        r"\begin{lemma} Assume that $$ p(x,z)=p(x)p(z). $$ \end{lemma}"
        "\n"
        r"\begin{proof} Clearly $$ H(X,Z)=H(X)+H(Z). $$ \end{proof}"
        "\n\n"
        r"$$ I(X;Z) = 0 $$",
        "model proved unstated",
    ),
    "what one of two models assumes": (
        r"**Model A** has"
        "\n\n"
        r"$$ p(x,y,z) = p(z)p(x|z)p(y|z) $$"
        "\n\n"
        r"**Model B** has"
        "\n\n"
        r"$$ p(x,y,z) = p(x)p(y)p(z|x,y) $$"
        "\n\n"
        r"$$ I(X;Y) = 0 $$"
        "\n\n"
        r"$$ I(X;Y|Z) = 0 $$",
        "model model proved unstated",
    ),
    "a product that the text drops": (
        r"With the mean field assumption"
        "\n\n"
        r"$$ q(u,v) = q(u)q(v) $$"
        "\n\n"
        r"$$ H(q(u,v)) = H(q(u)) + H(q(v)) $$"
        "\n\n"
        r"Without this assumption"
        "\n\n"
        r"$$ H(q(u,v)) - H(q(u)) = H(q(v)) $$",
        "model proved unstated",
    ),
    "a product and a richer one": (
        r"Let"
        "\n\n"
        r"$$ q(u,v) = q(u)q(v) $$"
        "\n\n"
        r"A structured law is"
        "\n\n"
        r"$$ q(u,v) = q(u)q(v|u) $$"
        "\n\n"
        r"$$ H(q(u,v)) = H(q(u)) + H(q(v)) $$",
        "model model unstated",
    ),
    "a case behind the general one": (
        r"(a) Take the independent case"
        "\n\n"
        r"$$ p(x,z)=p(x)p(z). $$"
        "\n\n"
        r"(b) Now consider the general case."
        "\n\n"
        r"$$ H(X,Z)=H(X)+H(Z). $$",
        "model unstated",
    ),
    "a name that is defined anew": (
        r"$$ L = E_{q(z)}[\log p(x,z) - \log q(z)] $$"
        "\n\n"
        r"$$ L \le \log p(x) $$"
        "\n\n"
        r"In the rest we let $L$ denote the negative of this,"
        "\n\n"
        r"$$ L = -E_{q(z)}[\log p(x,z) - \log q(z)] $$"
        "\n\n"
        r"$$ L \le \log p(x) $$"
        "\n\n"
        r"$$ L \ge -\log p(x) $$",
        "define proved define refuted proved",
    ),
    "a weight that the text defines anew": (
        r"Let $w(z) = p(x,z)/q(z)$."
        "\n\n"
        r"$$ E_{q(z)}[w(z)] = p(x) $$"
        "\n\n"
        r"Now redefine $w(z) = p(z)/q(z)$."
        "\n\n"
        r"$$ E_{q(z)}[w(z)] = p(x) $$"
        "\n\n"
        r"$$ E_{q(z)}[w(z)] = 1 $$",
        "proved refuted proved",
    ),
    "a term that a row names, and a false line on it": (
        r"$$ \begin{aligned} \log p(x) &= E_{q(z)}[\log p(x,z) - \log q(z)] + KL(q(z)\|p(z|x)) \\"
        r" &= L + KL(q(z)\|p(z|x)) \end{aligned} $$"
        "\n\n"
        r"$$ L = E_{q(z)}[\log p(x|z)] + KL(q(z)\|p(z)) $$"
        "\n\n"
        r"$$ L = E_{q(z)}[\log p(x|z)] - KL(q(z)\|p(z)) $$",
        "proved define refuted proved",
    ),
    "data given a parameter that is random": (
        r"Let $x_1,\dots,x_N \sim p(x|\theta)$, and $p(\theta)$ the prior."
        "\n\n"
        r"$$ \log p(x_{1:N}) = \sum_{n=1}^N \log p(x_n) $$"
        "\n\n"
        r"$$ \log p(x_{1:N}|\theta) = \sum_{n=1}^N \log p(x_n|\theta) $$"
        "\n\n"
        r"$$ \int p(\theta)p(x_{1:N}|\theta)d\theta = p(x_{1:N}) $$",
        "unstated unstated proved",
    ),
    "what the text says of discrete variables makes none of them discrete": (
        r"$X$ is not discrete, though all are discrete in books on discrete random variables."
        "\n\n"
        r"$$ H(X) \ge 0 $$"
        "\n\n"
        r"Let $Y$ be discrete."
        "\n\n"
        r"$$ H(X|Y) \ge 0 $$",
        "unstated unstated",
    ),
    "copies that would be drawn": (
        r"If we had $z_{1:K} \sim q(z)$, this would hold."
        "\n\n"
        r"$$ \log q(z_{1:K}) = \sum_{k=1}^K \log q(z_k) $$"
        "\n\n"
        r"$$ E_{q(z)}[\log q(z)] = \int q(z) \log q(z) dz $$",
        "unstated proved",
    ),
    "a name that would be wrong for a formula": (
        r"It would be wrong to let $L$ denote $\log p(x)$."
        "\n\n"
        r"$$ L \ge E_{q(z)}[\log p(x,z) - \log q(z)] $$",
        "line-before",
    ),
    "a name that the text says stands for a formula": (
        r"Let $L$ denote $E_{q(z)}[\log p(x,z) - \log q(z)]$."
        "\n\n"
        r"$$ L \le \log p(x) $$"
        "\n\n"
        r"$$ L = \log p(x) $$",
        "proved refuted",
    ),
    "what a name stands for isn't defined again by a line": (
        r"Here $L$ denotes $\log p(x)$."
        "\n\n"
        r"$$ L = E_{q(z)}[\log p(x,z) - \log q(z)] $$"
        "\n\n"
        r"$$ L \ge E_{q(z)}[\log p(x,z) - \log q(z)] $$",
        "refuted proved",
    ),
    "a formula that is denoted by a name": (
        r"We denote $E_{q(z)}[\log p(x,z) - \log q(z)]$ by $\mathcal{L}$, and write $q$ for $q(z)$."
        "\n\n"
        r"$$ \mathcal{L} = \log p(x) - KL(q \| p(z|x)) $$"
        "\n\n"
        r"$$ \mathcal{L} = \log p(x) + KL(q \| p(z|x)) $$",
        "proved refuted",
    ),
    "a name that stands for something else from here on": (
        r"Let $L = E_{q(z)}[\log p(x,z)]$."
        "\n\n"
        r"$$ L \le \log p(x) $$"
        "\n\n"
        r"Now let $L$ denote $E_{q(z)}[\log p(x,z) - \log q(z)]$."
        "\n\n"
        r"$$ L \le \log p(x) $$",
        "refuted proved",
    ),
    "a product over an index that the text alone states": (
        r"With $q(x_{1:N}) = \prod_{n=1}^N q(x_n)$,"
        "\n\n"
        r"$$ \log q(x_{1:N}) = \sum_{n=1}^N \log q(x_n) $$"
        "\n\n"
        r"$$ \log q(x_{1:N}) = \sum_{n=1}^N \log q(x_n) + \log N $$",
        "unstated refuted",
    ),
    "two products that the text alone states": (
        r"$$ \log q(x_{1:N}) - \log p(x_{1:N}) = \sum_{n=1}^N (\log q(x_n) - \log p(x_n)) $$"
        "\n\n"
        r"where $q(x_{1:N}) = \prod_{n=1}^N q(x_n)$ and $p(x_{1:N}) = \prod_{n=1}^N p(x_n)$.",
        "unstated",
    ),
    "a product that the text of a lemma alone states": (
        r"\begin{lemma} Suppose that $p(x,z)=p(x)p(z)$. Then $$ H(X,Z)=H(X)+H(Z). $$ \end{lemma}"
        "\n\n"
        r"For any joint density $$ H(X,Z)=H(X)+H(Z). $$",
        "unstated unstated",
    ),
    "a condition behind an inequality, which is that line's": (
        r"$$ \beta KL(q(z)\|p(z)) \ge KL(q(z)\|p(z)), \qquad \beta \ge 1 $$"
        "\n\n"
        r"$$ \beta KL(q(z)\|p(z)) \ge KL(q(z)\|p(z)) $$",
        "proved bound refuted",
    ),
    "a product that others assume": (
        r"Students often assume that $p(x,z)=p(x)p(z)$, and get"
        "\n\n"
        r"$$ H(X,Z)=H(X)+H(Z). $$",
        "unstated",
    ),
    "a product that the text doesn't assume": (
        r"We do not assume that $p(x,z)=p(x)p(z)$. Let $x$ be data."
        "\n\n"
        r"$$ H(X,Z)=H(X)+H(Z). $$",
        "unstated",
    ),
    "a product that the text only speaks of": (
        r"The mutual information is zero for $p(x,z)=p(x)p(z)$."
        "\n\n"
        r"$$ I(X;Z) = 0 $$",
        "unstated",
    ),
    "a model that the text gives, and a posterior that it doesn't": (
        r"Consider the model $p(x,y,z) = p(z)p(x|z)p(y|z)$."
        "\n\n"
        r"$$ \log p(x,y|z) = \log p(x|z) + \log p(y|z) $$"
        "\n\n"
        r"$$ \log p(x,y) = \log p(x) + \log p(y) $$",
        "unstated refuted",
    ),
    "rules of stars, dashes and underscores, which are looked through once": (
        f"{'*' * 300}\n\n{'_' * 300}\n\n{'- ' * 300}\n\n{'=' * 300}\n\n{'* _' * 300}\n\n"
        r"$$ p(x,z)=p(x)p(z) $$"
        f"\n\n{'*' * 300}\n\n{'_*' * 300}\n\n"
        r"$$ \log p(x|z) = \log p(x) $$",
        "model proved",
    ),
    "entropies of variables in small letters alone": (
        r"Let $x$ and $z$ be discrete."
        "\n\n"
        r"$$ H(x, z) \ge H(x) $$"
        "\n\n"
        r"$$ H(x, z) \le H(x) $$"
        "\n\n"
        r"$$ I(x; z) \le H(x) $$",
        "unstated refuted unstated",
    ),
    "rewards are no densities": (
        r"Let $\pi(a|s)$ and $\mu(a|s)$ be policies, $\tau > 0$."
        "\n\n"
        r"$$ E_{a\sim\pi(a|s)}[r(s,a)] - \tau KL(\pi(a|s) \| \mu(a|s))"
        r" \le \tau \log E_{a\sim\mu(a|s)}[\exp(\tfrac{r(s,a)}{\tau})] $$"
        "\n\n"
        r"$$ E_{a\sim\pi(a|s)}[r(s,a)] \ge 0 $$"
        "\n\n"
        r"$$ E_{a\sim\pi(a|s)}[r(s,a) - \tau\log\pi(a|s)]"
        r" = E_{a\sim\pi(a|s)}[r(s,a)] + \tau H(\pi(a|s)) $$",
        "proved refuted proved",
    ),
    "nor are values": (
        r"$$ V(s) = \log E_{a\sim\mu(a|s)}[e^{Q(s,a)}] $$"
        "\n\n"
        r"$$ E_{a\sim\pi(a|s)}[Q(s,a)] - KL(\pi(a|s) \| \mu(a|s)) \le V(s) $$"
        "\n\n"
        r"$$ E_{a\sim\pi(a|s)}[Q(s,a)] \ge 0 $$",
        "define proved refuted",
    ),
    **{
        f"what a law weighs is none: {weighed}": (
            rf"Let $\pi(a|s)$ be a policy." "\n\n" rf"$$ {weighed} \ge 0 $$",
            "refuted",
        )
        for weighed in (
            r"\sum_a \pi(a|s) r(s,a)",
            r"\int \pi(a|s) Q(s,a)\,da",
            r"\int r(s,a) \pi(a|s)\,da",
            r"\int \pi(a|s) (r(s,a) + Q(s,a))\,da",
            r"E_{\pi(a|s)} r(s,a)",
        )
    },
    "nor is what is summed along a path": (
        r"$$ E_{p(s_{1:T},a_{1:T})}\left[\sum_{t=1}^T r(s_t,a_t)\right] \ge 0 $$",
        "refuted",
    ),
    "a value by its name": (
        r"$$ V(s) = \sum_a \pi(a|s) Q(s,a) $$" "\n\n" r"$$ V(s) \ge 0 $$",
        "define undefined",
    ),
    "a prior, and what a fraction has, are densities": (
        r"$$ \int p(x|z) r(z)\,dz \ge 0 $$"
        "\n\n"
        r"$$ E_{q(z)}\left[\frac{r(z)}{q(z)}\right] = 1 $$"
        "\n\n"
        r"$$ \sum_z r(z) = 1 $$",
        "proved proved proved",
    ),
    "what stands beside a density is one": (
        r"$$ E_{q(z)}[\log r(z)] \le E_{q(z)}[\log q(z)] $$"
        "\n\n"
        r"$$ \int r(z)\,dz = 1 $$",
        "proved proved",
    ),
    "laws by their names alone": (
        r"$$ E_{h\sim Q}[f(h)] \le KL(Q \| P) + \log E_{h\sim P}[e^{f(h)}] $$"
        "\n\n"
        r"$$ E_{h\sim Q}[f(h)] = E_{h\sim P}[f(h)] $$",
        "proved refuted",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told(name: str, tmp_path: Path) -> None:
    text, expected = TOLD[name]
    document = tmp_path / "a.md"
    document.write_text(f"{text}\n", encoding="utf-8")
    (report,) = verify(document).derivations
    assert not report.internal
    assert said(report) == expected.split()
