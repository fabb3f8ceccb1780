/** The trial that children are made from, and what may change. */

import { drawChip } from '../../chart/chips.js';
import { byImportance } from '../../chart/params.js';
import { number, paramAxis } from '../../chart/scales.js';
import { shorten } from '../../compute/names.js';
import { button, cut, element, oneLine, replace } from '../../shell/dom.js';

/** @typedef {import('./bench.js').Bench} Bench */

const N_KEPT = 4;
const ACTIONS = [
  { text: 'perturb', actions: ['perturb'], title: 'Change a number a little' },
  { text: 'switch', actions: ['switch', 'replace'], title: 'Take another choice' },
  { text: 'add', actions: ['add'], title: 'Add a layer, or what else an integer brings' },
  { text: 'remove', actions: ['remove'], title: 'Remove a layer, or what else an integer brings' },
];

export class Parent {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.head = element('div', {});
    this.toggles = element('div', { class: 'toggles' });
    this.times = counter('How many times again', 3, 200);
    this.n = counter('How many variations', 8, 200);
    this.most = counter('Changes of each, at most', 2, 20);
    this.limits = element('input', {
      type: 'text',
      placeholder: 'n_params <= 10000',
      'aria-label': 'Limits on attributes, separated by commas',
    });
    this.inside = element('input', { type: 'checkbox' });
    this.actions = ACTIONS.map(({ title }) =>
      element('input', { type: 'checkbox', checked: true, title }),
    );
    this.within = element('label', { class: 'inside' }, this.inside, ' inside the applied region');
    this.ablate = button('Ablate', () => this.makeAblations());
    this.vary = button('Vary', () => this.makeVariations(), { class: 'quiet' });
    this.node = element(
      'section',
      { class: 'card bench-parent', 'aria-label': 'Parent' },
      this.head,
      this.toggles,
      element(
        'div',
        { class: 'makers' },
        this.ablate,
        this.#walking(),
        this.#editing(),
        this.#repeating(),
      ),
      this.#variations(),
    );
  }

  draw() {
    const { bench } = this;
    const { workbench, row, params, free } = bench;
    replace(this.head, ...this.#drawHead());
    const ordered = byImportance(workbench).filter((param) => params.includes(param));
    const all = button(free.length ? 'none' : 'all', () => this.#setAll(!free.length), {
      class: 'plain link',
    });
    replace(
      this.toggles,
      element('h3', {}, 'What may change ', params.length > 1 && all),
      ...bench.groups.map((group) => this.#groupToggle(group)),
      ...ordered.map((param) => this.#toggle(param, param.values[row])),
    );
    const none = row < 0 || !free.length;
    this.ablate.textContent = `Ablate ${bench.ablated.length || ''}`.trim();
    this.ablate.disabled = this.vary.disabled = none;
    const region = workbench.region?.current;
    this.within.hidden = !region || !Object.keys(region.region).length;
  }

  makeAblations() {
    return this.bench.make({ kind: 'ablations' });
  }

  makeVariations() {
    return this.bench.make({
      kind: 'variations',
      n: this.n.valueAsNumber || 0,
      max_changes: this.most.valueAsNumber || 0,
      inside: this.inside.checked && !this.within.hidden,
      limits: this.limits.value
        .split(',')
        .map((text) => text.trim())
        .filter(Boolean),
      actions: ACTIONS.flatMap(({ actions }, k) => (this.actions[k].checked ? actions : [])),
    });
  }

  #drawHead() {
    const { bench } = this;
    const { workbench, row, parent } = bench;
    const choose = this.#choose();
    if (row < 0)
      return [
        element('h2', { text: 'From which trial' }),
        element('p', { class: 'empty', text: 'No trial is complete yet.' }),
      ];
    const value = workbench.targetColumn.values[row];
    return [
      element(
        'h2',
        {},
        `From trial ${parent}`,
        element('small', { text: ` ${workbench.targetColumn.title} ${number(value, 5)}` }),
      ),
      choose,
      element('div', { class: 'kept-chip' }, drawChip(workbench, row, 'medium')),
    ];
  }

  /** The best trial, those in the drawer, or any number. */
  #choose() {
    const { bench } = this;
    const { workbench, parent } = bench;
    const { order, data, kept } = workbench;
    const best = order.length ? data.number[order[0]] : null;
    const set = () => {
      if (workbench.rowOf(any.valueAsNumber) >= 0) bench.setParent(any.valueAsNumber);
      else bench.say(`There is no trial ${any.value}.`, true);
    };
    const any = element('input', {
      type: 'number',
      min: 0,
      value: parent,
      'aria-label': 'Number of the parent',
      on: { change: set },
    });
    const link = (/** @type {number} */ n, /** @type {string} */ text) =>
      button(text, () => bench.setParent(n), { class: 'plain link' });
    return element(
      'div',
      { class: 'choose' },
      element('label', { class: 'mute' }, 'trial ', any),
      best !== null && best !== parent && link(best, 'best'),
      ...kept
        .filter((n) => n !== parent && n !== best)
        .slice(0, N_KEPT)
        .map((n) => link(n, `#${n}`)),
    );
  }

  /** @param {import('../../state/data.js').Param} param @param {number} value */
  #toggle(param, value) {
    const { bench } = this;
    const box = element('input', {
      type: 'checkbox',
      on: { change: () => bench.setFree([param.name], box.checked) },
    });
    box.checked = !bench.fixed.has(param.name);
    return element(
      'label',
      { title: param.name },
      box,
      element('span', { class: 'name', text: cut(param.name, 22) }),
      element('span', { class: 'mute', text: cut(paramAxis(param).format(value), 14) }),
    );
  }

  /** All of a group at once, and whether it is ablated as one. @param {import('./groups.js').Group} group */
  #groupToggle({ pattern, names }) {
    const { bench } = this;
    const box = element('input', {
      type: 'checkbox',
      on: { change: () => bench.setFree(names, box.checked) },
    });
    const nFree = names.filter((name) => !bench.fixed.has(name)).length;
    box.checked = nFree === names.length;
    box.indeterminate = nFree > 0 && !box.checked;
    const isOne = bench.whole.has(pattern);
    const patterns = bench.groups.map((group) => oneLine(group.pattern));
    const text = shorten(oneLine(pattern), patterns, 22);
    const one = button('as one', () => bench.setWhole(pattern, !isOne), {
      class: 'plain link',
      'aria-pressed': String(isOne),
      title: 'Ablate them together, in one trial',
    });
    return element(
      'div',
      { class: 'group', title: names.join(', ') },
      element('label', {}, box, element('span', { class: 'name', text })),
      one,
    );
  }

  /** @param {boolean} mayChange */
  #setAll(mayChange) {
    const { bench } = this;
    bench.fixed = new Set(mayChange ? [] : bench.params.map(({ name }) => name));
    bench.changed('parent');
  }

  #editing() {
    return button('Edit and run …', () => this.bench.edit(), { class: 'quiet' });
  }

  #walking() {
    return button('Path', () => this.bench.make({ kind: 'path' }), {
      class: 'quiet',
      title: 'The way from the defaults to this trial, the largest expected gain first',
    });
  }

  /** The same trial again: how much they differ is the noise. */
  #repeating() {
    const { bench } = this;
    const { api } = bench.workbench;
    const repeat = () =>
      bench.write('repeat', {
        trial: bench.parent,
        n: this.times.valueAsNumber || 0,
        target: bench.workbench.targetColumn.name,
      });
    const again = button('Repeat', repeat, {
      class: 'quiet',
      disabled: api.readOnly,
      title: 'Enqueue the same trial some times more: how much they differ is the noise',
    });
    return element('span', { class: 'repeat mute' }, again, this.times, ' ×');
  }

  #variations() {
    return element(
      'div',
      { class: 'vary' },
      this.vary,
      element('label', {}, this.n),
      element('label', {}, 'with at most ', this.most, ' changes'),
      element(
        'div',
        { class: 'actions-of', role: 'group', 'aria-label': 'What may be done' },
        ...ACTIONS.map(({ text, title }, k) =>
          element('label', { title }, this.actions[k], ` ${text}`),
        ),
      ),
      element('label', { class: 'limits' }, 'limits ', this.limits),
      this.within,
    );
  }
}

/** @param {string} name @param {number} value @param {number} max */
function counter(name, value, max) {
  return element('input', { type: 'number', min: 1, max, value, 'aria-label': name });
}
