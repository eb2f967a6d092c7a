// The page: what is seen and touched. Session talks to the server, Call to the other side.

import { Call, rememberedCall } from './js/call.js';
import { chatPanel } from './js/chat-panel.js';
import { $, make } from './js/dom.js';
import { PushSection } from './js/push.js';
import { quiet, ring, ringback } from './js/ring.js';
import { roomPanel } from './js/room-panel.js';
import { Session, fetchToken, remembered, userOf } from './js/session.js';
import { look, show } from './js/stats.js';
import { openTab, tabs } from './js/tabs.js';
import { duration, ending, initials, outcome, refusal, status, tint } from './js/words.js';

const TITLE = document.title;
const PEOPLE_EVERY_MS = 3000;
const LOST_CALL_AFTER_MS = 4000;
/** Records of calls are written in batches, a moment after the end. */
const HISTORY_AFTER_MS = [800, 3000, 10000];

let production = false;
let session;
let call;
let glare;
let linkUp = false;
let seen;
let peopleTimer;
let linkTimer;

window.__switchboard = {
  get state() {
    if (!session) return 'signed-out';
    if (call) return call.phase;
    return linkUp ? 'ready' : 'connecting';
  },
  get pc() {
    return call?.pc;
  },
  get callId() {
    return call?.callId;
  },
  get linkUp() {
    return linkUp;
  },
};

const push = new PushSection($('push'), notify);

$('relay-only').checked = new URLSearchParams(location.search).get('relay') === '1';

// ---- small things ----

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
  session = undefined;
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
      start({ userId, token, pasted: true });
      $('token').value = '';
    } else {
      const userId = $('name').value.trim();
      if (!userId) throw new Error('Please enter a name.');
      start(await fetchToken(userId));
    }
  } catch (error) {
    text('sign-in-error', error instanceof TypeError ? 'The server can’t be reached.' : error.message);
    (production ? $('token') : $('name')).focus();
  } finally {
    button.disabled = false;
  }
}

function start({ userId, token, pasted, deviceId }) {
  session?.close();
  session = new Session({ userId, token, pasted, deviceId });
  push.open(session);
  listen(session);
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
  const leaving = session;
  call?.hangUp();
  chat.close();
  room.close();
  await push.turnOff().catch(() => {});
  await leaving?.signOut();
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
  if (call) draw(call);
}

// ---- what the server says ----

function listen(to) {
  const on = (event, act) => to.addEventListener(event, ({ detail }) => {
    if (to === session) act(detail);
  });
  const mine = (act) => (payload) => {
    if (!call || call.over) return;
    if (call.callId === payload.callId) act(payload);
    // What overtakes the acknowledgement of our own call waits for it.
    else if (call.role === 'caller' && !call.callId) {
      const waiting = call;
      waiting.early.push(() => waiting.callId === payload.callId && act(payload));
    }
  };

  on('up', () => {
    setLink(true);
    pollPeople();
    refreshHistory();
    recoverCall();
  });
  on('down', () => setLink(false));
  on('over', ({ reason, message }) => isOver(reason, message));
  on('token-needed', () => notify('Your token is about to expire. Sign in again with a new one.'));

  on('incoming_call', isCalled);
  on('call_accept', mine(() => call.acceptedByThem()));
  on('call_reject', mine(({ reason }) => call.end(reason === 'busy' ? 'busy' : 'declined')));
  on('call_end', mine(({ reason }) => call.end(reason)));
  on('call_timeout', mine(() => call.end('timeout')));
  on('call_cancelled', mine(() => call.end('cancelled')));
  on('sdp_offer', mine(({ sdp }) => call.takeDescription('offer', sdp)));
  on('sdp_answer', mine(({ sdp }) => call.takeDescription('answer', sdp)));
  on('ice_candidate', mine(({ candidate }) => call.takeCandidate(candidate)));
  on('ice_servers', mine(({ iceServers }) => call.takeServers(iceServers)));
  on('peer_reconnecting', mine(() => call.theyAreAway(true)));
  on('peer_reconnected', mine(() => call.theyAreAway(false)));
  on('call_resumed', isResumed);
}

