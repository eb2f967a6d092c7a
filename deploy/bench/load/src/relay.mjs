// Candidates over calls that stay up, sent at fixed times whatever the answers do (open loop). A latency runs from the
// time at which the candidate was due, so that a stall counts for everything that had to wait.
import { Worker } from 'node:worker_threads';
import { Client } from './client.mjs';
import { candidate, numberOf } from './payloads.mjs';

const DRAIN_MILLIS = 5_000;
const SETUP_MILLIS = 10_000;

/** One direction of a call. */
class Lane {
  #sender;
  #to;
  #callId;
  #fail;
  #due = [];
  #sent = 0;
  #received = 0;

  constructor(sender, receiver, callId, record, fail) {
    this.#sender = sender;
    this.#to = receiver.userId;
    this.#callId = callId;
    this.#fail = fail;
    receiver.onFault = fail;
    receiver.onEvent = (event, payload) => {
      const number = numberOf(payload.candidate);
      if (event !== 'ice_candidate' || payload.callId !== callId || payload.from !== sender.userId ||
          number !== this.#received) {
        this.#fail(`${receiver.userId} got ${event} ${JSON.stringify(payload)} where candidate ${this.#received} ` +
          `of ${callId} was due`);
        return;
      }
      this.#received++;
      record(this.#due[number]);
    };
  }

  send(due) {
    this.#due.push(due);
    this.#sender.emit('ice_candidate', { callId: this.#callId, to: this.#to, candidate: candidate(this.#sent++) });
  }

  get missing() {
    return this.#sent - this.#received;
  }
}

/** Waits for something, but not forever. */
function within(what, begin) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: nothing in ${SETUP_MILLIS} ms`)), SETUP_MILLIS);
    begin((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

async function acknowledged(client, event, payload) {
  const answer = await within(event, (done) => client.request(event, payload, done));
  if (answer?.success !== true) {
    throw new Error(`${event}: ${JSON.stringify(answer)}`);
  }
  return answer;
}

/** Listens for the next event now; answers a function that waits for it and checks it. */
function nextEvent(client, event) {
  const next = within(`${event} at ${client.userId}`, (done) => {
    client.onEvent = (name, payload) => done([name, payload]);
  });
  next.catch(() => {}); // whoever waits for it is told
  return async (callId) => {
    const [name, payload] = await next;
    if (name !== event || payload.callId !== callId) {
      throw new Error(`${client.userId} got ${name} ${JSON.stringify(payload)}, not ${event} of ${callId}`);
    }
  };
}

/** Calls that are up: clients and ids. */
export async function openCalls(server, name, count) {
  return Promise.all(Array.from({ length: count }, async (_, index) => {
    const [from, to] = server.place(index);
    const [caller, callee] = await Promise.all(
      [Client.connect(from, `${name}-${index}-a`), Client.connect(to, `${name}-${index}-b`)]);
    const rung = nextEvent(callee, 'incoming_call');
    const { callId } = await acknowledged(caller, 'call_initiate', { calleeId: callee.userId, callType: 'audio' });
    await rung(callId);
    const heard = nextEvent(caller, 'call_accept');
    await acknowledged(callee, 'call_accept', { callId });
    await heard(callId);
    return { caller, callee, callId };
  }));
}

export async function closeCalls(calls) {
  await Promise.all(calls.map(async ({ caller, callee, callId }) => {
    for (const client of [caller, callee]) {
      client.onEvent = () => {};
      client.onFault = () => {};
    }
    await acknowledged(caller, 'call_end', { callId });
    caller.close();
    callee.close();
  }));
}

/**
 * Sends for `seconds` at `rate` a second. Answers the sorted latencies and send lags in milliseconds; fails if a
 * candidate is lost, wrong or out of order.
 */
export async function relay(calls, rate, seconds) {
  const latencies = [];
  const lags = [];
  let failure = null;
  const fail = (why) => {
    failure ??= new Error(`relay: ${why}`);
  };
  const record = (due) => latencies.push(performance.now() - due);
  const lanes = calls.flatMap(({ caller, callee, callId }) => [
    new Lane(caller, callee, callId, record, fail),
    new Lane(callee, caller, callId, record, fail),
  ]);
  const total = rate * seconds;
  const pacer = new Worker(new URL('pacer.mjs', import.meta.url), { workerData: { rate, total } });
  let start = null;
  let next = 0;
  await new Promise((resolve, reject) => {
    pacer.on('error', reject);
    pacer.on('message', () => {
      const now = performance.now();
      start ??= now;
      while (next < total && start + (next * 1000) / rate <= now) {
        const due = start + (next * 1000) / rate;
        lanes[next % lanes.length].send(due);
        lags.push(performance.now() - due);
        next++;
      }
      if (next === total || failure) {
        resolve();
      }
    });
  });
  await pacer.terminate();
  const until = performance.now() + DRAIN_MILLIS;
  const missing = () => lanes.reduce((sum, lane) => sum + lane.missing, 0);
  while (!failure && missing() > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (missing() > 0) {
    fail(`${missing()} of ${next} candidates did not arrive`);
  }
  if (failure) {
    throw failure;
  }
  const ascending = (a, b) => a - b;
  return { latencies: latencies.sort(ascending), lags: lags.sort(ascending) };
}
