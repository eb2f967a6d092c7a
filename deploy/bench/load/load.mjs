#!/usr/bin/env node
// Measures Switchboard, a Socket.IO reference and a bare relay under the same load, in turn. See --help and docs/performance.md.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UsageError, help, read } from './src/options.mjs';

const FAILED = 1;
const UNUSABLE = 2;
const HERE = fileURLToPath(new URL('.', import.meta.url));
const say = (text) => console.error(`load: ${text}`);

function prepare(args) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new UsageError(`Node.js 20 or newer is needed, not ${process.versions.node}`);
  }
  const options = read(args);
  if (options.help) {
    return options;
  }
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    throw new UsageError('Linux with two cores is needed: one for the server, one for the load');
  }
  for (const [program, from] of [['redis-server', 'redis-server'], ['taskset', 'util-linux'], ['getconf', 'libc-bin']]) {
    if (spawnSync(program, ['--version']).error) {
      throw new UsageError(`${program} is missing; install it (Debian: ${from})`);
    }
  }
  if (!existsSync(`${HERE}node_modules`)) {
    say('node_modules is missing: npm ci');
    if (spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HERE, stdio: ['ignore', 2, 2] }).status !== 0) {
      throw new UsageError(`npm ci failed in ${HERE}`);
    }
  }
  return options;
}

async function main(options) {
  const { Processes } = await import('./src/processes.mjs');
  const { Missing, findJar, findJdk, startBare, startReference, startSwitchboard } = await import('./src/servers.mjs');
  const { pin } = await import('./src/machine.mjs');
  if (options.only !== 'reference') {
    try {
      say(`${findJar()} on ${findJdk()}`);
    } catch (failure) {
      throw failure instanceof Missing ? new UsageError(failure.message) : failure;
    }
  }
  pin(process.pid, options['load-core']);
  const processes = new Processes(options.keep);
  let stopping = false;
  const stopNow = async (why) => {
    stopping = true;
    say(why);
    await processes.stop();
    process.exit(FAILED);
  };
  process.on('SIGINT', () => stopNow('interrupted'));
  process.on('SIGTERM', () => stopNow('terminated'));
  process.on('uncaughtException', (failure) => stopNow(failure.stack));
  const servers = [];
  try {
    for (const [name, start] of [['reference', startReference], ['switchboard', startSwitchboard], ['bare', startBare]]) {
      if (options.only === '' || options.only === name) {
        say(`starting ${name}`);
        servers.push(await start(processes, options));
      }
    }
    return await measure(servers, options);
  } catch (failure) {
    // Once the servers are being stopped, everything that waits for them fails.
    return stopping ? await new Promise(() => {}) : Promise.reject(failure);
  } finally {
    servers.forEach((server) => server.redis?.client.disconnect());
    await processes.stop();
  }
}

async function measure(servers, options) {
  const { connectPairs, measureCalls, measureIdle, measureRelay, sampleRequests } = await import('./src/measure.mjs');
  const results = Object.fromEntries(servers.map(({ name }) => [name, { calls: [], relay: [], idle: [], sample: [] }]));
  const whole = servers.filter((server) => !server.isBare);
  for (const server of options.idle > 0 ? whole : []) {
    say(`${server.name}: ${options.idle} idle connections`);
    results[server.name].idle.push(await measureIdle(server, options));
  }
  const pairs = new Map();
  for (const server of whole) {
    say(`${server.name}: warming up for ${options['warm-seconds']} s`);
    pairs.set(server, await connectPairs(server, options.pairs, options.ice, 'pair'));
    await measureCalls(server, pairs.get(server), options['warm-seconds']);
    results[server.name].sample.push(await sampleRequests(server, pairs.get(server)[0]));
  }
  for (let round = 1; round <= options.rounds; round++) {
    for (const server of whole) {
      say(`${server.name}: calls, round ${round} of ${options.rounds}`);
      results[server.name].calls.push(await measureCalls(server, pairs.get(server), options['call-seconds']));
    }
    for (const server of servers) {
      say(`${server.name}: relay, round ${round} of ${options.rounds}`);
      const warm = round === 1 ? Math.ceil(options['warm-seconds'] / 2) : 1;
      results[server.name].relay.push(await measureRelay(server, options, `relay${round}-`, warm));
    }
  }
  for (const server of whole) {
    pairs.get(server).forEach((pair) => pair.close());
  }
  return results;
}

try {
  const options = prepare(process.argv.slice(2));
  if (options.help) {
    console.log(help());
  } else {
    const { flags, table } = await import('./src/report.mjs');
    const results = await main(options);
    console.log(table(results));
    for (const [name, { sample }] of Object.entries(results).filter(([, { sample }]) => sample.length > 0)) {
      const requests = Object.entries(sample[0].byName).map(([command, count]) => `${command} ${count.toFixed(2)}`);
      console.log(`requests to Redis of one call, ${name}: ${requests.join(', ')}`);
    }
    for (const flag of flags(results)) {
      console.log(`note: ${flag}`);
    }
    if (options.json) {
      writeFileSync(options.json, `${JSON.stringify({ time: new Date().toISOString(), options, results }, null, 2)}\n`);
    }
  }
} catch (failure) {
  say(failure instanceof UsageError ? `${failure.message} (see --help)` : failure.stack);
  process.exit(failure instanceof UsageError ? UNUSABLE : FAILED);
}
