/** Trials in the order of their exploration, as in `optuna_guide/figures/panels/exploration_history/timeline.py`. */

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
 * Beeswarm: how far trials of one place stand from its middle so that those of one height do not
 * hide each other, the first ones next to the middle.
 * @param {ArrayLike<number>} rows In the order in which they take their seats.
 * @param {ArrayLike<number>} places One per row; NaN = none.
 * @param {ArrayLike<number>} heights One per row.
 * @param {{ size: number, room: number }} look Diameter of a dot, in units of the heights and, as a
 *   share of the room, across; the room on either side.
 * @param {number} width Of a dot across.
 * @returns {Float64Array}
 */
export function swarm(rows, places, heights, { size, room }, width) {
  /** @type {Map<string, number>} */
  const taken = new Map();
  const key = (/** @type {number} */ row) => `${places[row]} ${Math.round(heights[row] / size)}`;
  const offsets = new Float64Array(places.length);
  const seats = Array.from(rows).map((row) => {
    const at = key(row);
    const seat = taken.get(at) ?? 0;
    taken.set(at, seat + 1);
    return seat;
  });
  Array.from(rows).forEach((row, i) => {
    const most = Math.ceil((taken.get(key(row)) ?? 1) / 2);
    const step = Math.min(width, room / Math.max(most, 1));
    const seat = seats[i];
    offsets[row] = (seat % 2 ? 1 : -1) * Math.ceil(seat / 2) * step;
  });
  return offsets;
}
