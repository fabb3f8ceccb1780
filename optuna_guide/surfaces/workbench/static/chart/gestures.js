/** What the mouse and the keys do in a frame: point, keep, drag a range, draw a lasso. */

import { theme } from './colours.js';
import { describeTrial, hideTip, showTip } from '../shell/tooltip.js';

/**
 * @typedef {import('./frame.js').Frame} Frame
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ move: (from: Point, to: Point) => void, end: (from: Point, to: Point) => void,
 *   click?: (at: Point) => void }} Drag
 */

const MOVED = 4; // pixels, from which a press is a drag

/**
 * Point at trials: the hovered one is marked in all views and told by a tip; a click keeps it.
 * Arrow keys walk through the selected trials, best first; Enter keeps.
 * @param {Frame} frame
 * @param {Workbench} workbench
 * @param {(at: Point) => number} find Row at a place, or -1.
 */
export function pointAtTrials(frame, workbench, find) {
  const { node } = frame;
  node.addEventListener('pointermove', (event) => {
    if (event.buttons) return;
    const row = find(frame.at(event));
    workbench.setHover(row);
    node.style.cursor = row >= 0 ? 'pointer' : '';
    if (row >= 0) showTip(event.clientX, event.clientY, ...describeTrial(workbench, row));
    else hideTip();
  });
  node.addEventListener('pointerleave', () => leave(workbench));
  node.addEventListener('blur', () => leave(workbench));
  node.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      walk(frame, workbench, by);
    } else if (event.key === 'Enter' && workbench.hover >= 0) workbench.keep(workbench.hover);
    else if (event.key === 'Escape') leave(workbench);
  });
}

/** @param {Workbench} workbench */
function leave(workbench) {
  workbench.setHover(-1);
  hideTip();
}

/**
 * @param {Frame} frame
 * @param {Workbench} workbench
 * @param {number} by
 */
function walk(frame, workbench, by) {
  const rows = workbench.best(Infinity);
  if (!rows.length) return;
  const at = rows.indexOf(workbench.hover);
  const row = rows[at < 0 ? 0 : (at + by + rows.length) % rows.length];
  workbench.setHover(row);
  const { left, top } = frame.node.getBoundingClientRect();
  showTip(left + frame.box.left, top + frame.box.top, ...describeTrial(workbench, row));
}

/**
 * Follow a drag; a press that does not move is a click.
 * @param {Frame} frame
 * @param {(at: Point) => Drag | null} begin What a press at a place starts, if anything.
 */
export function onDrag(frame, begin) {
  const { node } = frame;
  node.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const from = frame.at(event);
    const drag = begin(from);
    if (!drag) return;
    event.preventDefault();
    node.focus({ preventScroll: true });
    node.setPointerCapture(event.pointerId);
    let isMoved = false;
    const move = (/** @type {PointerEvent} */ next) => {
      const to = frame.at(next);
      isMoved ||= Math.hypot(to.x - from.x, to.y - from.y) > MOVED;
      if (isMoved) {
        hideTip();
        drag.move(from, to);
      }
    };
    const end = (/** @type {PointerEvent} */ last) => {
      node.removeEventListener('pointermove', move);
      node.removeEventListener('pointerup', end);
      node.removeEventListener('pointercancel', end);
      if (isMoved) drag.end(from, frame.at(last));
      else drag.click?.(from);
    };
    node.addEventListener('pointermove', move);
    node.addEventListener('pointerup', end);
    node.addEventListener('pointercancel', end);
  });
}

/**
 * Select trials by a line drawn around them; a click keeps the trial that it hits.
 * @param {Frame} frame
 * @param {Workbench} workbench
 * @param {{ places: () => { x: ArrayLike<number>, y: ArrayLike<number> },
 *   find: (at: Point) => number, redraw: () => void, isFree: (at: Point) => boolean, label: string }} view
 */
export function lasso(frame, workbench, { places, find, redraw, isFree, label }) {
  onDrag(frame, (start) => {
    if (!isFree(start)) return null;
    /** @type {Point[]} */
    const line = [];
    return {
      move: (from, to) => {
        if (!line.length) line.push(from);
        line.push(to);
        redraw();
        drawLasso(frame.canvases.over, line);
      },
      end: () => {
        const { x, y } = places();
        const rows = inside(line, x, y).filter((row) => workbench.filter[row]);
        redraw();
        if (!rows.length) return;
        const numbers = rows.map((row) => workbench.data.number[row]);
        workbench.pick(numbers, `${label}: ${rows.length} trials`);
      },
      click: (at) => {
        const row = find(at);
        if (row >= 0) workbench.keep(row);
      },
    };
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Point[]} line
 */
function drawLasso(canvas, line) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const { brush } = theme();
  context.beginPath();
  for (const { x, y } of line) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = brush;
  context.globalAlpha = 0.12;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = brush;
  context.lineWidth = 1.5;
  context.stroke();
}

/**
 * Rows whose places lie inside a polygon (even-odd rule).
 * @param {Point[]} polygon
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 * @returns {number[]}
 */
export function inside(polygon, x, y) {
  const found = [];
  for (let row = 0; row < x.length; row++) {
    let isInside = false;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
      const [a, b] = [polygon[i], polygon[j]];
      if (a.y > y[row] !== b.y > y[row]) {
        const cross = a.x + ((y[row] - a.y) / (b.y - a.y)) * (b.x - a.x);
        if (x[row] < cross) isInside = !isInside;
      }
    }
    if (isInside) found.push(row);
  }
  return found;
}

/**
 * The shade of a brushed range of the horizontal axis.
 * @param {CanvasRenderingContext2D} context
 * @param {import('./frame.js').Box} box
 * @param {number} from
 * @param {number} to
 */
export function drawRange(context, box, from, to) {
  const { brush } = theme();
  const [left, right] = [
    Math.max(Math.min(from, to), box.left),
    Math.min(Math.max(from, to), box.right),
  ];
  context.fillStyle = brush;
  context.globalAlpha = 0.1;
  context.fillRect(left, box.top, right - left, box.bottom - box.top);
  context.globalAlpha = 1;
  context.fillRect(left - 1, box.top, 2, box.bottom - box.top);
  context.fillRect(right - 1, box.top, 2, box.bottom - box.top);
}
