"""One epoch, with a small learning rate.

Caught by: new_digits_are_decoded
"""

EPOCHS, LR = 1, 1e-5
