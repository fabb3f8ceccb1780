/** The trials as lines over their parameters, with ranges, importances, estimates and brushes. */

import { onResize, prepare } from '../../chart/canvas.js';
import { theme } from '../../chart/colours.js';
import { beyondReach } from '../../compute/statistics.js';
import { element, replace, svg } from '../../shell/dom.js';
import { describeTrial, hideTip, showTip } from '../../shell/tooltip.js';
import { drawAxisMenu } from './axis_menu.js';
import { ColourScale } from './colour_scale.js';
import { drawName, focusOn } from './axis_names.js';
import { brushByKey, drawBrush, drawHit } from './brushes.js';
import { readColumn } from './columns.js';
import { layOut, placeLines } from './frame.js';
import { drawAxis, drawEstimates, drawRamp, drawRanges } from './furniture.js';
import { drawImportances, drawInteractions } from './importances.js';
import { drawColoured, drawFaint, drawOne, nearestLine } from './lines.js';
import { rowsToDraw } from './rows.js';
import { ShownAxes } from './shown_axes.js';

export const title = 'Guided parallel coordinates';
export const how =
  'A line is a trial: darker = better, orange = promising. Better targets are up. Bars on an axis: expected target there, given what is brushed elsewhere. Drag on an axis to brush a range, click one to drop it; drag a name to move its axis, click it for its interactions; click a line to keep it. Keys on a name: ↑ ↓ brush, + − widen and narrow, Backspace drops, ← → move the axis, Delete hides it.';

const LEAST = 120; // px: less has no room for axes
const MOST_LINES = 3000;
const MOST_WHILE_DRAGGING = 400;
const REST = 140; // ms after which all lines are drawn again

/** @typedef {import('./columns.js').AxisColumn} AxisColumn */

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new ParallelCoordinates(root, workbench);
}

