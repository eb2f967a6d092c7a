// Drawings: a timeline on one axis of time, and the last minutes of a number. SVG, made here.

import { draw } from './dom.js';
import { clock, span, stepKind, stepWord } from './words.js';

const LANE = 46;
const TOP = 46;
const DOT = 9;
const NARROW = 560;

const laneOf = (step) => JSON.stringify([step.userId ?? '', step.deviceId ?? '']);

function laneName(step) {
  if (!step.userId && !step.deviceId) return 'the call';
  return [step.userId, step.deviceId].filter(Boolean).join(' · ');
}

const clip = (text, most) => {
  const letters = [...text.slice(0, 4 * most)];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
};

/**
 * Where times are on the axis. A pause that is longer than all else together is drawn short, with a mark: what
 * happened around it is what is looked for.
 */
export function scaleOf(times, width) {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((time, i) => ({ from: sorted[i], to: time, shown: time - sorted[i], broken: false }));
  for (let round = 0; round < 6; round++) {
    const total = gaps.reduce((sum, gap) => sum + gap.shown, 0);
    const longest = gaps.filter((gap) => !gap.broken).sort((a, b) => b.shown - a.shown)[0];
    if (!longest || longest.shown < 3000 || longest.shown <= 0.5 * total || gaps.length < 3) break;
    longest.broken = true;
    longest.shown = Math.max(0.22 * (total - longest.shown), 200);
  }
  const total = gaps.reduce((sum, gap) => sum + gap.shown, 0) || 1;
  let x = 0;
  for (const gap of gaps) {
    gap.start = x;
    x += (gap.shown / total) * width;
    gap.end = x;
  }
  const at = (time) => {
    const gap = gaps.find((each) => time <= each.to) ?? gaps.at(-1);
    if (!gap) return width / 2;
    return gap.start + ((time - gap.from) / (gap.to - gap.from)) * (gap.end - gap.start);
  };
  return { at, gaps };
}

const NICE = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000];

/** Ticks at round times, as many as have room; none where time is drawn short. */
function ticks({ at, gaps }, begin, end, width) {
  const drawn = gaps.filter((gap) => !gap.broken).reduce((sum, gap) => sum + gap.end - gap.start, 0);
  const lasts = gaps.filter((gap) => !gap.broken).reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const step = NICE.find((each) => (each / (lasts || 1)) * drawn >= 64) ?? NICE.at(-1);
  const found = [];
  for (let time = begin; time <= end && found.length < 60; ) {
    const inBreak = gaps.find((gap) => gap.broken && time > gap.from && time < gap.to);
    if (inBreak) {
      time = begin + Math.ceil((inBreak.to - begin) / step) * step;
      continue;
    }
    const x = at(time);
    if (!found.length || x - found.at(-1).x >= 52) found.push({ x: Math.min(x, width), time });
    time += step;
  }
  return found;
}

/** Dots of a lane that would lie on each other go one below the other. */
function levels(dots) {
  const last = [];
  for (const dot of dots) {
    let level = 0;
    while (last[level] !== undefined && dot.x - last[level] < 2 * DOT + 3) level++;
    last[level] = dot.x;
    dot.level = level;
  }
  return last.length;
}

/** When it rang and when they talked. */
function phases(steps) {
  const first = (...names) => steps.find((step) => names.includes(step.step))?.at;
  const begun = first('initiated');
  const accepted = first('accepted');
  const over = first('ended', 'cancelled', 'rejected', 'timed_out', 'refused');
  const end = steps.at(-1).at;
  const found = [];
  if (begun !== undefined) found.push({ name: 'rings', from: begun, to: accepted ?? over ?? end });
  if (accepted !== undefined) found.push({ name: 'talk', from: accepted, to: steps.find((step) => step.step === 'ended')?.at ?? end });
  return found.filter((phase) => phase.to > phase.from);
}

/** Writes above the axis, unless something is written there already. */
function label(svg, taken, x, text, whole) {
  const wide = text.length * 6.6 + 8;
  const from = Math.max(2, Math.min(x - wide / 2, whole - wide - 2));
  if (taken.some((each) => from < each.to && from + wide > each.from)) return;
  taken.push({ from, to: from + wide });
  svg.append(draw('text', { x: from + wide / 2, y: 14, class: 'tick-name', 'text-anchor': 'middle' }, text));
}

/**
 * Draws steps, in the order of their times, into a box as wide as that.
 *
 * @param point called with the index of a step that is pointed at, or null
 */
