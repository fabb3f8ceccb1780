/** Eigenvalues and eigenvectors of a small symmetric matrix. */

const MAX_SWEEPS = 30;

/**
 * By cyclic Jacobi rotations (Golub and Van Loan 2013, section 8.5). The largest component of each
 * vector is positive.
 * @param {Float64Array} matrix `(n, n)`, symmetric.
 * @param {number} n
 * @returns {{ values: Float64Array, vectors: Float64Array[] }} Largest eigenvalue first.
 */
export function decompose(matrix, n) {
  const a = matrix.slice();
  const vectors = Array.from({ length: n }, (_, k) => {
    const unit = new Float64Array(n);
    unit[k] = 1;
    return unit;
  });
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, n) > 1e-22 * squares(a); sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
  }
  const diagonal = Float64Array.from({ length: n }, (_, k) => a[k * n + k]);
  const order = Array.from(diagonal, (_, k) => k).sort((i, j) => diagonal[j] - diagonal[i]);
  return {
    values: Float64Array.from(order, (k) => diagonal[k]),
    vectors: order.map((k) => upright(vectors[k])),
  };
}

/**
 * Turn the plane of two axes so that their common element vanishes.
 * @param {Float64Array} a
 * @param {Float64Array[]} vectors
 * @param {number} n
 * @param {number} p
 * @param {number} q
 */
function rotate(a, vectors, n, p, q) {
  const common = a[p * n + q];
  if (common === 0) return;
  const tau = (a[q * n + q] - a[p * n + p]) / (2 * common);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (let at = 0, end = n * n; at < end; at += n) {
    const left = a[at + p];
    const right = a[at + q];
    a[at + p] = c * left - s * right;
    a[at + q] = s * left + c * right;
  }
  mix(a.subarray(p * n, p * n + n), a.subarray(q * n, q * n + n), c, s);
  mix(vectors[p], vectors[q], c, s);
}

/**
 * @param {Float64Array} one
 * @param {Float64Array} other
 * @param {number} c
 * @param {number} s
 */
function mix(one, other, c, s) {
  for (let k = 0; k < one.length; k++) {
    const left = one[k];
    const right = other[k];
    one[k] = c * left - s * right;
    other[k] = s * left + c * right;
  }
}

/** @param {Float64Array} vector */
function upright(vector) {
  let largest = 0;
  for (const v of vector) if (Math.abs(v) > Math.abs(largest)) largest = v;
  return largest < 0 ? vector.map((v) => -v) : vector;
}

/** @param {Float64Array} a */
function squares(a) {
  return a.reduce((sum, v) => sum + v * v, 0);
}

/**
 * @param {Float64Array} a
 * @param {number} n
 */
function offDiagonal(a, n) {
  return a.reduce((sum, v, at) => (at % (n + 1) ? sum + v * v : sum), 0);
}
