/** Trials that could be run: what each changes, and what is expected before any compute is spent. */

import { duration, number } from '../../chart/scales.js';
import { button, element, replace } from '../../shell/dom.js';
import { sayInterval } from './foreseen.js';
import { drawPath } from './path.js';
import { box } from './picking.js';
import { commonReach, drawChanges, drawInterval, growth, signed } from './words.js';

/**
 * @typedef {import('./bench.js').Bench} Bench
 * @typedef {import('../../wire.js').CandidateAnswer} Candidate
 * @typedef {import('../../wire.js').ExpectedOutcome} ExpectedOutcome
 */

const KINDS = {
  ablation: ['ablation', 'of'],
  variation: ['variation', 'of'],
  path: ['step', 'to'],
};

/** @param {HTMLElement} node @param {Bench} bench */
export function drawCandidates(node, bench) {
  const { made, isMaking, parent } = bench;
  if (isMaking || !made) {
    const words = isMaking
      ? `Asking what to expect of trial ${parent} with changes …`
      : 'Ablate or vary the trial, or edit it by hand: nothing is written before you enqueue.';
    replace(
      node,
      element('h2', { text: 'Candidates' }),
      element('p', { class: 'empty', text: words }),
    );
    return;
  }
  const n = made.candidates.length;
  const [kind, from] = KINDS[/** @type {keyof typeof KINDS} */ (made.kind)] ?? ['candidate', 'of'];
  replace(
    node,
    element(
      'h2',
      {},
      'Candidates',
      element('small', {
        text: ` ${n} ${kind}${n === 1 ? '' : 's'} ${from} trial ${made.parent} · expected before any compute is spent`,
      }),
    ),
    made.candidates.length
      ? element(
          'div',
          { class: 'scrolls' },
          bench.path ? drawPath(bench, bench.path) : table(bench, made.candidates),
        )
      : element('p', { class: 'empty', text: 'There is nothing to run.' }),
    made.candidates.length > 0 && actions(bench),
    ...notes(made),
  );
}

/** @param {Bench} bench @param {Candidate[]} candidates */
function table(bench, candidates) {
  const sizes = [...new Set(candidates.flatMap(({ size }) => Object.keys(size)))];
  const reach = commonReach(candidates.flatMap(({ forecast }) => interval(forecast)));
  const { made, workbench } = bench;
  const target = made ? workbench.data.titleOf(made.target) : '';
  const heads = ['', 'change', `expected Δ ${target}`, ...sizes];
  return element(
    'table',
    { class: 'trials candidates' },
    element('thead', {}, element('tr', {}, ...heads.map((text) => element('th', { text })))),
    element(
      'tbody',
      {},
      ...candidates.map((candidate, i) =>
        element(
          'tr',
          { class: candidate.is_new ? '' : 'pale' },
          element('td', {}, box(bench, i, candidate.change)),
          element(
            'td',
            {},
            drawChanges(candidate.changes, candidate.change),
            element('small', { class: verdictClass(candidate), text: candidate.verdict }),
            warnings(candidate),
          ),
          expected(candidate, reach, heads[2]),
          ...sizes.map((name) =>
            element('td', {
              class: 'number',
              'data-head': name,
              text: name in candidate.size ? growth(candidate.size[name]) : '',
            }),
          ),
        ),
      ),
    ),
  );
}

/** @param {ExpectedOutcome | null} forecast */
function interval(forecast) {
  if (!forecast || forecast.delta_low === null || forecast.delta_high === null) return [];
  return [{ low: forecast.delta_low, high: forecast.delta_high }];
}

/** @param {Candidate} candidate @param {{ low: number, high: number }} reach @param {string} head */
function expected({ forecast, untold }, reach, head) {
  const [ends] = interval(forecast);
  if (!forecast || forecast.delta === null || !ends)
    return element('td', { class: 'mute', text: 'cannot be told', title: untold });
  const isSurelyWorse = (forecast.p_worse ?? 0.5) >= 0.95;
  const isSurelyBetter = (forecast.p_worse ?? 0.5) <= 0.05;
  const mood = isSurelyWorse ? 'bad' : isSurelyBetter ? 'good' : '';
  const words = `${number(forecast.value)}${sayInterval(forecast)}`;
  return element(
    'td',
    { class: 'expected', title: words, 'data-head': head },
    element('b', { text: signed(forecast.delta) }),
    drawInterval(forecast.delta, ends.low, ends.high, reach, mood),
  );
}

/** @param {Candidate} candidate */
function verdictClass({ tried, is_new: isNew }) {
  return `block ${isNew ? 'mute' : tried.length ? '' : 'bad'}`;
}

/** @param {Candidate} candidate */
function warnings({ warnings: words }) {
  return words.length > 0 && element('small', { class: 'block warning', text: words.join(' ') });
}

/** @param {Bench} bench */
function actions(bench) {
  const { chosen, queue, workbench } = bench;
  const { api } = workbench;
  const n = chosen.size;
  const enqueue = () => bench.enqueueChosen();
  const each = queue?.seconds_each ?? null;
  const workers = Math.max(queue?.running.length ?? 0, 1);
  const time = n > 0 && each !== null ? `about ${duration((n * each) / workers)}` : '';
  const of = time && workers > 1 ? ` of ${workers} workers` : time ? ' of one worker' : '';
  return element(
    'div',
    { class: 'actions' },
    button(`Enqueue ${n || ''}`.trim(), enqueue, { disabled: n === 0 || api.readOnly }),
    element('small', { text: api.readOnly ? 'read-only: nothing can be enqueued' : time + of }),
  );
}

/** @param {import('./bench.js').Experiment} made */
function notes({ left_out: left, notes: words }) {
  return [left.join(' '), ...words]
    .filter(Boolean)
    .map((text) => element('p', { class: 'foot', text }));
}
