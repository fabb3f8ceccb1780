/** Options of parameters as rows of a drawing, named at its left. */

import { theme } from './colours.js';
import { BOLD, FONT, fitted, rule } from './axes.js';

/** @typedef {import('../compute/options.js').Options} Options */

export const LEFT = 200; // room for both names, pixels
const NAME = 92; // of it for the parameter

/**
 * Names of parameters and of their options, and lines between the parameters.
 * @param {CanvasRenderingContext2D} context
 * @param {Options[]} groups
 * @param {{ top: number, height: number, left: number, right: number }} place Height of a row.
 */
export function drawRowNames(context, groups, { top, height, left, right }) {
  const { ink, mute, line } = theme();
  let y = top;
  context.textBaseline = 'middle';
  for (const { name, labels } of groups) {
    rule(context, line, left - LEFT + 4, Math.round(y) + 0.5, right, Math.round(y) + 0.5);
    context.textAlign = 'left';
    context.font = BOLD;
    context.fillStyle = ink;
    if (name) context.fillText(fitted(context, name, NAME), left - LEFT + 4, y + height / 2);
    context.textAlign = 'right';
    labels.forEach((label, k) => {
      context.font = FONT;
      context.fillStyle = mute;
      const room = LEFT - 12 - (k ? 0 : NAME);
      context.fillText(fitted(context, label, room), left - 6, y + height * (k + 0.5));
    });
    y += height * labels.length;
  }
  rule(context, line, left - LEFT + 4, Math.round(y) + 0.5, right, Math.round(y) + 0.5);
}
