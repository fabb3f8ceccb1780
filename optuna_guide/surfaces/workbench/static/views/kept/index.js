/** Trials that somebody keeps: a drawer that stays with the study. */

import { drawChip } from '../../chart/chips.js';
import { button, element, replace } from '../../shell/dom.js';
import { number } from '../../chart/scales.js';
import { describeTrial, hideTip, showTip } from '../../shell/tooltip.js';
import { openComparison } from './comparison.js';
import { downloadCsv } from './csv.js';

export const title = 'Kept trials';
export const how = 'Click a line or a dot to keep its trial; the drawer stays with the study.';

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const list = element('div', { class: 'kept' });
  const actions = element('div', { class: 'actions' });
  root.append(list, actions);

  function draw() {
    const { kept, data, targetColumn, api } = workbench;
    const rows = kept.map((n) => workbench.rowOf(n)).filter((row) => row >= 0);
    replace(
      list,
      ...rows.map((row) =>
        element(
          'div',
          {
            class: 'kept-trial',
            'data-row': row,
            on: {
              pointerenter: (/** @type {PointerEvent} */ e) => {
                workbench.setHover(row);
                showTip(e.clientX, e.clientY, ...describeTrial(workbench, row));
              },
              pointerleave: () => {
                workbench.setHover(-1);
                hideTip();
              },
            },
          },
          button(
            `#${data.number[row]}`,
            () => workbench.pick([data.number[row]], `trial ${data.number[row]}`),
            {
              class: 'plain link',
              title: 'Select this trial alone',
            },
          ),
          element('div', { class: 'kept-chip' }, drawChip(workbench, row, 'medium')),
          element('span', { text: number(targetColumn.values[row]) }),
          button('✕', () => workbench.keep(row), {
            class: 'plain',
            'aria-label': `Drop trial ${data.number[row]}`,
          }),
        ),
      ),
    );
    if (!rows.length)
      replace(list, element('p', { class: 'mute small', text: 'Nothing is kept yet.' }));
    replace(
      actions,
      button(
        'Keep the best 3',
        () => {
          const best = [...workbench.order].filter((r) => workbench.mask[r]).slice(0, 3);
          workbench.keepOnly([
            ...new Set([...workbench.kept, ...best.map((r) => data.number[r])]),
          ]);
        },
        {
          class: 'quiet',
          disabled: !workbench.order.length,
          title: 'The best three of the selection',
        },
      ),
      rows.length > 0 &&
        button(`Compare ${rows.length}`, () => openComparison(workbench, rows), {
          class: 'compare',
        }),
      rows.length > 0 &&
        button('CSV', () => downloadCsv(workbench, rows), {
          class: 'quiet',
          title: 'All columns of these trials',
        }),
      rows.length > 0 && button('Empty', () => workbench.keepOnly([]), { class: 'quiet' }),
      api.readOnly && element('small', { text: 'read-only: kept on this page alone' }),
    );
  }

  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (['kept', 'data', 'target', 'guidance', 'selection'].some((c) => changes.has(c))) draw();
      if (changes.has('hover')) {
        for (const node of list.children) {
          node.classList.toggle(
            'hovered',
            /** @type {HTMLElement} */ (node).dataset.row === String(workbench.hover),
          );
        }
      }
    },
  };
}
