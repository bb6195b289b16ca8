"""A page that is no sheet, in Markdown or HTML: headings, sentences with formulas, lines as typed,
counterexamples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from verifier.handout import Form
from verifier.handout import markdown as md
from verifier.handout.conventions import Style, style
from verifier.handout.exhibits import Exhibit
from verifier.handout.html import text as html
from verifier.handout.html.grids import shown_as
from verifier.handout.html.page import document, styled
from verifier.handout.notes import Text


@dataclass(frozen=True)
class Heading:
    """A heading, of level 1 for the page."""

    text: str
    level: int


@dataclass(frozen=True)
class Sentence:
    """Words with formulas in them; what matters most is strong."""

    text: Text
    strong: bool = False


@dataclass(frozen=True)
class Typed:
    """Lines as they are typed, with a caret below them maybe."""

    text: str


Piece = Heading | Sentence | Typed | Exhibit


def markdown(pieces: Iterable[Piece]) -> str:
    """The page in Markdown."""
    plain = style(Form().conventions, ())
    return "\n\n".join(part for piece in pieces for part in _markdown(piece, plain)) + "\n"


def _markdown(piece: Piece, plain: Style) -> Iterator[str]:
    match piece:
        case Heading(text, level):
            yield f"{'#' * level} {md.prose(text)}"
        case Sentence(text, strong):
            said = md.sentence(text, plain)
            yield f"**{said}**" if strong else said
        case Typed(text):
            yield md.block(text).rstrip() if "\n" in text else md.code(text)
        case Exhibit():
            yield from md.shown_as(piece, plain)


def page(title: str, pieces: Iterable[Piece]) -> str:
    """The page in HTML, which needs nothing else."""
    return document(title, styled(html_lines(pieces)))


def html_lines(pieces: Iterable[Piece]) -> Iterator[str]:
    """What stands on the page in HTML."""
    plain = style(Form().conventions, ())
    for piece in pieces:
        yield from _html(piece, plain)


def _html(piece: Piece, plain: Style) -> Iterator[str]:
    match piece:
        case Heading(text, level):
            yield f"<h{level}>{html.prose(text)}</h{level}>"
        case Sentence(text, strong):
            said = html.sentence(plain, text)
            yield f"<p><strong>{said}</strong></p>" if strong else f"<p>{said}</p>"
        case Typed(text):
            yield f"<pre>{escape(text)}</pre>" if "\n" in text else f"<p>{html.code(text)}</p>"
        case Exhibit():
            yield from shown_as(piece, plain)
