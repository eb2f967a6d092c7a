// Several processes of Switchboard as one cluster, on one Redis and one Postgres.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMillis, pin, postgresOf } from './machine.mjs';
import { answersOk, freePort, sleep } from './processes.mjs';
import { RUN_OPTIONS, findJar, findJdk, startRedis } from './servers.mjs';

const LOOK_MILLIS = 10;
const START_MILLIS = 60_000;

export class Cluster {
  nodes = [];
  #processes;
  #options;
  #java;
  #env;
  #members;
  #started = 0;
  #starting = 0;

  /** The stores, but no node yet. Postgres is that of a process which takes no part in anything else. */
  static async open(processes, options) {
    const cluster = new Cluster();
    cluster.#processes = processes;
    cluster.#options = options;
    cluster.#java = join(findJdk(), 'bin/java');
    cluster.redis = await startRedis(processes, 'cluster', options['load-core']);
    cluster.jwtSecret = randomBytes(32).toString('hex');
    cluster.#members = await Promise.all(Array.from({ length: options.nodes + 1 }, freePort));
    cluster.#env = {
      APP_ENV: 'test',
      EDGES: '1',
      HOST: '127.0.0.1',
      JWT_SECRET: cluster.jwtSecret,
      PUSH_PROVIDERS: 'mock',
      RATE_CALLS_PER_MINUTE: '0',
      RATE_EVENTS_PER_SECOND: '0',
      REDIS_URL: cluster.redis.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      STUN_SERVER_URL: '',
      SWITCHBOARD_HOME: processes.folder,
    };
    cluster.#env.DATABASE_URL = options['database-url'] || (await cluster.#postgres());
    return cluster;
  }

  async #postgres() {
    const port = await freePort();
    const data = join(this.#processes.folder, 'data');
    const running = this.#processes.start('stores', this.#options['load-core'], this.#java,
      [...RUN_OPTIONS, '-Xmx128m', '-jar', findJar()],
      { ...this.#env, APP_ENV: 'development', DATA_DIR: data, PORT: String(port), ROLES: 'ice' });
    await this.#processes.ready(running, () => answersOk(`http://127.0.0.1:${port}/health/ready`));
    this.#host = running.pid;
    const folder = join(data, 'postgres/data');
    this.postgres = () => [this.#host, ...postgresOf(folder)];
    return `postgresql://postgres:postgres@127.0.0.1:${readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[3]}` +
      '/postgres';
  }

  #host = 0;

  postgres = () => [];

  /** Starts one more node; answers it with the seconds until it was ready. */
  async start(options = []) {
    // Of several that start at once each has a member's place of its own.
    const index = this.nodes.length + this.#starting++;
    const port = await freePort();
    const name = `node${this.#started++}`;
    const begun = performance.now();
    const running = this.#processes.start(name, this.#options['server-core'], this.#java,
      [...RUN_OPTIONS, ...this.#options['java-options'].split(/\s+/).filter(Boolean), ...options, '-jar', findJar()],
      {
        ...this.#env,
        CLUSTER: 'on',
        CLUSTER_MEMBERS: this.#members.map((member) => `127.0.0.1:${member}`).join(','),
        CLUSTER_PORT: String(this.#members[index]),
        DATA_DIR: join(this.#processes.folder, name),
        PORT: String(port),
      });
    while (!(await answersOk(`http://127.0.0.1:${port}/health/ready`))) {
      if (running.child.exitCode !== null || performance.now() - begun > START_MILLIS) {
        throw new Error(`${name} did not start:\n${readFileSync(running.log, 'utf8').slice(-2000)}`);
      }
      await sleep(LOOK_MILLIS);
    }
    this.#starting--;
    const node = { name, running, pid: running.pid, port, jwtSecret: this.jwtSecret,
      startSeconds: (performance.now() - begun) / 1000, startCpuSeconds: cpuMillis(running.pid) / 1000 };
    this.nodes.push(node);
    return node;
  }

  /** Ends the last node; answers the seconds that took. */
  async end(signal) {
    const { running } = this.nodes.pop();
    const begun = performance.now();
    running.child.kill(signal);
    await running.over;
    return (performance.now() - begun) / 1000;
  }

  /** How many members a node counts. */
  static async members({ port }) {
    const health = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
    return health.cluster.nodes;
  }

  /** As a server of measure.mjs, with both parties of a call on one node, or on different ones. */
  placed(crossing) {
    const { nodes } = this;
    return {
      name: `${nodes.length} nodes`,
      pids: nodes.map(({ pid }) => pid),
      redis: this.redis,
      postgres: this.postgres,
      place: (index) => [nodes[index % nodes.length], nodes[(index + (crossing ? 1 : 0)) % nodes.length]],
    };
  }

  /** Keeps what Postgres does off the nodes' core. */
  async settle() {
    this.postgres().forEach((pid) => pin(pid, this.#options['load-core']));
    while ((await Promise.all(this.nodes.map(Cluster.members))).some((count) => count !== this.nodes.length)) {
      await sleep(LOOK_MILLIS);
    }
  }
}
