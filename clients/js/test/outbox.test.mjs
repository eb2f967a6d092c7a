import assert from 'node:assert/strict';
import test from 'node:test';
import { Outbox } from '../dist/client.js';

/** A carrier whose answers the test gives. */
function carrier() {
  const sent = [];
  return { ready: true, sent, carry: (event, payload, answered) => sent.push({ event, payload, answered }) };
}

test('what has no answer when the connection breaks is sent again, in order', async () => {
  const wire = carrier();
  const outbox = new Outbox(wire);
  const first = outbox.post('a', 1);
  outbox.post('b', 2);
  wire.ready = false;
  outbox.lost();
  outbox.flush();
  assert.equal(wire.sent.length, 2);
  wire.ready = true;
  outbox.flush();
  assert.deepEqual(wire.sent.map(({ event }) => event), ['a', 'b', 'a', 'b']);
  wire.sent[2].answered(null, { success: true });
  assert.deepEqual(await first, { success: true });
  outbox.lost();
  outbox.flush();
  assert.deepEqual(wire.sent.slice(4).map(({ event }) => event), ['b']);
});

test('a refusal is an answer, but for those that time mends', async () => {
  const wire = carrier();
  const outbox = new Outbox(wire);
  const refused = outbox.post('a');
  wire.sent[0].answered(null, { success: false, error: { code: 'E102', message: '' } });
  assert.equal((await refused).error.code, 'E102');
  const later = outbox.post('b');
  wire.sent[1].answered(null, { success: false, error: { code: 'E429', message: '', retryAfterMs: 1 } });
  await new Promise((turn) => { setTimeout(turn, 20); });
  wire.sent[2].answered(null, { success: true });
  assert.equal((await later).success, true);
  const once = outbox.post('c', undefined, { insist: false });
  wire.sent[3].answered(null, { success: false, error: { code: 'E503', message: '' } });
  assert.equal((await once).error.code, 'E503');
});

test('nobody waits for what is given up', async () => {
  const wire = carrier();
  wire.ready = false;
  const outbox = new Outbox(wire);
  let wanted = true;
  const unwanted = outbox.post('a', {}, { wanted: () => wanted });
  const forgotten = outbox.post('b', { callId: 1 });
  outbox.forget((event, payload) => payload.callId === 1);
  assert.equal(await forgotten, undefined);
  wanted = false;
  wire.ready = true;
  outbox.flush();
  assert.equal(await unwanted, undefined);
  const closed = outbox.post('c', {});
  outbox.close();
  assert.equal(await closed, undefined);
  assert.deepEqual(wire.sent.map(({ event }) => event), ['c']);
});
