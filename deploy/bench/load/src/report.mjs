// The figures side by side, and what makes them mean less than they seem to.

const LABEL_WIDTH = 42;
const WIDTH = 16;
const OTHERS_MOST = 0.1;
const SERVER_LEAST = 0.9;
const LAG_MOST_MILLIS = 2;

const ROWS = [
  ['calls, closed loop', null, null],
  ['calls/s', 'calls', (run) => run.callsPerSecond, 0],
  ['calls/s per core of server CPU', 'calls', (run) => run.callsPerCpuSecond, 0],
  ['server CPU, ms/call', 'calls', (run) => run.serverMillisPerCall, 3],
  ['Redis CPU, ms/call', 'calls', (run) => run.redisMillisPerCall, 3],
  ['Postgres CPU, ms/call', 'calls', (run) => run.postgresMillisPerCall, 3],
  ['requests to Redis/call', 'sample', (run) => run.requestsPerCall, 1],
  ['EVALSHA/call', 'calls', (run) => run.scriptsPerCall, 1],
  ['commands in Redis/call, in scripts too', 'calls', (run) => run.commandsPerCall, 1],
  ['server core busy, %', 'calls', (run) => run.serverShare * 100, 0],
  ['generator CPU, % of its core', 'calls', (run) => run.generatorShare * 100, 0],
  ['generator, Redis, Postgres together, %', 'calls', (run) => run.loadCoreShare * 100, 0],
  ['relay, open loop', null, null],
  ['p50, ms', 'relay', (run) => run.p50, 3],
  ['p90, ms', 'relay', (run) => run.p90, 3],
  ['p99, ms', 'relay', (run) => run.p99, 3],
  ['longest, ms', 'relay', (run) => run.max, 1],
  ['server CPU, µs/candidate', 'relay', (run) => run.serverMicrosPerRelay, 1],
  ['sent late by the generator, p50, ms', 'relay', (run) => run.lagP50, 3],
  ['sent late by the generator, p99, ms', 'relay', (run) => run.lagP99, 3],
  ['idle connections', null, null],
  ['KB/connection', 'idle', (run) => run.kilobytesPerConnection, 1],
  ['resident without, MB', 'idle', (run) => run.emptyMegabytes, 0],
  ['resident with, MB', 'idle', (run) => run.fullMegabytes, 0],
];

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What is divided by what, where both were measured. */
const RATIOS = [['switchboard', 'reference'], ['switchboard', 'bare']];

/** The table; the last columns are one server over another. */
export function table(results) {
  const names = Object.keys(results);
  const ratios = RATIOS.filter((both) => both.every((name) => names.includes(name)));
  const columns = [''].concat(names, ratios.map(([, under]) => `over ${under}`));
  const lines = [columns.map((name, index) => (index === 0 ? name.padEnd(LABEL_WIDTH) : name.padStart(WIDTH))).join('')];
  for (const [label, kind, figure, digits] of ROWS) {
    if (kind === null) {
      lines.push(`-- ${label}`);
      continue;
    }
    const values = names.map((name) => results[name][kind]).map((runs) => (runs?.length ? median(runs.map(figure)) : NaN));
    if (values.every(Number.isNaN)) {
      continue;
    }
    const quotients = ratios.map(([over, under]) => values[names.indexOf(over)] / values[names.indexOf(under)]);
    const cells = [...values.map((value) => [value, digits]), ...quotients.map((value) => [value, 2])]
      .map(([value, places]) => (Number.isFinite(value) ? value.toFixed(places) : '').padStart(WIDTH));
    lines.push(label.padEnd(LABEL_WIDTH) + cells.join(''));
  }
  return lines.join('\n');
}

/** What to know before one believes the table. */
export function flags(results) {
  const found = [];
  for (const [name, kinds] of Object.entries(results)) {
    for (const run of kinds.calls ?? []) {
      if (run.serverShare < SERVER_LEAST) {
        found.push(`${name}: bound by the load's core: while calls ran the server was busy for ` +
          `${(run.serverShare * 100).toFixed(0)} % only; its calls/s is the load's, calls/s per core its own`);
      }
    }
    for (const run of kinds.relay ?? []) {
      if (run.lagP99 > LAG_MOST_MILLIS) {
        found.push(`${name}: the generator sent late (p99 ${run.lagP99.toFixed(1)} ms): high percentiles are its own`);
      }
    }
    for (const run of [...(kinds.calls ?? []), ...(kinds.relay ?? [])]) {
      if (run.othersShare > OTHERS_MOST) {
        found.push(`${name}: disturbed: other work took ${(run.othersShare * 100).toFixed(0)} % of a core`);
      }
    }
  }
  return [...new Set(found)];
}
