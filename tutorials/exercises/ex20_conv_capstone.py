"""Exercise 20: a convolutional winner-take-all autoencoder, and what its features are worth.

Everything from exercises 9 to 14 and 19 comes together::

    a = convolution of x with W, plus b                     (N, H, W, F), exercise 11
    h = max(a, 0)
    z = h at its winners, zero elsewhere: in every map of every image the largest, and of these N for each
        map the k largest over the mini-batch (exercises 12 and 3; ties go to the earlier pixel, the lower image)
    x_hat = the atoms D of the winners, times their values, plus c    (N, H, W, C), exercise 13
    L = 1/(2N) sum of (x_hat - x)^2

The grader trains with your ``train`` on 400 digits of 14 x 14 pixels, with 8 maps, 5 x 5 pixels and a rate of 0.5; it
decodes 200 others, pools your features, and asks your classifier for their labels. You have solved it if the
squared error is below 0.9 of what an image of mean brightness makes, and fewer than 16% of the labels are wrong. A
call may take 40 seconds, all of them a minute; a good solution takes some seconds.
"""

import numpy as np


def conv_wta_step(x, W, b, D, c, k, lr):
    """One step of gradient descent.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
    W : ndarray, shape (kh, kw, C, F)
        Filters.
    b : ndarray, shape (F,)
    D : ndarray, shape (F, dh, dw, C)
        Atoms.
    c : ndarray, shape (C,)
    k : int in [1, N]
        Winners of each map in the mini-batch.
    lr : float
        Learning rate.

    Returns
    -------
    loss : float
        Before the step.
    W, b, D, c : ndarray
        New arrays.

    Hints
    -----
    Decoding is a convolution of z, too, with filters that are the atoms turned by 180 degrees. The gradient of z is
    then a convolution of dx_hat with the atoms as they are: ``value_gradient`` of exercise 13, at every pixel. Test
    the step by central differences before you train with it.
    """
    raise NotImplementedError


def train(x, n_maps, size, lifetime, seed):
    """Weights of a CONV-WTA that has learned to decode x.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
    n_maps : int
    size : int
        Height and width of the filters and of the atoms.
    lifetime : float in (0, 1]
        Share of a mini-batch on which a map wins.
    seed : int
        Of all random numbers.

    Returns
    -------
    W : ndarray, shape (size, size, C, n_maps)
    b : ndarray, shape (n_maps,)
    D : ndarray, shape (n_maps, size, size, C)
    c : ndarray, shape (C,)

    Hints
    -----
    Mini-batches of 100 in a new order each time, weights with a standard deviation of 0.1, a momentum of 0.9, and a
    learning rate below 0.01: an atom is used at many places, so its gradient is large. Eight epochs are enough.
    """
    raise NotImplementedError


def features(x, W, b, size, stride, windows):
    """Features of images: the maps h, all of them, pooled as in exercise 19, a row for each image.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
    W : ndarray, shape (kh, kw, C, F)
    b : ndarray, shape (F,)
    size, stride : int
        Of the windows.
    windows : tuple (P, Q)
        How many windows there are, down and across.

    Returns
    -------
    f : ndarray, shape (N, P*Q*F)
        The pooled maps (N, P, Q, F), reshaped.

    Hints
    -----
    The constraint belongs to training: here nobody loses.
    """
    raise NotImplementedError


def classify(f, t, g):
    """Labels of new samples, by a linear SVM that is trained on others.

    Parameters
    ----------
    f : ndarray, shape (N, Q)
        Features to train on.
    t : ndarray, shape (N, K)
        Targets: +1.0 in the column of a sample's class, -1.0 elsewhere.
    g : ndarray, shape (B, Q)
        Features of new samples.

    Returns
    -------
    labels : ndarray of int, shape (B,)
        The column with the largest score.

    Hints
    -----
    Exercise 14 has the gradient. Subtract the mean of f from f *and* from g, divide both by the same number, add a
    column of ones for the bias, and go down the gradient some hundred times with momentum. If the loss grows, the
    step is too large; the largest eigenvalue of f.T f says how large it may be.
    """
    raise NotImplementedError
