/** Costs that the target is held against: other objectives, duration, numeric attributes. */

import { limit } from '../compute/statistics.js';
import { cut } from '../shell/dom.js';
import { numberAxis } from './scales.js';
import { LOG_RATIO, PARETO_RANK } from '../rules.js';

/**
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../state/data.js').Target} Target
 */

const MARGIN = 0.03; // of the axis, beyond the outermost trials

/**
 * The target that is drawn: the first objective where it is the Pareto rank of several.
 * @param {Workbench} workbench
 * @returns {Target}
 */
export function goalOf({ data, targetColumn }) {
  return targetColumn.name === PARETO_RANK ? data.targets[0] : targetColumn;
}

/**
 * What else varies; other objectives first.
 * @param {Workbench} workbench
 * @returns {Target[]}
 */
export function costsOf(workbench) {
  const goal = goalOf(workbench);
  return workbench.data.targets.filter(
    (target) => target !== goal && target.name !== PARETO_RANK && varies(target.values),
  );
}

/**
 * The name of a column, and which way is better.
 * @param {{ title: string, direction: string } | null | undefined} target
 */
export function described(target) {
  if (!target) return '';
  const { title, direction } = target;
  const short = cut(title, 40);
  return `${short} (${direction === 'maximize' ? 'higher' : 'lower'} is better)`;
}

/**
 * An axis of values in a reach, beyond which they stand at the edge; logarithmic over decades.
 * @param {[number, number]} reach
 * @param {boolean} [mayBeLog]
 */
export function readAxis([low, high], mayBeLog = true) {
  const log = mayBeLog && low > 0 && high / low >= LOG_RATIO;
  const room = log ? (high / low) ** MARGIN : MARGIN * (high - low || 1);
  const axis = log
    ? numberAxis(low / room, high * room, true)
    : numberAxis(low - room, high + room);
  return { axis, unit: (/** @type {number} */ v) => axis.toUnit(limit(v, low, high)) };
}

/** @param {ArrayLike<number>} values */
function varies(values) {
  let first = NaN;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    if (Number.isNaN(first)) first = values[i];
    else if (values[i] !== first) return true;
  }
  return false;
}
