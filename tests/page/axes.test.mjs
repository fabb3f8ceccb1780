/** Axes of parallel coordinates: their order, and ranges that keys make on them. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { drawAtRest } from '../../optuna_guide/surfaces/workbench/static/state/findings.js';
import { spansByKey } from '../../optuna_guide/surfaces/workbench/static/views/parallel_coordinates/brushing.js';
import { defaultOrder } from '../../optuna_guide/surfaces/workbench/static/views/parallel_coordinates/columns.js';

test('the layers of a stack stand in their order, the most important beside the target', () => {
  const names = ['lr', 'layer1_units', 'layer0_type', 'layer0_units', 'layer1_type'];
  const params = names.map((name) => ({
    name,
    kind: name.endsWith('type') ? 'categorical' : 'int',
  }));
  const target = { name: 'loss', kind: 'objective' };
  const layer = (index) => {
    const [type, size] = [`layer${index}_type`, `layer${index}_units`];
    return { index, type, size, dropout: '', others: [] };
  };
  const blocks = ['lr', { prefix: 'layer', layers: [layer(0), layer(1)] }];
  const data = { params: params.toReversed(), targets: [target], blocks };
  const found = defaultOrder({ data, ranking: names, targetColumn: target });
  assert.deepEqual(found.params, [
    'p:layer0_type',
    'p:layer0_units',
    'p:layer1_type',
    'p:layer1_units',
    'p:lr',
  ]);
  assert.equal(found.ranked[1], 'p:layer1_units');
});

test('keys make a range at the best end, move it, and never push it beyond an end', () => {
  const [[low, high]] = spansByKey([], 'ArrowUp', null) ?? [];
  assert.ok(low > 0.5 && high === 1);
  assert.deepEqual(spansByKey([[low, high]], 'ArrowUp', null), [[low, high]]);
  const [[down, top]] = spansByKey([[low, high]], 'ArrowDown', null) ?? [];
  assert.ok(down < low && Math.abs(top - down - (high - low)) < 1e-9);
  assert.deepEqual(spansByKey([], 'ArrowUp', 4), [[0.75, 1]]);
  assert.deepEqual(spansByKey([[0.5, 0.75]], '+', 4), [[0.25, 1]]);
  assert.deepEqual(spansByKey([[0.5, 0.75]], '-', 4), [[0.5, 0.75]]);
  assert.deepEqual(spansByKey([[0.5, 0.75]], 'Backspace', 4), []);
  assert.equal(spansByKey([], 'a', null), null);
});

test('findings wait while somebody is at work, but not for another target', () => {
  const workbench = { isBusy: true };
  let n = 0;
  const hear = drawAtRest(workbench, () => {
    n += 1;
  });
  hear(new Set(['data']));
  hear(new Set(['guidance']));
  assert.equal(n, 1);
  hear(new Set(['target']));
  assert.equal(n, 2);
  hear(new Set(['guidance']));
  workbench.isBusy = false;
  hear(new Set(['selection']));
  assert.equal(n, 3);
});
