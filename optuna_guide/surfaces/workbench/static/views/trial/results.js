/** What a trial is, what it reached, and what can be done with it. */

import { STATE_NAMES } from '../../chart/colours.js';
import { number } from '../../chart/scales.js';
import { button, cut, element } from '../../shell/dom.js';
import { sayInterval } from '../experiments/foreseen.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').PredictionAnswer} Prediction
 */

/** @param {Workbench} workbench @param {number} row @param {HTMLElement} close */
export function drawHead(workbench, row, close) {
  const { data } = workbench;
  const trial = data.number[row];
  const isKept = workbench.kept.includes(trial);
  const words = [
    STATE_NAMES[data.state[row]],
    data.decision.labels[data.decision.codes[row]],
    data.sampler.labels[data.sampler.codes[row]],
    !data.feasible[row] && 'infeasible',
  ];
  const wishes = /** @type {const} */ ([
    ['Ablate', 'ablate'],
    ['Vary', 'vary'],
    ['Edit and run', 'edit'],
  ]);
  return element(
    'div',
    { class: 'trial-head' },
    element('h2', { text: `Trial ${trial}` }),
    element('span', {
      class: 'mute',
      text: words
        .filter(Boolean)
        .map((word) => cut(String(word), 30))
        .join(' · '),
    }),
    element('span', { class: 'space' }),
    close,
    element(
      'div',
      { class: 'actions' },
      button(isKept ? '★ Kept' : '☆ Keep', () => workbench.keep(row), {
        class: 'quiet',
        'aria-pressed': String(isKept),
      }),
      button('Select alone', () => workbench.pick([trial], `trial ${trial}`), { class: 'quiet' }),
      ...wishes.map(([text, how]) =>
        button(text, () => workbench.experiment({ trial, how }), { class: 'quiet' }),
      ),
    ),
  );
}

/**
 * Objectives, sizes and what is explained; other attributes are told elsewhere.
 * @param {Workbench} workbench
 * @param {number} row
 */
export function resultsOf({ data, targetColumn }, row) {
  return data.targets.filter(
    (target) =>
      !Number.isNaN(target.values[row]) &&
      (target === targetColumn || target.kind !== 'attribute' || target.is_size),
  );
}

/** The results, their places, and what the models expect. @param {Workbench} workbench @param {number} row @param {Prediction | null} expected */
export function drawResults(workbench, row, expected) {
  const { targetColumn } = workbench;
  const lines = resultsOf(workbench, row).map(({ title, values, rank }) => {
    const n = countRanked(rank);
    const place =
      rank[row] < 0 ? '' : rank[row] === 0 ? `best of ${n}` : `${rank[row] + 1} of ${n}`;
    return element(
      'tr',
      { class: title === targetColumn.title ? 'target' : '' },
      element('th', { scope: 'row', title, text: cut(title, 34) }),
      element('td', { text: number(values[row], 5) }),
      element('td', { class: 'mute', text: place }),
    );
  });
  return element(
    'div',
    {},
    lines.length > 0 && element('table', { class: 'facts' }, ...lines),
    expected && drawExpected(expected),
  );
}

/** @param {Prediction} expected */
function drawExpected({ forecast, extrapolates }) {
  if (!forecast) return null;
  const far = extrapolates ? ', far from any other trial' : '';
  const words = `Expected of a new trial here: ${number(forecast.value)}${sayInterval(forecast)}${far}.`;
  return element('p', { class: 'mute small', text: words });
}

/** @param {ArrayLike<number>} rank */
function countRanked(rank) {
  let n = 0;
  for (let row = 0; row < rank.length; row += 1) n += Number(rank[row] >= 0);
  return n;
}
