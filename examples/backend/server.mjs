// A back end beside Switchboard: it gives users their tokens, takes webhooks, and serves the page of ../web. No dependencies.
// Settings come from the environment: SWITCHBOARD_URL, JWT_SECRET, WEBHOOK_SECRET, PORT. Nothing secret is in this folder.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { mint } from './tokens.mjs';
import { Seen, verify } from './webhooks.mjs';

const { SWITCHBOARD_URL = 'http://localhost:3000', JWT_SECRET, WEBHOOK_SECRET, PORT = '8090', HOST = '127.0.0.1' } = process.env;
if (!JWT_SECRET || !WEBHOOK_SECRET) {
  console.error('JWT_SECRET and WEBHOOK_SECRET are needed: the same that Switchboard has');
  process.exit(2);
}
const MOST_BYTES = 1_000_000;
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' };
const PAGES = { '/': 'index.html', '/push.js': 'push.js', '/sw.js': 'sw.js' };
const seen = new Seen();

async function bodyOf(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function answer(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Here your own sign-in would say who asks. This one believes everybody, so it listens on this machine only. */
async function session(request, response) {
  const { name } = JSON.parse(await bodyOf(request));
  if (typeof name !== 'string' || !/^[a-z0-9.-]{1,32}$/.test(name)) {
    return answer(response, 400, { error: 'a name of 1 to 32 small letters, digits, dots and hyphens' });
  }
  answer(response, 200, { url: SWITCHBOARD_URL, userId: name, token: mint(JWT_SECRET, { userId: name, name }) });
}

async function webhook(request, response) {
  const body = await bodyOf(request);
  let event;
  try {
    event = verify(WEBHOOK_SECRET, request.headers, body);
  } catch (error) {
    return answer(response, 401, { error: error.message });
  }
  // Answered before any work is done: Switchboard waits 10 s at most, and sends the next event of this call after it.
  answer(response, 200, { success: true });
  if (seen.isNew(request.headers['webhook-id'])) {
    const { callId, callerId, calleeId, reason } = event.data;
    console.log([event.type, callId, callerId, calleeId, reason].filter(Boolean).join(' '));
  }
}

async function page(file, response) {
  response.writeHead(200, { 'content-type': TYPES[file.split('.').pop()], 'cache-control': 'no-cache' });
  response.end(await readFile(new URL(`../web/${file}`, import.meta.url)));
}

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://here').pathname;
  const asked = `${request.method} ${path}`;
  const done =
    asked === 'POST /session' ? session(request, response)
    : asked === 'POST /webhooks' ? webhook(request, response)
    : request.method === 'GET' && PAGES[path] ? page(PAGES[path], response)
    : answer(response, 404, { error: 'not here' });
  Promise.resolve(done).catch((error) => {
    if (!response.headersSent) answer(response, 400, { error: error.message });
  });
});
server.listen(Number(PORT), HOST, () => console.log(`ready at http://localhost:${server.address().port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
