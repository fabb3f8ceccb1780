/** Trials that somebody keeps: a drawer that stays with the study. */

import { chipLegend, drawChip } from '../../chart/chips.js';
import { button, element, replace } from '../../shell/dom.js';
import { number } from '../../chart/scales.js';
import { describeTrial, hideTip, showTip } from '../../shell/tooltip.js';
import { openComparison } from './comparison.js';
import { downloadCsv } from './csv.js';

export const title = 'Kept trials';
export const how = 'Click a line or a dot to keep its trial. The drawer stays with the study.';

/** @typedef {import('../../shell/workbench.js').Workbench} Workbench */

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  const list = element('div', { class: 'kept' });
  const actions = element('div', { class: 'actions' });
  const legend = element('div', { class: 'chip-legend' });
  root.append(list, legend, actions);
  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (['kept', 'data', 'target', 'guidance'].some((c) => changes.has(c))) {
        const rows = workbench.kept.map((n) => workbench.rowOf(n)).filter((row) => row >= 0);
        const nothing = element('p', { class: 'mute small', text: 'Nothing is kept yet.' });
        replace(list, ...(rows.length ? rows.map((row) => drawTrial(workbench, row)) : [nothing]));
        replace(legend, ...(rows.length ? chipLegend(workbench) : []));
        replace(actions, ...drawActions(workbench, rows));
      }
      if (!changes.has('hover')) return;
      for (const node of /** @type {Iterable<HTMLElement>} */ (
        /** @type {unknown} */ (list.children)
      ))
        node.classList.toggle('hovered', node.dataset.row === String(workbench.hover));
    },
  };
}

/** @param {Workbench} workbench @param {number} row */
function drawTrial(workbench, row) {
  const { data, targetColumn } = workbench;
  const trial = data.number[row];
  const on = {
    pointerenter: (/** @type {PointerEvent} */ event) => {
      workbench.setHover(row);
      showTip(event.clientX, event.clientY, ...describeTrial(workbench, row));
    },
    pointerleave: () => {
      workbench.setHover(-1);
      hideTip();
    },
  };
  return element(
    'div',
    { class: 'kept-trial', 'data-row': row, on },
    button(`#${trial}`, () => workbench.pick([trial], `trial ${trial}`), {
      class: 'plain link',
      title: 'Select this trial alone',
    }),
    element('div', { class: 'kept-chip' }, drawChip(workbench, row, 'medium')),
    element('span', { text: number(targetColumn.values[row]) }),
    drawWishes(workbench, trial, row),
    button('✕', () => workbench.keep(row), {
      class: 'plain',
      'aria-label': `Drop trial ${trial}`,
    }),
  );
}

/** What can be tried from here. @param {Workbench} workbench @param {number} trial @param {number} row */
function drawWishes(workbench, trial, row) {
  const items = /** @type {const} */ ([
    ['Ablate', 'ablate'],
    ['Vary', 'vary'],
    ['Edit and run', 'edit'],
  ]);
  return element(
    'span',
    { class: 'wishes', role: 'group', 'aria-label': `Experiments with trial ${trial}` },
    button('Details', () => workbench.open(row), { class: 'plain link' }),
    ...items.map(([text, how]) =>
      button(text, () => workbench.experiment({ trial, how }), { class: 'plain link' }),
    ),
  );
}

/** @param {Workbench} workbench @param {number[]} rows */
function drawActions(workbench, rows) {
  const { data, order, api } = workbench;
  const keepBest = () => {
    const best = workbench.best(3).map((row) => data.number[row]);
    workbench.keepOnly([...new Set([...workbench.kept, ...best])]);
  };
  const hasSome = rows.length > 0;
  return [
    button('Keep the best 3', keepBest, {
      class: 'quiet',
      disabled: !order.length,
      title: 'The best three of the selection',
    }),
    hasSome &&
      button(`Compare ${rows.length}`, () => openComparison(workbench, rows), {
        class: 'compare',
      }),
    hasSome &&
      button('CSV', () => downloadCsv(workbench, rows, 'kept-trials'), {
        class: 'quiet',
        title: 'All columns of these trials',
      }),
    hasSome && button('Empty', () => workbench.keepOnly([]), { class: 'quiet' }),
    api.readOnly && element('small', { text: 'read-only: kept on this page alone' }),
  ];
}
