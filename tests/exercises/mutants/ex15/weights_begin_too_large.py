"""Units die in the first steps.

Caught by: most_units_are_alive
"""

SCALE = 0.1
