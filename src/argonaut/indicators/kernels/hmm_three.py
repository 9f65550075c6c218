"""Kernels of a model of three states over three features: a round of training in three loops.

What trains slowly elsewhere is waiting: each step of a pass waits for the one before. Here
everything that need not wait is done in two loops over all rows, which a compiler turns into wide
instructions, and the forward and the backward pass share the third, so that one works while the
other waits. The slow twin is `kernels/hmm.py`.

The two wide loops may add in another order and fuse products with sums (`_WIDE`): they train,
and nothing is held against them to the last bit, as the filter is. T rows; arrays are float64 and
contiguous, rows last: (3, T). What is made is written into arrays of the caller, who has them from
round to round: to ask the system for megabytes in every round costs as much as a pass.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]

SCALE_EVERY = 8  # rows; a division in every row would double the wait
_TINY = 1e-200  # a sum below this has lost digits: the slow twin takes over
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LOWEST = -700.0  # e to less is nothing in float64
_WIDE = {"reassoc", "contract", "nsz"}


@njit(inline="always")
def _exponential(x: float) -> float:
    """Return e**x for x <= 0, to two units in the last place, in plain arithmetic.

    e**x = 2**n * e**r with |r| <= ln(2)/2, and the Taylor sum of e**r up to r**13. A call of exp
    would keep the loop around it narrow.
    """
    x = max(x, _LOWEST)
    n = np.floor(x * _LOG2_E + 0.5)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    scale: float = np.int64((np.int64(n) + 1023) << 52).view(np.float64)
    made: float = (p * r + 1.0) * scale
    return made


@njit(cache=True, nogil=True, fastmath=_WIDE)
def relative_densities(
    columns: Array, means: Array, inverses: Array, constants: Array, densities: Array
) -> float:
    """Write `densities` over the largest of their row; return the sum of that largest's logs."""
    rows = columns.shape[1]
    x0, x1, x2 = columns[0], columns[1], columns[2]
    d0, d1, d2 = densities[0], densities[1], densities[2]
    m00, m01, m02 = means[0, 0], means[0, 1], means[0, 2]
    m10, m11, m12 = means[1, 0], means[1, 1], means[1, 2]
    m20, m21, m22 = means[2, 0], means[2, 1], means[2, 2]
    i00, i01, i02 = 0.5 * inverses[0, 0], 0.5 * inverses[0, 1], 0.5 * inverses[0, 2]
    i10, i11, i12 = 0.5 * inverses[1, 0], 0.5 * inverses[1, 1], 0.5 * inverses[1, 2]
    i20, i21, i22 = 0.5 * inverses[2, 0], 0.5 * inverses[2, 1], 0.5 * inverses[2, 2]
    c0, c1, c2 = constants[0], constants[1], constants[2]
    logs = 0.0
    for t in range(rows):
        u, v, w = x0[t], x1[t], x2[t]
        a, b, c = u - m00, v - m01, w - m02
        first = c0 - (a * a * i00 + b * b * i01 + c * c * i02)
        a, b, c = u - m10, v - m11, w - m12
        second = c1 - (a * a * i10 + b * b * i11 + c * c * i12)
        a, b, c = u - m20, v - m21, w - m22
        third = c2 - (a * a * i20 + b * b * i21 + c * c * i22)
        highest = max(first, second, third)
        logs += highest
        d0[t] = _exponential(first - highest)
        d1[t] = _exponential(second - highest)
        d2[t] = _exponential(third - highest)
    return logs


