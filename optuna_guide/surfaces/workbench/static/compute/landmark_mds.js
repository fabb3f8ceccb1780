/**
 * Maps by multidimensional scaling on which a point stays where it was put, as in
 * `optuna_guide/projection/landmark_mds.py`.
 *
 * A few landmarks, the oldest trials, are scaled classically (Torgerson 1952); every other trial is
 * placed by its distances to them alone (de Silva and Tenenbaum 2004, eq. 3). Their number doubles
 * up to 128, and the map is turned so that they stay where they were (orthogonal Procrustes).
 */

import { decompose } from './eigen.js';

const MIN_LANDMARKS = 4;
const MAX_LANDMARKS = 128;
const ROUNDING = 1e-9; // of the largest eigenvalue

/**
 * @typedef {object} Landscape
 * @property {Float64Array[]} axes Two, each of the number of landmarks.
 * @property {Float64Array} means Mean squared distance of each landmark to all of them.
 * @property {number} share Part of the squared distances from the centre that the two axes show.
 *
 * @typedef {{ x: Float64Array, y: Float64Array }} Points
 */

/**
 * How many of the oldest trials are landmarks: a power of two where there are enough.
 * @param {number} nTrials
 */
export function nLandmarks(nTrials) {
  let n = MIN_LANDMARKS;
  while (2 * n <= Math.min(nTrials, MAX_LANDMARKS)) n *= 2;
  return Math.min(n, nTrials);
}

/**
 * @param {Float64Array} between `(n, n)` distances of the landmarks.
 * @param {number} n
 * @returns {Landscape}
 */
export function survey(between, n) {
  /** @type {Points | null} */
  let before = null;
  for (let size = Math.min(MIN_LANDMARKS, n); ; size = Math.min(2 * size, n)) {
    const part = block(between, n, size);
    const found = scale(part, size);
    const points = placePoints(found, part);
    if (before) turn(found, points, before);
    if (size === n) return found;
    before = placePoints(found, part);
  }
}

/**
 * @param {Landscape} landscape
 * @param {Float64Array} distances `(points, landmarks)`.
 * @returns {Points}
 */
export function placePoints({ axes, means }, distances) {
  const m = means.length;
  const n = m ? distances.length / m : 0;
  const [x, y] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < m; j++, at++) {
      const closeness = means[j] - distances[at] * distances[at];
      x[i] += axes[0][j] * closeness;
      y[i] += axes[1][j] * closeness;
    }
  }
  return { x, y };
}

/**
 * Distances between the first `size` landmarks.
 * @param {Float64Array} between
 * @param {number} n
 * @param {number} size
 */
function block(between, n, size) {
  const found = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    found.set(between.subarray(i * n, i * n + size), i * size);
  }
  return found;
}

/**
 * @param {Float64Array} distances
 * @param {number} n
 * @returns {Landscape}
 */
function scale(distances, n) {
  const means = new Float64Array(n);
  for (let at = 0; at < n * n; at++) means[at % n] += distances[at] ** 2 / n;
  const overall = means.reduce((sum, v) => sum + v, 0) / Math.max(n, 1);
  const centred = distances.map(
    (d, at) => -(d * d - means[at % n] - means[Math.floor(at / n)] + overall) / 2,
  );
  const { values, vectors } = decompose(centred, n);
  const least = ROUNDING * Math.max(values[0] ?? 0, 1e-300);
  const known = values.filter((v) => v > least);
  const axes = [0, 1].map((k) =>
    known.length > k ? vectors[k].map((v) => v / (2 * Math.sqrt(values[k]))) : new Float64Array(n),
  );
  const sum = (/** @type {Float64Array} */ list) => list.reduce((total, v) => total + v, 0);
  return { axes, means, share: sum(known.slice(0, 2)) / Math.max(sum(known), 1e-300) };
}

/**
 * Turn or mirror the axes so that points come nearest to where they were.
 * @param {Landscape} landscape
 * @param {Points} points
 * @param {Points} before Of the first of them.
 */
function turn({ axes }, points, before) {
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  before.x.forEach((x, i) => {
    const y = before.y[i];
    xx += points.x[i] * x;
    xy += points.x[i] * y;
    yx += points.y[i] * x;
    yy += points.y[i] * y;
  });
  const mirrors = Math.hypot(xx - yy, xy + yx) > Math.hypot(xx + yy, xy - yx);
  const sign = mirrors ? -1 : 1;
  const angle = Math.atan2(xy - sign * yx, xx + sign * yy);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [first, second] = axes.map((axis) => axis.slice());
  for (let i = 0; i < first.length; i++) {
    axes[0][i] = c * first[i] - sign * s * second[i];
    axes[1][i] = s * first[i] + sign * c * second[i];
  }
}
