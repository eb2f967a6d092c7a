import assert from 'node:assert/strict';
import test from 'node:test';
import { URLS, cut, name, person, token, until } from './support.mjs';

async function two(options = {}) {
  const ann = person(name('ann'), { node: 0, ...options });
  const bob = person(name('bob'), { node: 1, ...options });
  await Promise.all([ann.ready(), bob.ready()]);
  return { ann, bob };
}

const ringing = (who) => until(() => who.calls.at(-1)?.phase === 'incoming' && who.calls.at(-1), `${who.userId} rings`);
const connected = (call) => until(() => call.phase === 'connected', 'connected');

async function talk(ann, bob) {
  const call = ann.client.calls.place(bob.userId);
  const theirs = await ringing(bob);
  await theirs.accept();
  await Promise.all([connected(call), connected(theirs)]);
  return { call, theirs };
}

test('two people talk, and hanging up ends it for both', async () => {
  const { ann, bob } = await two();
  const { call, theirs } = await talk(ann, bob);
  assert.equal(call.callId, theirs.callId);
  assert.equal(theirs.peerId, ann.userId);
  await until(() => call.pc.candidates.length > 0 && theirs.pc.candidates.length > 0, 'candidates on both sides');
  assert.ok(call.pc.configuration.iceServers.length > 0);
  ann.client.calls.current.hangUp();
  await until(() => bob.ends.length === 1);
  assert.equal(bob.ends[0].reason, 'hangup');
  assert.equal(ann.ends[0].reason, 'hangup_here');
  assert.equal(bob.client.calls.current, undefined);
  assert.ok(call.stream.getTracks().every(({ stopped }) => stopped));
});

test('declining and cancelling are told to the other side', async () => {
  const { ann, bob } = await two();
  ann.client.calls.place(bob.userId, { callType: 'audio' });
  const first = await ringing(bob);
  assert.equal(first.callType, 'audio');
  first.hangUp();
  await until(() => ann.ends.length === 1);
  assert.equal(ann.ends[0].reason, 'declined');
  const second = ann.client.calls.place(bob.userId);
  await until(() => second.callId && bob.calls.length === 2);
  second.hangUp();
  await until(() => bob.ends.length === 2);
  assert.equal(bob.ends[1].reason, 'cancelled');
});

test('a refusal ends the attempt with the server’s words', async () => {
  const { ann } = await two();
  ann.client.calls.place(name('nobody'));
  await until(() => ann.ends.length === 1);
  assert.equal(ann.ends[0].reason, 'refused');
  assert.equal(ann.ends[0].error.code, 'E103');
});

test('two who call each other at once talk in one call', async () => {
  const { ann, bob } = await two();
  const mine = ann.client.calls.place(bob.userId);
  const theirs = bob.client.calls.place(ann.userId);
  // Whose came second takes the other's; a call that rang first has to be taken by hand, as ever.
  const current = () => [ann.client.calls.current, bob.client.calls.current];
  await until(async () => {
    const [a, b] = current();
    for (const call of [a, b]) if (call?.phase === 'incoming') await call.accept();
    return a?.phase === 'connected' && b?.phase === 'connected';
  }, () => `${mine.phase} ${theirs.phase}`);
  const [a, b] = current();
  assert.equal(a.callId, b.callId);
});

test('ringing is not done twice where the answer is lost', async () => {
  const { ann, bob } = await two();
  const { socket } = ann.client;
  let lost = 0;
  const packet = socket.packet.bind(socket);
  socket.packet = (sent) => {
    packet(sent);
    if (sent.data?.[0] === 'call_initiate' && lost++ === 0) {
      // Out, and the connection breaks before the answer is heard.
      socket.io.engine.removeAllListeners('packet');
      until(() => bob.calls.length > 0).then(() => cut(ann));
    }
  };
  const call = ann.client.calls.place(bob.userId);
  await until(() => call.callId, 'the call has its id');
  assert.equal(lost, 1);
  assert.equal(bob.calls.length, 1);
  assert.equal(bob.calls[0].callId, call.callId);
  await bob.calls[0].accept();
  await connected(call);
});

test('what overtakes the acknowledgement of a call waits for its name', async () => {
  const { ann, bob } = await two();
  const { socket } = ann.client;
  const onack = socket.onack.bind(socket);
  let answered = false;
  socket.onack = (packet) => {
    // Until the other side's word has come.
    void until(() => answered).then(() => onack(packet));
  };
  socket.on('call_reject', () => { answered = true; });
  const call = ann.client.calls.place(bob.userId);
  (await ringing(bob)).hangUp();
  await until(() => ann.ends.length === 1);
  assert.equal(ann.ends[0].reason, 'declined');
  assert.equal(call.callId, bob.calls[0].callId);
});

test('a call outlives a break of either connection, and hanging up meanwhile is made up for', async () => {
  const { ann, bob } = await two();
  const { call, theirs } = await talk(ann, bob);
  cut(bob);
  await until(() => call.peerAway, 'ann hears that bob is away');
  await until(() => !call.peerAway, 'ann hears that bob is back');
  assert.equal(theirs.phase, 'connected');
  cut(ann);
  call.hangUp();
  await until(() => bob.ends.length === 1);
  assert.equal(bob.ends[0].reason, 'hangup');
});

test('one side alone searches a lost way anew', async () => {
  const { ann, bob } = await two();
  const { call, theirs } = await talk(ann, bob);
  for (const each of [call, theirs]) each.pc.becomes('disconnected');
  await until(() => call.pc.restarts === 1, 'the one that offered first restarts');
  assert.equal(theirs.pc.restarts, 0);
  for (const each of [call, theirs]) each.pc.becomes('connected');
  await Promise.all([connected(call), connected(theirs)]);
});

test('how a call was is told to the server by both sides, although it is over then', async () => {
  const { ann, bob } = await two();
  const { call, theirs } = await talk(ann, bob);
  await until(() => call.quality && theirs.quality, 'something was measured');
  const heard = [];
  call.on('quality', (quality) => heard.push(quality));
  call.hangUp();
  const { quality } = await until(async () => {
    const answer = await fetch(`${URLS[0]}/api/v1/calls`, { headers: { Authorization: `Bearer ${token(ann.userId)}` } });
    const [record] = (await answer.json()).calls;
    return record?.quality?.caller && record.quality.callee && record;
  }, 'the record has both');
  const seen = { rttMs: 42, jitterMs: 3, lossPercent: 1, path: 'srflx' };
  assert.deepEqual(quality, { caller: seen, callee: seen });
  assert.deepEqual(heard, [seen]);
});