function isCalled({ callId, callerId, callType }) {
  if (call?.callId === callId) {
    clearTimeout(call.lossTimer);
    // Offered again after a break; if our yes was under way when it broke, it is said again.
    if (call.phase === 'accepting') acceptCall();
    return;
  }
  if (call && !(call.role === 'caller' && !call.callId)) return;
  const theirs = new Call(session, {
    callId, peerId: callerId, callType: callType === 'audio' ? 'audio' : 'video', role: 'callee',
  }, page);
  if (call) {
    // We are calling just now; the server is about to say whose call counts.
    glare = theirs;
    return;
  }
  call = theirs;
  seen = undefined;
  draw(call);
}

function isResumed({ callId, state, peerId }) {
  if (call && call.callId !== callId) return;
  if (!call) {
    const known = rememberedCall();
    const about = known?.callId === callId ? known : { callId, peerId, callType: 'video', role: 'caller' };
    if (state === 'ringing' && about.role === 'callee') return;
    call = new Call(session, about, page);
    seen = undefined;
    if (state !== 'ringing') call.phase = 'connecting';
  }
  call.resumed(state);
  draw(call);
}

/** If the server does not take the call up again, it ended while we were away. */
function recoverCall() {
  const waiting = call;
  if (!waiting?.callId || waiting.over) {
    if (!call) forgetOldCall();
    return;
  }
  clearTimeout(waiting.lossTimer);
  waiting.lossTimer = setTimeout(async () => {
    if (waiting.over || !linkUp) return;
    const { calls = [] } = await session.get('/api/v1/calls?limit=5').catch(() => ({}));
    const record = calls.find((each) => each.callId === waiting.callId);
    if (record?.endedAt) waiting.end(record.reason ?? record.state);
    else if (waiting.phase === 'incoming' || waiting.pc?.connectionState === 'failed') waiting.end('over');
  }, LOST_CALL_AFTER_MS);
}

function forgetOldCall() {
  setTimeout(() => {
    if (!call) sessionStorage.removeItem('switchboard.call');
  }, LOST_CALL_AFTER_MS);
}

function isOver(reason, message) {
  call?.end('over');
  const { userId, token, pasted } = session;
  setLink(false);
  clearTimeout(linkTimer);
  if (reason === 'unauthorized' || reason === 'refused') {
    sessionStorage.removeItem('switchboard.session');
    welcome(message === 'Token expired' ? 'Your token expired. Please sign in again.'
      : `The server refused: ${message ?? 'not authorised'}.`);
    return;
  }
  clearInterval(peopleTimer);
  const again = make('button', { type: 'button', className: 'quiet', textContent: 'Use it here' });
  // A device of its own, so that the two windows do not push each other out.
  again.addEventListener('click', () => start({ userId, token, pasted }));
  bar(reason === 'displaced' ? 'You went on in another window. ' : 'The server closed the connection. ');
  $('link').append(again);
}

// ---- people and history ----

