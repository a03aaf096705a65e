// How a mode looks: what plots/data/theme.cc says, as classes of the style and shapes of D3.
(function (page) {
  'use strict';

  const dashes = [null, '9 4', '3 3', '10 3 2 3', '14 5'];
  const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross'];

  page.isFloor = function (mode) { return mode.slot <= -2; };

  // Classes that set the colour, dash of the line, shape of the marker. `mode`: slot, family, member.
  page.look = function (mode) {
    if (mode.slot === -1) return { colour: 'mp n0', dash: '2 3', shape: 'diamond' };
    if (page.isFloor(mode)) return { colour: 'mf n0', dash: dashes[(-2 - mode.slot) % 5], shape: null };
    return { colour: 'm' + mode.family % 7 + ' n' + mode.member % 4, dash: dashes[mode.slot % 5], shape: shapes[mode.slot % 6] };
  };

  page.symbol = function (mode, area) {
    const look = page.look(mode);
    return look.shape ? d3.svg.symbol().type(look.shape).size(area)() : 'M-5,-1H5V1H-5Z';
  };

  // A cross for one of two states, large where the case was more often in it.
  page.cross = function (share) {
    const reach = 2 + 4 * Math.sqrt(share);
    return 'M' + -reach + ',' + -reach + 'L' + reach + ',' + reach + 'M' + -reach + ',' + reach + 'L' + reach + ',' + -reach;
  };

  // Draws the mark of point `p` around the origin of what it is put at.
  page.mark = function (group, mode, p, area, at) {
    if (p.mark === 'none') return;
    const state = p.mark === 'state';
    const kind = state ? 'state edge' : p.mark === 'hollow' ? 'hollow edge' : 'fill';
    group.append('path').attr('class', 'mark ' + kind).attr('data-mode', mode.name).attr('data-chunk', p.chunk)
      .attr('transform', 'translate(' + at[0] + ',' + at[1] + ')').attr('d', state ? page.cross(p.share) : page.symbol(mode, area));
  };

  // `places`, ascending, moved as little as they must to lie `apart` from each other from `low` to `high`.
  page.spread = function (places, apart, low, high) {
    const moved = places.slice();
    for (let i = 0; i < moved.length; ++i) moved[i] = Math.max(moved[i], i > 0 ? moved[i - 1] + apart : low);
    for (let i = moved.length - 1; i >= 0; --i) {
      const most = i + 1 < moved.length ? moved[i + 1] - apart : Math.max(high, low + apart * (moved.length - 1));
      moved[i] = Math.min(moved[i], most);
    }
    return moved;
  };

  page.tick = function (value) { return String(Number(value.toPrecision(6))).replace('-', '\u2212'); };

  page.finite = function (value) { return value !== null && isFinite(value); };

  // Ticks that keep `apart` pixels between them, the first always among them.
  page.thinned = function (values, scale, apart) {
    let last = -Infinity;
    return values.filter(function (value) {
      if (Math.abs(scale(value) - last) < apart) return false;
      last = scale(value);
      return true;
    });
  };

  // Marks of a y axis within the range that is shown.
  page.marksOf = function (axis, scale, count) {
    const limits = scale.domain();
    if (axis.base > 0) return axis.marks.filter(function (mark) { return mark[0] >= limits[0] * 0.999 && mark[0] <= limits[1]; });
    return scale.ticks(count).map(function (value) { return [value, page.tick(value)]; });
  };

  page.axisName = function (axis) { return axis.label + (axis.better ? ', ' + axis.better : ''); };

  page.frame = function (holder, height) {
    const width = Math.max(200, Math.floor(holder.clientWidth));
    holder.textContent = '';
    const svg = d3.select(holder).append('svg').attr('viewBox', '0 0 ' + width + ' ' + height).attr('aria-hidden', 'true');
    return { svg: svg, width: width, height: height };
  };
}(window.splicebench));
