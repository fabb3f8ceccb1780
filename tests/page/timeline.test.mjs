import assert from 'node:assert/strict';
import test from 'node:test';

import {
  besideEachOther,
  findRecords,
  spread,
} from '../../optuna_guide/surfaces/workbench/static/compute/timeline.js';

test('the record holds until it is beaten', () => {
  const found = findRecords([0, 0, 0, 1, 1, 2, 3], [5, 4, 6, 7, 3, 9, 1], true);
  assert.deepEqual(found, { places: [0, 1, 2, 3], holders: [1, 4, 4, 6] });
});

test('a rung has a record of its own', () => {
  const found = findRecords([0, 0, 1, 1, NaN], [5, 4, NaN, 7, 1], false);
  assert.deepEqual(found, { places: [0, 1], holders: [1, 3] });
});

test('samplers stand beside each other, the largest first, each in its order', () => {
  const { places, groups } = besideEachOther([0, 1, 1, 0, 1], 2);
  assert.deepEqual([...places], [5, 0, 1, 6, 2]);
  assert.deepEqual(groups, [
    { code: 1, first: 0, last: 2 },
    { code: 0, first: 5, last: 6 },
  ]);
});

test('trials of one place stand around it', () => {
  const found = spread([3, 3, 7]);
  assert.equal((found[0] + found[1]) / 2, 3);
  assert.ok(found[0] < found[1]);
  assert.equal(found[2], 7);
});
