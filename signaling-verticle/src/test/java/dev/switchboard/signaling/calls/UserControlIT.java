package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Users as a team's back end sees, disconnects, revokes and erases them. */
final class UserControlIT extends ControlTest {
  private String path(String user) {
    return "/api/v1/users/" + user;
  }

  @Test
  void userIsShownWithSocketsAndCalls() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    accepted(caller, callee, bob);
    JsonObject shown = get(200, path(ann), READER);
    assertThat(shown.getJsonArray("sockets").getJsonObject(0).getString("deviceId"))
        .isEqualTo("phone");
    assertThat(shown.getJsonArray("liveCalls")).hasSize(1);
    assertThat(shown.getJsonArray("devices")).isEmpty();
    get(200, path(ann), nodes.token(ann));
    get(403, path(ann), nodes.token(bob));
    get(403, path(ann), PUSHER);
    get(404, path("nobody of " + ann).replace(" ", "%20"), KEY);
    get(422, path("x".repeat(129)), KEY);
    answer(403, POST, 0, path(ann) + "/disconnect", READER, null);
  }

  @Test
  void socketsAreClosedOnAnyEdgeAndStayAway() {
    Phone phone = nodes.registered(0, ann, "phone");
    Phone tablet = nodes.registered(1, ann, "tablet");
    Phone unregistered = nodes.connected(1, ann);
    Phone other = nodes.registered(0, bob, "phone");
    String disconnect = path(ann) + "/disconnect";
    answer(404, POST, 0, disconnect, KEY, new JsonObject().put("deviceId", "watch"));
    JsonObject one =
        answer(200, POST, 0, disconnect, KEY, new JsonObject().put("deviceId", "tablet"));
    assertThat(one.getInteger("sockets")).isEqualTo(1);
    assertThat(tablet.hear("(disconnect)").getString("text")).isNull();
    assertThat(tablet.all("(disconnect)").getFirst().getString("reason"))
        .isEqualTo("io server disconnect");
    assertThat(phone.isConnected()).isTrue();
    assertThat(unregistered.isConnected()).isTrue();
    answer(200, POST, 1, disconnect, KEY, null);
    phone.hear("(disconnect)");
    unregistered.hear("(disconnect)");
    assertThat(other.isConnected()).isTrue();
    answer(404, POST, 1, path("nobody-of-" + ann) + "/disconnect", KEY, null);
  }

  @Test
  void revokedTokensAreRefusedEverywhereAndTheirSocketsClosed() {
    Phone phone = nodes.registered(0, ann, "phone");
    Phone other = nodes.registered(1, bob, "phone");
    String old = nodes.token(ann);
    long now = System.currentTimeMillis();
    answer(
        422,
        POST,
        0,
        path(ann) + "/revoke",
        KEY,
        new JsonObject().put("issuedBefore", now + 3_600_000));
    answer(403, POST, 0, path(ann) + "/revoke", nodes.token(bob), null);
    long before = (now / 1_000 + 1) * 1_000; // all tokens of this second are older
    JsonObject revoked =
        answer(
            200, POST, 0, path(ann) + "/revoke", KEY, new JsonObject().put("issuedBefore", before));
    assertThat(revoked.getLong("issuedBefore")).isEqualTo(before);
    assertThat(phone.hear("unauthorized").getString("code")).isEqualTo("E202");
    phone.hear("(disconnect)");
    for (int node = 0; node < 2; node++) {
      int at = node;
      Await.until(() -> nodes.rest(PUT, at, "/v1/blocks/x", old, null).statusCode() == 401);
      JsonObject refused = nodes.phone(node, old).refused();
      assertThat(refused.encode()).contains("Invalid token");
    }
    JsonObject refresh = new JsonObject().put("token", old);
    assertAck(other.ask("refresh_token", refresh)).isRefused("E201");
    assertThat(other.isConnected()).isTrue();
    Await.until(() -> System.currentTimeMillis() >= before);
    nodes.phone(1, nodes.token(ann, Duration.ofHours(1))).connect();
  }

  @Test
  void erasedUserIsGoneAndOthersKeepDeleted() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String first = accepted(caller, callee, bob);
    assertAck(caller.ask("call_stats", of(first).put("path", "host"))).isSuccess();
    assertAck(callee.ask("call_stats", of(first).put("path", "relay"))).isSuccess();
    assertAck(caller.ask("call_end", of(first))).isSuccess();
    callee.hear("call_end");
    answer(200, PUT, 0, "/v1/blocks/" + eve, nodes.token(ann), null);
    answer(200, PUT, 0, "/v1/blocks/" + ann, nodes.token(bob), null);
    long until = System.currentTimeMillis() + 3_600_000;
    answer(200, PUT, 0, "/v1/dnd", nodes.token(ann), new JsonObject().put("until", until));
    Await.until(() -> nodes.history(bob, "").getJsonArray("calls").size() == 1);
    JsonObject export = get(200, path(ann) + "/export", nodes.token(ann));
    assertThat(export.fieldNames()).contains("sockets", "calls", "blocks", "dndUntil", "missing");
    assertThat(export.getJsonArray("calls").getJsonObject(0).getString("callId")).isEqualTo(first);
    assertThat(export.getJsonArray("calls").getJsonObject(0).getJsonObject("quality")).hasSize(2);
    get(403, path(ann) + "/export", nodes.token(bob));
    get(403, path(ann) + "/export", READER);
    String live = Payloads.initiate(callee, ann);

    answer(403, DELETE, 0, path(ann), nodes.token(bob), null);
    answer(202, DELETE, 0, path(ann), KEY, null);
    caller.hear("(disconnect)");
    assertThat(callee.hear("call_timeout").getString("callId")).isEqualTo(live);
    Await.until(() -> nodes.rest(GET, 1, path(ann), KEY, null).statusCode() == 404, 30);
    Await.until(
        () -> {
          JsonObject history = nodes.history(bob, "");
          return history.getJsonArray("calls").size() == 2 && !history.encode().contains(ann);
        },
        60);
    JsonArray records = nodes.history(bob, "").getJsonArray("calls");
    assertThat(records.getJsonObject(0).getString("calleeId")).isEqualTo("deleted");
    assertThat(records.getJsonObject(1).getString("callerId")).isEqualTo("deleted");
    assertThat(records.getJsonObject(1).getJsonObject("quality").fieldNames())
        .containsExactly("callee");
    get(404, "/v1/blocks/" + ann, nodes.token(bob));
    assertThat(nodes.redis("KEYS", "*" + ann + "*").stream().map(String::valueOf))
        .isSubsetOf("limit:quiet:" + ann, "push:reach:" + ann);
    Await.until(
        () -> nodes.redis("EXISTS", "timeline:" + first, "timeline:" + live).toInteger() == 0, 60);
    Await.until(() -> nodes.redis("KEYS", "limit:*" + ann).size() == 0, 60);
    answer(404, DELETE, 0, path(ann), KEY, null);
  }
}
