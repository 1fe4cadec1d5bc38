"""Exercise 17: what a training step costs on a device.

A device does a number of operations a second, and a bus brings it a number of bytes a second. Which of the two it
waits for says whether it pays. A step of an untied FC-WTA with N samples, D inputs and M units is counted.
"""

import numpy as np


def operations(n, d, m):
    """Multiplications and additions of the matrix products of one step, there and back.

    Parameters
    ----------
    n, d, m : int
        Samples, inputs, hidden units.

    Returns
    -------
    count : int
        Of the matrix products alone: biases, ReLU and winners are small beside them.

    Hints
    -----
    One entry of a product of (N, D) with (D, M) takes D multiplications and as many additions. List the products of
    exercise 5: two on the way forward. On the way back the gradient of x is not needed.
    """
    raise NotImplementedError


def bytes_moved(n, d, m, itemsize):
    """Bytes that one step moves if the mini-batch and all parameters go up, and all gradients come down.

    Parameters
    ----------
    n, d, m : int
        Samples, inputs, hidden units.
    itemsize : int
        Bytes of a number: 4 in float32, 8 in float64.

    Returns
    -------
    count : int

    Hints
    -----
    There are four parameters, W_enc, b_enc, W_dec, b_dec, and a gradient has the shape of its parameter.
    """
    raise NotImplementedError


def attainable(operations, n_bytes, rate, bus):
    """Operations a second that the device reaches at best.

    Parameters
    ----------
    operations, n_bytes : int
        That a step does, and moves; moving and computing go on at the same time.
    rate : float
        Operations a second of the device.
    bus : float
        Bytes a second that reach it.

    Returns
    -------
    speed : float

    Hints
    -----
    A byte brings work for operations / n_bytes operations. If the bus brings less work than the device can do, the
    device waits.
    """
    raise NotImplementedError
