// How the cluster is: what is wrong, the queue, push services, relays, nodes.

import { ask, get, part } from './api.js';
import { spark } from './chart.js';
import { act, question } from './dialogs.js';
import { $, fill, foreign, make, pill, repill, say } from './dom.js';
import { ago, clock, count, LANES, span } from './words.js';

/** Samples of the queue kept for its drawings; with one each 3 s these are five minutes. */
const SAMPLES = 100;

const depths = new Map();
let latest = null;

const LEVELS = { critical: 'Critical', warning: 'Warning', note: 'Note' };
const PLACES = { node: 'nodes', store: 'nodes', role: 'nodes', provider: 'providers', relay: 'relays', queue: 'lanes' };

/** The last answer; null before the first. */
export const overview = () => latest;

/** Counts for the tabs and the line on top. */
export function tally(answer) {
  const levels = answer.problems.map((problem) => problem.level);
  return {
    critical: levels.filter((level) => level === 'critical').length,
    warning: levels.filter((level) => level === 'warning').length,
    letters: (answer.queue?.deadLetters ?? 0) + (answer.queue?.webhooks?.deadLetters ?? 0),
  };
}

/** Asks and shows. */
export async function refresh() {
  const answer = await get('/api/v1/admin/overview');
  latest = answer;
  problems(answer.problems);
  figures(answer);
  queue(answer.queue);
  providers(answer);
  relays(answer);
  nodes(answer.nodes);
  return answer;
}

function problems(found) {
  const keys = new Set();
  const each = found.filter((problem) => !keys.has(problem.text) && keys.add(problem.text));
  fill($('problems'), each, (problem) => problem.text, (problem) => {
    const level = make('span', { className: `level ${problem.level}` }, make('span', { className: 'sign', ariaHidden: 'true' }), LEVELS[problem.level] ?? '');
    const words = make('span', { className: 'what' }, foreign(problem.text, 240));
    const look = make('button', { type: 'button', className: 'quiet small' }, 'Look');
    look.addEventListener('click', () => {
      if (problem.area === 'letters') {
        dispatchEvent(new CustomEvent('go', { detail: { tab: 'letters' } }));
      } else {
        const place = $(PLACES[problem.area] ?? 'nodes').closest('.card');
        place.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
        place.tabIndex = -1;
        place.focus({ preventScroll: true });
      }
    });
    return { row: make('li', {}, level, words, look), update: () => {} };
  });
  say($('problems-title'), each.length > 4 ? `What is wrong (${each.length})` : 'What is wrong');
  $('no-problems').hidden = each.length > 0;
  $('problems').hidden = each.length === 0;
}

function figures({ totals, queue: waiting, nodes: all }) {
  const pushes = waiting ? waiting.lanes.reduce((sum, lane) => sum + lane.waiting + lane.inHand, 0) : null;
  const shown = [
    ['Live calls', totals.calls], ['Registered', totals.registered], ['Sockets', totals.sockets],
    ['Pushes in the queue', pushes], ['Nodes', all.length],
  ];
  fill($('figures'), shown, ([name]) => name, ([name]) => {
    const number = make('dd');
    return { row: make('div', {}, make('dt', {}, name), number), update: ([, value]) => say(number, count(value)) };
  });
}

function remember(name, value) {
  if (!depths.has(name)) depths.set(name, []);
  const values = depths.get(name);
  values.push(value);
  if (values.length > SAMPLES) values.shift();
  return values;
}

function lanesOf(found) {
  const lanes = found.lanes.map((lane) => ({ name: LANES[lane.lane] ?? lane.lane, ...lane }));
  lanes.push({ lane: 'retries', name: 'Retries', waiting: found.retries.waiting, inHand: null, oldestMillis: null });
  if (found.webhooks) {
    lanes.push({ lane: 'webhooks', name: 'Webhooks', waiting: found.webhooks.waiting, inHand: null, oldestMillis: found.webhooks.oldestMillis });
  }
  return lanes;
}

function queue(found) {
  fill($('lanes'), found ? lanesOf(found) : [], (lane) => lane.lane, (lane) => {
    const cells = [0, 1, 2].map(() => make('td', { className: 'num' }));
    const drawing = make('td', { className: 'spark' });
    return {
      row: make('tr', {}, make('th', { scope: 'row' }, lane.name), ...cells, drawing),
      update: (now) => {
        say(cells[0], count(now.waiting));
        say(cells[1], now.inHand == null ? '' : count(now.inHand));
        say(cells[2], now.oldestMillis == null ? '' : span(now.oldestMillis));
        spark(drawing, remember(now.lane, now.waiting + (now.inHand ?? 0)), SAMPLES);
      },
    };
  });
  say($('queue-hint'), hint(found));
}

function hint(found) {
  if (!found) return 'Nobody can tell: no node runs the role push, or Redis is away.';
  const due = found.retries.dueInMillis;
  const next = found.retries.waiting === 0 ? 'No retry waits.' : due > 0 ? `The next retry is due in ${span(due)}.` : 'Retries are due now.';
  const dead = found.deadLetters + (found.webhooks?.deadLetters ?? 0);
  return `${next} Dead letters: ${count(dead)}.`;
}

const PROVIDER_KINDS = { running: 'good', refused: 'bad', missing: 'bad', mock: 'plain' };

