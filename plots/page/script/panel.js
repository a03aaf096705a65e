// One panel of a chart: axes and marks, as SVG so that colours follow the scheme, print is sharp and
// every mark can be found. What it shows was computed before.
(function (page) {
  'use strict';

  const box = { height: 236, low: 128, top: 24, right: 14, bottom: 40, left: 48 };
  const manyPoints = 1500;
  const mostNamed = 6;
  const character = 6.9; // pixels of a name at the end of its line, bold, on average

  // Where panels share an x axis they are low, the first names the y axis and the last has the x axis.
  function frame(chart, panel) {
    const last = panel.index === chart.lastDrawn;
    const top = chart.rows && panel.index !== chart.firstDrawn ? 8 : box.top;
    const bottom = chart.rows && !last ? 10 : box.bottom;
    const at = page.frame(panel.holder, chart.rows ? box.low + top + bottom - 34 : box.height);
    at.top = top;
    at.bottom = at.height - bottom;
    at.named = top === box.top;
    at.marked = !chart.rows || last;
    const names = d3.max(panel.series, function (one) { return one.label.length; }) * character + 12;
    at.ends = chart.lines <= mostNamed && ['lines', 'bars', 'curves'].indexOf(chart.kind) >= 0 && names * 3 < at.width;
    at.right = at.width - (at.ends ? names : box.right);
    return at;
  }

  function drawXAxis(at, chart, x) {
    const ticks = chart.x.places
      ? page.thinned(chart.x.places.filter(function (mark) {
          return x(mark[0]) >= box.left - 1 && x(mark[0]) <= at.right + 1;
        }), function (mark) { return x(mark[0]); }, 58)
      : x.ticks(5).map(function (value) { return [value, page.tick(value)]; });
    if (!at.marked) return;
    const axis = at.svg.append('g');
    axis.append('line').attr({ class: 'axis', x1: box.left, x2: at.right, y1: at.bottom, y2: at.bottom });
    for (const [place, label] of ticks) {
      axis.append('text').attr({ x: x(place), y: at.bottom + 16, 'text-anchor': 'middle' }).text(label);
    }
    axis.append('text').attr({ x: at.right, y: at.bottom + 33, 'text-anchor': 'end' }).text(chart.x.label);
  }

  function drawYAxis(at, chart, panel, y) {
    const axis = at.svg.append('g');
    const signed = chart.kind === 'bars' || chart.kind === 'samples';
    for (const [value, label] of page.marksOf(panel.y, y, chart.rows ? 4 : 5)) {
      axis.append('line').attr({ class: value === 0 && signed ? 'zero' : 'grid', x1: box.left, x2: at.right, y1: y(value), y2: y(value) });
      axis.append('text').attr({ x: box.left - 7, y: y(value) + 4, 'text-anchor': 'end' }).text(label);
    }
    if (at.named) axis.append('text').attr({ x: 0, y: 11 }).text(page.axisName(panel.y));
  }

  // Runs of points with no planned chunk missing in between: a gap in the data is one in the line. States stand alone.
  function runs(points, planned) {
    const found = [];
    let last = null;
    for (const point of points) {
      const missing = function (chunk) { return chunk > last.chunk && chunk < point.chunk; };
      if (last === null || !point.onLine || !last.onLine || planned.some(missing)) found.push([]);
      found[found.length - 1].push(point);
      last = point;
    }
    return found;
  }

  function clampTo(limits) {
    return function (value) { return Math.max(limits[0], Math.min(limits[1], value)); };
  }

  function drawBand(group, run, x, y) {
    const known = run.filter(function (p) { return page.finite(p.lo) && page.finite(p.hi); });
    const limits = y.domain();
    if (known.length < 2) return drawBars(group, known, x, y);
    const within = clampTo(limits);
    group.append('path').attr('class', 'band fill').attr('d', d3.svg.area()
      .x(x).y0(function (p) { return y(within(p.lo)); }).y1(function (p) { return y(within(p.hi)); })(known));
    drawBars(group, known.filter(function (p) { return p.lo < limits[0] || p.hi > limits[1]; }), x, y);
  }

  // An end beyond the frame is an arrow head at the frame.
  function barPath(p, x, y) {
    const limits = y.domain();
    const low = y(Math.max(limits[0], p.lo));
    const high = y(Math.min(limits[1], p.hi));
    const head = function (at, back) {
      return 'M' + (x - 3) + ',' + (at + back) + 'L' + x + ',' + at + 'L' + (x + 3) + ',' + (at + back);
    };
    return 'M' + x + ',' + low + 'V' + high + (p.lo < limits[0] ? head(low, -5) : '') + (p.hi > limits[1] ? head(high, 5) : '');
  }

  function drawBars(group, points, x, y) {
    for (const p of points) {
      if (!page.finite(p.lo) || !page.finite(p.hi)) continue;
      group.append('path').attr('class', 'bar edge' + (p.mark === 'none' ? ' alone' : '')).attr('d', barPath(p, x(p), y));
    }
  }

  function drawLines(marks, chart, panel, series, x, y) {
    series.forEach(function (one, index) {
      const look = page.look(one);
      const floor = page.isFloor(one);
      const bars = chart.kind === 'bars';
      const group = marks.append('g').attr('class', look.colour);
      const shift = bars ? (index - (series.length - 1) / 2) * Math.min(7, 26 / series.length) : 0;
      const px = function (p) { return x(p.x) + shift; };
      for (const run of runs(one.points, panel.planned)) {
        if (!floor && bars) drawBars(group, run, px, y);
        else if (!floor) drawBand(group, run, px, y);
        if (!run[0].onLine) continue;
        group.append('path').attr('class', floor ? 'floor edge' : 'line edge' + (bars ? ' thin' : ''))
          .attr('stroke-dasharray', look.dash)
          .attr('d', d3.svg.line().x(px).y(function (p) { return y(p.y); })(run));
      }
      if (floor || chart.kind === 'curves') return;
      for (const p of one.points) page.mark(group, one, p, 38, [px(p), y(p.y)]);
    });
  }

  // The name of each line at the last of its points that is shown.
  function drawEnds(at, chart, panel, series, x, y) {
    const ends = [];
    const domain = x.domain();
    for (const one of series) {
      const seen = one.points.filter(function (p) { return p.x >= domain[0] - 1e-9 && p.x <= domain[1] + 1e-9; });
      if (seen.length > 0) ends.push({ one: one, y: y(clampTo(y.domain())(seen[seen.length - 1].y)) });
    }
    ends.sort(function (a, b) { return a.y - b.y; });
    const places = page.spread(ends.map(function (end) { return end.y; }), 13, at.top, at.bottom);
    ends.forEach(function (end, i) {
      at.svg.append('g').attr('class', page.look(end.one).colour).append('text')
        .attr({ class: 'end', x: at.right + 8, y: places[i] + 4 }).text(end.one.label);
    });
  }

  function drawStack(marks, chart, panel, series, x, y) {
    // Four fifths of the narrowest distance between two chunks, shared by the modes.
    let gap = 1;
    chart.x.chunks.forEach(function (chunk, i) {
      if (i > 0) gap = Math.min(gap, Math.log2(chunk / chart.x.chunks[i - 1]));
    });
    const each = gap * 0.82 / series.length;
    series.forEach(function (one, index) {
      const group = marks.append('g').attr('class', page.look(one).colour);
      for (const p of one.points) {
        const left = p.x - gap * 0.41 + index * each;
        let bottom = 0;
        p.stack.forEach(function (share, layer) {
          group.append('rect').attr('class', 'mark t' + layer).attr('data-mode', one.name).attr('data-chunk', p.chunk)
            .attr({ x: x(left), width: Math.max(0.5, (x(left + each) - x(left)) * 0.9), y: y(bottom + share), height: Math.max(0, y(bottom) - y(bottom + share)) });
          bottom += share;
        });
      }
    });
  }

  // A path of strokes without length per mode: 100,000 dots as elements would take minutes.
  function drawSamples(marks, chart, panel, series, x, y) {
    const limits = y.domain();
    const within = clampTo(limits);
    const count = d3.sum(series, function (one) { return one.points.length; });
    for (const one of series) {
      const d = one.points.map(function (p) { return 'M' + x(p.x).toFixed(1) + ',' + y(within(p.y)).toFixed(1) + 'h0'; }).join('');
      marks.append('g').attr('class', page.look(one).colour).append('path')
        .attr('class', 'mark dots edge' + (count > manyPoints ? ' many' : ''))
        .attr('data-mode', one.name).attr('data-points', one.points.length).attr('d', d);
    }
    for (const time of panel.failed) {
      marks.append('path').attr('class', 'failed').attr('d', 'M' + (x(time) - 4) + ',' + (y(limits[0]) - 4) + 'l8,8m-8,0l8,-8');
    }
    marks.append('path').attr('class', 'median').attr('d', d3.svg.line()
      .x(function (p) { return x(p.x); }).y(function (p) { return y(within(p.y)); })(panel.medians));
  }

  const drawers = { lines: drawLines, curves: drawLines, bars: drawLines, stack: drawStack, samples: drawSamples };

  // Draws `panel` of `chart` for the modes that are on, and returns what pointing at it needs.
  page.drawPanel = function (chart, panel, series, yDomain) {
    if (chart.kind === 'ranked') return page.drawRanked(chart, panel, series, yDomain);
    const at = frame(chart, panel);
    const x = d3.scale.linear().domain(chart.zoom || chart.x.domain).range([box.left, at.right]);
    const y = (panel.y.base > 0 ? d3.scale.log().base(panel.y.base) : d3.scale.linear())
      .domain(yDomain).range([at.bottom, at.top]);
    drawYAxis(at, chart, panel, y);
    drawXAxis(at, chart, x);
    const id = 'clip-' + chart.name + '-' + panel.index;
    at.svg.append('clipPath').attr('id', id).append('rect')
      .attr({ x: box.left - 6, y: at.top - 8, width: at.right - box.left + 12, height: at.bottom - at.top + 16 });
    const marks = at.svg.append('g').attr('class', 'marks').attr('clip-path', chart.zoom ? 'url(#' + id + ')' : null);
    drawers[chart.kind](marks, chart, panel, series, x, y);
    if (at.ends) drawEnds(at, chart, panel, series, x, y);
    const rule = at.svg.append('line').attr({ class: 'rule', y1: at.top, y2: at.bottom }).style('display', 'none');
    const brush = at.svg.append('rect').attr({ class: 'brush', y: at.top, height: at.bottom - at.top }).style('display', 'none');
    const catcher = at.svg.append('rect').attr({ class: 'catch', x: box.left - 8, y: 0, width: at.right - box.left + 16, height: at.bottom + 20 });
    return { x: x, y: y, rule: rule, brush: brush, catcher: catcher.node(), svg: at.svg.node(), width: at.width, left: box.left, right: at.right };
  };
}(window.splicebench));
