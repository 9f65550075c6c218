"""Kernels of the hidden Markov model: the filter, and one turn of its training.

T observations of D features, K states. All arrays are float64 and contiguous.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]

Parts = tuple[Array, Array, Array, Array]  # start (K,), transition (K, K), means, variances (K, D)

_LEAST = 1e-300  # divides where a state explains no row at all
_RAREST = 1e-12  # probabilities below this are as good as none, and have no useful logarithm
_FAR = 700.0  # e to more is not finite in float64


@njit(cache=True)
def forward(
    observations: Array,
    start: Array,
    transition: Array,
    means: Array,
    inverses: Array,
    constants: Array,
) -> Array:
    """Twin of `ForwardFilter`: (T, K) probabilities."""
    rows, features = observations.shape
    states = start.shape[0]
    made = np.empty((rows, states))
    priors = np.empty(states)
    logs = np.empty(states)
    for t in range(rows):
        highest = -np.inf
        for k in range(states):
            if t == 0:
                priors[k] = start[k]
            else:
                prior = 0.0
                for i in range(states):
                    prior += made[t - 1, i] * transition[i, k]
                priors[k] = prior
            distance = 0.0
            for d in range(features):
                apart = observations[t, d] - means[k, d]
                distance += apart * apart * inverses[k, d]
            logs[k] = constants[k] - 0.5 * distance
            if priors[k] > 0.0 and logs[k] > highest:
                highest = logs[k]
        total = 0.0
        for k in range(states):
            weight = priors[k] * math.exp(logs[k] - highest) if priors[k] > 0.0 else 0.0
            made[t, k] = weight
            total += weight
        for k in range(states):
            made[t, k] = made[t, k] / total
    return made


@njit(cache=True)
def expectation(
    observations: Array,
    start: Array,
    transition: Array,
    means: Array,
    inverses: Array,
    constants: Array,
) -> tuple[Array, Array, Array, float]:
    """Return the scaled forward pass: alphas (T, K), densities (T, K), scales (T,).

    Densities have their largest of the row divided out. Last comes the log likelihood of all rows.
    """
    rows, features = observations.shape
    states = start.shape[0]
    alphas = np.empty((rows, states))
    densities = np.empty((rows, states))
    scales = np.empty(rows)
    likelihood = 0.0
    for t in range(rows):
        highest = -np.inf
        for k in range(states):
            distance = 0.0
            for d in range(features):
                apart = observations[t, d] - means[k, d]
                distance += apart * apart * inverses[k, d]
            densities[t, k] = constants[k] - 0.5 * distance
            if densities[t, k] > highest:
                highest = densities[t, k]
        total = 0.0
        for k in range(states):
            densities[t, k] = math.exp(densities[t, k] - highest)
            if t == 0:
                prior = start[k]
            else:
                prior = 0.0
                for i in range(states):
                    prior += alphas[t - 1, i] * transition[i, k]
            alphas[t, k] = prior * densities[t, k]
            total += alphas[t, k]
        total = max(total, 1e-300)
        for k in range(states):
            alphas[t, k] /= total
        scales[t] = total
        likelihood += highest + math.log(total)
    return alphas, densities, scales, likelihood


@njit(cache=True)
def gathered(
    observations: Array, transition: Array, alphas: Array, densities: Array, scales: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Return what a round of training adds up, walking backward with two rows of betas.

    How often each state was (K,), its sums and sums of squares (K, D), how often it was followed by
    each (K, K), and how likely each is in the first row (K,).
    """
    rows, features = observations.shape
    states = transition.shape[0]
    betas = np.ones(states)
    earlier = np.empty(states)
    moves = np.zeros((states, states))
    occupied = np.zeros(states)
    sums = np.zeros((states, features))
    squares = np.zeros((states, features))
    first = np.empty(states)
    for t in range(rows - 1, -1, -1):
        total = 0.0
        for k in range(states):
            first[k] = alphas[t, k] * betas[k]
            total += first[k]
        for k in range(states):
            first[k] /= total
            occupied[k] += first[k]
            for d in range(features):
                weighted = first[k] * observations[t, d]
                sums[k, d] += weighted
                squares[k, d] += weighted * observations[t, d]
        if t == 0:
            break
        for i in range(states):
            beta = 0.0
            for k in range(states):
                step = transition[i, k] * densities[t, k] * betas[k] / scales[t]
                moves[i, k] += alphas[t - 1, i] * step
                beta += step
            earlier[i] = beta
        for k in range(states):
            betas[k] = earlier[k]
    return occupied, sums, squares, moves, first


@njit(cache=True, nogil=True)
def explained(
    told: tuple[Array, Array, Array, Array, Array], transition: Array, floors: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the start, transition, means and variances that explain best what was `gathered`.

    A state that was never left keeps its row of `transition`; `floors` (D,) bounds the variances
    from below.
    """
    occupied, sums, squares, moves, first = told
    states, features = sums.shape
    better, means, variances = transition.copy(), np.empty_like(sums), np.empty_like(sums)
    for i in range(states):
        left = moves[i].sum()
        if left > 0.0:
            better[i] = moves[i] / left
        weight = max(occupied[i], _LEAST)
        for d in range(features):
            mean = sums[i, d] / weight
            means[i, d] = mean
            variances[i, d] = max(squares[i, d] / weight - mean * mean, floors[d])
    return first, better, means, variances


@njit(cache=True, nogil=True)
def _flat(parts: Parts, spread: Array) -> Array:
    start, transition, means, variances = parts
    return np.concatenate(
        (
            np.log(np.maximum(start, _RAREST)),
            np.log(np.maximum(transition, _RAREST)).ravel(),
            (means / spread).ravel(),
            np.log(variances).ravel(),
        )
    )


@njit(cache=True, nogil=True)
def _distribution(logs: Array) -> Array:
    """Return probabilities of these logarithms, made to sum to one."""
    weights = np.exp(logs - logs.max())
    made: Array = weights / weights.sum()
    return made


@njit(cache=True, nogil=True)
def landed(first: Parts, second: Parts, third: Parts, spread: Array, most: float) -> Parts:
    """Return where `leap` lands; `spread` (D,) is what means are counted in."""
    origin, one, two = _flat(first, spread), _flat(second, spread), _flat(third, spread)
    step = one - origin
    bend = (two - one) - step
    bent = math.sqrt((bend * bend).sum())
    if bent == 0.0:
        return third[0], third[1], third[2], third[3]  # a plain tuple, whatever kind it came as
    length = min(max(math.sqrt((step * step).sum()) / bent, 1.0), most)
    flat = origin + 2.0 * length * step + length * length * bend
    states, features = third[2].shape
    grid = states + states * states
    beyond = grid + states * features
    transition = np.empty((states, states))
    for i in range(states):
        transition[i] = _distribution(flat[states * (i + 1) : states * (i + 2)])
    return (
        _distribution(flat[:states]),
        transition,
        flat[grid:beyond].copy().reshape(states, features) * spread,
        np.exp(np.minimum(np.maximum(flat[beyond:], -_FAR), _FAR)).reshape(states, features),
    )


@njit(cache=True, nogil=True)
def spreads(rows: Array) -> Array:
    """Return the variance (D,) of each column of (T, D) rows, about its mean."""
    count, features = rows.shape
    made = np.zeros(features)
    means = np.zeros(features)
    for t in range(count):
        for d in range(features):
            means[d] += rows[t, d]
    means /= count
    for t in range(count):
        for d in range(features):
            apart = rows[t, d] - means[d]
            made[d] += apart * apart
    made /= count
    return made
