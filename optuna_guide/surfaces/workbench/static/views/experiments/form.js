/** A configuration by hand: what is expected of it comes first, conditional fields follow. */

import { choiceInput, numberInputs } from '../../chart/inputs.js';
import { byImportance } from '../../chart/params.js';
import { paramAxis } from '../../chart/scales.js';
import { button, cut, element, replace } from '../../shell/dom.js';
import { capital, sayExpected } from './foreseen.js';
import { drawChanges } from './words.js';

/**
 * @typedef {import('./bench.js').Bench} Bench
 * @typedef {import('../../wire.js').FieldAnswer} Field
 * @typedef {import('../../wire.js').CheckedAnswer} Checked
 * @typedef {import('../../wire.js').CandidateAnswer} Candidate
 * @typedef {{ trial: number } | { start: 'default' | 'empty' }} Start
 */

const WAIT = 200; // ms after the last change
const DRAWN = 'the sampler draws it';

export class Form {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    /** @type {Field[]} */
    this.fields = [];
    /** Values by parameter; null = the sampler draws it. @type {Map<string, number | null>} */
    this.values = new Map();
    /** Parameters that the configuration asks for. @type {Set<string>} */
    this.active = new Set();
    /** @type {Checked | null} */
    this.checked = null;
    this.timer = 0;
    this.asked = 0;
    /** The parent that the form was filled from. @type {number | null} */
    this.parent = null;
    this.head = element('div', {});
    this.answer = element('div', { class: 'prediction', 'aria-live': 'polite' });
    this.inputs = element('div', { class: 'what-if' });
    this.node = element(
      'div',
      { class: 'craft', hidden: true },
      this.head,
      this.answer,
      this.inputs,
    );
  }

  /** @param {boolean} isShown */
  show(isShown) {
    const { parent } = this.bench;
    const isNew = isShown && (this.node.hidden || parent !== this.parent);
    this.node.hidden = !isShown;
    if (isNew && parent !== null) this.#fill({ trial: parent });
  }

  /** What was tried changes with the queue. */
  checkAgain() {
    if (!this.node.hidden && this.checked) this.#check();
  }

  /** @param {Start} start */
  async #fill(start) {
    const { bench } = this;
    this.parent = bench.parent;
    this.#drawHead();
    try {
      const query = { target: bench.workbench.targetColumn.name, ...start };
      const { fields } = await bench.workbench.api.get('experiments/form', query);
      this.fields = fields;
      this.values = new Map(fields.map(({ name, value }) => [name, value]));
      this.active = new Set(fields.filter(({ active }) => active).map(({ name }) => name));
      this.#drawFields();
      await this.#check();
    } catch (error) {
      bench.fail(error);
    }
  }

  #drawHead() {
    const { parent } = this;
    const start = (/** @type {string} */ text, /** @type {Start} */ from) =>
      button(text, () => this.#fill(from), { class: 'quiet' });
    replace(
      this.head,
      element('h2', { text: 'Edit and run' }),
      element(
        'div',
        { class: 'actions' },
        element('span', { class: 'mute', text: 'Start from' }),
        parent !== null && start(`trial ${parent}`, { trial: parent }),
        start('the defaults', { start: 'default' }),
        start('nothing', { start: 'empty' }),
        element('span', { class: 'space' }),
        button('Close', () => this.#close(), { class: 'quiet' }),
      ),
    );
  }

  #close() {
    this.bench.isEditing = false;
    this.bench.changed('made');
  }

  #drawFields() {
    const known = new Map(this.fields.map((field) => [field.name, field]));
    const params = byImportance(this.bench.workbench).filter(({ name }) => known.has(name));
    const rests = params.filter(({ name }) => !this.active.has(name));
    replace(
      this.inputs,
      ...params.filter(({ name }) => this.active.has(name)).map((param) => this.#field(param)),
      ...rests.map(({ name }) =>
        element(
          'p',
          { class: 'foot' },
          `${cut(name, 26)} is asked for where `,
          where(known, name),
        ),
      ),
    );
  }

  /** @param {import('../../state/data.js').Param} param */
  #field(param) {
    const value = this.values.get(param.name) ?? null;
    const set = (/** @type {number | null} */ next) => {
      this.values.set(param.name, next);
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.#check(), WAIT);
    };
    const isChoice = param.kind === 'categorical';
    const problem = this.checked?.problems.find(({ name }) => name === param.name);
    return element(
      'div',
      { class: isChoice ? 'field choice' : 'field' },
      element('label', { title: param.name, text: cut(param.name, 26) }),
      ...(isChoice
        ? [choiceInput(param, value, DRAWN, set)]
        : numberInputs(param, paramAxis(param), value, true, set)),
      problem && element('small', { class: 'warning', text: problem.text }),
    );
  }

  /** Values that are given, of the parameters that are asked for. */
  #given() {
    const given = [...this.values].filter(([name, v]) => v !== null && this.active.has(name));
    return Object.fromEntries(given);
  }

  async #check() {
    this.asked += 1;
    const { asked, bench } = this;
    const params = JSON.stringify(this.#given());
    const query = { trial: this.parent, target: bench.workbench.targetColumn.name, params };
    try {
      const found = await bench.workbench.api.get('experiments/check', query);
      if (asked !== this.asked) return;
      this.checked = found;
      const active = new Set(found.active);
      const isSame =
        active.size === this.active.size && found.active.every((n) => this.active.has(n));
      this.active = active;
      if (!isSame) {
        this.#drawFields();
        await this.#check(); // a branch that opened may open another one
        return;
      }
      this.#drawAnswer(found);
    } catch (error) {
      if (asked === this.asked) bench.fail(error);
    }
  }

  /** @param {Checked} found */
  #drawAnswer({ problems, candidate }) {
    if (!candidate) {
      const words = problems.map(({ text }) => element('p', { class: 'warning', text }));
      replace(this.answer, ...words);
      return;
    }
    const isTold = candidate.verdict !== 'new';
    replace(
      this.answer,
      element('p', {}, ...sayExpected(candidate, this.bench.workbench.targetColumn.title)),
      element('p', {}, drawChanges(candidate.changes, candidate.change)),
      isTold && element('p', { class: 'warning', text: capital(candidate.verdict) }),
      ...candidate.warnings.map((text) => element('p', { class: 'warning', text })),
      this.#enqueueing(candidate),
    );
  }

  /** @param {Candidate} candidate */
  #enqueueing({ tried, params }) {
    const { bench } = this;
    const { api, targetColumn } = bench.workbench;
    const enqueue = async () => {
      const again = tried.length > 0;
      const { parent } = this;
      const body = { kind: 'crafted', parent, target: targetColumn.name, trials: [params], again };
      if (await bench.write('enqueue', body)) await this.#check();
    };
    const text = tried.length ? 'Enqueue again' : 'Enqueue';
    return element(
      'div',
      { class: 'actions' },
      button(text, enqueue, { disabled: api.readOnly }),
      api.readOnly && element('small', { text: 'read-only: nothing can be enqueued' }),
    );
  }
}

/** @param {Map<string, Field>} known @param {string} name */
function where(known, name) {
  return element('code', { text: known.get(name)?.where ?? '' });
}
