"""An older name of `wta_np.grading.report`, which keeps working."""

from wta_np.grading.report import as_text, write_csv, write_json

__all__ = ["as_text", "write_csv", "write_json"]
