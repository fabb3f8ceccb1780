/** The order of the trials by their target, and how good each one counts for its colour. */

/**
 * @typedef {import('./data.js').Data} Data
 * @typedef {import('./data.js').Target} Target
 * @typedef {{ by: 'rank' | 'value', ends: [number, number] }} Colouring
 *   the colours are spread between two goodnesses by rank or by value; 0 = worst, 1 = best
 */

/** @type {Colouring} */
export const BY_RANK = { by: 'rank', ends: [0, 1] };
export const CLOSEST = 0.01; // least distance of the two ends

/**
 * Rows complete for the target, best first; infeasible ones come last.
 *
 * @param {Data} data
 * @param {Target} target
 */
export function bestFirst(data, { values, direction }) {
  const rows = [];
  for (let i = 0; i < data.n; i += 1) {
    if (data.state[i] === 2 && Number.isFinite(values[i])) rows.push(i);
  }
  const sign = direction === 'maximize' ? -1 : 1;
  const violation = (/** @type {number} */ i) => Math.max(data.violation[i], 0) || 0;
  rows.sort((a, b) => violation(a) - violation(b) || sign * (values[a] - values[b]) || a - b);
  return Int32Array.from(rows);
}

/**
 * Per row: 1 = best, 0 = worst, spread between the ends; NaN = no target.
 *
 * @param {Data} data
 * @param {Target} target
 * @param {Int32Array} order best first
 * @param {Colouring} colouring
 */
export function goodnessOf(data, target, order, { by, ends: [low, high] }) {
  const found = new Float32Array(data.n).fill(NaN);
  const last = Math.max(order.length - 1, 1);
  const [bottom, top] = limits(target);
  const [worst, best] = target.direction === 'maximize' ? [bottom, top] : [top, bottom];
  const spread = best - worst || 1;
  order.forEach((row, rank) => {
    const good =
      by === 'rank'
        ? 1 - rank / last
        : data.violation[row] > 0
          ? 0
          : (target.values[row] - worst) / spread;
    found[row] = Math.max(0, Math.min(1, (good - low) / (high - low)));
  });
  return found;
}

/**
 * Ends of a target's axis and colours: the worst outliers lie at the end.
 *
 * @param {Target} target
 * @returns {[number, number]}
 */
export function limits(target) {
  const known = Float64Array.from(target.values).filter(Number.isFinite).sort();
  if (!known.length) return [0, 0];
  const [low, high] = [known[0], known[known.length - 1]];
  const quartile = (/** @type {number} */ q) => known[Math.round(q * (known.length - 1))];
  const reach = 3 * (quartile(0.75) - quartile(0.25));
  if (reach === 0 || target.direction === null) return [low, high];
  return target.direction === 'maximize'
    ? [Math.max(low, quartile(0.25) - reach), high]
    : [low, Math.min(high, quartile(0.75) + reach)];
}

/** Colours that a link asks for; what makes no sense is left out. @param {any} plain @returns {Colouring} */
export function readColouring(plain) {
  const [by, low, high] = Array.isArray(plain) ? plain : [];
  const isKnown = by === 'rank' || by === 'value';
  return isKnown && low >= 0 && high <= 1 && high - low > CLOSEST / 2
    ? { by, ends: [low, high] }
    : BY_RANK;
}
