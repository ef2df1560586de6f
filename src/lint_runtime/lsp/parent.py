"""End with the editor, even if it ends without saying so."""

import os
import sys
import threading
import time

PAUSE = 2.0
"""Seconds between two looks at the process of the editor."""


def end_with(process: int) -> None:
    """Watch a process from a thread, and end this process when the other one has ended."""

    def watch() -> None:
        while is_running(process):
            time.sleep(PAUSE)
        # sys.exit() ends only the thread, and the main thread waits for input.
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def is_running(process: int) -> bool:
    """Whether a process is running."""
    if sys.platform == "win32":
        import ctypes

        # On Windows, os.kill() would end the process.
        synchronize, timed_out = 0x00100000, 0x102
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, False, process)
        is_open = ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == timed_out
        ctypes.windll.kernel32.CloseHandle(handle)
        return is_open
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
