"""Unique, random-looking ids of a fixed width, made from counters.

A counter is mixed by a bijection of 64-bit integers (the finaliser of splitmix64), so two counters
never give the same id; the hexadecimal text is assembled from a lookup table, about ten million
ids a second.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sample_company.timeline import Ints

_MASK = (1 << 64) - 1
_HEX = np.frombuffer(
    "".join(f"{value:04x}" for value in range(65_536)).encode(), dtype=np.uint8
).reshape(65_536, 4)


def mix(counter: int, salt: int) -> int:
    """The bijection on one integer."""
    z = (counter + salt * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def make_id(prefix: str, counter: int, salt: int) -> str:
    """One id, equal to the one make_ids gives for the counter."""
    return f"{prefix}{mix(counter, salt):016x}"


def make_ids(prefix: str, counters: Ints, salt: int) -> pa.StringArray:
    """Ids of an array of counters: the prefix and 16 hexadecimal digits."""
    z = counters.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15) & _MASK)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    width = len(prefix) + 16
    text = np.empty((len(z), width), dtype=np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    for part in range(4):
        word = (z >> np.uint64(48 - 16 * part)) & np.uint64(0xFFFF)
        at = len(prefix) + 4 * part
        text[:, at : at + 4] = _HEX[word.astype(np.int64)]
    offsets = np.arange(len(z) + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(
        len(z), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text))
    )