@njit(cache=True, nogil=True)
def passes(
    start: Array, transition: Array, densities: Array, alphas: Array, betas: Array, scales: Array
) -> bool:
    """Write `alphas` and `betas`, each row up to a factor; return False if digits were lost.

    Every `SCALE_EVERY` rows alphas are divided by their sum, which goes to `scales`
    ((T - 1) // SCALE_EVERY + 1,): the likelihood is the product of them.
    """
    rows = densities.shape[1]
    d0, d1, d2 = densities[0], densities[1], densities[2]
    alpha0, alpha1, alpha2 = alphas[0], alphas[1], alphas[2]
    beta0, beta1, beta2 = betas[0], betas[1], betas[2]
    t00, t01, t02 = transition[0, 0], transition[0, 1], transition[0, 2]
    t10, t11, t12 = transition[1, 0], transition[1, 1], transition[1, 2]
    t20, t21, t22 = transition[2, 0], transition[2, 1], transition[2, 2]
    a0, a1, a2 = start[0] * d0[0], start[1] * d1[0], start[2] * d2[0]
    b0 = b1 = b2 = 1.0
    alpha0[0], alpha1[0], alpha2[0] = a0, a1, a2
    beta0[rows - 1] = beta1[rows - 1] = beta2[rows - 1] = 1.0
    scaled = 0
    is_whole = True
    for t in range(1, rows):
        p0 = a0 * t00 + a1 * t10 + a2 * t20
        p1 = a0 * t01 + a1 * t11 + a2 * t21
        p2 = a0 * t02 + a1 * t12 + a2 * t22
        a0, a1, a2 = p0 * d0[t], p1 * d1[t], p2 * d2[t]
        back = rows - t
        w0, w1, w2 = b0 * d0[back], b1 * d1[back], b2 * d2[back]
        b0 = t00 * w0 + t01 * w1 + t02 * w2
        b1 = t10 * w0 + t11 * w1 + t12 * w2
        b2 = t20 * w0 + t21 * w1 + t22 * w2
        if t % SCALE_EVERY == 0:
            total, total_back = a0 + a1 + a2, b0 + b1 + b2
            if not (total > _TINY and total_back > _TINY):
                return False
            scale, scale_back = 1.0 / total, 1.0 / total_back
            a0, a1, a2 = a0 * scale, a1 * scale, a2 * scale
            b0, b1, b2 = b0 * scale_back, b1 * scale_back, b2 * scale_back
            scales[scaled] = total
            scaled += 1
        alpha0[t], alpha1[t], alpha2[t] = a0, a1, a2
        beta0[back - 1], beta1[back - 1], beta2[back - 1] = b0, b1, b2
    scales[scaled] = a0 + a1 + a2
    return is_whole and scales[scaled] > _TINY


@njit(cache=True, nogil=True, fastmath=_WIDE)
def moments(
    columns: Array, alphas: Array, betas: Array, densities: Array
) -> tuple[Array, Array, Array, Array]:
    """Return how often each state was (3,), its sums and sums of squares (3, 3), and the first row.

    Makes `densities` what `moves` adds up, and `betas` the probabilities of the states.
    """
    rows = columns.shape[1]
    x0, x1, x2 = columns[0], columns[1], columns[2]
    alpha0, alpha1, alpha2 = alphas[0], alphas[1], alphas[2]
    beta0, beta1, beta2 = betas[0], betas[1], betas[2]
    d0, d1, d2 = densities[0], densities[1], densities[2]
    for t in range(rows):
        b0, b1, b2 = beta0[t], beta1[t], beta2[t]
        g0, g1, g2 = alpha0[t] * b0, alpha1[t] * b1, alpha2[t] * b2
        scale = 1.0 / (g0 + g1 + g2)
        d0[t] *= b0 * scale
        d1[t] *= b1 * scale
        d2[t] *= b2 * scale
        beta0[t], beta1[t], beta2[t] = g0 * scale, g1 * scale, g2 * scale
    occupied, sums, squares = np.empty(3), np.empty((3, 3)), np.empty((3, 3))
    for k in range(3):
        state = betas[k]
        n = s0 = s1 = s2 = q0 = q1 = q2 = 0.0
        for t in range(rows):
            g, u, v, w = state[t], x0[t], x1[t], x2[t]
            gu, gv, gw = g * u, g * v, g * w
            n += g
            s0, s1, s2 = s0 + gu, s1 + gv, s2 + gw
            q0, q1, q2 = q0 + gu * u, q1 + gv * v, q2 + gw * w
        occupied[k] = n
        sums[k, 0], sums[k, 1], sums[k, 2] = s0, s1, s2
        squares[k, 0], squares[k, 1], squares[k, 2] = q0, q1, q2
    return occupied, sums, squares, betas[:, 0].copy()


@njit(cache=True, nogil=True, fastmath=_WIDE)
def moves(transition: Array, alphas: Array, densities: Array, scales: Array) -> Array:
    """Return how often each state was followed by each (3, 3), after `moments`."""
    rows = alphas.shape[1]
    for t in range(SCALE_EVERY, rows, SCALE_EVERY):  # the alphas of these were divided
        divisor = scales[t // SCALE_EVERY - 1]
        for k in range(3):
            densities[k, t] /= divisor
    made = np.empty((3, 3))
    d0, d1, d2 = densities[0], densities[1], densities[2]
    for i in range(3):
        alpha = alphas[i]
        m0 = m1 = m2 = 0.0
        for t in range(rows - 1):
            a = alpha[t]
            m0, m1, m2 = m0 + a * d0[t + 1], m1 + a * d1[t + 1], m2 + a * d2[t + 1]
        made[i, 0], made[i, 1], made[i, 2] = m0, m1, m2
    return made * transition
