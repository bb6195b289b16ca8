"""Verifies derivations over densities, expectations, KL and entropy line by line.

`from verifier import verify` is the entry: paths or a text to a Report; `replay` holds a
counterexample of one against a file once more, `grade` marks a worksheet, `mutate` tries slips of
the pen, `load` reads a derivation. `%load_ext verifier` gives notebooks `%%elbo`. Importing this
module imports nothing heavy.
"""

from verifier.version import __version__

TYPE_CHECKING = False  # importing `typing` for it would cost more than this whole module
if TYPE_CHECKING:
    from verifier.commands.grade import grade as grade
    from verifier.commands.load import load as load
    from verifier.commands.mutate import mutate as mutate
    from verifier.commands.replay import replay as replay
    from verifier.commands.verify import verify as verify
    from verifier.plugins.ipython import Shell

__all__ = ["__version__", "grade", "load", "mutate", "replay", "verify"]


def __getattr__(name: str) -> object:
    if name in __all__:  # the function in the module of its name
        from importlib import import_module

        return getattr(import_module(f"verifier.commands.{name}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: "Shell") -> None:
    """What `%load_ext verifier` calls."""
    from verifier.plugins.ipython import extend

    extend(shell)
