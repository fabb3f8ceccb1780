"use strict";

const figures = JSON.parse(document.getElementById("figures").textContent);
const waiting = [...document.querySelectorAll(".plot")];
const config = { displayModeBar: false, responsive: true };

function drawNext() {
  const plot = waiting.shift();
  if (!plot) return false;
  const { data, layout } = figures[plot.id];
  Plotly.newPlot(plot, data, layout, config);
  return true;
}

// one after the other, so that the page can be read meanwhile
(function drawAll() {
  if (drawNext()) setTimeout(drawAll);
  else document.documentElement.dataset.drawn = "yes";
})();

// figures are drawn again for paper, two of them to a page of A4, and then for the screen
const PRINTED = { width: 690, height: 370 };
addEventListener("beforeprint", () => {
  while (drawNext());
  for (const plot of document.querySelectorAll(".plot")) Plotly.relayout(plot, PRINTED);
});
addEventListener("afterprint", () => {
  for (const plot of document.querySelectorAll(".plot")) {
    Plotly.relayout(plot, { width: null, height: null, autosize: true });
  }
});
