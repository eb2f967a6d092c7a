// The operator's page: who may, what is looked at, and how often the server is asked.

import { hasToken, Refused, setToken } from './api.js';
import * as calls from './calls.js';
import { act, notice } from './dialogs.js';
import { $, say } from './dom.js';
import * as letters from './letters.js';
import * as now from './overview.js';
import * as call from './timeline.js';
import * as user from './users.js';
import { ago, count } from './words.js';

const EVERY_MILLIS = 3000;
const EVERY_AWAY_MILLIS = 2000;

/** What each tab asks for besides the overview, which is always asked: what is wrong stays on top. */
const TABS = {
  now: { refresh: async () => {}, select: () => {} },
  calls: { refresh: calls.refresh, select: calls.onlyOf, error: 'calls-error' },
  call: { refresh: call.refresh, select: call.select, error: 'call-error' },
  user: { refresh: user.refresh, select: user.select, error: 'user-error' },
  letters: { refresh: letters.refresh, select: () => {} },
};

let tab = 'now';
let timer;
let turn = 0;
let updatedAt = 0;
let said = '';
let signedIn = false;

function line(kind, text) {
  $('status').className = `status ${kind}`;
  say($('status-text'), text);
  if (said !== text) {
    said = text;
    say($('announce'), text);
  }
}

const plural = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;

function summary(answer) {
  const { critical, warning, letters: dead } = now.tally(answer);
  const first = answer.problems[0]?.text ?? '';
  if (critical + warning === 0) {
    line(answer.problems.length ? 'note' : 'good', answer.problems.length ? first : 'All is well, as far as this page can see.');
  } else {
    const counts = [critical && `${critical} critical`, warning && plural(warning, 'warning')].filter(Boolean).join(', ');
    line(critical ? 'critical' : 'warning', `${counts}: ${[...first].slice(0, 160).join('')}`);
  }
  badge('now', critical + warning, critical ? 'critical' : 'warning');
  badge('calls', answer.totals.calls, 'plain');
  badge('letters', dead, 'warning');
}

function badge(name, number, kind) {
  const element = $(`badge-${name}`);
  element.hidden = !number;
  element.className = `badge ${kind}`;
  say(element, number > 999 ? '999+' : count(number));
}

/** One round: the overview, and what is looked at. */
async function round() {
  const mine = ++turn;
  clearTimeout(timer);
  let pause = EVERY_MILLIS;
  try {
    const answer = await now.refresh();
    if (mine !== turn) return;
    updatedAt = Date.now();
    document.body.classList.remove('stale');
    summary(answer);
    await TABS[tab].refresh();
  } catch (failure) {
    if (mine !== turn) return;
    pause = EVERY_AWAY_MILLIS;
    told(failure);
  }
  if (mine === turn && signedIn && !document.hidden) timer = setTimeout(round, pause);
}

function told(failure) {
  if (!(failure instanceof Refused)) throw failure;
  if (failure.status === 401) return;
  if (failure.status === 0) {
    document.body.classList.add('stale');
    line('critical', 'This node does not answer: what is below is old. Trying again …');
  } else if (TABS[tab].error) {
    say($(TABS[tab].error), failure.message);
  } else {
    notice(failure.message);
  }
}

function tick() {
  if (updatedAt) say($('updated'), Date.now() - updatedAt < 6000 ? 'live' : `as of ${ago(updatedAt, Date.now())}`);
}

function open(name, id = '', focus = false) {
  tab = TABS[name] ? name : 'now';
  for (const each of Object.keys(TABS)) {
    const selected = each === tab;
    $(`tab-${each}`).setAttribute('aria-selected', String(selected));
    $(`tab-${each}`).tabIndex = selected ? 0 : -1;
    $(`panel-${each}`).hidden = !selected;
  }
  if (focus) $(`tab-${tab}`).focus();
  $(`tab-${tab}`).scrollIntoView({ block: 'nearest', inline: 'nearest' });
  TABS[tab].select(id);
  if (signedIn) round();
}

/** What is looked at is in the address, so that "back" works and colleagues can be sent there; the token never is. */
function go({ tab: name, id = '' }) {
  const address = `#${name}${id ? `/${encodeURIComponent(id)}` : ''}`;
  if (location.hash !== address) history.pushState(null, '', address);
  open(name, id);
}

function openAddressed() {
  const [name, id = ''] = location.hash.slice(1).split('/');
  let text = '';
  try {
    text = decodeURIComponent(id);
  } catch {
    // not made by this page
  }
  open(name || 'now', text);
}

function show(inside) {
  signedIn = inside;
  $('welcome').hidden = inside;
  $('home').hidden = !inside;
  $('me').hidden = !inside;
  $('status').hidden = !inside;
  if (!inside) {
    turn += 1;
    clearTimeout(timer);
    $('token').value = '';
    $('token').focus();
  }
}

function signOut(why = '') {
  setToken('');
  show(false);
  say($('sign-in-error'), why);
}

const REFUSALS = {
  401: 'The server does not take this token or key: it is wrong, or its time is over.',
  403: 'This is no operator’s token, and no key with the scope read.',
};

/** The token is good if the overview is given for it. */
async function signIn() {
  const answer = await now.refresh();
  updatedAt = Date.now();
  show(true);
  summary(answer);
  openAddressed();
}

$('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!$('token').value.trim()) {
    say($('sign-in-error'), 'Paste a token or a key.');
    $('token').focus();
    return;
  }
  act($('sign-in'), async () => {
    say($('sign-in-error'), '');
    setToken($('token').value);
    await signIn().catch((failure) => signOut(REFUSALS[failure.status] ?? failure.message));
  });
});
$('sign-out').addEventListener('click', () => signOut());
$('status').addEventListener('click', () => go({ tab: 'now' }));
addEventListener('refused', () => {
  if (signedIn) signOut('The token is no longer good: show another.');
});
addEventListener('go', (event) => go(event.detail));
addEventListener('popstate', () => { if (signedIn) openAddressed(); });
addEventListener('hashchange', () => { if (signedIn) openAddressed(); });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer);
  else if (signedIn) round();
});

const order = Object.keys(TABS);
for (const name of order) {
  $(`tab-${name}`).addEventListener('click', () => go({ tab: name }));
  $(`tab-${name}`).addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const wanted = step ? order[(order.indexOf(name) + step + order.length) % order.length] : { Home: order[0], End: order.at(-1) }[event.key];
    if (wanted) {
      event.preventDefault();
      go({ tab: wanted });
      $(`tab-${wanted}`).focus();
    }
  });
}
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === '/' && !typing && signedIn && !$('dialog').open) {
    event.preventDefault();
    if (tab !== 'user') go({ tab: 'call' });
    $(tab === 'user' ? 'user-id' : 'call-id').focus();
  }
});

[calls, call, user, letters].forEach((each) => each.start());
setInterval(tick, 1000);
if (hasToken()) {
  signIn().catch((failure) => (failure.status === 0 ? (show(true), openAddressed()) : signOut(REFUSALS[failure.status] ?? failure.message)));
} else {
  show(false);
}
