/** Any configuration: what the models expect of it, and which trials are nearest. */

import { button, cut, element, replace } from '../../shell/dom.js';
import { choiceInput, numberInputs } from '../../chart/inputs.js';
import { byBlock } from '../../chart/params.js';
import { number, paramAxis } from '../../chart/scales.js';
import { sayExpected } from '../experiments/foreseen.js';

export const title = 'What if';
export const how =
  'What a single trial of any configuration is expected to reach. By a Gaussian process of the trials around it; the interval holds the trial with 95 %. The same is said of candidates under Experiments; what is recommended is told by the average of many trials, its own results counted.';

const WAIT = 200;

/** @typedef {Extract<import('../../wire.js').Reads['predict'], { state: 'ready' }>} Ready */

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new WhatIf(root, workbench);
}

class WhatIf {
  /** @param {HTMLElement} root @param {import('../../shell/workbench.js').Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** Values by parameter; null = inactive. @type {Map<string, number | null>} */
    this.values = new Map();
    /** Row that they began with, or -1. */
    this.start = -1;
    this.timer = 0;
    this.starts = element('div', { class: 'actions' });
    this.form = element('div', { class: 'what-if' });
    const waiting = element('p', { class: 'mute', text: 'Asking the models …' });
    this.answer = element('div', { class: 'prediction', 'aria-live': 'polite' }, waiting);
    root.append(this.starts, this.answer, this.form);
    this.known = '';
    /** Values of branches that were left. @type {Map<string, number>} */
    this.left = new Map();
    /** Where a conditional parameter is asked for. @type {Record<string, string>} */
    this.conditions = {};
    /** Parameters that the configuration does not ask for. @type {Set<string>} */
    this.inactive = new Set();
    /** Parameters that the models do not know. @type {Set<string>} */
    this.unmodelled = new Set();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const names = JSON.stringify(this.workbench.data.params.map((p) => p.name));
    if (changes.has('data') && names !== this.known) {
      this.known = names;
      this.#from(this.workbench.order[0] ?? 0);
    }
    if (changes.has('kept') || changes.has('data') || changes.has('target')) this.#drawStarts();
    if (changes.has('guidance') || changes.has('target')) this.#ask();
  }

  #drawStarts() {
    const { workbench } = this;
    const { kept, order, data } = workbench;
    const starts = order.length
      ? [['Best trial', order[0]], ...kept.map((n) => [`#${n}`, workbench.rowOf(n)])]
      : [];
    replace(
      this.starts,
      element('span', { class: 'mute', text: 'Start from' }),
      ...starts
        .slice(0, 8)
        .map(([name, row]) =>
          button(String(name), () => this.#from(Number(row)), { class: 'quiet' }),
        ),
      button(
        'Middle',
        () => {
          this.start = -1;
          for (const param of data.params)
            this.values.set(param.name, paramAxis(param).fromUnit(0.5));
          this.#drawForm();
          this.#ask();
        },
        { class: 'quiet' },
      ),
    );
  }

  /** @param {number} row */
  #from(row) {
    this.start = row;
    for (const param of this.workbench.data.params) {
      const value = param.values[row];
      this.values.set(param.name, value === undefined || Number.isNaN(value) ? null : value);
    }
    this.#drawForm();
    this.#ask();
  }

  #drawForm() {
    const asked = byBlock(this.workbench).filter(({ name }) => !this.inactive.has(name));
    const unmodelled = asked.filter(({ name }) => this.unmodelled.has(name));
    const foot = (/** @type {string} */ text, /** @type {string} */ where = '') =>
      element('p', { class: 'foot' }, text, where && element('code', { text: where }));
    replace(
      this.form,
      ...asked.filter(({ name }) => !this.unmodelled.has(name)).map((param) => this.#field(param)),
      unmodelled.length > 0 && foot('The models do not know these, which change nothing here:'),
      ...unmodelled.map((param) => this.#field(param)),
      ...this.#folded().map(([where, names]) => foot(`${names.join(', ')}: asked for where `, where)),
    );
  }

  /** Names of the inactive parameters by where they are asked for. @returns {[string, string[]][]} */
  #folded() {
    /** @type {Map<string, string[]>} */
    const found = new Map();
    for (const { name } of byBlock(this.workbench)) {
      if (!this.inactive.has(name)) continue;
      const where = this.conditions[name];
      found.set(where, [...(found.get(where) ?? []), cut(name, 26)]);
    }
    return [...found];
  }

  /** Leave the branches that the configuration does not take, and fill those that it does. @param {Ready} answer */
  #follow({ conditions, inactive, unmodelled }) {
    const rests = new Set(inactive);
    const isSame = [rests, new Set(unmodelled)].every((now, k) => {
      const before = k ? this.unmodelled : this.inactive;
      return now.size === before.size && [...now].every((name) => before.has(name));
    });
    let isMoved = false;
    for (const param of this.workbench.data.params) {
      const { name } = param;
      const value = this.values.get(name) ?? null;
      if (rests.has(name) && value !== null) {
        this.left.set(name, value);
        this.values.set(name, null);
        isMoved = true;
      } else if (!rests.has(name) && this.inactive.has(name) && value === null) {
        this.values.set(name, this.left.get(name) ?? paramAxis(param).fromUnit(0.5));
        isMoved = true;
      }
    }
    [this.conditions, this.inactive, this.unmodelled] = [conditions, rests, new Set(unmodelled)];
    if (!isSame || isMoved) {
      const held = document.activeElement?.getAttribute('aria-label');
      this.#drawForm();
      const inputs = [...this.form.querySelectorAll('input, select')];
      const again = inputs.find((node) => node.getAttribute('aria-label') === held);
      if (held && again instanceof HTMLElement) again.focus();
    }
    if (isMoved) this.#ask(); // a branch that opened may open another one
  }

  /** @param {import('../../state/data.js').Param} param */
  #field(param) {
    const axis = paramAxis(param);
    const value = this.values.get(param.name) ?? null;
    const canRest =
      !Object.hasOwn(this.conditions, param.name) &&
      param.values.some((v, i) => Number.isNaN(v) && this.workbench.data.state[i] === 2);
    const set = (/** @type {number | null} */ next) => {
      this.values.set(param.name, next);
      this.#ask();
    };
    const mayRest = canRest || value === null;
    const inputs =
      param.kind === 'categorical'
        ? [choiceInput(param, value, mayRest ? 'inactive' : null, set)]
        : numberInputs(param, axis, value, mayRest, set);
    return element(
      'div',
      { class: param.kind === 'categorical' ? 'field choice' : 'field' },
      element('label', { title: param.name, text: cut(param.name, 26) }),
      ...inputs,
    );
  }

  #ask() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(async () => {
      const { workbench } = this;
      if (!workbench.guidance) {
        replace(
          this.answer,
          element('p', {
            class: 'mute',
            text: workbench.guidanceStatus.reason || 'The models are not ready yet.',
          }),
        );
        return;
      }
      try {
        const params = JSON.stringify(Object.fromEntries(this.values));
        const trial = this.start < 0 ? null : workbench.data.number[this.start];
        const query = { target: workbench.asked, params, trial };
        const answer = await workbench.api.get('predict', query);
        this.#drawAnswer(answer);
        if (answer.state === 'ready') this.#follow(answer);
      } catch (error) {
        replace(
          this.answer,
          element('p', { class: 'mute', text: String(/** @type {Error} */ (error).message) }),
        );
      }
    }, WAIT);
  }

  /** @param {import('../../wire.js').Reads['predict']} answer */
  #drawAnswer(answer) {
    if (answer.state !== 'ready') {
      replace(this.answer, element('p', { class: 'mute', text: answer.reason }));
      return;
    }
    const { workbench } = this;
    replace(
      this.answer,
      element('p', {}, ...sayExpected(answer, workbench.targetColumn.title)),
      answer.extrapolates &&
        element('p', { class: 'warning', text: `Extrapolates: ${answer.reasons.join('; ')}` }),
      element(
        'p',
        {},
        element('span', { class: 'mute', text: 'nearest trials: ' }),
        ...answer.nearest.map((near) =>
          button(`#${near.number}`, () => workbench.keep(workbench.rowOf(near.number)), {
            class: 'plain link near',
            title: `${workbench.targetColumn.title} ${number(near.value)}; distance ${number(near.distance, 2)}; click keeps it`,
          }),
        ),
      ),
    );
  }
}
