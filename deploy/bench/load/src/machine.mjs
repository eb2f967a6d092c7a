// What the kernel says of processes and of the machine.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** The fields of /proc/<pid>/stat from the state on: the name before may hold anything. */
function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** User and system time of a process, in milliseconds. */
export function cpuMillis(pid) {
  const fields = stat(pid);
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory in kilobytes. */
export function rssKilobytes(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/** Milliseconds in which all cores together were busy, and those that the host took away. */
export function machineMillis() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0].trim().split(/\s+/).slice(1).map((ticks) => (Number(ticks) * 1000) / TICKS_PER_SECOND);
  return { busy: user + nice + system + irq + softirq, steal };
}

/** Moves a running process with all its threads to one core. */
export function pin(pid, core) {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}

/** The process of the Postgres that keeps its data in this folder, and its children. */
export function postgresOf(dataFolder) {
  const file = `${dataFolder}/postmaster.pid`;
  if (!existsSync(file)) {
    return [];
  }
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return Number(stat(pid)[1]) === postmaster;
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);
  return [postmaster, ...children];
}
