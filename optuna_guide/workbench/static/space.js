/**
 * Parameters on the unit interval, as in `optuna_guide/space.py`: log, step, int and choices end
 * here. An internal value is the number itself or the index of a choice; NaN = inactive.
 */

/**
 * @typedef {object} Domain A declared distribution.
 * @property {'float' | 'int' | 'categorical'} kind
 * @property {boolean} log
 * @property {number} low
 * @property {number} high
 * @property {number | null} step
 * @property {string[]} choices Empty for numbers.
 *
 * @typedef {{intervals: [number, number][]} | {choices: number[]}} Range Part of a domain.
 */

const LARGEST_PLAIN = 1e9; // integers beyond are written with an exponent
const TINY = 2.2250738585072014e-308;
const MIN_BAND = 0.012; // a single value must still be seen

/**
 * @param {Domain} domain
 * @returns {boolean}
 */
export function isCategorical(domain) {
  return domain.kind === 'categorical';
}

/**
 * Number of values that the parameter can take; null where it is continuous.
 * @param {Domain} domain
 * @returns {number | null}
 */
export function nLevels(domain) {
  if (isCategorical(domain)) return domain.choices.length;
  if (domain.high <= domain.low) return 1;
  const step = gridStep(domain);
  return step === null ? null : Math.round((domain.high - domain.low) / step) + 1;
}

/**
 * A function from internal to unit values, clipped to [0, 1]; NaN stays NaN.
 * @param {Domain} domain
 * @returns {(internal: number) => number}
 */
export function unitScale(domain) {
  if (isCategorical(domain)) return (v) => (v + 0.5) / domain.choices.length;
  const [low, high] = cellBounds(domain);
  if (!(high > low)) return (v) => (Number.isNaN(v) ? NaN : 0.5);
  const width = high - low;
  const clip = (/** @type {number} */ u) => (u < 0 ? 0 : u > 1 ? 1 : u);
  if (domain.log) return (v) => clip((Math.log(Math.max(v, TINY)) - low) / width);
  return (v) => clip((v - low) / width);
}

/**
 * Unit values of a column.
 * @param {Domain} domain
 * @param {ArrayLike<number>} internal
 * @returns {Float64Array}
 */
export function toUnit(domain, internal) {
  const scale = unitScale(domain);
  return Float64Array.from(internal, scale);
}

/**
 * A unit value on the internal axis without snapping: cell edges lie between levels.
 * @param {Domain} domain
 * @param {number} unit
 * @returns {number}
 */
export function place(domain, unit) {
  if (isCategorical(domain)) return unit * domain.choices.length - 0.5;
  const [low, high] = cellBounds(domain);
  const value = low + unit * (high - low);
  return domain.log ? Math.exp(value) : value;
}

/**
 * The nearest legal internal value.
 * @param {Domain} domain
 * @param {number} internal
 * @returns {number}
 */
export function snap(domain, internal) {
  if (isCategorical(domain)) return clamp(Math.round(internal), 0, domain.choices.length - 1);
  const step = gridStep(domain);
  const value =
    step === null ? internal : domain.low + step * Math.round((internal - domain.low) / step);
  return clamp(value, domain.low, domain.high);
}

/**
 * The legal internal value that owns a place of the unit interval.
 * @param {Domain} domain
 * @param {number} unit
 * @returns {number}
 */
export function fromUnit(domain, unit) {
  if (!isCategorical(domain)) return snap(domain, place(domain, unit));
  const n = domain.choices.length;
  return clamp(Math.floor(unit * n), 0, n - 1);
}

/**
 * Ascending unit edges from 0 to 1 of at most `maxCells` cells; a cell holds whole levels.
 * @param {Domain} domain
 * @param {number} maxCells
 * @returns {number[]}
 */
