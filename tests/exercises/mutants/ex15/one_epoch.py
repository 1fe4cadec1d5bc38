"""Trained for too short a time.

Caught by: new_digits_are_reconstructed
"""

EPOCHS = 1
