"""Writing a file: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
from contextlib import suppress


def put(path: str, data: bytes, mode: int | None = None) -> None:
    """Put a file in its place at once, under a mode, else under that of new files. It is written
    beside the place first: what stands there stays until all of it is on the disk.

    Raises OSError, and leaves nothing behind then.
    """
    if os.path.exists(path) and not os.access(path, os.W_OK):  # to rename is not to write
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    fresh = os.path.join(os.path.dirname(path), f".elbo-verify-{os.urandom(8).hex()}")
    try:
        with open(fresh, "xb") as stream:
            if mode is not None:
                os.chmod(fresh, mode)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise
