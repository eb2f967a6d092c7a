// A room as it is seen: one person makes a code, the other enters it, and they talk over a data channel.

import { $, make } from './dom.js';
import { RoomTalk } from './room.js';

const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

const REFUSALS = {
  conflict: 'That code is taken. Choose another.',
  not_found_or_expired: 'No such code, or it has run out.',
};

function newCode() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return [...bytes].map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]).join('');
}

/** `person` answers the client of who is signed in, or nothing. */
export function roomPanel(person) {
  let talk;
  /** Of the visit to a room that goes on: who leaves aborts it. */
  let visit = new AbortController();

  function say(words) {
    $('room-error').textContent = words;
  }

  function state(words, open = false) {
    $('room-state').textContent = words;
    $('room-text').disabled = !open;
    $('room-say').disabled = !open;
  }

  /** `find` gets the id of the room, as far as this visit goes. */
  async function go(find) {
    const client = person();
    if (!client) return;
    say('');
    close();
    const { signal } = visit;
    $('room-start').hidden = true;
    $('room-open').hidden = false;
    $('room-code-shown').textContent = '';
    state('…');
    try {
      const roomId = await find(client, signal);
      if (!signal.aborted) enter(client, roomId);
    } catch (error) {
      if (signal.aborted) return;
      close();
      say(REFUSALS[error.code] ?? error.message);
    }
  }

  async function offer({ rooms }, signal) {
    const code = newCode();
    await rooms.reserve(code);
    signal.throwIfAborted();
    $('room-code-shown').textContent = code;
    state('Waiting for somebody to enter the code…');
    return rooms.entered(code, { signal });
  }

  function enter(client, roomId) {
    const mine = talk = new RoomTalk(client.rooms.open(roomId), client.iceServers);
    const on = (event, act) => mine.addEventListener(event, ({ detail }) => mine === talk && act(detail));
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
  }

  function close() {
    visit.abort();
    visit = new AbortController();
    const ended = talk;
    talk = undefined;
    ended?.close();
    $('room-start').hidden = false;
    $('room-open').hidden = true;
    $('room-log').replaceChildren();
  }

  $('room-make').addEventListener('click', () => go(offer));
  $('room-enter').addEventListener('submit', (event) => {
    event.preventDefault();
    const code = $('room-code').value.trim().toUpperCase();
    if (!code) return;
    go(async ({ rooms }) => {
      const roomId = await rooms.accept(code);
      $('room-code-shown').textContent = code;
      return roomId;
    });
  });
  $('room-talk').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = $('room-text').value.trim();
    if (!text) return;
    $('room-text').value = '';
    talk?.say(text);
  });
  $('room-leave').addEventListener('click', close);

  return { close };
}
