// What the tests of this folder share: tokens, people on the running product's nodes, and a wait that ends.

import { createHmac } from 'node:crypto';
import { afterEach } from 'node:test';
import { openMedia } from './fake-rtc.mjs';
import { Switchboard } from '../dist/client.js';

export const URLS = (process.env.SWITCHBOARD_URLS ?? 'http://localhost:3000').split(',');
const SECRET = process.env.SWITCHBOARD_JWT_SECRET ?? '';
const WITHIN_MS = 30_000;

function base64url(text) {
  return Buffer.from(text).toString('base64url');
}

export function token(userId, seconds = 3600) {
  const now = Math.floor(Date.now() / 1000);
  const head = `${base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))}.${base64url(JSON.stringify({
    sub: userId, userId, iat: now, exp: now + seconds,
  }))}`;
  return `${head}.${createHmac('sha256', SECRET).update(head).digest('base64url')}`;
}

/** What `pick` answers as soon as it answers something; asked again whenever the loop turns. */
export async function until(pick, what = pick) {
  const end = Date.now() + WITHIN_MS;
  for (;;) {
    const found = await pick();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${WITHIN_MS} ms: ${what}`);
    await new Promise((turn) => { setTimeout(turn, 20); });
  }
}

const open = [];
/** It is closed when the test is over. */
export function closed(client) {
  open.push(client);
}

// Not after the last: an open socket keeps Node from seeing that it was the last.
afterEach(() => open.splice(0).forEach((client) => client.close()));

/** A name that no other test has. */
export function name(text) {
  return `${text}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
}

/** Somebody on a node, and all that their client has told. */
export function person(userId, { node = 0, ...options } = {}) {
  const client = new Switchboard({ url: URLS[node % URLS.length], userId, token: () => token(userId), deviceId: `${userId}-1`, calls: { openMedia }, ...options });
  closed(client);
  const heard = [];
  for (const event of ['up', 'down', 'over', 'displaced', 'unauthorized', 'token-needed']) {
    client.on(event, (detail) => heard.push({ event, detail }));
  }
  const calls = [];
  const ends = [];
  client.calls.on('call', (call) => calls.push(call));
  client.calls.on('end', (end) => ends.push(end));
  const all = (event) => heard.filter((each) => each.event === event);
  return {
    client, userId, calls, ends, all,
    ready: () => until(() => client.up, `${userId} is up`),
    hears: (event) => until(() => all(event)[0], `${userId} hears ${event}`),
  };
}

/** The connection breaks as it does when a network goes. */
export function cut({ client }) {
  client.socket.io.engine.close();
}

