#!/usr/bin/env node
// Measures several nodes as one cluster: the cost of crossing, starting, dying, leaving. See --help and docs/scaling.md.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cluster } from './src/cluster.mjs';
import { pin } from './src/machine.mjs';
import { openCalls } from './src/relay.mjs';
import { connectMany, connectPairs, measureCalls, measureRelay } from './src/measure.mjs';
import { Processes, sleep } from './src/processes.mjs';

const AOT = fileURLToPath(new URL('../../target/switchboard.aot', import.meta.url));
const NOTICED_MILLIS = 30_000;
const DEFAULTS = {
  nodes: 2, seconds: 20, 'warm-seconds': 30, pairs: 32, ice: 10, rate: 1000, 'relay-pairs': 16, 'relay-seconds': 10,
  rounds: 5, sockets: 1000, 'in-calls': 50, 'server-core': 0, 'load-core': 1,
};
const USAGE = `usage: deploy/bench/load/cluster.mjs calls|start|death|drain [options]

  calls   whole calls as fast as they go, then candidates at a fixed rate: parties on one node, and on different ones
  start   seconds from the start of a process to its readiness, alone, joining, several at once
  death   seconds from kill -9 until the other party of a call hears of it, and until the cluster counts one less
  drain   seconds from SIGTERM until sockets are closed, those in calls by themselves, and until the process is gone

All nodes share one core, except while they start; generator, Redis and Postgres have another. Needs what load.mjs
needs, and its npm ci.
Options with their defaults: ${Object.entries(DEFAULTS).map(([name, value]) => `--${name}=${value}`).join(' ')}
--placement=both (or same, across: JVMs that run for one alone are warm sooner)
--java-options='-Xms64m -Xmx512m' --database-url=… (else a process beside the nodes has a Postgres)`;

function read() {
  const names = [...Object.keys(DEFAULTS), 'java-options', 'database-url', 'placement'];
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: Object.fromEntries([...names.map((name) => [name, { type: 'string' }]), ['help', { type: 'boolean' }]]),
  });
  const options = { ...DEFAULTS, 'java-options': '-Xms64m -Xmx512m', 'database-url': '', placement: 'both', ...values };
  for (const name of Object.keys(DEFAULTS)) {
    options[name] = Number(options[name]);
    if (!Number.isInteger(options[name]) || options[name] < 0) {
      throw new Error(`--${name}: must be a whole number`);
    }
  }
  if (!['same', 'across', 'both'].includes(options.placement)) {
    throw new Error(`--placement=${options.placement}: must be same, across or both`);
  }
  return [positionals[0], options];
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const spread = (numbers) => `${median(numbers).toFixed(2)} (${Math.min(...numbers).toFixed(2)} to ` +
  `${Math.max(...numbers).toFixed(2)})`;

async function calls(cluster, options) {
  for (let index = 0; index < options.nodes; index++) {
    await cluster.start();
  }
  await cluster.settle();
  const wanted = { same: [false], across: [true], both: options.nodes > 1 ? [false, true] : [false] }[options.placement];
  for (const crossing of wanted) {
    const server = cluster.placed(crossing);
    const name = crossing ? 'across' : 'same';
    const pairs = await connectPairs(server, options.pairs, options.ice, name);
    await measureCalls(server, pairs, options['warm-seconds']);
    const whole = await measureCalls(server, pairs, options.seconds);
    pairs.forEach((pair) => pair.close());
    const relay = await measureRelay(server, options, `relay-${name}-`, options['relay-seconds'] / 2);
    console.log(`${options.nodes} nodes, ${crossing ? 'parties on different ones' : 'both parties on one'}: ` +
      `${whole.callsPerSecond.toFixed(0)} calls/s (nodes' core ${(whole.serverShare * 100).toFixed(0)} % busy, load's ` +
      `${(whole.loadCoreShare * 100).toFixed(0)} %), ${whole.serverMillisPerCall.toFixed(2)} ms CPU a call in the nodes, ` +
      `${whole.redisMillisPerCall.toFixed(2)} in Redis; at ${options.rate} candidates/s ` +
      `p50 ${relay.p50.toFixed(2)} ms, p99 ${relay.p99.toFixed(2)} ms, ${(relay.serverMicrosPerRelay / 1000).toFixed(3)} ` +
      `ms CPU each; other work took ${(whole.othersShare * 100).toFixed(0)} % of a core`);
  }
}

