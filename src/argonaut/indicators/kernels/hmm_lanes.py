"""Kernels of a model of three states over three features: a round of training in wide steps.

What trains slowly elsewhere is waiting: each step of a pass waits for the one before. Here the rows
are cut into `LANES` lanes of equal length that are walked side by side, so that a compiler turns a
step into a few wide instructions. A lane but the first begins in the middle: it is told where by a
run-up over the rows before it, which forget where they began themselves; afterwards what was told
is held against what came of the lane before, and a round that was told wrongly is not taken
(`APART_MAX`). The way back goes likewise, and adds up what a round has to know while its block of
rows is still at hand. The slow twin is `kernels/hmm.py`.

Shapes: a lane has `rows` rows, in blocks of `BLOCK`. Grids are (blocks, 3 * PART), in a block first
by feature or state, then by row, then by lane; strips are (3 * LANES,), by state, then by lane. All
are float64 and contiguous. The steps may add in another order and fuse products with sums
(`_WIDE_MATH`): they train, and nothing is held against them to the last bit, as the filter is.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
Block = tuple[Array, Array, Array]
Gathered = tuple[Array, Array, Array, Array, Array]

LANES: Final = 16
BLOCK: Final = 16  # rows; a division in every row would double the wait
PART: Final = LANES * BLOCK + 8  # the gap keeps parts from sharing a place in the cache
APART_MAX: Final = 1e-10  # of a probability, between what a lane was told and what was so
_LAST: Final = (BLOCK - 1) * LANES
_TINY: Final = 1e-200  # a sum below this has lost digits: the slow twin takes over
_SMALL: Final = 1e-100  # a product below this is counted before it becomes too small
_WIDE_MATH: Final = {"reassoc", "contract", "nsz"}
_LOWEST: Final = -700.0  # e to less is nothing in float64
_LOG_TAU: Final = 1.8378770664093453
_LOG2_E: Final = 1.4426950408889634
_LN2: Final = 0.6931471805599453
_ROUNDER: Final = 6755399441055744.0  # 1.5 * 2**52: adding it leaves a whole number in the low bits


class Space(NamedTuple):
    """The rows and the memory that every round works in; see `space_of`."""

    columns: Array  # grid of the features
    densities: Array  # grid, each over the largest of its row
    alphas: Array  # grid
    scales: Array  # (blocks, LANES): what the last alphas of a block were multiplied by
    # (6 * PART,), of one block: the probabilities of the states, then densities times betas of the
    # row after each.
    shares: Array
    priors: Array  # strip: what a state is worth before the next row is seen
    weights: Array  # strip: densities times betas of the row last gone back to
    tops: Array  # (LANES,): sums of the logs of all that was divided out
    totals: Array  # (LANES,): products of sums of alphas whose logs are not yet in there
    rows: int  # of a lane
    spare: int  # rows at the end of the last lane that are none


class Odds(NamedTuple):
    """A model as the steps take it: log density = constants - sum((x * roots - centres)**2)."""

    start: tuple[float, ...]  # 3
    transition: tuple[float, ...]  # 9, a row after the other, as all below
    roots: tuple[float, ...]  # 9, of half the inverse variances
    centres: tuple[float, ...]  # 9, means times roots
    constants: tuple[float, ...]  # 3


def space_of(rows: Array) -> Space:
    """Lay out (T, 3) rows, T >= LANES**2, and the memory to work in."""
    length = -(-rows.shape[0] // LANES)
    spare = length * LANES - rows.shape[0]
    assert spare < length, f"want at least {LANES**2} rows, not {rows.shape[0]}"
    columns = np.zeros((-(-length // BLOCK), 3 * PART))
    _lay_out(rows, length, columns)
    return Space(
        columns=columns,
        densities=np.empty_like(columns),
        alphas=np.empty_like(columns),
        scales=np.ones((columns.shape[0], LANES)),
        shares=np.empty(6 * PART),
        priors=np.empty(3 * LANES),
        weights=np.empty(3 * LANES),
        tops=np.empty(LANES),
        totals=np.empty(LANES),
        rows=length,
        spare=spare,
    )


@njit(cache=True, nogil=True)
def _lay_out(rows: Array, length: int, columns: Array) -> None:
    """Write rows to their places in a grid, lanes being `length` rows long."""
    for block in range(columns.shape[0]):
        place = columns[block]
        for row in range(min(BLOCK, length - block * BLOCK)):
            for lane in range(LANES):
                t = lane * length + block * BLOCK + row
                if t < rows.shape[0]:
                    at = row * LANES + lane
                    place[at], place[PART + at] = rows[t, 0], rows[t, 1]
                    place[2 * PART + at] = rows[t, 2]


@njit(cache=True, nogil=True, error_model="numpy")
def _nine(grid: Array) -> tuple[float, ...]:
    return (
        *(grid[0, 0], grid[0, 1], grid[0, 2]),
        *(grid[1, 0], grid[1, 1], grid[1, 2]),
        *(grid[2, 0], grid[2, 1], grid[2, 2]),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _odds_of(start: Array, transition: Array, means: Array, variances: Array) -> Odds:
    roots = np.sqrt(0.5 / variances)
    logs = -0.5 * (3.0 * _LOG_TAU + np.log(variances).sum(axis=1))
    return Odds(
        (start[0], start[1], start[2]),
        _nine(transition),
        _nine(roots),
        _nine(means * roots),
        (logs[0], logs[1], logs[2]),
    )


@njit(fastmath={"contract"}, error_model="numpy")
def exponential(x: float) -> float:
    """Return e**x for x <= 0, to a few units in the last place, in plain arithmetic.

    e**x = 2**n * e**r with |r| <= ln(2)/2, and e**r as a polynomial, its Chebyshev expansion up to
    r**10, which is off by 3.5e-16 at most. A call of exp would keep the loop around it narrow.
    """
    x = max(x, _LOWEST)
    shifted = x * _LOG2_E + _ROUNDER
    r = x - (shifted - _ROUNDER) * _LN2
    p = 2.7632640675430235e-07
    p = p * r + 2.7640182247362188e-06
    p = p * r + 2.480148547921643e-05
    p = p * r + 0.0001984117026651832
    p = p * r + 0.0013888888952318045
    p = p * r + 0.008333333385671316
    p = p * r + 0.04166666666648808
    p = p * r + 0.16666666666554392
    p = p * r + 0.5000000000000019
    p = p * r + 1.0000000000000067
    p = p * r + 1.0
    whole = np.float64(shifted).view(np.int64) << np.int64(52)  # n, where the exponent has its bits
    made: float = np.int64(np.float64(p).view(np.int64) + whole).view(np.float64)
    return made


@njit(cache=True, nogil=True, fastmath=_WIDE_MATH, error_model="numpy")
def _step(block: Block, priors: Array, tops: Array, odds: Odds, first: int, beyond: int) -> None:
    """Go forward over the rows from `first` to `beyond` of a block: columns, densities, alphas."""
    columns, densities, alphas = block
    t00, t01, t02, t10, t11, t12, t20, t21, t22 = odds.transition
    r00, r01, r02, r10, r11, r12, r20, r21, r22 = odds.roots
    m00, m01, m02, m10, m11, m12, m20, m21, m22 = odds.centres
    c0, c1, c2 = odds.constants
    for row in range(first, beyond):
        for lane in range(LANES):
            at = row * LANES + lane
            u, v, w = columns[at], columns[PART + at], columns[2 * PART + at]
            a, b, c = u * r00 - m00, v * r01 - m01, w * r02 - m02
            first = c0 - a * a - b * b - c * c
            a, b, c = u * r10 - m10, v * r11 - m11, w * r12 - m12
            second = c1 - a * a - b * b - c * c
            a, b, c = u * r20 - m20, v * r21 - m21, w * r22 - m22
            third = c2 - a * a - b * b - c * c
            top = max(first, second, third)
            tops[lane] += top
            d0 = exponential(first - top)
            d1 = exponential(second - top)
            d2 = exponential(third - top)
            densities[at], densities[PART + at], densities[2 * PART + at] = d0, d1, d2
            a = priors[lane] * d0
            b = priors[LANES + lane] * d1
            c = priors[2 * LANES + lane] * d2
            alphas[at], alphas[PART + at], alphas[2 * PART + at] = a, b, c
            priors[lane] = a * t00 + b * t10 + c * t20
            priors[LANES + lane] = a * t01 + b * t11 + c * t21
            priors[2 * LANES + lane] = a * t02 + b * t12 + c * t22


@njit(cache=True, nogil=True, fastmath=_WIDE_MATH, error_model="numpy")
def _rescale(alphas: Array, scales: Array, totals: Array) -> float:
    """Make the last alphas of a block sum to one; multiply `totals` by the sums, return the least.

    `scales` gets what they were multiplied by.
    """
    least = np.inf
    for lane in range(LANES):
        at = _LAST + lane
        total = alphas[at] + alphas[PART + at] + alphas[2 * PART + at]
        least = min(least, total)
        scale = 1.0 / total
        scales[lane] = scale
        totals[lane] *= total
        alphas[at] *= scale
        alphas[PART + at] *= scale
        alphas[2 * PART + at] *= scale
    return least


@njit(cache=True, nogil=True, error_model="numpy")
def _stand(block: Block, space: Space, odds: Odds, first: int, beyond: int) -> None:
    """Go forward over rows that the last lane has none of: there nothing is seen."""
    priors, last = space.priors, LANES - 1
    top = space.tops[last]
    p0, p1, p2 = priors[last], priors[LANES + last], priors[2 * LANES + last]
    t00, t01, t02, t10, t11, t12, t20, t21, t22 = odds.transition
    _step(block, priors, space.tops, odds, first, beyond)
    space.tops[last] = top
    _, densities, alphas = block
    for row in range(first, beyond):
        at = row * LANES + last
        densities[at], densities[PART + at], densities[2 * PART + at] = 1.0, 1.0, 1.0
        alphas[at], alphas[PART + at], alphas[2 * PART + at] = p0, p1, p2
        p0, p1, p2 = (
            p0 * t00 + p1 * t10 + p2 * t20,
            p0 * t01 + p1 * t11 + p2 * t21,
            p0 * t02 + p1 * t12 + p2 * t22,
        )
    priors[last], priors[LANES + last], priors[2 * LANES + last] = p0, p1, p2


@njit(cache=True, nogil=True, error_model="numpy")
def _count(space: Space) -> None:
    """Take the logs of what the lanes' alphas were divided by: one log for many divisions."""
    space.tops[:] += np.log(space.totals)
    space.totals[:] = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _forward(space: Space, odds: Odds, first: int) -> bool:
    """Go forward through all lanes from block `first` on; False if digits were lost."""
    least = np.inf
    space.tops[:], space.totals[:] = 0.0, 1.0
    for number in range(first, space.columns.shape[0]):
        begun = number * BLOCK
        rows = min(BLOCK, space.rows - begun)
        shared = min(rows, max(space.rows - space.spare - begun, 0))
        block = (space.columns[number], space.densities[number], space.alphas[number])
        _step(block, space.priors, space.tops, odds, 0, shared)
        if shared < rows:
            _stand(block, space, odds, shared, rows)
        if rows == BLOCK:
            least = min(least, _rescale(block[2], space.scales[number], space.totals))
            _reweigh(space.priors, space.scales[number])
            if space.totals.min() < _SMALL:
                _count(space)
    _count(space)
    return least > _TINY


