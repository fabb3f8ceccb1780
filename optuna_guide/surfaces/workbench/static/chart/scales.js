/**
 * Axes of parameters and targets: values to the unit interval and back, ticks and text.
 *
 * Log parameters are spread by their logarithm; every level of a stepped, integer or categorical
 * parameter owns a cell and sits in its middle; `cell` gives its ends, which are one point where
 * there are no levels. A number of which few values were tried is marked at these. NaN means
 * inactive, or missing, and stays NaN.
 *
 * @typedef {{
 *   toUnit: (value: number) => number,
 *   cell: (value: number) => [number, number],
 *   fromUnit: (unit: number) => number,
 *   ticks: (atMost: number) => { unit: number, label: string }[],
 *   format: (value: number) => string,
 *   levels: number | null,
 *   log: boolean,
 * }} Axis
 */

import { NEGLIGIBLE } from '../rules.js';

const AT_END = 0.01; // of an axis: an end that a hand leaves so near is that of the axis

/**
 * The axis of a declared parameter.
 *
 * @param {import('../state/data.js').Param} param
 * @returns {Axis}
 */
export function paramAxis(param) {
  if (param.kind === 'categorical') return choiceAxis(param.choices);
  const { low, high, log } = param;
  const step = param.kind === 'int' ? param.step || 1 : param.step;
  if (!(high > low)) return singleAxis(low, digitsOf(low, high));
  const [bottom, top] = step ? [low - step / 2, high + step / 2] : [low, high];
  const levels = step ? Math.round((high - low) / step) + 1 : null;
  const axis = continuousAxis(bottom, top, log && bottom > 0, low, high);
  const snap = (/** @type {number} */ value) =>
    Math.min(high, Math.max(low, step ? low + step * Math.round((value - low) / step) : value));
  const format = (/** @type {number} */ value) =>
    param.kind === 'int' ? integer(value) : number(value, digitsOf(low, high));
  const tried = triedValues(param);
  const few = levels !== null && levels <= (tried.length > 1 ? 2 * tried.length : 12);
  /** @param {number} atMost @returns {number[]} */
  const marked = (atMost) => {
    if (few && levels <= atMost) {
      return Array.from({ length: levels }, (_, i) => low + i * /** @type {number} */ (step));
    }
    const apart = tried.length > 1 ? apartBy(0.8 / atMost, tried, axis.toUnit) : [];
    return apart.length > 1
      ? apart
      : tickValues(low, high, axis.log, atMost, param.kind === 'int');
  };
  return {
    ...axis,
    levels,
    format,
    cell: (value) =>
      step ? [axis.toUnit(value - step / 2), axis.toUnit(value + step / 2)] : axis.cell(value),
    fromUnit: (unit) => snap(axis.fromUnit(unit)),
    ticks: (atMost) =>
      marked(atMost).map((value) => ({ unit: axis.toUnit(value), label: format(value) })),
  };
}

/**
 * Values of a number that has a cell for each, ascending; none of an axis of several studies,
 * which has no cells.
 *
 * @param {Partial<import('../state/data.js').Param>} param
 */
function triedValues({ cells }) {
  const spans = (cells?.ranges ?? []).map(({ intervals = [] }) => intervals.flat());
  const isEach = spans.every((ends) => ends.length === 2 && ends[0] === ends[1]);
  return isEach ? spans.map(([value]) => value) : [];
}

/**
 * The first, the last and those between that are so far from each other.
 *
 * @param {number} gap part of the axis
 * @param {number[]} values ascending
 * @param {(value: number) => number} toUnit
 */
function apartBy(gap, values, toUnit) {
  const last = values[values.length - 1];
  const kept = [values[0]];
  for (const value of values.slice(1)) {
    const isApart = toUnit(value) - toUnit(kept[kept.length - 1]) >= gap;
    if (isApart && (value === last || toUnit(last) - toUnit(value) >= gap)) kept.push(value);
  }
  return kept;
}

/** Where a hand left the end of a range, from 0 to 1. @param {number} unit */
export function atEnd(unit) {
  if (unit < AT_END) return 0;
  return unit > 1 - AT_END ? 1 : unit;
}

/**
 * An axis from `low` to `high`, for targets and attributes.
 *
 * @param {number} low
 * @param {number} high
 * @param {boolean} [log]
 * @param {boolean} [whole] Between whole numbers is nothing to be marked.
 * @returns {Axis}
 */
export function numberAxis(low, high, log = false, whole = false) {
  if (!(high > low)) return singleAxis(low, 4);
  return continuousAxis(low, high, log && low > 0, low, high, whole);
}

/** @param {string[]} choices @returns {Axis} */
function choiceAxis(choices) {
  const n = Math.max(choices.length, 1);
  return {
    levels: n,
    log: false,
    toUnit: (value) => (value + 0.5) / n,
    cell: (value) => [value / n, (value + 1) / n],
    fromUnit: (unit) => Math.min(n - 1, Math.max(0, Math.floor(unit * n))),
    format: (value) => choices[Math.round(value)] ?? '',
    ticks: (atMost) => {
      const every = Math.ceil(n / Math.max(atMost, 1));
      return choices
        .map((label, i) => ({ unit: (i + 0.5) / n, label }))
        .filter((_, i) => i % every === 0);
    },
  };
}

