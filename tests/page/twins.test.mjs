/** Functions of the page give what their twins in Python gave; `test_twins.py` writes the table. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const STATIC = '../../optuna_guide/surfaces/workbench/static/';

/** Lists of numbers as typed arrays, null in them as NaN. */
function revive(value) {
  if (Array.isArray(value)) {
    const isNumeric = value.length && value.every((v) => v === null || typeof v === 'number');
    return isNumeric ? Float64Array.from(value, (v) => v ?? NaN) : value.map(revive);
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
}

function same(found, expected, tolerance, where) {
  if (typeof expected === 'number') {
    const room = tolerance * Math.max(Math.abs(expected), 1e-9);
    assert.ok(Math.abs(found - expected) <= room, `${where}: ${found} for ${expected}`);
  } else if (expected === null) assert.ok(found === null || Number.isNaN(found), where);
  else if (typeof expected === 'object') {
    const keys = Object.keys(expected);
    if (Array.isArray(expected)) assert.equal(found.length, expected.length, where);
    for (const key of keys) same(found[key], expected[key], tolerance, `${where}.${key}`);
  } else assert.equal(found, expected, where);
}

for (const row of JSON.parse(readFileSync(process.env.TWINS, 'utf8'))) {
  test(row.name, async () => {
    const module = await import(STATIC + row.module);
    const found = module[row.function](...row.args.map(revive));
    same(found, row.expected, row.tolerance, row.function);
  });
}
