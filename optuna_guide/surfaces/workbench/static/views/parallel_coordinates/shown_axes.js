/** Which axes are shown and in what order: by importance, unless a person moves or hides them. */

import { MINOR } from '../../rules.js';
import { defaultOrder } from './columns.js';

const NARROWEST = 64; // px between two axes
const FEWEST = 3; // parameters that are not folded

export class ShownAxes {
  /** @param {import('../../shell/workbench.js').Workbench} workbench */
  constructor(workbench) {
    this.workbench = workbench;
    /** Order that a person chose, all keys; null = by importance. @type {string[] | null} */
    this.order = null;
    /** @type {Set<string>} */
    this.hidden = new Set();
    /** @type {Set<string>} */
    this.wanted = new Set();
  }

  /** All keys in order, and those that are shown. @param {number} width px */
  keys(width) {
    const { ranked, params, targets, shown } = defaultOrder(this.workbench);
    const known = [...params, ...targets.toReversed()];
    const order = this.order ? this.order.filter((key) => known.includes(key)) : known;
    const all = [...order, ...known.filter((key) => !order.includes(key))];
    const room = Math.max(4, Math.floor(width / NARROWEST) - 1);
    const most = Math.min(shown, room - targets.length);
    const first = ranked.slice(0, Math.max(most, 2));
    const telling = first.filter((key, i) => i < FEWEST || this.#tells(key));
    const chosen = new Set([...telling, ...targets, ...this.wanted]);
    return { all, visible: all.filter((key) => !this.hidden.has(key) && chosen.has(key)) };
  }

  /** Whether there is more to see on it than on those that are folded. @param {string} key */
  #tells(key) {
    const { workbench } = this;
    const found = workbench.guidanceOf(key.slice(2));
    return (
      !found || found.importance >= MINOR || found.promising !== null || workbench.brushes.has(key)
    );
  }

  /**
   * Move an axis to the place of another visible one; tells whether anything moved.
   *
   * @param {number} width px
   * @param {number} from place among the visible axes
   * @param {number} to
   */
  move(width, from, to) {
    const { all, visible } = this.keys(width);
    const key = visible[from];
    const target = visible[Math.max(0, Math.min(visible.length - 1, to))];
    if (target === key) return false;
    const order = all.filter((k) => k !== key);
    order.splice(order.indexOf(target) + (to > from ? 1 : 0), 0, key);
    this.order = order;
    return true;
  }

  /** @param {string} key @param {boolean} isShown */
  show(key, isShown) {
    const [from, to] = isShown ? [this.hidden, this.wanted] : [this.wanted, this.hidden];
    from.delete(key);
    to.add(key);
  }
}
