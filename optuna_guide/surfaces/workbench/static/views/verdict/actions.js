/** What can be done about each answer: see what it rests on, apply it, copy it. */

import { copyButton } from '../../shell/clipboard.js';
import { button } from '../../shell/dom.js';
import { takeRegion } from '../../shell/live.js';
import { paramKey } from '../../state/selection.js';
import { fromRegion, isSameDraft } from '../region/draft.js';

/** @typedef {import('../../shell/workbench.js').Workbench} Workbench */

/** Where the trials, or the models, are that an answer speaks of. */
const BEHIND = {
  trust: { view: 'trust', name: 'Show predictions' },
  matters: { view: 'importance', name: 'Show importance' },
  search: { view: 'exploration', name: 'Show the search' },
};

/**
 * @param {Workbench} workbench
 * @param {import('../../wire.js').PartAnswer['topic']} topic
 * @param {(code: string) => void} showCode where the clipboard is not allowed
 * @returns {HTMLElement[]}
 */
export function actionsOf(workbench, topic, showCode) {
  if (topic !== 'try') {
    if (topic === 'trust' && !workbench.guidance) return [];
    const { view, name } = BEHIND[topic];
    return [link(name, () => workbench.show(view))];
  }
  const { region, api } = workbench;
  if (!region || !Object.keys(region.suggested).length) return [];
  const show = link('Show these trials', () => brush(workbench), { title: 'Select the trials in these ranges' });
  if (region.next.is_guided && !api.readOnly) return [show, applyLink(workbench, region)];
  const title = 'The suggest_* lines with these ranges, to paste into an objective';
  return [show, copyButton('Copy as code', title, () => region.code, showCode, LINK)];
}

/** What a check of the search rests on. @param {Workbench} workbench */
export function showChecks(workbench) {
  return link('Show the checks', () => workbench.show('diagnostics'));
}

const LINK = { class: 'plain link' };

/** @param {string} text @param {() => void} act @param {import('../../shell/dom.js').Properties} [how] */
function link(text, act, how = {}) {
  return button(text, act, { ...LINK, ...how });
}

/** Select the trials inside the suggested ranges. @param {Workbench} workbench */
function brush(workbench) {
  const suggested = Object.entries(workbench.region?.suggested ?? {});
  const brushes = new Map(suggested.map(([name, range]) => [paramKey(name), { ...range }]));
  workbench.select({ brushes, preset: null, picked: null }, 'promising ranges');
  workbench.show('parallel_coordinates');
}

/** @param {Workbench} workbench @param {import('../../wire.js').RegionAnswer} region */
function applyLink(workbench, region) {
  const { suggested, current } = region;
  const isApplied =
    current !== null && isSameDraft(fromRegion(current.region), fromRegion(suggested));
  const apply = async () => {
    try {
      takeRegion(workbench, await workbench.api.post('region', { region: suggested }));
    } catch (error) {
      workbench.report(error);
    }
  };
  return link(isApplied ? 'Applied' : 'Apply', apply, {
    disabled: isApplied,
    title: 'All workers keep to it from their next trial on',
  });
}
