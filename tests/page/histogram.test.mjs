import assert from 'node:assert/strict';
import test from 'node:test';

import {
  binEdges,
  countBins,
  normalise,
} from '../../optuna_guide/surfaces/workbench/static/compute/histogram.js';

const groups = { name: 'g', labels: ['a', 'b'], codes: Int16Array.of(0, 0, 0, 1, 1, 1, 1, -1) };
const values = Float64Array.of(3, 1, 2, 30, 10, 20, 20, 5);
const near = (found, expected) =>
  expected.forEach((v, i) => assert.ok(Math.abs(found[i] - v) < 1e-12, `${i}: ${found[i]}`));

test('groups are normalised each by itself, and what has no group is nowhere', () => {
  near(normalise(values, groups, 'min-max'), [1, 0, 0.5, 1, 0, 0.5, 0.5]);
  near(normalise(values, groups, 'rank'), [1, 0, 0.5, 1, 0, 1 / 3, 1 / 3]);
  near(normalise(values, groups, 'z'), [1.5 ** 0.5, -(1.5 ** 0.5), 0]);
  assert.ok(Number.isNaN(normalise(values, groups, 'rank')[7]));
});

test('bins count the flagged rows of each group', () => {
  const bins = Int16Array.of(0, 1, 1, 0, -1, 1, 1, 1);
  assert.deepEqual([...countBins(bins, 2, groups, null)], [1, 2, 1, 2]);
  const flags = Uint8Array.of(1, 0, 1, 0, 1, 1, 0, 1);
  assert.deepEqual([...countBins(bins, 2, groups, flags)], [1, 1, 0, 1]);
});

test('a single value has bins around it, and so has nothing', () => {
  near(binEdges([4], 2), [3.5, 4, 4.5]);
  near(binEdges([], 2), [0, 0.5, 1]);
});
