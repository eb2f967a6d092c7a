// The examples of the README, as they stand.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { WebSocket } from 'ws';
import * as library from '../dist/client.js';
import { URLS, closed, name, person, token, until } from './support.mjs';

globalThis.WebSocket ??= WebSocket;

const AsyncFunction = (async () => {}).constructor;
const EXAMPLES = [...readFileSync(new URL('../README.md', import.meta.url), 'utf8').matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
const [CALLS, CHAT, SECOND, ROOM] = EXAMPLES;

/** Runs an example with what its app has; `gives` names what it is asked for. */
function run(code, app, gives = '') {
  const imported = code.replace(/^import \{(.*?)\} from '@switchboard\/client';.*$/m, 'const {$1} = library;')
    .replace('https://calls.example.com', URLS[0]);
  assert.doesNotMatch(imported, /^import|calls\.example\.com/m);
  return new AsyncFunction('library', ...Object.keys(app), `${imported}\nreturn { ${gives} };`)(library, ...Object.values(app));
}

test('every example is run by a test', () => assert.equal(EXAMPLES.length, 4));

test('a call', async () => {
  const bob = person('bob', { node: 1 });
  await bob.ready();
  const said = [];
  const shown = [];
  const app = {
    fetch: async (path) => ({ text: async () => (path === '/my/token' ? token('ann') : undefined) }),
    show: (...about) => shown.push(about),
    say: (words) => said.push(words),
    video: {},
  };
  const { me } = await run(CALLS, app, 'me');
  closed(me);
  await until(() => bob.calls[0]?.phase === 'incoming');
  await bob.calls[0].accept();
  await until(() => me.calls.current?.phase === 'connected');
  assert.equal(app.video.srcObject, me.calls.current.remote);
  bob.client.calls.current.hangUp();
  await until(() => said.length > 0);
  assert.deepEqual(said, ['bob: hangup']);
  bob.client.calls.place('ann');
  await until(() => shown.length > 0);
  const [[who, yes, no]] = shown;
  assert.equal(who, 'bob');
  await yes();
  await until(() => me.calls.current.phase === 'connected');
  no();
  await until(() => bob.ends.length === 2);
});

test('a chat', async () => {
  const ann = person(name('ann'));
  const bob = person(name('bob'), { node: 1 });
  await Promise.all([ann.ready(), bob.ready()]);
  const told = [];
  const bytes = new TextEncoder().encode('the plan');
  const running = run(CHAT, { me: ann.client, show: () => {}, say: (words) => told.push(words), bytes }, 'chat, invitation');
  // It writes to whoever comes.
  await until(() => ann.client.chats.current?.joined);
  const page = 'https://app.example/talk';
  const guest = bob.client.chats.open(library.readInvitation(library.invitationLink(ann.client.chats.current.invitation, page)));
  const letters = [];
  guest.on('message', (letter) => letters.push(letter));
  await guest.join();
  const { chat } = await running;
  await until(() => letters.length === 2);
  assert.equal(letters[0].about.text, 'hello');
  assert.equal(letters[1].about.name, 'plan.txt');
  assert.deepEqual(letters[1].bytes, bytes);
  chat.leave();
  assert.equal(told.length, 1);
});

test('a room', async () => {
  const ann = person(name('ann'));
  const bob = person(name('bob'), { node: 1 });
  const waits = [];
  const CODE = name('CODE');
  const app = { me: ann.client, offer: async () => ({ type: 'offer', sdp: 'v=0' }), take: () => {}, wait: (dropped) => waits.push(dropped) };
  const running = run(ROOM.replace("'CODE'", `'${CODE}'`), app, 'room');
  const roomId = await until(() => bob.client.rooms.accept(CODE).catch(() => undefined), 'the code is there');
  const { room } = await running;
  // Who is in first makes the offer.
  await until(() => room.joined);
  const theirs = bob.client.rooms.open(roomId);
  const heard = [];
  theirs.on('signal', (message) => heard.push(message.type));
  await until(() => heard.includes('webrtc_offer'));
  theirs.leave();
  await until(() => waits.length > 0);
  assert.deepEqual(waits, [false]);
});

test('a second chat beside the first', async () => {
  const ann = person(name('ann'));
  await ann.ready();
  const invitation = await ann.client.chats.reserve('private');
  const { another, connection } = await run(SECOND, { url: URLS[1], token: token(ann.userId), userId: ann.userId, invitation }, 'another, connection');
  closed(connection);
  await another.join();
  assert.equal(another.joined, true);
});
