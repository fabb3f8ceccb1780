/** What the chart of an effect shows: axes, ranges, curves. */

import { drawBottomAxis, drawLeftAxis } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { spansOf } from '../../compute/bands.js';
import { acrossOf, heightOf } from './plane.js';

/**
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {import('../../compute/bands.js').Held} Held
 * @typedef {{ edges: number[], mean: (number | null)[], spread?: number[] | null }} Curve
 *   means of the target between the edges; null = no trial
 * @typedef {[number, number, number]} Knot  pixels, mean and spread; NaN = a gap
 */

const MOST_STEPS = 30; // levels, whose means are steps

/**
 * Axes, and the promising range behind everything.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {import('../../chart/frame.js').Box} frameBox
 * @param {import('../../state/data.js').Target} target
 * @param {Held | null} promising
 */
export function drawBehind(context, plane, frameBox, target, promising) {
  const { param, axis, box } = plane;
  drawBottomAxis(context, box, axis, {
    name: `${param.name}${axis.log ? ' (log)' : ''}`,
    grid: false,
  });
  drawLeftAxis(context, frameBox, plane.values, {
    name: `${target.direction === 'maximize' ? '↑' : '↓'} ${target.title}`,
  });
  context.fillStyle = theme().range;
  context.globalAlpha = 0.17;
  for (const [from, to] of pixels(plane, promising))
    context.fillRect(from, box.top, Math.max(to - from, 2), box.bottom - box.top);
  context.globalAlpha = 1;
  if (!plane.hasInactive) return;
  context.fillStyle = theme().mute;
  context.textAlign = 'left';
  context.save();
  context.translate(frameBox.left + 10, box.bottom - 4);
  context.rotate(-Math.PI / 2);
  context.fillText('inactive', 0, 0);
  context.restore();
}

/**
 * What is brushed on the parameter itself.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Held | undefined} brush
 */
export function drawBrushed(context, plane, brush) {
  const { top, bottom } = plane.box;
  context.fillStyle = theme().brush;
  for (const [from, to] of pixels(plane, brush)) {
    context.globalAlpha = 0.1;
    context.fillRect(from, top, to - from, bottom - top);
    context.globalAlpha = 1;
    context.fillRect(from, bottom, to - from, 3);
  }
}

/** @param {Plane} plane @param {Held | null | undefined} held @returns {[number, number][]} */
function pixels(plane, held) {
  return spansOf(plane.axis, held).map(([a, b]) => [acrossOf(plane, a), acrossOf(plane, b)]);
}

/**
 * A line through the means, with their spread as a band.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Curve} curve
 * @param {{ colour: string, dash?: number[] }} look
 */
export function drawCurve(context, plane, curve, { colour, dash = [] }) {
  const height = (/** @type {number} */ v) => heightOf(plane, v);
  context.lineJoin = 'round';
  for (const part of pieces(knotsOf(plane, curve))) {
    if (curve.spread) {
      context.beginPath();
      for (const [x, m, s] of part) context.lineTo(x, height(m + s));
      for (const [x, m, s] of part.toReversed()) context.lineTo(x, height(m - s));
      context.fillStyle = colour;
      context.globalAlpha = 0.18;
      context.fill();
      context.globalAlpha = 1;
    }
    context.beginPath();
    for (const [x, m] of part) context.lineTo(x, height(m));
    context.strokeStyle = theme().card;
    context.lineWidth = 4;
    context.stroke();
    context.setLineDash(dash);
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.stroke();
    context.setLineDash([]);
  }
}

/** @param {Plane} plane @param {Curve} curve @returns {Knot[]} */
function knotsOf(plane, { edges, mean, spread }) {
  const { axis, param } = plane;
  const isStepped = axis.levels !== null && axis.levels <= MOST_STEPS;
  const at = (/** @type {number} */ edge) =>
    acrossOf(
      plane,
      param.kind === 'categorical' ? (edge + 0.5) / (axis.levels ?? 1) : axis.toUnit(edge),
    );
  return mean.flatMap((m, k) => {
    if (m === null) return [];
    const [a, b] = [at(edges[k]), at(edges[k + 1])];
    const s = spread?.[k] ?? 0;
    /** @type {Knot[]} */
    const knots = isStepped
      ? [
          [a + 2, m, s],
          [b - 2, m, s],
          [NaN, NaN, NaN],
        ]
      : [[(a + b) / 2, m, s]];
    return knots;
  });
}

/** Runs of knots without a gap. @param {Knot[]} knots */
function pieces(knots) {
  /** @type {Knot[][]} */
  const found = [[]];
  for (const knot of knots) {
    if (Number.isNaN(knot[0])) found.push([]);
    else found[found.length - 1].push(knot);
  }
  return found.filter((part) => part.length > 0);
}
