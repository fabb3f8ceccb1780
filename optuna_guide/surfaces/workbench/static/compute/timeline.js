/** Trials in the order of their exploration, as in `optuna_guide/drawing/timeline.py`. */

/**
 * Groups of trials beside each other, the largest first, each in the order of its trials.
 * @param {ArrayLike<number>} codes Group of each trial.
 * @param {number} gap Places between two groups.
 * @returns {{ places: Float64Array, groups: { code: number, first: number, last: number }[] }}
 */
export function besideEachOther(codes, gap) {
  /** @type {Map<number, number[]>} */
  const rows = new Map();
  for (let row = 0; row < codes.length; row++) {
    const known = rows.get(codes[row]);
    if (known) known.push(row);
    else rows.set(codes[row], [row]);
  }
  const places = new Float64Array(codes.length);
  let first = 0;
  const groups = [...rows]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([code, members]) => {
      members.forEach((row, k) => (places[row] = first + k));
      const group = { code, first, last: first + members.length - 1 };
      first = group.last + 1 + gap;
      return group;
    });
  return { places, groups };
}

/**
 * Distinct places in ascending order, and the row that holds the record at each of them.
 * @param {ArrayLike<number>} places One per row.
 * @param {ArrayLike<number>} loss One per row; NaN = not to be counted.
 * @param {boolean} soFar The record up to a place, or at each place by itself.
 * @returns {{places: number[], holders: number[]}}
 */
export function findRecords(places, loss, soFar) {
  const rows = Array.from(places, (_, i) => i).filter(
    (i) => places[i] === places[i] && loss[i] === loss[i],
  );
  rows.sort((a, b) => places[a] - places[b] || a - b);
  /** @type {number[]} */
  const found = [];
  /** @type {number[]} */
  const holders = [];
  let best = -1;
  for (const i of rows) {
    const isNew = found[found.length - 1] !== places[i];
    if (isNew && !soFar) best = -1;
    if (best < 0 || loss[i] < loss[best]) best = i;
    if (isNew) {
      found.push(places[i]);
      holders.push(best);
    } else holders[holders.length - 1] = best;
  }
  return { places: found, holders };
}

/**
 * Where trials stand; those of one place beside each other.
 * @param {ArrayLike<number>} places One per row; NaN = none.
 * @returns {Float64Array}
 */
export function spread(places) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  const within = Float64Array.from(places, (place) => {
    const k = counts.get(place) ?? 0;
    counts.set(place, k + 1);
    return k;
  });
  return within.map(
    (k, i) => places[i] + 0.7 * ((k + 0.5) / /** @type {number} */ (counts.get(places[i])) - 0.5),
  );
}
