import assert from 'node:assert/strict';
import test from 'node:test';
import { Chats, Connection, invitationLink, readInvitation } from '../dist/client.js';
import { URLS, cut, name, person, token, until } from './support.mjs';

const TOLD = ['joined', 'down', 'members', 'message', 'presence', 'typing', 'key-changed', 'downloaded', 'refused', 'over'];

/** Opens a session for somebody; all that it tells, and all that goes over their socket. */
async function chatOf(who, invitation) {
  const chat = who.client.chats.open(invitation);
  const heard = [];
  for (const event of TOLD) chat.on(event, (detail) => heard.push({ event, detail }));
  const all = (event) => heard.filter((each) => each.event === event).map(({ detail }) => detail);
  const texts = () => all('message').map(({ about }) => about.text);
  await chat.join();
  return { chat, all, texts, has: (count) => until(() => all('message').length >= count, `${count} messages`) };
}

/** All frames of a client's socket from now on, over every connection. */
function spy({ client }) {
  const frames = [];
  const watch = () => {
    client.socket.io.engine.on('packet', ({ data }) => frames.push(String(data)));
    client.socket.io.engine.on('packetCreate', ({ data }) => frames.push(String(data)));
  };
  if (client.socket.io.engine) watch();
  client.socket.io.on('open', watch);
  return frames;
}

async function two(mode, password) {
  const [ann, bob] = [person(name('ann')), person(name('bob'), { node: 1 })];
  await Promise.all([ann.ready(), bob.ready()]);
  const invitation = await ann.client.chats.reserve(mode, password);
  return { ann, bob, invitation, guest: { ...invitation, creator: false } };
}

test('two on different nodes talk in private, and the server sees no word of it', async () => {
  const { ann, bob, invitation } = await two('private');
  const frames = [spy(ann), spy(bob)];
  const link = invitationLink(invitation, 'https://calls.example.com/');
  const a = await chatOf(ann, invitation);
  const b = await chatOf(bob, readInvitation(link));
  await a.chat.send('the plain words of ann');
  await b.chat.send({ name: 'plan.txt', type: 'text/plain' }, new TextEncoder().encode('the plain bytes of bob'));
  await Promise.all([a.has(1), b.has(1)]);
  assert.deepEqual(b.texts(), ['the plain words of ann']);
  const [letter] = a.all('message');
  assert.equal(letter.about.name, 'plan.txt');
  assert.equal(new TextDecoder().decode(letter.bytes), 'the plain bytes of bob');
  assert.equal(letter.from, bob.userId);
  for (const seen of frames) {
    assert.ok(seen.some((frame) => frame.includes('send-message')));
    assert.ok(!seen.some((frame) => frame.includes('plain words') || frame.includes(btoa('plain words')) || frame.includes('plan.txt')));
  }
  a.chat.downloaded(letter);
  await until(() => b.all('downloaded')[0]?.fileName === 'plan.txt');
  a.chat.typing(true);
  a.chat.typing(false);
  await until(() => b.all('typing').length === 2);
  assert.deepEqual(b.all('typing').map(({ on }) => on), [true, false]);
  a.chat.leave();
  await until(() => b.all('presence').some(({ userId, here }) => userId === ann.userId && !here));
  assert.equal(a.all('over')[0].code, 'left');
});

test('a break in the middle loses nothing, doubles nothing, and keeps the order', async () => {
  const { ann, bob, invitation, guest } = await two('private');
  const a = await chatOf(ann, invitation);
  const b = await chatOf(bob, guest);
  const sent = [];
  for (let i = 0; i < 30; i++) {
    sent.push(a.chat.send(`a${i}`), b.chat.send(`b${i}`));
    // One breaks while its own letters are on their way, the other while letters come.
    if (i === 10) cut(ann);
    if (i === 20) await Promise.all(sent).then(() => cut(bob));
  }
  await Promise.all(sent);
  await Promise.all([a.has(30), b.has(30)]);
  // Whatever would be doubled has come before these.
  await Promise.all([a.chat.send('last'), b.chat.send('last')]);
  await Promise.all([a.has(31), b.has(31)]);
  const wanted = (who) => [...Array.from({ length: 30 }, (_, i) => `${who}${i}`), 'last'];
  assert.deepEqual(b.texts(), wanted('a'));
  assert.deepEqual(a.texts(), wanted('b'));
  assert.deepEqual(a.all('joined').map(({ again }) => again), [false, true]);
  assert.ok(a.all('down').length === 1 && b.all('down').length === 1);
});

test('who is alone writes, and the other gets it on coming', async () => {
  const { ann, bob, invitation, guest } = await two('private');
  const a = await chatOf(ann, invitation);
  const sent = a.chat.send('welcome');
  const b = await chatOf(bob, guest);
  assert.equal((await sent).mine, true);
  await b.has(1);
  assert.deepEqual(b.texts(), ['welcome']);
});

