/** No function is longer than a screen. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const MOST = 60; // lines
const STATIC = fileURLToPath(
  new URL('../../optuna_guide/surfaces/workbench/static', import.meta.url),
);
const TYPESCRIPT = join(process.env.NODE_MODULES ?? '', 'typescript');

function longFunctions(ts, path) {
  const found = [];
  const source = ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const lineOf = (at) => source.getLineAndCharacterOfPosition(at).line;
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const n = lineOf(node.end) - lineOf(node.getStart(source)) + 1;
      const name = node.name?.getText(source) ?? 'a function';
      if (n > MOST) found.push(`${path.slice(STATIC.length + 1)}: ${name} has ${n} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no function is longer than a screen', { skip: !existsSync(TYPESCRIPT) }, () => {
  const ts = createRequire(import.meta.url)(TYPESCRIPT);
  const files = readdirSync(STATIC, { recursive: true }).filter((name) => name.endsWith('.js'));
  assert.deepEqual(
    files.flatMap((name) => longFunctions(ts, join(STATIC, name))),
    [],
  );
});
