/** The trials as lines over their parameters, with ranges, importances, estimates and brushes. */

import { onResize, prepare } from '../canvas.js';
import { theme } from '../colours.js';
import { button, cut, element, replace, svg } from '../dom.js';
import { percent } from '../scales.js';
import { describeTrial, hideTip, showTip } from '../tooltip.js';
import { brushOf, followBrush, spansOf } from './parallel/brushing.js';
import { defaultOrder, noise, readColumn } from './parallel/columns.js';
import {
  drawAxis,
  drawEstimates,
  drawImportances,
  drawInteractions,
  drawRamp,
  drawRanges,
} from './parallel/furniture.js';
import { drawColoured, drawFaint, drawOne, nearestLine } from './parallel/lines.js';

export const title = 'Guided parallel coordinates';
export const how =
  'A line is a trial, better ones contrast more; better targets are up. Orange: promising range. ' +
  'Bars on an axis: expected target there, given what is brushed elsewhere. Drag on an axis to brush a range, ' +
  'click one to drop it; drag a name to move its axis, click it for its interactions; click a line to keep it.';
export const wide = true;

const NARROWEST = 64; // px between two axes
const MOST_LINES = 3000;
const MOST_WHILE_DRAGGING = 600;
const REST = 140; // ms after which all lines are drawn again

/** @typedef {import('./parallel/columns.js').AxisColumn} AxisColumn */

