package dev.switchboard.deploy.soak;

import dev.switchboard.push.webpush.Browser;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * What users do. Each method takes a while, ends with its users connected and registered as it got
 * them, and throws if the server does not do what it should.
 */
final class Scenarios {
  private static final JsonObject NOTHING = new JsonObject();

  /** What a description of a session is about as long as. */
  private static final String SDP =
      "v=0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(20);

  /** The name of what has three users chat. */
  static final String CHAT = "chat";

  private static final int CANDIDATES = 4;
  private static final int MESSAGES = 4;

  private final Server server;
  private final Services services;
  private final AtomicLong names = new AtomicLong();

  Scenarios(Server server, Services services) {
    this.server = server;
    this.services = services;
  }

  /** What some users do together, with choices of their own. */
  interface Act {
    void play(List<User> users, RandomGenerator choice);
  }

  /**
   * One kind of thing that happens.
   *
   * @param users how many it takes
   * @param weight how often it happens, beside the others
   */
  record Scenario(String name, int users, int weight, Act act) {}

  /** All there are. */
  List<Scenario> all() {
    return List.of(
        new Scenario("answered call", 2, 6, this::answered),
        new Scenario("refused call", 2, 2, this::refused),
        new Scenario("cancelled call", 2, 2, this::cancelled),
        new Scenario("missed call", 2, 2, this::missed),
        new Scenario("busy callee", 3, 1, this::busy),
        new Scenario("call that is resumed", 2, 2, this::resumed),
        new Scenario("call whose party is lost", 2, 1, this::lost),
        new Scenario("call by Web Push", 2, 2, this::pushed),
        new Scenario("silent call", 2, 1, this::silent),
        new Scenario(CHAT, 3, 4, this::chat),
        new Scenario("room", 2, 3, this::room),
        new Scenario("join code that expires", 1, 1, this::expired),
        new Scenario("Web Push", 1, 2, this::webPush),
        new Scenario("tokens", 1, 2, this::tokens),
        new Scenario("reconnection", 1, 4, this::reconnection),
        new Scenario("log-out", 1, 1, (users, choice) -> users.getFirst().logOutAndIn()));
  }

  private String name(String kind) {
    return kind + "-" + names.incrementAndGet();
  }

  private static void pause(RandomGenerator choice, int mostMillis) {
    LockSupport.parkNanos(
        TimeUnit.MILLISECONDS.toNanos(choice.nextInt(mostMillis / 4, mostMillis)));
  }

  private static JsonObject initiation(User callee) {
    return new JsonObject()
        .put("calleeId", callee.id())
        .put("callType", "video")
        .put("callerName", "Somebody");
  }

  private static JsonObject of(String call) {
    return new JsonObject().put("callId", call);
  }

  private static String initiate(User caller, User callee) {
    return caller.app().succeed("call_initiate", initiation(callee)).getString("callId");
  }

  /** Begins a call that rings at the callee. */
  private static String ring(User caller, User callee) {
    Inbound.Awaited incoming = callee.app().expect("incoming_call");
    String call = initiate(caller, callee);
    incoming.get();
    return call;
  }

  private static String accept(User caller, User callee) {
    String call = ring(caller, callee);
    Inbound.Awaited accepted = caller.app().expect("call_accept", call);
    callee.app().succeed("call_accept", of(call));
    accepted.get();
    return call;
  }

  private static void signal(User from, User to, String call, String event, String field) {
    Inbound.Awaited relayed = to.app().expect(event, call);
    from.app().tell(event, of(call).put("to", to.id()).put(field, SDP));
    relayed.get();
  }

  private static void shake(User caller, User callee, String call) {
    signal(caller, callee, call, "sdp_offer", "sdp");
    signal(callee, caller, call, "sdp_answer", "sdp");
    for (int i = 0; i < CANDIDATES; i++) {
      signal(caller, callee, call, "ice_candidate", "candidate");
      signal(callee, caller, call, "ice_candidate", "candidate");
    }
  }

  private static void hangUp(User one, User other, String call) {
    Inbound.Awaited over = other.app().expect("call_end", call);
    one.app().succeed("call_end", of(call));
    over.get();
  }

  private void answered(List<User> users, RandomGenerator choice) {
    User caller = users.get(0);
    User callee = users.get(1);
    String call = accept(caller, callee);
    shake(caller, callee, call);
    caller.app().tell("connection_state", of(call).put("state", "connected"));
    pause(choice, 4_000);
    caller.app().succeed("call_stats", of(call).put("path", "host").put("rttMs", 20));
    hangUp(caller, callee, call);
  }

