// From the data, in which a point is a short list, to what panels are drawn from.
(function (page) {
  'use strict';

  function point(row, isChunk) {
    const interval = row[6] || [null, null];
    return {
      x: isChunk ? Math.log2(row[0]) : row[0], chunk: isChunk ? row[0] : undefined, y: row[1], value: row[2], range: row[3], n: row[4],
      filled: row[5] !== 0, lo: interval[0], hi: interval[1], stack: row[7],
    };
  }

  page.unpack = function (chart) {
    const x = chart.x;
    const isChunk = x.base > 0;
    const points = function (rows) { return rows.map(function (row) { return point(row, isChunk); }); };
    for (const panel of chart.panels) {
      for (const one of panel.series) one.points = points(one.points);
      panel.medians = points(panel.medians);
    }
    x.chunks = isChunk ? x.marks.map(function (mark) { return mark[0]; }) : null;
    x.domain = isChunk ? [Math.log2(x.low), Math.log2(x.high)] : [x.low, x.high];
    const size = new Map(x.marks);
    chart.sizeOf = function (chunk) { return size.get(chunk); };
    chart.titleAt = function (place, panel) {
      return panel.title + ', ' + (isChunk ? size.get(Math.round(Math.pow(2, place))) : Number(place.toPrecision(3)) + x.unit);
    };
    return chart;
  };
}(window.splicebench = {}));
