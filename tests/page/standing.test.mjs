import assert from 'node:assert/strict';
import test from 'node:test';

import { stand } from '../../optuna_guide/surfaces/workbench/static/views/experiments/standing.js';

const candidate = { params: { x: 1, y: 2 }, tried: [], merit: 'new' };
const child = (number, params) => ({ number, params });
const family = (children, cancelled = []) => ({ children, descendants: [], cancelled });

test('a candidate that waits or runs is queued, and tried once it is over', () => {
  const kin = family([child(7, { y: 2, x: 1 }), child(8, { x: 1 })]);
  const waits = stand(candidate, kin, new Set([7, 8]));
  assert.deepEqual(waits, { tried: [7], verdict: 'already queued as trial 7', is_new: false });
  assert.equal(stand(candidate, kin, new Set()).verdict, 'already tried as trial 7');
});

test('what was taken back or moved is as it was before', () => {
  const before = { ...candidate, tried: [7], merit: 'on average worse' };
  const gone = stand(before, family([child(7, candidate.params)], [7]), new Set());
  assert.deepEqual(gone, { tried: [], verdict: 'on average worse', is_new: false });
  const moved = stand(before, family([child(9, candidate.params)], [7]), new Set([9]));
  assert.equal(moved.verdict, 'already queued as trial 9');
  assert.equal(stand(candidate, family([], [7]), new Set()).is_new, true);
});
