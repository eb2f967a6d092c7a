import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocket } from 'ws';
import { name, person, until } from './support.mjs';

// Node 20 has none of its own.
globalThis.WebSocket ??= WebSocket;

function enter(who, roomId) {
  const room = who.client.rooms.open(roomId);
  const heard = [];
  for (const event of ['joined', 'ready', 'signal', 'peer-left', 'down', 'refused', 'over']) {
    room.on(event, (detail) => heard.push({ event, detail }));
  }
  const all = (event) => heard.filter((each) => each.event === event).map(({ detail }) => detail);
  return { room, all, hears: (event, count = 1) => until(() => all(event).length >= count, `${event}, ${count} times`) };
}

function two() {
  return [person(name('ann')), person(name('bob'), { node: 1 })];
}

test('a code makes a room of two who see each other, signal, and leave', async () => {
  const [ann, bob] = two();
  const code = name('CODE');
  await ann.client.rooms.reserve(code);
  await assert.rejects(bob.client.rooms.reserve(code), { name: 'Refused', code: 'conflict' });
  assert.equal(await ann.client.rooms.check(code), undefined);
  const roomId = await bob.client.rooms.accept(code);
  assert.equal(await ann.client.rooms.check(code), roomId);
  await assert.rejects(bob.client.rooms.accept(name('NONE')), { code: 'not_found_or_expired' });
  const a = enter(ann, roomId);
  await a.hears('joined');
  assert.equal(a.room.signal({ type: 'webrtc_offer' }), false);
  const b = enter(bob, roomId);
  await Promise.all([a.hears('ready'), b.hears('ready')]);
  assert.deepEqual([a.room.isInitiator, b.room.isInitiator], [true, false]);
  assert.equal(a.room.signal({ type: 'webrtc_offer', sdp: { type: 'offer', sdp: 'v=0' }, mood: 'fine' }), true);
  await b.hears('signal');
  const [{ type, sdp, mood }] = b.all('signal');
  assert.deepEqual({ type, sdp, mood }, { type: 'webrtc_offer', sdp: { type: 'offer', sdp: 'v=0' }, mood: 'fine' });
  b.room.leave();
  await a.hears('peer-left');
  assert.deepEqual(a.all('peer-left'), [{ dropped: false }]);
  assert.equal(b.all('over')[0].code, 'left');
  assert.equal(a.room.ready, false);
});

test('who offers a code waits until it is entered', async () => {
  const [ann, bob] = two();
  const code = name('CODE');
  const offered = ann.client.rooms.offer(code, { expiresInSeconds: 60 });
  const taken = await until(() => bob.client.rooms.accept(code).catch(() => undefined));
  assert.equal(await offered, taken);
  const gone = AbortSignal.abort();
  await assert.rejects(ann.client.rooms.offer(name('CODE'), { signal: gone }), { name: 'AbortError' });
});

test('a break is joined over, and both are ready again', async () => {
  const [ann, bob] = two();
  const roomId = name('room');
  const a = enter(ann, roomId);
  await a.hears('joined');
  const b = enter(bob, roomId);
  await Promise.all([a.hears('ready'), b.hears('ready')]);
  a.room.socket.close();
  await a.hears('down');
  await Promise.all([a.hears('ready', 2), b.hears('ready', 2)]);
  assert.deepEqual(a.all('joined').map(({ again }) => again), [false, true]);
  b.room.signal({ type: 'ice_candidate', candidate: { candidate: 'x' } });
  await a.hears('signal');
});

test('a third is out, and so is who takes the seat from another tab', async () => {
  const [ann, bob] = two();
  const roomId = name('room');
  const a = enter(ann, roomId);
  const b = enter(bob, roomId);
  await Promise.all([a.hears('ready'), b.hears('ready')]);
  const cleo = enter(person(name('cleo')), roomId);
  await cleo.hears('over');
  assert.equal(cleo.all('over')[0].code, 'full');
  const again = enter(ann, roomId);
  await again.hears('ready');
  await a.hears('over');
  assert.equal(a.all('over')[0].code, 'replaced');
  const bad = enter(bob, 'x'.repeat(500));
  await bad.hears('over');
});
