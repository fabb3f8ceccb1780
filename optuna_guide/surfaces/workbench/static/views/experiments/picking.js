/** Which candidates are to run. */

import { element } from '../../shell/dom.js';

/** @typedef {import('./bench.js').Bench} Bench */

/** @param {Bench} bench @param {number} i @param {string} name */
export function box(bench, i, name) {
  const node = element('input', {
    type: 'checkbox',
    'aria-label': `Run ${name}`,
    on: {
      change: () => {
        if (node.checked) bench.chosen.add(i);
        else bench.chosen.delete(i);
        bench.changed('made');
      },
    },
  });
  node.checked = bench.chosen.has(i);
  return node;
}
