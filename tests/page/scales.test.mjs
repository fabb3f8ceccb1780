import assert from 'node:assert/strict';
import test from 'node:test';

import {
  atEnd,
  number,
  numberAxis,
  paramAxis,
  percent,
  tickValues,
} from '../../optuna_guide/surfaces/workbench/static/chart/scales.js';

const param = (more) => ({
  name: 'x',
  kind: 'float',
  log: false,
  step: null,
  choices: [],
  cells: { ranges: [{ intervals: [[0, 1]] }] },
  ...more,
});

test('axes have more than one tick, and not more than asked for', () => {
  for (const [low, high] of [
    [0.15, 0.95],
    [-0.9, 4.6],
    [0.3, 9.9],
    [13, 88],
    [0.0011, 0.0043],
  ]) {
    for (const most of [4, 6]) {
      const n = tickValues(low, high, false, most, false).length;
      assert.ok(n >= 2 && n <= 6, `${low} … ${high}: ${n}`);
    }
  }
});

test('a value comes back from its place on an axis', () => {
  for (const about of [
    param({ low: -1, high: 2.5 }),
    param({ low: 1e-5, high: 0.1, log: true }),
    param({ low: 0, high: 2, step: 0.25 }),
    param({ kind: 'int', low: 4, high: 512, log: true, step: 1 }),
  ]) {
    const axis = paramAxis(about);
    for (const value of [about.low, about.high]) {
      assert.ok(Math.abs(axis.fromUnit(axis.toUnit(value)) / value - 1 || 0) < 1e-9);
    }
    assert.ok(Number.isNaN(axis.toUnit(NaN)));
  }
});

test('levels and choices own a cell each', () => {
  const axis = paramAxis(param({ kind: 'categorical', choices: ['a', 'b'] }));
  assert.deepEqual([axis.cell(1), axis.toUnit(0), axis.format(1)], [[0.5, 1], 0.25, 'b']);
  const [low, high] = paramAxis(param({ kind: 'int', low: 1, high: 4, step: 1 })).cell(2);
  assert.deepEqual([low, high], [0.25, 0.5]);
});

test('numbers are short, and shares never vanish', () => {
  assert.deepEqual(
    [0.001, 1e-5, 1.2e6, NaN, 0].map((v) => number(v)),
    ['0.001', '1e-05', '1.2e+06', '–', '0'],
  );
  assert.deepEqual([0, 0.001, 0.12, 1].map(percent), ['0 %', '<1 %', '12 %', '100 %']);
});

test('an end that a hand leaves next to the end of an axis is the end', () => {
  assert.deepEqual([-0.2, 0.0036, 0.02, 0.98, 0.995, 1.5].map(atEnd), [0, 0, 0.02, 0.98, 1, 1]);
});

test('between whole numbers nothing is marked where there is nothing', () => {
  const labels = (/** @type {boolean} */ whole) =>
    numberAxis(0, 1.06, false, whole)
      .ticks(6)
      .map(({ label }) => label);
  assert.deepEqual(labels(true), ['0', '1']);
  assert.ok(labels(false).includes('0.2'));
});

test('a number of which few values were tried is marked at these', () => {
  const marks = (tried, low, high, most) =>
    paramAxis(
      param({
        ...{ kind: 'int', low, high, step: 1 },
        cells: { ranges: tried.map((value) => ({ intervals: [[value, value]] })) },
      }),
    )
      .ticks(most)
      .map(({ label }) => Number(label));
  const sizes = [1000, 2000, 4000, 8000, 16000, 32000];
  assert.deepEqual(marks(sizes, 1000, 32000, 40), sizes);
  assert.deepEqual(marks(sizes, 1000, 32000, 7), [1000, 8000, 16000, 32000]);
  assert.deepEqual(marks([8, 16], 8, 16, 10), [8, 16]);
  assert.deepEqual(marks([1, 2, 4], 1, 4, 10), [1, 2, 3, 4]);
});
