/** Trials before, under and beside the guidance: their numbers, and how they are drawn. */

import { FONT, fitted } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { equals, numberAxis } from '../../chart/scales.js';
import { limit } from '../../compute/statistics.js';
import { MAX_VERSIONS } from '../../rules.js';

/**
 * @typedef {import('../../wire.js').BatchAnswer} Batch
 * @typedef {import('../../chart/frame.js').Box} Box
 * @typedef {{ name: string, batch: Batch, p: number | null }} Group
 */


/**
 * Before, under the newest versions, and where they were ignored; none is empty.
 * @param {import('../../wire.js').NarrowingAnswer} found
 * @returns {Group[]}
 */
export function groupsOf({ before, guided, explored, p_before: p, versions }) {
  const newest = versions.slice(-MAX_VERSIONS);
  return [
    { name: 'before', batch: before, p: null },
    ...newest.map(({ version, after, p_value }) => ({
      name: `version ${version}`,
      batch: after,
      p: p_value,
    })),
    { name: 'all guided', batch: guided, p },
    { name: 'explored', batch: explored, p: null },
  ].filter(({ batch }) => batch.n);
}

/** The axis of the target, and pixels of its values. @param {Group[]} groups @param {Box} box */
export function scaleOf(groups, { left, right }) {
  const ends = groups.flatMap(({ batch: { best, median, mean, std } }) =>
    [best, median, (mean ?? NaN) - (std ?? NaN), (mean ?? NaN) + (std ?? NaN)].filter(isKnown),
  );
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = 0.05 * (high - low) || 0.05 * Math.max(Math.abs(high), 1e-12);
  const axis = numberAxis(low - room, high + room);
  const x = (/** @type {number} */ v) =>
    left + axis.toUnit(limit(v, low - room, high + room)) * (right - left);
  return { axis, x };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Group} group
 * @param {number} y
 */
export function drawWords(context, { left, right }, { name, batch, p }, y) {
  const { ink, mute } = theme();
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillStyle = ink;
  context.fillText(fitted(context, name, left - 10), left - 8, y);
  context.textAlign = 'left';
  context.fillStyle = mute;
  context.fillText(`n = ${batch.n}`, right + 8, p === null ? y : y - 7);
  if (p !== null) context.fillText(`p ${equals(p)}`, right + 8, y + 7);
}

/**
 * Mean and deviation as a bar, the median as a line, the best as a diamond.
 * @param {CanvasRenderingContext2D} context
 * @param {Batch} batch
 * @param {(value: number) => number} x
 * @param {number} y
 */
export function drawBatch(context, { best, median, mean, std }, x, y) {
  const { accent, range } = theme();
  context.fillStyle = accent;
  if (isKnown(mean) && isKnown(std)) {
    const [from, to] = [x(mean - std), x(mean + std)];
    context.globalAlpha = 0.28;
    context.fillRect(from, y - 6, Math.max(to - from, 1), 12);
    context.globalAlpha = 1;
  }
  if (isKnown(median)) context.fillRect(x(median) - 1.5, y - 10, 3, 20);
  if (!isKnown(best)) return;
  context.fillStyle = range;
  const at = x(best);
  context.beginPath();
  context.moveTo(at, y - 6);
  context.lineTo(at + 6, y);
  context.lineTo(at, y + 6);
  context.lineTo(at - 6, y);
  context.fill();
}

/** @param {number | null} value @returns {value is number} */
function isKnown(value) {
  return value !== null && Number.isFinite(value);
}
