// Of one chunk: a row per mode, the best on top, its name left and its value right.
(function (page) {
  'use strict';

  const row = 21;
  const character = 7; // pixels, of digits

  const longest = function (texts) { return d3.max(texts, function (text) { return text.length; }) || 0; };

  const clip = function (text, most) {
    if (text.length <= most) return text;
    return text.slice(0, Math.ceil(most / 2) - 1) + '\u2026' + text.slice(text.length - Math.floor(most / 2));
  };

  // What stands alone is said; beside its states it has nothing to add.
  const valueOf = function (one) {
    return one.points.filter(function (p) { return p.mark !== 'none' || one.points.length === 1; })
      .map(function (p) { return p.value; }).join(' | ');
  };

  // An end beyond the frame is an arrow head at the frame.
  function interval(group, p, x, y) {
    if (!page.finite(p.lo) || !page.finite(p.hi)) return;
    const limits = x.domain();
    const low = x(Math.max(limits[0], p.lo));
    const high = x(Math.min(limits[1], p.hi));
    const head = function (at, back) {
      return 'M' + (at + back) + ',' + (y - 3) + 'L' + at + ',' + y + 'L' + (at + back) + ',' + (y + 3);
    };
    group.append('path').attr('class', 'bar edge' + (p.mark === 'none' ? ' alone' : '')).attr('d', 'M' + low + ',' + y + 'H' + high +
      (p.lo < limits[0] ? head(low, 5) : '') + (p.hi > limits[1] ? head(high, -5) : ''));
  }

  function stack(group, one, p, x, y) {
    let left = 0;
    p.stack.forEach(function (share, layer) {
      group.append('rect').attr('class', 'mark t' + layer).attr('data-mode', one.name).attr('data-chunk', p.chunk)
        .attr({ x: x(left), width: Math.max(0, x(left + share) - x(left)), y: y - 7, height: 14 });
      left += share;
    });
  }

  function drawRow(at, marks, one, x, y, left, right) {
    const group = marks.append('g').attr('class', page.look(one).colour);
    group.append('line').attr({ class: 'grid', x1: left, x2: right, y1: y, y2: y });
    for (const p of one.points) {
      if (page.isFloor(one)) {
        group.append('line').attr({ class: 'floor edge', x1: x(p.y), x2: x(p.y), y1: at.top, y2: at.bottom })
          .attr('stroke-dasharray', page.look(one).dash);
      } else if (p.stack && p.stack.length > 0) {
        stack(group, one, p, x, y);
      } else {
        interval(group, p, x, y);
        page.mark(group, one, p, 54, [x(p.y), y]);
      }
    }
  }

  page.drawRanked = function (chart, panel, series, domain) {
    const at = page.frame(panel.holder, series.length * row + 52);
    at.top = 6;
    at.bottom = at.height - 46;
    const values = series.map(valueOf);
    const right = at.width - Math.min(at.width * 0.3, longest(values) * character + 10);
    const most = Math.floor(Math.min(at.width * 0.42, 30 * character) / character);
    const left = Math.min(longest(series.map(function (one) { return one.name; })), most) * character + 12;
    const x = (panel.y.base > 0 ? d3.scale.log().base(panel.y.base) : d3.scale.linear()).domain(domain).range([left, right]);
    for (const [value, label] of page.thinned(page.marksOf(panel.y, x, 4), function (mark) { return x(mark[0]); }, 40)) {
      at.svg.append('line').attr({ class: value === 0 && domain[0] < 0 ? 'zero' : 'grid', x1: x(value), x2: x(value), y1: at.top, y2: at.bottom });
      at.svg.append('text').attr({ x: x(value), y: at.bottom + 16, 'text-anchor': 'middle' }).text(label);
    }
    at.svg.append('text').attr({ x: at.width, y: at.bottom + 34, 'text-anchor': 'end' }).text(page.axisName(panel.y));
    const marks = at.svg.append('g').attr('class', 'marks');
    series.forEach(function (one, index) {
      const y = at.top + (index + 0.5) * row;
      drawRow(at, marks, one, x, y, left, right);
      at.svg.append('text').attr({ class: 'name', x: left - 8, y: y + 4, 'text-anchor': 'end' }).text(clip(one.name, most));
      at.svg.append('text').attr({ class: 'value', x: right + 8, y: y + 4 }).text(values[index]);
    });
    const catcher = at.svg.append('rect').attr({ class: 'catch', x: 0, y: 0, width: at.width, height: at.bottom });
    // There is one place to read: all modes at their chunk.
    const chunk = panel.series[0].points[0].x;
    const rule = at.svg.append('line').attr('class', 'no-rule');
    const brush = at.svg.append('rect').attr('class', 'no-rule');
    return { x: d3.scale.linear().domain([chunk - 1, chunk + 1]).range([left, right]), y: null, rule: rule, brush: brush,
      catcher: catcher.node(), svg: at.svg.node(), width: at.width, left: left, right: right };
  };
}(window.splicebench));
