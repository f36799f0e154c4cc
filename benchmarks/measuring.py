"""Runs a command in a process of its own and says what it cost."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

#: Seconds between two looks at the memory of a process.
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Sample:
    """What a process was seen at. at: seconds since 1970; cpu: seconds used so far; rss, spill: bytes."""

    at: float
    cpu: float
    rss: int
    spill: int


@dataclass(frozen=True)
class Usage:
    """What a process and its children used.

    cpu: seconds of user and system time; wall: seconds; peak_rss: bytes, the largest sum of the
    resident memory of process and children seen; peak_spill: bytes, the largest size of the
    spill folder seen; samples: how it went, in the order of time.
    """

    cpu: float
    wall: float
    peak_rss: int
    peak_spill: int = 0
    samples: tuple[Sample, ...] = field(default=(), repr=False)


class MeasuredCommandError(RuntimeError):
    """A measured command did not succeed; the message has the end of its output."""


def _used(process: psutil.Process) -> tuple[float, int]:
    """CPU seconds and bytes in memory of a process and its descendants; 0 where it has just ended."""
    cpu, resident = 0.0, 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return cpu, resident
    for member in family:
        try:
            resident += member.memory_info().rss
            cpu += sum(member.cpu_times()[:2])
        except psutil.Error:
            continue
    return cpu, resident


def _folder_bytes(folder: Path) -> int:
    """Bytes of the files of a folder; 0 where there is none."""
    try:
        with os.scandir(folder) as entries:
            return sum(entry.stat().st_size for entry in entries)
    except OSError:
        return 0


def run_measured(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    spill_folder: Path | None = None,
) -> tuple[Usage, str]:
    """Run a command in `folder`; return what it used and what it wrote to its standard output.

    spill_folder: where its database spills to. Raises MeasuredCommandError where it fails.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=output, stderr=errors
        )
        watched = psutil.Process(process.pid)
        samples: list[Sample] = []
        while True:
            done, status, used = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            cpu, resident = _used(watched)
            spilled = _folder_bytes(spill_folder) if spill_folder is not None else 0
            samples.append(Sample(time.time(), cpu, resident, spilled))
            time.sleep(POLL_SECONDS)
        wall = time.perf_counter() - began
        # The process is reaped already; Popen must not wait for it again.
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        text = output.read().decode(errors="replace")
        if process.returncode != 0:
            tail = "\n".join((text + errors.read().decode(errors="replace")).splitlines()[-40:])
            raise MeasuredCommandError(
                f"{Path(command[0]).name} {' '.join(command[1:4])} ... ended with "
                f"{process.returncode}:\n{tail}"
            )
    cpu = used.ru_utime + used.ru_stime
    samples.append(Sample(time.time(), cpu, 0, 0))
    return (
        Usage(
            cpu,
            wall,
            max(sample.rss for sample in samples),
            max(sample.spill for sample in samples),
            tuple(samples),
        ),
        text,
    )
