/** The page in a notebook: the same views, told by messages of the kernel instead of a server. */

import { forgetTheme } from '../chart/colours.js';
import { enter, leave } from '../chart/home.js';
import { Messages } from '../state/messages.js';
import { keepEstimates } from '../state/estimates.js';
import { fromPlain, toPlain } from '../state/selection_text.js';
import { fetchTrials } from '../state/trials.js';
import * as parallelCoordinates from '../views/parallel_coordinates/index.js';
import * as importance from '../views/importance/index.js';
import * as effect from '../views/effect/index.js';
import * as exploration from '../views/exploration/index.js';
import * as region from '../views/region/index.js';
import { element, replace } from './dom.js';
import { keepGuidance, keepTrials, lookAtRegion } from './live.js';
import { picture } from './picture.js';
import { buildSelectionBar, closeOutside } from './selection_bar.js';
import { watchSlots } from './slots.js';
import { Workbench } from './workbench.js';

/**
 * @typedef {import('../state/messages.js').Model} Model
 * @typedef {import('./slots.js').ViewModule} ViewModule
 */

/** @type {Record<string, ViewModule>} */
const VIEWS = {
  parallel_coordinates: parallelCoordinates,
  importance,
  effect,
  exploration,
  region,
};
const QUIET = 400; // ms without a change, after which the kernel is told what is selected
const SHOWN = 2500; // ms after which what is drawn is what a saved notebook keeps
const FIRST = new Set(['data', 'target', 'guidance', 'selection', 'theme']);

export default { render };

/** @param {{ model: Model, el: HTMLElement }} place @returns {() => void} */
function render({ model, el }) {
  const root = host(el);
  const page = element('div', { class: 'guide' });
  root.append(element('style', { text: model.get('_look') }), page);
  const stopTheme = keepTheme(page);
  replace(page, element('p', { class: 'empty', text: 'Reading the trials …' }));
  page.addEventListener('pointerenter', () => enter(page));
  enter(page);
  /** @type {(() => void)[]} */
  const stops = [stopTheme, () => leave(page)];
  open(model, page, root, stops)
    .then(() => hidePicture(el))
    .catch((error) => {
      replace(page, element('p', { class: 'empty', text: String(error.message ?? error) }));
    });
  return () => stops.forEach((stop) => stop());
}

/** A shadow keeps the styles of the notebook out, and those of the page in. @param {HTMLElement} el */
function host(el) {
  const node = element('div', { class: 'optuna-guide' });
  el.append(node);
  return node.attachShadow({ mode: 'open' });
}

/** The picture that a saved notebook shows is not seen below the views themselves. @param {HTMLElement} el */
function hidePicture(el) {
  el.closest('.jp-OutputArea, .output_area, .cell-output')?.classList.add('optuna-guide-live');
  if (document.getElementById('optuna-guide-live')) return;
  const text = '.optuna-guide-live .optuna-guide-picture { display: none; }';
  document.head.append(element('style', { id: 'optuna-guide-live', text }));
}

/**
 * @param {Model} model
 * @param {HTMLElement} page
 * @param {EventTarget & ParentNode} root
 * @param {(() => void)[]} stops
 */
async function open(model, page, root, stops) {
  const messages = new Messages(model);
  stops.push(() => messages.stop());
  const workbench = new Workbench(messages.api, await fetchTrials(messages.api));
  const state = build(model, page, root, workbench);
  followSelection(model, workbench, stops);
  stops.push(keepTrials(workbench, (words) => (state.textContent = words)));
  messages.onNews = (path) => hear(path, workbench);
  keepGuidance(workbench);
  keepEstimates(workbench);
  keepPicture(model, workbench, page, stops);
  const themed = new MutationObserver(() => workbench.retheme());
  themed.observe(page, { attributes: true, attributeFilter: ['data-theme'] });
  stops.push(() => themed.disconnect());
}

/** Take over what the kernel told by itself. @param {string} path @param {Workbench} workbench */
async function hear(path, workbench) {
  try {
    if (path === 'trials') workbench.setData(await fetchTrials(workbench.api, workbench.data));
    else await lookAtRegion(workbench);
  } catch (error) {
    workbench.report(error);
  }
}

/**
 * Bar and views; gives the place where it is said whether the study can be read.
 *
 * @param {Model} model
 * @param {HTMLElement} page
 * @param {EventTarget & ParentNode} root
 * @param {Workbench} workbench
 */
