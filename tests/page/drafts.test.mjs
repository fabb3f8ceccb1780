/** What is left of a parameter without a range; captions of one line. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { splitCaption } from '../../optuna_guide/surfaces/workbench/static/shell/caption.js';
import { without } from '../../optuna_guide/surfaces/workbench/static/views/region/draft.js';

test('what is worse is left out', () => {
  const real = { low: 0, high: 1, step: null, choices: [] };
  assert.deepEqual(without(real, { intervals: [[0, 0.2]] }), { intervals: [[0.2, 1]] });
  const middle = without(real, { intervals: [[0.4, 0.6]] });
  assert.deepEqual(middle, {
    intervals: [
      [0, 0.4],
      [0.6, 1],
    ],
  });
  assert.deepEqual(without(real, { intervals: [[0.7, 1]] }), { intervals: [[0, 0.7]] });
  const whole = { low: 1, high: 5, step: 1, choices: [] };
  assert.deepEqual(without(whole, { intervals: [[1, 2]] }), { intervals: [[3, 5]] });
  assert.deepEqual(without(whole, { intervals: [[1, 4]] }), { intervals: [[5, 5]] });
  const choices = { low: 0, high: 2, step: 1, choices: ['a', 'b', 'c'] };
  assert.deepEqual(without(choices, { choices: [1] }), { choices: [0, 2] });
});

test('a caption is its first sentence', () => {
  assert.deepEqual(splitCaption('A line is a trial. Drag.'), ['A line is a trial', 'Drag.']);
  assert.deepEqual(splitCaption('At 0.5 or more.'), ['At 0.5 or more', '']);
});