  private void refused(List<User> users, RandomGenerator choice) {
    String call = ring(users.get(0), users.get(1));
    pause(choice, 2_000);
    Inbound.Awaited refused = users.get(0).app().expect("call_reject", call);
    users.get(1).app().succeed("call_reject", of(call));
    refused.get();
  }

  private void cancelled(List<User> users, RandomGenerator choice) {
    String call = ring(users.get(0), users.get(1));
    pause(choice, 2_000);
    Inbound.Awaited cancelled = users.get(1).app().expect("call_cancelled", call);
    users.get(0).app().succeed("call_cancel", of(call));
    cancelled.get();
  }

  private void missed(List<User> users, RandomGenerator choice) {
    String call = ring(users.get(0), users.get(1));
    users.get(0).app().expect("call_timeout", call).get();
  }

  private void busy(List<User> users, RandomGenerator choice) {
    String call = accept(users.get(0), users.get(1));
    JsonObject answer = users.get(2).app().ask("call_initiate", initiation(users.get(1)));
    if (answer.getBoolean("success")) {
      throw new IllegalStateException("a busy callee was rung: " + answer);
    }
    hangUp(users.get(1), users.get(0), call);
  }

  private void resumed(List<User> users, RandomGenerator choice) {
    User caller = users.get(0);
    User callee = users.get(1);
    String call = accept(caller, callee);
    callee.drop();
    // Signaling that is kept for whoever comes back.
    caller.app().tell("ice_candidate", of(call).put("to", callee.id()).put("candidate", SDP));
    callee.comeBack();
    shake(caller, callee, call);
    hangUp(callee, caller, call);
  }

  private void lost(List<User> users, RandomGenerator choice) {
    String call = accept(users.get(0), users.get(1));
    Inbound.Awaited over = users.get(0).app().expect("call_end", call);
    users.get(1).drop();
    over.get();
    users.get(1).comeBack();
  }

  private JsonObject subscription(String endpoint) {
    return new JsonObject()
        .put("endpoint", services.endpoint(endpoint))
        .put("keys", Browser.make().keys());
  }

  private static void unsubscribe(User user, JsonObject subscription) {
    JsonObject endpoint = new JsonObject().put("endpoint", subscription.getString("endpoint"));
    int status = user.status("POST", "/api/v1/push/unsubscribe", endpoint);
    if (status != 204 && status != 404) {
      throw new IllegalStateException("unsubscribe: " + status);
    }
  }

  private void pushed(List<User> users, RandomGenerator choice) {
    User callee = users.get(1);
    JsonObject subscription = subscription(name("ring"));
    callee.request(201, "POST", "/api/v1/push/subscribe", subscription);
    callee.drop();
    String call = initiate(users.get(0), callee);
    pause(choice, 2_000);
    users.get(0).app().succeed("call_end", of(call));
    callee.comeBack();
    unsubscribe(callee, subscription);
  }

  /** One who does not want to be disturbed, by somebody who is blocked besides. */
  private void silent(List<User> users, RandomGenerator choice) {
    User caller = users.get(0);
    User callee = users.get(1);
    String block = "/v1/blocks/" + caller.id();
    callee.request(200, "PUT", block, NOTHING);
    String call = initiate(caller, callee);
    caller.app().expect("call_timeout", call).get();
    callee.request(204, "DELETE", block, NOTHING);
    long until = System.currentTimeMillis() + Duration.ofSeconds(5).toMillis();
    callee.request(200, "PUT", "/v1/dnd", new JsonObject().put("until", until));
    String again = initiate(caller, callee);
    caller.app().expect("call_timeout", again).get();
    // Until then this phone rings for nobody, nor for those of what it does next.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(until + 200 - System.currentTimeMillis()));
  }

