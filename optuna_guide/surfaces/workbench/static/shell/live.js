/** Keeping the page up to date: trials, guidance, region and drawer, asked for as seldom as does. */

import { ApiError } from '../state/api.js';
import { fetchTrials } from '../state/trials.js';

const SOON = 2000; // ms between two looks at a study that moves
const LATE = 10_000; // at one that rests
const FITTING = 700;

/**
 * Ask for new trials, region and drawer; a page that nobody looks at asks for nothing.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {(state: string, title: string) => void} setLive
 * @returns {() => void} stops it
 */
export function keepTrials(workbench, setLive) {
  const { api } = workbench;
  let wait = SOON;
  let timer = 0;
  let isStopped = false;
  async function look() {
    if (isStopped) return;
    if (document.hidden) {
      document.addEventListener('visibilitychange', look, { once: true });
      return;
    }
    try {
      const data = await fetchTrials(api, workbench.data);
      wait = data === workbench.data ? Math.min(wait * 1.5, LATE) : SOON;
      workbench.setData(data);
      setLive(
        'up to date',
        `Last look at ${new Date().toLocaleTimeString()}; the next in ${Math.round(wait / 1000)} s`,
      );
      await lookAtRegion(workbench);
    } catch (error) {
      wait = LATE;
      const isGone = error instanceof ApiError && error.status === 404;
      setLive(
        isGone ? 'study deleted' : 'not connected',
        isGone ? 'This study was deleted. What you see is its last state.' : String(error),
      );
      if (isGone) return;
    }
    timer = window.setTimeout(look, wait);
  }
  setLive('up to date', '');
  timer = window.setTimeout(look, SOON);
  lookAtRegion(workbench).catch((error) => workbench.report(error));
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/** Take over the region and the drawer as the study has them now. @param {import('./workbench.js').Workbench} workbench */
export async function lookAtRegion(workbench) {
  const [region, drawer] = await Promise.all([
    workbench.api.get('region'),
    workbench.api.get('kept'),
  ]);
  takeRegion(workbench, region);
  workbench.setKept(drawer.kept);
}

/** Take over what the server says of the region. @param {import('./workbench.js').Workbench} workbench @param {import('../wire.js').RegionAnswer} region */
export function takeRegion(workbench, region) {
  if (JSON.stringify(region) !== JSON.stringify(workbench.region)) workbench.setRegion(region);
}

/** Ask for the guidance of the target, again after trials ended. @param {import('./workbench.js').Workbench} workbench */
export function keepGuidance(workbench) {
  const { api } = workbench;
  let tag = '';
  let asked = { about: '', n: 0 };
  let timer = 0;
  /** @type {AbortController | null} */
  let running = null;

  async function ask() {
    clearTimeout(timer);
    running?.abort();
    running = new AbortController();
    const target = workbench.asked;
    try {
      const answer = await api.get('guidance', { target, known: tag }, running.signal);
      if (target !== workbench.asked) return;
      const status = {
        state: answer.state,
        reason: answer.reason ?? '',
        seconds: answer.seconds ?? 0,
      };
      const guidance = answer.same ? workbench.guidance : (answer.guidance ?? null);
      const isNews =
        !answer.same || JSON.stringify(status) !== JSON.stringify(workbench.guidanceStatus);
      if (guidance !== null || answer.state !== 'fitting' || workbench.guidance === null) {
        tag = guidance === null ? '' : (answer.tag ?? '');
        if (isNews) workbench.setGuidance(guidance, status, answer.terms);
      }
      if (answer.state === 'ready' && !answer.same)
        lookAtRegion(workbench).catch((error) => workbench.report(error)); // what it suggests
      if (answer.fitting) timer = window.setTimeout(ask, FITTING);
    } catch (error) {
      if (/** @type {Error} */ (error).name === 'AbortError') return;
      timer = window.setTimeout(ask, LATE);
      if (workbench.guidance === null) {
        workbench.setGuidance(null, {
          state: 'failed',
          reason: String(/** @type {Error} */ (error).message),
          seconds: 0,
        });
      }
    }
  }

  workbench.subscribe((changes) => {
    if (!changes.has('target') && !changes.has('data')) return;
    const now = questionOf(workbench);
    if (JSON.stringify(now) === JSON.stringify(asked)) return;
    if (now.about !== asked.about) tag = '';
    asked = now;
    ask();
  });
  asked = questionOf(workbench);
  ask();
}

/** What a guidance is asked for: another one where this changes. @param {import('./workbench.js').Workbench} workbench */
function questionOf({ target, targetColumn, data, order }) {
  return {
    about: JSON.stringify([target, targetColumn.direction, data.contexts]),
    n: order.length,
  };
}
