package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.Inbox;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * The page of a chat on the official client, without a token and without acknowledgements. Each
 * event names the session as its link does, with the hash of the password in it; each time it is
 * connected it joins.
 */
public final class ChatPage implements AutoCloseable {
  private static final long SECONDS = 20;

  private final String userId;
  private final String link;
  private final Inbox inbox;
  private final Socket socket;

  /** A page that joins as soon as it is opened; {@code join} is what it says beside its ids. */
  public ChatPage(URI url, String userId, String link, JsonObject join) {
    this.userId = userId;
    this.link = link;
    inbox = new Inbox(userId, SECONDS);
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnectionDelay = 50;
    options.reconnectionDelayMax = 500;
    options.transports = new String[] {"websocket"};
    socket = IO.socket(url, options);
    socket.onAnyIncoming(args -> keep((String) args[0], args.length > 1 ? args[1] : null));
    socket.on(Socket.EVENT_CONNECT, args -> say("join-session", join));
    socket.connect();
  }

  private void keep(String event, Object payload) {
    JsonObject json =
        switch (payload) {
          case JSONObject object -> new JsonObject(object.toString());
          case JSONArray list -> new JsonObject().put("list", new JsonArray(list.toString()));
          case null, default -> new JsonObject();
        };
    inbox.keep(event, json);
  }

  /** Sends an event of this user in its session. */
  public void say(String event, JsonObject payload) {
    JsonObject named = new JsonObject().put("sessionId", link).put("userId", userId);
    socket.emit(event, new JSONObject(named.mergeIn(payload).encode()));
  }

  /** Sends a message, encrypted as far as anybody can see. */
  public void write(String text) {
    say(
        "send-message",
        new JsonObject()
            .put("from", userId)
            .put("to", "all")
            .put("encrypted", "sealed " + text)
            .put("originalContent", text)
            .put("clientMessageId", userId + " " + text));
  }

  /** The oldest event of this name that was not asked for yet, once it has come. */
  public JsonObject hear(String event) {
    return inbox.hear(event);
  }

  /** The names of what it has heard so far, in order. */
  public List<String> heard() {
    return inbox.heard();
  }

  /** Leaves as a page does that is closed or loaded anew. */
  public void leave() {
    say("leave-session", new JsonObject());
    close();
  }

  @Override
  public void close() {
    socket.disconnect();
  }
}