test('a wrong password is refused with its code, the right one opens', async () => {
  const { ann, bob, invitation, guest } = await two('password', 'open sesame');
  const a = await chatOf(ann, invitation);
  await assert.rejects(chatOf(bob, { ...guest, password: 'another' }), { name: 'Refused', code: 'INVALID_PASSWORD' });
  assert.equal(bob.client.chats.current, undefined);
  const b = await chatOf(bob, guest);
  await b.chat.send('in');
  await a.has(1);
  assert.equal(a.chat.mode, 'password');
});

test('an unknown session is refused, also to somebody who sends before', async () => {
  const ann = person(name('ann'));
  const chat = ann.client.chats.open({ sessionId: name('none'), authKey: 'key', mode: 'private' });
  const sent = assert.rejects(chat.send('lost'), { code: 'SESSION_NOT_FOUND' });
  await assert.rejects(chat.join(), { code: 'SESSION_NOT_FOUND' });
  await sent;
  await assert.rejects(ann.client.chats.reserve('password'), { code: 'MISSING_FIELD' });
});

test('a group of three has one key, which who comes later and who comes back gets', async () => {
  const { ann, bob, invitation, guest } = await two('group');
  const cleo = person(undefined, { deviceId: name('tab'), token: undefined });
  const a = await chatOf(ann, invitation);
  const b = await chatOf(bob, guest);
  await a.chat.send('one');
  await b.has(1);
  await cleo.ready();
  const chat = cleo.client.chats.open(guest, { userId: name('cleo'), displayName: 'Cleo' });
  const heard = [];
  chat.on('message', ({ about }) => heard.push(about.text));
  await chat.join();
  await until(() => heard.length === 1);
  cut(bob);
  await until(() => b.all('joined').length === 2);
  await b.chat.send('two');
  await chat.send('three');
  await until(() => heard.length === 2);
  await a.has(2);
  await b.has(2);
  assert.deepEqual(heard, ['one', 'two']);
  assert.deepEqual(a.texts(), ['two', 'three']);
  assert.deepEqual(a.all('message').map(({ name: who }) => who), [bob.userId, 'Cleo']);
});

test('hostile keys and letters of no known shape disturb nobody', async () => {
  const { ann, bob, invitation, guest } = await two('group');
  const mallory = person(name('mallory'), { node: 1 });
  await mallory.ready();
  const a = await chatOf(ann, invitation);
  const common = { sessionId: invitation.sessionId, userId: mallory.userId };
  const joined = await mallory.client.ask('join-session', { ...common, authKey: invitation.authKey, publicKey: 'no key at all' });
  assert.equal(joined.success, true);
  const b = await chatOf(bob, guest);
  for (const encrypted of ['{', 'null', '5', { deep: [1] }, 7, 'AAAA', '']) {
    await mallory.client.ask('send-message', { ...common, from: mallory.userId, to: 'all', encrypted });
  }
  await mallory.client.ask('save-public-key', { ...common, publicKey: { kty: 'EC' } });
  await b.chat.send('still here');
  await until(() => a.texts().includes('still here'));
  const unreadable = a.all('message').filter(({ from }) => from === mallory.userId);
  assert.ok(unreadable.length >= 6 && unreadable.every((letter) => letter.unreadable && letter.about.text === undefined));
});

test('in a session for two, a key that is none fails the letter and not the chat', async () => {
  const { ann, bob, invitation } = await two('private');
  const a = await chatOf(ann, invitation);
  await bob.client.ask('join-session', { sessionId: invitation.sessionId, userId: bob.userId, authKey: invitation.authKey, publicKey: 'bad' });
  await until(() => a.chat.members.has(bob.userId));
  await assert.rejects(a.chat.send('for whom?'), { code: 'INVALID_KEY' });
  await bob.client.ask('send-message', { sessionId: invitation.sessionId, from: bob.userId, to: ann.userId, encrypted: '{"by":1}' });
  await a.has(1);
  assert.equal(a.all('message')[0].unreadable, true);
  assert.equal(a.chat.joined, true);
});

test('a connection has one chat at a time, and its end is the chat’s', async () => {
  const { ann, invitation } = await two('private');
  const a = await chatOf(ann, invitation);
  assert.throws(() => ann.client.chats.open(invitation), { code: 'IN_ANOTHER' });
  ann.client.close();
  await until(() => a.all('over').length === 1);
  await assert.rejects(a.chat.send('too late'), { name: 'Refused' });
  await assert.rejects(ann.client.chats.open(invitation).join(), { code: 'closed' });
});

test('a second chat has a connection of its own, under the same token', async () => {
  const { ann, bob, invitation, guest } = await two('private');
  const a = await chatOf(ann, invitation);
  const connection = new Connection({ url: URLS[1], token: token(bob.userId) });
  try {
    const second = new Chats(connection).open(guest, { userId: bob.userId });
    await second.join();
    await second.send('from there');
    await a.has(1);
    assert.deepEqual(a.texts(), ['from there']);
  } finally {
    connection.close();
  }
});
