/** The control panel: what the coming trials keep to; edit it, see what it would keep, apply it. */

import { onResize } from '../../chart/canvas.js';
import { byImportance } from '../../chart/params.js';
import { button, element, replace } from '../../shell/dom.js';
import { takeRegion } from '../../shell/live.js';
import { drawActions, drawCode, isBrushed } from './actions.js';
import { fromRegion } from './draft.js';
import { describeAuthor, drawHistory } from './history.js';
import { drawNextStudy } from './next_study.js';
import { drawParameter } from './parameter.js';
import { Preview } from './preview.js';

export const title = 'Region';
export const how =
  'Ranges for the coming trials, once applied. Orange: the range; grey: where the top tenth of the trials lie.';

const BEST = 0.1;
const FEW = 6; // parameters that are shown though they have no range

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new RegionView(root, workbench);
}

class RegionView {
  /** @param {HTMLElement} root @param {import('../../shell/workbench.js').Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {import('./draft.js').Draft} */
    this.draft = new Map();
    /** Whether a person changed the draft: what the server suggests then no longer replaces it. */
    this.isEdited = false;
    /** Whether the actions can take ranges from brushes. */
    this.isBrushed = false;
    this.showsAll = false;
    /** Parameters of which all choices are shown. @type {Set<string>} */
    this.open = new Set();
    this.state = element('p', { class: 'region-state', role: 'status' });
    const preview = element('p', { class: 'preview', 'aria-live': 'polite' });
    this.preview = new Preview(preview, workbench);
    this.params = element('div', { class: 'region-params' });
    this.actions = element('div', { class: 'actions' });
    this.more = element('div');
    root.append(this.state, this.params, preview, this.actions, this.more);
    onResize(root, () => this.#drawParams());
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    if (has('selection') && isBrushed(this.workbench) !== this.isBrushed) this.#drawActions();
    if (!has('region', 'guidance', 'data', 'target')) return;
    if (!this.isEdited) this.#reset();
    this.#drawState();
    if (has('region')) this.#drawMore();
    const isKnown = this.isEdited || !this.#isWaiting();
    for (const node of [this.params, this.actions, this.preview.node]) node.hidden = !isKnown;
    if (!isKnown) return;
    this.#drawParams();
    this.#drawActions();
    if (has('region', 'guidance', 'target')) this.preview.show(this.draft);
  }

