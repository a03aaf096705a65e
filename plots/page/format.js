// Numbers as people read them. Base units in, prefix and unit out.
(function (page) {
  'use strict';

  // Three digits that count, without an exponent: 0.123, 12.3, 1230.
  function digits(value) {
    if (value === 0) return '0';
    const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
    return value.toFixed(Math.min(decimals, 8));
  }

  const minus = function (text) { return text.replace('-', '\u2212'); };

  page.format = {
    digits: digits,
    size: function (bytes) {
      for (const unit of [[1 << 30, 'GiB'], [1 << 20, 'MiB'], [1 << 10, 'KiB']]) {
        if (bytes >= unit[0] && bytes % unit[0] === 0) return bytes / unit[0] + '\u00a0' + unit[1];
      }
      return bytes + '\u00a0B';
    },
    // The IEC size nearest in three digits, for sizes that are averages.
    about: function (bytes) {
      for (const unit of [[1 << 30, 'GiB'], [1 << 20, 'MiB'], [1 << 10, 'KiB']]) {
        if (bytes >= unit[0]) return digits(bytes / unit[0]) + '\u00a0' + unit[1];
      }
      return digits(bytes) + '\u00a0B';
    },
    change: function (ratio) {
      const percent = (ratio - 1) * 100;
      return (percent > 0 ? '+' : '') + minus(percent.toFixed(1)) + '\u00a0%';
    },
    // Decimal prefix for an axis whose largest value is `high`: [factor, unit].
    speedUnit: function (high) {
      for (const unit of [[1e9, 'GB/s'], [1e6, 'MB/s'], [1e3, 'kB/s']]) {
        if (high >= unit[0]) return [1 / unit[0], unit[1]];
      }
      return [1, 'B/s'];
    },
    tick: function (value) { return minus(String(Number(value.toPrecision(6)))); },
    minus: minus,
  };
}(window.splicebench = {}));
