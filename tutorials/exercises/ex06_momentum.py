"""Exercise 6: gradient descent with momentum.

The velocity v of a parameter w keeps the share mu of what it was, and the slope, times the learning rate lr,
pulls it downhill. Then w moves by the new velocity.
"""

import numpy as np


def momentum_step(w, v, dw, lr, mu):
    """One step: the parameter and its velocity after it.

    Parameters
    ----------
    w : ndarray, any shape
        Parameter.
    v : ndarray, the shape of w
        Its velocity before the step; zero at the start of training.
    dw : ndarray, the shape of w
        Gradient of the loss with respect to w.
    lr : float
        Learning rate.
    mu : float in [0, 1)
        Share of the velocity that is kept.

    Returns
    -------
    w, v : ndarray
        New arrays; those that came in keep their values.

    Hints
    -----
    There are several conventions. In this one the learning rate is inside of the velocity: a step from rest is
    that of plain gradient descent, and on a constant slope the velocity grows until it is 1/(1 - mu) times that.
    """
    raise NotImplementedError
