// One call, live or over: what it is, and what happened when.

import { get, part } from './api.js';
import { timeline as drawing } from './chart.js';
import { act } from './dialogs.js';
import { $, foreign, make, pill, say } from './dom.js';
import { ended, toUser } from './calls.js';
import { callState, clock, millis, span, stepKind, stepWord } from './words.js';

/** What is drawn where, to draw it anew when there is more or less room. */
const drawn = new Map();

let current = '';
let known = '';

/** Shows another call; empty forgets. */
export function select(id) {
  if (id !== current) {
    current = id;
    known = '';
    $('call-found').hidden = true;
    $('timeline').hidden = true;
    say($('call-error'), '');
  }
  $('call-id').value = id;
}

export async function refresh() {
  if (!current) return;
  const asked = current;
  const [call, steps] = await Promise.allSettled([
    get(`/api/v1/calls/${part(asked)}`), get(`/api/v1/calls/${part(asked)}/timeline`),
  ]);
  if (asked !== current) return;
  const failures = [call, steps].filter((each) => each.status === 'rejected').map((each) => each.reason);
  if (failures.some((failure) => failure.status === 0 || failure.status === 401)) throw failures[0];
  const neither = failures.length === 2;
  say($('call-error'), !neither ? '' : failures.every((failure) => failure.status === 404) ? 'There is no such call, or it is too long ago.' : failures[0].message);
  if (call.status === 'fulfilled') about(call.value);
  $('call-found').hidden = call.status !== 'fulfilled';
  $('timeline').hidden = neither;
  if (steps.status === 'fulfilled') {
    show({ verdicts: $('verdicts'), chart: $('chart'), steps: $('steps') }, steps.value);
    say($('timeline-hint'), hint(steps.value.steps ?? []));
  } else {
    say($('timeline-hint'), steps.reason.status === 404 ? 'No timeline is kept of this call any more.' : steps.reason.message);
  }
}

const hint = (steps) => (steps.length === 0 ? 'Nothing was noted of this call.' : `${steps.length} steps in ${span(steps.at(-1).at - steps[0].at)}, by one clock`);

function about(call) {
  const same = JSON.stringify(call);
  if (same === known) return;
  known = same;
  const [word, kind] = call.live ? callState(call.state) : [call.reason ?? call.state, 'plain'];
  const facts = [
    ['Begun', clock(call.createdAt)],
    ['Accepted', call.acceptedAt ? clock(call.acceptedAt) : 'never'],
    ['Ended', call.endedAt ? clock(call.endedAt) : '–'],
    ['Talk', !call.durationMs ? '–' : span(call.durationMs)],
  ];
  const end = make('button', { type: 'button', className: 'quiet danger' }, 'End this call');
  end.addEventListener('click', () => act(end, () => ended(call)));
  $('call-found').replaceChildren(
    make('p', { className: 'parties big' }, toUser(call.callerId), make('span', { className: 'arrow', ariaHidden: 'true' }, '→'), toUser(call.calleeId),
      pill(word ?? 'unknown', kind), call.callType ? make('span', { className: 'detail' }, call.callType) : null),
    make('dl', { className: 'facts' }, ...facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value)))),
    ...(call.metadata && Object.keys(call.metadata).length
      ? [make('p', { className: 'detail' }, 'metadata ', foreign(JSON.stringify(call.metadata), 400))] : []),
    ...(call.live ? [end] : []));
}

/** One or several sentences; each says of one device why it did not ring. */
function sentences(verdict) {
  const all = Array.isArray(verdict) ? verdict : verdict == null || verdict === '' ? [] : [verdict];
  return all.map(String);
}

/** Shows an answer of a timeline: its verdicts, the drawing and the table. */
export function show(places, answer) {
  const steps = [...(answer.steps ?? [])].map((step) => ({ ...step, at: millis(step.at) })).sort((a, b) => a.at - b.at);
  const same = JSON.stringify([steps, answer.verdict]);
  if (drawn.get(places.chart)?.same === same) return;
  places.verdicts.replaceChildren(...sentences(answer.verdict).map((text) => make('li', {}, foreign(text, 400))));
  places.steps.replaceChildren(...steps.map((step, index) => line(step, index, steps[0].at)));
  drawn.set(places.chart, { steps, same, places });
  redraw(places.chart);
}

const whose = (step) => [step.userId, step.deviceId].filter(Boolean).join(' · ');

function line(step, index, begin) {
  const dot = make('span', { className: `mark ${stepKind(step.step)}` }, String(index + 1));
  const why = [step.provider, step.why, step.providerId].filter(Boolean).join(' · ');
  return make('tr', {},
    make('td', { className: 'num' }, dot), make('td', { className: 'time' }, clock(step.at, true)),
    make('td', { className: 'num after' }, index ? `+${span(step.at - begin)}` : ''),
    make('td', { className: 'word' }, stepWord(step.step)), make('td', { className: 'whose' }, foreign(whose(step), 60)),
    make('td', { className: 'why' }, foreign(why, 200)), make('td', { className: 'detail node' }, foreign(String(step.node ?? '').slice(0, 8), 12)));
}

function redraw(chart) {
  const { steps, places } = drawn.get(chart) ?? {};
  if (!steps || chart.clientWidth === 0) return;
  chart.hidden = steps.length === 0;
  if (!steps.length) return;
  drawing(chart, steps, (index) => {
    for (const [i, row] of [...places.steps.children].entries()) row.classList.toggle('pointed', i === index);
  });
}

export function start() {
  $('call-form').addEventListener('submit', (event) => {
    event.preventDefault();
    dispatchEvent(new CustomEvent('go', { detail: { tab: 'call', id: $('call-id').value.trim() } }));
  });
  for (const chart of [$('chart'), $('test-chart')]) {
    let width = 0;
    new ResizeObserver(() => {
      if (Math.abs(chart.clientWidth - width) > 1) {
        width = chart.clientWidth;
        redraw(chart);
      }
    }).observe(chart);
  }
}
