// From the data, in which a point is a short list, to what panels are drawn from.
(function (page) {
  'use strict';

  const place = { 2: Math.log2, 10: Math.log10 }; // of a value on an axis, by its base

  function point(row, toPlace, isChunk) {
    const interval = row[6] || [null, null];
    const mark = row[5] || 'filled';
    return {
      x: toPlace(row[0]), chunk: isChunk ? row[0] : undefined, y: row[1], value: row[2], range: row[3], n: row[4],
      mark: mark, onLine: mark === 'filled' || mark === 'hollow', lo: interval[0], hi: interval[1],
      stack: row[7], share: row[8],
    };
  }

  page.unpack = function (chart) {
    const x = chart.x;
    const isChunk = x.base === 2;
    const toPlace = place[x.base] || Number;
    const points = function (rows) { return rows.map(function (row) { return point(row, toPlace, isChunk); }); };
    const names = new Set();
    for (const panel of chart.panels) {
      for (const one of panel.series) {
        one.points = points(one.points);
        names.add(one.slot);
      }
      panel.medians = points(panel.medians);
    }
    chart.lines = names.size;
    x.chunks = isChunk ? x.marks.map(function (mark) { return mark[0]; }) : null;
    x.places = x.base > 0 ? x.marks.map(function (mark) { return [toPlace(mark[0]), mark[1]]; }) : null;
    x.domain = [toPlace(x.low), toPlace(x.high)];
    const size = new Map(x.marks);
    chart.titleAt = function (at, panel) {
      if (isChunk) return panel.title + ', ' + size.get(Math.round(Math.pow(2, at)));
      return x.base > 0 ? panel.title : panel.title + ', ' + Number(at.toPrecision(3)) + x.unit;
    };
    return chart;
  };
}(window.splicebench = {}));
