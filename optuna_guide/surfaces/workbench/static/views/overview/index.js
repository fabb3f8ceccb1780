/** Every trial a point, in three projections: what it costs, what it is, what it predicts. */

import { drawBottomAxis, drawLeftAxis } from '../../chart/axes.js';
import { chooser, segments } from '../../chart/controls.js';
import { costsOf, described, goalOf, readAxis } from '../../chart/costs.js';
import { sameFlags } from '../../chart/dots.js';
import { Scatter } from '../../chart/scatter.js';
import { shade, theme } from '../../chart/colours.js';
import { unbeaten } from '../../compute/pareto.js';
import { cut, element } from '../../shell/dom.js';
import { paramAxis, percent } from '../../chart/scales.js';
import { drawArrow } from './arrow.js';
import { askMap } from './maps.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Target} Target
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {'attribute' | 'configuration' | 'prediction'} Projection
 */

export const title = 'Model overview';
export const how =
  'Points are trials; the better, the more they contrast. In a map, near means alike, and the axes have no unit. Draw around trials to select them; click one to keep it.';
export const wide = true;

const HEIGHT = 430;
const SIZES = [2.2, 7]; // radius of the least and of the largest
const NO_SIZE = 3.4;
const MAX_LINKS = 200;

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Overview(root, workbench);
}

class Overview {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {Projection | null} */
    this.projection = null;
    /** Names of columns; empty = the first cost, none, the target. */
    this.against = '';
    this.size = '';
    this.colour = '';
    /** Null while the server has not answered, or where there is none.
     *  @type {Record<'configuration' | 'prediction', import('./maps.js').TrialMap | null>} */
    this.maps = { configuration: null, prediction: null };
    this.asked = '';
    /** @type {{ x: Axis, y: Axis } | null} */
    this.axes = null;
    /** @type {number[]} */
    this.front = [];
    this.filter = workbench.filter;
    this.note = '';
    this.switch = segments(
      'Projection',
      [
        { value: 'attribute', text: 'Target against cost' },
        { value: 'configuration', text: 'Map of configurations' },
        { value: 'prediction', text: 'Map of predictions' },
      ],
      (name) => {
        this.projection = /** @type {Projection} */ (name);
        this.#read();
      },
    );
    const choose =
      (/** @type {'against' | 'size' | 'colour'} */ what) => (/** @type {string} */ name) => {
        this[what] = name;
        this.#read();
      };
    this.choosers = {
      against: chooser('Cost', choose('against')),
      size: chooser('Size', choose('size')),
      colour: chooser('Colour', choose('colour')),
    };
    root.append(
      element(
        'div',
        { class: 'controls' },
        this.switch.node,
        ...Object.values(this.choosers).map(({ node }) => node),
      ),
    );
    this.scatter = new Scatter(root, workbench, {
      height: HEIGHT,
      margin: { left: 56, top: 24, right: 14, bottom: 38 },
      label: 'Trials as points',
      lassoed: 'overview',
      behind: (context, box) => this.#drawBehind(context, box),
      above: (context) => this.#drawFront(context),
    });
    this.foot = element('p', { class: 'foot' });
    root.append(this.foot);
    this.scatter.frame.onResize(() => this.#read());
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const isNew = ['data', 'target', 'theme'].some((change) => changes.has(change));
    if (changes.has('data')) this.#ask();
    if (isNew || !sameFlags(this.filter, this.workbench.filter)) this.#read();
    else this.scatter.update(changes);
  }

