// Dead letters, of pushes and of webhooks: what used up all retries, and sending it again.

import { ask, get } from './api.js';
import { act, question } from './dialogs.js';
import { $, fill, foreign, make, say } from './dom.js';
import { clock, count } from './words.js';

const PAGE = 50;

/** The two kinds; each has a list, its rows and its requests. */
const KINDS = {
  pushes: {
    path: '/api/v1/push/dead-letters',
    what: (letter) => [make('b', {}, letter.cause.replaceAll('_', ' ')), ` to ${letter.device.type} `, foreign(letter.device.id, 24)],
    several: 'pushes',
  },
  webhooks: {
    path: '/api/v1/webhooks/dead-letters',
    what: (letter) => [make('b', {}, String(letter.event?.type ?? 'event')), ' of ', foreign(letter.subject, 40)],
    several: 'webhooks',
  },
};

const limits = { pushes: PAGE, webhooks: PAGE };
const latest = { pushes: null, webhooks: null };

export async function refresh() {
  const failures = [];
  for (const kind of Object.keys(KINDS)) {
    try {
      latest[kind] = await get(KINDS[kind].path);
      show(kind);
    } catch (failure) {
      if (failure.status === 0 || failure.status === 401) throw failure;
      failures.push(failure);
      const known = failure.error === 'Endpoint not found' ? 'No node sends webhooks.' : failure.message;
      say($(`${kind}-error`), kind === 'webhooks' || failure.error !== 'Endpoint not found' ? known : 'No node runs the role push.');
    }
  }
}

function show(kind) {
  const { dead_letters: letters, total } = latest[kind];
  const shown = letters.slice(0, limits[kind]);
  fill($(kind), shown, (letter) => letter.id, (letter) => row(kind, letter));
  say($(`${kind}-error`), '');
  $(`no-${kind}`).hidden = letters.length > 0;
  $(`${kind}-all`).disabled = total === 0;
  say($(`${kind}-all`), total > 1 ? `Replay all ${count(total)}` : 'Replay all');
  $(`${kind}-more`).hidden = letters.length <= shown.length;
}

function row(kind, letter) {
  const replay = make('button', { type: 'button', className: 'quiet' }, 'Replay');
  replay.addEventListener('click', () => act(replay, () => again(kind, [letter.id])));
  const tries = letter.attempts === 1 ? 'one attempt' : `${count(letter.attempts)} attempts`;
  return {
    row: make('li', {},
      make('span', { className: 'who' }, make('span', {}, ...KINDS[kind].what(letter)),
        make('span', { className: 'detail' }, make('time', {}, clock(letter.died_at)), ` after ${tries} · `, foreign(letter.reason || 'no reason given', 200))),
      replay),
    update: () => {},
  };
}

async function again(kind, ids) {
  const { replayed } = await ask('POST', `${KINDS[kind].path}/replay`, ids ? { ids } : {});
  await refresh().catch(() => {});
  return replayed === 1 ? 'One is on its way again.' : `${count(replayed)} are on their way again.`;
}

async function all(kind) {
  const answer = await question({
    title: `Replay all ${KINDS[kind].several}?`,
    text: 'Each is sent again as if it had just come. While the cause is not gone they only come back here.',
    action: 'Replay all',
    danger: false,
  });
  return answer === null ? '' : again(kind, null);
}

export function start() {
  for (const kind of Object.keys(KINDS)) {
    $(`${kind}-all`).addEventListener('click', () => act($(`${kind}-all`), () => all(kind)));
    $(`${kind}-more`).addEventListener('click', () => {
      limits[kind] += PAGE;
      show(kind);
    });
  }
}
