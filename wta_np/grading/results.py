"""The files of results, written as reports come, so that nothing that happens later can lose them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from wta_np.grading.grader import Report
from wta_np.grading.report import write_csv, write_json

PAUSE = 1.0  # seconds between two writings: each writes all


class Results:
    """Reports by their place in the class, and the files that they are written to.

    Parameters
    ----------
    json, csv : str or None
        The files. They are written at once, so that a folder that cannot be written is known before anything is
        judged.
    clock : callable
        Seconds, as `time.monotonic` gives them.
    """

    def __init__(
        self, json: str | None, csv: str | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._json, self._csv, self._clock = json, csv, clock
        self._began, self._written = clock(), -PAUSE
        self._reports: dict[int, Report] = {}
        self.write("nothing was judged yet")

    @property
    def reports(self) -> list[Report]:
        """The reports so far, in the order of the class."""
        return [self._reports[place] for place in sorted(self._reports)]

    def add(self, place: int, report: Report) -> None:
        """Keep a report, and write all if the last time was long enough ago."""
        self._reports[place] = report
        if self._clock() - self._written >= PAUSE:
            with contextlib.suppress(OSError):  # the last writing says so
                self.write("not all files were judged yet")
            self._written = self._clock()

    def write(self, unfinished: str = "") -> None:
        """Write both files; OSError if one cannot be written, after the other was tried."""
        seconds, errors = self._clock() - self._began, []
        if self._json:
            try:
                write_json(self._json, self.reports, seconds, unfinished)
            except OSError as error:
                errors.append(error)
        if self._csv:
            try:
                write_csv(self._csv, self.reports)
            except OSError as error:
                errors.append(error)
        if errors:
            raise errors[0]
