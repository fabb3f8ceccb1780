/** What the size and the colour of a point say: any parameter, objective or attribute. */

import { shade, theme } from '../../chart/colours.js';
import { readAxis } from '../../chart/costs.js';
import { paramAxis } from '../../chart/scales.js';

/** @typedef {import('../../state/data.js').Data} Data */

const SIZES = [2.2, 7]; // radius of the least and of the largest
const NO_SIZE = 3.4;
const NO_SIZE_OF_MANY = 2.6;
const MANY = 1500;

/**
 * The place of a row's value between the least and the largest one; null where no row has one.
 *
 * @param {Data} data
 * @param {string} name
 * @param {ArrayLike<number>} rows
 * @returns {((row: number) => number) | null}
 */
function unitsOf(data, name, rows) {
  const target = data.targets.find((one) => one.name === name);
  const param = data.param(name);
  const unit = target ? readAxis(target.reach).unit : param && paramAxis(param).toUnit;
  const values = (target ?? param)?.values;
  if (!unit || !values || !Array.from(rows).some((row) => Number.isFinite(values[row])))
    return null;
  return (row) => unit(values[row]);
}

/** Whether less of it is better. @param {Data} data @param {string} name */
export function isLoss({ targets }, name) {
  return targets.find((one) => one.name === name)?.direction === 'minimize';
}

/**
 * Radius of all points, or one for each row.
 *
 * @param {Data} data
 * @param {string} name empty = all alike
 * @param {ArrayLike<number>} rows
 */
export function radiusBy(data, name, rows) {
  const unit = name ? unitsOf(data, name, rows) : null;
  if (!unit) return rows.length > MANY ? NO_SIZE_OF_MANY : NO_SIZE;
  const radius = new Float64Array(data.n).fill(SIZES[0]);
  for (const row of Array.from(rows))
    radius[row] = SIZES[0] + (SIZES[1] - SIZES[0]) * (unit(row) || 0);
  return radius;
}

/**
 * Colour of a row; null = by the target.
 *
 * @param {Data} data
 * @param {string} name empty = by the target
 * @param {ArrayLike<number>} rows
 */
export function colourBy(data, name, rows) {
  const unit = name ? unitsOf(data, name, rows) : null;
  if (!unit) return null;
  const isFlipped = isLoss(data, name);
  return (/** @type {number} */ row) => {
    const u = unit(row);
    return Number.isNaN(u) ? theme().faint : shade(isFlipped ? 1 - u : u);
  };
}