async function pollPeople() {
  if (!session || document.hidden) return;
  let body;
  try {
    body = await session.get('/dev/users');
  } catch {
    if (production) text('nobody', 'Call someone by their user name.');
    return;
  }
  const list = Array.isArray(body) ? body : (body.users ?? []);
  const people = list
    .map((each) => (typeof each === 'string' ? { userId: each } : each))
    .filter(({ userId }) => userId && userId !== session?.userId)
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
  const { calls = [] } = await (session?.get('/api/v1/calls?limit=8').catch(() => ({})) ?? {});
  if (!session) return;
  $('no-history').hidden = calls.length > 0;
  $('history').replaceChildren(...calls.map((record) => {
    const mine = record.callerId === session.userId;
    const other = mine ? record.calleeId : record.callerId;
    const at = new Date(record.createdAt);
    const when = make('time', {
      dateTime: at.toISOString(),
      textContent: at.toLocaleString(undefined,
        at.toDateString() === new Date().toDateString() ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' }),
    });
    const how = outcome(record, session.userId);
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

async function place(peerId, callType) {
  if (call || !linkUp) return;
  if (peerId === session.userId) {
    notify('That is you. Call somebody else.');
    return;
  }
  notify('');
  glare = undefined;
  seen = undefined;
  const outgoing = new Call(session, { peerId, callType, role: 'caller' }, page);
  call = outgoing;
  draw(call);
  $('call').focus();
  let answer;
  try {
    answer = await outgoing.initiate();
  } catch {
    if (!outgoing.over) fail(outgoing, refusal(undefined, peerId));
    return;
  }
  if (!answer || answer.success || outgoing.over) return;
  const theirs = glare;
  glare = undefined;
  if (answer.error?.code === 'E107') {
    // Both called at once: their call was first, and we wanted to talk anyway.
    const callId = answer.error.callId ?? theirs?.callId;
    fail(outgoing, '');
    call = new Call(session, { callId, peerId, callType: theirs?.callType ?? callType, role: 'callee' }, page);
    acceptCall();
    return;
  }
  fail(outgoing, refusal(answer.error, peerId));
  if (theirs) {
    call = theirs;
    draw(call);
  }
}

/** Takes an attempt away that never became a call. */
function fail(attempt, words) {
  attempt.end('failed');
  notify(words);
}

async function acceptCall() {
  const taking = call;
  if (!taking) return;
  const answer = await taking.accept();
  if (answer && !answer.success && !taking.over) {
    taking.end('refused');
    notify(refusal(answer.error, taking.peerId));
  }
}

const page = {
  get relayOnly() {
    return $('relay-only').checked;
  },
  onChange(changed) {
    if (changed === call) draw(changed);
  },
  onEnd(ended, reason) {
    if (ended === glare) glare = undefined;
    if (ended !== call) return;
    call = undefined;
    seen = undefined;
    notify(ending(ended, reason));
    clear();
    setTimeout(pollPeople, 800);
    for (const wait of HISTORY_AFTER_MS) setTimeout(refreshHistory, wait);
  },
};

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
  const lacking = now.lacking && now.phase !== 'connected' ? ` ${now.lacking}` : '';
  text('status', status(now, linkUp) + lacking);
  $('call').dataset.phase = now.phase;

  attach($('remote-video'), now.remote);
  const picture = now.phase !== 'outgoing' && now.remote.getVideoTracks().some((track) => !track.muted);
  $('poster').hidden = picture;
  for (const track of now.remote.getVideoTracks()) track.onunmute = track.onmute = () => now === call && draw(now);

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
  const now = call;
  if (!now?.connectedAt || !now.pc) return;
  text('timer', duration(Date.now() - now.connectedAt));
  const fresh = await look(now.pc).catch(() => undefined);
  if (now !== call || !fresh) return;
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
$('accept').addEventListener('click', acceptCall);
$('decline').addEventListener('click', () => call?.hangUp());
// Escape neither takes nor declines a call: that is too easily done by mistake.
$('incoming').addEventListener('cancel', (event) => event.preventDefault());
$('hang-up').addEventListener('click', () => call?.hangUp());
$('mute').addEventListener('click', () => call?.toggle('audio'));
$('camera').addEventListener('click', () => call?.toggle('video'));
$('unblock').addEventListener('click', () => {
  $('unblock').hidden = true;
  $('remote-video').play().catch(() => {});
});
document.addEventListener('visibilitychange', pollPeople);

// A page that the browser keeps for the way back keeps its sockets too, and would ring where nobody is.
addEventListener('pagehide', ({ persisted }) => {
  if (!persisted) return;
  session?.rest();
  room.rest();
});
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  session?.wake();
  room.wake();
});

tabs($('home').querySelector('[role=tablist]'));
const chat = chatPanel(() => session && { socket: session.socket, userId: session.userId });
const room = roomPanel(() => session && { deviceId: session.deviceId, iceServers: session.iceServers });
if (chat.invited()) openTab($('tab-chat'));

async function begin() {
  const info = await fetch('/info', { cache: 'no-store' }).then((answer) => answer.json()).catch(() => ({}));
  production = info.env === 'production';
  const known = remembered();
  if (known?.userId && known.token) start(known);
  else welcome();
}

begin();
