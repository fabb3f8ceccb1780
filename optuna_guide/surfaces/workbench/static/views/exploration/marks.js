/** Trials of the exploration history as marks that tell how they came to be. */

/**
 * @typedef {'circle' | 'square' | 'diamond' | 'triangle'} Shape
 */

/** Shape of each decision; others are circles. @type {Record<string, Shape>} */
export const SHAPES = { startup: 'square', explored: 'diamond', enqueued: 'triangle' };

const MANY = 6000; // marks, from which they are squares of a few pixels

/**
 * @param {number} n Number of marks.
 * @returns {number}
 */
export function sizeOf(n) {
  return n > 30000 ? 1 : n > MANY ? 1.4 : n > 2500 ? 2 : n > 1000 ? 2.6 : 3.2;
}

/** Whether marks are too small to have a shape. @param {number} size */
export function areTiny(size) {
  return size < 1.5;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Shape} shape
 * @param {number} x
 * @param {number} y
 * @param {number} r
 * @param {boolean} isHollow
 */
export function drawMark(context, shape, x, y, r, isHollow) {
  context.beginPath();
  if (shape === 'square') context.rect(x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r);
  else if (shape === 'diamond')
    polygon(context, [x, y - 1.25 * r, x + 1.25 * r, y, x, y + 1.25 * r, x - 1.25 * r, y]);
  else if (shape === 'triangle')
    polygon(context, [x, y - 1.4 * r, x + 1.3 * r, y + r, x - 1.3 * r, y + r]);
  else context.arc(x, y, r, 0, 7);
  if (isHollow) {
    context.lineWidth = 1.1;
    context.stroke();
  } else context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} points
 */
function polygon(context, points) {
  context.moveTo(points[0], points[1]);
  for (let i = 2; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
  context.closePath();
}
