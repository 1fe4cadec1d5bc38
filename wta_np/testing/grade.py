"""An older name of `wta_np.grading.grader`, which keeps working."""

from wta_np.grading.grader import Report, Result, grade_file, grade_functions

__all__ = ["Report", "Result", "grade_file", "grade_functions"]
