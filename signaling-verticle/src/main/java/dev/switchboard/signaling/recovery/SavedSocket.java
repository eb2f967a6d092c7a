package dev.switchboard.signaling.recovery;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.socketio.Recovery;
import dev.switchboard.signaling.socketio.engine.SessionIds;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a socket is, as far as another edge must know it to go on in its place. The parts of the
 * server tell it what the socket has become; it is saved each time, and from time to time, so that
 * it lives as long as the socket. Belongs to the loop of the socket's edge.
 */
public final class SavedSocket extends TimingWheel.Entry implements Recovery.Continuity {
  private static final char BETWEEN = ',';
  private static final char NAMED = ':';
  private static final int MOST_OFFSET = 4_096;
  private static final int CONNECTION_BYTES = 6;

  private final Recoveries recoveries;
  private final String socketId;
  private final String privateId;
  private final String connection = SessionIds.random(CONNECTION_BYTES);
  private final boolean recovered;
  private final @Nullable String user;
  private final TreeMap<Integer, SavedChat> chats = new TreeMap<>();
  private @Nullable String registration;

  /** A socket that nobody knows yet. */
  SavedSocket(Recoveries recoveries, String socketId, String privateId, @Nullable String user) {
    this.recoveries = recoveries;
    this.socketId = socketId;
    this.privateId = privateId;
    this.user = user;
    this.recovered = false;
  }

  private SavedSocket(Recoveries recoveries, String privateId, JsonObject saved) {
    this.recoveries = recoveries;
    this.socketId = saved.getString("sid");
    this.privateId = privateId;
    this.user = saved.getString("user");
    this.recovered = true;
    this.registration = saved.getString("registration");
    for (Object chat : saved.getJsonArray("chats")) {
      SavedChat read = SavedChat.read(this, (JsonObject) chat);
      chats.put(read.index(), read);
    }
  }

  /**
   * A socket that was saved.
   *
   * @param offset what the client says that it has got; null if that is nothing
   * @return null if the offset was never given to a client
   */
  static @Nullable SavedSocket read(
      Recoveries recoveries, String privateId, JsonObject saved, @Nullable String offset) {
    SavedSocket socket = new SavedSocket(recoveries, privateId, saved);
    return offset == null || socket.goOnFrom(offset) ? socket : null;
  }

  /** The edge that has written what {@link #json} made. */
  static EdgeId edgeOf(JsonObject saved) {
    return EdgeId.parse(saved.getString("edge"));
  }

  /** The connection of which it was written. */
  static String connectionOf(JsonObject saved) {
    return saved.getString("connection");
  }

  /** Distinguishes it from other connections that are the same socket. */
  String connection() {
    return connection;
  }

  private boolean goOnFrom(String offset) {
    if (offset.length() > MOST_OFFSET) {
      return false;
    }
    for (String one : offset.split(String.valueOf(BETWEEN))) {
      int colon = one.indexOf(NAMED);
      Progress progress = Progress.parse(one.substring(colon + 1));
      if (colon < 1 || progress == null || !one.substring(0, colon).matches("[0-9]{1,6}")) {
        return false;
      }
      SavedChat chat = chats.get(Integer.valueOf(one.substring(0, colon)));
      // It may have left a session since; and what came before it joined is not its own.
      if (chat != null && progress.highest() > chat.progress().highest()) {
        chat.progress(progress);
      }
    }
    return true;
  }

  @Override
  public String socketId() {
    return socketId;
  }

  @Override
  public String privateId() {
    return privateId;
  }

  /** True if this was another connection's before. */
  public boolean isRecovered() {
    return recovered;
  }

  boolean isOf(@Nullable String tokenUser) {
    return user == null ? tokenUser == null : user.equals(tokenUser);
  }

  /** The chat sessions that it is in. */
  public List<SavedChat> chats() {
    return new ArrayList<>(chats.values());
  }

  /** It has joined a chat session, where {@code number} was the last event so far. */
  public SavedChat joined(String sessionId, String nonce, String userId, String name, long number) {
    left(sessionId);
    int index = chats.isEmpty() ? 0 : chats.lastKey() + 1;
    SavedChat chat = new SavedChat(this, index, sessionId, nonce, userId, name, number);
    chats.put(index, chat);
    save();
    return chat;
  }

  /** It is in a chat session no more. */
  public void left(String sessionId) {
    if (chats.values().removeIf(chat -> chat.sessionId().equals(sessionId))) {
      save();
    }
  }

  /** The payload by which it has registered, without tokens; null if it has not. */
  public @Nullable String registration() {
    return registration;
  }

  /** It has registered by this payload, or is registered no more. */
  public void registration(@Nullable String payload) {
    registration = payload;
    save();
  }

  /** How far its client will be once it has got what is sent next. */
  public String offset() {
    StringBuilder offset = new StringBuilder();
    for (SavedChat chat : chats.values()) {
      if (!offset.isEmpty()) {
        offset.append(BETWEEN);
      }
      offset.append(chat.index()).append(NAMED).append(chat.progress().text());
    }
    return offset.toString();
  }

  @Override
  protected void expired() {
    save();
  }

  /** What it is has changed. */
  void save() {
    recoveries.save(this);
  }

  /** What {@link #read} reads. */
  JsonObject json(EdgeId edge) {
    JsonArray list = new JsonArray();
    chats.values().forEach(chat -> list.add(chat.json()));
    JsonObject json =
        new JsonObject()
            .put("sid", socketId)
            .put("edge", edge.toString())
            .put("connection", connection)
            .put("chats", list);
    if (user != null) {
      json.put("user", user);
    }
    return registration == null ? json : json.put("registration", registration);
  }
}
