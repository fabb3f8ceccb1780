import assert from 'node:assert/strict';
import test from 'node:test';

import {
  makeQuery,
  readTerms,
} from '../../optuna_guide/surfaces/workbench/static/compute/query.js';
import {
  inSight,
  keepFlagged,
  labelKeys,
  naturalOrder,
  sortBy,
} from '../../optuna_guide/surfaces/workbench/static/compute/rows.js';

const rate = [0.01, 0.1, NaN, 0.0012345];
const solver = ['adam', 'sgd', 'SGD, nesterov', ''];
const fields = [
  {
    title: 'rate',
    number: (row) => rate[row],
    text: (row) => (rate[row] ? rate[row].toPrecision(3) : ''),
  },
  { title: 'solver', number: null, text: (row) => solver[row] },
  { title: 'solver <b>2</b>', number: null, text: () => 'x y' },
];
const found = (words) => {
  const query = makeQuery(words, fields, (row) => 10 + row);
  return typeof query === 'string' ? query : [0, 1, 2, 3].filter(query);
};

test('rows without a rank follow those that have one, the newest first', () => {
  assert.deepEqual([...naturalOrder([3, 0], 5)], [3, 0, 4, 2, 1]);
});

test('missing values come last whichever way rows are sorted, and equals stay in order', () => {
  const keys = [2, NaN, 1, 2];
  const rows = Int32Array.of(3, 1, 0, 2);
  assert.deepEqual([...sortBy(rows, keys, false)], [2, 3, 0, 1]);
  assert.deepEqual([...sortBy(rows, keys, true)], [3, 0, 2, 1]);
});

test('texts are sorted as people do, and no text comes last', () => {
  const keys = labelKeys(['', 'b10', 'b9', 'a'], [0, 1, 2, 3, -1]);
  assert.deepEqual([...sortBy(Int32Array.of(0, 1, 2, 3, 4), keys, false)], [3, 2, 1, 0, 4]);
});

test('rows are shown that all flags agree on', () => {
  const flags = [Uint8Array.of(1, 1, 0), null, Uint8Array.of(0, 1, 1)];
  assert.deepEqual([...keepFlagged(Int32Array.of(2, 1, 0), ...flags)], [1]);
});

test('only rows in sight are drawn', () => {
  assert.deepEqual(inSight(0, 100, 20, 1000, 2), [0, 7]);
  assert.deepEqual(inSight(19_950, 100, 20, 1000, 2), [995, 1000]);
  assert.deepEqual(inSight(5000, 100, 20, 3, 2), [3, 3]);
});

test('a word is sought in all texts, a number among the trials', () => {
  assert.deepEqual(found('SGD'), [1, 2]);
  assert.deepEqual(found('#12'), [2]);
  assert.deepEqual(found('13'), [3]);
  assert.deepEqual(found(''), [0, 1, 2, 3]);
});

test('conditions compare numbers, and trials without one never hold', () => {
  assert.deepEqual(found('rate<0.1'), [0, 3]);
  assert.deepEqual(found('rate>=0.01'), [0, 1]);
  assert.deepEqual(found('rate=0.00123'), [3]);
  assert.deepEqual(found('rate!=0.1'), [0, 3]);
  assert.deepEqual(found('RATE<1 solver=sgd'), [1]);
  assert.deepEqual(found('solver:sgd'), [1, 2]);
  assert.deepEqual(found('"solver <b>2</b>"="x y" ra>0.05'), [1]);
});

test('what cannot be sought is said', () => {
  assert.match(found('speed<3'), /No column is called speed/);
  assert.match(found('so=adam'), /may be solver, solver <b>2<\/b>/);
  assert.match(found('solver<3'), /solver holds texts/);
  assert.match(found('rate<fast'), /fast is no number/);
  assert.match(found('rate<'), /What shall rate be/);
});

test('a quote that is not closed reaches to the end', () => {
  assert.deepEqual(readTerms('"a b'), [{ name: 'a b', sign: '', value: '' }]);
});

test('a study is found by all words, and what is empty comes last', async () => {
  const { compare, holdsAll } = await import(
    '../../optuna_guide/surfaces/workbench/static/shell/study_list.js'
  );
  assert.ok(holdsAll('mnist-2 0.9 ↑ accuracy', 'ACC mnist'));
  assert.ok(!holdsAll('mnist-2', 'mnist cifar'));
  assert.deepEqual(
    [3, '', 1].sort((a, b) => compare(a, b, false)),
    [3, 1, ''],
  );
});
