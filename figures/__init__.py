"""Experiments that make the tables and figures: ``wta-np reproduce list``, or ``python -m figures.table1``."""
