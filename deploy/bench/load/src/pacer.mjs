// Says when the next candidate is due. A thread of its own, since the timers of an event loop know whole milliseconds
// only, and a loop that spins would take the core from Redis.
import { parentPort, workerData } from 'node:worker_threads';

const { rate, total } = workerData;
const never = new Int32Array(new SharedArrayBuffer(4));
const start = performance.now();
parentPort.postMessage(0);
// A little longer than needed: the receiver takes this thread's first message for the start.
for (let next = 1; next < total + rate; next++) {
  const wait = start + (next * 1000) / rate - performance.now();
  if (wait > 0) {
    Atomics.wait(never, 0, 0, wait);
  }
  parentPort.postMessage(next);
}
