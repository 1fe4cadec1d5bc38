"""Exercise 15: train a winner-take-all autoencoder, with nothing but functions of your own.

The grader hands in 1,000 digits of 14 x 14 pixels, trains with your function, and then takes your weights to other
digits: in mini-batches of 100, with lifetime sparsity at the given rate, it encodes and decodes them::

    h = max(x W_enc + b_enc, 0);    z: the k winners of each unit;    x_hat = z W_dec + b_dec

You have solved it if the squared error is below half of the error that the mean image makes, if at least 80 of
the 100 units are alive, that is, win on some of the digits, and if the same seed gives the same weights, and another
seed other weights. A call may take 20 seconds; a good solution takes one or a few.

To try it, write a script of your own beside this file (this file may import NumPy alone, and the grader draws digits
itself). It may import the package, and has the grader's digits with::

    import wta_np
    from ex15_train_fcwta import train

    x = wta_np.load("sample").x_train[:1000].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(1000, 196)
    W_enc, b_enc, W_dec, b_dec = train(x.astype(float), 100, 0.05, seed=0)
"""

import numpy as np


def train(x, n_hidden, lifetime, seed):
    """Weights of an FC-WTA that has learned to reconstruct x.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Samples, values in [0, 1].
    n_hidden : int
        M, hidden units.
    lifetime : float in (0, 1]
        Share of a mini-batch on which a unit wins (exercise 3).
    seed : int
        Of all random numbers: make one generator with ``np.random.default_rng(seed)``.

    Returns
    -------
    W_enc : ndarray, shape (D, M)
    b_enc : ndarray, shape (M,)
    W_dec : ndarray, shape (M, D)
    b_dec : ndarray, shape (D,)

    Hints
    -----
    Paste your functions of exercises 3, 5 and 6 into this file: it is graded alone, and an import of your other files
    is refused. Start with small random weights (a standard deviation of 0.01 or less) and zero biases; go through the
    samples some 20 to 40 times, in a new order each time, by mini-batches of 100; a momentum of 0.9 helps. These images
    have a quarter of the pixels of whole digits, so their gradients are smaller: take two to five times the learning
    rate of chapter 4, which was 0.02. Let ``train`` print the loss after each epoch while you try: if it grows, the
    learning rate is too high; if it hardly falls, too low. Units die when the first steps are too large: then they
    never win again. Begin with a few epochs, to see that the loss falls at all.
    """
    raise NotImplementedError