@njit(cache=True, nogil=True, fastmath=_WIDE_MATH, error_model="numpy")
def _step_back(block: Block, weights: Array, odds: Odds, first: int, beyond: int) -> None:
    """Go back over the rows from `beyond` to `first` of a block: densities, alphas, shares."""
    densities, alphas, shares = block
    t00, t01, t02, t10, t11, t12, t20, t21, t22 = odds.transition
    for back in range(beyond - first):
        row = (beyond - 1 - back) & (BLOCK - 1)  # so a compiler sees that it is not negative
        for lane in range(LANES):
            at = row * LANES + lane
            a, b, c = weights[lane], weights[LANES + lane], weights[2 * LANES + lane]
            shares[3 * PART + at], shares[4 * PART + at], shares[5 * PART + at] = a, b, c
            beta = a * t00 + b * t01 + c * t02
            shares[at] = alphas[at] * beta
            weights[lane] = densities[at] * beta
            beta = a * t10 + b * t11 + c * t12
            shares[PART + at] = alphas[PART + at] * beta
            weights[LANES + lane] = densities[PART + at] * beta
            beta = a * t20 + b * t21 + c * t22
            shares[2 * PART + at] = alphas[2 * PART + at] * beta
            weights[2 * LANES + lane] = densities[2 * PART + at] * beta


