package dev.switchboard.signaling.recovery;

import io.vertx.core.json.JsonObject;

/**
 * A chat session that a socket is in. Belongs to the loop of the socket's edge.
 *
 * <p>Its progress moves with each event that is sent, and is told to the client instead of to
 * Redis: only the client knows what has reached it.
 */
public final class SavedChat {
  private final SavedSocket socket;
  private final int index;
  private final String sessionId;
  private final String nonce;
  private final String userId;
  private String name;
  private final long since;
  private Progress progress;

  /**
   * Makes one of a client that has got nothing since it joined.
   *
   * @param since the number of the last event before that
   */
  SavedChat(
      SavedSocket socket,
      int index,
      String sessionId,
      String nonce,
      String userId,
      String name,
      long since) {
    this.socket = socket;
    this.index = index;
    this.sessionId = sessionId;
    this.nonce = nonce;
    this.userId = userId;
    this.name = name;
    this.since = since;
    this.progress = Progress.upTo(since);
  }

  /** What stands for it in offsets. */
  int index() {
    return index;
  }

  /** The socket that is in it. */
  public SavedSocket socket() {
    return socket;
  }

  public String sessionId() {
    return sessionId;
  }

  /** Distinguishes it from another session of the same id. */
  public String nonce() {
    return nonce;
  }

  public String userId() {
    return userId;
  }

  /** The member's name. */
  public String name() {
    return name;
  }

  /** The member has another name. */
  public void name(String newName) {
    if (!name.equals(newName)) {
      name = newName;
      socket.save();
    }
  }

  /** What the client has got. */
  public Progress progress() {
    return progress;
  }

  /** The client has got more. */
  public void progress(Progress now) {
    progress = now;
  }

  JsonObject json() {
    return new JsonObject()
        .put("i", index)
        .put("s", sessionId)
        .put("n", nonce)
        .put("u", userId)
        .put("d", name)
        .put("since", since);
  }

  static SavedChat read(SavedSocket socket, JsonObject json) {
    return new SavedChat(
        socket,
        json.getInteger("i"),
        json.getString("s"),
        json.getString("n"),
        json.getString("u"),
        json.getString("d"),
        json.getLong("since"));
  }
}
