"""Makes docs/gallery anew: `python docs/gallery.py`.

Each derivation that ships as a page of HTML, with the first page of its PDF as a picture; a sheet
of each other kind; and the page that leads to them. Pictures need pdflatex and pdftoppm.
tests/handout/test_gallery.py holds that no text of it is stale.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cli
from verifier.derivation.loader import load

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = "derivations"
GALLERY = Path("docs", "gallery")
FOLDERS = {  # in the order of the page, with what they hold
    ".": "Three ways to the evidence lower bound",
    "class": "Worth teaching",
    "papers": "Two papers",
    "blog": "A post, equation by equation",
    "concordance": "That all routes end in the same bounds",
}
SHEETS = {  # what it is, and how it is made
    "worksheet.html": ("A worksheet", ["derivations/kl.yaml", "--student"]),
    "find-the-error.html": (
        "A find-the-error sheet",
        ["derivations/jensen.yaml", "--errors", "2", "--seed", "1"],
    ),
    "counterexamples.html": (
        "A page of counterexamples",
        ["docs/gallery/counterexamples.yaml", "--draft"],
    ),
    "slides.pdf": ("Slides", ["derivations/class/renyi.yaml", "--to", "beamer"]),
}
_DOTS_PER_INCH = "48"

_HEAD = """# Gallery

What ships, printed: each picture is the first page of the PDF and leads to the same as a page of
HTML, which a browser shows when it is opened from a checkout. `python docs/gallery.py` makes all of
it again.

## Sheets of other kinds
"""


def page() -> str:
    """The page that leads to all others."""
    parts = [_HEAD]
    for file, (called, arguments) in SHEETS.items():
        options = " ".join(arguments)
        made = f"`elbo-verify {options} --handout {file}`"
        parts.append(f"[![{called}]({_picture(file)})]({file}) **{called}**: {made}\n")
    for folder, called in FOLDERS.items():
        parts.append(f"## {called}\n")
        parts += (_entry(file) for file in sorted((ROOT / SHIPPED / folder).glob("*.yaml")))
    return "\n".join(parts)


def _entry(file: Path) -> str:
    place = file.relative_to(ROOT / SHIPPED).with_suffix("").as_posix()
    title = load(file).title
    return f"[![{title}]({place}.png)]({place}.html) **{title}**\n"


def _picture(file: str) -> str:
    return Path(file).with_suffix(".png").as_posix()


def _handout(arguments: list[str], out: Path) -> None:
    status = cli.main([*arguments, "--handout", str(out), "--force"])
    if status > ("--draft" in arguments):  # whose lines are wrong
        raise SystemExit(status)


def _drawn(pages: Path) -> Iterator[Path]:
    """The first page of each PDF in a folder, as a picture in the same place of the gallery."""
    for file in sorted(pages.rglob("*.pdf")):
        stem = (GALLERY / file.relative_to(pages)).with_suffix("")
        subprocess.run(
            ["pdftoppm", "-r", _DOTS_PER_INCH, "-gray", "-png", "-singlefile", file, stem],
            check=True,
        )
        yield stem


def main() -> None:
    """Write the gallery, its pictures too where they can be made."""
    with contextlib.chdir(ROOT), tempfile.TemporaryDirectory() as folder:
        _handout([SHIPPED, "--to", "html"], GALLERY)
        for file, (_, arguments) in SHEETS.items():
            _handout(arguments, GALLERY / file)
        Path(GALLERY, "README.md").write_text(page(), encoding="utf-8")
        if shutil.which("pdftoppm") is None:
            return
        pages = Path(folder)
        _handout([SHIPPED, "--to", "pdf"], pages)
        for file, (_, arguments) in SHEETS.items():
            _handout(arguments, (pages / file).with_suffix(".pdf"))
        for stem in _drawn(pages):
            print(f"{stem}.png")


if __name__ == "__main__":
    main()
