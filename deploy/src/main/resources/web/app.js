// The page: what is seen and touched. What happens is the client library's, as in anybody's app.

import { Switchboard, look, newDeviceId } from '/client.js';
import { fetchToken, forget, remember, remembered, tokensOf, userOf } from './js/account.js';
import { chatPanel } from './js/chat-panel.js';
import { $, make } from './js/dom.js';
import { PushSection } from './js/push.js';
import { quiet, ring, ringback } from './js/ring.js';
import { roomPanel } from './js/room-panel.js';
import { show } from './js/stats.js';
import { openTab, tabs } from './js/tabs.js';
import { duration, ending, initials, lack, outcome, status, tint } from './js/words.js';

const TITLE = document.title;
const PEOPLE_EVERY_MS = 3000;
/** Records of calls are written in batches, a moment after the end. */
const HISTORY_AFTER_MS = [800, 3000, 10000];

let production = false;
let client;
let linkUp = false;
let seen;
let peopleTimer;
let linkTimer;

window.__switchboard = {
  get state() {
    if (!client) return 'signed-out';
    return call()?.phase ?? (linkUp ? 'ready' : 'connecting');
  },
  get pc() {
    return call()?.pc;
  },
  get callId() {
    return call()?.callId;
  },
  get linkUp() {
    return linkUp;
  },
};

const push = new PushSection($('push'), notify);

$('relay-only').checked = new URLSearchParams(location.search).get('relay') === '1';

// ---- small things ----

/** The one call of this page. */
function call() {
  return client?.calls.current;
}

function text(id, words) {
  if ($(id).textContent !== words) $(id).textContent = words;
}

let noticeTimer;
function notify(words) {
  clearTimeout(noticeTimer);
  $('notice').textContent = words;
  if (words) noticeTimer = setTimeout(() => { $('notice').textContent = ''; }, 9000);
}

function avatar(element, name) {
  element.classList.remove(...[...element.classList].filter((each) => each.startsWith('tint-')));
  element.classList.add(tint(name));
  element.textContent = initials(name);
}

