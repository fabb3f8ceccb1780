/** How the search went: every trial's values in the order in which they were tried. */

import { chooser } from '../../chart/controls.js';
import { Frame } from '../../chart/frame.js';
import { onDrag, pointAtTrials } from '../../chart/gestures.js';
import { hiddenParams } from '../../chart/params.js';
import { element, replace } from '../../shell/dom.js';
import { NUMBER_KEY } from '../../state/selection.js';
import { drawBehind } from './background.js';
import { History } from './history.js';
import { legendOf } from './legend.js';
import { ordersOf } from './orders.js';
import { fetchTracks } from './tracks.js';
import { drawAll, drawPointed, drawSelected } from './trials.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./orders.js').Order} Order
 */

export const title = 'Exploration history';
export const how =
  'Each trial at its values, in the order it was tried; darker = better. On top the best value so far. Orange: what the guidance narrowed to. Drag sideways to select a phase of the study.';

const FEWEST = 6; // parameters that are shown at first
const SOME = 12;
const WAIT = 90; // ms that the mouse rests before reported values are fetched

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Exploration(root, workbench);
}

class Exploration {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.most = FEWEST;
    this.by = chooser('Order', (order) => {
      this.view.order = /** @type {Order} */ (order);
      this.#read();
    });
    this.count = chooser('Parameters', (most) => {
      this.most = Number(most);
      this.#read();
    });
    this.legend = element('span', { class: 'legend' });
    root.append(element('div', { class: 'controls' }, this.by.node, this.count.node, this.legend));
    this.frame = new Frame(root, {
      height: 300,
      margin: { left: 112, top: 18, right: 10, bottom: 36 },
      label: 'Values of all trials in the order in which they were tried',
    });
    this.view = new History(workbench, this.frame);
    this.foot = element('p', { class: 'foot' });
    root.append(this.foot);
    this.frame.onResize(() => this.#draw());
    this.filter = workbench.filter;
    /** Whether the pale trials are drawn; they are hidden while all are selected. */
    this.hasPale = false;
    this.asked = '';
    this.wait = 0;
    this.nHidden = 0;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('data')) {
      this.view.curves.clear();
      this.view.tracks = null;
    }
    if (changes.has('data') || changes.has('guidance')) this.#ask();
    const { isSelective, filter } = this.workbench;
    const isNew = ['data', 'target', 'guidance', 'region'].some((change) => changes.has(change));
    if (isNew) this.#read();
    else if (changes.has('theme') || this.filter !== filter) {
      this.view.grade();
      this.#draw();
    } else if (changes.has('selection')) {
      if (isSelective && !this.hasPale) this.#drawBack();
      drawSelected(this.frame.clear('front'), this.view);
    }
    if (['hover', 'kept', 'selection'].some((change) => changes.has(change))) this.#drawOver();
    if (changes.has('hover')) this.#fetch();
  }

  /** What was narrowed to, version by version. */
  async #ask() {
    const { workbench, view } = this;
    const question = `${workbench.data.n} ${workbench.guidance?.version}`;
    if (question === this.asked) return;
    this.asked = question;
    try {
      const { corridors: found, sampler } = await workbench.api.get('history');
      const kind = found.some((c) => c.kind === 'narrowed') ? 'narrowed' : 'suggested';
      view.corridors = found.filter((corridor) => corridor.kind === kind);
      view.sampler = sampler;
      this.#say();
      this.#draw();
    } catch {
      this.asked = ''; // without corridors until the next change
    }
  }

  #read() {
    const { view } = this;
    const { data } = this.workbench;
    const orders = ordersOf(data);
    if (!orders.includes(view.order)) view.order = 'trial';
    this.by.set(
      orders.map((value) => ({ value, text: value })),
      view.order,
    );
    this.by.node.hidden = orders.length < 2;
    const all = data.params.length;
    const counts = [...new Set([Math.min(FEWEST, all), Math.min(SOME, all), all])];
    const shown = counts.find((n) => n >= Math.min(this.most, all)) ?? all;
    const text = (/** @type {number} */ n) => (n === all ? `all ${n}` : `top ${n}`);
    this.count.set(
      counts.map((n) => ({ value: String(n), text: text(n) })),
      String(shown),
    );
    this.count.node.hidden = counts.length < 2;
    this.nHidden = all - shown;
    this.#say();
    view.read(shown);
    if (view.order === 'step' && !view.tracks) this.#track();
    this.#draw();
  }

  /** Where all trials were evaluated. */
  async #track() {
    const { workbench, view } = this;
    const { data } = workbench;
    try {
      const tracks = await fetchTracks(workbench);
      if (workbench.data !== data) return;
      view.tracks = tracks;
      this.#draw();
    } catch (error) {
      workbench.report(error);
    }
  }

  #say() {
    this.foot.textContent = [this.view.sampler, hiddenParams(this.nHidden)].filter(Boolean).join(' · ');
  }

  #draw() {
    this.filter = this.workbench.filter;
    this.view.layOut();
    if (!this.view.axis) {
      this.frame.say('There is no trial yet.');
      return;
    }
    this.#drawBack();
    drawSelected(this.frame.clear('front'), this.view);
    this.#drawOver();
    replace(this.legend, ...legendOf(this.view));
  }

  #drawBack() {
    const context = this.frame.clear('back');
    drawBehind(context, this.view);
    this.hasPale = this.workbench.isSelective;
    if (this.hasPale) drawAll(context, this.view);
  }

  #drawOver() {
    const context = this.frame.clear('over');
    if (this.view.axis) drawPointed(context, this.view);
  }

  /** Fetch what the hovered trial reported, once the mouse rests. */
  #fetch() {
    const { workbench, view } = this;
    clearTimeout(this.wait);
    const row = workbench.hover;
    if (row < 0 || view.curves.has(row) || !(workbench.data.last_step[row] > 0)) return;
    this.wait = window.setTimeout(async () => {
      try {
        const trials = workbench.data.number[row];
        const answer = await workbench.api.get('curves', { trials });
        view.curves.set(row, answer.curves[0]);
        if (workbench.hover === row) this.#drawOver();
      } catch {
        // the trial is shown without its curve
      }
    }, WAIT);
  }

  #listen() {
    const { frame, workbench, view } = this;
    pointAtTrials(frame, workbench, (at) => view.find(at));
    onDrag(frame, () => ({
      move: (from, to) => this.#select(from.x, to.x, true),
      end: (from, to) => this.#select(from.x, to.x, false),
      click: (at) => {
        const row = view.find(at);
        if (row >= 0) workbench.keep(row);
        else if (workbench.brushes.has(NUMBER_KEY)) {
          workbench.brush(NUMBER_KEY, null, { label: 'all phases' });
        }
      },
    }));
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {boolean} dragging
   */
  #select(from, to, dragging) {
    const { workbench, view } = this;
    const { data } = workbench;
    if (!view.axis) return;
    const [low, high] = [from, to].map((x) => view.placeAt(x)).sort((a, b) => a - b);
    if (view.order === 'trial') {
      const end = data.number[data.n - 1];
      const first = Math.min(Math.max(Math.ceil(low), 0), end);
      const last = Math.max(Math.min(Math.floor(high), end), first);
      const brush = { intervals: [/** @type {[number, number]} */ ([first, last])] };
      workbench.brush(NUMBER_KEY, brush, { label: 'phase of the study', dragging });
      return;
    }
    const [first, last] = [low, high].map((place) => Math.floor(place + 0.5));
    const isInside = (/** @type {number} */ row) =>
      view.places[row] >= first && view.places[row] <= last;
    const numbers = Array.from(data.number).filter((_, row) => isInside(row));
    const isGrouped = view.groups.length > 0;
    const label = isGrouped ? 'part of the exploration' : `${view.order} ${first} … ${last}`;
    if (dragging) workbench.preview({ picked: { label, numbers } });
    else workbench.pick(numbers, label);
  }
}