@njit(cache=True, nogil=True, fastmath=_WIDE_MATH, error_model="numpy")
def _reweigh(strip: Array, factors: Array) -> None:
    """Multiply what a lane has in a strip by its factor."""
    for lane in range(LANES):
        factor = factors[lane]
        strip[lane] *= factor
        strip[LANES + lane] *= factor
        strip[2 * LANES + lane] *= factor


@njit(cache=True, nogil=True, error_model="numpy")
def _back(space: Space, odds: Odds, number: int) -> int:
    """Go back over a block; return how many rows of each lane it has."""
    rows = min(BLOCK, space.rows - number * BLOCK)
    block = (space.densities[number], space.alphas[number], space.shares)
    if rows == BLOCK:  # its last alphas were divided, and what leads to them is by as much
        _step_back(block, space.weights, odds, BLOCK - 1, BLOCK)
        _reweigh(space.weights, space.scales[number])
        rows -= 1
    _step_back(block, space.weights, odds, 0, rows)
    return min(BLOCK, space.rows - number * BLOCK)


@njit(cache=True, nogil=True, error_model="numpy")
def _blank(space: Space, number: int, rows: int) -> None:
    """Let the rows of a block that the last lane has none of count for nothing."""
    real = space.rows - space.spare - number * BLOCK
    for row in range(max(real - 1, 0), rows):  # after its last one nothing follows
        for k in range(3):
            at = k * PART + row * LANES + LANES - 1
            space.shares[3 * PART + at] = 0.0
            if row >= real:
                space.shares[at] = 0.0


