/** Trials in the order of their exploration, as in `optuna_guide/drawing/timeline.py`. */

/**
 * Batch of each trial, from 0: none of a batch started after another one of it ended.
 * @param {ArrayLike<number>} start Seconds; NaN = did not start.
 * @param {ArrayLike<number>} seconds How long it took; NaN = still running.
 * @returns {Float64Array}
 */
export function inferBatches(start, seconds) {
  const order = Array.from(start, (_, i) => i).filter((i) => start[i] === start[i]);
  order.sort((a, b) => start[a] - start[b] || a - b);
  const batches = new Float64Array(start.length).fill(NaN);
  let batch = -1;
  let firstEnd = -Infinity;
  for (const i of order) {
    if (batch < 0 || start[i] >= firstEnd) {
      batch += 1;
      firstEnd = Infinity;
    }
    const end = start[i] + seconds[i];
    if (end < firstEnd) firstEnd = end;
    batches[i] = batch;
  }
  return batches;
}

const MIN_RATIO = 1.5; // of the first rungs of two brackets
const MAX_BRACKETS = 8;

/**
 * Hyperband bracket of each trial: the later its first rung, the higher; NaN = unknown.
 * @param {ArrayLike<number>} first Step of the first rung; -1 = none.
 * @returns {Float64Array}
 */
export function inferBrackets(first) {
  const counts = new Map();
  for (const step of Array.from(first))
    if (step >= 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  const rungs = [...counts.keys()].sort((a, b) => a - b);
  const areApart = rungs.every((step, k) => !k || (step + 1) / (rungs[k - 1] + 1) >= MIN_RATIO);
  const isKnown =
    rungs.length > 1 &&
    rungs.length <= MAX_BRACKETS &&
    areApart &&
    Math.min(...counts.values()) > 1;
  return Float64Array.from(first, (step) => (isKnown && step >= 0 ? rungs.indexOf(step) : NaN));
}

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
