"""A learning rate that kills most units.

Caught by: most_units_are_alive
"""

LR = 1.0
