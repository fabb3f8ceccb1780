/** What can be done with a region: apply it, take it back, take it from the brushes, select it. */

import { copyButton } from '../../shell/clipboard.js';
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
  const isMain = draft.size > 0 && !workbench.region?.next.is_guided;
  replace(
    node,
    isMain && drawCopy(workbench, card, isMain),
    ...(workbench.api.readOnly ? [] : drawSteering(workbench, card)),
    card.isEdited && quiet('Reset', 'Forget the changes that were not applied', card.reset),
    quiet(
      'From the brushes',
      'Take the ranges that are brushed in the parallel coordinates',
      () => card.edit(withBrushes(draft, workbench)),
      !isBrushed(workbench),
    ),
    quiet('Select', 'Select the trials in these ranges', select, !draft.size),
    !isMain && drawCopy(workbench, card, isMain),
  );
}

/** Whether a parameter is brushed. @param {Workbench} workbench */
export function isBrushed({ brushes }) {
  return [...brushes.keys()].some((key) => key.startsWith('p:'));
}

/** What changes the running study. @param {Workbench} workbench @param {Card} card */
function drawSteering({ region, data }, { draft, write }) {
  const { current, paused } = region ?? {};
  const runs = data.state.includes(RUNNING) || data.state.includes(WAITING);
  const apply = () => write('region', { region: toRegion(draft) });
  const isApplied = Boolean(current && isSameDraft(draft, fromRegion(current.region)));
  const isGuided = Boolean(region?.next.is_guided);
  const words = isGuided
    ? `Apply to the ${runs ? 'running study' : 'next trials'}`
    : isApplied
      ? 'Saved'
      : 'Save these ranges';
  return [
    button(words, apply, {
      disabled: !draft.size || isApplied,
      class: isGuided ? 'main' : 'quiet',
      title: isGuided
        ? 'All workers keep to it from their next trial on'
        : 'The sampler of this study ignores ranges; a GuidedSampler searches in them from its first trial on',
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

/** @param {Workbench} workbench @param {Card} card @param {boolean} isMain */
function drawCopy(workbench, { draft, showCode }, isMain) {
  const read = async () => {
    const answer = draft.size ? await askPreview(workbench, draft).catch(() => null) : null;
    return answer?.code ?? workbench.region?.code ?? '';
  };
  const title = 'The suggest_* lines with these ranges, to paste into an objective';
  return copyButton('Copy as code', title, read, showCode, { class: isMain ? 'main' : 'quiet' });
}

/** Code where the clipboard is not allowed. @param {string} code */
export function drawCode(code) {
  return element('pre', { class: 'code', tabindex: 0, text: code });
}