function build(model, page, root, workbench) {
  const bar = buildSelectionBar(workbench, element('span'));
  closeOutside(root);
  const notice = element('div', { class: 'notice', role: 'alert', hidden: true });
  const state = element('span', { class: 'mute', role: 'status' });
  workbench.report = (error) => {
    notice.textContent = String(/** @type {Error} */ (error)?.message ?? error);
    notice.hidden = false;
    setTimeout(() => (notice.hidden = true), 8000);
  };
  workbench.show = (name) => {
    page.querySelector(`#view-${name}`)?.scrollIntoView({ block: 'nearest' });
  };
  workbench.subscribe((changes) => {
    bar.update(changes);
    if (changes.has('guidance')) {
      page.dataset.trust = workbench.guidance?.trust.is_open === false ? 'shut' : 'open';
    }
  });
  const place = watchSlots(workbench, async (name) => VIEWS[name]);
  const wanted = /** @type {string[]} */ (model.get('_views'));
  replace(
    page,
    element('div', { class: 'top' }, bar.node, state),
    notice,
    element('div', { class: 'grid' }, ...wanted.map(place)),
  );
  bar.update(FIRST);
  return state;
}

/** The selection is a value of the widget: what is brushed is told, what is set there is shown.
 *
 * @param {Model} model
 * @param {Workbench} workbench
 * @param {(() => void)[]} stops
 */
function followSelection(model, workbench, stops) {
  let told = '';
  let timer = 0;
  const take = () => {
    const wanted = model.get('_selected');
    if (JSON.stringify(wanted) === told) return;
    told = JSON.stringify(wanted);
    workbench.replaceSelection(fromPlain(wanted));
  };
  const tell = () => {
    if (workbench.isDragging) return;
    const { data, mask } = workbench;
    const plain = toPlain(workbench.selection);
    told = JSON.stringify(plain);
    model.set('_selected', plain);
    model.set(
      '_trials',
      [...data.number].filter((_, row) => mask[row]),
    );
    model.save_changes();
  };
  workbench.subscribe((changes) => {
    if (!changes.has('selection') && !changes.has('data')) return;
    clearTimeout(timer);
    timer = window.setTimeout(tell, QUIET);
  });
  model.on('change:_selected', take);
  stops.push(() => model.off('change:_selected', take));
  take();
  workbench.markRows();
}

/**
 * Tell the kernel what is drawn, once it stands, and again when the trials have changed since.
 *
 * @param {Model} model
 * @param {Workbench} workbench
 * @param {HTMLElement} page
 * @param {(() => void)[]} stops
 */
function keepPicture(model, workbench, page, stops) {
  let timer = 0;
  let known = '';
  const draw = async () => {
    const { data, guidance } = workbench;
    const now = `${data.tag} ${guidance?.fitted_at} ${page.dataset.theme}`;
    if (now === known || page.clientWidth === 0) return;
    known = now;
    const content = await picture(page, model.get('_look')).catch(() => null);
    if (content) model.send({ picture: content });
  };
  workbench.subscribe((changes) => {
    if (!['data', 'guidance', 'theme'].some((change) => changes.has(change))) return;
    clearTimeout(timer);
    timer = window.setTimeout(draw, SHOWN);
  });
  stops.push(() => clearTimeout(timer));
}

/** Dark where the notebook is: JupyterLab, VS Code, marimo and Colab say so each in their own way.
 *
 * @param {HTMLElement} page
 */
function keepTheme(page) {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const take = () => {
    const isDark = told() ?? system.matches;
    const theme = isDark ? 'dark' : 'light';
    if (page.dataset.theme === theme) return;
    page.dataset.theme = theme;
    forgetTheme();
  };
  const changes = new MutationObserver(take);
  for (const node of [document.documentElement, document.body])
    changes.observe(node, { attributes: true });
  system.addEventListener('change', take);
  take();
  return () => {
    changes.disconnect();
    system.removeEventListener('change', take);
  };
}

/** Whether the notebook says that it is dark; null where it says nothing. */
function told() {
  const { body, documentElement } = document;
  const light = body.dataset.jpThemeLight;
  if (light !== undefined) return light === 'false';
  const code = body.dataset.vscodeThemeKind;
  if (code !== undefined) return code.includes('dark');
  const word = documentElement.getAttribute('theme') ?? body.dataset.theme;
  if (word !== undefined) return word === 'dark';
  return documentElement.classList.contains('dark') || body.classList.contains('dark') || null;
}