function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${name}`);
  svg.append(use);
  return svg;
}

function bar(words) {
  $('link').hidden = !words;
  text('link', words ?? '');
}

// ---- signing in ----

function welcome(error = '') {
  clearInterval(peopleTimer);
  clearTimeout(linkTimer);
  client = undefined;
  linkUp = false;
  bar();
  $('me').hidden = true;
  $('home').hidden = true;
  $('welcome').hidden = false;
  $('name-field').hidden = production;
  $('token-field').hidden = !production;
  text('sign-in-error', error);
  (production ? $('token') : $('name')).focus();
}

async function signIn() {
  const button = $('sign-in');
  text('sign-in-error', '');
  try {
    button.disabled = true;
    if (production) {
      const token = $('token').value.trim();
      const userId = userOf(token);
      if (!userId) throw new Error('This is not a token: it should have three parts and name a user.');
      start({ userId, token, pasted: true }, newDeviceId());
      $('token').value = '';
    } else {
      const userId = $('name').value.trim();
      if (!userId) throw new Error('Please enter a name.');
      const { token } = await fetchToken(userId);
      start({ userId, token }, newDeviceId());
    }
  } catch (error) {
    text('sign-in-error', error instanceof TypeError ? 'The server can’t be reached.' : error.message);
    (production ? $('token') : $('name')).focus();
  } finally {
    button.disabled = false;
  }
}

/** Without a device id this is the device that the tab was before it was loaded again. */
function start(account, deviceId) {
  client?.close();
  remember(account);
  const { userId } = account;
  client = new Switchboard({
    userId,
    deviceId,
    token: tokensOf(account),
    calls: { relayOnly: () => $('relay-only').checked },
  });
  push.open(client);
  listen(client, account);
  $('welcome').hidden = true;
  $('home').hidden = false;
  $('me').hidden = false;
  text('me-name', userId);
  avatar($('me-avatar'), userId);
  setLink(false);
  pollPeople();
  clearInterval(peopleTimer);
  peopleTimer = setInterval(pollPeople, PEOPLE_EVERY_MS);
}

async function signOut() {
  const leaving = client;
  call()?.hangUp();
  chat.close();
  room.close();
  await push.turnOff().catch(() => {});
  await leaving?.signOut();
  forget();
  welcome();
  notify('');
}

function setLink(up) {
  linkUp = up;
  clearTimeout(linkTimer);
  if (up) bar();
  // A short break is not worth a word.
  else linkTimer = setTimeout(() => bar('Connecting to the server…'), 700);
  for (const button of document.querySelectorAll('.call-video, .call-audio')) button.disabled = !up;
  if (call()) draw(call());
}

// ---- what the client tells ----

function listen(to, account) {
  const current = (act) => (detail) => to === client && act(detail);
  to.on('up', current(() => {
    setLink(true);
    pollPeople();
    refreshHistory();
  }));
  to.on('down', current(() => setLink(false)));
  to.on('over', current((over) => isOver(over, account)));
  to.on('token-needed', current(() => notify('Your token is about to expire. Sign in again with a new one.')));
  to.calls.on('call', current((begun) => {
    seen = undefined;
    begun.on('change', current(() => begun === call() && draw(begun)));
    draw(begun);
  }));
  to.calls.on('end', current((ended) => {
    seen = undefined;
    notify(ending(ended));
    clear();
    setTimeout(pollPeople, 800);
    for (const wait of HISTORY_AFTER_MS) setTimeout(refreshHistory, wait);
  }));
}

function isOver({ reason, message }, account) {
  setLink(false);
  clearTimeout(linkTimer);
  if (reason === 'unauthorized' || reason === 'refused') {
    forget();
    welcome(message === 'Token expired' ? 'Your token expired. Please sign in again.'
      : `The server refused: ${message ?? 'not authorised'}.`);
    return;
  }
  clearInterval(peopleTimer);
  const again = make('button', { type: 'button', className: 'quiet', textContent: 'Use it here' });
  // A device of its own, so that the two windows do not push each other out.
  again.addEventListener('click', () => start(remembered() ?? account, newDeviceId()));
  bar(reason === 'displaced' ? 'You went on in another window. ' : 'The server closed the connection. ');
  $('link').append(again);
}

// ---- people and history ----

async function pollPeople() {
  if (!client || document.hidden) return;
  let body;
  try {
    body = await client.get('/dev/users');
  } catch {
    if (production) text('nobody', 'Call someone by their user name.');
    return;
  }
  const list = Array.isArray(body) ? body : (body.users ?? []);
  const people = list
    .map((each) => (typeof each === 'string' ? { userId: each } : each))
    .filter(({ userId }) => userId && userId !== client?.userId)
    .sort((a, b) => a.userId.localeCompare(b.userId));
  drawPeople(people);
}

function drawPeople(people) {
  const list = $('people');
  const rows = new Map([...list.children].map((row) => [row.dataset.user, row]));
  const wanted = new Set(people.map(({ userId }) => userId));
  for (const [userId, row] of rows) if (!wanted.has(userId)) row.remove();
  people.forEach(({ userId, devices, inCall }, index) => {
    const row = rows.get(userId) ?? makePerson(userId);
    const count = Array.isArray(devices) ? devices.length : devices;
    const words = inCall ? 'In a call' : count > 1 ? `Here on ${count} devices` : 'Here';
    const detail = row.querySelector('.presence');
    if (detail.textContent !== words) detail.textContent = words;
    row.classList.toggle('busy', Boolean(inCall));
    // Rows that stand right stay untouched, so that focus is kept.
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
  $('nobody').hidden = people.length > 0;
}

function makePerson(userId) {
  const face = make('span', { className: 'avatar' });
  face.setAttribute('aria-hidden', 'true');
  avatar(face, userId);
  const button = (kind, name) => {
    const made = make('button', {
      type: 'button', className: `icon call-${kind}`, disabled: !linkUp, title: `${name} call`,
    }, icon(kind === 'video' ? 'i-video' : 'i-phone'));
    made.setAttribute('aria-label', `${name} call to ${userId}`);
    made.addEventListener('click', () => place(userId, kind));
    return made;
  };
  const row = make('li', {}, face,
    make('span', { className: 'who' },
      make('b', { textContent: userId }), make('span', { className: 'presence' })),
    button('video', 'Video'), button('audio', 'Audio'));
  row.dataset.user = userId;
  row.dataset.testid = 'person';
  return row;
}

async function refreshHistory() {
  const calls = await client?.calls.history(8).catch(() => []);
  if (!client || !calls) return;
  $('no-history').hidden = calls.length > 0;
  $('history').replaceChildren(...calls.map((record) => {
    const mine = record.callerId === client.userId;
    const other = mine ? record.calleeId : record.callerId;
    const at = new Date(record.createdAt);
    const when = make('time', {
      dateTime: at.toISOString(),
      textContent: at.toLocaleString(undefined,
        at.toDateString() === new Date().toDateString() ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' }),
    });
    const how = outcome(record, client.userId);
    const direction = make('span', { className: `direction ${mine ? 'out' : 'in'}`, textContent: mine ? '↗' : '↙' });
    direction.setAttribute('aria-hidden', 'true');
    return make('li', { className: how === 'missed' ? 'missed' : '' }, direction,
      make('span', { className: 'who' },
        make('span', { className: 'sr-only', textContent: mine ? 'To ' : 'From ' }),
        make('b', { textContent: other }),
        make('span', { className: 'presence', textContent: `${record.callType === 'audio' ? 'Audio' : 'Video'}, ${how}` })),
      when);
  }));
}

// ---- calls ----

function place(peerId, callType) {
  if (call() || !linkUp) return;
  if (peerId === client.userId) {
    notify('That is you. Call somebody else.');
    return;
  }
  notify('');
  client.calls.place(peerId, { callType });
}

let sounding;
function sound(kind) {
  if (sounding === kind) return;
  sounding = kind;
  quiet();
  if (kind === 'ring') ring();
  if (kind === 'ringback') ringback();
}

function draw(now) {
  const incoming = now.phase === 'incoming';
  sound(incoming ? 'ring' : now.phase === 'outgoing' && now.callId ? 'ringback' : undefined);
  document.title = incoming ? `☎ ${now.peerId} is calling` : TITLE;

  const dialog = $('incoming');
  if (incoming) {
    text('incoming-name', now.peerId);
    text('incoming-kind', now.callType === 'video' ? 'is calling you by video' : 'is calling you');
    avatar($('incoming-avatar'), now.peerId);
    $('accept-icon').setAttribute('href', now.callType === 'video' ? '#i-video' : '#i-phone');
    if (!dialog.open) {
      dialog.showModal();
      $('accept').focus();
    }
    $('call').hidden = true;
    cover(false);
    return;
  }
  if (dialog.open) dialog.close();

  const wasHidden = $('call').hidden;
  $('call').hidden = false;
  cover(true);
  document.body.classList.add('calling');
  if (wasHidden) $('call').focus();
  text('call-name', now.peerId);
  avatar($('call-avatar'), now.peerId);
  text('status', status(now, linkUp) + (now.phase === 'connected' ? '' : lack(now.media)));
  $('call').dataset.phase = now.phase;

  attach($('remote-video'), now.remote);
  const picture = now.phase !== 'outgoing' && now.remote.getVideoTracks().some((track) => !track.muted);
  $('poster').hidden = picture;
  for (const track of now.remote.getVideoTracks()) track.onunmute = track.onmute = () => now === call() && draw(now);

  const camera = now.stream?.getVideoTracks()[0];
  const microphone = now.stream?.getAudioTracks()[0];
  attach($('local-video'), now.stream);
  $('local-video').hidden = !camera?.enabled;
  $('camera').hidden = now.callType !== 'video';
  toggled('mute', microphone, 'i-mic', 'Mute', 'Unmute');
  toggled('camera', camera, 'i-video', 'Camera off', 'Camera on');
}

/** What lies under a call can be neither tabbed to nor read out. */
function cover(covered) {
  document.querySelector('header').inert = covered;
  document.querySelector('main').inert = covered;
}

function attach(video, stream) {
  if (!stream || video.srcObject === stream) return;
  video.srcObject = stream;
  video.play().catch((error) => {
    if (error.name === 'NotAllowedError') $('unblock').hidden = false;
  });
}

function toggled(id, track, symbol, off, on) {
  const button = $(id);
  const isOff = track !== undefined && !track.enabled;
  button.disabled = track === undefined;
  button.setAttribute('aria-pressed', String(isOff));
  button.querySelector('span').textContent = isOff ? on : off;
  button.querySelector('use').setAttribute('href', `#${isOff || !track ? `${symbol}-off` : symbol}`);
}