  private void chat(List<User> users, RandomGenerator choice) {
    String session = name("session");
    String key = "key of " + session;
    JsonObject reserved = new JsonObject().put("sessionId", session).put("authKey", key);
    server.request(200, "POST", "/api/reserve-session", "", reserved);
    List<App> pages = new ArrayList<>();
    try {
      for (User user : users) {
        App page = server.app(false, "");
        pages.add(page);
        Inbound.Awaited in = page.expect("session-metadata");
        page.tell(
            "join-session",
            new JsonObject()
                .put("sessionId", session)
                .put("userId", user.id())
                .put("authKey", key)
                .put("publicKey", "public key")
                .put("isCreator", pages.size() == 1));
        in.get();
      }
      for (int i = 0; i < MESSAGES; i++) {
        Inbound.Awaited message = pages.get(1).expect("new-message");
        pages
            .get(0)
            .tell(
                "send-message",
                new JsonObject()
                    .put("sessionId", session)
                    .put("from", users.get(0).id())
                    .put("encrypted", SDP)
                    .put("clientMessageId", i));
        message.get();
        pause(choice, 1_000);
      }
      // Some leave; the seats of the others are kept for a while, and then go.
      for (int i = 0; i < pages.size(); i++) {
        if (choice.nextBoolean()) {
          JsonObject member =
              new JsonObject().put("sessionId", session).put("userId", users.get(i).id());
          pages.get(i).tell("leave-session", member);
        }
      }
    } finally {
      for (App page : pages) {
        if (choice.nextBoolean()) {
          page.close();
        } else {
          page.drop();
        }
      }
    }
  }

  private static JsonObject code(User maker, String code, int seconds) {
    return new JsonObject()
        .put("joinid", code)
        .put("client1", maker.id())
        .put("client1_token", maker.pushToken())
        .put("platform", "ios")
        .put("expiresInSeconds", seconds);
  }

  private void expired(List<User> users, RandomGenerator choice) {
    server.request(201, "POST", "/api/rooms", "", code(users.getFirst(), name("code"), 1));
  }

  private void room(List<User> users, RandomGenerator choice) {
    User maker = users.get(0);
    User guest = users.get(1);
    String code = name("code");
    server.request(201, "POST", "/api/rooms", "", code(maker, code, 60));
    JsonObject acceptance =
        new JsonObject()
            .put("joinid", code)
            .put("client2", guest.id())
            .put("client2_token", guest.pushToken())
            .put("platform", "ios");
    String room =
        server.request(200, "POST", "/api/rooms/accept", "", acceptance).getString("roomid");
    RoomSocket first = server.room(room, maker.id());
    try {
      pause(choice, 2_000);
      Inbound.Awaited ready = first.expect("room_ready");
      RoomSocket second = server.room(room, guest.id());
      try {
        ready.get();
        Inbound.Awaited offered = second.expect("webrtc_offer");
        first.send("webrtc_offer", new JsonObject().put("sdp", SDP));
        offered.get();
        Inbound.Awaited sent = second.expect("ping_sent");
        second.send("ping_peer", NOTHING);
        sent.get();
        part(room, first, second, choice);
      } finally {
        second.drop();
      }
    } finally {
      first.drop();
      server.request(200, "DELETE", "/api/rooms", "", new JsonObject().put("roomid", room));
    }
  }

  private void part(String room, RoomSocket first, RoomSocket second, RandomGenerator choice) {
    switch (choice.nextInt(3)) {
      case 0 -> {
        Inbound.Awaited left = second.expect("peer_left");
        first.send("leave_room", NOTHING);
        left.get();
      }
      case 1 -> {
        Inbound.Awaited gone = second.expect("peer_disconnected");
        first.drop();
        gone.get();
      }
      default -> {
        Inbound.Awaited deleted = second.expect("room_deleted");
        server.request(200, "DELETE", "/api/rooms", "", new JsonObject().put("roomid", room));
        deleted.get();
      }
    }
  }

  private void webPush(List<User> users, RandomGenerator choice) {
    User user = users.getFirst();
    String name = name("browser");
    JsonObject subscription = subscription(choice.nextInt(5) == 0 ? name + "-gone" : name);
    user.request(201, "POST", "/api/v1/push/subscribe", subscription);
    user.request(202, "POST", "/v1/push/test", new JsonObject().put("title", "T").put("body", "B"));
    pause(choice, 2_000);
    unsubscribe(user, subscription);
  }

  private void tokens(List<User> users, RandomGenerator choice) {
    User user = users.getFirst();
    JsonObject token = new JsonObject().put("token", user.pushToken());
    user.request(
        200,
        "POST",
        "/v1/push/tokens",
        token.copy().put("type", "apns").put("device_id", user.device()));
    user.request(200, "GET", "/v1/push/tokens/count", NOTHING);
    pause(choice, 2_000);
    user.request(200, "DELETE", "/v1/push/tokens", token);
  }

  private void reconnection(List<User> users, RandomGenerator choice) {
    User user = users.getFirst();
    user.drop();
    pause(choice, 4_000);
    user.comeBack();
    user.request(200, "GET", "/ice-servers", NOTHING);
  }
}
