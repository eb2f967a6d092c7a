// A room as it is seen: one person makes a code, the other enters it, and they talk over a data channel.

import { $, make } from './dom.js';
import { Room } from './room.js';

const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function newCode() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return [...bytes].map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]).join('');
}

/** `person` answers {deviceId, iceServers} of who is signed in, or nothing. */
export function roomPanel(person) {
  let room;

  function say(words) {
    $('room-error').textContent = words;
  }

  function state(words, open = false) {
    $('room-state').textContent = words;
    $('room-text').disabled = !open;
    $('room-say').disabled = !open;
  }

  async function go(how, code) {
    const { deviceId, iceServers } = person() ?? {};
    if (!deviceId) return;
    say('');
    close();
    room = new Room(deviceId, iceServers);
    const mine = room;
    const on = (event, act) => mine.addEventListener(event, ({ detail }) => mine === room && act(detail));
    on('state', (words) => state(words));
    on('open', () => {
      state('Connected to each other.', true);
      $('room-text').focus();
    });
    on('said', ({ text, mine: own }) => {
      $('room-log').append(make('li', { className: own ? 'mine' : 'theirs' }, make('p', { textContent: text })));
      $('room-log').scrollTop = $('room-log').scrollHeight;
    });
    on('over', (words) => {
      close();
      say(words);
    });
    $('room-start').hidden = true;
    $('room-open').hidden = false;
    $('room-code-shown').textContent = code;
    state('…');
    try {
      await mine[how](code);
    } catch (error) {
      if (mine !== room) return;
      close();
      say(error.message);
    }
  }

  function close() {
    room?.close();
    room = undefined;
    $('room-start').hidden = false;
    $('room-open').hidden = true;
    $('room-log').replaceChildren();
  }

  $('room-make').addEventListener('click', () => go('offer', newCode()));
  $('room-enter').addEventListener('submit', (event) => {
    event.preventDefault();
    const code = $('room-code').value.trim().toUpperCase();
    if (code) go('accept', code);
  });
  $('room-talk').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = $('room-text').value.trim();
    if (!text) return;
    $('room-text').value = '';
    room?.say(text);
  });
  $('room-leave').addEventListener('click', close);

  return { close, rest: () => room?.rest(), wake: () => room?.wake() };
}
