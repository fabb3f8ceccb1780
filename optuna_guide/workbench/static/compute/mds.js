/**
 * Multidimensional scaling on landmarks (de Silva and Tenenbaum 2004).
 *
 * The landmarks are scaled classically, and every other point is placed by its distances to them:
 * a new trial finds its place without moving any other.
 */

/**
 * @typedef {object} Landscape
 * @property {Float64Array} axes `(2, n)` pseudo-inverse of the landmarks' coordinates.
 * @property {Float64Array} means `(n,)` mean squared distance of each landmark to all of them.
 * @property {number} kept Share of the landmarks' squared distances that two dimensions keep.
 */

const N_STEPS = 300;

/**
 * @param {Float64Array} between `(n, n)` distances of the landmarks.
 * @param {number} n
 * @returns {Landscape}
 */
export function scaleLandmarks(between, n) {
  const squares = between.map((d) => d * d);
  const means = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) means[i] += squares[i * n + j] / n;
  }
  const overall = means.reduce((sum, v) => sum + v, 0) / n;
  const inner = squares.map(
    (v, at) => -0.5 * (v - means[Math.floor(at / n)] - means[at % n] + overall),
  );
  let trace = 0;
  for (let i = 0; i < n; i++) trace += inner[i * n + i];
  const pairs = leadingPairs(inner, n);
  const axes = new Float64Array(2 * n);
  pairs.forEach(({ value, vector }, k) => {
    for (let i = 0; i < n; i++) axes[k * n + i] = value > 1e-12 ? vector[i] / Math.sqrt(value) : 0;
  });
  const held = pairs.reduce((sum, { value }) => sum + Math.max(value, 0), 0);
  return { axes, means, kept: trace > 1e-12 ? Math.min(1, held / trace) : 1 };
}

/**
 * Places of points by their distances to the landmarks.
 * @param {Landscape} landscape
 * @param {Float64Array} distances `(points, landmarks)`.
 * @returns {{x: Float64Array, y: Float64Array}}
 */
export function placePoints({ axes, means }, distances) {
  const m = means.length;
  const n = m ? distances.length / m : 0;
  const [x, y] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < m; j++, at++) {
      const closeness = 0.5 * (means[j] - distances[at] * distances[at]);
      x[i] += axes[j] * closeness;
      y[i] += axes[m + j] * closeness;
    }
  }
  return { x, y };
}

/**
 * The two leading eigenpairs of a symmetric matrix, by orthogonal iteration. The sign makes the
 * largest component positive, so that the same landmarks always give the same picture.
 * @param {Float64Array} matrix
 * @param {number} n
 */
function leadingPairs(matrix, n) {
  const vectors = [0, 1].map((k) =>
    Float64Array.from({ length: n }, (_, i) => Math.cos((i + 1) * (k + 1.37))),
  );
  let values = [0, 0];
  for (let step = 0; step < N_STEPS; step++) {
    const images = vectors.map((v) => product(matrix, v));
    const before = values;
    values = vectors.map((v, k) => dot(v, images[k]));
    orthonormalise(images);
    vectors.forEach((v, k) => v.set(images[k]));
    const moved = Math.abs(values[0] - before[0]) + Math.abs(values[1] - before[1]);
    if (step > 20 && moved < 1e-12 * Math.abs(values[0])) break;
  }
  return vectors.map((vector, k) => {
    const largest = vector.reduce((best, v) => (Math.abs(v) > Math.abs(best) + 1e-9 ? v : best), 0);
    return { value: values[k], vector: largest < 0 ? vector.map((v) => -v) : vector };
  });
}

/** @param {Float64Array[]} vectors */
function orthonormalise(vectors) {
  vectors.forEach((v, k) => {
    for (const other of vectors.slice(0, k)) {
      const shared = dot(v, other);
      for (let i = 0; i < v.length; i++) v[i] -= shared * other[i];
    }
    const length = Math.sqrt(dot(v, v));
    if (length > 0) for (let i = 0; i < v.length; i++) v[i] /= length;
  });
}

/**
 * @param {Float64Array} matrix
 * @param {Float64Array} vector
 */
function product(matrix, vector) {
  const n = vector.length;
  const found = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++, at++) sum += matrix[at] * vector[j];
    found[i] = sum;
  }
  return found;
}

/**
 * @param {Float64Array} a
 * @param {Float64Array} b
 */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * The rotation or reflection that brings points closest to where they were (Procrustes), applied
 * in place: when landmarks change, the picture does not turn.
 * @param {{x: Float64Array, y: Float64Array}} points
 * @param {{x: Float64Array, y: Float64Array}} before At most as many.
 */
export function turnBack(points, before) {
  const n = before.x.length;
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    xx += points.x[i] * before.x[i];
    xy += points.x[i] * before.y[i];
    yx += points.y[i] * before.x[i];
    yy += points.y[i] * before.y[i];
  }
  const flip = Math.hypot(xx - yy, xy + yx) > Math.hypot(xx + yy, yx - xy) ? -1 : 1;
  const angle = Math.atan2(xy - flip * yx, xx + flip * yy);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let i = 0; i < points.x.length; i++) {
    const [x, y] = [points.x[i], flip * points.y[i]];
    points.x[i] = c * x - s * y;
    points.y[i] = s * x + c * y;
  }
}
