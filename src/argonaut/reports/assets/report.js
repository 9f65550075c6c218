"use strict";
(() => {
  const COLOR_KEYS = new Set(["color", "fillcolor"]);
  const style = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // "var:gain" in a color becomes the theme's color; columns of numbers and texts are not walked.
  const painted = (node, key) => {
    if (typeof node === "string" && COLOR_KEYS.has(key) && node.startsWith("var:")) {
      return style(node.slice(4));
    }
    if (Array.isArray(node)) {
      return node.length && typeof node[0] === "object" && node[0] !== null && !Array.isArray(node[0])
        ? node.map((each) => painted(each, ""))
        : node;
    }
    if (typeof node === "object" && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, painted(value, name)]));
    }
    return node;
  };

  const isTouch = matchMedia("(pointer: coarse)").matches;
  const isNarrow = () => innerWidth < 560;

  const laidOut = (layout) => {
    const themed = {
      ...layout,
      autosize: true,
      dragmode: isTouch ? false : "zoom", // a finger scrolls the page, it does not draw
      margin: { l: isNarrow() ? 46 : 60, r: 8, t: layout.showlegend ? 34 : 10, b: 42 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: style("muted") },
      hoverlabel: {
        bgcolor: style("panel"),
        bordercolor: style("line"),
        font: { color: style("text") },
        align: "left",
      },
    };
    for (const name of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(name)) {
        themed[name] = {
          ...layout[name],
          gridcolor: style("line"),
          linecolor: style("line"),
          zerolinecolor: style("line"),
        };
      }
    }
    return themed;
  };

  const config = { displaylogo: false, displayModeBar: false, responsive: true, doubleClick: "reset" };
  const charts = new Map();

  const draw = (place) => {
    const figure = charts.get(place);
    Plotly.react(place, painted(figure.data), laidOut(figure.layout), config).then(() => {
      if (place.dataset.rendered) return;
      place.dataset.rendered = "yes";
      place.on("plotly_relayout", (change) => fit(place, change));
    });
  };

  const milliseconds = (value) => {
    if (typeof value === "number") return value;
    const [day, time] = value.split(" ");
    return Date.parse(day + "T" + (time || "00:00") + "Z");
  };

  // Keep the candles in view as tall as the chart.
  const fit = (place, change) => {
    const candles = charts.get(place).data[0];
    if (candles.type !== "candlestick") return;
    if (change["xaxis.autorange"] || change.autosize) {
      if (change["xaxis.autorange"]) Plotly.relayout(place, { "yaxis.autorange": true });
      return;
    }
    const range = change["xaxis.range"] || [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    if (range[0] === undefined || range[1] === undefined) return;
    const [from, to] = range.map(milliseconds);
    let low = Infinity;
    let high = -Infinity;
    candles.x.forEach((at, index) => {
      if (at >= from && at <= to) {
        low = Math.min(low, candles.low[index]);
        high = Math.max(high, candles.high[index]);
      }
    });
    if (low > high) return;
    const reach = high - low; // show a stop or target that is near, not one that would flatten all
    for (const trace of charts.get(place).data.slice(1)) {
      trace.x.forEach((at, index) => {
        const y = trace.y[index];
        if (at >= from && at <= to && y !== null && y > low - reach && y < high + reach) {
          low = Math.min(low, y);
          high = Math.max(high, y);
        }
      });
    }
    const margin = (high - low) * 0.08 || Math.abs(high) * 0.001;
    Plotly.relayout(place, { "yaxis.range": [low - margin, high + margin] });
  };

  const step = (place, by, said) => {
    const figure = charts.get(place);
    const trades = figure.trades;
    if (by === 0 || !trades.length) {
      figure.at = undefined;
      said.textContent = trades.length ? trades.length + " trades" : "no trades";
      Plotly.relayout(place, { "xaxis.autorange": true });
      return;
    }
    const start = by > 0 ? -1 : trades.length;
    figure.at = ((figure.at ?? start) + by + trades.length) % trades.length;
    const [from, to] = trades[figure.at];
    const margin = Math.max(to - from, 40 * figure.candle_ms);
    said.textContent = "trade " + (figure.at + 1) + " of " + trades.length;
    Plotly.relayout(place, { "xaxis.range": [from - margin, to + margin] });
  };

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) {
          watcher.unobserve(entry.target);
          draw(entry.target);
        }
      }
    },
    { rootMargin: "600px" }
  );

  for (const source of document.querySelectorAll("script[data-chart]")) {
    const place = document.getElementById(source.dataset.chart);
    const figure = JSON.parse(source.textContent);
    place.textContent = "";
    place.style.minHeight = figure.layout.height + "px";
    charts.set(place, figure);
    const section = place.closest("section");
    const said = section.querySelector(".place");
    if (said) said.textContent = figure.trades.length ? figure.trades.length + " trades" : "no trades";
    for (const button of section.querySelectorAll("button[data-step]")) {
      button.disabled = !figure.trades.length;
      button.addEventListener("click", () => step(place, Number(button.dataset.step), said));
    }
    watcher.observe(place);
  }

  const redraw = () => charts.forEach((_, place) => place.dataset.rendered && draw(place));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => charts.forEach((_, place) => place.dataset.rendered || draw(place)));
})();