@njit(cache=True, nogil=True, fastmath=_WIDE_MATH, error_model="numpy")
def _add_shares(columns: Array, shares: Array, count: int, sums: Array) -> None:
    """Add how often each state was, and its sums and sums of squares, of `count` numbers each."""
    n0 = n1 = n2 = 0.0
    u0 = u1 = u2 = v0 = v1 = v2 = w0 = w1 = w2 = 0.0
    uu0 = uu1 = uu2 = vv0 = vv1 = vv2 = ww0 = ww1 = ww2 = 0.0
    for at in range(count):
        a, b, c = shares[at], shares[PART + at], shares[2 * PART + at]
        n0, n1, n2 = n0 + a, n1 + b, n2 + c
        u, v, w = columns[at], columns[PART + at], columns[2 * PART + at]
        u0, u1, u2 = u0 + a * u, u1 + b * u, u2 + c * u
        v0, v1, v2 = v0 + a * v, v1 + b * v, v2 + c * v
        w0, w1, w2 = w0 + a * w, w1 + b * w, w2 + c * w
        u, v, w = u * u, v * v, w * w
        uu0, uu1, uu2 = uu0 + a * u, uu1 + b * u, uu2 + c * u
        vv0, vv1, vv2 = vv0 + a * v, vv1 + b * v, vv2 + c * v
        ww0, ww1, ww2 = ww0 + a * w, ww1 + b * w, ww2 + c * w
    for k, made in enumerate(
        (
            (n0, u0, v0, w0, uu0, vv0, ww0),
            (n1, u1, v1, w1, uu1, vv1, ww1),
            (n2, u2, v2, w2, uu2, vv2, ww2),
        )
    ):
        for column in range(7):
            sums[k, column] += made[column]


