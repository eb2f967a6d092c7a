// The chat as it is seen: making and joining a session, letters, files, who is there and who is typing.

import { Chatroom, MOST_FILE_BYTES, invitation, readInvitation, reserve } from './chatroom.js';
import { $, make, size } from './dom.js';

const TYPING_LASTS_MS = 3000;

/** `person` answers {socket, userId} of who is signed in, or nothing. */
export function chatPanel(person) {
  let room;
  let typingTimer;
  const typists = new Map();

  function say(words) {
    $('chat-error').textContent = words;
  }

  let atEnd = true;
  $('chat-log').addEventListener('scroll', ({ target }) => {
    atEnd = target.scrollHeight - target.scrollTop - target.clientHeight < 80;
  });

  /** Keeps the newest in sight, unless somebody reads further up. */
  function toEnd() {
    if (atEnd) $('chat-log').scrollTop = $('chat-log').scrollHeight;
  }

  function line(className, ...children) {
    $('chat-log').append(make('li', { className }, ...children));
    toEnd();
  }

  function showLetter({ id, mine, name, at, about, bytes, unreadable, from }) {
    const when = new Date(at);
    const head = make('span', { className: 'presence' },
      `${mine ? 'You' : name} · `,
      make('time', { dateTime: when.toISOString(), textContent: when.toLocaleTimeString(undefined, { timeStyle: 'short' }) }));
    let body;
    if (unreadable) body = make('p', { className: 'presence', textContent: 'Sealed for a key that this window does not have.' });
    else if (about.name) body = file({ id, mine, about, bytes, from });
    else body = make('p', { textContent: about.text });
    line(mine ? 'mine' : 'theirs', head, body);
  }

  function file({ mine, about, bytes, from }) {
    const blob = new Blob([bytes], { type: about.type || 'application/octet-stream' });
    const url = URL.createObjectURL(blob);
    const link = make('a', { href: url, download: about.name, textContent: `Save ${about.name} (${size(blob.size)})` });
    if (!mine) link.addEventListener('click', () => room?.downloaded({ from, about }));
    const parts = [link];
    if (/^image\/(png|jpeg|gif|webp|avif)$/.test(about.type)) {
      const image = make('img', { src: url, alt: about.name });
      image.addEventListener('load', toEnd);
      parts.unshift(image);
    }
    return make('div', { className: 'file' }, ...parts);
  }

  function showTypists() {
    const names = [...typists.values()];
    $('chat-typing').textContent = names.length === 0 ? '' : `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} typing…`;
  }

  function enter(about) {
    const { socket, userId } = person() ?? {};
    if (!socket) return;
    say('');
    room = new Chatroom(socket, about, { userId, displayName: userId });
    const mine = room;
    const on = (event, act) => mine.addEventListener(event, ({ detail }) => mine === room && act(detail));
    on('joined', () => {
      $('chat-start').hidden = true;
      $('chat-room').hidden = false;
      $('chat-mode').textContent = { group: 'Group', private: 'Private, for two', password: 'With a password, for two' }[mine.mode] ?? mine.mode;
      $('chat-link').value = invitation(mine);
      $('chat-text').focus();
    });
    on('members', (list) => {
      $('chat-members').replaceChildren(...list.map(({ userId: id, displayName }) => (
        make('li', { textContent: id === userId ? `${displayName} (you)` : displayName }))));
    });
    on('letter', showLetter);
    on('notice', (words) => line('notice-line', words));
    on('downloaded', ({ by, fileName }) => line('notice-line', `${by} saved ${fileName}.`));
    on('typing', ({ userId: id, name, on: typing }) => {
      if (typing) typists.set(id, name);
      else typists.delete(id);
      showTypists();
    });
    on('over', (words) => {
      close();
      say(words);
    });
    room.join().catch((error) => say(error.message));
  }

  function close() {
    room?.close();
    room = undefined;
    typists.clear();
    showTypists();
    $('chat-room').hidden = true;
    $('chat-start').hidden = false;
    $('chat-log').replaceChildren();
    $('chat-members').replaceChildren();
  }

  async function send(about, bytes) {
    const progress = $('chat-progress');
    progress.hidden = !bytes;
    try {
      showLetter(await room.send(about, bytes, (share) => { progress.value = share; }));
      say('');
    } catch (error) {
      say(error.message);
    } finally {
      progress.hidden = true;
    }
  }

  $('chat-make').addEventListener('submit', async (event) => {
    event.preventDefault();
    const mode = new FormData(event.target).get('chat-mode');
    const password = $('chat-password').value;
    if (mode === 'password' && !password) {
      say('Choose a password.');
      return;
    }
    try {
      enter(await reserve(mode, password));
    } catch (error) {
      say(error.message);
    }
  });
  $('chat-make').addEventListener('change', () => {
    const withPassword = new FormData($('chat-make')).get('chat-mode') === 'password';
    $('chat-password-field').hidden = !withPassword;
  });
  $('chat-join').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = $('chat-invitation').value.trim();
    const about = readInvitation(text.includes('#') ? text.slice(text.indexOf('#')) : text);
    if (!about) {
      say('That is not a chat link.');
    } else if (about.mode === 'password' && !$('chat-join-password').value) {
      $('chat-join-password-field').hidden = false;
      $('chat-join-password').focus();
      say('This chat has a password.');
    } else {
      enter({ ...about, password: $('chat-join-password').value });
    }
  });
  $('chat-send').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = $('chat-text').value.trim();
    if (!text || !room) return;
    $('chat-text').value = '';
    clearTimeout(typingTimer);
    typingTimer = undefined;
    room.typing(false);
    send({ text });
  });
  $('chat-text').addEventListener('input', () => {
    if (!room) return;
    if (!typingTimer) room.typing(true);
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => {
      typingTimer = undefined;
      room?.typing(false);
    }, TYPING_LASTS_MS);
  });
  $('chat-file').addEventListener('change', async () => {
    const [chosen] = $('chat-file').files;
    $('chat-file').value = '';
    if (!chosen || !room) return;
    if (chosen.size > MOST_FILE_BYTES) {
      say(`${chosen.name} is larger than ${size(MOST_FILE_BYTES)}.`);
      return;
    }
    await send({ name: chosen.name, type: chosen.type }, new Uint8Array(await chosen.arrayBuffer()));
  });
  $('chat-copy').addEventListener('click', () => navigator.clipboard?.writeText($('chat-link').value));
  $('chat-leave').addEventListener('click', () => {
    room?.leave();
    close();
  });

  return {
    /** Opens what the address bar invites to. */
    invited() {
      if (!readInvitation(location.hash)) return false;
      $('chat-invitation').value = location.href;
      history.replaceState(null, '', location.pathname + location.search);
      return true;
    },
    close,
  };
}
