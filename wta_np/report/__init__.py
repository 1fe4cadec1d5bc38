"""A report of a trained model: one HTML file with its dictionary, what each unit does, and how it reconstructs.

The file needs no network and nothing beside it. `write_report` writes it, and so does ``wta-np report``.
"""

from __future__ import annotations

from wta_np.report.write import N_IMAGES, write_report

__all__ = ["N_IMAGES", "write_report"]
