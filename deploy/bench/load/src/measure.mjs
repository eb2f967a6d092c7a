// One measurement each: what is put on a server, and what it cost.
import { Client } from './client.mjs';
import { closePeers, openPeers } from './bare.mjs';
import { Pair } from './calls.mjs';
import { closeCalls, openCalls, relay } from './relay.mjs';
import { cpuMillis, machineMillis, rssKilobytes } from './machine.mjs';
import { sleep } from './processes.mjs';

const FIRST_CONNECTIONS = 300;
const CONNECTING = 50;
const AFTER_COLLECTION_MILLIS = 1000;
const SAMPLE_CALLS = 50;

/** Commands that Redis has counted, of all and of EVALSHA. */
async function commands(redis) {
  let all = 0;
  let scripts = 0;
  for (const [, name, calls] of (await redis.client.info('commandstats')).matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)) {
    all += Number(calls);
    scripts += name === 'evalsha' ? Number(calls) : 0;
  }
  return { all, scripts };
}

async function look(server) {
  const { all, scripts } = server.isBare ? { all: 0, scripts: 0 } : await commands(server.redis);
  const own = process.cpuUsage();
  const machine = machineMillis();
  return {
    at: performance.now(),
    server: server.pids.reduce((sum, pid) => sum + cpuMillis(pid), 0),
    redis: server.isBare ? 0 : cpuMillis(server.redis.pid),
    postgres: server.postgres().reduce((sum, pid) => sum + cpuMillis(pid), 0),
    generator: (own.user + own.system) / 1000,
    busy: machine.busy,
    steal: machine.steal,
    commands: all,
    scripts,
  };
}

/** What passed between two looks. */
function between(before, after) {
  const spent = {};
  for (const name of Object.keys(before)) {
    spent[name] = after[name] - before[name];
  }
  const others = spent.busy - spent.server - spent.redis - spent.postgres - spent.generator;
  return {
    ...spent,
    serverShare: spent.server / spent.at,
    generatorShare: spent.generator / spent.at,
    loadCoreShare: (spent.generator + spent.redis + spent.postgres) / spent.at,
    othersShare: Math.max(0, others + spent.steal) / spent.at,
  };
}

/** Whole calls for `seconds`, closed loop. */
export async function measureCalls(server, pairs, seconds) {
  const counted = () => pairs.reduce((sum, pair) => sum + pair.calls, 0);
  let running = true;
  const all = Promise.all(pairs.map((pair) => pair.run(() => running)));
  all.catch(() => {}); // it is awaited below, after the time
  await Promise.race([all, sleep(500)]);
  const before = await look(server);
  const callsBefore = counted();
  await Promise.race([all, sleep(seconds * 1000)]);
  const calls = counted() - callsBefore;
  const spent = between(before, await look(server));
  running = false;
  await all;
  return {
    ...spent,
    calls,
    callsPerSecond: (calls * 1000) / spent.at,
    callsPerCpuSecond: (calls * 1000) / spent.server,
    serverMillisPerCall: spent.server / calls,
    redisMillisPerCall: spent.redis / calls,
    postgresMillisPerCall: spent.postgres / calls,
    commandsPerCall: spent.commands / calls,
    scriptsPerCall: spent.scripts / calls,
  };
}

export function connectPairs(server, count, ice, name) {
  return Promise.all(Array.from({ length: count }, (_, index) => Pair.connect(server.place(index), `${name}${index}`, ice)));
}

/** Requests to Redis of one call, counted by MONITOR, which tells what a script does from what a client asks. */
export async function sampleRequests(server, pair) {
  const names = new Map();
  const monitor = await server.redis.client.monitor();
  monitor.on('monitor', (time, args, source) => {
    const name = args[0].toUpperCase();
    if (source !== 'lua') {
      names.set(name, (names.get(name) ?? 0) + 1);
    }
  });
  for (let call = 0; call < SAMPLE_CALLS; call++) {
    await pair.one();
  }
  await sleep(200);
  monitor.disconnect();
  const perCall = [...names].map(([name, count]) => [name, count / SAMPLE_CALLS]);
  return {
    requestsPerCall: perCall.reduce((sum, [, count]) => sum + count, 0),
    byName: Object.fromEntries(perCall.sort(([, a], [, b]) => b - a)),
  };
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** The relay at a fixed rate, after a while of the same that does not count. */
export async function measureRelay(server, options, name, warmSeconds) {
  const [open, close] = server.isBare ? [openPeers, closePeers] : [openCalls, closeCalls];
  const calls = await open(server, name, options['relay-pairs']);
  await relay(calls, options.rate, warmSeconds);
  const before = await look(server);
  const { latencies, lags } = await relay(calls, options.rate, options['relay-seconds']);
  const spent = between(before, await look(server));
  await close(calls);
  return {
    ...spent,
    relayed: latencies.length,
    p50: quantile(latencies, 0.5),
    p90: quantile(latencies, 0.9),
    p99: quantile(latencies, 0.99),
    max: latencies.at(-1),
    lagP50: quantile(lags, 0.5),
    lagP99: quantile(lags, 0.99),
    serverMicrosPerRelay: (spent.server * 1000) / latencies.length,
  };
}

/** So many registered connections. */
export async function connectMany(server, count, name) {
  const clients = [];
  let next = 0;
  await Promise.all(Array.from({ length: CONNECTING }, async () => {
    while (next < count) {
      clients.push(await Client.connect(server, `${name}${next++}`));
    }
  }));
  return clients;
}

async function rssAfterCollection(server) {
  server.collect();
  await sleep(AFTER_COLLECTION_MILLIS);
  return rssKilobytes(server.pid);
}

/**
 * Memory of idle, registered connections: resident memory with them over that without, each after a garbage
 * collection. Connections that came and went before keep code and buffers of the first ones out of it.
 */
export async function measureIdle(server, options) {
  const first = await connectMany(server, FIRST_CONNECTIONS, 'first');
  first.forEach((client) => client.close());
  await sleep(AFTER_COLLECTION_MILLIS);
  const empty = await rssAfterCollection(server);
  const faults = [];
  const clients = await connectMany(server, options.idle, 'idle');
  for (const client of clients) {
    client.onFault = (why) => faults.push(why);
  }
  await sleep(options['settle-seconds'] * 1000);
  const full = await rssAfterCollection(server);
  if (faults.length > 0) {
    throw new Error(`${server.name}: ${faults.length} idle connections were lost: ${faults[0]}`);
  }
  clients.forEach((client) => client.close());
  await sleep(AFTER_COLLECTION_MILLIS);
  return {
    connections: clients.length,
    emptyMegabytes: empty / 1024,
    fullMegabytes: full / 1024,
    kilobytesPerConnection: (full - empty) / clients.length,
  };
}
