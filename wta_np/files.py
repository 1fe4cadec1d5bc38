"""The old place of `wta_np._utils.atomic`, kept for programs that import from it."""

from wta_np._utils.atomic import write_whole

__all__ = ["write_whole"]
