// Processes that are started here, and only those are ended: by their ids.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MILLIS = 90_000;
const STOP_MILLIS = 25_000;
const LOOK_MILLIS = 100;
const LOG_TAIL = 3000;

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

export class Processes {
  #running = [];
  #stopped = null;
  #keep;

  constructor(keep) {
    this.folder = mkdtempSync(join(tmpdir(), 'switchboard-load-'));
    this.#keep = keep;
  }

  /** Starts a command on one core; its process id is the command's own, since taskset becomes it. */
  start(name, core, command, args, env) {
    const log = join(this.folder, `${name}.log`);
    const out = openSync(log, 'w');
    // A session of its own: Ctrl-C reaches this script, which then stops things in order.
    const child = spawn('taskset', ['-c', String(core), command, ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', ...env },
      stdio: ['ignore', out, out],
      detached: true,
    });
    closeSync(out);
    const running = { name, child, log, pid: child.pid, over: null, failure: null };
    running.over = new Promise((resolve) => {
      child.once('exit', resolve);
      child.once('error', (failure) => {
        running.failure = failure;
        resolve();
      });
    });
    this.#running.push(running);
    return running;
  }

  /** Waits until `ready` answers true; tells the end of the log if the process ends or takes too long. */
  async ready(running, ready) {
    const until = Date.now() + START_MILLIS;
    while (!(await ready())) {
      const { child } = running;
      if (running.failure || child.exitCode !== null || child.signalCode !== null || Date.now() > until) {
        const why = running.failure?.message ?? `exit code ${child.exitCode}`;
        throw new Error(`${running.name} did not start (${why}):\n${readFileSync(running.log, 'utf8').slice(-LOG_TAIL)}`);
      }
      await sleep(LOOK_MILLIS);
    }
  }

  /** Stops everything, the last first, and takes the folder away. Whoever asks again waits for the same. */
  stop() {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop() {
    for (const { child, over } of this.#running.toReversed()) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS);
        await over;
        clearTimeout(timer);
      }
    }
    if (this.#keep) {
      console.error(`load: the logs are in ${this.folder}`);
    } else {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

export async function answersOk(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
