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
    this.answer = element('div', { class: 'prediction', 'aria-live': 'polite' });
    root.append(this.starts, this.answer, this.form);
    this.known = '';
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
    replace(this.form, ...byBlock(this.workbench).map((param) => this.#field(param)));
  }

  /** @param {import('../../state/data.js').Param} param */
  #field(param) {
    const axis = paramAxis(param);
    const value = this.values.get(param.name) ?? null;
    const canRest = param.values.some(
      (v, i) => Number.isNaN(v) && this.workbench.data.state[i] === 2,
    );
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
      element('p', {}, ...sayExpected(answer, workbench.targetColumn.name)),
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