async function start(cluster, options) {
  // A start has the machine to itself.
  options['server-core'] = `0-${availableParallelism() - 1}`;
  const ways = [['', []]];
  if (existsSync(AOT)) {
    ways.push([', AOT cache', [`-XX:AOTCache=${AOT}`, '-Xlog:aot=off', '-Xlog:cds=off']]);
  }
  for (const [label, words] of ways) {
    const alone = [];
    const joining = [];
    const cpu = [];
    for (let round = 0; round < options.rounds; round++) {
      const pair = [await cluster.start(words), await cluster.start(words)];
      alone.push(pair[0].startSeconds);
      joining.push(pair[1].startSeconds);
      cpu.push(...pair.map(({ startCpuSeconds }) => startCpuSeconds));
      await cluster.end('SIGTERM');
      await cluster.end('SIGTERM');
    }
    const together = [];
    for (let round = 0; round < options.rounds; round++) {
      const begun = await Promise.all(Array.from({ length: options.nodes }, () => cluster.start(words)));
      await cluster.settle();
      together.push(Math.max(...begun.map(({ startSeconds }) => startSeconds)));
      while (cluster.nodes.length > 0) {
        await cluster.end('SIGTERM');
      }
    }
    console.log(`${options.nodes} at once${label}, the last of them: ${spread(together)} s`);
    console.log(`alone${label}: ${spread(alone)} s; joining${label}: ${spread(joining)} s; of CPU ${spread(cpu)} s each`);
  }
}

async function death(cluster, options) {
  const heard = [];
  const counted = [];
  await cluster.start();
  for (let round = 0; round < options.rounds; round++) {
    const victim = await cluster.start();
    await cluster.settle();
    const [survivor] = cluster.nodes;
    const [{ caller, callee }] = await openCalls({ place: () => [survivor, victim] }, `death${round}-`, 1);
    callee.onFault = () => {};
    const begun = performance.now();
    const told = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('nobody was told')), NOTICED_MILLIS);
      caller.onEvent = (event) => {
        if (event === 'peer_reconnecting') {
          clearTimeout(timer);
          resolve((performance.now() - begun) / 1000);
        }
      };
    });
    await cluster.end('SIGKILL');
    while ((await Cluster.members(survivor)) !== 1) {
      await sleep(10);
    }
    counted.push((performance.now() - begun) / 1000);
    heard.push(await told);
    caller.close();
  }
  console.log(`the cluster counts one less after ${spread(counted)} s; the other party hears of it after ${spread(heard)} s`);
}

async function drain(cluster, options) {
  await cluster.start();
  const leaving = await cluster.start();
  await cluster.settle();
  const idle = await connectMany(leaving, options.sockets - options['in-calls'], 'idle');
  const inCalls = (await openCalls({ place: () => [leaving, cluster.nodes[0]] }, 'talk', options['in-calls']));
  inCalls.forEach(({ callee }) => { callee.onEvent = () => {}; });
  const begun = performance.now();
  const closed = { idle: [], talking: [] };
  const watch = (clients, times) => clients.forEach((client) => {
    client.onEvent = () => {};
    client.onFault = () => times.push((performance.now() - begun) / 1000);
  });
  watch(idle, closed.idle);
  watch(inCalls.map(({ caller }) => caller), closed.talking);
  const gone = await cluster.end('SIGTERM');
  await sleep(200);
  if (closed.idle.length + closed.talking.length !== options.sockets) {
    throw new Error(`${options.sockets} sockets, of which ${closed.idle.length + closed.talking.length} were closed`);
  }
  const times = (all) => `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)} s`;
  console.log(`${options.sockets} sockets: idle ones closed after ${times(closed.idle)}` +
    (closed.talking.length > 0 ? `, those in calls after ${times(closed.talking)}` : '') +
    `; the process was gone after ${gone.toFixed(2)} s`);
}

const COMMANDS = { calls, start, death, drain };
let command;
let options;
try {
  [command, options] = read();
} catch (failure) {
  console.error(`cluster: ${failure.message}`);
  process.exit(2);
}
if (options.help || !(command in COMMANDS)) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 2);
}
pin(process.pid, options['load-core']);
const processes = new Processes(false);
const stop = async (why) => {
  console.error(`cluster: ${why}`);
  await processes.stop();
  process.exit(1);
};
process.on('SIGINT', () => stop('interrupted'));
process.on('SIGTERM', () => stop('terminated'));
try {
  options.nodes = Math.max(options.nodes, command === 'calls' ? 1 : 2);
  const cluster = await Cluster.open(processes, options);
  await COMMANDS[command](cluster, options);
  cluster.redis.client.disconnect();
  await processes.stop();
} catch (failure) {
  await stop(failure.stack);
}
