// The two servers under load, and the Redis that each has to itself.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Redis from 'ioredis';
import { pin, postgresOf } from './machine.mjs';
import { answersOk, freePort, listens } from './processes.mjs';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const BARE_RELAY = fileURLToPath(new URL('../../../src/bench/java/dev/switchboard/deploy/load/BareRelay.java', import.meta.url));
const TARGET = fileURLToPath(new URL('../../../target', import.meta.url));

/** As ./run starts it. */
export const RUN_OPTIONS = ['-XX:+UseCompactObjectHeaders', '-XX:CompileThresholdScaling=5', '-XX:+UseG1GC', '-XX:MinHeapFreeRatio=20', '-XX:MaxHeapFreeRatio=40',
  '--sun-misc-unsafe-memory-access=allow'];

export class Missing extends Error {}

/** The folder of a JDK 25, found as ./test finds it. */
export function findJdk() {
  const parents = ['/usr/lib/jvm', join(process.env.HOME ?? '/', '.sdkman/candidates/java')];
  const candidates = parents.filter(existsSync)
    .flatMap((parent) => readdirSync(parent).filter((name) => name.includes('25')).map((name) => join(parent, name)));
  for (const folder of [process.env.JAVA_HOME ?? '/none', ...candidates]) {
    const release = join(folder, 'release');
    if (existsSync(release) && /^JAVA_VERSION="25/m.test(readFileSync(release, 'utf8'))) {
      return folder;
    }
  }
  throw new Missing('no JDK 25 found; install one or point JAVA_HOME at it');
}

/** The newest deploy jar. */
export function findJar() {
  const jars = existsSync(TARGET)
    ? readdirSync(TARGET).filter((name) => /^deploy-.*\.jar$/.test(name)).map((name) => join(TARGET, name))
    : [];
  if (jars.length === 0) {
    throw new Missing(`no deploy-*.jar in ${TARGET}; build it: ./mvnw -DskipTests package`);
  }
  return jars.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

export async function startRedis(processes, name, core) {
  const port = await freePort();
  const running = processes.start(`redis-${name}`, core, 'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {});
  await processes.ready(running, () => listens(port));
  return { pid: running.pid, url: `redis://127.0.0.1:${port}`, client: new Redis(port, '127.0.0.1') };
}

export async function startReference(processes, options) {
  const redis = await startRedis(processes, 'reference', options['load-core']);
  const port = await freePort();
  const jwtSecret = randomBytes(32).toString('hex');
  const running = processes.start('reference', options['server-core'], process.execPath,
    ['--expose-gc', join(HERE, 'reference/server.mjs')],
    { PORT: String(port), REDIS_URL: redis.url, JWT_SECRET: jwtSecret, NODE_ENV: 'production' });
  await processes.ready(running, () => answersOk(`http://127.0.0.1:${port}/health/ready`));
  return {
    name: 'reference',
    pid: running.pid,
    pids: [running.pid],
    place() {
      return [this, this];
    },
    port,
    jwtSecret,
    redis,
    postgres: () => [],
    collect: () => process.kill(running.pid, 'SIGUSR2'),
  };
}

/** A relay that knows nothing of calls: what passing a frame on costs at the least. Compiled as it starts. */
export async function startBare(processes, options) {
  const port = await freePort();
  const running = processes.start('bare', options['server-core'], join(findJdk(), 'bin/java'),
    [...RUN_OPTIONS, '--enable-native-access=ALL-UNNAMED', ...options['java-options'].split(/\s+/).filter(Boolean),
      '-cp', join(TARGET, 'lib/*'), BARE_RELAY, String(port)], {});
  await processes.ready(running, () => listens(port));
  return { name: 'bare', isBare: true, pid: running.pid, pids: [running.pid], port, postgres: () => [] };
}

export async function startSwitchboard(processes, options) {
  const jdk = findJdk();
  const redis = await startRedis(processes, 'switchboard', options['load-core']);
  const port = await freePort();
  const jwtSecret = randomBytes(32).toString('hex');
  const dataFolder = join(processes.folder, 'data');
  const ownDatabase = options['database-url'] !== '';
  const running = processes.start('switchboard', options['server-core'], join(jdk, 'bin/java'),
    [...RUN_OPTIONS, ...options['java-options'].split(/\s+/).filter(Boolean), '-jar', findJar()],
    {
      APP_ENV: ownDatabase ? 'production' : 'development',
      DATABASE_URL: options['database-url'],
      DATA_DIR: dataFolder,
      EDGES: '1',
      HOST: '127.0.0.1',
      JWT_SECRET: jwtSecret,
      PORT: String(port),
      PUSH_PROVIDERS: 'mock',
      RATE_CALLS_PER_MINUTE: '0',
      RATE_EVENTS_PER_SECOND: '0',
      REDIS_URL: redis.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      STUN_SERVER_URL: '',
      SWITCHBOARD_HOME: processes.folder,
    });
  await processes.ready(running, () => answersOk(`http://127.0.0.1:${port}/health/ready`));
  // The development database was started by the server and so on its core, where a real one would not be.
  const postgres = () => (ownDatabase ? [] : postgresOf(join(dataFolder, 'postgres/data')));
  postgres().forEach((pid) => pin(pid, options['load-core']));
  return {
    name: 'switchboard',
    pid: running.pid,
    pids: [running.pid],
    place() {
      return [this, this];
    },
    port,
    jwtSecret,
    redis,
    postgres,
    collect: () => execFileSync(join(jdk, 'bin/jcmd'), [String(running.pid), 'GC.run'], { stdio: 'ignore' }),
  };
}
