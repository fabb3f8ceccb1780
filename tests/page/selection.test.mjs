import assert from 'node:assert/strict';
import test from 'node:test';

import { Data } from '../../optuna_guide/surfaces/workbench/static/state/data.js';
import {
  BY_RANK,
  bestFirst,
  goodnessOf,
  withPruned,
} from '../../optuna_guide/surfaces/workbench/static/state/ranking.js';
import {
  NOTHING,
  applyBrush,
  filterMask,
  presetRows,
  selectionMask,
} from '../../optuna_guide/surfaces/workbench/static/state/selection.js';
import {
  fromPlain,
  toPlain,
} from '../../optuna_guide/surfaces/workbench/static/state/selection_text.js';

const target = {
  name: 'loss',
  kind: 'objective',
  direction: 'minimize',
  constrained: true,
  reach: [0, 4],
  values: Float64Array.of(0, 4, NaN, 2, NaN),
  rank: Int32Array.of(2, 1, -1, 0, -1),
};
const data = {
  n: 5,
  state: Uint8Array.of(2, 2, 3, 2, 3),
  feasible: Uint8Array.of(0, 1, 1, 1, 1),
  last_value: Float64Array.of(NaN, NaN, 3, NaN, NaN),
  targets: [target],
  labels: [],
  decision: { name: 'decision', labels: [''], codes: Int32Array.of(0, 0, 0, 0, 0) },
  sampler: { name: 'sampler', labels: ['', 'TPE'], codes: Int32Array.of(0, 1, 1, 0, 0) },
};

test('rows stand in the order of their ranks', () => {
  assert.deepEqual([...bestFirst(target)], [3, 1, 0]);
});

test('the best row is 1, the worst 0, and an infeasible one is worst by value as well', () => {
  const order = bestFirst(target);
  assert.deepEqual([...goodnessOf(data, target, order, BY_RANK)], [0, 0.5, NaN, 1, NaN]);
  const byValue = goodnessOf(data, target, order, { by: 'value', ends: [0, 1] });
  assert.deepEqual([byValue[0], byValue[3]], [0, 0.5]);
});

test('a pruned trial counts by its last report', () => {
  const order = bestFirst(target);
  const found = withPruned(goodnessOf(data, target, order, BY_RANK), data, target, order, BY_RANK);
  assert.ok(found[2] > 0 && found[2] < 1);
  assert.ok(Number.isNaN(found[4]));
});

test('a brush keeps its intervals, its choices, and what is inactive where it says so', () => {
  const kept = (brush) => {
    const mask = Uint8Array.of(1, 1, 1, 1);
    applyBrush(mask, Float64Array.of(0, 1, 2, NaN), brush);
    return [...mask];
  };
  assert.deepEqual(
    kept({
      intervals: [
        [0, 0.5],
        [2, 3],
      ],
    }),
    [1, 0, 1, 0],
  );
  assert.deepEqual(kept({ choices: [1], inactive: true }), [0, 1, 0, 1]);
});

test('a filter asks for states, labels, feasibility and limits together', () => {
  const filter = (more) => [...filterMask(data, { ...NOTHING.filter, ...more })];
  assert.deepEqual(filter({ states: [2] }), [1, 1, 0, 1, 0]);
  assert.deepEqual(filter({ feasible: true }), [0, 1, 1, 1, 1]);
  assert.deepEqual(filter({ labels: [['sampler', [1]]] }), [0, 1, 1, 0, 0]);
  assert.deepEqual(filter({ limits: [['loss', '<=', 2]] }), [1, 0, 0, 1, 0]);
});

test('presets are shares of the ranked rows; the mode is where they are densest', () => {
  const values = Float64Array.of(0, 5, 5.1, 5.2, 20, 30);
  const order = Int32Array.of(0, 1, 2, 3, 4, 5);
  assert.deepEqual([...presetRows({ kind: 'top', share: 0.01 }, order, values)], [0]);
  assert.deepEqual([...presetRows({ kind: 'bottom', share: 0.25 }, order, values)], [4, 5]);
  assert.deepEqual([...presetRows({ kind: 'mode', share: 0.5 }, order, values)], [1, 2, 3]);
  const tied = Float64Array.of(9, 8, 8, 8, 1, 1);
  assert.deepEqual([...presetRows({ kind: 'top', share: 0.3 }, order, tied)], [0, 1, 2, 3]);
  assert.deepEqual([...presetRows({ kind: 'bottom', share: 0.1 }, order, tied)], [4, 5]);
});

test('a selection survives a link, and nonsense in one is left out', () => {
  const selection = {
    ...NOTHING,
    brushes: new Map([['p:x', { intervals: [[0, 1]], inactive: false }]]),
    picked: { label: 'two', numbers: [1, 2] },
  };
  assert.deepEqual(fromPlain(JSON.parse(JSON.stringify(toPlain(selection)))), selection);
  assert.deepEqual(fromPlain({ b: [1, ['p:x']], p: ['top', 9], k: 'x', f: 7 }), NOTHING);
});

test('trials are found by their numbers, also where some were lost', () => {
  const { rowOf } = Data.prototype;
  const some = { n: 3, number: Int32Array.of(0, 2, 5) };
  assert.deepEqual(
    [0, 1, 2, 5, 6, -1].map((number) => rowOf.call(some, number)),
    [0, -1, 1, 2, -1, -1],
  );
});

test('brushes, picked trials and a preset select together', () => {
  const all = Uint8Array.of(1, 1, 1, 1, 1);
  const whole = { ...data, number: Int32Array.of(0, 1, 2, 3, 4), params: [] };
  whole.rowOf = Data.prototype.rowOf;
  const select = (more) => [
    ...selectionMask(whole, { ...NOTHING, ...more }, all, bestFirst(target), target.values),
  ];
  const brushes = new Map([['t:loss', { intervals: [[1, 5]] }]]);
  assert.deepEqual(select({ brushes }), [0, 1, 0, 1, 0]);
  assert.deepEqual(select({ brushes, picked: { label: '', numbers: [0, 1] } }), [0, 1, 0, 0, 0]);
  assert.deepEqual(select({ preset: { kind: 'top', share: 0.1 } }), [0, 0, 0, 1, 0]);
});