/** @param {number} value @param {number} digits @returns {Axis} */
function singleAxis(value, digits) {
  const label = number(value, digits);
  return {
    levels: 1,
    log: false,
    toUnit: (v) => (Number.isNaN(v) ? NaN : 0.5),
    cell: () => [0.25, 0.75],
    fromUnit: () => value,
    format: (v) => number(v, digits),
    ticks: () => [{ unit: 0.5, label }],
  };
}

/**
 * @param {number} bottom
 * @param {number} top
 * @param {boolean} log
 * @param {number} low
 * @param {number} high
 * @param {boolean} [whole]
 * @returns {Axis}
 */
function continuousAxis(bottom, top, log, low, high, whole = false) {
  const [a, b] = log ? [Math.log(bottom), Math.log(top)] : [bottom, top];
  const width = b - a;
  const digits = digitsOf(low, high);
  const toUnit = (/** @type {number} */ value) => {
    const at = log ? Math.log(value) : value;
    return Math.min(1, Math.max(0, (at - a) / width));
  };
  return {
    levels: null,
    log,
    toUnit,
    cell: (value) => [toUnit(value), toUnit(value)],
    fromUnit: (unit) => {
      const at = a + Math.min(1, Math.max(0, unit)) * width;
      return log ? Math.exp(at) : at;
    },
    format: (value) => number(value, digits),
    ticks: (atMost) =>
      tickValues(low, high, log, atMost, whole).map((value) => ({
        unit: toUnit(value),
        label: number(value, digits),
      })),
  };
}

/**
 * Round values between `low` and `high`: powers of ten on a logarithmic axis, else 1, 2, 5.
 *
 * @param {number} low
 * @param {number} high
 * @param {boolean} log
 * @param {number} atMost
 * @param {boolean} whole
 * @returns {number[]}
 */
export function tickValues(low, high, log, atMost, whole) {
  if (log) {
    const decades = logTicks(low, high, atMost);
    if (decades.length >= 2) return decades;
  }
  const most = Math.max(atMost, 2);
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const steps = [1, 2, 5, 10, 20].map((k) =>
    whole ? Math.max(1, Math.round(k * power)) : k * power,
  );
  const found = steps.map((step) => multiples(step, low, high));
  return found.find((values) => values.length <= most) ?? found[found.length - 1];
}

/** @param {number} step @param {number} low @param {number} high */
function multiples(step, low, high) {
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

/** @param {number} low @param {number} high @param {number} atMost */
function logTicks(low, high, atMost) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.floor(Math.log10(high) + 1e-9)];
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const found = [];
    for (let e = first; e <= last; e += 1) {
      for (const f of factors) {
        const value = Number(`${f}e${e}`);
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push(value);
      }
    }
    if (found.length <= atMost) return found;
    if (factors.length === 1) {
      const every = Math.ceil(found.length / Math.max(atMost, 1));
      return found.filter((_, i) => i % every === 0);
    }
  }
  return [];
}

/**
 * Digits that tell a value from its neighbours: four, or more where the range is narrow.
 *
 * @param {number} low
 * @param {number} high
 */
function digitsOf(low, high) {
  if (!(high > low)) return 6;
  const ratio = Math.max(Math.abs(low), Math.abs(high)) / (high - low);
  return Math.min(15, 4 + Math.floor(Math.log10(Math.max(ratio, 1))));
}

/**
 * A number with at most `digits` digits, without idle zeros, as Python writes it: 0.001, 1e-05,
 * 1.2e+06; JSON says null for what is no number.
 *
 * @param {number | null} value
 * @param {number} [digits]
 */
export function number(value, digits = 4) {
  if (value === null || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 10 ** Math.max(digits, 6)) {
    return String(Number(value.toPrecision(Math.max(digits, 1))));
  }
  const [mantissa, exponent] = value.toExponential(Math.max(digits - 1, 0)).split('e');
  return `${Number(mantissa)}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** A whole number with its digits, or an exponent beyond 1e9. @param {number} value */
export function integer(value) {
  return Math.abs(value) < 1e9 ? value.toFixed(0) : number(value);
}

/** A share as text: <1 %, 12 %. @param {number} share */
export function percent(share) {
  if (!Number.isFinite(share)) return '–';
  const whole = Math.round(share * 100);
  return share > 0 && whole === 0 ? '<1 %' : `${whole} %`;
}

/** A p-value behind its letter: = 0.02, and < 0.001 for all below. @param {number} probability */
export function equals(probability) {
  return probability < NEGLIGIBLE ? `< ${NEGLIGIBLE}` : `= ${number(probability, 1)}`;
}

/** A duration in seconds as text. @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 60) return `${number(seconds, 2)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${number(seconds / 3600, 2)} h`;
}
