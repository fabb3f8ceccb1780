/** The best trial with its parameters and the record so far, the states, the selection. */

import { button, cut, element, replace } from '../../shell/dom.js';
import { byImportance } from '../../chart/params.js';
import { number, paramAxis } from '../../chart/scales.js';
import { drawSpark } from '../../chart/spark.js';
import { CANCELLED_BY, COMPLETE, FAIL, PARETO_RANK, PRUNED, RUNNING, WAITING } from '../../rules.js';

export const title = '';
export const how = '';

const MOST_PARAMS = 10; // of the best trial, that are written out
const MOST_ON_FRONT = 5; // trials that are named

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const stats = element('div', { class: 'stats' });
  root.append(stats);
  let sorted = workbench.order;
  let chosen = element('div');
  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (['data', 'guidance', 'target'].some((change) => changes.has(change))) {
        const values = workbench.targetColumn.values;
        sorted = workbench.order.slice().sort((a, b) => values[a] - values[b]);
        chosen = selected(workbench, sorted);
        const hasMedian = workbench.targetColumn.name !== PARETO_RANK;
        replace(stats, best(workbench), trials(workbench), hasMedian && chosen);
      } else if (changes.has('selection')) {
        const fresh = selected(workbench, sorted);
        chosen.replaceWith(fresh);
        chosen = fresh;
      }
    },
  };
}

/** @param {import('../../shell/workbench.js').Workbench} workbench */
function best(workbench) {
  const { data, order } = workbench;
  if (!order.length) return card('observed best', '–', 'no complete trial has this target');
  if (workbench.targetColumn.name === PARETO_RANK) return front(workbench);
  const row = order[0];
  const how = data.decision.labels[data.decision.codes[row]];
  const words = button(
    `trial ${data.number[row]}${how ? ` · ${how}` : ''}`,
    () => workbench.pick([data.number[row]], `trial ${data.number[row]}`),
    { class: 'plain' },
  );
  const within = bestWithin(workbench);
  if (within) return within;
  const value = number(workbench.targetColumn.values[row], 5);
  const found = card('observed best', value, words);
  found.append(recordSpark(workbench) ?? '', paramsOf(workbench, row));
  return found;
}

/** The best so far, trial by trial. @param {import('../../shell/workbench.js').Workbench} workbench */
function recordSpark(workbench) {
  const { data, order } = workbench;
  const rows = order.filter((row) => data.feasible[row]).sort((a, b) => a - b);
  /** @type {number[]} */
  const values = [];
  for (const row of rows) {
    const last = values.at(-1) ?? NaN;
    const value = workbench.targetColumn.values[row];
    values.push(workbench.loss(row) > (workbench.maximise ? -last : last) ? last : value);
  }
  const steps = Array.from(rows, (row) => data.number[row]);
  const words = `The best so far, up to trial ${steps.at(-1)}`;
  return drawSpark({ steps, values }, { words });
}

/** The parameters of a trial, the most important first. @param {import('../../shell/workbench.js').Workbench} workbench @param {number} row */
function paramsOf(workbench, row) {
  const told = byImportance(workbench)
    .filter((param) => !Number.isNaN(param.values[row]))
    .map(
      (param) => `${cut(param.name, 24)} ${cut(paramAxis(param).format(param.values[row]), 24)}`,
    );
  const shown = told.slice(0, MOST_PARAMS).map((text) => element('span', { text }));
  const rest = told.length - shown.length;
  if (rest > 0) shown.push(element('span', { text: `${rest} more` }));
  return element('span', { class: 'params', title: told.join(', ') }, ...shown);
}

