/** The target against a cost: what no other trial beats, and what a limit leaves. */

import { drawBottomAxis, drawLeftAxis } from '../../chart/axes.js';
import { chooser } from '../../chart/controls.js';
import { costsOf, described, goalOf, readAxis } from '../../chart/costs.js';
import { Scatter } from '../../chart/scatter.js';
import { theme } from '../../chart/colours.js';
import { unbeaten } from '../../compute/pareto.js';
import { beyondReach } from '../../compute/statistics.js';
import { cut, element, replace } from '../../shell/dom.js';
import { number } from '../../chart/scales.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Target} Target
 * @typedef {import('../../chart/scales.js').Axis} Axis
 */

export const title = 'Trade-off';
export const how =
  'The target against a cost; line: best for its cost. No other trial beats those on the line in both. Draw around trials to select them, drag the red line to set a limit.';

const NOTHING = 'There is no second objective, duration or numeric attribute that varies.';
const GRIP = 7; // pixels around the limit

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new TradeOff(root, workbench);
}

class TradeOff {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** Name of the cost; empty: the first that there is. */
    this.against = '';
    /** @type {number | null} */
    this.limit = null;
    /** @type {Axis | null} */
    this.x = null;
    /** @type {Axis | null} */
    this.y = null;
    /** Unbeaten rows, ascending in the cost. @type {number[]} */
    this.line = [];
    this.filter = workbench.filter;
    this.cost = chooser('Cost', (name) => {
      this.against = name;
      this.limit = null;
      this.#read();
    });
    this.field = element('input', {
      type: 'number',
      step: 'any',
      placeholder: 'none',
      'aria-label': 'Limit of the cost',
      on: {
        change: () => this.#setLimit(this.field.value === '' ? null : Number(this.field.value)),
      },
    });
    this.said = element('span', { class: 'legend' });
    root.append(
      element(
        'div',
        { class: 'controls' },
        this.cost.node,
        element('label', { class: 'control' }, element('span', { text: 'Limit' }), this.field),
        this.said,
      ),
    );
    this.scatter = new Scatter(root, workbench, {
      height: 250,
      margin: { left: 52, top: 22, right: 14, bottom: 38 },
      label: 'Target against cost, a point for each trial',
      lassoed: 'trade-off',
      behind: (context, box) => this.#drawAxes(context, box),
      above: (context, box) => this.#drawLines(context, box),
      grab: (at) => this.#grab(at),
    });
    this.foot = element('p', { class: 'foot' });
    root.append(this.foot);
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const isNew = ['data', 'target'].some((change) => changes.has(change));
    if (isNew || this.filter !== this.workbench.filter) this.#read();
    else this.scatter.update(changes);
  }

  #read() {
    const { workbench } = this;
    const { data, filter } = workbench;
    this.filter = filter;
    this.goal = goalOf(workbench);
    const { goal } = this;
    const costs = costsOf(workbench);
    const cost = costs.find(({ name }) => name === this.against) ?? costs[0];
    this.cost.set(
      costs.map(({ name }) => ({ value: name, text: name })),
      cost?.name ?? '',
    );
    this.column = cost ?? null;
    const rows = cost
      ? workbench.order
          .filter((row) => filter[row] && Number.isFinite(cost.values[row] + goal.values[row]))
          .sort()
      : new Int32Array(0);
    this.rows = rows;
    if (!cost || !rows.length) {
      [this.x, this.y, this.line] = [null, null, []];
      const none = new Float64Array(data.n).fill(NaN);
      this.scatter.place(none, none, cost ? 'No trial has this target.' : NOTHING);
      return;
    }
    const sign = cost.direction === 'maximize' ? -1 : 1;
    const xLoss = Float64Array.from(rows, (row) => sign * cost.values[row]);
    const maximise = goal.direction === 'maximize';
    const yLoss = Float64Array.from(rows, (row) => (maximise ? -1 : 1) * goal.values[row]);
    const feasible = rows.map((row) => data.feasible[row]);
    this.line = unbeaten(xLoss, yLoss, feasible).map((i) => rows[i]);
    const [x, y] = [readAxis(cost.reach), readAxis(goal.reach, false)];
    [this.x, this.y] = [x.axis, y.axis];
    const units = [new Float64Array(data.n).fill(NaN), new Float64Array(data.n).fill(NaN)];
    for (const row of rows) {
      units[0][row] = x.unit(cost.values[row]);
      units[1][row] = y.unit(goal.values[row]);
    }
    this.scatter.place(units[0], units[1]);
    this.foot.textContent = [
      beyondReach(Array.from(rows, (row) => goal.values[row]), goal.reach, 'trial'),
      beyondReach(Array.from(rows, (row) => cost.values[row]), cost.reach, `${cut(cost.name, 20)} value`),
    ]
      .filter(Boolean)
      .join('; ');
    this.#say();
  }

  /** @param {number | null} value */
  #setLimit(value) {
    this.limit = value !== null && Number.isFinite(value) ? value : null;
    this.field.value = this.limit === null ? '' : number(this.limit, 4);
    this.#say();
    this.scatter.drawFront();
  }

  /** Which trial is the best within the limit. */
  #say() {
    const { workbench, limit: most } = this;
    const { column } = this;
    if (most === null || !column || !this.rows) {
      replace(this.said);
      return;
    }
    const keeps = (/** @type {number} */ row) =>
      column.direction === 'maximize' ? column.values[row] >= most : column.values[row] <= most;
    const within = workbench.order.filter(
      (row) => this.filter[row] && keeps(row) && workbench.data.feasible[row],
    );
    const { goal } = this;
    const sign = goal?.direction === 'maximize' ? -1 : 1;
    const value = (/** @type {number} */ row) => goal?.values[row] ?? NaN;
    const best = [...within].sort((a, b) => sign * (value(a) - value(b)))[0];
    replace(
      this.said,
      best === undefined
        ? element('span', { text: 'No trial keeps to it.' })
        : element('span', {
            text: `${within.length} trials keep to it, best ${number(value(best), 5)} (trial ${workbench.data.number[best]})`,
          }),
    );
  }

  /** @param {import('../../chart/gestures.js').Point} at */
  #grab(at) {
    const x = this.#limitAt();
    if (x === null || Math.abs(at.x - x) > GRIP) return null;
    const { left, right } = this.scatter.frame.box;
    const drag = (/** @type {unknown} */ _, /** @type {{ x: number }} */ to) => {
      if (this.x)
        this.#setLimit(Number(this.x.fromUnit((to.x - left) / (right - left)).toPrecision(4)));
    };
    return { move: drag, end: drag };
  }

  #limitAt() {
    if (!this.x) return null;
    const { left, right } = this.scatter.frame.box;
    const ends = [left, right];
    const atEdge = this.column?.direction === 'maximize' ? 0 : 1;
    return this.limit === null ? ends[atEdge] : left + this.x.toUnit(this.limit) * (right - left);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import('../../chart/frame.js').Box} box
   */
  #drawAxes(context, box) {
    if (!this.x || !this.y || !this.column) return;
    drawBottomAxis(context, box, this.x, { name: described(this.column), room: 64 });
    drawLeftAxis(context, box, this.y, { name: described(this.goal) });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import('../../chart/frame.js').Box} box
   */
  #drawLines(context, box) {
    if (!this.x || !this.column) return;
    const { pair, bad } = theme();
    const { x, y } = this.scatter.places;
    context.strokeStyle = pair;
    context.lineWidth = 1.5;
    context.beginPath();
    this.line.forEach((row, i) => {
      if (i) context.lineTo(x[row], y[this.line[i - 1]]);
      context.lineTo(x[row], y[row]);
    });
    context.stroke();
    for (const row of this.line) {
      context.beginPath();
      context.arc(x[row], y[row], 5, 0, 7);
      context.stroke();
    }
    const at = /** @type {number} */ (this.#limitAt());
    const isSet = this.limit !== null;
    if (isSet) {
      const worse = this.column.direction === 'maximize' ? [box.left, at] : [at, box.right];
      context.fillStyle = bad;
      context.globalAlpha = 0.06;
      context.fillRect(worse[0], box.top, worse[1] - worse[0], box.bottom - box.top);
      context.globalAlpha = 1;
    }
    context.strokeStyle = bad;
    context.globalAlpha = isSet ? 1 : 0.45;
    context.setLineDash(isSet ? [] : [3, 3]);
    context.beginPath();
    context.moveTo(at, box.top);
    context.lineTo(at, box.bottom);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
}
