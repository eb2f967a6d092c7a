package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A calls app on a phone: what it sends and waits for, from the start to the end of its calls. It
 * has no tokens, names its user in {@code register} alone, and says nothing when its media fails.
 */
final class CallsAppIT {
  private static final long BACK_SECONDS = 30;

  /** Whoever shares a Redis also writes each other's call records. */
  private static final String DATABASE = RealPostgres.newDatabase();

  private static Nodes nodes;
  private final List<StockClient> apps = new ArrayList<>();

  @BeforeAll
  static void start() {
    nodes = Nodes.start(settings("CALL_AUTH", "trust"), "signaling,ice,push", "signaling,ice");
  }

  private static Map<String, String> settings(String name, String value) {
    return Map.of(name, value, "PUSH_PROVIDERS", "mock", "DATABASE_URL", DATABASE);
  }

  @AfterEach
  void close() {
    RealRedis.start();
    apps.forEach(StockClient::close);
    apps.clear();
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private StockClient app(int node, String userId) {
    StockClient app =
        StockClient.connected(
            nodes.node(node).url(), "", userId, "phone of " + userId, "websocket");
    apps.add(app);
    return app;
  }

  private static JsonObject of(String callId) {
    return new JsonObject().put("callId", callId);
  }

  private static String dial(StockClient caller, StockClient callee) {
    JsonObject answer = dialled(caller, callee.userId());
    assertThat(answer.getBoolean("success")).as("%s", answer).isTrue();
    assertThat(answer.getString("state")).isEqualTo("ringing");
    assertThat(answer.getJsonArray("iceServers")).isNotEmpty();
    JsonObject incoming = callee.hear("incoming_call");
    assertThat(incoming.getString("callId")).isEqualTo(answer.getString("callId"));
    assertThat(incoming.getString("callerId")).isEqualTo(caller.userId());
    assertThat(incoming.getString("callerName")).isEqualTo("The name of " + caller.userId());
    return answer.getString("callId");
  }

  private static JsonObject dialled(StockClient caller, String callee) {
    JsonObject call =
        new JsonObject()
            .put("calleeId", callee)
            .put("callType", "video")
            .put("callerName", "The name of " + caller.userId());
    return caller.ask("call_initiate", call);
  }

  /** Rings, is answered, and lets both set their media up. */
  private static String talk(StockClient caller, StockClient callee) {
    String callId = dial(caller, callee);
    assertThat(callee.ask("call_accept", of(callId)).getString("state")).isEqualTo("accepted");
    assertThat(caller.hear("call_accept").getString("calleeId")).isEqualTo(callee.userId());
    signal(caller, callee, "sdp_offer", of(callId).put("sdp", sdp("offer")));
    signal(callee, caller, "sdp_answer", of(callId).put("sdp", sdp("answer")));
    for (int i = 0; i < 5; i++) {
      JsonObject candidate = new JsonObject().put("candidate", "candidate:" + i).put("sdpMid", "0");
      signal(caller, callee, "ice_candidate", of(callId).put("candidate", candidate));
      signal(callee, caller, "ice_candidate", of(callId).put("candidate", candidate));
    }
    return callId;
  }

  private static JsonObject sdp(String type) {
    return new JsonObject().put("type", type).put("sdp", "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n");
  }

  /** Sends as the app does, without asking for an acknowledgement. */
  private static void signal(StockClient from, StockClient to, String event, JsonObject payload) {
    from.tell(event, payload.copy().put("to", to.userId()));
    JsonObject heard = to.hear(event);
    assertThat(heard.getString("from")).isEqualTo(from.userId());
    payload.forEach(
        field -> assertThat(heard.getValue(field.getKey())).isEqualTo(field.getValue()));
  }

  private static void assertOver(StockClient app, String callId, String reason) {
    JsonObject end = app.hear("call_end");
    assertThat(end.getString("callId")).isEqualTo(callId);
    assertThat(end.getString("reason")).isEqualTo(reason);
  }

  @Test
  void twoPeopleTalkHangUpAndTheOneWhoHungUpSaysSoAgain() {
    StockClient ann = app(0, "ann");
    StockClient bob = app(1, "bob");
    String callId = talk(ann, bob);
    ann.tell("call_end", of(callId));
    assertOver(bob, callId, "hangup");
    for (StockClient app : List.of(ann, bob)) {
      JsonObject again = app.ask("call_end", of(callId));
      assertThat(again.getBoolean("success")).isTrue();
      assertThat(again.getString("callId")).isEqualTo(callId);
    }
    String second = dial(bob, ann);
    bob.tell("call_cancel", of(second));
    assertOver(ann, second, "cancelled");
    assertThat(ann.hear("call_cancelled").getString("callId")).isEqualTo(second);
    String third = dial(ann, bob);
    bob.tell("call_reject", of(third));
    assertThat(ann.hear("call_reject").getString("reason")).isEqualTo("declined");
    JsonObject unknown = ann.ask("ice_restart", of(third));
    assertThat(unknown.getJsonObject("error").getString("code")).isEqualTo("E301");
    assertThat(ann.all("error")).isEmpty();
    assertThat(bob.all("error")).isEmpty();
  }

  @Test
  void appWhoseMediaFailedCallsAgainAndIsCalledAgain() {
    StockClient cat = app(0, "cat");
    StockClient dan = app(1, "dan");
    StockClient eve = app(1, "eve");
    String silent = talk(cat, dan);
    String again = dial(cat, dan);
    assertOver(dan, silent, "superseded");
    assertThat(dan.ask("call_accept", of(again)).getBoolean("success")).isTrue();
    cat.hear("call_accept");
    String other = dial(dan, eve);
    assertOver(cat, again, "superseded");
    assertThat(eve.ask("call_accept", of(other)).getBoolean("success")).isTrue();
    assertThat(dan.hear("call_accept").getString("callId")).isEqualTo(other);
    assertThat(dialled(cat, "dan").getBoolean("success")).isTrue();
    assertThat(cat.all("call_busy")).isEmpty();
  }

  @Test
  void busyAppAnswersBusyItselfAndOneThatAcceptsLeavesItsCall() {
    StockClient fay = app(0, "fay");
    StockClient gus = app(1, "gus");
    StockClient hal = app(0, "hal");
    String callId = talk(fay, gus);
    String second = dial(hal, gus);
    gus.tell("call_reject", of(second).put("reason", "busy"));
    assertThat(hal.hear("call_reject").getString("reason")).isEqualTo("busy");
    signal(gus, fay, "ice_candidate", of(callId).put("candidate", "still there"));
    String third = dial(hal, gus);
    assertThat(gus.ask("call_accept", of(third)).getBoolean("success")).isTrue();
    assertOver(fay, callId, "superseded");
    hal.hear("call_accept");
    signal(hal, gus, "sdp_offer", of(third).put("sdp", sdp("offer")));
    hal.tell("call_end", of(third));
    assertOver(gus, third, "hangup");
  }

  @Test
  void hangingUpWhileTheNodeIsGoneIsMadeUpForAfterwards() {
    StockClient ida = app(0, "ida");
    StockClient jan = app(1, "jan");
    String callId = talk(ida, jan);
    nodes.node(1).kill9();
    Await.until(() -> !jan.isConnected(), BACK_SECONDS);
    jan.tell("call_end", of(callId));
    nodes.node(1).restart();
    assertThat(ida.hear("call_end", BACK_SECONDS).getString("reason")).isEqualTo("hangup");
    assertThat(jan.all("error")).isEmpty();
    Await.until(() -> nodes.allSee(2), BACK_SECONDS);
  }

  @Test
  void phoneThatChangesHandsWhileRedisIsAwayIsTheNewUsers() {
    StockClient kim = app(0, "kim");
    StockClient lea = app(1, "lea");
    RealRedis.stop();
    JsonObject mia = new JsonObject().put("userId", "mia").put("deviceId", "phone");
    JsonObject refused = lea.ask("register", mia);
    assertThat(refused.getJsonObject("error").getString("code")).isEqualTo("E503");
    RealRedis.start();
    Await.until(
        () -> lea.all("registered").stream().anyMatch(it -> "mia".equals(it.getString("userId"))),
        BACK_SECONDS);
    Await.until(() -> dialled(kim, "mia").getBoolean("success"), BACK_SECONDS);
    lea.hear("incoming_call");
    JsonObject gone = dialled(kim, "lea");
    assertThat(gone.getJsonObject("error").getString("code")).isEqualTo("E103");
  }

  private static JsonArray history(URI url, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve("/api/v1/calls"))
            .header("Authorization", "Bearer " + token);
    return new JsonObject(Nodes.send(request).body()).getJsonArray("calls");
  }

  @Test
  void appWithTokensIsToldOfABusyCalleeAndFindsTheAttemptInItsHistory() {
    try (Nodes strict = Nodes.start(settings("CALL_AUTH", "token"), "signaling,ice,push")) {
      StockClient nan = strict.client(0, "nan", "phone");
      StockClient oli = strict.client(0, "oli", "phone");
      StockClient pia = strict.client(0, "pia", "phone");
      String callId = talk(nan, oli);
      JsonObject busy = dialled(pia, "oli");
      assertThat(busy.getJsonObject("error").getString("code")).isEqualTo("E104");
      assertThat(pia.hear("call_busy").getString("calleeId")).isEqualTo("oli");
      JsonObject nobody = dialled(pia, "nobody");
      assertThat(nobody.getJsonObject("error").getString("code")).isEqualTo("E103");
      String token = strict.token("pia");
      URI url = strict.node(0).url();
      Await.until(() -> history(url, token).size() == 2);
      assertThat(history(url, token).stream().map(it -> ((JsonObject) it).getString("reason")))
          .containsExactly("unavailable", "busy");
      assertThat(dialled(nan, "pia").getBoolean("success")).isTrue();
      assertOver(oli, callId, "superseded");
      pia.hear("incoming_call");
    }
  }
}
