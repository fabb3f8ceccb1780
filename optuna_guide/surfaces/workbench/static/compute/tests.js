/** Tests of differences, and the corrections for having made many of them. */

/**
 * Log factorials from 0 to `n`.
 * @param {number} n
 * @returns {Float64Array}
 */
export function logFactorials(n) {
  const found = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) found[k] = found[k - 1] + Math.log(k);
  return found;
}

/**
 * Exact two-sided p-value that a part holds so many, or so few, of the selected trials by chance:
 * twice the smaller tail of the hypergeometric distribution.
 * @param {number} hits Selected trials of the part.
 * @param {number} part Trials of the part.
 * @param {number} selected Selected trials.
 * @param {number} n All trials.
 * @param {Float64Array} logs `logFactorials(n)`.
 * @returns {number}
 */
export function exactP(hits, part, selected, n, logs) {
  const upper = tail(hits, Math.min(part, selected), 1, part, selected, n, logs);
  const lower = tail(hits, Math.max(0, part + selected - n), -1, part, selected, n, logs);
  return Math.min(1, 2 * Math.min(upper, lower));
}

/**
 * Sum of the probabilities from `from` to `to`.
 * @param {number} from
 * @param {number} to
 * @param {1 | -1} way
 * @param {number} part
 * @param {number} selected
 * @param {number} n
 * @param {Float64Array} logs
 */
function tail(from, to, way, part, selected, n, logs) {
  const pick = (/** @type {number} */ of, /** @type {number} */ k) =>
    logs[of] - logs[k] - logs[of - k];
  let term = Math.exp(pick(part, from) + pick(n - part, selected - from) - pick(n, selected));
  let sum = term;
  for (let k = from; k !== to && term > 1e-18 * sum; k += way) {
    const rest = n - part - selected;
    term *=
      way > 0
        ? ((part - k) * (selected - k)) / ((k + 1) * (rest + k + 1))
        : (k * (rest + k)) / ((part - k + 1) * (selected - k + 1));
    sum += term;
  }
  return sum;
}

/**
 * Corrected p-values that bound the false discovery rate (Benjamini and Hochberg 1995).
 * @param {ArrayLike<number>} p
 * @returns {Float64Array}
 */
export function benjaminiHochberg(p) {
  const order = Array.from(p, (_, i) => i).sort((a, b) => p[b] - p[a]);
  const q = new Float64Array(p.length);
  let least = 1;
  order.forEach((i, k) => {
    least = Math.min(least, (p[i] * p.length) / (p.length - k));
    q[i] = least;
  });
  return q;
}
