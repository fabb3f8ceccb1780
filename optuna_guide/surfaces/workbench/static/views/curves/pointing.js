/** What the mouse does among learning curves: point, keep, zoom. */

import { theme } from '../../chart/colours.js';
import { onDrag } from '../../chart/gestures.js';
import { number, percent } from '../../chart/scales.js';
import { element } from '../../shell/dom.js';
import { describeTrial, hideTip, showTip } from '../../shell/tooltip.js';
import { STILL_IMPROVING } from '../../rules.js';
import { isInside, placeOf } from './panel.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../chart/frame.js').Frame} Frame
 * @typedef {import('../../chart/gestures.js').Point} Point
 * @typedef {import('./panel.js').Line} Line
 * @typedef {import('./panel.js').Panel} Panel
 * @typedef {import('./panel.js').Zoom} Zoom
 */

const REACH = 10; // pixels around a curve
const FLAT = 14; // pixels: what is dragged sideways keeps all values

/**
 * @param {Frame} frame
 * @param {Workbench} workbench
 * @param {() => Panel[]} panels those that are drawn
 * @param {(seen: Zoom | null) => void} zoom null = everything
 */
export function pointAtCurves(frame, workbench, panels, zoom) {
  const leave = () => {
    workbench.setHover(-1);
    hideTip();
  };
  frame.node.addEventListener('pointermove', (event) => {
    if (event.buttons) return;
    const hit = find(panels(), frame.at(event));
    frame.node.style.cursor = hit ? 'pointer' : '';
    if (!hit) {
      leave();
      return;
    }
    workbench.setHover(hit.line.row);
    const words = element('div', { text: tell(hit.line, hit.i) });
    showTip(event.clientX, event.clientY, ...describeTrial(workbench, hit.line.row), words);
  });
  frame.node.addEventListener('pointerleave', leave);
  onDrag(frame, (from) => {
    const panel = panels().find(({ box }) => isInside(box, from));
    if (!panel) return null;
    return {
      move: (start, to) => drawRange(frame, panel, start, to),
      end: (start, to) => zoom(zoomTo(panel, start, to)),
      click: (at) => {
        const hit = find(panels(), at);
        if (hit) workbench.keep(hit.line.row);
        else zoom(null);
      },
    };
  });
}

/** @param {Panel} panel @param {Point} from @param {Point} to @returns {Zoom} */
function zoomTo({ name, box, x, y }, from, to) {
  const inOrder = (/** @type {number} */ a, /** @type {number} */ b) =>
    /** @type {[number, number]} */ (a < b ? [a, b] : [b, a]);
  const stepAt = (/** @type {Point} */ at) =>
    x.fromUnit((at.x - box.left) / (box.right - box.left));
  const valueAt = (/** @type {Point} */ at) =>
    y.fromUnit((box.bottom - at.y) / (box.bottom - box.top));
  const steps = inOrder(stepAt(from), stepAt(to));
  return { steps, name, values: isFlat(from, to) ? null : inOrder(valueAt(from), valueAt(to)) };
}

/** @param {Point} from @param {Point} to */
function isFlat(from, to) {
  return Math.abs(to.y - from.y) < FLAT;
}

/** @param {Frame} frame @param {Panel} panel @param {Point} from @param {Point} to */
function drawRange(frame, { box }, from, to) {
  const context = frame.clear('over');
  const [top, bottom] = isFlat(from, to)
    ? [box.top, box.bottom]
    : [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  context.fillStyle = theme().brush;
  context.globalAlpha = 0.12;
  context.fillRect(Math.min(from.x, to.x), top, Math.abs(to.x - from.x), bottom - top);
  context.globalAlpha = 1;
}

/** The nearest curve, and the nearer end of its nearest part. @param {Panel[]} panels @param {Point} at */
function find(panels, at) {
  let [found, least] = [/** @type {{ line: Line, i: number } | null} */ (null), REACH];
  const panel = panels.find(({ box }) => isInside(box, at, REACH));
  for (const line of panel?.lines ?? []) {
    let before = placeOf(/** @type {Panel} */ (panel), line.steps[0], line.values[0]);
    line.steps.forEach((step, i) => {
      const here = placeOf(/** @type {Panel} */ (panel), step, line.values[i]);
      const { distance, along } = distanceTo(at, before, here);
      if (distance < least)
        [found, least] = [{ line, i: along < 0.5 ? Math.max(i - 1, 0) : i }, distance];
      before = here;
    });
  }
  return found;
}

/**
 * How far a point is from a line between two others, and where it is nearest: 0 at the first.
 * @param {Point} at
 * @param {[number, number]} from
 * @param {[number, number]} to
 */
function distanceTo(at, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length ? ((at.x - ax) * dx + (at.y - ay) * dy) / length : 1;
  const along = Math.min(1, Math.max(0, share));
  return { distance: Math.hypot(at.x - ax - along * dx, at.y - ay - along * dy), along };
}

/** @param {Line} line @param {number} i */
function tell({ steps, values, gain }, i) {
  const words = `${number(values[i], 5)} at step ${steps[i]}`;
  if (Number.isNaN(gain)) return words;
  const end = gain > STILL_IMPROVING ? ': still improving' : '';
  return `${words}, ${percent(Math.max(gain, 0))} of its gain in the last quarter${end}`;
}