  async #ask() {
    const { data, api } = this.workbench;
    if (this.asked === data.tag) return;
    this.asked = data.tag;
    for (const kind of /** @type {const} */ (['prediction', 'configuration'])) {
      this.maps[kind] = await askMap(api, kind).catch(() => null);
    }
    this.#read();
  }

  #offer() {
    const buttons = this.switch.node.querySelectorAll('button');
    buttons[0].hidden = !costsOf(this.workbench).length;
    buttons[2].hidden = !this.maps.prediction;
  }

  #read() {
    const { workbench } = this;
    this.filter = workbench.filter;
    const costs = costsOf(workbench);
    const names = [...costs, ...workbench.data.params].map(({ name }) => name);
    if (!costs.some(({ name }) => name === this.against)) this.against = costs[0]?.name ?? '';
    const current = this.#projection();
    this.switch.set(current);
    this.#offer();
    const items = [...new Set(names)].map((name) => ({ value: name, text: name }));
    this.choosers.against.node.hidden = current !== 'attribute';
    this.choosers.against.set(
      costs.map(({ name }) => ({ value: name, text: name })),
      this.against,
    );
    this.choosers.size.set([{ value: '', text: 'all alike' }, ...items], this.size);
    this.choosers.colour.set([{ value: '', text: goalOf(workbench).name }, ...items], this.colour);
    const rows = [...workbench.order].sort((a, b) => a - b);
    this.scatter.radius = this.#radius(rows);
    this.scatter.colour = this.#colours(rows);
    this.front = [];
    this.note = '';
    const places =
      current === 'attribute' ? this.#placeByCost(rows, costs) : this.#placeOnMap(rows, current);
    this.scatter.place(places.x, places.y);
    if (!rows.length) this.scatter.frame.say('No trial has this target.');
    this.#say();
  }

  /** @returns {Projection} */
  #projection() {
    const hasCosts = costsOf(this.workbench).length > 0;
    const asked = this.projection ?? 'attribute';
    if (asked === 'attribute' && !hasCosts) return 'configuration';
    return asked === 'prediction' && !this.maps.prediction ? 'configuration' : asked;
  }

  /**
   * @param {number[]} rows
   * @param {Target[]} costs
   */
  #placeByCost(rows, costs) {
    const { workbench } = this;
    const { data } = workbench;
    const goal = goalOf(workbench);
    const cost = /** @type {Target} */ (costs.find(({ name }) => name === this.against));
    const known = rows.filter(
      (row) => Number.isFinite(cost.values[row]) && Number.isFinite(goal.values[row]),
    );
    const [xSign, ySign] = [cost, goal].map(({ direction }) =>
      direction === 'maximize' ? -1 : 1,
    );
    const x = readAxis(cost.reach);
    const y = readAxis(goal.reach, false);
    this.axes = { x: x.axis, y: y.axis };
    const shown = known.filter((row) => this.filter[row]);
    const feasible = shown.map((row) => data.feasible[row]);
    const losses = [
      [cost, xSign],
      [goal, ySign],
    ].map(([column, sign]) =>
      shown.map(
        (row) => /** @type {number} */ (sign) * /** @type {Target} */ (column).values[row],
      ),
    );
    this.front = unbeaten(losses[0], losses[1], feasible).map((i) => shown[i]);
    return spreadOut(data.n, known, (row) => [x.unit(cost.values[row]), y.unit(goal.values[row])]);
  }

  /**
   * @param {number[]} rows
   * @param {'configuration' | 'prediction'} kind
   */
  #placeOnMap(rows, kind) {
    const { workbench } = this;
    this.axes = null;
    const { number } = workbench.data;
    const found = this.maps[kind];
    if (!found) return spreadOut(workbench.data.n, [], () => [0, 0]);
    const known = rows.filter((row) => found.places.has(number[row]));
    this.note = `${known.length} trials; the two axes show ${percent(found.share)} of the squared distances.`;
    const [xs, ys] = [0, 1].map((k) =>
      known.map((row) => found.places.get(number[row])?.[k] ?? 0),
    );
    const [x0, x1] = [least(xs), -least(xs.map((v) => -v))];
    const [y0, y1] = [least(ys), -least(ys.map((v) => -v))];
    const { left, right, top, bottom } = this.scatter.frame.box;
    const scale =
      Math.min((right - left) / (x1 - x0 || 1), (bottom - top) / (y1 - y0 || 1)) * 0.94;
    return spreadOut(workbench.data.n, known, (row) => {
      const [x, y] = found.places.get(number[row]) ?? [0, 0];
      return [
        0.5 + ((x - (x0 + x1) / 2) * scale) / (right - left),
        0.5 + ((y - (y0 + y1) / 2) * scale) / (bottom - top),
      ];
    });
  }

  /** @param {string} name */
  #column(name) {
    const { data } = this.workbench;
    const target = data.targets.find((one) => one.name === name);
    if (target) {
      const maximise = target.direction === 'maximize';
      return { values: target.values, maximise, unit: readAxis(target.reach).unit };
    }
    const param = data.param(name);
    return param ? { values: param.values, maximise: true, unit: paramAxis(param).toUnit } : null;
  }

  /** Place of a value between the least and the largest one. @param {string} name @param {number[]} rows */
  #units(name, rows) {
    const column = this.#column(name);
    if (!column) return null;
    const { values, unit } = column;
    if (!rows.some((row) => Number.isFinite(values[row]))) return null;
    return (/** @type {number} */ row) => unit(values[row]);
  }

  /** @param {number[]} rows */
  #radius(rows) {
    const unit = this.size ? this.#units(this.size, rows) : null;
    if (!unit) return rows.length > 1500 ? 2.6 : NO_SIZE;
    const radius = new Float64Array(this.workbench.data.n).fill(SIZES[0]);
    for (const row of rows) radius[row] = SIZES[0] + (SIZES[1] - SIZES[0]) * (unit(row) || 0);
    return radius;
  }

  /** @param {number[]} rows */
  #colours(rows) {
    const unit = this.colour ? this.#units(this.colour, rows) : null;
    if (!unit) return null;
    const isLoss = this.#column(this.colour)?.maximise === false;
    return (/** @type {number} */ row) => {
      const u = unit(row);
      return Number.isNaN(u) ? theme().faint : shade(isLoss ? 1 - u : u);
    };
  }

  #say() {
    const words = [this.note];
    if (this.size) words.push(`Larger: more ${cut(this.size, 30)}.`);
    if (this.colour) {
      const isLoss = this.#column(this.colour)?.maximise === false;
      words.push(`More contrast: ${isLoss ? 'less' : 'more'} ${cut(this.colour, 30)}.`);
    }
    if (this.front.length)
      words.push(`Line: the ${this.front.length} trials that no other beats in both.`);
    if (this.#links().length) words.push('Arrows: from parent to child.');
    this.foot.textContent = words.filter(Boolean).join(' ');
  }

  /** @returns {[number, number][]} */
  #links() {
    const { data } = this.workbench;
    const parents = data.targets.find((t) => t.name === 'parent' && t.kind === 'attribute')?.values;
    if (!parents) return [];
    /** @type {[number, number][]} */
    const found = [];
    for (let row = 0; row < parents.length; row++) {
      const parent = data.rowOf(parents[row]);
      if (parent >= 0 && parent < row && this.filter[row]) found.push([parent, row]);
    }
    return found.slice(-MAX_LINKS);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import('../../chart/frame.js').Box} box
   */
  #drawBehind(context, box) {
    if (this.axes) {
      const cost = costsOf(this.workbench).find(({ name }) => name === this.against);
      drawBottomAxis(context, box, this.axes.x, { name: described(cost), room: 84 });
      drawLeftAxis(context, box, this.axes.y, {
        name: described(goalOf(this.workbench)),
        room: 44,
      });
    }
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawFront(context) {
    const { x, y } = this.scatter.places;
    const { pair } = theme();
    context.strokeStyle = context.fillStyle = pair;
    context.lineWidth = 1.5;
    context.beginPath();
    this.front.forEach((row, i) => {
      if (i) context.lineTo(x[row], y[this.front[i - 1]]);
      context.lineTo(x[row], y[row]);
    });
    context.stroke();
    context.lineWidth = 1;
    context.globalAlpha = 0.55;
    for (const [parent, child] of this.#links()) {
      drawArrow(context, [x[parent], y[parent]], [x[child], y[child]]);
    }
    context.globalAlpha = 1;
  }
}

/**
 * @param {number} n
 * @param {number[]} rows
 * @param {(row: number) => [number, number]} place
 */
function spreadOut(n, rows, place) {
  const [x, y] = [new Float64Array(n).fill(NaN), new Float64Array(n).fill(NaN)];
  for (const row of rows) [x[row], y[row]] = place(row);
  return { x, y };
}

/** @param {number[]} values */
function least(values) {
  return values.reduce((low, v) => Math.min(low, v), Infinity);
}