  /** Start again from what is applied, or suggested. */
  #reset() {
    const { region, showGuidance } = this.workbench;
    const suggested = showGuidance ? region?.suggested : undefined;
    this.draft = fromRegion(region?.current?.region ?? suggested);
    this.isEdited = false;
  }

  /** @param {import('./draft.js').Draft} draft @param {boolean} isDone */
  #edit(draft, isDone) {
    this.draft = draft;
    this.isEdited = true;
    this.#drawState();
    this.#drawParams();
    if (!isDone) return;
    this.#drawActions();
    this.preview.show(draft);
  }

  /** Whether nobody knows yet which ranges hold, or are suggested. */
  #isWaiting() {
    const { region, guidance, guidanceStatus } = this.workbench;
    if (!region) return true;
    const isFitting = guidance === null && guidanceStatus.state === 'fitting';
    return isFitting && !region.current && Object.keys(region.suggested).length === 0;
  }

  #drawState() {
    const { region, api } = this.workbench;
    if (!region || (this.#isWaiting() && !this.isEdited)) {
      replace(this.state, region ? 'The guidance is being fitted …' : 'Asking the server …');
      return;
    }
    const { next } = region;
    const advice =
      next.advice && element('span', { class: 'mute block', text: `${next.advice}.` });
    replace(
      this.state,
      ...this.#whose(),
      api.readOnly && element('span', { class: 'chip', text: 'read-only' }),
      advice,
    );
  }

  /** Whose region this is, and since when it holds. */
  #whose() {
    const { current, paused, suggested, next } = this.workbench.region ?? {};
    if (this.isEdited) return [element('b', { text: 'Your draft' }), ', not applied yet'];
    if (!current) {
      const isAny = Object.keys(suggested ?? {}).length > 0;
      const { data, target, showGuidance } = this.workbench;
      const about =
        target === data.defaultTarget ? '' : ` for ${data.targets[data.defaultTarget].title}`;
      const told = isAny
        ? `this is what the guidance suggests${about}`
        : `no range stands out${about}`;
      const words = showGuidance ? told : 'guidance is not shown';
      return [element('b', { text: paused ? 'Paused' : 'Not applied' }), `: ${words}`];
    }
    const since =
      next?.since == null ? ', no trial kept to it yet' : `, since trial ${next.since}`;
    const state = paused ? 'Applied, but paused' : next?.is_guided ? 'Applied' : 'Kept';
    return [element('b', { text: state }), ` by ${describeAuthor(current)}${since}`];
  }

  /** The important parameters, and all that have a range. */
  #shown() {
    const params = byImportance(this.workbench);
    const ranged = params.filter((p) => this.draft.has(p.name));
    const others = params.filter((p) => !this.draft.has(p.name));
    const room = this.showsAll ? params.length : Math.max(ranged.length, FEW);
    const shown = [...ranged, ...others].slice(0, room);
    return { params, shown: params.filter((p) => shown.includes(p)) };
  }

  #drawParams() {
    if (this.params.clientWidth === 0) return;
    const { params, shown } = this.#shown();
    const { order } = this.workbench;
    const best = order.slice(0, Math.max(5, Math.round(BEST * order.length)));
    const focused = document.activeElement?.getAttribute('aria-label');
    replace(
      this.params,
      ...shown.map((param) =>
        drawParameter(param, this.workbench, {
          draft: this.draft,
          best,
          width: Math.max(80, this.params.clientWidth - 12),
          isOpen: this.open.has(param.name),
          edit: (draft, isDone) => this.#edit(draft, isDone),
          open: () => {
            this.open.add(param.name);
            this.#drawParams();
          },
        }),
      ),
      params.length > FEW &&
        button(
          this.showsAll ? 'Show fewer' : `All ${params.length} parameters`,
          () => {
            this.showsAll = !this.showsAll;
            this.#drawParams();
          },
          { class: 'plain more' },
        ),
    );
    if (!focused || this.params.contains(document.activeElement)) return;
    for (const node of this.params.querySelectorAll('[aria-label]')) {
      if (node.getAttribute('aria-label') === focused) /** @type {HTMLElement} */ (node).focus();
    }
  }

  #drawActions() {
    this.isBrushed = isBrushed(this.workbench);
    drawActions(this.actions, this.workbench, {
      draft: this.draft,
      isEdited: this.isEdited,
      edit: (draft) => this.#edit(draft, true),
      reset: () => {
        this.#reset();
        this.update(new Set(['region']));
      },
      write: (path, body) => this.#write(path, body),
      showCode: (code) => replace(this.more, drawCode(code)),
    });
  }

  #drawMore() {
    const { region, api, data } = this.workbench;
    const past = [...(region?.history ?? [])].reverse();
    const isOpen = [...this.more.querySelectorAll('details')].map((d) => d.open);
    replace(
      this.more,
      past.length > 0 && drawHistory(past, data, (draft) => this.#edit(draft, true)),
      !api.readOnly && drawNextStudy(this.workbench, () => this.draft),
    );
    [...this.more.querySelectorAll('details')].forEach((d, i) => {
      d.open = isOpen[i] ?? false;
    });
  }

  /** @param {import('./actions.js').Steering} path @param {unknown} body */
  async #write(path, body) {
    const { workbench } = this;
    for (const node of this.actions.querySelectorAll('button')) node.disabled = true;
    try {
      const answer = await workbench.api.post(path, body);
      this.isEdited = false;
      takeRegion(workbench, answer);
    } catch (error) {
      workbench.report(error);
    }
    this.#drawActions();
  }
}