/**
 * @param {HTMLElement} root
 * @param {import('../workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new ParallelCoordinates(root, workbench);
}

class ParallelCoordinates {
  /** @param {HTMLElement} root @param {import('../workbench.js').Workbench} workbench */
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
    root.append(this.tools, this.doubt, this.plot, this.foot);
    /** Order that a person chose, all keys; null = by importance. @type {string[] | null} */
    this.order = null;
    /** @type {Set<string>} */
    this.hidden = new Set();
    /** @type {Set<string>} */
    this.wanted = new Set();
    /** @type {AxisColumn[]} */
    this.columns = [];
    this.rest = 0;
    /** @type {number[]} */
    this.drawn = [];
    onResize(root, () => this.#layout());
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    if (has('guidance')) this.#drawDoubt();
    if (has('data', 'target', 'guidance', 'focus', 'theme')) this.#layout();
    else if (has('region')) this.#drawMarks();
    else if (has('estimates')) this.#drawEstimates();
    if (has('selection')) {
      this.#drawBrushes();
      this.#drawLines();
    }
    if (has('hover', 'kept', 'selection')) this.#drawAbove();
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

  /** All keys in order, and those that are shown. */
  #keys() {
    const { params, targets, shown } = defaultOrder(this.workbench);
    const known = [...params, ...targets.toReversed()];
    const order = this.order ? this.order.filter((key) => known.includes(key)) : known;
    const all = [...order, ...known.filter((key) => !order.includes(key))];
    const room = Math.max(4, Math.floor(this.plot.clientWidth / NARROWEST) - 1);
    const most = Math.min(shown, room - targets.length);
    const chosen = new Set(params.slice(-Math.max(most, 2)));
    for (const key of this.wanted) chosen.add(key);
    return {
      all,
      visible: all.filter((k) => !this.hidden.has(k) && (chosen.has(k) || k.startsWith('t:'))),
    };
  }

  #layout() {
    const width = this.plot.clientWidth;
    if (width === 0) return;
    const { all, visible } = this.#keys();
    this.columns = visible.map((key) => readColumn(this.workbench, key)).filter((c) => c !== null);
    const n = this.columns.length;
    const hasArcs =
      this.workbench.focus.length > 0 && this.workbench.guidance && this.workbench.showGuidance;
    const [left, right] = [this.#leftMargin(), 56];
    const gap = n > 1 ? (width - left - right) / (n - 1) : width;
    const longest = Math.max(0, ...this.columns.map((c) => cut(c.name, 60).length));
    const rows = longest * 6.6 > gap - 8 ? 2 : 1;
    const strip = this.workbench.guidance && this.workbench.showGuidance;
    const names = (strip ? 50 : 16) + (rows - 1) * 14;
    const arcs = names + 20;
    const top = names + (hasArcs ? 86 : strip ? 32 : 16);
    const body = Math.max(230, Math.min(390, width * 0.3, 200 + width * 0.12));
    this.frame = {
      width,
      gap,
      rows,
      names,
      arcs,
      strip: Boolean(strip),
      top,
      bottom: top + body,
      station: top + body + 22,
      height: top + body + (this.columns.some((c) => c.hasInactive) ? 42 : 16),
      x: this.columns.map((_, i) => (n > 1 ? left + i * gap : width / 2)),
    };
    this.plot.style.height = `${this.frame.height}px`;
    const { bottom, station } = this.frame;
    this.geometry = {
      x: this.frame.x,
      y: this.columns.map((column) =>
        column.at.map((at, row) =>
          Number.isNaN(at)
            ? column.isTarget || !column.hasInactive
              ? NaN
              : station + noise(row) * 10
            : bottom - at * (bottom - top),
        ),
      ),
    };
    this.#drawTools(all, visible);
    this.#drawMarks();
    this.#drawFaint();
    this.#drawLines();
    this.#drawAbove();
    if (!performance.getEntriesByName('guide-drawn').length) performance.mark('guide-drawn');
  }

  /** Room for the labels of the first axis. */
  #leftMargin() {
    const labels = this.columns[0]?.axis.ticks(10).map(({ label }) => label.length) ?? [];
    return Math.min(104, Math.max(44, 6 * Math.max(0, ...labels) + 10));
  }

  /** Rows to draw, worst first; thinned where they are too many: the best always stay. @param {number} most */
  #rows(most) {
    const { order, mask, data, goodness } = this.workbench;
    /** @type {number[]} */
    const without = [];
    for (let i = 0; i < data.n; i += 1) if (mask[i] && Number.isNaN(goodness[i])) without.push(i);
    const ranked = Array.from(order).filter((row) => mask[row]);
    return thin([...without, ...ranked.reverse()], most);
  }

  #drawFaint() {
    if (!this.frame || !this.geometry) return;
    const context = prepare(this.faint, this.frame.width, this.frame.height);
    const { data, filter } = this.workbench;
    const rows = [];
    for (let i = 0; i < data.n; i += 1) if (filter[i]) rows.push(i);
    drawFaint(context, this.geometry, thin(rows, MOST_LINES));
  }

  #drawLines() {
    if (!this.frame || !this.geometry) return;
    const isDragging = this.workbench.before !== null;
    clearTimeout(this.rest);
    const most = isDragging ? MOST_WHILE_DRAGGING : MOST_LINES;
    this.drawn = this.#rows(most);
    this.faint.hidden = !this.workbench.isSelective;
    const context = prepare(this.lines, this.frame.width, this.frame.height);
    drawColoured(context, this.geometry, this.drawn, this.workbench.goodness);
    const isThinned = this.drawn.length < this.workbench.nSelected;
    this.foot.textContent = isThinned
      ? `${this.drawn.length} of ${this.workbench.nSelected} lines are drawn, the best among them.`
      : '';
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
    const focused = /** @type {any} */ (document.activeElement)?.dataset?.axis;
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
      ...columns.map((column, i) => this.#hit(column, i)),
      ...columns.map((column, i) => this.#name(column, i)),
    );
    if (focused) {
      for (const node of this.marks.querySelectorAll('[data-axis]')) {
        if (/** @type {any} */ (node).dataset.axis === focused)
          /** @type {any} */ (node).focus({ preventScroll: true });
      }
    }
    this.#drawEstimates();
    this.#drawBrushes();
  }

  #drawEstimates() {
    if (!this.frame || !this.bars) return;
    const fresh = drawEstimates(this.columns, this.frame, this.workbench);
    this.bars.replaceChildren(fresh);
  }

  #drawBrushes() {
    const { frame, workbench } = this;
    if (!frame || !this.brushed) return;
    const { top, bottom } = frame;
    const shapes = this.columns.flatMap((column, i) => {
      const brush = workbench.brushes.get(column.key);
      /** @type {SVGElement[]} */
      const spans = spansOf(column, brush).map(([a, b]) =>
        svg('rect', {
          x: frame.x[i] - 6,
          width: 12,
          y: bottom - b * (bottom - top),
          height: Math.max(2, (b - a) * (bottom - top)),
          rx: 2,
          class: 'brush',
        }),
      );
      if (brush?.inactive)
        spans.push(svg('circle', { cx: frame.x[i], cy: frame.station, r: 7, class: 'brush' }));
      return spans;
    });
    this.brushed.replaceChildren(...shapes);
  }

  /** Where an axis is brushed. @param {AxisColumn} column @param {number} i */
  #hit(column, i) {
    const { frame, workbench } = this;
    if (!frame) return null;
    const { top, bottom } = frame;
    const inactive = () => Boolean(workbench.brushes.get(column.key)?.inactive);
    /** @type {SVGElement[]} */
    const parts = [
      svg('rect', {
        x: frame.x[i] - 12,
        width: 24,
        y: top - 6,
        height: bottom - top + 12,
        class: 'hit',
        'data-column': i,
        on: {
          pointerdown: (/** @type {PointerEvent} */ event) => {
            if (event.button !== 0) return;
            event.preventDefault();
            hideTip();
            followBrush(event, {
              spans: spansOf(column, workbench.brushes.get(column.key)),
              height: bottom - top,
              unitAt: (e) =>
                (bottom - (e.clientY - this.marks.getBoundingClientRect().top)) / (bottom - top),
              change: (spans, dragging) =>
                workbench.brush(column.key, brushOf(workbench.data, column, spans, inactive()), {
                  label: `brush ${cut(column.name, 20)}`,
                  dragging,
                }),
            });
          },
        },
      }),
    ];
    if (column.hasInactive) {
      parts.push(
        svg(
          'rect',
          {
            x: frame.x[i] - 26,
            width: 52,
            y: frame.station - 10,
            height: 28,
            class: 'hit button',
            on: {
              click: () =>
                workbench.brush(
                  column.key,
                  brushOf(
                    workbench.data,
                    column,
                    spansOf(column, workbench.brushes.get(column.key)),
                    !inactive(),
                  ),
                  { label: 'inactive' },
                ),
            },
          },
          svg('title', { text: `${column.name} is inactive: click to select these trials` }),
        ),
        svg('text', {
          x: frame.x[i],
          y: frame.station + 17,
          class: 'tick quiet',
          'text-anchor': 'middle',
          text: 'inactive',
        }),
      );
    }
    return svg('g', {}, ...parts);
  }

  /** The name of an axis: drag to move, click for its interactions. @param {AxisColumn} column @param {number} i */
  #name(column, i) {
    const { frame, workbench } = this;
    if (!frame) return null;
    const found = workbench.guidanceOf(column.name);
    const length = Math.max(3, Math.floor((frame.rows * frame.gap - 8) / 6.4));
    const y = frame.names - (frame.rows === 2 && i % 2 === 0 ? 14 : 0);
    const at = workbench.focus.indexOf(column.name);
    const isFocused = !column.isTarget && at >= 0;
    const help = column.isTarget
      ? 'the target'
      : found
        ? `${percent(found.importance)} of what is explained. ${found.advice.text}`
        : '';
    const node = svg(
      'g',
      {
        class: `name${isFocused ? ' focused' : ''}${column.isTarget ? ' target' : ''}`,
        tabindex: 0,
        role: 'button',
        'data-axis': column.key,
        'aria-label': `Axis ${column.name}`,
        'aria-pressed': String(isFocused),
        on: {
          pointerdown: (/** @type {PointerEvent} */ event) => this.#drag(event, column, i),
          keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event, column, i),
        },
      },
      svg('rect', {
        x: frame.x[i] - Math.min(frame.gap * frame.rows, 120) / 2,
        y: y - 14,
        width: Math.min(frame.gap * frame.rows, 120),
        height: 19,
        class: 'hit',
      }),
      svg('text', { x: frame.x[i], y, 'text-anchor': 'middle', text: cut(column.name, length) }),
      svg('title', {
        text: `${column.name}\n${help}\nDrag to move, click for interactions, Delete hides, arrows move`,
      }),
    );
    if (found)
      node.append(
        svg('text', {
          x: frame.x[i],
          y: frame.names + 14,
          class: 'tick',
          'text-anchor': 'middle',
          text: percent(found.importance),
        }),
      );
    return node;
  }

  /** @param {PointerEvent} down @param {AxisColumn} column @param {number} i */
  #drag(down, column, i) {
    if (down.button !== 0 || !this.frame) return;
    down.preventDefault();
    const find = () => [...this.marks.querySelectorAll('.name')][i]; // news may draw it again meanwhile
    /** @type {any} */ (down.currentTarget).focus({ preventScroll: true });
    const { x, gap } = this.frame;
    let by = 0;
    /** @param {PointerEvent} event */
    const move = (event) => {
      by = event.clientX - down.clientX;
      find()?.setAttribute('transform', `translate(${by} 0)`);
      find()?.classList.toggle('moving', Math.abs(by) > 4);
    };
    const up = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      find()?.removeAttribute('transform');
      if (Math.abs(by) <= 4) this.#focus(column);
      else this.#move(i, Math.round((x[i] + by - x[0]) / gap));
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
  }

  /** @param {AxisColumn} column */
  #focus(column) {
    if (column.isTarget) {
      this.workbench.setTarget(
        this.workbench.data.targets.findIndex((t) => t.name === column.name),
      );
      return;
    }
    const { focus } = this.workbench;
    if (focus[0] === column.name) this.workbench.setFocus(focus.slice(1));
    else if (focus.length && focus[1] !== column.name)
      this.workbench.setFocus([focus[0], column.name]);
    else this.workbench.setFocus([column.name]);
  }

  /** @param {number} from @param {number} to places among the visible axes */
  #move(from, to) {
    const { all, visible } = this.#keys();
    const target = visible[Math.max(0, Math.min(visible.length - 1, to))];
    const key = visible[from];
    if (target === key) {
      this.#drawMarks();
      return;
    }
    const order = all.filter((k) => k !== key);
    order.splice(order.indexOf(target) + (to > from ? 1 : 0), 0, key);
    this.order = order;
    this.#layout();
  }

  /** @param {KeyboardEvent} event @param {AxisColumn} column @param {number} i */
  #key(event, column, i) {
    if (event.key === 'Enter' || event.key === ' ') this.#focus(column);
    else if (event.key === 'ArrowLeft') this.#move(i, i - 1);
    else if (event.key === 'ArrowRight') this.#move(i, i + 1);
    else if (event.key === 'Delete') this.#show(column.key, false);
    else return;
    event.preventDefault();
  }

  /** @param {string} key @param {boolean} isShown */
  #show(key, isShown) {
    if (isShown) {
      this.hidden.delete(key);
      this.wanted.add(key);
    } else {
      this.hidden.add(key);
      this.wanted.delete(key);
    }
    this.#layout();
  }

  /** @param {string[]} all @param {string[]} visible */
  #drawTools(all, visible) {
    const isOpen = this.tools.querySelector('details')?.open ?? false;
    const boxes = all.toReversed().map((key) => {
      const box = element('input', {
        type: 'checkbox',
        on: { change: () => this.#show(key, box.checked) },
      });
      box.checked = visible.includes(key);
      return element('label', { title: key.slice(2) }, box, cut(key.slice(2), 30));
    });
    const details = element(
      'details',
      { class: 'filters' },
      element('summary', { text: `${visible.length} of ${all.length} axes` }),
      element('div', { class: 'popover right' }, ...boxes),
    );
    details.open = isOpen;
    replace(
      this.tools,
      this.order !== null &&
        button(
          'Order by importance',
          () => {
            this.order = null;
            this.#layout();
          },
          { class: 'quiet' },
        ),
      details,
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

/**
 * At most `most` of some rows, worst first: an eighth of the room for the best, the rest evenly.
 *
 * @param {number[]} rows
 * @param {number} most
 */
function thin(rows, most) {
  if (rows.length <= most) return rows;
  const best = rows.slice(rows.length - (most >> 3));
  const others = rows.length - best.length;
  const room = most - best.length;
  return [
    ...Array.from({ length: room }, (_, k) => rows[Math.floor((k * others) / room)]),
    ...best,
  ];
}
