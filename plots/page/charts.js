// What the page draws: from the data to charts of panels. A function per chart.
(function (page) {
  'use strict';

  const format = page.format;

  function interval(low, high, text) {
    return low === null || high === null ? '' : '[' + text(low) + ', ' + text(high) + ']';
  }

  // The points of every mode on one path, by chunk, from rows that start with an id.
  function seriesOf(data, rows, path, point) {
    return data.modes.map(function (mode, index) {
      const points = rows.filter(function (row) { return row.id[0] === path && row.id[2] === index; })
        .map(function (row) {
          const made = point(row);
          if (made === null) return null;
          made.chunk = data.chunks[row.id[1]];
          made.x = Math.log2(made.chunk);
          return made;
        }).filter(Boolean).sort(function (a, b) { return a.x - b.x; });
      return { name: mode.name, slot: mode.slot, mode: index, points: points };
    }).filter(function (one) { return one.points.length > 0; });
  }

  function chunkAxis(data) {
    const first = Math.log2(data.chunks[0]);
    const last = Math.log2(data.chunks[data.chunks.length - 1]);
    return { chunks: data.chunks, label: 'chunk size', domain: [first - 0.5, last + 0.5] };
  }

  function pathPanels(data, rows, empty, point) {
    return data.paths.map(function (name, path) {
      return { title: name, series: seriesOf(data, rows, path, point), empty: empty };
    });
  }

  function titleAt(x, panel) { return panel.title + ', ' + format.size(Math.round(Math.pow(2, x))); }

  // Median and interval of a figure; `text` for one value with its unit.
  function figureChart(data, options) {
    return {
      name: options.name, kind: 'lines', x: chunkAxis(data), planned: data.planned, y: options.y, titleAt: titleAt,
      panels: pathPanels(data, data.cases, 'no good sample of this path', function (row) {
        const value = row[options.key];
        if (value === null || (options.y.base && value[0] <= 0)) return null;
        return { y: value[0], lo: value[1], hi: value[2], n: value[3], filled: true };
      }),
      describe: function (one, p) {
        return { name: one.name, slot: one.slot, value: options.text(p.y), range: interval(p.lo, p.hi, options.short), n: 'n\u00a0=\u00a0' + p.n };
      },
    };
  }

  function throughput(data) {
    const high = d3.max(data.cases, function (row) { return row.speed ? row.speed[0] : 0; });
    const unit = format.speedUnit(high);
    return figureChart(data, {
      name: 'throughput', key: 'speed',
      y: { label: 'throughput (' + unit[1] + ')', zero: true, tick: function (v) { return format.tick(v * unit[0]); } },
      text: function (v) { return format.digits(v * unit[0]) + '\u00a0' + unit[1]; },
      short: function (v) { return format.digits(v * unit[0]); },
    });
  }

  function bytesPerCall(data) {
    return figureChart(data, {
      name: 'bytes-per-call', key: 'call',
      y: { label: 'bytes per call', base: 4, tick: format.size }, text: format.about, short: format.about,
    });
  }

  function callsPerMib(data) {
    return figureChart(data, {
      name: 'calls-per-mib', key: 'calls',
      y: { label: 'calls per MiB', base: 10, tick: format.tick },
      text: format.digits, short: format.digits,
    });
  }

  function changeChart(data, name, label, rows, planned, empty, count) {
    return {
      name: name, kind: 'bars', x: chunkAxis(data), planned: planned, titleAt: titleAt,
      y: { label: label, signed: true, zero: true, tick: function (v) { return format.tick(v); } },
      panels: pathPanels(data, rows, empty, function (row) {
        const percent = function (ratio) { return ratio === null ? null : (ratio - 1) * 100; };
        return { y: percent(row.ratio), lo: percent(row.low), hi: percent(row.high), filled: row.significant, row: row };
      }),
      describe: function (one, p) {
        return {
          name: one.name, slot: one.slot, value: format.change(p.row.ratio), range: interval(p.row.low, p.row.high, format.change),
          n: count(p.row) + (p.filled ? '' : ', not significant'),
        };
      },
    };
  }

  const unpaired = 'no two modes share a round on this path';

  function pairs(row) { return 'n\u00a0=\u00a0' + row.n; }

  function change(data) {
    return changeChart(data, 'change', 'change of throughput (%)', data.changes['B/s'].rows, data.planned, unpaired, pairs);
  }

  function changeCpu(data) {
    return changeChart(data, 'change-cpu', 'change of relay CPU per GB (%)', data.changes['relay-cpu-sec/GB'].rows, data.planned, unpaired, pairs);
  }

  function oldNew(data) {
    return changeChart(data, 'old-new', 'change of throughput (%)', data.old_new, data.planned_in_both, 'no case of this path in both results',
      function (row) { return 'n\u00a0=\u00a0' + row.n_old + '\u00a0+\u00a0' + row.n_new; });
  }

  // The published figures stand beside ours as if they were a mode; no switch hides them.
  function published(data) {
    const percent = function (ratio) { return ratio === null ? null : (ratio - 1) * 100; };
    const chunks = Array.from(new Set(d3.merge(data.published.map(function (path) {
      return path.rows.map(function (row) { return row.chunk; });
    })))).sort(function (a, b) { return a - b; });
    const ours = data.modes.findIndex(function (mode) { return mode.name === 'splice'; });
    const point = function (chunk, row) {
      return { chunk: chunk, x: Math.log2(chunk), y: percent(row.ratio), lo: percent(row.low === undefined ? null : row.low), hi: percent(row.high === undefined ? null : row.high), filled: row.significant, row: row };
    };
    return {
      name: 'published', kind: 'bars', titleAt: titleAt, x: chunkAxis({ chunks: chunks }),
      planned: data.planned.filter(function (chunk) { return chunks.indexOf(chunk) >= 0; }),
      y: { label: 'change of throughput (%)', signed: true, zero: true, tick: format.tick },
      panels: data.published.map(function (path) {
        const here = path.rows.filter(function (row) { return row.here; });
        return {
          title: path.title, empty: 'not measured here',
          series: here.length === 0 ? [] : [
            { name: 'published', slot: 'published', mode: -1, points: path.rows.map(function (row) { return point(row.chunk, row); }) },
            { name: 'here', slot: data.modes[ours].slot, mode: ours, points: here.map(function (row) { return point(row.chunk, row.here); }) },
          ],
        };
      }),
      describe: function (one, p) {
        const low = p.row.low === undefined ? null : p.row.low;
        return {
          name: one.name, slot: one.slot, value: format.change(p.row.ratio), range: interval(low, p.row.high, format.change),
          n: (p.row.n ? pairs(p.row) : '') + (p.filled ? '' : (p.row.n ? ', ' : '') + 'not significant'),
        };
      },
    };
  }

  function cpu(data) {
    return {
      name: 'cpu', kind: 'stack', x: chunkAxis(data), titleAt: titleAt,
      y: { label: 'CPU time (s/GB)', zero: true, tick: format.tick },
      panels: pathPanels(data, data.cases, 'no good sample of this path', function (row) {
        return row.cpu === null ? null : { y: d3.sum(row.cpu), lo: null, hi: null, stack: row.cpu, n: row.good };
      }),
      describe: function (one, p) {
        return {
          name: one.name, slot: one.slot, value: format.digits(p.y) + '\u00a0s/GB',
          range: 'relay ' + format.digits(p.stack[0] + p.stack[1]) + ', peers ' + format.digits(p.stack[2]) + ', rest ' + format.digits(p.stack[3]),
          n: 'n\u00a0=\u00a0' + p.n,
        };
      },
    };
  }

  function roundMedians(series) {
    const rounds = d3.nest().key(function (p) { return p.round; })
      .entries(d3.merge(series.map(function (one) { return one.points; })));
    return rounds.map(function (round) {
      return { x: d3.mean(round.values, function (p) { return p.x; }), y: d3.median(round.values, function (p) { return p.y; }) };
    }).sort(function (a, b) { return a.x - b.x; });
  }

  function samples(data) {
    const column = {};
    data.sample_columns.forEach(function (name, index) { column[name] = index; });
    const medians = new Map();
    for (const row of data.cases) if (row.speed) medians.set(row.id.join(), row.speed[0]);
    const end = d3.max(data.samples, function (row) { return row[column.start]; }) || 1;
    const minutes = end >= 180;
    const scale = minutes ? 1 / 60 : 1;
    const panels = data.paths.map(function (name) { return { title: name, by: new Map(), failed: [], empty: 'no sample of this path' }; });
    for (const row of data.samples) {
      const panel = panels[row[0]];
      if (row[column.seconds] === null) { panel.failed.push(row[column.start] * scale); continue; }
      if (!panel.by.has(row[2])) panel.by.set(row[2], []);
      const speed = row[column.bytes] / row[column.seconds];
      panel.by.get(row[2]).push({
        x: row[column.start] * scale, chunk: data.chunks[row[1]], round: row[column.round],
        y: (speed / medians.get(row.slice(0, 3).join()) - 1) * 100, lo: null, hi: null, speed: speed,
      });
    }
    for (const panel of panels) {
      panel.series = data.modes.map(function (mode, index) {
        const points = (panel.by.get(index) || []).sort(function (a, b) { return a.x - b.x; });
        return { name: mode.name, slot: mode.slot, mode: index, points: points };
      }).filter(function (one) { return one.points.length > 0; });
      panel.medians = roundMedians(panel.series);
    }
    return {
      name: 'samples', kind: 'samples', panels: panels,
      x: { label: 'time since the start of the run (' + (minutes ? 'min' : 's') + ')', domain: [-0.02 * end * scale, 1.02 * end * scale] },
      y: { label: 'off the median of its case (%)', signed: true, limit: 100, tick: format.tick },
      titleAt: function (x, panel) { return panel.title + ', ' + format.digits(x) + (minutes ? ' min' : ' s'); },
      describe: function (one, p) {
        const unit = format.speedUnit(p.speed);
        return {
          name: one.name, slot: one.slot, value: format.digits(p.speed * unit[0]) + '\u00a0' + unit[1],
          range: format.size(p.chunk) + ', ' + format.change(1 + p.y / 100), n: 'round ' + (p.round + 1),
        };
      },
    };
  }

  page.makers = {
    'throughput': throughput, 'change': change, 'change-cpu': changeCpu, 'cpu': cpu,
    'bytes-per-call': bytesPerCall, 'calls-per-mib': callsPerMib, 'samples': samples, 'old-new': oldNew,
    'published': published,
  };
}(window.splicebench));
