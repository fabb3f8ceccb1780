import assert from 'node:assert/strict';
import test from 'node:test';

import {
  attributeOptions,
  namedOptions,
  paramOptions,
} from '../../optuna_guide/surfaces/workbench/static/compute/options.js';

const ranges = [{ intervals: [[0, 1]] }, { intervals: [[1, 2]] }, { intervals: [[2, 3]] }];
const cells = { labels: ['low', 'middle', 'high'], codes: Uint8Array.of(0, 2, 255, 0, 1), ranges };

test('options are the cells of the rows that count, what is inactive the last one', () => {
  const found = paramOptions({ name: 'rate', cells }, [0, 1, 2, 3]);
  assert.deepEqual(found.labels, ['low', 'high', 'inactive']);
  assert.deepEqual([...found.codes], [0, 1, 2, 0]);
  assert.deepEqual(found.brushes[1], { intervals: [[2, 3]] });
  assert.equal(found.brushes[2].inactive, true);
});

test('a trial without an attribute has no option of it', () => {
  const found = attributeOptions({ name: 'size', cells: { ...cells, ranges: [] } }, [2, 4]);
  assert.deepEqual([found.labels, [...found.codes], found.brushes], [['middle'], [-1, 0], []]);
});

test('of many names the most frequent are kept, in their order', () => {
  const found = namedOptions('sampler', ['a', 'b', 'c', 'd'], [3, 3, 0, 1, 1, 1, -1, 2], 3);
  assert.deepEqual(found.labels, ['b', 'd', '2 others']);
  assert.deepEqual([...found.codes], [1, 1, 2, 0, 0, 0, -1, 2]);
});
