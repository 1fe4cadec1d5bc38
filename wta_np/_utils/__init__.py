"""Helpers of the package's own: checks of arguments, work shared among threads, files written whole. Not public."""
