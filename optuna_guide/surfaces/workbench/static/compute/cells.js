/** Parameters cut into cells that hold whole levels, as in `optuna_guide/domain/cells.py`. */

import { number, paramAxis } from '../chart/scales.js';

/** @typedef {import('../state/data.js').Param} Param */

const MIN_BAND = 0.012; // a single value must still be seen

/**
 * Ascending unit edges from 0 to 1 of at most `maxCells` cells. A cell holds one level where they
 * are few, else as many whole levels as its neighbours do, as nearly as possible.
 * @param {Param} param
 * @param {number} maxCells
 * @returns {number[]}
 */
export function cellEdges(param, maxCells) {
  const axis = paramAxis(param);
  const n = axis.levels;
  const even = Array.from({ length: maxCells + 1 }, (_, k) => k / maxCells);
  if (n === null) return even;
  const upper = (/** @type {number} */ level) =>
    param.kind === 'categorical'
      ? (level + 1) / n
      : axis.toUnit(firstOf(param) + stepOf(param) * (level + 0.5));
  const levels =
    n <= maxCells
      ? Array.from({ length: n - 1 }, (_, k) => k)
      : even.slice(1, -1).map((u) => clamp(levelAt(param, u, n), 0, n - 2));
  const inner = [...new Set(levels.map(upper))].sort((a, b) => a - b);
  return [0, ...inner.filter((u) => u > 0 && u < 1), 1];
}

/**
 * The first and the last value of a cell.
 * @param {Param} param
 * @param {number} low Unit edge.
 * @param {number} high
 * @returns {[number, number]}
 */
export function cellEnds(param, low, high) {
  const axis = paramAxis(param);
  const margin = axis.levels === null ? 0 : 1e-9 * (high - low);
  return [axis.fromUnit(low + margin), axis.fromUnit(high - margin)];
}

/**
 * The same as text, with as many digits as tell both ends apart.
 * @param {Param} param
 * @param {number} low
 * @param {number} high
 * @returns {string}
 */
export function cellLabel(param, low, high) {
  const axis = paramAxis(param);
  const [first, last] = cellEnds(param, low, high);
  if (axis.levels !== null) {
    return first === last ? axis.format(first) : `${axis.format(first)} … ${axis.format(last)}`;
  }
  const ratio = Math.max(Math.abs(first), Math.abs(last)) / (last - first);
  const digits = Math.ceil(Math.log10(Math.max(ratio, 1))) + (axis.log ? 1 : 2);
  return `${number(first, Math.max(digits, 2))} … ${number(last, Math.max(digits, 2))}`;
}

/**
 * Unit intervals that a promising range covers; neighbouring choices are joined.
 * @param {Param} param
 * @param {{intervals?: [number, number][], indices?: number[], choices?: number[]}} range
 * @returns {[number, number][]}
 */
export function bands(param, range) {
  const axis = paramAxis(param);
  const indices = range.choices ?? range.indices;
  if (indices) {
    const n = Math.max(param.choices.length, 1);
    return joined([...indices].sort((a, b) => a - b).map((i) => [i / n, (i + 1) / n]));
  }
  const half = axis.levels === null ? 0 : stepOf(param) / 2;
  return (range.intervals ?? []).map(([low, high]) =>
    visible(axis.toUnit(low - half), axis.toUnit(high + half)),
  );
}

/**
 * The level whose upper edge is nearest to a unit value.
 * @param {Param} param
 * @param {number} unit
 * @param {number} n Number of levels.
 */
function levelAt(param, unit, n) {
  if (param.kind === 'categorical') return roundEven(unit * n - 1);
  const step = stepOf(param);
  const [low, high] = [param.low - step / 2, param.high + step / 2];
  const value =
    param.log && low > 0
      ? Math.exp(Math.log(low) + unit * (Math.log(high) - Math.log(low)))
      : low + unit * (high - low);
  return roundEven((value - param.low) / step - 0.5);
}

/** Halves go to the even neighbour, as numpy rounds. @param {number} value */
function roundEven(value) {
  const near = Math.round(value);
  return near - value === 0.5 && near % 2 !== 0 ? near - 1 : near;
}

/** @param {Param} param */
function firstOf(param) {
  return param.kind === 'categorical' ? 0 : param.low;
}

/** @param {Param} param */
function stepOf(param) {
  return param.step || 1;
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