/** One row for a service, whichever nodes say the same of it. */
function providers(answer) {
  const rows = new Map();
  for (const each of answer.providers) {
    const key = JSON.stringify([each.provider, each.state, each.why, each.app]);
    if (!rows.has(key)) rows.set(key, { ...each, nodes: 0 });
    rows.get(key).nodes += 1;
  }
  fill($('providers'), [...rows.entries()], ([key]) => key, ([, first]) => {
    const name = [first.provider, first.app && first.app !== 'default' ? ` (${first.app})` : ''].join('');
    const where = make('span', { className: 'detail' });
    return {
      row: make('li', {}, make('span', { className: 'who' }, make('b', {}, foreign(name)), where), pill(first.state, PROVIDER_KINDS[first.state] ?? 'warn')),
      update: ([, now]) => say(where, [now.why, now.types?.length ? `for ${now.types.join(', ')}` : '', now.nodes > 1 ? `on ${now.nodes} nodes` : ''].filter(Boolean).join(' · ')),
    };
  });
  $('no-providers').hidden = rows.size > 0;
}

const nodeName = (answer, id) => {
  const node = answer.nodes.find((each) => each.id === id);
  return node ? `${node.host}:${node.port}` : id;
};

function relayState(relay) {
  const up = relay.probes.filter((probe) => probe.up).length;
  if (relay.probes.every((probe) => probe.probedAt == null)) return ['not probed yet', 'plain'];
  if (up === relay.probes.length) return relay.probes.some((probe) => probe.misses > 0) ? ['misses', 'warn'] : ['up', 'good'];
  return up === 0 ? ['dead', 'bad'] : ['dead for some', 'warn'];
}

function probed(probe, several) {
  const answer = latest;
  const where = several ? `${nodeName(answer, probe.node)}: ` : '';
  if (probe.probedAt == null) return `${where}no probe yet`;
  const last = probe.misses === 0
    ? `answered in ${span(probe.tookMillis)}`
    : `${probe.misses} missed in a row, last answer ${ago(probe.answeredAt, answer.at)}`;
  return `${where}${last}, probed ${ago(probe.probedAt, answer.at)}${probe.listed ? '' : ', off the list'}`;
}

function relays(answer) {
  const worst = { bad: 0, warn: 1, plain: 2, good: 3 };
  const sorted = [...answer.relays].sort((a, b) => worst[relayState(a)[1]] - worst[relayState(b)[1]]);
  fill($('relays'), sorted, (relay) => relay.url, (relay) => {
    const where = make('span', { className: 'detail' });
    const state = pill('', 'plain');
    return {
      row: make('li', {}, make('span', { className: 'who' }, make('b', {}, foreign(relay.url, 120)), where), state),
      update: (now) => {
        repill(state, ...relayState(now));
        say(where, now.probes.map((probe) => probed(probe, now.probes.length > 1)).join(' · '));
      },
    };
  });
  $('no-relays').hidden = sorted.length > 0 || !answer.nodes.some((node) => node.roles.includes('ice'));
}

const NODE_KINDS = { ready: 'good', unready: 'bad', isolated: 'bad', draining: 'warn', starting: 'plain' };

function stores(node) {
  const away = [['redis', 'Redis'], ['chatRedis', 'the chat’s Redis'], ['postgres', 'Postgres']].filter(([key]) => node[key] === false);
  return away.length ? `without ${away.map(([, name]) => name).join(' and ')}` : '';
}

function nodes(all) {
  fill($('nodes'), all, (node) => node.id, (node) => {
    const state = pill('', 'plain');
    const sockets = make('span', { className: 'sockets' });
    const detail = make('span', { className: 'detail' });
    const drain = make('button', { type: 'button', className: 'quiet danger' }, 'Drain');
    drain.setAttribute('aria-label', `Drain ${node.host}:${node.port}`);
    drain.addEventListener('click', () => act(drain, () => drained(node)));
    const roles = make('span', { className: 'roles' }, ...node.roles.map((role) => make('span', { className: 'role' }, role)));
    return {
      row: make('li', {}, make('span', { className: 'who' }, make('b', {}, foreign(`${node.host}:${node.port}`)), detail), roles, sockets, state, drain),
      update: (now) => {
        repill(state, now.state, NODE_KINDS[now.state] ?? 'warn');
        say(sockets, now.sockets === 1 ? '1 socket' : `${count(now.sockets)} sockets`);
        say(detail, [`since ${clock(now.startedAt)}`, now.version, `${now.id.slice(0, 8)}`, now.id === latest?.node ? 'this page' : '', stores(now)].filter(Boolean).join(' · '));
        drain.disabled = now.state === 'draining';
      },
    };
  });
}

/** Roles that nobody would run any more. */
function lastOf(node) {
  const others = latest.nodes.filter((each) => each.id !== node.id && each.state === 'ready');
  return node.roles.filter((role) => !others.some((each) => each.roles.includes(role)));
}

async function drained(node) {
  const last = lastOf(node);
  const warning = last.length ? ` No other node is ready to be ${last.join(', ')}: whoever needs that is cut off until it is back.` : '';
  const name = `${node.host}:${node.port}`;
  const answer = await question({
    title: 'Drain this node?',
    text: `${name} sends its ${count(node.sockets)} sockets elsewhere and ends, as at SIGTERM. What runs it starts it anew.${warning}`,
    action: last.length ? 'Drain it all the same' : 'Drain',
  });
  if (answer === null) return '';
  await ask('POST', `/api/v1/admin/nodes/${part(node.id)}/drain`, {});
  return `${name} drains.`;
}
