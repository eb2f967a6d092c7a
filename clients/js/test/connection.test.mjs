import assert from 'node:assert/strict';
import test from 'node:test';
import { cut, name, person, token, until } from './support.mjs';

test('it registers after every connect', async () => {
  const ann = person(name('ann'));
  await ann.ready();
  cut(ann);
  await until(() => ann.all('up').length === 2);
  assert.equal(ann.all('down').length, 1);
  assert.ok(ann.client.iceServers.length > 0);
});

test('a token that is about to end is renewed, and the connection stays', async () => {
  const userId = name('ann');
  let fetched = 0;
  const ann = person(userId, { token: () => token(userId, fetched++ === 0 ? 8 : 3600) });
  await until(() => fetched === 2, 'a second token');
  await ann.ready();
  // The first one has ended when this says so.
  const first = JSON.parse(Buffer.from(token(userId, 8).split('.')[1], 'base64url')).exp * 1000;
  await until(() => Date.now() > first + 1000);
  assert.equal((await ann.client.ask('ping', {})).success !== false, true);
  assert.equal(ann.all('down').length, 0);
  assert.equal(ann.all('over').length, 0);
});

test('a fixed token is asked for before it ends, and the end is said', async () => {
  const userId = name('ann');
  const ann = person(userId, { token: token(userId, 3) });
  await ann.hears('token-needed');
  await ann.hears('unauthorized');
  const { detail } = await ann.hears('over');
  assert.equal(detail.reason, 'unauthorized');
});

test('a token that is refused is fetched anew', async () => {
  const userId = name('ann');
  let fetched = 0;
  const ann = person(userId, { token: async () => (fetched++ === 0 ? token(userId, -10) : token(userId)) });
  await ann.ready();
  assert.equal(fetched, 2);
});

test('a newer socket of the same device displaces the older one, which stays away', async () => {
  const userId = name('ann');
  const older = person(userId, { deviceId: 'phone' });
  await older.ready();
  const newer = person(userId, { deviceId: 'phone', node: 1 });
  await newer.ready();
  await older.hears('displaced');
  const { detail } = await older.hears('over');
  assert.equal(detail.reason, 'displaced');
  assert.equal(newer.client.up, true);
  assert.equal(older.client.closed, true);
});

test('a user whom the token does not name is refused for good', async () => {
  const ann = person(name('ann'), { token: () => token('somebody-else') });
  const { detail } = await ann.hears('over');
  assert.equal(detail.reason, 'refused');
  assert.equal(detail.code, 'E203');
});

test('who rests is not there, and is back after waking', async () => {
  const ann = person(name('ann'));
  await ann.ready();
  ann.client.rest();
  assert.equal(ann.client.up, false);
  ann.client.wake();
  await ann.ready();
  assert.equal(ann.all('over').length, 0);
});

test('the user’s calls can be listed', async () => {
  const ann = person(name('ann'));
  await ann.ready();
  assert.deepEqual(await ann.client.calls.history(), []);
});
