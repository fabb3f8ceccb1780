"""Tests of differences in rank, and the correction for having made many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """Corrected p-values that bound the false discovery rate (Benjamini and Hochberg 1995)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """Corrected p-values that bound the probability of any false one (Holm 1979)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)
    corrected = np.empty_like(p)
    corrected[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(corrected, 1.0)


def f_test(explained: float, df: int, error: float, free: int) -> float:
    """P-value of nested linear models.

    Args:
        explained: Sum of squares that the larger model explains beyond the smaller one.
        df: Columns that it has more.
        error: Mean of the squares that it leaves.
        free: Their degrees of freedom.
    """
    from scipy.stats import f

    return float(f.sf(explained / df / error, df, free)) if error > 0 else 0.0


def between_groups(
    counts: FloatArray,
    sums: FloatArray,
    squares: FloatArray,
    starts: npt.NDArray[np.int64],
    *,
    stratified: bool = False,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How much of the variance of ranks lies between the groups of each parameter.

    The p-value is of a gamma distribution with the mean and the variance that the statistic has
    over all permutations (Kruskal and Wallis 1952). It is on the safe side in the tail, where the
    usual chi-squared distribution is not for small groups.

    Args:
        counts: ``(..., n_groups)`` rows in each group.
        sums: ``(..., n_groups)`` sums of their ranks, which are best centred.
        squares: ``(..., n_groups)`` sums of the squares of their ranks.
        starts: ``(n_params,)`` first group of each parameter.
        stratified: The first axis counts strata, and rows are compared within theirs only.

    Returns:
        Epsilon squared without what is expected by chance, the p-value, and the number of rows
        that could be compared, each ``(..., n_params)`` without the strata.
    """
    from scipy.stats import gamma

    filled, some = np.maximum(counts, 1.0), counts > 0
    n, k, of_all, of_groups, of_rows, thin = (
        np.add.reduceat(column, starts, axis=-1, dtype=np.float64)
        for column in (counts, some, sums, sums**2 / filled, squares, some / filled)
    )
    common = of_all**2 / np.maximum(n, 1.0)
    between, total = of_groups - common, of_rows - common
    usable = (k > 1) & (n > k + 1) & (total > 1e-9 * of_rows)
    n, k = np.where(usable, n, 9.0), np.where(usable, k, 2.0)
    h = (n - 1) * between / np.where(usable, total, np.inf)
    mean = k - 1.0
    variance = 2 * mean - 0.4 * (3 * k**2 - 6 * k + n * (2 * k**2 - 6 * k + 1)) / (n * (n + 1))
    variance = np.maximum(variance - 1.2 * thin, 0.1 * mean)
    parts = [np.where(usable, part, 0.0) for part in (h, mean, variance, n, n - k)]
    if stratified:
        parts = [part.sum(axis=0) for part in parts]
    h, mean, variance, n, free = parts
    known = mean > 0
    shape, scale = np.where(known, mean, 1.0), np.where(known, variance, 1.0)
    p = np.asarray(gamma.sf(h, shape**2 / scale, scale=scale / shape))
    effect = np.clip((h - mean) / np.maximum(free, 1.0), 0.0, 1.0)
    return np.where(known, effect, 0.0), np.where(known, p, 1.0), n


def enrichment(
    n_hits: FloatArray, n_part: FloatArray, n_top: FloatArray, n: FloatArray
) -> FloatArray:
    """P-values that parts hold that many of the top by chance.

    Exact for a single stratum (hypergeometric). With several, a part must also stand out among the
    trials of the same stratum (Mantel and Haenszel 1959, with a continuity correction).

    Args:
        n_hits: ``(n_parts,)`` rows of the top in each part.
        n_part: ``(n_strata, n_parts)`` rows in each part.
        n_top: ``(n_strata,)`` rows of the top; or ``(n_strata, n_parts)``, among those that each
            part is compared with.
        n: ``(n_strata,)`` rows, or ``(n_strata, n_parts)``.

    Returns:
        ``(n_parts,)``.
    """
    from scipy.stats import hypergeom, norm

    n, n_top = (column.reshape(len(n_part), -1) for column in (n, n_top))
    pooled = hypergeom.sf(n_hits - 1, n.sum(axis=0), n_top.sum(axis=0), n_part.sum(axis=0))
    if len(n) == 1:
        return np.asarray(pooled)
    share = n_part / np.maximum(n, 1)
    variance = (n_top * (n - n_top) / np.maximum(n - 1, 1) * share * (1 - share)).sum(axis=0)
    surplus = n_hits - 0.5 - (n_top * share).sum(axis=0)
    z = np.where(variance > 0, surplus / np.sqrt(np.maximum(variance, 1e-9)), -np.inf)
    return np.maximum(pooled, norm.sf(z))


def joint_enrichment(hits: FloatArray, counts: FloatArray) -> float:
    """P-value that so many of the top have both of two parts, if each counts by itself.

    By itself: it raises the odds of the top alike with and without the other. Then, given how
    many of the top have each, the number with both follows a known distribution (Zelen 1971); over
    several strata it is the sum of theirs.

    Args:
        hits: ``(n_strata, 4)`` rows of the top with both parts, the one, the other, neither.
        counts: ``(n_strata, 4)`` all rows with them.
    """
    chances, least = np.ones(1), 0
    for one, of in zip(hits, counts, strict=True):
        own, first = _chances_of_both(one, of)
        chances, least = np.convolve(chances, own), least + first
    return float(min(chances[int(hits[:, 0].sum()) - least :].sum(), 1.0))


def _chances_of_both(hits: FloatArray, counts: FloatArray) -> tuple[FloatArray, int]:
    """Chances of each number of hits with both that the margins allow, and the least of them."""
    from scipy.special import gammaln

    signs = np.array([1, -1, -1, 1])  # one more with both: one less with either alone
    down = int(np.where(signs > 0, hits, counts - hits).min())
    up = int(np.where(signs > 0, counts - hits, hits).min())
    steps = np.arange(-down, up + 1)
    cells = hits + steps[:, None] * signs
    logs = -(gammaln(cells + 1) + gammaln(counts - cells + 1)).sum(axis=1)
    chances = np.exp(logs - logs.max())
    return chances / chances.sum(), int(hits[0]) - down
