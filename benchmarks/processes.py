"""Time and peak memory of functions and processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

# The peak memory of a process includes that of the one that starts it; this one is small.
_MEASURE = """
import os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
usage = os.wait4(process.pid, 0)[2]
print(usage.ru_maxrss, time.perf_counter() - started)
"""


def clock(work: Callable[[], object]) -> float:
    """Return the seconds that a function takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def seconds(command: list[str]) -> float:
    """Return the seconds that a process takes."""
    quiet = subprocess.DEVNULL
    return clock(lambda: subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet))


def peak_memory(command: list[str]) -> tuple[float, float]:
    """Return the peak memory of a process in MB, and the seconds that it takes."""
    result = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, check=True)
    peak, taken = map(float, result.stdout.split())
    return peak / 1024, taken
