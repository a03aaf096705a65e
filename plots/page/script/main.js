// Puts the charts into the page, and wires switches, tables and buttons.
(function (page) {
  'use strict';

  const off = new Set(); // modes switched off, by slot

  page.say = function (text) { document.getElementById('reading').textContent = text; };

  function shown(panel) {
    return panel.series.filter(function (one) { return !off.has(one.slot); });
  }

  // The points that are on and that zoom shows.
  function pointsInView(chart, panels) {
    return d3.merge(d3.merge(panels.map(function (panel) {
      return panel.shown.map(function (one) { return one.points; });
    }))).filter(function (p) { return !chart.zoom || (p.x >= chart.zoom[0] && p.x <= chart.zoom[1]); });
  }

  // One range for all of `panels`.
  function yDomain(chart, panels) {
    const axis = panels[0].y;
    let low = Infinity;
    let high = -Infinity;
    const points = pointsInView(chart, panels);
    const bound = function (value, none) { return value === null ? none : value; };
    const reach = bound(axis.reach, Infinity);
    for (const p of points) {
      low = Math.min(low, p.lo === null ? p.y : Math.max(p.lo, p.y - reach));
      high = Math.max(high, p.hi === null ? p.y : Math.min(p.hi, p.y + reach));
    }
    if (low > high) return axis.base > 0 ? [1, 10] : [0, 1];
    const least = bound(axis.least, -Infinity);
    low = Math.max(low, least);
    high = Math.min(high, bound(axis.most, Infinity));
    if (axis.base > 0) {
      const step = Math.log(axis.base);
      return [Math.pow(axis.base, Math.floor(Math.log(low) / step + 1e-9)), high * 1.3];
    }
    if (axis.zero) {
      low = Math.min(0, low);
      high = Math.max(0, high);
    }
    const room = (high - low || 1) * 0.04;
    const floor = chart.kind === 'bars' ? least : -Infinity; // samples beyond stand at the edge
    return [low < 0 ? Math.max(low - room, floor) : low, high > 0 ? high + room : high];
  }

  page.drawChart = function (chart) {
    for (const panel of chart.panels) panel.shown = shown(panel);
    const shared = yDomain(chart, chart.panels);
    for (const panel of chart.panels) {
      if (panel.series.length === 0) continue;
      panel.view = page.drawPanel(chart, panel, panel.shown, chart.own ? yDomain(chart, [panel]) : shared);
      page.afterDraw(chart, panel);
    }
    chart.reset.hidden = !chart.zoom;
  };

  function addPanel(chart, panel, parent) {
    const figure = parent.appendChild(document.createElement('figure'));
    figure.appendChild(document.createElement('figcaption')).textContent = panel.title;
    panel.holder = figure.appendChild(document.createElement('div'));
    if (panel.series.length === 0) {
      panel.holder.className = 'empty';
      panel.holder.textContent = panel.empty;
      return;
    }
    panel.holder.className = 'plot';
    panel.holder.tabIndex = 0;
    panel.holder.setAttribute('role', 'group');
    panel.holder.setAttribute('aria-roledescription', 'chart');
    panel.holder.setAttribute('aria-label', panel.y.label + ', ' + panel.title + ': ' + panel.series.length +
      ' modes; arrow keys read the values, plus zooms, Escape resets; the tables below hold the same numbers');
    page.makeReadable(chart, panel);
  }

  function addChart(section, data) {
    const chart = page.unpack(data.charts.find(function (one) { return one.name === section.dataset.chart; }));
    const parent = section.querySelector('.panels');
    chart.reset = section.querySelector('button.reset');
    chart.reset.addEventListener('click', function () { page.resetZoom(chart); });
    const drawn = chart.panels.map(function (panel) { return panel.series.length > 0; });
    chart.firstDrawn = drawn.indexOf(true);
    chart.lastDrawn = drawn.lastIndexOf(true);
    chart.panels.forEach(function (panel, index) {
      panel.index = index;
      addPanel(chart, panel, parent);
    });
    page.drawChart(chart);
    return chart;
  }

  function wireSwitches(charts) {
    for (const box of document.querySelectorAll('.switches input')) {
      const slot = Number(box.dataset.mode);
      const mode = { slot: slot, family: Number(box.dataset.family), member: Number(box.dataset.member) };
      const swatch = d3.select(box.parentNode).select('svg');
      const look = page.look(mode);
      swatch.attr('class', look.colour).attr('viewBox', '0 0 34 14');
      swatch.append('path').attr({ class: 'edge', d: 'M0,7H34', 'stroke-width': 2, 'stroke-dasharray': look.dash });
      swatch.append('path').attr({ class: 'fill', transform: 'translate(17,7)', d: page.symbol(mode, 46) });
      box.addEventListener('change', function () {
        if (box.checked) off.delete(slot); else off.add(slot);
        charts.forEach(page.drawChart);
      });
      if (!box.checked) off.add(slot); // a browser restores switches when a page is loaded again
    }
  }

  function redrawOnResize(charts) {
    let width = document.documentElement.clientWidth;
    let pending = 0;
    window.addEventListener('resize', function () {
      if (document.documentElement.clientWidth === width) return;
      width = document.documentElement.clientWidth;
      cancelAnimationFrame(pending);
      pending = requestAnimationFrame(function () { charts.forEach(page.drawChart); });
    });
  }

  function wireCopy() {
    for (const button of document.querySelectorAll('button.copy')) {
      button.addEventListener('click', function () {
        const code = document.getElementById(button.dataset.copies);
        const done = function () {
          button.textContent = 'Copied';
          page.say('Copied');
        };
        // A page opened from disk may not be allowed the clipboard: then the text is selected.
        const select = function () {
          window.getSelection().selectAllChildren(code);
          button.textContent = 'Selected';
        };
        if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, select);
        else select();
      });
    }
  }

  const data = JSON.parse(document.getElementById('data').textContent);
  const charts = [];
  wireSwitches(charts);
  for (const section of document.querySelectorAll('.chart[data-chart]')) charts.push(addChart(section, data));
  redrawOnResize(charts);
  page.wireTables();
  page.wireSamples(data);
  wireCopy();
  document.documentElement.dataset.ready = 'yes';
}(window.splicebench));