class ParallelCoordinates {
  /** @param {HTMLElement} root @param {import('../../shell/workbench.js').Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.faint = element('canvas');
    this.lines = element('canvas');
    this.above = element('canvas');
    this.marks = svg('svg', { role: 'group', 'aria-label': 'Axes' });
    this.tools = element('div', { class: 'tools' });
    this.foot = element('p', { class: 'foot' });
    this.plot = element(
      'div',
      {
        class: 'parallel',
        on: {
          pointermove: (/** @type {PointerEvent} */ e) => this.#point(e),
          pointerleave: () => this.#leave(),
          click: (/** @type {MouseEvent} */ e) => this.#click(e),
        },
      },
      this.faint,
      this.lines,
      this.above,
      this.marks,
    );
    this.doubt = element('p', { class: 'doubt', role: 'status' });
    this.scale = new ColourScale(workbench);
    root.append(this.tools, this.doubt, this.plot, this.scale.node, this.foot);
    this.axes = new ShownAxes(workbench);
    /** @type {AxisColumn[]} */
    this.columns = [];
    this.rest = 0;
    this.filter = workbench.filter;
    /** Rows of the lines, worst first. @type {Int32Array} */
    this.drawn = new Int32Array(0);
    onResize(root, () => this.#layout());
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    if (has('guidance')) this.#drawDoubt();
    if (has('theme')) this.scale.update();
    if (has('data', 'target', 'guidance', 'focus', 'theme')) this.#layout();
    else if (has('region')) this.#drawMarks();
    else if (has('estimates')) this.#drawEstimates();
    if (this.filter !== this.workbench.filter) this.#drawFaint();
    if (has('selection')) {
      this.#drawBrushes();
      this.#drawLines();
    }
    if (has('hover', 'kept')) this.#drawAbove();
  }

  /** Why there is no guidance, or why it is pale. */
  #drawDoubt() {
    const { guidance, guidanceStatus: status, showGuidance } = this.workbench;
    const isShut = guidance && !guidance.trust.is_open;
    this.doubt.textContent = !showGuidance
      ? ''
      : isShut
        ? `Not to be trusted yet: ${guidance.trust.reason}.`
        : !guidance && status.state !== 'fitting'
          ? status.reason
          : '';
  }

  #layout() {
    const width = this.plot.clientWidth;
    if (width < LEAST) return;
    const keys = this.axes.keys(width);
    this.columns = keys.visible
      .map((key) => readColumn(this.workbench, key))
      .filter((c) => c !== null);
    this.frame = layOut(this.columns, width, this.workbench);
    this.geometry = placeLines(this.columns, this.frame);
    this.plot.style.height = `${this.frame.height}px`;
    drawAxisMenu(this.tools, this.axes, keys, () => this.#layout());
    this.#drawMarks();
    this.#drawFaint();
    this.#drawLines();
    this.#drawAbove();
    if (!performance.getEntriesByName('guide-drawn').length) performance.mark('guide-drawn');
  }

  #drawFaint() {
    if (!this.frame || !this.geometry) return;
    const context = prepare(this.faint, this.frame.width, this.frame.height);
    this.filter = this.workbench.filter;
    drawFaint(context, this.geometry, rowsToDraw(this.workbench, 'filter', MOST_LINES));
  }

  #drawLines() {
    if (!this.frame || !this.geometry) return;
    const { isDragging } = this.workbench;
    clearTimeout(this.rest);
    const most = isDragging ? MOST_WHILE_DRAGGING : MOST_LINES;
    this.drawn = rowsToDraw(this.workbench, 'mask', most);
    this.faint.hidden = !this.workbench.isSelective;
    const context = prepare(this.lines, this.frame.width, this.frame.height);
    drawColoured(context, this.geometry, this.drawn, this.workbench.goodness);
    const isThinned = this.drawn.length < this.workbench.nSelected;
    const { values, reach } = this.workbench.targetColumn;
    this.foot.textContent = [
      isThinned &&
        `${this.drawn.length} of ${this.workbench.nSelected} lines are drawn, the best among them`,
      beyondReach(values, reach, 'trial'),
    ]
      .filter(Boolean)
      .join('; ');
    if (isThinned && isDragging) this.rest = window.setTimeout(() => this.#drawLines(), REST);
  }

  #drawAbove() {
    if (!this.frame || !this.geometry) return;
    const { workbench, frame, geometry } = this;
    const context = prepare(this.above, frame.width, frame.height);
    for (const number of workbench.kept) {
      const row = workbench.rowOf(number);
      if (row >= 0) drawOne(context, geometry, row, theme().kept, 2);
    }
    if (workbench.hover >= 0) drawOne(context, geometry, workbench.hover, theme().hover, 2.2);
  }

  #drawMarks() {
    const { workbench, frame, columns } = this;
    if (!frame) return;
    const focused = document.activeElement?.getAttribute('data-axis');
    this.marks.setAttribute('width', String(frame.width));
    this.marks.setAttribute('height', String(frame.height));
    this.bars = svg('g');
    this.brushed = svg('g');
    replace(
      this.marks,
      drawImportances(columns, frame, workbench),
      drawInteractions(columns, frame, workbench),
      this.bars,
      ...columns.flatMap((column, i) => [
        drawRanges(column, frame.x[i], frame, workbench),
        column.name === workbench.targetColumn.name &&
          column.isTarget &&
          drawRamp(column, frame.x[i], frame, workbench),
        drawAxis(column, frame.x[i], frame, i === 0 ? frame.x[0] : frame.gap),
      ]),
      this.brushed,
      ...columns.map((column, i) => drawHit(column, i, frame, workbench)),
      ...columns.map((column, i) => drawName(column, i, frame, workbench, this.#acts(column, i))),
    );
    if (focused) {
      for (const node of this.marks.querySelectorAll('[data-axis]')) {
        if (node instanceof SVGElement && node.dataset.axis === focused)
          node.focus({ preventScroll: true });
      }
    }
    this.#drawEstimates();
    this.#drawBrushes();
  }

  /** What the name of an axis does. @param {AxisColumn} column @param {number} i */
  #acts(column, i) {
    return {
      focus: () => focusOn(column, this.workbench),
      move: (/** @type {number} */ to) => {
        if (this.axes.move(this.plot.clientWidth, i, to)) this.#layout();
      },
      hide: () => {
        this.axes.show(column.key, false);
        this.#layout();
      },
      brush: (/** @type {string} */ key) => brushByKey(column, this.workbench, key),
    };
  }

  #drawEstimates() {
    if (!this.frame || !this.bars) return;
    const fresh = drawEstimates(this.columns, this.frame, this.workbench);
    this.bars.replaceChildren(fresh);
    this.scale.explain({
      estimates: fresh.childElementCount > 0,
      ranges: this.marks.querySelector('.promising') !== null,
    });
  }

  #drawBrushes() {
    const { frame, workbench, columns } = this;
    if (!frame || !this.brushed) return;
    this.brushed.replaceChildren(
      ...columns.flatMap((column, i) => drawBrush(column, frame.x[i], frame, workbench)),
    );
  }

  /** @param {PointerEvent} event */
  #point(event) {
    if (event.buttons || !this.frame || !this.geometry) return;
    const box = this.plot.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const isLow = y < this.frame.top - 4;
    const row = isLow ? -1 : nearestLine(this.geometry, this.drawn, x, y, 9);
    this.workbench.setHover(row);
    if (row < 0) hideTip();
    else showTip(event.clientX, event.clientY, ...describeTrial(this.workbench, row));
  }

  #leave() {
    hideTip();
    this.workbench.setHover(-1);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const at = /** @type {Element} */ (event.target);
    if (at.closest('.hit, .name') || this.workbench.hover < 0) return;
    this.workbench.keep(this.workbench.hover);
  }
}
