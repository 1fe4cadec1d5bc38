"""The weights of the start.

Caught by: new_digits_are_reconstructed
"""

EPOCHS = 0
