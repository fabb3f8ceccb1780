import assert from 'node:assert/strict';
import test from 'node:test';

import { boxOf, spread } from '../../optuna_guide/surfaces/workbench/static/views/experiments/gains.js';

test('numbers beside close dots do not cover each other, however long they are', () => {
  const short = [7, 8].map((n, k) => boxOf(n, 100 + 12 * k, 80, false));
  const long = [12345, 12346].map((n, k) => boxOf(n, 100 + 12 * k, 80, false));
  assert.deepEqual(spread(short), [true, true]);
  assert.deepEqual(spread(long), [true, false]);
});

test('a number left of its dot at the end does not cover one right of its dot', () => {
  const boxes = [boxOf(10, 240, 80, false), boxOf(11, 270, 80, false)];
  assert.deepEqual(spread(boxes), [true, false]);
});
