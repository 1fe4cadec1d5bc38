"""The grader of the exercises: it asks a student's file, in a process of its own, the laws of an exercise.

`check` does so from where functions are written, such as a cell of a notebook.
"""

__all__ = ["check"]


def __getattr__(name):
    if name == "check":  # on first use: the student's process and the command line do without hypothesis
        from wta_np.grading.card import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
