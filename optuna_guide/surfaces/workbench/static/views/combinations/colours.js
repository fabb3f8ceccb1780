/** Colours of lifts and of counts, the same as in the Python view. */

import { MAX_LIFT } from '../../rules.js';

const MORE = [217, 130, 0];
const LESS = [43, 111, 176];
const COUNTS = [
  [127, 127, 127, 0.12],
  [91, 155, 208, 1],
  [122, 99, 201, 1],
  [200, 54, 154, 1],
];

/**
 * Blue for less, grey for the average, orange for more.
 * @param {number} lift
 */
export function liftColour(lift) {
  const power = Math.log2(lift);
  const t = Math.min(Math.abs(power) / Math.log2(MAX_LIFT), 1);
  const end = power < 0 ? LESS : MORE;
  const [r, g, b] = end.map((v) => Math.round(127 + t * (v - 127)));
  return `rgba(${r},${g},${b},${(0.16 + 0.84 * t).toFixed(3)})`;
}

/** @param {number} share Of the largest count. */
export function countColour(share) {
  const at = Math.min(Math.max(share, 0), 1) * (COUNTS.length - 1);
  const k = Math.min(Math.floor(at), COUNTS.length - 2);
  const mixed = COUNTS[k].map((v, i) => v + (at - k) * (COUNTS[k + 1][i] - v));
  return `rgba(${mixed.slice(0, 3).map(Math.round).join(',')},${mixed[3].toFixed(3)})`;
}
