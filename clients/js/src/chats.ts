import { Chat, wireKey, type ChatMode, type ChatName, type Invitation } from './chat.js';
import type { Connection } from './connection.js';
import { Refused } from './refused.js';
import { randomText } from './storage.js';

/** The link that lets somebody in; the key is behind the #, which no browser sends to a server. */
export function invitationLink({ sessionId, authKey, mode }: Invitation, page: string): string {
  const url = new URL(page);
  url.hash = `chat=${encodeURIComponent(sessionId)}&mode=${mode}&key=${encodeURIComponent(authKey)}`;
  return url.href;
}

/** What such a link says; undefined if it is another link. A password is not in it. */
export function readInvitation(link: string): Invitation | undefined {
  const fields = new URLSearchParams(link.slice(link.indexOf('#') + 1));
  const sessionId = fields.get('chat');
  if (!sessionId) return undefined;
  return { sessionId, mode: (fields.get('mode') ?? 'private') as ChatMode, authKey: fields.get('key') ?? '' };
}

/** The chat of one connection: one session at a time, since what the server sends of a session does not name it. */
export class Chats {
  readonly #connection: Connection;
  #current: Chat | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get current(): Chat | undefined {
    return this.#current?.over === false ? this.#current : undefined;
  }

  /** Reserves a session of one's own, which opens once its creator joins. Fails with `Refused`. */
  async reserve(mode: ChatMode, password?: string): Promise<Invitation> {
    const made: Invitation = { sessionId: randomText(8), authKey: randomText(16), mode, creator: true, ...(password && { password }) };
    if (mode === 'password' && !password) throw new Refused('MISSING_FIELD', 'a password');
    const body = { sessionId: made.sessionId, authKey: await wireKey(made), chatMode: mode };
    const { status, error } = await this.#connection.send<{ error?: string }>('/api/reserve-session', body);
    if (status !== 200) throw new Refused(String(status), error);
    return made;
  }

  /** A session that is not joined yet: the app listens to it first. */
  open(invitation: Invitation, name?: ChatName): Chat {
    if (this.current) throw new Refused('IN_ANOTHER', 'one chat at a time on one connection');
    this.#current = new Chat(this.#connection, invitation, name);
    return this.#current;
  }
}
