"""Steps up the gradient.

Caught by: new_digits_are_reconstructed
"""

EPOCHS, LR = 2, -0.01
