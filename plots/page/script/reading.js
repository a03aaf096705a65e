// Reading a panel: pointing, keys and zoom. Values appear in one box beside the pointer, and for
// screen readers in a line of text.
(function (page) {
  'use strict';

  let tip = null;

  function cell(row, text, name) {
    const td = row.insertCell();
    td.textContent = text;
    if (name) td.className = name;
    return td;
  }

  function swatch(mode) {
    const svg = d3.select(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))
      .attr({ viewBox: '-5 -5 10 10', class: page.look(mode).colour });
    svg.append('path').attr('class', 'fill').attr('d', page.symbol(mode, 46));
    return svg.node();
  }

  function fillTip(title, rows) {
    tip.textContent = '';
    const head = document.createElement('strong');
    head.textContent = title;
    const table = document.createElement('table');
    for (const row of rows) {
      const tr = table.insertRow();
      cell(tr, row.name).prepend(swatch(row.mode));
      cell(tr, row.value);
      cell(tr, row.range, 'range');
      cell(tr, row.n, 'range');
    }
    tip.append(head, table);
  }

  function placeTip(panel, place) {
    tip.hidden = false;
    const frame = panel.view.svg.getBoundingClientRect();
    const left = frame.left + place * frame.width / panel.view.width;
    const width = tip.offsetWidth;
    const room = document.documentElement.clientWidth;
    const beside = left + 16 + width < room - 8 ? left + 16 : left - 16 - width;
    tip.style.left = Math.max(8, Math.min(beside, room - width - 8)) + window.scrollX + 'px';
    tip.style.top = frame.top + window.scrollY + 28 + 'px';
  }

  function hide(panel) {
    tip.hidden = true;
    panel.column = -1;
    if (panel.view) panel.view.rule.style('display', 'none');
  }

  // The places a panel can be read at, left to right, as far as zoom shows them.
  function columnsOf(chart, panel) {
    const seen = new Set();
    for (const one of panel.shown) for (const p of one.points) seen.add(p.x);
    const domain = panel.view.x.domain();
    return Array.from(seen).filter(function (x) { return x >= domain[0] - 1e-9 && x <= domain[1] + 1e-9; })
      .sort(function (a, b) { return a - b; });
  }

  function read(chart, panel, column, aloud) {
    const columns = panel.columns;
    if (columns.length === 0) return;
    panel.column = Math.max(0, Math.min(column, columns.length - 1));
    const x = columns[panel.column];
    const rows = [];
    for (const one of panel.shown) {
      const low = chart.x.chunks ? 0 : d3.bisector(function (p) { return p.x; }).left(one.points, x);
      for (let i = low; i < one.points.length; ++i) {
        if (one.points[i].x === x) rows.push(Object.assign({}, one.points[i], { name: one.name, mode: one }));
        else if (!chart.x.chunks) break;
      }
    }
    const title = chart.titleAt(x, panel);
    fillTip(title, rows);
    panel.view.rule.attr({ x1: panel.view.x(x), x2: panel.view.x(x) }).style('display', null);
    placeTip(panel, panel.view.x(x));
    if (aloud) {
      page.say(title + '. ' + rows.map(function (row) {
        return [row.name, row.value, row.range, row.n].filter(Boolean).join(' ');
      }).join('; '));
    }
  }

  function nearest(columns, x) {
    const right = d3.bisectLeft(columns, x);
    if (right === 0) return 0;
    if (right === columns.length) return right - 1;
    return x - columns[right - 1] < columns[right] - x ? right - 1 : right;
  }

  function zoomTo(chart, from, to) {
    if (chart.kind === 'ranked') return; // there is one chunk
    const domain = [Math.min(from, to), Math.max(from, to)];
    if (chart.x.chunks) { // whole chunks, with a little room
      domain[0] -= 0.25;
      domain[1] += 0.25;
    }
    chart.zoom = domain;
    page.drawChart(chart);
  }

  page.resetZoom = function (chart) {
    if (!chart.zoom) return;
    chart.zoom = null;
    page.drawChart(chart);
  };

  function pointer(chart, panel) {
    let from = null;
    const inside = function (event) {
      const frame = panel.view.svg.getBoundingClientRect();
      const place = (event.clientX - frame.left) * panel.view.width / frame.width;
      return Math.max(panel.view.left, Math.min(panel.view.right, place));
    };
    panel.holder.addEventListener('pointermove', function (event) {
      if (panel.shown.length === 0) return;
      const place = inside(event);
      if (from !== null && Math.abs(place - from) > 6) {
        panel.view.brush.attr({ x: Math.min(from, place), width: Math.abs(place - from) }).style('display', null);
      }
      read(chart, panel, nearest(panel.columns, panel.view.x.invert(place)), false);
    });
    panel.holder.addEventListener('pointerleave', function () { if (from === null) hide(panel); });
    panel.holder.addEventListener('pointerdown', function (event) {
      if (event.button !== 0 || event.pointerType === 'touch') return; // a finger scrolls
      from = inside(event);
      panel.holder.setPointerCapture(event.pointerId);
    });
    panel.holder.addEventListener('pointerup', function (event) {
      if (from === null) return;
      const to = inside(event);
      const start = from;
      from = null;
      panel.view.brush.style('display', 'none');
      if (Math.abs(to - start) > 12) zoomTo(chart, panel.view.x.invert(start), panel.view.x.invert(to));
    });
    panel.holder.addEventListener('dblclick', function () { page.resetZoom(chart); });
  }

  function keys(chart, panel) {
    panel.holder.addEventListener('keydown', function (event) {
      const last = panel.columns.length - 1;
      const moves = { ArrowRight: panel.column + 1, ArrowLeft: panel.column < 0 ? last : panel.column - 1, Home: 0, End: last };
      if (event.key in moves) {
        read(chart, panel, moves[event.key], true);
      } else if (event.key === '+' && panel.column >= 0) {
        const x = panel.columns[panel.column];
        const domain = panel.view.x.domain();
        zoomTo(chart, x - (domain[1] - domain[0]) / 4, x + (domain[1] - domain[0]) / 4);
      } else if (event.key === '-' || event.key === 'Escape') {
        hide(panel);
        page.resetZoom(chart);
      } else {
        return;
      }
      event.preventDefault();
    });
    panel.holder.addEventListener('blur', function () { hide(panel); });
  }

  page.makeReadable = function (chart, panel) {
    if (!tip) {
      tip = document.body.appendChild(document.createElement('div'));
      tip.className = 'tip';
      tip.hidden = true;
    }
    panel.column = -1;
    pointer(chart, panel);
    keys(chart, panel);
  };

  page.afterDraw = function (chart, panel) { panel.columns = columnsOf(chart, panel); };
}(window.splicebench));
