import assert from 'node:assert/strict';
import test from 'node:test';

import { typeset } from '../../optuna_guide/surfaces/workbench/static/shell/dom.js';

test('no line ends between a number and its sign', () => {
  assert.equal(typeset('52 % of 9 trials'), '52\u00a0% of 9 trials');
  assert.equal(typeset('a % b'), 'a % b');
});