export function timeline(box, steps, point) {
  const whole = Math.max(300, box.clientWidth);
  const narrow = whole < NARROW;
  const left = narrow ? 14 : 168;
  const right = 22;
  const width = whole - left - right;
  const scale = scaleOf(steps.map((step) => step.at), width);
  const begin = steps[0].at;
  const end = steps.at(-1).at;
  const x = (time) => left + scale.at(time);

  const lanes = new Map();
  steps.forEach((step, index) => {
    const key = laneOf(step);
    if (!lanes.has(key)) lanes.set(key, { name: laneName(step), dots: [] });
    lanes.get(key).dots.push({ x: x(step.at), step, index });
  });
  let y = TOP;
  for (const lane of lanes.values()) {
    lane.y = y + (narrow ? 20 : 0);
    lane.height = LANE + (levels(lane.dots) - 1) * (2 * DOT + 3) + (narrow ? 20 : 0);
    y += lane.height;
  }
  const height = y + 12;
  const svg = draw('svg', { viewBox: `0 0 ${whole} ${height}`, width: whole, height, role: 'img', class: 'timeline' },
    draw('title', {}, `${steps.length} steps in ${span(end - begin)}; the table below says the same`));

  for (const phase of phases(steps)) {
    const from = x(phase.from);
    const to = x(phase.to);
    svg.append(draw('rect', { x: from, y: 20, width: Math.max(1, to - from), height: height - 26, class: `phase ${phase.name}`, rx: 6 }));
    if (to - from > 46) svg.append(draw('text', { x: from + 7, y: height - 12, class: 'phase-name' }, phase.name));
  }
  const labels = [];
  for (const gap of scale.gaps.filter((each) => each.broken)) {
    const middle = left + (gap.start + gap.end) / 2;
    svg.append(draw('path', { d: `M${middle - 5} 22 l5 6 l-5 6 l5 6 M${middle + 3} 22 l5 6 l-5 6 l5 6`, class: 'break' }));
    label(svg, labels, middle, span(gap.to - gap.from), whole);
  }
  for (const tick of ticks(scale, begin, end, width)) {
    svg.append(draw('line', { x1: left + tick.x, x2: left + tick.x, y1: 24, y2: height - 8, class: 'tick' }));
    label(svg, labels, left + tick.x, tick.time === begin ? clock(begin) : `+${span(tick.time - begin).replace('.0 ', ' ')}`, whole);
  }
  for (const lane of lanes.values()) {
    const middle = lane.y + LANE / 2;
    const name = draw('text', narrow ? { x: left, y: lane.y - 2, class: 'lane-name' } : { x: left - 14, y: middle + 4, class: 'lane-name', 'text-anchor': 'end' },
      clip(lane.name, narrow ? 40 : 22));
    name.append(draw('title', {}, clip(lane.name, 300)));
    svg.append(name, draw('line', { x1: left, x2: left + width, y1: middle, y2: middle, class: 'lane' }));
    if (lane.dots.length > 1) {
      svg.append(draw('line', { x1: lane.dots[0].x, x2: lane.dots.at(-1).x, y1: middle, y2: middle, class: 'lane busy' }));
    }
  }
  for (const lane of lanes.values()) {
    for (const dot of lane.dots) {
      const cy = lane.y + LANE / 2 + dot.level * (2 * DOT + 3);
      const words = [stepWord(dot.step.step), dot.step.why].filter(Boolean).join(': ');
      const group = draw('g', { class: `dot ${stepKind(dot.step.step)}`, 'data-step': dot.index },
        draw('title', {}, clip(`${words}, ${clock(dot.step.at, true)}`, 300)),
        draw('circle', { cx: dot.x, cy, r: DOT }),
        draw('text', { x: dot.x, y: cy + 3.6, 'text-anchor': 'middle' }, String(dot.index + 1)));
      group.addEventListener('pointerenter', () => point(dot.index));
      group.addEventListener('pointerleave', () => point(null));
      svg.append(group);
    }
  }
  box.replaceChildren(svg);
}

/** A number over the last minutes, in the place of the drawing before. */
export function spark(box, values, most) {
  const width = 120;
  const height = 26;
  const top = Math.max(1, ...values);
  const step = width / (most - 1);
  const start = width - (values.length - 1) * step;
  const points = values.map((value, i) => `${(start + i * step).toFixed(1)},${(height - 2 - (value / top) * (height - 5)).toFixed(1)}`);
  let svg = box.firstChild;
  if (!svg) {
    svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, width, height, class: 'spark', 'aria-hidden': 'true' },
      draw('polygon', { class: 'area' }), draw('polyline', { class: 'line' }));
    box.append(svg);
  }
  svg.children[0].setAttribute('points', `${start.toFixed(1)},${height} ${points.join(' ')} ${width},${height}`);
  svg.children[1].setAttribute('points', points.join(' '));
}
