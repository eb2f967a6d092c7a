// Switchboard's API for back ends. The key is one of API_KEYS, with the scopes calls, users and read.
export class Switchboard {
  #url;
  #key;

  constructor(url, key) {
    this.#url = url;
    this.#key = key;
  }

  /** Rings the callee in the caller's name. A repeat with the same requestId is the same call, so it is safe to try again. */
  ring({ callerId, calleeId, callType = 'video', callerName, metadata, requestId }) {
    return this.#ask('POST', '/api/v1/calls', { callerId, calleeId, callType, callerName, metadata, requestId });
  }

  call(callId) {
    return this.#ask('GET', `/api/v1/calls/${encodeURIComponent(callId)}`);
  }

  end(callId, reason) {
    return this.#ask('DELETE', `/api/v1/calls/${encodeURIComponent(callId)}`, { reason });
  }

  /** All live calls, page after page; of one user if one is named. */
  async *live(userId) {
    for (let after; ; ) {
      const query = new URLSearchParams({ ...(userId && { userId }), ...(after && { after }) });
      const { calls, next } = await this.#ask('GET', `/api/v1/live/calls?${query}`);
      yield* calls;
      if (!next) return;
      after = next;
    }
  }

  /** Whether a user's devices would ring now, and if not, why. */
  reachability(userId) {
    return this.#ask('GET', `/api/v1/users/${encodeURIComponent(userId)}/reachability`);
  }

  /** Refuses all tokens that the user has, and cuts the sockets: for an account that is closed or was taken over. */
  revoke(userId) {
    return this.#ask('POST', `/api/v1/users/${encodeURIComponent(userId)}/revoke`, {});
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said.error} ${said.detail ?? ''}`.trim());
    return said;
  }
}
