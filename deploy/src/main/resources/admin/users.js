// One user: what would ring, sockets and devices; disconnect and test ring.

import { ask, get, part } from './api.js';
import { act, question } from './dialogs.js';
import { $, clear, fill, foreign, make, pill, repill, say } from './dom.js';
import { show } from './timeline.js';
import { ago, clock, millis } from './words.js';

let current = '';

/** Shows another user; empty forgets. */
export function select(id) {
  if (id !== current) {
    current = id;
    $('user-found').hidden = true;
    $('test').hidden = true;
    ['would-ring', 'sockets', 'devices'].forEach((list) => clear($(list)));
    say($('user-error'), '');
  }
  $('user-id').value = id;
}

export async function refresh() {
  if (!current) return;
  const asked = current;
  const [user, reach] = await Promise.allSettled([
    get(`/api/v1/users/${part(asked)}`), get(`/api/v1/users/${part(asked)}/reachability`),
  ]);
  if (asked !== current) return;
  const failures = [user, reach].filter((each) => each.status === 'rejected').map((each) => each.reason);
  if (failures.some((failure) => failure.status === 0 || failure.status === 401)) throw failures[0];
  if (failures.length === 2) {
    $('user-found').hidden = true;
    say($('user-error'), failures.every((failure) => failure.status === 404) ? 'Nothing is known of such a user.' : failures[0].message);
    return;
  }
  say($('user-error'), '');
  const known = { ...(user.value ?? {}), ...(reach.value ?? {}) };
  known.devices = reach.value?.devices ?? user.value?.devices ?? null;
  $('user-found').hidden = false;
  $('ring-title').replaceChildren('Would ring for ', foreign(asked, 40));
  rings(known.wouldRing ?? [], reach.status === 'rejected' ? reach.reason.message : '');
  sockets(known.sockets ?? []);
  devices(known.devices ?? []);
  say($('no-devices'), known.devices ? 'No device is registered.' : 'Nobody can tell: no push node answers.');
}

const deviceKey = (device) => JSON.stringify([device.type, device.deviceId, device.id, device.token]);

function rings(would, failure) {
  fill($('would-ring'), would, (each) => JSON.stringify([each.deviceId, each.by]), (each) => {
    const why = make('span', { className: 'detail' });
    const by = pill('', 'plain');
    return {
      row: make('li', {}, make('span', { className: 'who' }, make('b', {}, foreign(each.deviceId ?? 'without a name', 60)), why), by),
      update: (now) => {
        say(why, now.why ?? '');
        repill(by, now.by ? `by ${now.by}` : 'stays silent', now.by ? 'good' : 'bad');
      },
    };
  });
  $('no-ring').hidden = would.length > 0;
  say($('no-ring'), failure || 'Nothing would ring: no socket, and no device that a push reaches.');
}

function sockets(all) {
  fill($('sockets'), all, (socket) => JSON.stringify([socket.deviceId, socket.edge, socket.since]), (socket) => {
    const detail = make('span', { className: 'detail' });
    return {
      row: make('li', {}, make('span', { className: 'who' }, make('b', {}, foreign(socket.deviceId ?? 'without a name', 60)), detail), buttons(socket, true)),
      update: (now) => say(detail, [now.platform, now.edge && `edge ${String(now.edge).slice(0, 10)}`, now.since && `since ${clock(now.since)}`,
        now.lastPong && `last pong ${ago(millis(now.lastPong), Date.now())}`].filter(Boolean).join(' · ')),
    };
  });
  $('no-sockets').hidden = all.length > 0;
}

function deviceState(device) {
  const until = millis(device.quarantinedUntil ?? 0);
  if (device.quarantined || until > Date.now()) return [until ? `quarantined until ${clock(until)}` : 'quarantined', 'bad'];
  if (device.active === false) return ['inactive', 'bad'];
  const failed = millis(device.lastFailureAt ?? device.lastFailure?.at ?? 0);
  const good = millis(device.lastSuccessAt ?? device.lastSuccess ?? 0);
  if (failed > good) return ['failed last', 'warn'];
  return good ? ['fine', 'good'] : ['never tried', 'plain'];
}

function deviceWords(device) {
  const failure = device.lastFailure && typeof device.lastFailure === 'object' ? device.lastFailure : { at: device.lastFailureAt ?? device.lastFailure, reason: device.lastFailureReason };
  const good = device.lastSuccessAt ?? device.lastSuccess;
  return [device.platform, device.app && device.app !== 'default' ? `app ${device.app}` : '', device.environment,
    good ? `delivered ${ago(millis(good), Date.now())}` : '',
    failure.at ? `failed ${ago(millis(failure.at), Date.now())}${failure.reason ? `: ${failure.reason}` : ''}` : ''].filter(Boolean).join(' · ');
}

function devices(all) {
  fill($('devices'), all, deviceKey, (device) => {
    const detail = make('span', { className: 'detail' });
    const state = pill('', 'plain');
    return {
      row: make('li', {}, make('span', { className: 'who' }, make('b', {}, device.type ? `${device.type} ` : '', foreign(device.deviceId ?? 'without a name', 60)), detail),
        state, buttons(device, false)),
      update: (now) => {
        repill(state, ...deviceState(now));
        if (detail.textContent !== deviceWords(now)) detail.replaceChildren(foreign(deviceWords(now), 300));
      },
    };
  });
  $('no-devices').hidden = all.length > 0;
}

/** What can be done with a device; only one with a socket can be disconnected. */
function buttons({ deviceId }, connected) {
  if (!deviceId) return null;
  const ring = make('button', { type: 'button', className: 'quiet small' }, 'Test ring');
  ring.addEventListener('click', () => act(ring, () => tested(deviceId)));
  if (!connected) return make('span', { className: 'buttons' }, ring);
  const cut = make('button', { type: 'button', className: 'quiet danger small' }, 'Disconnect');
  cut.addEventListener('click', () => act(cut, () => disconnected(deviceId)));
  return make('span', { className: 'buttons' }, ring, cut);
}

async function disconnected(deviceId) {
  const user = current;
  const answer = await question({
    title: 'Disconnect?',
    text: deviceId ? 'The socket of this device is closed; its app will connect again:' : 'Every socket of this user is closed; apps will connect again:',
    subject: deviceId ?? user,
    action: 'Disconnect',
  });
  if (answer === null) return '';
  await ask('POST', `/api/v1/users/${part(user)}/disconnect`, deviceId ? { deviceId } : {});
  await refresh().catch(() => {});
  return 'Disconnected.';
}

async function tested(deviceId) {
  const user = current;
  const answer = await ask('POST', `/api/v1/users/${part(user)}/test-ring`, deviceId ? { deviceId } : {});
  if (user !== current) return '';
  $('test').hidden = false;
  show({ verdicts: $('test-verdicts'), chart: $('test-chart'), steps: $('test-steps') }, answer.timeline ?? answer);
  $('test').scrollIntoView({ block: 'nearest' });
  return 'The test has gone out: see what became of it below.';
}

export function start() {
  $('user-form').addEventListener('submit', (event) => {
    event.preventDefault();
    dispatchEvent(new CustomEvent('go', { detail: { tab: 'user', id: $('user-id').value.trim() } }));
  });
  $('user-ring').addEventListener('click', () => act($('user-ring'), () => tested()));
  $('user-disconnect').addEventListener('click', () => act($('user-disconnect'), () => disconnected()));
  $('user-calls').addEventListener('click', () => dispatchEvent(new CustomEvent('go', { detail: { tab: 'calls', id: current } })));
}
