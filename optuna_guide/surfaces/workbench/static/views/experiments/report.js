/** What became of what was asked of the queue, in words. */

/**
 * @typedef {import('./bench.js').Steering} Steering
 * @typedef {import('../../wire.js').QueuedNowAnswer} Done
 */

/** What was done, and what was not. @param {Steering} path @param {Done} done */
export function describe(path, { steps, is_watched: isWatched }) {
  if (path === 'stop')
    return isWatched
      ? 'Every worker ends after the trial that it runs, or the next if that is short.'
      : 'Asked to stop. Workers obey with callbacks=[GuideCallback()]: none was seen here.';
  const groups = new Map();
  for (const { outcome, number, text } of steps) {
    const words = outcome.startsWith('moved') ? 'moved' : outcome;
    groups.set(words, [...(groups.get(words) ?? []), number ?? text]);
  }
  return [...groups].map(([outcome, names]) => `${span(names)}: ${outcome}.`).join(' ');
}

/** @param {(number | string)[]} names numbers of trials, or what has none */
function span(names) {
  const shown =
    names.length > 4
      ? `${names[0]} … ${names[names.length - 1]} (${names.length})`
      : names.join(', ');
  if (typeof names[0] === 'string') return shown;
  return `${names.length > 1 ? 'Trials' : 'Trial'} ${shown}`;
}
