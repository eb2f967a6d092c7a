// What may be said on the command line.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

const OPTIONS = {
  only: ['text', '', 'reference, switchboard or bare: no comparison, only one of them'],
  rounds: ['number', 2, 'how often each measurement is taken, in turn; medians are shown'],
  'call-seconds': ['number', 6, 'length of one measurement of calls'],
  'relay-seconds': ['number', 5, 'length of one measurement of the relay'],
  'warm-seconds': ['number', 10, 'load on each server before the first measurement; also half of it at the relay'],
  pairs: ['number', 32, 'pairs of users that call each other at once'],
  ice: ['number', 10, 'candidates that each party of a call sends'],
  'relay-pairs': ['number', 16, 'calls that are up while the relay is measured'],
  rate: ['number', 2000, 'candidates a second through the relay'],
  idle: ['number', 2000, 'idle registered connections; 0 leaves that out'],
  'settle-seconds': ['number', 3, 'how long they idle before memory is read'],
  'server-core': ['core', 0, 'the core of the servers'],
  'load-core': ['core', 1, 'the core of generator, Redis and Postgres'],
  'database-url': ['text', '', 'a Postgres for Switchboard, which then runs with APP_ENV=production; ' +
    'otherwise it starts its development one'],
  'java-options': ['text', '-Xms64m -Xmx1g', 'for Switchboard, besides those of ./run; a profiler for instance'],
  json: ['text', '', 'a file that gets every single figure'],
  keep: ['flag', false, 'keep the logs of the processes'],
  help: ['flag', false, 'this text'],
};

export class UsageError extends Error {}

export function help() {
  const lines = Object.entries(OPTIONS).map(([name, [kind, value, what]]) => {
    const shown = kind === 'flag' ? `--${name}` : `--${name}=${value === '' ? '…' : value}`;
    return `  ${shown.padEnd(36)} ${what}`;
  });
  return `usage: deploy/bench/load/load.mjs [options]

Puts load on Switchboard, on a Socket.IO reference and, of relaying alone, on a bare relay in turn, each on one core,
and prints what they cost.
Needs Linux with two cores, Node.js 20, redis-server, taskset, a JDK 25, and the built jar. Takes about two minutes.
The options with their defaults:

${lines.join('\n')}

Exit code 0: measured. 1: a wrong or missing answer, or a process that failed. 2: it can't be run like this.`;
}

/** The options, checked. */
export function read(args) {
  const options = {};
  for (const [name, [kind]] of Object.entries(OPTIONS)) {
    options[name] = { type: kind === 'flag' ? 'boolean' : 'string' };
  }
  let given;
  try {
    given = parseArgs({ args, options }).values;
  } catch (failure) {
    throw new UsageError(failure.message);
  }
  const all = {};
  for (const [name, [kind, value]] of Object.entries(OPTIONS)) {
    all[name] = given[name] === undefined ? value : convert(name, kind, given[name]);
  }
  if (!['', 'reference', 'switchboard', 'bare'].includes(all.only)) {
    throw new UsageError(`--only ${all.only}: must be reference, switchboard or bare`);
  }
  if (all['server-core'] === all['load-core']) {
    throw new UsageError(`--server-core and --load-core are both ${all['load-core']}: they must differ`);
  }
  return all;
}

function convert(name, kind, text) {
  if (kind !== 'number' && kind !== 'core') {
    return text;
  }
  const number = Number(text);
  const least = kind === 'core' || name === 'idle' ? 0 : 1;
  const most = kind === 'core' ? cpus().length - 1 : 100_000;
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new UsageError(`--${name} ${text}: must be a whole number from ${least} to ${most}`);
  }
  return number;
}
