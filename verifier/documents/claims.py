"""Whether a line says of a density what it is a product of, which no display states."""

from __future__ import annotations

from verifier.documents.defines import mentions
from verifier.documents.factors import in_order, is_product
from verifier.documents.formulas import Application, Tokens, application_at, applications
from verifier.documents.modelled import Modelled


def says_of(known: Modelled, left: Tokens, right: Tokens) -> bool:
    """Whether a line says of a density that it is a product over an index of its family's, of which
    no display states one, or one of another family; or of one that is written in no other way what
    it is. So it does by logarithms."""
    left, right = _exponentiated(left, right)
    density, factors = application_at(left, 0), [*applications(right)]
    if density is None or density.end != len(left):
        return False
    shapes = known.context.arrangements.get(density.family, ())
    if len(shapes) == 1 and not any(each.family == density.family for each in factors):
        return True
    if not factors:
        return False
    if _is(factors[0], right):
        return factors[0].family != density.family
    return (
        any(token.text == "prod" for token in right)
        and any(each.family == density.family for each in factors)
        and "=" not in known.context.models.get(density.family, "")
        and is_product(right, factors)
    )


_LOGS = ("log", "ln")


def _exponentiated(left: Tokens, right: Tokens) -> tuple[Tokens, Tokens]:
    """Both sides without their logarithms, sums of such as products."""
    if left[0].text not in _LOGS or len(left) == 1:
        return left, right
    logs = sum(token.text in _LOGS for token in right)
    if logs == len([*applications(right)]) and not any(t.text == "prod" for t in right):
        kept = (token for token in right if token.text not in (*_LOGS, "+"))
        right = tuple(t._replace(text="prod") if t.text == "sum" else t for t in kept)
    elif right[0].text in _LOGS and len(right) > 1:
        right = right[1:]
    else:
        return left, right
    return left[1:], right


def splits(known: Modelled, left: Tokens, right: Tokens) -> bool:
    """Whether densities of a family whose factorisation no display states are said to be a product
    of others over the same variables: less is given in it than the chain rule has."""
    sides = [[*applications(tokens)] for tokens in (left, right)]
    names = [[v.name for each in side for v in each.left] for side in sides]
    bases = [{v.base for each in side for v in each.left} for side in sides]
    families = {each.family for side in sides for each in side}
    return (
        len(families) == 1
        and "=" not in known.context.models.get(min(families), "=")
        and len(sides[1]) > 1
        and any(each.right for each in sides[1])
        and bases[0] == bases[1]
        and len({*names[1]}) == len(names[1])
        and (mentions(right, "prod") or in_order(sides[1], sides[0][0].right))
        and all(is_product(*each) for each in zip((left, right), sides, strict=True))
    )


def _is(density: Application, tokens: Tokens) -> bool:
    return density.start == 0 and density.end == len(tokens)
