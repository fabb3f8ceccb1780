import assert from 'node:assert/strict';
import test from 'node:test';

import {
  besideEachOther,
  findRecords,
  swarm,
} from '../../optuna_guide/surfaces/workbench/static/compute/timeline.js';
import {
  kinOf,
  linksWithin,
} from '../../optuna_guide/surfaces/workbench/static/state/kin.js';

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

test('trials of one place and height stand around it, the first one in the middle', () => {
  const look = { size: 0.1, room: 20 };
  const heights = [0.5, 0.5, 0.5, 0.9, 0.5];
  const found = swarm([2, 0, 1, 3, 4], [3, 3, 3, 3, 7], heights, look, 6);
  assert.deepEqual([...found].map(Math.abs), [6, 6, 0, 0, 0]);
  assert.ok(found[0] * found[1] < 0);
});

test('a swarm keeps to its room', () => {
  const n = 200;
  const same = new Array(n).fill(0);
  const found = swarm([...same.keys()], same, same, { size: 0.1, room: 20 }, 6);
  assert.ok(Math.max(...found) <= 20 && Math.min(...found) >= -20);
  assert.equal(new Set(found).size, n);
});

test('the kin of a trial are all that it descends from and all that descend from it', () => {
  const parents = [-1, 0, 0, 1, 3, 2, -1];
  const data = { n: 7, parent: parents, rowOf: (number) => number };
  assert.deepEqual([...kinOf(data, 3)].sort(), [0, 1, 3, 4]);
  assert.equal(kinOf(data, 6).size, 0);
  assert.equal(kinOf(data, -1).size, 0);
  assert.deepEqual(linksWithin(data, kinOf(data, 5)), [
    [0, 2],
    [2, 5],
  ]);
});
