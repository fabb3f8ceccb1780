/** Other studies of the storage beside this one, over common axes. */

import { chooser, segments } from '../../chart/controls.js';
import { button, cut, element, replace } from '../../shell/dom.js';
import { plotly } from '../../shell/plotly.js';
import { Brushing } from './brushing.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {{ id: number, name: string, n_trials: number | null }} Study
 */

export const title = 'Beside other studies';
export const how =
  'Searches of several studies over common axes. How each went through the parameters, all trials in the colour of their study, what each reached, what matters in it, or how well its model ranks the trials of the others. Drag on an axis of the trials to brush it, in all studies and all views; keys on it: ↑ ↓ brush, + − widen and narrow, Backspace drops.';

const MOST = 4;
const STEP = 20; // px of width by which a figure is drawn anew
const PANELS = [
  { value: 'exploration_comparison', text: 'Exploration' },
  { value: 'parallel_comparison', text: 'Trials' },
  { value: 'performance_comparison', text: 'Performance' },
  { value: 'importance_across', text: 'Importance' },
  { value: 'transfer_matrix', text: 'Transfer' },
];

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Beside(root, workbench);
}

class Beside {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {Study[]} */
    this.others = [];
    /** @type {number[]} */
    this.chosen = [];
    this.panel = PANELS[0].value;
    this.asked = '';
    this.by = segments('What is drawn', PANELS, (panel) => {
      this.panel = panel;
      this.#show();
    });
    this.add = chooser('Study', (id) => {
      if (id) this.chosen.push(Number(id));
      this.#show();
    });
    this.chips = element('span', { class: 'chosen' });
    this.chart = element('div', { class: 'plot' });
    this.brushing = new Brushing(this.chart, workbench);
    this.plot = element('div', { class: 'brushed' }, this.chart, this.brushing.marks);
    this.words = element('p', { class: 'empty', role: 'status' });
    const controls = element(
      'div',
      { class: 'controls' },
      this.by.node,
      this.add.node,
      this.chips,
    );
    root.append(controls, this.words, this.plot);
    new ResizeObserver(() => root.clientWidth && this.#draw()).observe(root);
    this.#list();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (['data', 'guidance', 'target'].some((change) => changes.has(change))) this.#draw();
    if (changes.has('selection')) this.brushing.follow();
  }

  async #list() {
    const { id } = this.workbench.data.study;
    try {
      const answer = await fetch('/guide/api/studies');
      const all = /** @type {Study[]} */ (await answer.json());
      this.others = all.filter((study) => study.id !== id).reverse();
    } catch {
      this.others = [];
    }
    this.#show();
  }

  #show() {
    this.by.set(this.panel);
    const open = this.others.filter(({ id }) => !this.chosen.includes(id));
    const items = open.map(({ id, name }) => ({ value: String(id), text: name }));
    this.add.set([{ value: '', text: 'add a study' }, ...items], '');
    this.add.node.hidden = !open.length || this.chosen.length >= MOST;
    replace(this.chips, ...this.chosen.map((id) => this.#chip(id)));
    this.#draw();
  }

  /** @param {number} id */
  #chip(id) {
    const name = this.others.find((study) => study.id === id)?.name ?? String(id);
    const drop = () => {
      this.chosen = this.chosen.filter((other) => other !== id);
      this.#show();
    };
    const words = { class: 'quiet', title: name, 'aria-label': `Leave out ${name}` };
    return button(`${cut(name, 40)} ×`, drop, words);
  }

  async #draw() {
    const { workbench, chosen } = this;
    this.plot.hidden = !chosen.length;
    if (!chosen.length) {
      this.asked = '';
      const n = this.others.length;
      const some = n === 1 ? 'the other study' : `one of the ${n} other studies`;
      this.#say(n ? `Add ${some} of this storage.` : 'There is no other study in this storage.');
      return;
    }
    const width = STEP * Math.floor(this.chart.clientWidth / STEP);
    const query = { target: workbench.asked, studies: chosen.join(','), width: String(width) };
    const asked = JSON.stringify([
      this.panel,
      query,
      workbench.data.n,
      workbench.guidance?.version,
    ]);
    if (asked === this.asked) return;
    this.asked = asked;
    this.#say('Reading the studies …');
    try {
      const [Plotly, figure] = await Promise.all([
        plotly(),
        workbench.api.figure(this.panel, query),
      ]);
      if (asked !== this.asked) return;
      this.#say('');
      await this.brushing.show(Plotly, figure);
    } catch (error) {
      if (asked === this.asked) this.#say(String(/** @type {Error} */ (error).message));
    }
  }

  /** @param {string} words */
  #say(words) {
    this.words.textContent = words;
    this.words.hidden = !words;
  }
}
