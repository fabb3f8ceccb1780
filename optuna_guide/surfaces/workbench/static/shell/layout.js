/** Tabs of cards, and what stands beside every tab. */

import { element } from './dom.js';
import { Dock } from './dock.js';
import { watchSlots } from './slots.js';
import { ASIDE, BELOW, IN_FULL, LEAD, OPENED, TABS } from '../views/index.js';

const SETTLED = 3000; // ms after which views have their height

/** Tell which tab is open. @param {HTMLElement[]} tabs @param {string} name */
function mark(tabs, name) {
  for (const node of tabs) {
    const isOpen = node.textContent === name;
    node.setAttribute('aria-selected', String(isOpen));
    node.tabIndex = isOpen ? 0 : -1;
  }
}

/**
 * Build the tabs; returns the elements and the way to open a tab.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {(tab: string) => void} onTab
 */
export function buildLayout(workbench, onTab) {
  const place = watchSlots(workbench, (name) => import(`../views/${name}/index.js`));
  /** @type {Map<string, HTMLElement>} */
  const pages = new Map();
  const stage = element('div', { class: 'stage' });
  const leads = Object.entries(LEAD).map(([tab, names]) => ({
    tab,
    node: element('div', { class: 'lead' }, ...names.map(place)),
  }));
  const about = { 'aria-label': 'Region, findings, kept trials' };
  const beside = new Map(ASIDE.map((name) => [name, place(name)]));
  const aside = element('aside', about, ...beside.values());
  const dock = new Dock(place(BELOW));
  const trial = element('aside', { class: 'trial', hidden: true }, place(OPENED));
  workbench.subscribe((changes) => {
    if (!changes.has('opened')) return;
    trial.hidden = workbench.opened < 0;
    trial.style.top = `${bar.parentElement?.getBoundingClientRect().bottom ?? 0}px`;
  });
  const tabs = buildTabs((tab) => open(tab));
  const keydown = (/** @type {KeyboardEvent} */ event) => step(tabs, event);
  const bar = element('div', { class: 'tabs', role: 'tablist', on: { keydown } }, ...tabs);

  const showLead = lead(workbench, leads);

  /** @param {string} tab */
  function open(tab) {
    const name = tab in TABS ? tab : Object.keys(TABS)[0];
    mark(tabs, name);
    if (!pages.has(name)) {
      const role = { role: 'tabpanel', 'aria-labelledby': `tab-${name}` };
      const page = element('div', { class: 'grid', ...role });
      pages.set(name, page);
      stage.append(page);
      page.append(...TABS[name].map(place));
    }
    for (const [other, page] of pages) page.hidden = other !== name;
    showLead(name);
    for (const [view, node] of beside) node.classList.toggle('elsewhere', IN_FULL[view] === name);
    onTab(name);
  }

  /** Open the tab of a view and scroll to it. @param {string} name */
  function show(name) {
    const tab = Object.keys(TABS).find((key) => TABS[key].includes(name));
    if (name === BELOW) dock.set(true);
    if (tab) open(tab);
    scrollTo(name, stage);
  }

  return {
    bar,
    main: element('main', {}, ...leads.map(({ node }) => node), stage, aside),
    dock,
    trial,
    open,
    show,
  };
}

/**
 * Shows the views above the tab that is opened: its own, and those of any tab as long as there is
 * nothing else to see.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {{ tab: string, node: HTMLElement }[]} leads
 */
function lead(workbench, leads) {
  let opened = '';
  const show = (/** @type {string} */ name) => {
    opened = name;
    for (const { tab, node } of leads) node.hidden = tab !== opened && workbench.data.n > 0;
  };
  workbench.subscribe((changes) => changes.has('data') && show(opened));
  return show;
}

/** @param {(tab: string) => void} open */
function buildTabs(open) {
  return Object.keys(TABS).map((tab) =>
    element('button', {
      type: 'button',
      role: 'tab',
      text: tab,
      id: `tab-${tab}`,
      on: { click: () => open(tab) },
    }),
  );
}

/** The arrow keys lead from tab to tab. @param {HTMLElement[]} tabs @param {KeyboardEvent} event */
function step(tabs, event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  if (by === undefined || at < 0) return;
  const next = tabs[(at + by + tabs.length) % tabs.length];
  next.focus();
  next.click();
}

/**
 * Scroll to a view, and stay there: views above are mounted on the way, and push it down.
 * @param {string} name
 * @param {HTMLElement} stage
 */
function scrollTo(name, stage) {
  const card = document.getElementById(`view-${name}`);
  card?.scrollIntoView({ block: 'start' });
  const growth = new ResizeObserver(() => card?.scrollIntoView({ block: 'start' }));
  growth.observe(stage);
  const stop = () => growth.disconnect();
  setTimeout(stop, SETTLED);
  for (const event of ['wheel', 'pointerdown', 'keydown'])
    window.addEventListener(event, stop, { once: true });
}
