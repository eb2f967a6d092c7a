// Calls that are going on, and their end.

import { ask, get, part } from './api.js';
import { act, question } from './dialogs.js';
import { $, clear, fill, foreign, make, pill, repill, say } from './dom.js';
import { callState, millis, running } from './words.js';

let user = '';
let pages = 1;

/** Which calls to show; empty for all. */
export function onlyOf(id) {
  user = id;
  pages = 1;
  $('calls-user').value = id;
  clear($('calls'));
}

export async function refresh() {
  const found = [];
  let next = null;
  for (let page = 0; page < pages; page++) {
    const query = new URLSearchParams();
    if (user) query.set('userId', user);
    if (next) query.set('after', next);
    const answer = await get(`/api/v1/live/calls${query.size ? `?${query}` : ''}`);
    found.push(...answer.calls);
    next = answer.next ?? null;
    if (!next) break;
  }
  show(found);
  $('calls-more').hidden = !next;
}

/** The oldest first: a row keeps its place for as long as its call lasts. */
function show(calls) {
  const sorted = [...calls].sort((a, b) => millis(a.createdAt) - millis(b.createdAt) || String(a.callId).localeCompare(b.callId));
  fill($('calls'), sorted, (call) => call.callId, row);
  $('no-calls').hidden = sorted.length > 0;
  say($('no-calls'), user ? 'No call of this user is going on.' : 'No call is going on.');
  say($('calls-error'), '');
}

export function toUser(id) {
  const link = make('button', { type: 'button', className: 'link' }, foreign(id, 60));
  link.addEventListener('click', () => dispatchEvent(new CustomEvent('go', { detail: { tab: 'user', id } })));
  return link;
}

function row(call) {
  const state = pill('', 'plain');
  const lasts = make('span', { className: 'lasts' });
  const parties = make('span', { className: 'parties' }, toUser(call.callerId), make('span', { className: 'arrow', ariaHidden: 'true' }, '→'),
    make('span', { className: 'sr-only' }, ' calls '), toUser(call.calleeId));
  const id = make('span', { className: 'detail' }, call.callType ? `${call.callType} · ` : '', foreign(call.callId, 40));
  const look = make('button', { type: 'button', className: 'quiet' }, 'Timeline');
  look.addEventListener('click', () => dispatchEvent(new CustomEvent('go', { detail: { tab: 'call', id: call.callId } })));
  const end = make('button', { type: 'button', className: 'quiet danger' }, 'End');
  end.setAttribute('aria-label', 'End this call');
  end.addEventListener('click', () => act(end, () => ended(call)));
  return {
    row: make('li', {}, make('span', { className: 'who' }, parties, id), state, lasts, make('span', { className: 'buttons' }, look, end)),
    update: (now) => {
      repill(state, ...callState(now.state));
      say(lasts, running(Date.now() - millis(now.acceptedAt ?? now.createdAt)));
    },
  };
}

/** Ends a call once that is confirmed. */
export async function ended(call) {
  const reason = await question({
    title: 'End this call?',
    text: 'Both parties hear that it has ended, with this reason.',
    field: 'Reason',
    value: 'operator',
    action: 'End the call',
  });
  if (reason === null) return '';
  await ask('DELETE', `/api/v1/calls/${part(call.callId)}`, reason ? { reason } : {});
  await refresh().catch(() => {});
  return 'The call has ended.';
}

export function start() {
  $('calls-form').addEventListener('submit', (event) => {
    event.preventDefault();
    dispatchEvent(new CustomEvent('go', { detail: { tab: 'calls', id: $('calls-user').value.trim() } }));
  });
  $('calls-more').addEventListener('click', () => {
    pages += 1;
    refresh().catch((failure) => say($('calls-error'), failure.message));
  });
}