function clear() {
  sound(undefined);
  document.title = TITLE;
  document.body.classList.remove('calling');
  if ($('incoming').open) $('incoming').close();
  $('call').hidden = true;
  cover(false);
  $('unblock').hidden = true;
  $('remote-video').srcObject = null;
  $('local-video').srcObject = null;
  text('timer', '');
  text('status', '');
  for (const id of ['path', 'local', 'remote', 'rtt', 'in', 'out']) text(`detail-${id}`, '–');
}

setInterval(async () => {
  const now = call();
  if (!now?.connectedAt || !now.pc) return;
  text('timer', duration(Date.now() - now.connectedAt));
  const fresh = await look(now.pc).catch(() => undefined);
  if (now !== call() || !fresh) return;
  show(fresh, seen, (name, words) => text(`detail-${name}`, words));
  seen = fresh;
}, 1000);

// ---- hands ----

$('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  signIn();
});
$('sign-out').addEventListener('click', signOut);
$('dial-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = $('dial').value.trim();
  if (name) place(name, event.submitter?.value ?? 'video');
  else $('dial').focus();
});
$('accept').addEventListener('click', () => call()?.accept());
$('decline').addEventListener('click', () => call()?.hangUp());
// Escape neither takes nor declines a call: that is too easily done by mistake.
$('incoming').addEventListener('cancel', (event) => event.preventDefault());
$('hang-up').addEventListener('click', () => call()?.hangUp());
$('mute').addEventListener('click', () => call()?.toggle('audio'));
$('camera').addEventListener('click', () => call()?.toggle('video'));
$('unblock').addEventListener('click', () => {
  $('unblock').hidden = true;
  $('remote-video').play().catch(() => {});
});
document.addEventListener('visibilitychange', pollPeople);

tabs($('home').querySelector('[role=tablist]'));
const chat = chatPanel(() => client);
const room = roomPanel(() => client);
if (chat.invited()) openTab($('tab-chat'));

async function begin() {
  const info = await fetch('/info', { cache: 'no-store' }).then((answer) => answer.json()).catch(() => ({}));
  production = info.env === 'production';
  const known = remembered();
  if (known?.userId && known.token) start(known);
  else welcome();
}

begin();
