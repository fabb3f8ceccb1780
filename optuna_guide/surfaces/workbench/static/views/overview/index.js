/** Every trial a point, in three projections: what it costs, what it is, what it predicts. */

import { drawBottomAxis, drawLeftAxis } from '../../chart/axes.js';
import { chooser, segments } from '../../chart/controls.js';
import { costsOf, described, goalOf } from '../../chart/costs.js';
import { beyondReach } from '../../compute/statistics.js';
import { Scatter } from '../../chart/scatter.js';
import { isDark, theme } from '../../chart/colours.js';
import { cut, element } from '../../shell/dom.js';
import { percent } from '../../chart/scales.js';
import { drawArrow } from './arrow.js';
import { colourBy, isLoss, radiusBy } from './columns.js';
import { askMap } from './maps.js';
import { linksOf } from '../../state/kin.js';
import { frontOf, placeByCost, placeOnMap } from './places.js';
import { MAX_LINKS } from '../../rules.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Target} Target
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {'attribute' | 'configuration' | 'prediction'} Projection
 */

export const title = 'Model overview';
export const how =
  'A point is a trial; darker = better. In a map, near means alike, and the axes have no unit. Draw around trials to select them; click one to keep it.';

const HEIGHT = 430;
const PROJECTIONS = [
  { value: 'attribute', text: 'Target against cost' },
  { value: 'configuration', text: 'Map of configurations' },
  { value: 'prediction', text: 'Map of predictions' },
];

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
    /** @type {[number, number][]} */
    this.links = [];
    this.filter = workbench.filter;
    this.note = '';
    this.switch = segments('Projection', PROJECTIONS, (name) => {
      this.projection = /** @type {Projection} */ (name);
      this.#read();
    });
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
    if (isNew || this.filter !== this.workbench.filter) this.#read();
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

  #read() {
    const { workbench } = this;
    const { data } = workbench;
    this.filter = workbench.filter;
    const costs = costsOf(workbench);
    if (!costs.some(({ name }) => name === this.against)) this.against = costs[0]?.name ?? '';
    const current = this.#projection();
    this.#offer(costs, current);
    const rows = workbench.order.toSorted();
    this.scatter.radius = radiusBy(data, this.size, rows);
    this.scatter.colour = colourBy(data, this.colour, rows);
    this.links = linksOf(data)
      .filter(([, child]) => this.filter[child])
      .slice(-MAX_LINKS);
    this.#place(rows, current);
    if (!rows.length) this.scatter.frame.say('No trial has this target.');
    this.#say();
  }

  /** @param {Target[]} costs @param {Projection} current */
  #offer(costs, current) {
    const { workbench, choosers } = this;
    this.switch.set(current);
    const buttons = this.switch.node.querySelectorAll('button');
    buttons[0].hidden = !costs.length;
    buttons[2].hidden = !this.maps.prediction;
    const itemsOf = (/** @type {{ name: string }[]} */ columns) =>
      [...new Set(columns.map(({ name }) => name))].map((name) => ({ value: name, text: name }));
    choosers.against.node.hidden = current !== 'attribute';
    choosers.against.set(itemsOf(costs), this.against);
    const items = itemsOf([...costs, ...workbench.data.params]);
    choosers.size.set([{ value: '', text: 'all alike' }, ...items], this.size);
    choosers.colour.set([{ value: '', text: goalOf(workbench).name }, ...items], this.colour);
  }

  /** @param {Int32Array} rows @param {Projection} current */
  #place(rows, current) {
    const { workbench, scatter } = this;
    const { data } = workbench;
    this.axes = null;
    this.front = [];
    this.note = '';
    if (current === 'attribute') {
      const [cost, goal] = [/** @type {Target} */ (this.#cost()), goalOf(workbench)];
      const { x, y, axes } = placeByCost(data, rows, cost, goal);
      const shown = rows.filter((row) => this.filter[row]);
      this.axes = axes;
      this.front = frontOf(data, shown, cost, goal);
      this.note = [
        beyondReach(Array.from(rows, (row) => goal.values[row]), goal.reach, 'trial'),
        beyondReach(Array.from(rows, (row) => cost.values[row]), cost.reach, `${cut(cost.name, 20)} value`),
      ]
        .filter(Boolean)
        .map((words) => `${words}.`)
        .join(' ');
      scatter.place(x, y);
      return;
    }
    const map = this.maps[current] ?? { places: new Map(), share: NaN };
    const known = Array.from(rows).filter((row) => map.places.has(data.number[row]));
    if (this.maps[current])
      this.note = `${known.length} trials; the two axes show ${percent(map.share)} of the squared distances.`;
    const { x, y } = placeOnMap(data, known, map, scatter.frame.box);
    scatter.place(x, y);
  }

  #cost() {
    return costsOf(this.workbench).find(({ name }) => name === this.against);
  }

  /** @returns {Projection} */
  #projection() {
    const hasCosts = costsOf(this.workbench).length > 0;
    const asked = this.projection ?? 'attribute';
    if (asked === 'attribute' && !hasCosts) return 'configuration';
    return asked === 'prediction' && !this.maps.prediction ? 'configuration' : asked;
  }

  #say() {
    const words = [this.note];
    if (this.size) words.push(`Larger: more ${cut(this.size, 30)}.`);
    if (this.colour) {
      const more = isLoss(this.workbench.data, this.colour) ? 'less' : 'more';
      words.push(`${isDark() ? 'Brighter' : 'Darker'}: ${more} ${cut(this.colour, 30)}.`);
    }
    if (this.front.length)
      words.push(`Line: the ${this.front.length} trials that no other beats in both.`);
    if (this.links.length) words.push('Arrows: from parent to child.');
    this.foot.textContent = words.filter(Boolean).join(' ');
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import('../../chart/frame.js').Box} box
   */
  #drawBehind(context, box) {
    if (this.axes) {
      drawBottomAxis(context, box, this.axes.x, { name: described(this.#cost()), room: 84 });
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
    for (const [parent, child] of this.links) {
      drawArrow(context, [x[parent], y[parent]], [x[child], y[child]]);
    }
    context.globalAlpha = 1;
  }
}
