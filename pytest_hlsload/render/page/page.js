// Draws the figures of every load when they come near, in the style sheet's colours; keeps one time axis and one cursor
// for all figures of a load.
(() => {
  "use strict";

  const LEFT = 76;   // figures/figure.py has the same
  const RIGHT = 12;
  const PAPER = 660; // pixels across a printed page
  const MOST_NAMED = 8;
  const SHORTEST = 0.2; // seconds across
  const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

  const figures = JSON.parse(document.getElementById("figures").textContent);
  const plots = [...document.querySelectorAll(".plot")];
  const loads = new Map();

  for (const plot of plots) {
    const load = loads.get(plot.dataset.load) ?? { plots: [], range: null, at: null };
    plot.figure = figures[plot.dataset.load].find((figure) => figure.key === plot.dataset.figure);
    plot.timed = plot.figure.layout.xaxis.tickmode === "array";
    plot.drawn = false;
    load.plots.push(plot);
    if (plot.timed) load.whole = load.range ??= plot.figure.layout.xaxis.range;
    loads.set(plot.dataset.load, load);
  }

  // Colours: whatever is the name of a property of the style sheet stands for its value.
  function colored(value, style) {
    if (typeof value === "string") return value.startsWith("--") ? style.getPropertyValue(value).trim() : value;
    if (Array.isArray(value)) {
      const plain = typeof value[0] === "number" && typeof value.at(-1) === "number";
      return plain ? value : value.map((item) => colored(item, style));
    }
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) =>
      [name, name === "customdata" || name === "text" ? item : colored(item, style)]));
  }

  // Plotly itself, unpacked once.
  async function library() {
    const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  }

  function draw(plot, width) {
    const load = loads.get(plot.dataset.load);
    const style = getComputedStyle(document.documentElement);
    const data = colored(plot.figure.data, style);
    const layout = { ...colored(plot.figure.layout, style), dragmode: plot.timed && !coarse.matches ? "zoom" : false };
    if (plot.timed) Object.assign(layout.xaxis, axis(plot, load));
    layout.width = width ?? plot.clientWidth;
    const done = Plotly.react(plot, data, layout, { displayModeBar: false, doubleClick: false, responsive: false });
    if (!plot.drawn) {
      plot.drawn = true;
      if (plot.timed) listen(plot, load);
    }
    return done;
  }

  const coarse = matchMedia("(pointer: coarse)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = (plot) => plot.clientWidth < 560;
  const drawn = () => plots.filter((plot) => plot.drawn);

  // One time axis

  function show(load, from, to) {
    const [first, last] = load.whole;
    const length = Math.min(Math.max(to - from, SHORTEST), last - first);
    const start = Math.min(Math.max(from, first), last - length);
    load.range = [start, start + length];
    for (const plot of load.plots) {
      if (plot.timed && plot.drawn) {
        const { range, tickvals, ticktext } = axis(plot, load);
        Plotly.relayout(plot, { "xaxis.range": range, "xaxis.tickvals": tickvals, "xaxis.ticktext": ticktext });
      }
    }
    point(load, load.at);
  }

  function axis(plot, load) {
    const [from, to] = load.range;
    const step = STEPS.find((step) => (to - from) / step <= (narrow(plot) ? 4 : 9)) ?? STEPS.at(-1);
    const count = Math.floor(to / step + 1e-6) - Math.ceil(from / step - 1e-6) + 1;
    const tickvals = Array.from({ length: count }, (_, n) => (Math.ceil(from / step - 1e-6) + n) * step);
    return { range: [from, to], tickvals, ticktext: tickvals.map((at) => clock(at, step < 1)) };
  }

  function zoom(load, factor) {
    const [from, to] = load.range;
    const middle = load.at !== null && load.at >= from && load.at <= to ? load.at : (from + to) / 2;
    show(load, middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  function listen(plot, load) {
    plot.on("plotly_relayout", (change) => {
      const from = change["xaxis.range[0]"], to = change["xaxis.range[1]"];
      if (from !== undefined && (from !== load.range[0] || to !== load.range[1])) show(load, from, to);
    });
    plot.on("plotly_doubleclick", () => show(load, ...load.whole));
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
      if (share >= 0 && share <= 1) point(load, load.range[0] + share * (load.range[1] - load.range[0]));
    });
    plot.cursor = plot.appendChild(document.createElement("div"));
    plot.cursor.className = "cursor";
    plot.cursor.hidden = true;
  }

  // One cursor, and in words what the figures show there

  function point(load, at) {
    load.at = at;
    const [from, to] = load.range;
    for (const plot of load.plots) {
      if (!plot.cursor) continue;
      plot.cursor.hidden = at === null || at < from || at > to;
      plot.cursor.style.left = `${LEFT + (at - from) / (to - from) * (plot.clientWidth - LEFT - RIGHT)}px`;
    }
    if (load.readout && at !== null) load.readout.replaceChildren(...words(load, at));
  }

  function words(load, at) {
    const told = [element("b", clock(at))];
    for (const plot of load.plots) {
      if (!plot.timed) continue;
      const parts = plot.figure.data.flatMap((trace) => tell[trace.meta?.tell ?? "none"](trace, at));
      if (!parts.length) continue;
      const span = element("span", parts.join(" · "));
      if (plot.figure.short) span.prepend(element("i", plot.figure.short));
      told.push(span);
    }
    return told;
  }

  const tell = {
    none: () => [],
    step(trace, at) {
      const value = trace.y[before(trace.x, at)];
      if (!value) return [];
      return [trace.meta.sparse ? `${trace.meta.word}: ${value}` : `${trace.meta.word} ${Math.round(value * 10) / 10}`];
    },
    near(trace, at) {
      if (!trace.x.length) return [];
      const here = before(trace.x, at), next = Math.min(here + 1, trace.x.length - 1);
      const value = trace.y[at - trace.x[here] <= trace.x[next] - at ? here : next];
      return value === null || value === undefined ? [] : [`${trace.meta.word} ${value}${trace.meta.unit ?? ""}`];
    },
    stall(trace, at) {
      const who = during(trace, at).map((n) => trace.customdata[n][0]);
      if (!who.length) return [];
      const more = who.length > MOST_NAMED ? ` and ${who.length - MOST_NAMED} more` : "";
      return [`${trace.meta.word}: client${who.length > 1 ? "s" : ""} ${who.slice(0, MOST_NAMED).join(", ")}${more}`];
    },
    during: (trace, at) => during(trace, at).map((n) => entities(trace.customdata[n][0])),
  };

  function before(times, at) {
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= at) low = middle; else high = middle - 1;
    }
    return low;
  }

  const during = (trace, at) =>
    trace.base.flatMap((start, n) => start <= at && at <= start + trace.x[n] ? [n] : []);

  // What was escaped for plotly is shown as text here.
  const entities = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

  function clock(at, exact = true) {
    const tenths = Math.round(at * 10);
    const two = (number) => String(number).padStart(2, "0");
    const minutes = Math.floor(tenths / 600), hours = Math.floor(minutes / 60);
    const whole = `${hours ? `${hours}:` : ""}${two(minutes % 60)}:${two(Math.floor(tenths % 600 / 10))}`;
    return exact ? `${whole}.${tenths % 10}` : whole;
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  // Buttons and keys

  const doing = {
    in: (load) => zoom(load, 0.5),
    out: (load) => zoom(load, 2),
    earlier: (load) => move(load, -0.25),
    later: (load) => move(load, 0.25),
    all: (load) => show(load, ...load.whole),
    range: (load, button) => show(load, Number(button.dataset.from), Number(button.dataset.to)),
  };

  function move(load, share) {
    const by = share * (load.range[1] - load.range[0]);
    show(load, load.range[0] + by, load.range[1] + by);
  }

  function step(load, share) {
    const [from, to] = load.range;
    const at = Math.min(Math.max((load.at ?? from) + share * (to - from), load.whole[0]), load.whole[1]);
    if (at < from || at > to) show(load, at - (to - from) / 2, at + (to - from) / 2);
    point(load, at);
  }

  for (const tools of document.querySelectorAll(".tools")) {
    const load = loads.get(tools.dataset.load);
    load.readout = document.querySelector(`.readout[data-load="${tools.dataset.load}"]`);
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) doing[button.dataset.do](load, button);
    });
    tools.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const act = {
        ArrowLeft: () => event.shiftKey ? doing.earlier(load) : step(load, -1 / 200),
        ArrowRight: () => event.shiftKey ? doing.later(load) : step(load, 1 / 200),
        Home: () => step(load, -1e6),
        End: () => step(load, 1e6),
        "+": () => doing.in(load),
        "=": () => doing.in(load),
        "-": () => doing.out(load),
        0: () => doing.all(load),
      }[event.key];
      if (act) {
        event.preventDefault();
        act();
      }
    });
  }

  // Light, dark, narrow, paper

  function redraw() {
    for (const plot of drawn()) draw(plot);
    for (const load of loads.values()) point(load, load.at);
  }

  let resized;
  function begin() {
    const near = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting && !entry.target.drawn) draw(entry.target);
      }
    }, { rootMargin: "600px" });
    plots.forEach((plot) => near.observe(plot));
    dark.addEventListener("change", redraw);
    addEventListener("resize", () => {
      clearTimeout(resized);
      resized = setTimeout(redraw, 150);
    });
    addEventListener("beforeprint", () => {
      document.documentElement.dataset.paper = "";
      for (const details of document.querySelectorAll("details")) details.open = true;
      for (const plot of plots) draw(plot, PAPER);
    });
    addEventListener("afterprint", () => {
      delete document.documentElement.dataset.paper;
      redraw();
    });
  }

  library().then(begin).catch((error) => {
    for (const plot of plots) plot.replaceChildren(element("p", `This browser cannot draw the figure (${error}); the tables say the same.`));
  });
})();
