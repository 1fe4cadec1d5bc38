"""What this system can do, found out by trying it: a browser's Python starts no threads."""

from __future__ import annotations

import threading
from functools import cache


@cache
def can_start_threads() -> bool:
    """Whether another thread can run; asked once.

    Returns
    -------
    bool
        False where Python has no threads, as in a browser, or where no more of them are allowed.
    """
    thread = threading.Thread(target=int, name="wta_np asks", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return False
    thread.join()
    return True
