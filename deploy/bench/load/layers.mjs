#!/usr/bin/env node
// Sums up a profile by layer: layers.mjs FILE, where FILE is async-profiler's "collapsed,threads" output.
import { readFileSync } from 'node:fs';

const SYSTEM_CALL = /^(__GI_|__libc_)?_*(send|sendmsg|recv|recvmsg|read|write|writev|epoll_wait|epoll_pwait2?|epoll_ctl)$/;

/** The innermost frame that matches one of these names the layer. */
const LAYERS = [
  [/signaling\/socketio\/engine\//, 'Engine.IO'],
  [/signaling\/socketio\//, 'Socket.IO codec'],
  [/signaling\/(calls|sessions|edge)\//, 'call logic'],
  [/(io\/vertx\/redis|shared\/redis)\//, 'Redis client'],
  [/(io\/vertx\/core\/http|io\/netty\/handler\/codec)\//, 'Netty and Vert.x: WebSocket'],
  [/(io\/micrometer)\//, 'metrics'],
  [/(io\/vertx|io\/netty)\//, 'Netty and Vert.x: the rest'],
];

function layer(thread, frames) {
  if (/C[12] Compiler/.test(thread)) {
    return 'just-in-time compiler';
  }
  if (!/eventloop/.test(thread)) {
    return 'other threads: collector, start, housekeeping';
  }
  if (SYSTEM_CALL.test(frames.at(-1))) {
    return frames.some((frame) => LAYERS[3][0].test(frame)) ? 'kernel: Redis' : 'kernel: send, receive, wait';
  }
  for (const frame of frames.toReversed()) {
    const found = LAYERS.find(([pattern]) => pattern.test(frame));
    if (found) {
      return found[1];
    }
  }
  return 'unknown';
}

const file = process.argv[2];
if (!file) {
  console.error('usage: layers.mjs FILE');
  process.exit(2);
}
const sums = new Map();
let loop = 0;
let all = 0;
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const space = line.lastIndexOf(' ');
  const [thread, ...frames] = line.slice(0, space).split(';');
  const samples = Number(line.slice(space + 1));
  const name = layer(thread, frames);
  sums.set(name, (sums.get(name) ?? 0) + samples);
  all += samples;
  loop += /eventloop/.test(thread) ? samples : 0;
}
console.log('layer'.padEnd(48) + '% of all'.padStart(10) + '% of event loop'.padStart(18));
const share = (part, whole) => ((100 * part) / whole).toFixed(1);
for (const [name, samples] of [...sums].sort(([, a], [, b]) => b - a)) {
  const onLoop = name.startsWith('just') || name.startsWith('other') ? '' : share(samples, loop);
  console.log(name.padEnd(48) + share(samples, all).padStart(10) + onLoop.padStart(18));
}
