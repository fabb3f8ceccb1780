/** What the mouse does among learning curves: point, keep, zoom. */

import { theme } from '../../chart/colours.js';
import { onDrag } from '../../chart/gestures.js';
import { number, percent } from '../../chart/scales.js';
import { element } from '../../shell/dom.js';
import { describeTrial, hideTip, showTip } from '../../shell/tooltip.js';
import { STILL_IMPROVING } from '../../rules.js';
import { placeOf } from './panel.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../chart/frame.js').Frame} Frame
 * @typedef {import('../../chart/gestures.js').Point} Point
 * @typedef {import('./panel.js').Line} Line
 * @typedef {import('./panel.js').Panel} Panel
 */

const REACH = 10; // pixels around a point of a curve

/**
 * @param {Frame} frame
 * @param {Workbench} workbench
 * @param {() => Panel[]} panels those that are drawn
 * @param {(steps: [number, number] | null) => void} zoom null = to all steps
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
    const { left, right } = panel.box;
    return {
      move: (_, to) => drawRange(frame, panel, from.x, to.x),
      end: (_, to) => {
        const steps = [from.x, to.x].map((x) => panel.x.fromUnit((x - left) / (right - left)));
        zoom([Math.min(...steps), Math.max(...steps)]);
      },
      click: (at) => {
        const hit = find(panels(), at);
        if (hit) workbench.keep(hit.line.row);
        else zoom(null);
      },
    };
  });
}

/** @param {import('../../chart/frame.js').Box} box @param {Point} at */
function isInside({ left, right, top, bottom }, { x, y }) {
  return x >= left && x <= right && y >= top && y <= bottom;
}

/** @param {Frame} frame @param {Panel} panel @param {number} from @param {number} to */
function drawRange(frame, { box }, from, to) {
  const context = frame.clear('over');
  context.fillStyle = theme().brush;
  context.globalAlpha = 0.12;
  context.fillRect(Math.min(from, to), box.top, Math.abs(to - from), box.bottom - box.top);
  context.globalAlpha = 1;
}

/** The nearest point of a curve. @param {Panel[]} panels @param {Point} at */
function find(panels, at) {
  let [found, least] = [/** @type {{ line: Line, i: number } | null} */ (null), REACH ** 2];
  for (const panel of panels) {
    for (const line of panel.lines) {
      line.steps.forEach((step, i) => {
        const [x, y] = placeOf(panel, step, line.values[i]);
        const distance = (x - at.x) ** 2 + (y - at.y) ** 2;
        if (distance < least) [found, least] = [{ line, i }, distance];
      });
    }
  }
  return found;
}

/** @param {Line} line @param {number} i */
function tell({ steps, values, gain }, i) {
  const words = `${number(values[i], 5)} at step ${steps[i]}`;
  if (Number.isNaN(gain)) return words;
  const end = gain > STILL_IMPROVING ? ': still improving' : '';
  return `${words}, ${percent(Math.max(gain, 0))} of its gain in the last quarter${end}`;
}
