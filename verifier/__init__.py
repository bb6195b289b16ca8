"""Verifies derivations over densities, expectations, KL and entropy line by line.

`from verifier import verify` is the entry: paths or a text to a Report; `replay` holds a
counterexample of one against a file once more, `grade` marks a worksheet, `mutate` tries slips of
the pen. Nothing heavy is imported before they are called.
"""

from verifier.version import __version__

TYPE_CHECKING = False  # importing `typing` for it would cost more than this whole module
if TYPE_CHECKING:
    from verifier.commands.api import grade as grade
    from verifier.commands.api import mutate as mutate
    from verifier.commands.api import replay as replay
    from verifier.commands.api import verify as verify

__all__ = ["__version__", "grade", "mutate", "replay", "verify"]


def __getattr__(name: str) -> object:
    if name in __all__ and name != "__version__":
        from verifier.commands import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
