/** Trials that no other one beats in two losses, as in `optuna_guide/analysis/trade_off.py`. */

/**
 * @param {ArrayLike<number>} xLoss Lower is better.
 * @param {ArrayLike<number>} yLoss
 * @param {ArrayLike<number>} feasible Flags.
 * @returns {number[]} Positions of the unbeaten trials, ascending in `xLoss`.
 */
export function unbeaten(xLoss, yLoss, feasible) {
  const order = Array.from(xLoss, (_, i) => i).filter((i) => feasible[i]);
  order.sort((a, b) => xLoss[a] - xLoss[b] || yLoss[a] - yLoss[b]);
  let least = Infinity;
  return order.filter((i) => {
    const isBetter = yLoss[i] < least;
    if (isBetter) least = yLoss[i];
    return isBetter;
  });
}
