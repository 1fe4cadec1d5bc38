"""A process that judges one file after another: a line of JSON says which, a line of JSON is the report.

The grader of a class starts some of these, see `wta_np.grading.pool`, so that cores share the work and no file can end,
freeze or slow more than the process that judges it.
"""

from __future__ import annotations

import json
import os
from typing import Any


def serve(requests: Any, replies: Any) -> None:
    """Judge until there are no more requests."""
    import hypothesis

    from wta_np._utils.text import visible
    from wta_np.grading.grader import Report, grade_file, quick

    for line in requests:
        asked = json.loads(line)
        phases = [hypothesis.Phase[name] for name in asked["phases"]]
        try:
            report = grade_file(
                os.fsdecode(bytes.fromhex(asked["path"])),
                asked["exercise"],
                seed=asked["seed"],
                total_time=asked["time"],
                memory=asked["memory"],
                settings=quick(asked["examples"], phases),
                sandbox=asked["sandbox"],
            )
        except Exception as error:  # one bad file never stops the rest
            report = Report("", problem=visible(" ".join(str(error).split())) or type(error).__name__)
        replies.write(json.dumps(report.as_dict()) + "\n")
        replies.flush()


def main() -> None:
    """Serve on standard input and output; what is printed by anything else goes to standard error."""
    from wta_np.grading.sandbox.kernel import die_with_parent

    die_with_parent()
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    serve(requests, replies)


if __name__ == "__main__":
    main()