/** The best of each context, as measured. @param {import('../../shell/workbench.js').Workbench} workbench */
function bestWithin(workbench) {
  const { guidance, targetColumn } = workbench;
  const within = guidance?.context?.within ?? [];
  if (!guidance || !within.length || guidance.target !== targetColumn.name) return null;
  const [first, ...others] = guidance.best;
  const words = button(
    others.map(({ context, value }) => `${cut(context, 14)} ${number(value, 4)}`).join(' · '),
    () =>
      workbench.pick(
        guidance.best.map((trial) => trial.number),
        `best of each ${within.join(', ')}`,
      ),
    { class: 'plain', title: `The best trial of each ${within.join(', ')}` },
  );
  const title = `observed best in ${cut(first.context, 20)}`;
  return card(title, number(first.value, 5), words);
}

/** The trials that no other beats, with what they reached. @param {import('../../shell/workbench.js').Workbench} workbench */
function front(workbench) {
  const { data, order } = workbench;
  const rows = order.filter((row) => workbench.targetColumn.values[row] === 0);
  const numbers = Array.from(rows, (row) => data.number[row]);
  const objectives = data.targets.filter((target) => target.kind === 'objective');
  const told = Array.from(rows.slice(0, MOST_ON_FRONT), (row) => {
    const reached = objectives.map(({ title, values }) => `${cut(title, 16)} ${number(values[row], 4)}`);
    return element('span', { text: `trial ${data.number[row]}: ${reached.join(', ')}` });
  });
  const rest = rows.length - told.length;
  if (rest > 0) told.push(element('span', { text: `${rest} more` }));
  const words = button('select', () => workbench.pick(numbers, 'on the front'), { class: 'plain' });
  const found = card('on the front', `${rows.length} trial${rows.length === 1 ? '' : 's'}`, words);
  found.append(element('span', { class: 'params' }, ...told));
  return found;
}

/** @param {import('../../shell/workbench.js').Workbench} workbench */
function trials(workbench) {
  const counts = workbench.data.counts();
  const nCancelled = countCancelled(workbench.data);
  const others = [
    [counts[PRUNED], 'pruned'],
    [counts[FAIL] - nCancelled, 'failed'],
    [nCancelled, 'cancelled'],
    [counts[RUNNING], 'running'],
    [counts[WAITING], 'waiting'],
  ];
  const told = others.filter(([n]) => Number(n) > 0).map(([n, word]) => `${n} ${word}`);
  const all = told.length ? `of ${workbench.data.n} trials: ${told.join(', ')}` : 'every trial';
  return card('complete', String(counts[COMPLETE]), all);
}

/** Failed trials that somebody took back, or moved, before they ran. @param {import('../../state/data.js').Data} data */
function countCancelled({ labels, state }) {
  const label = labels.find(({ name }) => name === CANCELLED_BY);
  if (!label) return 0;
  const isCancelled = (/** @type {number} */ code, /** @type {number} */ row) =>
    state[row] === FAIL && label.labels[code] !== '';
  return Array.from(label.codes).filter(isCancelled).length;
}

/**
 * What the selection has over everything.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {Int32Array} sorted rows by their target
 */
function selected({ mask, targetColumn: { values } }, sorted) {
  const inside = sorted.filter((row) => mask[row] === 1);
  if (!inside.length) return card('selected', '–', 'no trial with the target');
  if (inside.length === sorted.length)
    return card('median', number(middle(sorted, values)), `of ${sorted.length} complete`);
  const others = `${inside.length} trial${inside.length === 1 ? '' : 's'} · all: ${number(middle(sorted, values))}`;
  return card('selected median', number(middle(inside, values)), others);
}

/** @param {Int32Array} sorted rows by their values @param {import('../../state/data.js').Column} values */
function middle(sorted, values) {
  const half = sorted.length >> 1;
  const upper = values[sorted[half]];
  return sorted.length % 2 ? upper : (values[sorted[half - 1]] + upper) / 2;
}

/** @param {string} name @param {string} value @param {string | Node} foot */
function card(name, value, foot) {
  return element(
    'div',
    { class: 'stat' },
    element('span', { text: name }),
    element('b', { text: value, title: value }),
    element('span', {}, foot),
  );
}
