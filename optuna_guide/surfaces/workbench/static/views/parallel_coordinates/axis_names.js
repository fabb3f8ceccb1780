/** The names of the axes: drag one to move its axis, click it for its interactions. */

import { AXIS_NAME, fittedIn } from '../../chart/axes.js';
import { percent } from '../../chart/scales.js';
import { svg } from '../../shell/dom.js';

/**
 * @typedef {import('./columns.js').AxisColumn} AxisColumn
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {{ focus: () => void, move: (to: number) => void, hide: () => void,
 *   brush: (key: string) => boolean }} Acts
 *   what a name does; `to` is a place among the visible axes; whether the key meant anything
 */

const CLICK = 4; // px: what moves less is a click

/**
 * @param {AxisColumn} column
 * @param {number} i place of the axis
 * @param {import('./frame.js').Frame} frame
 * @param {Workbench} workbench
 * @param {Acts} acts
 */
export function drawName(column, i, frame, workbench, acts) {
  const found = workbench.guidanceOf(column.name);
  const x = frame.x[i];
  const room = 2 * Math.min((frame.gap * frame.rows) / 2 - 4, x - 2, frame.width - x - 2);
  const width = Math.min(room + 8, 120);
  const y = frame.names - (frame.rows === 2 && i % 2 === 0 ? 14 : 0);
  const isFocused = !column.isTarget && workbench.focus.includes(column.name);
  const importance = found && percent(found.importance);
  const help = column.isTarget
    ? 'the target'
    : found
      ? `${importance} of what is explained. ${found.advice.text}`
      : '';
  return svg(
    'g',
    {
      class: `name${isFocused ? ' focused' : ''}${column.isTarget ? ' target' : ''}`,
      tabindex: 0,
      role: 'button',
      'data-axis': column.key,
      'aria-pressed': String(isFocused),
      on: {
        pointerdown: (/** @type {PointerEvent} */ event) => follow(event, i, frame, acts),
        keydown: (/** @type {KeyboardEvent} */ event) => press(event, i, acts),
      },
    },
    svg('rect', { x: x - width / 2, y: y - 14, width, height: 19, class: 'hit' }),
    svg('text', { x, y, 'text-anchor': 'middle', text: fittedIn(AXIS_NAME, column.name, room) }),
    svg('title', {
      text: `Axis ${column.name}\n${help}\nDrag to move, click for interactions. Keys: ↑ ↓ brush, + − widen and narrow, Backspace drops, ← → move the axis, Delete hides it`,
    }),
    found &&
      svg('text', {
        x,
        y: frame.names + 14,
        class: 'tick',
        'text-anchor': 'middle',
        text: importance ?? '',
      }),
  );
}

/**
 * What a click on a name leads to: the target, the effect of a parameter, or the pair of two.
 *
 * @param {AxisColumn} column
 * @param {Workbench} workbench
 */
export function focusOn({ name, isTarget }, workbench) {
  const { focus, data } = workbench;
  if (isTarget) workbench.setTarget(data.targets.findIndex((t) => t.name === name));
  else if (focus[0] === name) workbench.setFocus(focus.slice(1));
  else if (focus.length && focus[1] !== name) workbench.setFocus([focus[0], name]);
  else workbench.setFocus([name]);
}

/** @param {PointerEvent} down @param {number} i @param {import('./frame.js').Frame} frame @param {Acts} acts */
function follow(down, i, { x, gap }, { focus, move }) {
  if (down.button !== 0) return;
  down.preventDefault();
  const node = /** @type {SVGGElement} */ (down.currentTarget);
  const marks = node.ownerSVGElement;
  const find = () => marks?.querySelectorAll('.name')[i]; // news may draw it again meanwhile
  node.focus({ preventScroll: true });
  let by = 0;
  /** @param {PointerEvent} event */
  const drag = (event) => {
    by = event.clientX - down.clientX;
    find()?.setAttribute('transform', `translate(${by} 0)`);
    find()?.classList.toggle('moving', Math.abs(by) > CLICK);
  };
  const drop = () => {
    window.removeEventListener('pointermove', drag);
    window.removeEventListener('pointerup', drop);
    find()?.removeAttribute('transform');
    find()?.classList.remove('moving');
    if (Math.abs(by) <= CLICK) focus();
    else move(Math.round((x[i] + by - x[0]) / gap));
  };
  window.addEventListener('pointermove', drag);
  window.addEventListener('pointerup', drop);
}

/** @param {KeyboardEvent} event @param {number} i @param {Acts} acts */
function press(event, i, { focus, move, hide, brush }) {
  if (event.key === 'Enter' || event.key === ' ') focus();
  else if (event.key === 'ArrowLeft') move(i - 1);
  else if (event.key === 'ArrowRight') move(i + 1);
  else if (event.key === 'Delete') hide();
  else if (event.ctrlKey || event.metaKey || event.altKey || !brush(event.key)) return;
  event.preventDefault();
}