export function cellEdges(domain, maxCells) {
  const n = nLevels(domain);
  if (n !== null && n <= maxCells) {
    const inner = Array.from({length: n - 1}, (_, k) => upperEdge(domain, k));
    return [0, ...inner, 1];
  }
  const even = Array.from({length: maxCells + 1}, (_, k) => k / maxCells);
  if (n === null) return even;
  const [low, step] = isCategorical(domain) ? [0, 1] : [domain.low, gridStep(domain) || 1];
  const levels = even
    .slice(1, -1)
    .map((u) => clamp(Math.round((place(domain, u) - low) / step - 0.5), 0, n - 2));
  const inner = [...new Set(levels)].map((k) => upperEdge(domain, k));
  return [0, ...new Set(inner.filter((u) => u > 0 && u < 1).sort((a, b) => a - b)), 1];
}

/**
 * An internal value as text: a number with as many digits as its range needs, or the choice.
 * @param {Domain} domain
 * @param {number} internal
 * @returns {string}
 */
export function label(domain, internal) {
  if (isCategorical(domain)) return domain.choices[Math.trunc(internal)] ?? '';
  if (domain.kind === 'int' && Math.abs(internal) < LARGEST_PLAIN) return internal.toFixed(0);
  return general(internal, nDigits(domain));
}

/**
 * Unit intervals that a range covers; neighbouring choices are joined.
 * @param {Domain} domain
 * @param {Range} range
 * @returns {[number, number][]}
 */
export function bands(domain, range) {
  if ('choices' in range) {
    const n = domain.choices.length;
    return joined([...range.choices].sort((a, b) => a - b).map((i) => [i / n, (i + 1) / n]));
  }
  const half = (domain.step ?? 0) / 2;
  const scale = unitScale(domain);
  return range.intervals.map(([low, high]) => visible(scale(low - half), scale(high + half)));
}

/**
 * A number as Python's `%.<digits>g` writes it.
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function general(value, digits) {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return '0';
  const [mantissa, power] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) {
    return trimZeros(value.toFixed(Math.max(digits - 1 - exponent, 0)));
  }
  const sign = exponent < 0 ? '-' : '+';
  return `${trimZeros(mantissa ?? '')}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** @param {string} text */
function trimZeros(text) {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/**
 * Digits that tell a value from its neighbours in the range: four, or more if it is narrow.
 * @param {Domain} domain
 */
function nDigits(domain) {
  if (domain.high <= domain.low) return 4;
  const largest = Math.max(Math.abs(domain.low), Math.abs(domain.high));
  const ratio = largest / (domain.high - domain.low);
  return Math.min(17, 4 + Math.floor(Math.log10(Math.max(ratio, 1))));
}

/** @param {Domain} domain */
function gridStep(domain) {
  return domain.kind === 'int' ? (domain.step ?? 1) : domain.step;
}

/**
 * Bounds of the cells of all levels, in log space where the domain is logarithmic.
 * @param {Domain} domain
 * @returns {[number, number]}
 */
function cellBounds(domain) {
  let {low, high} = domain;
  const step = gridStep(domain);
  if (step !== null && high > low) [low, high] = [low - step / 2, high + step / 2];
  return domain.log ? [Math.log(low), Math.log(high)] : [low, high];
}

/**
 * The unit edge between a level, counted from 0, and the next one.
 * @param {Domain} domain
 * @param {number} k
 */
function upperEdge(domain, k) {
  if (isCategorical(domain)) return (k + 1) / domain.choices.length;
  return unitScale(domain)(domain.low + (gridStep(domain) || 1) * (k + 0.5));
}

/**
 * @param {[number, number][]} cells
 * @returns {[number, number][]}
 */
function joined(cells) {
  /** @type {[number, number][]} */
  const found = [];
  for (const [low, high] of cells) {
    const last = found.at(-1);
    if (last && low - last[1] < 1e-9) last[1] = high;
    else found.push([low, high]);
  }
  return found;
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
function visible(low, high) {
  const missing = Math.max(MIN_BAND - (high - low), 0) / 2;
  return [Math.max(low - missing, 0), Math.min(high + missing, 1)];
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
