/** The trials that are nearest, and how they differ. */

import { number, paramAxis } from '../../chart/scales.js';
import { byImportance } from '../../chart/params.js';
import { button, cut, element } from '../../shell/dom.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').NeighbourAnswer} Neighbour
 */

const MOST = 4; // differences that are told

/** @param {Workbench} workbench @param {number} row @param {Neighbour[]} near */
export function drawNeighbours(workbench, row, near) {
  if (!near.length) return null;
  const lines = near.flatMap(({ number: n, value }) => {
    const other = workbench.rowOf(n);
    if (other < 0) return [];
    const on = {
      pointerenter: () => workbench.setHover(other),
      pointerleave: () => workbench.setHover(-1),
    };
    return [
      element(
        'tr',
        { on },
        element(
          'th',
          { scope: 'row' },
          button(`#${n}`, () => workbench.open(other), { class: 'plain link' }),
        ),
        element('td', { text: number(value, 5) }),
        element('td', { class: 'mute', text: differences(workbench, row, other) }),
      ),
    ];
  });
  return element(
    'section',
    {},
    element('h3', { text: 'Nearest trials' }),
    element('table', { class: 'facts near-trials' }, ...lines),
  );
}

/** What the other trial has instead, the most important first. @param {Workbench} workbench @param {number} row @param {number} other */
function differences(workbench, row, other) {
  const found = byImportance(workbench).filter(
    ({ values }) => !Object.is(values[row], values[other]),
  );
  if (!found.length) return 'the same parameters';
  const words = found.slice(0, MOST).map((param) => {
    const value = param.values[other];
    const text = Number.isNaN(value) ? 'inactive' : paramAxis(param).format(value);
    return `${cut(param.name, 22)} ${cut(text, 18)}`;
  });
  const more = found.length - words.length;
  return words.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
