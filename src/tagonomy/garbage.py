"""No search for garbage while what stays is made."""

from __future__ import annotations

import gc


class Keeping:
    """Keeps Python from looking for garbage among what modules and models make: to look delays the start.

    Examples
    --------
    >>> import gc
    >>> with Keeping():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """

    def __enter__(self) -> None:
        self._collecting = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._collecting:
            gc.enable()
