/** What waits and runs: progress, order, and a person's hand on it. */

import { duration, number, percent } from '../../chart/scales.js';
import { drawSpark } from '../../chart/spark.js';
import { button, element, replace } from '../../shell/dom.js';
import { sureButton } from './words.js';

/**
 * @typedef {import('./bench.js').Bench} Bench
 * @typedef {import('../../wire.js').QueuedAnswer} Queued
 */

const MOST = 30;

/** @param {HTMLElement} node @param {Bench} bench */
export function drawQueue(node, bench) {
  const { queue, workbench } = bench;
  if (!queue) {
    replace(node, element('h2', { text: 'Queue' }), element('p', { class: 'empty', text: '…' }));
    return;
  }
  const { running, waiting, hints, is_stopping: isStopping } = queue;
  const words = ` ${running.length} running, ${waiting.length} waiting`;
  const rows = [...running, ...waiting];
  replace(
    node,
    element('h2', {}, 'Queue', element('small', { text: words })),
    ...hints.map((text) => element('p', { class: 'doubt', text })),
    isStopping && element('p', { class: 'doubt', text: 'Stopping after the trials that run.' }),
    rows.length
      ? element('ol', { class: 'queue' }, ...rows.slice(0, MOST).map((t, i) => row(bench, t, i)))
      : element('p', { class: 'empty', text: 'Nothing runs or waits.' }),
    rows.length > MOST && element('p', { class: 'foot', text: `and ${rows.length - MOST} more` }),
    !workbench.api.readOnly && actions(bench),
  );
}

/** @param {Bench} bench @param {Queued} trial @param {number} place */
function row(bench, trial, place) {
  const { number: n, parent, text, state, is_silent: isSilent } = trial;
  const isFirst = place === (bench.queue?.running.length ?? 0);
  const waits = state === 'waiting';
  const canWrite = !bench.workbench.api.readOnly;
  return element(
    'li',
    { class: state, 'data-trial': n },
    element('b', { text: `#${n}` }),
    element(
      'span',
      { class: 'what' },
      parent !== null && element('small', { class: 'from', text: `${parent} › ` }),
      element('span', { title: text, text }),
    ),
    element('span', { class: 'how-far mute' }, ...(waits ? [hoped(trial)] : progress(trial))),
    canWrite &&
      waits &&
      element(
        'span',
        { class: 'hands' },
        button('↑', () => bench.write('reorder', { numbers: [n] }), {
          class: 'plain link',
          'aria-label': `Run trial ${n} first`,
          title: 'Run it first; it gets a new number',
          disabled: isFirst,
        }),
        button('✕', () => bench.write('cancel', { numbers: [n] }), {
          class: 'plain link',
          'aria-label': `Cancel trial ${n}`,
          title: 'Cancel',
        }),
      ),
    canWrite &&
      isSilent &&
      sureButton(bench, `fail ${n}`, 'Fail', 'Its worker is dead', () =>
        bench.write('fail', { trial: n }),
      ),
  );
}

/** @param {Queued} trial */
function hoped({ origin }) {
  const expected = origin?.expected ?? null;
  return expected === null ? 'waits' : `waits · ${number(expected)} expected`;
}

/** @param {Queued} trial */
function progress({ curve, progress: share, seconds }) {
  const spark = drawSpark(curve);
  const last = curve.steps.length ? `step ${curve.steps[curve.steps.length - 1]}` : '';
  const far = share === null ? last : percent(share);
  const time = seconds === null ? '' : duration(seconds);
  return [spark, ` ${[far, time].filter(Boolean).join(' · ')}`];
}

/** @param {Bench} bench */
function actions(bench) {
  const waiting = (bench.queue?.waiting ?? []).map(({ number: n }) => n);
  const runs = (bench.queue?.running.length ?? 0) > 0;
  const clear = () => bench.write('cancel', { numbers: waiting });
  const stop = () => bench.write('stop', {});
  const n = waiting.length;
  return element(
    'div',
    { class: 'actions' },
    n > 0 && sureButton(bench, 'clear', `Clear ${n}`, `Cancel ${n > 1 ? `all ${n}` : 'it'}?`, clear),
    sureButton(
      bench,
      'stop',
      'Stop the study',
      runs ? 'Stop after this trial?' : 'Stop the workers?',
      stop,
      {
        title: 'Every worker ends after its trial, or the next if that is short; begin again in Python',
        disabled: bench.queue?.is_stopping ?? false,
      },
    ),
  );
}
