/** Boot: fetch the trials, build the page, keep it up to date, mirror the state in the address. */

import { ApiError } from '../state/api.js';
import { onServer } from '../state/http.js';
import { forgetTheme } from '../chart/colours.js';
import { fetchFirst, fetchRest, fetchTrials } from '../state/trials.js';
import { element, replace } from './dom.js';
import { buildHeader } from './header.js';
import { buildLayout } from './layout.js';
import { buildLink, buildSelectionBar, closeOutside, listenKeys } from './selection_bar.js';
import { Workbench } from './workbench.js';
import { keepEstimates } from '../state/estimates.js';
import { followLink, writeLink } from '../state/link.js';
import { keepGuidance, keepTrials } from './live.js';

const MIRRORED = ['selection', 'target', 'focus', 'guidance', 'theme', 'opened']; // in the address
const page = /** @type {HTMLElement} */ (document.getElementById('page'));
const id = window.location.pathname.match(/studies\/(\d+)/)?.[1] ?? '0';
const api = onServer(id);

startTheme();
start().catch((error) => {
  const reason =
    error instanceof ApiError && error.status === 404
      ? 'This study does not exist, or was deleted.'
      : String(error.message ?? error);
  replace(
    page,
    element(
      'div',
      { class: 'message' },
      element('h1', { text: reason }),
      element('p', {}, element('a', { href: '/guide/', text: 'All studies' })),
    ),
  );
});

async function start() {
  const isPlain = ['', '#tab=Guide'].includes(window.location.hash);
  const data = await (isPlain ? fetchFirst(api) : fetchTrials(api));
  const workbench = new Workbench(api, data);
  /** @type {string} */
  let tab = 'Guide';
  const header = buildHeader(workbench, {
    setTheme: (theme) => setTheme(theme, workbench),
    openTrust: () => workbench.show('trust'),
  });
  const notice = element('div', { class: 'notice', role: 'alert', hidden: true });
  const layout = buildLayout(workbench, (name) => {
    tab = name;
    mirror();
  });
  const bar = buildSelectionBar(workbench, layout.dock.toggle, buildLink());
  listenKeys(workbench);
  closeOutside(document);
  workbench.show = layout.show;
  workbench.report = (error) => tell(notice, error);
  workbench.subscribe((changes) => {
    header.update(changes);
    bar.update(changes);
    if (MIRRORED.some((change) => changes.has(change))) mirror();
  });
  const top = element('div', { class: 'top' }, layout.bar, bar.node);
  replace(page, header.node, top, notice, layout.main, layout.dock.node, layout.trial);
  layout.dock.start();

  let writing = 0;
  function mirror() {
    clearTimeout(writing);
    writing = window.setTimeout(() => {
      const link = writeLink(workbench);
      history.replaceState(null, '', `#tab=${tab}${link ? `&${link}` : ''}`);
    }, 150);
  }
  /** @param {string} hash */
  const enter = (hash) => {
    followLink(workbench, hash);
    layout.open(new URLSearchParams(hash.replace(/^#/, '')).get('tab') ?? 'Guide');
  };
  window.addEventListener('hashchange', async () => {
    await workbench.whole;
    enter(window.location.hash);
  });
  enter(window.location.hash);
  const first = new Set(['data', 'target', 'guidance', 'selection', 'theme']);
  header.update(first);
  bar.update(first);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    startTheme();
    retheme(workbench);
  });
  performance.mark('guide-ready');
  complete(workbench, data).finally(() => keepTrials(workbench, header.setLive));
  keepGuidance(workbench);
  keepEstimates(workbench);
  /** @type {any} */ (window).workbench = workbench; // for the console, and for tests
}

/** Bring the columns that the first answer left out. @param {Workbench} workbench @param {import('../state/data.js').Data} first */
async function complete(workbench, first) {
  try {
    const data = await fetchRest(api, first);
    if (workbench.data === first) workbench.setData(data);
  } catch (error) {
    workbench.report(error);
  }
}

/** Show an error for a while. @param {HTMLElement} notice @param {unknown} error */
function tell(notice, error) {
  notice.textContent = String(/** @type {Error} */ (error)?.message ?? error);
  notice.hidden = false;
  setTimeout(() => {
    notice.hidden = true;
  }, 8000);
}

/** Dark or light: what the address says, what was chosen here, or what the system prefers. */
function startTheme() {
  const asked = new URLSearchParams(window.location.search).get('theme') ?? remembered();
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = asked === 'dark' || asked === 'light' ? asked : dark ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  forgetTheme();
}

function remembered() {
  try {
    return localStorage.getItem('guide-theme');
  } catch {
    return null;
  }
}

/** @param {string} theme @param {Workbench} workbench */
function setTheme(theme, workbench) {
  try {
    localStorage.setItem('guide-theme', theme);
  } catch {
    // private pages forget the choice
  }
  document.documentElement.dataset.theme = theme;
  retheme(workbench);
}

/** @param {Workbench} workbench */
function retheme(workbench) {
  forgetTheme();
  workbench.retheme();
}
