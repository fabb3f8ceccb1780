/** Whether values lie in promising ranges; the rule is that of `optuna_guide/domain/region.py`. */

/** @typedef {{ intervals?: [number, number][], indices?: number[] }} Range */

/**
 * Whether a value lies inside, with a rounding margin; NaN (inactive) is outside.
 *
 * @param {Range} range
 * @param {number} value
 */
export function contains(range, value) {
  if (range.indices) return range.indices.includes(value);
  return (range.intervals ?? []).some(([low, high]) => {
    const margin = 1e-9 * Math.max(Math.abs(low), Math.abs(high), 1e-300);
    return value >= low - margin && value <= high + margin;
  });
}

/**
 * Per row, how many ranges its values miss; an inactive parameter breaks no rule.
 *
 * @param {Range[]} ranges
 * @param {ArrayLike<number>[]} columns values of the parameter of each range
 * @param {number} n rows
 */
export function countMissed(ranges, columns, n) {
  const missed = new Uint16Array(n);
  ranges.forEach((range, j) => {
    const values = columns[j];
    for (let row = 0; row < n; row += 1) {
      if (!Number.isNaN(values[row]) && !contains(range, values[row])) missed[row] += 1;
    }
  });
  return missed;
}
