"""Measure the time of functions and processes, and the peak memory of processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

# The code of a process that starts the measured process. It must be small: on Linux, the peak memory of a
# process is at least the memory of the process that started it.
_MEASURE = """
import os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
usage = os.wait4(process.pid, 0)[2]
print(usage.ru_maxrss, time.perf_counter() - started)
"""


def clock(work: Callable[[], object]) -> float:
    """Return the seconds that a call of a function takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def seconds(command: list[str]) -> float:
    """Return the seconds that a process takes, from its start to its end."""
    quiet = subprocess.DEVNULL
    return clock(lambda: subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet))


def peak_memory(command: list[str]) -> tuple[float, float]:
    """Run a process. Return its peak memory in MB and the seconds that it takes."""
    result = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, check=True)
    peak, taken = map(float, result.stdout.split())
    return peak / 1024, taken
