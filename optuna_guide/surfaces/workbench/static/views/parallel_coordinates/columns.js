/** The axes of the parallel coordinates: which, in what order, and where each trial lies on them. */

import { byImportance, inBlocks } from '../../chart/params.js';
import { paramKey, targetKey } from '../../state/selection.js';
import { numberAxis, paramAxis } from '../../chart/scales.js';

/**
 * @typedef {{
 *   key: string, name: string, isTarget: boolean, isFlipped: boolean,
 *   axis: import('../../chart/scales.js').Axis, values: import('../../state/data.js').Column,
 *   param: import('../../state/data.js').Param | null, at: Float32Array, hasInactive: boolean,
 * }} AxisColumn  at: height of each row from 0 to 1, better targets up; NaN = inactive or missing
 */

const MOST_PARAMS = 12;
const MOST_TARGETS = 3;
const SPREAD = 0.6; // part of the cell of a level over which its trials are spread

/**
 * Keys of the axes in their order when nobody moved one: the most important next to the target,
 * repeated parameters beside each other, layer by layer. ranked: the most important first.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function defaultOrder(workbench) {
  const { data } = workbench;
  const ranked = byImportance(workbench);
  const params = inBlocks(workbench).toReversed().flat();
  const objectives = data.targets.filter(
    ({ kind }) => kind === 'objective' || kind === 'pareto_rank',
  );
  const chosen = workbench.targetColumn;
  const targets = [...objectives.filter((t) => t.name !== chosen.name).slice(0, MOST_TARGETS - 1)];
  const targetKeys = [chosen, ...targets]
    .filter((t) => t.name !== '')
    .map((t) => targetKey(t.name));
  return {
    ranked: ranked.map(({ name }) => paramKey(name)),
    params: params.map(paramKey),
    targets: targetKeys,
    shown: MOST_PARAMS,
  };
}

/**
 * The column of an axis.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {string} key
 * @returns {AxisColumn | null}
 */
export function readColumn(workbench, key) {
  const { data } = workbench;
  const name = key.slice(2);
  if (key.startsWith('p:')) {
    const param = data.param(name);
    if (!param) return null;
    const axis = paramAxis(param);
    const at = heights(param.values, axis, false);
    spread(at, axis.levels);
    const hasInactive = param.values.some((v, i) => Number.isNaN(v) && data.state[i] === 2);
    return {
      key,
      name,
      isTarget: false,
      isFlipped: false,
      axis,
      values: param.values,
      param,
      at,
      hasInactive,
    };
  }
  const target = data.targets.find((t) => t.name === name);
  if (!target) return null;
  const axis = numberAxis(...target.reach);
  const isFlipped = target.direction !== 'maximize';
  return {
    key,
    name,
    isTarget: true,
    isFlipped,
    axis,
    values: target.values,
    param: null,
    at: heights(target.values, axis, isFlipped),
    hasInactive: false,
  };
}

/** @param {import('../../state/data.js').Column} values @param {import('../../chart/scales.js').Axis} axis @param {boolean} isFlipped */
function heights(values, axis, isFlipped) {
  const at = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const unit = Number.isNaN(values[i]) ? NaN : axis.toUnit(values[i]);
    at[i] = isFlipped ? 1 - unit : unit;
  }
  return at;
}

/** Lines through one level lie side by side, the same at every look. @param {Float32Array} at @param {number | null} levels */
function spread(at, levels) {
  if (levels === null || levels > 60) return;
  for (let i = 0; i < at.length; i += 1) at[i] += (noise(i) * SPREAD) / levels;
}

/** A number from -0.5 to 0.5 that depends on the row alone. @param {number} row */
export function noise(row) {
  let h = Math.imul(row + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32 - 0.5;
}
