/** The tip beside the mouse. */

import { STATE_NAMES } from '../colours.js';
import { cut, element, replace } from '../dom.js';
import { number, paramAxis } from '../scales.js';
import { drawChips } from './chips.js';

/** @typedef {import('../workbench.js').Workbench} Workbench */

const MAX_PARAMS = 14;

/** @type {HTMLElement | null} */
let tip = null;

/**
 * Show something beside a place of the window.
 * @param {number} x
 * @param {number} y
 * @param {...import('../dom.js').Child} children
 */
export function showTip(x, y, ...children) {
  if (!tip) {
    tip = element('div', { class: 'tip', role: 'status' });
    document.body.append(tip);
  }
  replace(tip, ...children);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = x + 16 + width > window.innerWidth ? x - 16 - width : x + 16;
  const top = Math.min(y + 14, window.innerHeight - height - 6);
  tip.style.left = `${Math.max(left, 4)}px`;
  tip.style.top = `${Math.max(top, 4)}px`;
}

export function hideTip() {
  if (tip) tip.hidden = true;
}

/**
 * Tell about a trial: its value, how it came to be, and its parameters; those that differ from
 * the first kept trial, else from the best one, stand out.
 * @param {Workbench} workbench
 * @param {number} row
 * @param {number} x
 * @param {number} y
 */
export function showTrial(workbench, row, x, y) {
  const { data } = workbench;
  const reference = workbench.rowOf(workbench.kept[0] ?? -1);
  const other = reference >= 0 && reference !== row ? reference : workbench.order[0];
  const value = workbench.targetColumn.values[row];
  const facts = [
    data.state[row] === 2 ? '' : STATE_NAMES[data.state[row]],
    data.decision.labels[data.decision.codes[row]] ?? '',
    data.violation[row] > 0 ? 'infeasible' : '',
  ].filter(Boolean);
  showTip(
    x,
    y,
    element('b', { text: `Trial ${data.number[row]}` }),
    ` ${cut(workbench.targetColumn.name, 24)} ${number(value, 5)}`,
    facts.length ? element('span', { class: 'mute', text: ` · ${facts.join(' · ')}` }) : null,
    drawChips(workbench, row, 'small'),
    paramTable(workbench, row, other),
    other === undefined || other === row
      ? null
      : element('small', { text: `Bold: not as in trial ${data.number[other]}` }),
  );
}

/**
 * @param {Workbench} workbench
 * @param {number} row
 * @param {number | undefined} other
 */
function paramTable(workbench, row, other) {
  const params = byImportance(workbench).filter((p) => !Number.isNaN(p.values[row]));
  const lines = params.slice(0, MAX_PARAMS).flatMap((param) => {
    const differs = other !== undefined && param.values[other] !== param.values[row];
    return [
      element('dt', { text: cut(param.name, 26) }),
      element('dd', {
        class: differs ? 'differs' : '',
        text: cut(paramAxis(param).format(param.values[row]), 22),
      }),
    ];
  });
  const left = params.length - MAX_PARAMS;
  if (left > 0) lines.push(element('dt', { text: `and ${left} more` }));
  return element('dl', {}, ...lines);
}

/**
 * Parameters, most important first where that is known.
 * @param {Workbench} workbench
 * @returns {import('../data.js').Param[]}
 */
export function byImportance(workbench) {
  /** @type {{ name: string }[]} */
  const known = workbench.guidance?.params ?? [];
  const place = new Map(known.map((param, i) => [param.name, i]));
  const rank = (/** @type {import('../data.js').Param} */ p) => place.get(p.name) ?? known.length;
  return [...workbench.data.params].sort((a, b) => rank(a) - rank(b));
}