@njit(cache=True, nogil=True, fastmath=_WIDE_MATH, error_model="numpy")
def _add_moves(alphas: Array, shares: Array, count: int, sums: Array) -> None:
    """Add how often each state was followed by each, over how likely that is, of `count` each."""
    m00 = m01 = m02 = m10 = m11 = m12 = m20 = m21 = m22 = 0.0
    for at in range(count):
        a, b, c = alphas[at], alphas[PART + at], alphas[2 * PART + at]
        u, v, w = shares[3 * PART + at], shares[4 * PART + at], shares[5 * PART + at]
        m00, m01, m02 = m00 + a * u, m01 + a * v, m02 + a * w
        m10, m11, m12 = m10 + b * u, m11 + b * v, m12 + b * w
        m20, m21, m22 = m20 + c * u, m21 + c * v, m22 + c * w
    for k, made in enumerate(((m00, m01, m02), (m10, m11, m12), (m20, m21, m22))):
        for column in range(3):
            sums[k, 7 + column] += made[column]


@njit(cache=True, nogil=True, error_model="numpy")
def _handed_on(strip: Array, edge: tuple[float, ...], ahead: int) -> Array:
    """Return a strip in which each lane has what the one `ahead` of it had, made to sum to one.

    The lane with none ahead gets `edge`.
    """
    made = np.empty(3 * LANES)
    for lane in range(LANES):
        source = lane + ahead
        is_edge = not 0 <= source < LANES
        total = 1.0 if is_edge else strip[source::LANES].sum()
        for k in range(3):
            made[k * LANES + lane] = edge[k] if is_edge else strip[k * LANES + source] / total
    return made


@njit(cache=True, nogil=True, error_model="numpy")
def _go_forward(space: Space, odds: Odds, run_up: int) -> tuple[bool, float, float]:
    """Go forward through all rows; return as `sweep` does, but for the sums."""
    first = max(space.columns.shape[0] - run_up, 0)
    space.priors[:] = 1.0 / 3.0
    is_whole = _forward(space, odds, first)
    told = _handed_on(space.priors, odds.start, -1)
    space.priors[:] = told
    is_whole = is_whole and _forward(space, odds, 0)
    likelihood = space.tops.sum() + np.log(space.priors.reshape(3, LANES).sum(axis=0)).sum()
    apart = np.abs(_handed_on(space.priors, odds.start, -1) - told).sum()
    return is_whole, apart, likelihood


@njit(cache=True, nogil=True, error_model="numpy")
def _go_back(space: Space, odds: Odds, run_up: int, sums: Array) -> float:
    """Go back through all rows, adding to sums; return by how much lanes were told wrongly."""
    blocks, even = space.columns.shape[0], (1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0)
    space.weights[:] = 1.0
    for back in range(min(run_up, blocks)):
        _back(space, odds, min(run_up, blocks) - 1 - back)
    told = _handed_on(space.weights, even, 1)
    space.weights[:] = told
    _reweigh(space.weights, 1.0 / (told * space.priors).reshape(3, LANES).sum(axis=0))
    for back in range(blocks):
        number = blocks - 1 - back
        rows = _back(space, odds, number)
        _blank(space, number, rows)
        _add_shares(space.columns[number], space.shares, rows * LANES, sums)
        _add_moves(space.alphas[number], space.shares, rows * LANES, sums)
    apart: float = np.abs(_handed_on(space.weights, even, 1) - told).sum()
    return apart


@njit(cache=True, nogil=True, error_model="numpy")
def sweep(
    space: Space, start: Array, transition: Array, means: Array, variances: Array, run_up: int
) -> tuple[bool, float, float, Gathered]:
    """Go through all rows, there and back, lanes beginning after a run-up of so many blocks.

    Returns whether no digits were lost, by how much lanes were told wrongly, the log likelihood,
    and what `gathered` does, which counts only where both are well.
    """
    odds = _odds_of(start, transition, means, variances)
    sums = np.zeros((3, 10))
    is_whole, apart, likelihood = _go_forward(space, odds, run_up)
    if is_whole and apart <= APART_MAX:
        apart = max(apart, _go_back(space, odds, run_up, sums))
    first = np.array([space.shares[0], space.shares[PART], space.shares[2 * PART]])
    moves = sums[:, 7:] * transition
    told = (sums[:, 0].copy(), sums[:, 1:4].copy(), sums[:, 4:7].copy(), moves, first)
    return is_whole, apart, likelihood, told
