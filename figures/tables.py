"""How results become lines of tables."""

import math

import numpy as np


def ordered(results, kinds):
    """The rows of an experiment, in the order of their kinds."""
    rows = results["rows"].values()
    return [row for kind in kinds for row in rows if row["settings"]["kind"] == kind]


def mean_and_spread(values):
    """As in "1.24% ± 0.03": mean and standard deviation, of one value the value."""
    if len(values) == 1:
        return f"{values[0]:.2f}%"
    return f"{np.mean(values):.2f}% ± {np.std(values, ddof=1):.2f}"


def standard_error(percent, n=10_000):
    """Standard error, in percentage points, of an error or accuracy that was counted on `n` test images.

    >>> standard_error(1.0)
    0.1
    """
    share = percent / 100
    return round(100 * math.sqrt(share * (1 - share) / n), 2)


def markdown(head, rows):
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"
