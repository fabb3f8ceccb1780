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

/**
 * Corrected p-values (Holm 1979); null stays null and does not count.
 * @param {(number | null)[]} p
 * @returns {(number | null)[]}
 */
export function holm(p) {
  const known = p.flatMap((value, i) => (value === null ? [] : [{ value, i }]));
  known.sort((a, b) => a.value - b.value);
  /** @type {(number | null)[]} */
  const corrected = p.map(() => null);
  let largest = 0;
  known.forEach(({ value, i }, rank) => {
    largest = Math.max(largest, Math.min(1, value * (known.length - rank)));
    corrected[i] = largest;
  });
  return corrected;
}

/**
 * One-sided test that `one` has lower values than `other` (Mann and Whitney 1947); exact for small
 * samples without ties. Null with fewer than 3 values.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 * @returns {number | null}
 */
export function lowerP(one, other) {
  const [n, m] = [one.length, other.length];
  if (Math.min(n, m) < 3) return null;
  const { wins, ties } = compare(one, other);
  if (Math.min(n, m) <= 8 && !ties) return exactLowerP(wins, n, m);
  const total = n + m;
  const spread = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  return spread > 0 ? normalTail((wins - (n * m) / 2 - 0.5) / spread) : 1;
}

/**
 * Share of pairs in which `one` has the lower value, ties counting half (Vargha's A); null where
 * one of them is empty.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 * @returns {number | null}
 */
export function superiority(one, other) {
  if (!one.length || !other.length) return null;
  return compare(one, other).wins / (one.length * other.length);
}

/**
 * Pairs in which `one` is lower, ties counting half; and the sum of t³ - t over groups of ties.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 */
function compare(one, other) {
  const all = [
    ...Array.from(one, (v) => ({ v, own: true })),
    ...Array.from(other, (v) => ({ v, own: false })),
  ].sort((a, b) => a.v - b.v);
  let [wins, ties, left] = [0, 0, other.length];
  for (let start = 0; start < all.length;) {
    let end = start;
    let mine = 0;
    for (; end < all.length && all[end].v === all[start].v; end++) mine += Number(all[end].own);
    const group = end - start;
    const theirs = group - mine;
    wins += mine * (left - theirs / 2);
    left -= theirs;
    ties += group ** 3 - group;
    start = end;
  }
  return { wins, ties };
}

/**
 * Probability of so many wins or more, over all orders of the values.
 * @param {number} wins
 * @param {number} n
 * @param {number} m
 */
function exactLowerP(wins, n, m) {
  const [small, large] = [Math.min(n, m), Math.max(n, m)];
  // ways[u]: ratio of the Gaussian binomial coefficient, built up factor by factor
  let ways = new Float64Array(small * large + 1);
  ways[0] = 1;
  for (let k = 1; k <= small; k++) {
    for (let u = ways.length - 1; u >= large + k; u--) ways[u] -= ways[u - large - k];
    for (let u = k; u < ways.length; u++) ways[u] += ways[u - k];
  }
  let [above, total] = [0, 0];
  ways.forEach((count, u) => {
    total += count;
    if (u >= wins) above += count;
  });
  return Math.min(1, above / total);
}

/**
 * Upper tail of the normal distribution; relative error below 2e-7 (Press et al. 2007, 6.2.2).
 * @param {number} z
 */
function normalTail(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const powers = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398,
    1.48851587, -0.82215223, 0.17087277,
  ];
  const sum = powers.reduceRight((rest, factor) => factor + t * rest, 0);
  const half = (t * Math.exp(-x * x + sum)) / 2;
  return z >= 0 ? half : 1 - half;
}
