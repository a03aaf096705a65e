// Sorting of tables, and the raw samples, which become tables only when they are looked at.
(function (page) {
  'use strict';

  function valueOf(row, column) {
    const cell = row.cells[column];
    const text = 'v' in cell.dataset ? cell.dataset.v : cell.textContent;
    const number = Number(text);
    return text === '' ? null : isNaN(number) ? text : number;
  }

  // Numbers by size, text by alphabet, what is missing last in either direction.
  function compare(a, b, direction) {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
    return direction * (typeof a === 'number' ? a - b : a.localeCompare(b));
  }

  function sort(table, column, header) {
    const direction = header.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
    for (const other of header.parentNode.cells) other.removeAttribute('aria-sort');
    header.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, function (row, place) {
      return { row: row, value: valueOf(row, column), place: place };
    });
    rows.sort(function (a, b) { return compare(a.value, b.value, direction) || a.place - b.place; });
    body.append.apply(body, rows.map(function (one) { return one.row; }));
    page.say('Sorted by ' + header.textContent.trim() + ', ' + header.getAttribute('aria-sort'));
  }

  function makeSortable(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (header, column) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append.apply(button, Array.from(header.childNodes));
      header.append(button);
      button.addEventListener('click', function () { sort(table, column, header); });
    });
  }

  page.wireTables = function () {
    for (const table of document.querySelectorAll('table.sortable')) makeSortable(table);
  };

  const shown = [
    ['mode'], ['round'], ['start', 's'], ['bytes'], ['seconds', 's'], ['relay_cpu', 's'], ['writer_cpu', 's'],
    ['reader_cpu', 's'], ['system_cpu', 's'], ['calls_in'], ['calls_out'], ['calls_wait'], ['error'],
  ];

  function sampleTable(data, rows) {
    const table = document.createElement('table');
    const head = table.createTHead().insertRow();
    for (const column of shown) {
      const th = head.appendChild(document.createElement('th'));
      th.scope = 'col';
      th.textContent = column[0].replace('_cpu', ' CPU').replace('_', ' ') + (column[1] ? ' (' + column[1] + ')' : '');
    }
    const body = table.createTBody();
    for (const row of rows) {
      const tr = body.insertRow();
      for (const column of shown) {
        const value = row[data.sample_columns.indexOf(column[0])];
        const text = column[0] === 'mode' ? data.modes[value] : column[0] === 'round' ? value + 1 : value;
        tr.insertCell().textContent = text === null || text === undefined ? '' : text;
      }
    }
    makeSortable(table);
    return table;
  }

  // A group of cases that differ in mode alone per fold.
  page.wireSamples = function (data) {
    const parent = document.getElementById('samples-by-group');
    if (!parent) return; // a page of round trips has none
    const groups = new Map();
    for (const row of data.samples) {
      const key = row[0] + ' ' + row[1];
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(row);
    }
    for (const rows of groups.values()) {
      const fold = parent.appendChild(document.createElement('details'));
      fold.appendChild(document.createElement('summary')).textContent =
        data.paths[rows[0][0]] + ', ' + data.sizes[rows[0][1]] + ': ' + rows.length + ' samples';
      fold.addEventListener('toggle', function () {
        if (!fold.open || fold.querySelector('table')) return;
        const scroll = fold.appendChild(document.createElement('div'));
        scroll.className = 'scroll tall';
        scroll.tabIndex = 0;
        scroll.appendChild(sampleTable(data, rows));
      });
    }
  };
}(window.splicebench));
