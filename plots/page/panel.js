// One panel of a chart: axes and marks, as SVG so that colours follow the scheme, print is sharp and
// every mark can be found. What it shows was computed before.
(function (page) {
  'use strict';

  const box = { height: 236, top: 24, right: 14, bottom: 40, left: 48 };
  const dashes = [null, '9 4', '3 3', '10 3 2 3', '14 5'];
  const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross'];
  const manyPoints = 1500;

  page.look = function (slot) {
    if (slot < 0) return { colour: 'mp', dash: '2 3', shape: 'diamond' };
    return { colour: 'm' + slot % 7, dash: dashes[slot % 5], shape: shapes[slot % 6] };
  };

  page.symbol = function (slot, area) {
    return d3.svg.symbol().type(page.look(slot).shape).size(area)();
  };

  const tick = function (value) { return String(Number(value.toPrecision(6))).replace('-', '\u2212'); };

  const finite = function (value) { return value !== null && isFinite(value); };

  function frame(holder) {
    const width = Math.max(200, Math.floor(holder.clientWidth));
    holder.textContent = '';
    const svg = d3.select(holder).append('svg')
      .attr('viewBox', '0 0 ' + width + ' ' + box.height).attr('aria-hidden', 'true');
    return { svg: svg, width: width, right: width - box.right, bottom: box.height - box.bottom };
  }

  // Ticks that keep `apart` pixels between them, the first always among them.
  function thinned(values, scale, apart) {
    let last = -Infinity;
    return values.filter(function (value) {
      if (scale(value) - last < apart) return false;
      last = scale(value);
      return true;
    });
  }

  function drawXAxis(at, chart, x) {
    const ticks = chart.x.chunks
      ? thinned(chart.x.chunks.filter(function (c) {
          const place = x(Math.log2(c));
          return place >= box.left - 1 && place <= at.right + 1;
        }), function (c) { return x(Math.log2(c)); }, 58)
      : x.ticks(5);
    const axis = at.svg.append('g');
    axis.append('line').attr({ class: 'axis', x1: box.left, x2: at.right, y1: at.bottom, y2: at.bottom });
    for (const value of ticks) {
      const place = x(chart.x.chunks ? Math.log2(value) : value);
      axis.append('text').attr({ x: place, y: at.bottom + 16, 'text-anchor': 'middle' })
        .text(chart.x.chunks ? chart.sizeOf(value) : tick(value));
    }
    axis.append('text').attr({ x: at.right, y: at.bottom + 33, 'text-anchor': 'end' }).text(chart.x.label);
  }

  function drawYAxis(at, chart, y) {
    const axis = at.svg.append('g');
    const limits = y.domain();
    const marks = chart.y.base > 0
      ? chart.y.marks.filter(function (mark) { return mark[0] >= limits[0] * 0.999 && mark[0] <= limits[1]; })
      : y.ticks(5).map(function (value) { return [value, tick(value)]; });
    const signed = chart.kind === 'bars' || chart.kind === 'samples';
    for (const [value, label] of marks) {
      axis.append('line').attr({ class: value === 0 && signed ? 'zero' : 'grid', x1: box.left, x2: at.right, y1: y(value), y2: y(value) });
      axis.append('text').attr({ x: box.left - 7, y: y(value) + 4, 'text-anchor': 'end' }).text(label);
    }
    axis.append('text').attr({ x: 0, y: 11 }).text(chart.y.label);
  }

  // Runs of points with no planned chunk missing in between: a gap in the data is one in the line.
  function runs(points, planned) {
    const found = [];
    let last = null;
    for (const point of points) {
      const missing = function (chunk) { return chunk > last && chunk < point.chunk; };
      if (last === null || planned.some(missing)) found.push([]);
      found[found.length - 1].push(point);
      last = point.chunk;
    }
    return found;
  }

  function drawBand(group, run, x, y) {
    const known = run.filter(function (p) { return finite(p.lo) && finite(p.hi); });
    if (known.length < 2) return drawBars(group, known, x, y);
    group.append('path').attr('class', 'band fill').attr('d', d3.svg.area()
      .x(x).y0(function (p) { return y(p.lo); }).y1(function (p) { return y(p.hi); })(known));
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
      if (!finite(p.lo) || !finite(p.hi)) continue;
      group.append('path').attr('class', 'bar edge')
        .attr('d', barPath(p, x(p), y));
    }
  }

  function drawLines(marks, chart, panel, series, x, y) {
    series.forEach(function (one, index) {
      const look = page.look(one.slot);
      const group = marks.append('g').attr('class', look.colour);
      const shift = chart.kind === 'bars' ? (index - (series.length - 1) / 2) * Math.min(7, 26 / series.length) : 0;
      const px = function (p) { return x(p.x) + shift; };
      for (const run of runs(one.points, panel.planned)) {
        if (chart.kind === 'bars') drawBars(group, run, px, y); else drawBand(group, run, px, y);
        group.append('path').attr('class', 'line edge' + (chart.kind === 'bars' ? ' thin' : ''))
          .attr('stroke-dasharray', look.dash)
          .attr('d', d3.svg.line().x(px).y(function (p) { return y(p.y); })(run));
      }
      for (const p of one.points) {
        group.append('path').attr('class', 'mark ' + (p.filled ? 'fill' : 'hollow edge'))
          .attr('data-mode', one.name).attr('data-chunk', p.chunk)
          .attr('transform', 'translate(' + px(p) + ',' + y(p.y) + ')').attr('d', page.symbol(one.slot, 38));
      }
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
      const group = marks.append('g').attr('class', page.look(one.slot).colour);
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
    const count = d3.sum(series, function (one) { return one.points.length; });
    for (const one of series) {
      const d = one.points.map(function (p) {
        return 'M' + x(p.x).toFixed(1) + ',' + y(Math.max(limits[0], Math.min(limits[1], p.y))).toFixed(1) + 'h0';
      }).join('');
      marks.append('g').attr('class', page.look(one.slot).colour).append('path')
        .attr('class', 'mark dots edge' + (count > manyPoints ? ' many' : ''))
        .attr('data-mode', one.name).attr('data-points', one.points.length).attr('d', d);
    }
    for (const time of panel.failed) {
      marks.append('path').attr('class', 'failed').attr('d', 'M' + (x(time) - 4) + ',' + (y(limits[0]) - 4) + 'l8,8m-8,0l8,-8');
    }
    marks.append('path').attr('class', 'median').attr('d', d3.svg.line()
      .x(function (p) { return x(p.x); })
      .y(function (p) { return y(Math.max(limits[0], Math.min(limits[1], p.y))); })(panel.medians));
  }

  const drawers = { lines: drawLines, bars: drawLines, stack: drawStack, samples: drawSamples };

  // Draws `panel` of `chart` for the modes that are on, and returns what pointing at it needs.
  page.drawPanel = function (chart, panel, series, yDomain) {
    const at = frame(panel.holder);
    const x = d3.scale.linear().domain(chart.zoom || chart.x.domain).range([box.left, at.right]);
    const y = (chart.y.base > 0 ? d3.scale.log().base(chart.y.base) : d3.scale.linear())
      .domain(yDomain).range([at.bottom, box.top]);
    drawYAxis(at, chart, y);
    drawXAxis(at, chart, x);
    const id = 'clip-' + chart.name + '-' + panel.index;
    at.svg.append('clipPath').attr('id', id).append('rect')
      .attr({ x: box.left - 6, y: box.top - 8, width: at.right - box.left + 12, height: at.bottom - box.top + 16 });
    const marks = at.svg.append('g').attr('class', 'marks').attr('clip-path', chart.zoom ? 'url(#' + id + ')' : null);
    drawers[chart.kind](marks, chart, panel, series, x, y);
    const rule = at.svg.append('line').attr({ class: 'rule', y1: box.top, y2: at.bottom }).style('display', 'none');
    const brush = at.svg.append('rect').attr({ class: 'brush', y: box.top, height: at.bottom - box.top }).style('display', 'none');
    const catcher = at.svg.append('rect').attr({ class: 'catch', x: box.left - 8, y: 0, width: at.right - box.left + 16, height: at.bottom + 20 });
    return { x: x, y: y, rule: rule, brush: brush, catcher: catcher.node(), svg: at.svg.node(), width: at.width, left: box.left, right: at.right };
  };
}(window.splicebench));
