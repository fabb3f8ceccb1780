/** What can be done with a region: apply it, take it back, take it from the brushes, select it. */

import { button, element, replace } from '../../shell/dom.js';
import { paramKey } from '../../state/selection.js';
import { fromRegion, isSameDraft, toRegion, withRange } from './draft.js';
import { askPreview } from './preview.js';
import { RUNNING, WAITING } from '../../rules.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./draft.js').Draft} Draft
 * @typedef {'region' | `region/${'clear' | 'pause' | 'resume' | 'undo'}`} Steering
 * @typedef {{
 *   draft: Draft, isEdited: boolean, edit: (draft: Draft) => void, reset: () => void,
 *   write: (path: Steering, body: unknown) => void, showCode: (code: string) => void,
 * }} Card
 */

/**
 * @param {HTMLElement} node
 * @param {Workbench} workbench
 * @param {Card} card
 */
export function drawActions(node, workbench, card) {
  const { draft } = card;
  const select = () => {
    const brushes = new Map(workbench.brushes);
    for (const [name, range] of draft) brushes.set(paramKey(name), { ...range });
    workbench.select({ brushes }, 'region');
  };
  replace(
    node,
    ...(workbench.api.readOnly ? [] : drawSteering(workbench, card)),
    card.isEdited && quiet('Reset', 'Forget the changes that were not applied', card.reset),
    quiet(
      'From the brushes',
      'Take the ranges that are brushed in the parallel coordinates',
      () => card.edit(withBrushes(draft, workbench)),
      ![...workbench.brushes.keys()].some((key) => key.startsWith('p:')),
    ),
    quiet('Select', 'Select the trials inside', select, !draft.size),
    drawCopy(workbench, card),
  );
}

/** What changes the running study. @param {Workbench} workbench @param {Card} card */
function drawSteering({ region, data }, { draft, write }) {
  const { current, paused } = region ?? {};
  const runs = data.state.includes(RUNNING) || data.state.includes(WAITING);
  const apply = () => write('region', { region: toRegion(draft) });
  const isApplied = Boolean(current && isSameDraft(draft, fromRegion(current.region)));
  return [
    button(`Apply to the ${runs ? 'running study' : 'next trials'}`, apply, {
      disabled: !draft.size || isApplied,
      class: 'main',
      title: 'All workers keep to it from their next trial on',
    }),
    quiet('Clear', 'Take the applied region back', () => write('region/clear', {}), !current),
    paused
      ? quiet('Resume', 'Guide again', () => write('region/resume', {}))
      : quiet('Pause', 'Leave the coming trials to the base sampler alone', () =>
          write('region/pause', {}),
        ),
    quiet(
      'Undo',
      'Return to what held before the last change',
      () => write('region/undo', {}),
      !region?.can_undo,
    ),
  ];
}

/** @param {string} text @param {string} title @param {() => void} act @param {boolean} [disabled] */
function quiet(text, title, act, disabled = false) {
  return button(text, act, { class: 'quiet', title, disabled });
}

/** @param {Draft} draft @param {Workbench} workbench */
function withBrushes(draft, { brushes, data }) {
  let next = draft;
  for (const [key, { choices, intervals }] of brushes) {
    const param = key.startsWith('p:') ? data.param(key.slice(2)) : undefined;
    if (!param) continue;
    if (choices?.length) next = withRange(next, param, { choices });
    else if (intervals?.length) next = withRange(next, param, { intervals });
  }
  return next;
}

/** @param {Workbench} workbench @param {Card} card */
function drawCopy(workbench, { draft, showCode }) {
  const copy = async () => {
    const answer = draft.size ? await askPreview(workbench, draft).catch(() => null) : null;
    const code = answer?.code ?? workbench.region?.code ?? '';
    try {
      await navigator.clipboard.writeText(code);
      node.textContent = 'Copied';
      setTimeout(() => {
        node.textContent = 'Copy as code';
      }, 1500);
    } catch {
      showCode(code);
    }
  };
  const node = quiet(
    'Copy as code',
    'The suggest_* lines with these ranges, to paste into an objective',
    copy,
  );
  return node;
}

/** Code where the clipboard is not allowed. @param {string} code */
export function drawCode(code) {
  return element('pre', { class: 'code', tabindex: 0, text: code });
}
