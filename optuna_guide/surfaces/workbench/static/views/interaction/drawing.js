/** The map of an interaction: cells of the expected target, promising ranges, axes, trials. */

import { FONT, drawBottomAxis, drawLeftAxis, fittedIn } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { blot, circle } from '../../chart/dots.js';
import { number, paramAxis } from '../../chart/scales.js';
import { cellEdges, drawCells, reachOf } from '../../chart/surface.js';
import { spansOf } from '../../compute/bands.js';
import { noise } from '../parallel_coordinates/columns.js';

/**
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {import('../../compute/bands.js').Held} Held
 * @typedef {{ row: number, x: number, y: number }} Dot
 * @typedef {{ params: [Param, Param], axes: [Axis, Axis], box: import('../../chart/frame.js').Box }} Plane
 *   the parameter of the horizontal axis first
 */

const NAME_SHARE = 0.6; // of the width above the map; the scale stands beside it

/** @param {Param} across @param {Param} up @param {Plane['box']} box @returns {Plane} */
export function planeOf(across, up, box) {
  return { params: [across, up], axes: [paramAxis(across), paramAxis(up)], box };
}

/** Pixels of two shares of the axes. @param {Plane} plane @param {number} u @param {number} v */
function pixel({ box }, u, v) {
  return [box.left + u * (box.right - box.left), box.bottom - v * (box.bottom - box.top)];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {import('../../wire.js').Surface} surface its first parameter is the vertical one
 * @param {{ isAlone: boolean, maximise: boolean }} how
 */
export function drawSurface(context, plane, surface, { isAlone, maximise }) {
  const { params, box } = plane;
  const rows = isAlone ? surface.interaction : surface.total;
  const columns = surface.y.map((_, j) => rows.map((row) => row[j]));
  const edges = {
    xs: cellEdges(params[0], surface.y).map((u) => pixel(plane, u, 0)[0]),
    ys: cellEdges(params[1], surface.x).map((v) => pixel(plane, 0, v)[1]),
  };
  const reach = reachOf([rows], isAlone);
  drawCells(context, columns, edges, { reach, isAlone, maximise });
  context.fillStyle = theme().mute;
  context.font = FONT;
  context.textAlign = 'right';
  context.textBaseline = 'bottom';
  const [low, high] = reach.map((v) => number(v, 3));
  const words = isAlone ? `orange: better, blue: worse by up to ${high}` : `${low} … ${high}`;
  context.fillText(words, box.right, box.top - 6);
}

/** @param {CanvasRenderingContext2D} context @param {Plane} plane */
export function drawAxes(context, { params, axes, box }) {
  const names = params.map(({ name }, k) => `${name}${axes[k].log ? ' (log)' : ''}`);
  drawBottomAxis(context, box, axes[0], { name: names[0], grid: false });
  const room = NAME_SHARE * (box.right - box.left);
  drawLeftAxis(context, box, axes[1], { name: fittedIn(FONT, names[1], room), grid: false });
}

/**
 * A frame around the promising ranges.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {(Held | null | undefined)[]} ranges of both parameters
 */
export function drawRanges(context, plane, ranges) {
  if (!ranges.some(Boolean)) return;
  const [across, up] = ranges.map((range, k) =>
    range ? spansOf(plane.axes[k], range) : /** @type {[number, number][]} */ ([[0, 1]]),
  );
  context.strokeStyle = theme().range;
  context.lineWidth = 2;
  for (const [a, b] of across) {
    for (const [c, d] of up) {
      const [[x0, y0], [x1, y1]] = [pixel(plane, a, d), pixel(plane, b, c)];
      context.strokeRect(x0 + 1, y0 + 1, x1 - x0 - 2, y1 - y0 - 2);
    }
  }
}

/**
 * Where trials stand; those of one level beside each other.
 *
 * @param {Plane} plane
 * @param {number[]} rows
 * @returns {Dot[]}
 */
export function dotsOf(plane, rows) {
  return rows.flatMap((row) => {
    const [u, v] = plane.axes.map((axis, k) => {
      const unit = axis.toUnit(plane.params[k].values[row]);
      const { levels } = axis;
      return levels && levels <= 60 ? unit + (noise(row * 2 + k) * 0.6) / levels : unit;
    });
    if (Number.isNaN(u) || Number.isNaN(v)) return [];
    const [x, y] = pixel(plane, u, v);
    return [{ row, x, y }];
  });
}

/**
 * The best ones come last, over the others.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Dot[]} dots best first
 * @param {boolean} isHurried no circles
 */
export function drawTrials(context, dots, isHurried) {
  context.fillStyle = theme().dot;
  context.strokeStyle = '#111';
  context.lineWidth = 0.8;
  context.globalAlpha = 0.85;
  const paint = isHurried ? blot : circle;
  for (let k = dots.length - 1; k >= 0; k -= 1) paint(context, dots[k].x, dots[k].y, 2.2);
  context.globalAlpha = 1;
}
