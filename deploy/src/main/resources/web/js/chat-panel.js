// The chat as it is seen: making and joining a session, letters, files, who is there and who is typing.

import { invitationLink, readInvitation } from '/client.js';
import { $, make, size } from './dom.js';

const TYPING_LASTS_MS = 3000;
const MOST_FILE_BYTES = 14_000_000;

const OVER = {
  REPLACED: 'You joined this chat in another window.',
  displaced: 'You went on in another window.',
  closed: 'The server closed the connection.',
};

/** `person` answers the client of who is signed in, or nothing. */
export function chatPanel(person) {
  let chat;
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

  function showLetter(letter) {
    const { mine, name, at, about, unreadable } = letter;
    const when = new Date(at);
    const head = make('span', { className: 'presence' },
      `${mine ? 'You' : name} · `,
      make('time', { dateTime: when.toISOString(), textContent: when.toLocaleTimeString(undefined, { timeStyle: 'short' }) }));
    let body;
    if (unreadable) body = make('p', { className: 'presence', textContent: 'Sealed for a key that this window does not have.' });
    else if (about.name) body = file(letter);
    else body = make('p', { textContent: about.text });
    line(mine ? 'mine' : 'theirs', head, body);
  }

  function file(letter) {
    const { mine, about, bytes } = letter;
    const blob = new Blob([bytes], { type: about.type || 'application/octet-stream' });
    const url = URL.createObjectURL(blob);
    const link = make('a', { href: url, download: about.name, textContent: `Save ${about.name} (${size(blob.size)})` });
    if (!mine) link.addEventListener('click', () => chat?.downloaded(letter));
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

  async function enter(invitation) {
    const client = person();
    if (!client) return;
    say('');
    close();
    const mine = chat = client.chats.open(invitation);
    const on = (event, act) => mine.on(event, (detail) => mine === chat && act(detail));
    on('joined', ({ again }) => {
      if (again) return;
      $('chat-start').hidden = true;
      $('chat-room').hidden = false;
      $('chat-mode').textContent = { group: 'Group', private: 'Private, for two', password: 'With a password, for two' }[mine.mode] ?? mine.mode;
      $('chat-link').value = invitationLink({ ...invitation, mode: mine.mode }, new URL('/', location.href).href);
      $('chat-text').focus();
    });
    on('members', (list) => {
      $('chat-members').replaceChildren(...list.map(({ userId: id, displayName }) => (
        make('li', { textContent: id === mine.userId ? `${displayName} (you)` : displayName }))));
    });
    on('message', showLetter);
    on('presence', ({ name, here }) => line('notice-line', here ? `${name} is here.` : `${name} left.`));
    on('key-changed', ({ name }) => line('notice-line', `${name} has a new key.`));
    on('refused', ({ message }) => line('notice-line', message));
    on('downloaded', ({ by, fileName }) => line('notice-line', `${by} saved ${fileName}.`));
    on('typing', ({ userId: id, name, on: typing }) => {
      if (typing) typists.set(id, name);
      else typists.delete(id);
      showTypists();
    });
    on('over', ({ code, message }) => {
      close();
      if (code !== 'left') say(OVER[code] ?? message);
    });
    // Why it was refused is told as `over`.
    await mine.join().catch(() => {});
  }

  function close() {
    const ended = chat;
    chat = undefined;
    ended?.close();
    typists.clear();
    showTypists();
    $('chat-room').hidden = true;
    $('chat-start').hidden = false;
    $('chat-log').replaceChildren();
    $('chat-members').replaceChildren();
  }

  /** How much of what is sent has left the browser, as far as its socket tells. */
  function watchUpload({ socket }) {
    const progress = $('chat-progress');
    let most = 1;
    progress.value = 0;
    progress.hidden = false;
    const timer = setInterval(() => {
      const waiting = socket.io.engine?.transport?.ws?.bufferedAmount ?? 0;
      most = Math.max(most, waiting);
      progress.value = most > 1 ? 1 - waiting / most : 0;
    }, 100);
    return () => {
      clearInterval(timer);
      progress.hidden = true;
    };
  }

  async function send(about, bytes) {
    const mine = chat;
    const watched = bytes ? watchUpload(person()) : () => {};
    try {
      const letter = await mine.send(about, bytes);
      if (mine === chat) showLetter(letter);
      say('');
    } catch (error) {
      if (mine === chat) say(error.message);
    } finally {
      watched();
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
      await enter(await person().chats.reserve(mode, password));
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
    const invitation = readInvitation(text);
    if (!invitation) {
      say('That is not a chat link.');
    } else if (invitation.mode === 'password' && !$('chat-join-password').value) {
      $('chat-join-password-field').hidden = false;
      $('chat-join-password').focus();
      say('This chat has a password.');
    } else {
      enter({ ...invitation, password: $('chat-join-password').value });
    }
  });
  $('chat-send').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = $('chat-text').value.trim();
    if (!text || !chat) return;
    $('chat-text').value = '';
    clearTimeout(typingTimer);
    typingTimer = undefined;
    chat.typing(false);
    send({ text });
  });
  $('chat-text').addEventListener('input', () => {
    if (!chat) return;
    if (!typingTimer) chat.typing(true);
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => {
      typingTimer = undefined;
      chat?.typing(false);
    }, TYPING_LASTS_MS);
  });
  $('chat-file').addEventListener('change', async () => {
    const [chosen] = $('chat-file').files;
    $('chat-file').value = '';
    if (!chosen || !chat) return;
    if (chosen.size > MOST_FILE_BYTES) {
      say(`${chosen.name} is larger than ${size(MOST_FILE_BYTES)}.`);
      return;
    }
    await send({ name: chosen.name, type: chosen.type }, new Uint8Array(await chosen.arrayBuffer()));
  });
  $('chat-copy').addEventListener('click', () => navigator.clipboard?.writeText($('chat-link').value));
  $('chat-leave').addEventListener('click', () => {
    chat?.leave();
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
