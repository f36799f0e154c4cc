"""File operations that survive a power cut, checksums, and the lock of a directory."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


class DirectoryLockedError(RuntimeError):
    """Another process holds the lock of a directory."""


def sync(path: Path) -> None:
    """Makes a file's bytes, or a directory's names, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_text(path: Path, text: str) -> None:
    """Writes a whole file in one step: readers see the old text or the new, also after a crash."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    sync(new)
    os.replace(new, path)
    sync(path.parent)


def sha256_of(path: Path) -> str:
    """Checksum of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Holds a lock file, made where it does not exist; a second process fails at once.

    The lock is the kernel's, so that it is free again when its process dies.

    Raises:
        DirectoryLockedError: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DirectoryLockedError(str(path.parent)) from error
        yield
