/** The bar that is always in sight: study, target, trust, live state, guidance on and off. */

import { button, cut, element, oneLine, replace } from './dom.js';
import { isDark } from '../chart/colours.js';
import { buildContext } from './context.js';
import { fetchTrials } from '../state/trials.js';
import { number } from '../chart/scales.js';
import { TRUST } from '../rules.js';

const SHORT = 14; // letters of a study's name that are never cut

/**
 * @param {import('./workbench.js').Workbench} workbench
 * @param {{ setTheme: (theme: string) => void, openTrust: () => void }} actions
 */
export function buildHeader(workbench, actions) {
  const all = element('a', { class: 'all', href: '/guide', 'aria-label': 'All studies' }, '☰');
  const study = element('a', { class: 'study' });
  const target = element('select', {
    'aria-label': 'Target',
    on: { change: () => workbench.setTarget(Number(target.value)) },
  });
  const trust = button('', actions.openTrust, { class: 'pill trust' });
  const live = element('span', { class: 'pill live', role: 'status' });
  const shows = element('input', {
    type: 'checkbox',
    id: 'show-guidance',
    on: { change: () => workbench.setShowGuidance(shows.checked) },
  });
  const words = 'The page with and without ranges, importances and estimates';
  const toggle = element('label', { class: 'pill toggle', title: words }, shows, 'show guidance');
  const theme = button('', () => actions.setTheme(isDark() ? 'light' : 'dark'), {
    class: 'icon',
    'aria-label': 'Dark or light page',
  });
  const choice = element('label', { class: 'pill target' }, 'target', target);
  const way = button('', () => turn(workbench), { class: 'pill way' });
  const context = buildContext(workbench);
  const space = element('span', { class: 'space' });
  const shown = [all, study, choice, way, context.node, space, trust, toggle, live, theme];
  return {
    node: element('header', {}, ...shown),
    /** @param {Set<string>} changes */
    update(changes) {
      if (changes.has('data') || changes.has('target')) {
        drawTargets(workbench, study, target);
        drawWay(workbench, way);
      }
      context.update(changes);
      if (changes.has('guidance')) {
        drawTrust(workbench, trust);
        shows.checked = workbench.showGuidance;
      }
      if (changes.has('theme')) theme.textContent = isDark() ? '☀' : '☾';
    },
    /** @param {string} state @param {string} title */
    setLive(state, title) {
      live.textContent = state;
      live.title = title;
      live.classList.toggle('lost', state !== 'up to date');
    },
  };
}

/**
 * @param {import('./workbench.js').Workbench} workbench
 * @param {HTMLAnchorElement} study
 * @param {HTMLSelectElement} target
 */
function drawTargets({ data, target: chosen }, study, target) {
  study.textContent = cut(data.study.name, 40);
  study.title = data.study.name;
  study.style.minWidth = `${Math.min(data.study.name.length, SHORT)}ch`;
  study.setAttribute('href', `/dashboard/studies/${data.study.id}`);
  document.title = `${cut(data.study.name, 60)} · Guide`;
  const options = data.targets.map((item, i) => {
    const way = item.direction === 'maximize' ? ' ↑' : ' ↓';
    return element('option', { value: i, text: cut(item.title, 36) + way });
  });
  replace(target, ...options);
  target.value = String(chosen);
  const full = data.targets[chosen] ? `: ${oneLine(data.targets[chosen].title)}` : '';
  target.title = `What is explained and what colours the trials${full}`;
}

/**
 * Which way an attribute is better; an objective has a direction of its own.
 * @param {import('./workbench.js').Workbench} workbench
 * @param {HTMLElement} way
 */
function drawWay({ targetColumn, api }, way) {
  const { direction, kind, name } = targetColumn;
  way.hidden = api.readOnly || kind !== 'attribute';
  way.textContent = direction === 'maximize' ? 'higher is better' : 'lower is better';
  way.title = `Which way ${name} is better; a click turns it round, for everybody`;
}

/** @param {import('./workbench.js').Workbench} workbench */
async function turn(workbench) {
  const { direction, name } = workbench.targetColumn;
  const other = direction === 'maximize' ? 'minimize' : 'maximize';
  try {
    await workbench.api.post('direction', { attribute: name, direction: other });
    workbench.setData(await fetchTrials(workbench.api));
  } catch (error) {
    workbench.report(error);
  }
}

/**
 * @param {import('./workbench.js').Workbench} workbench
 * @param {HTMLElement} trust
 */
function drawTrust({ guidance, guidanceStatus: status, targetColumn }, trust) {
  const facts = guidance?.trust;
  document.documentElement.dataset.trust = facts && !facts.is_open ? 'shut' : 'open';
  trust.classList.toggle('open', Boolean(facts?.is_open));
  trust.classList.toggle('shut', !facts?.is_open);
  trust.classList.toggle('ranks', facts?.state === 'ranks');
  if (facts) {
    const off = facts.state === 'values' ? ` ± ${number(facts.typical_error, 2)}` : '';
    trust.textContent = `trust: ${TRUST[facts.state].toLowerCase()}${off}`;
    const why = facts.reason.replace(/\.$/, '');
    trust.title = `${why[0].toUpperCase()}${why.slice(1)}. Measured on unseen trials inside the sampled region.${off && ` Predictions are typically off by ${off.slice(3)} in ${targetColumn.title}: smaller differences are not told apart.`}`;
  } else {
    const words = { fitting: 'guidance: fitting …', failed: 'guidance failed' };
    trust.textContent =
      words[/** @type {'fitting' | 'failed'} */ (status.state)] ?? 'no guidance yet';
    trust.title = status.reason;
  }
}
