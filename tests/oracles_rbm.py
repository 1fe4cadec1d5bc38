"""The restricted Boltzmann machine in loops over all its states; shares no code with wta_np."""

import itertools
import math

import numpy as np


def sigmoid(a):
    return 1 / (1 + math.exp(-a)) if a > -700 else 0.0


def states(n):
    """All 2^n states of n units, (2^n, n)."""
    return np.array(list(itertools.product([0.0, 1.0], repeat=n))).reshape(2**n, n)


def energy(v, h, W, b_v, b_h):
    """Energy of one pair of states."""
    total = 0.0
    for i in range(len(v)):
        total -= b_v[i] * v[i]
        for j in range(len(h)):
            total -= v[i] * W[i, j] * h[j]
    for j in range(len(h)):
        total -= b_h[j] * h[j]
    return total


def joint(W, b_v, b_h):
    """p(v, h) of every pair of states, (2^D, 2^M), and log Z."""
    weights = [[math.exp(-energy(v, h, W, b_v, b_h)) for h in states(len(b_h))] for v in states(len(b_v))]
    z = math.fsum(math.fsum(row) for row in weights)
    return np.array(weights) / z, math.log(z)


def free_energy(v, W, b_v, b_h):
    """-log of the sum over all hidden states of exp(-E), of one visible state."""
    return -math.log(math.fsum(math.exp(-energy(v, h, W, b_v, b_h)) for h in states(len(b_h))))


def log_likelihood(x, W, b_v, b_h):
    """Mean log p(v) of some visible states."""
    _, log_z = joint(W, b_v, b_h)
    return sum(-free_energy(v, W, b_v, b_h) - log_z for v in x) / len(x)


def expectations(weights, W, b_v, b_h):
    """Mean of v h, v and h where v has these probabilities, one for each state, and h follows from v."""
    p, _ = joint(W, b_v, b_h)
    vh, v_mean, h_mean = np.zeros_like(W), np.zeros_like(b_v), np.zeros_like(b_h)
    for a, v in enumerate(states(len(b_v))):
        for b, h in enumerate(states(len(b_h))):
            share = weights[a] * p[a, b] / p[a].sum()
            vh += share * np.outer(v, h)
            v_mean += share * v
            h_mean += share * h
    return {"W": vh, "b_v": v_mean, "b_h": h_mean}


def likelihood_gradient(x, W, b_v, b_h):
    """E_data - E_model for some visible states: the gradient of their mean log-likelihood."""
    every = states(len(b_v))
    data = np.array([np.mean([np.array_equal(v, row) for row in x]) for v in every])
    p, _ = joint(W, b_v, b_h)
    of_data, of_model = (expectations(w, W, b_v, b_h) for w in (data, p.sum(axis=1)))
    return {name: of_data[name] - of_model[name] for name in of_data}


def transition(W, b_v, b_h):
    """Gibbs step v -> h -> v' as a matrix (2^D, 2^D), from conditionals of the joint distribution."""
    p, _ = joint(W, b_v, b_h)
    h_given_v = p / p.sum(axis=1, keepdims=True)
    v_given_h = p / p.sum(axis=0, keepdims=True)
    return h_given_v @ v_given_h.T


def cd_gradient(x, k, W, b_v, b_h):
    """What CD-k estimates, exactly: E_data minus the mean k steps from the data."""
    every = states(len(b_v))
    data = np.array([np.mean([np.array_equal(v, row) for row in x]) for v in every])
    later = data @ np.linalg.matrix_power(transition(W, b_v, b_h), k)
    of_data, of_chain = (expectations(w, W, b_v, b_h) for w in (data, later))
    return {name: of_data[name] - of_chain[name] for name in of_data}
