"""End the server when the process of the editor ends."""

import os
import sys
import threading
import time

PAUSE = 2.0
"""Seconds between two checks whether the process of the editor is running."""


def end_with(process: int) -> None:
    """Start a thread that ends this process after the process of the editor has ended.

    process: the ID of the editor's process
    """

    def watch() -> None:
        while is_running(process):
            time.sleep(PAUSE)
        # Not sys.exit(): it would end only this thread, while the main thread waits for input.
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def is_running(process: int) -> bool:
    """Whether the process with an ID is running."""
    if sys.platform == "win32":
        import ctypes

        # Not os.kill(): on Windows, it would end the process.
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
