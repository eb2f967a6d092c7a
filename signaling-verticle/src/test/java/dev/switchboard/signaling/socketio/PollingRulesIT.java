package dev.switchboard.signaling.socketio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import org.junit.jupiter.api.Test;

/** What no official client would send over HTTP, and what is answered. */
class PollingRulesIT extends EchoServerTest {
  @Test
  void anOversizeBodyIsAnsweredAndEndsTheSession() throws Exception {
    String sid = openPolling();
    assertThat(post(sid, Buffer.buffer("4" + "x".repeat(1_000_001))).status()).isEqualTo(413);
    assertThat(get(poll(sid)).body()).contains("Session ID unknown");
  }

  @Test
  void malformedUtf8InABodyEndsTheSession() throws Exception {
    String sid = openPolling();
    assertThat(post(sid, Buffer.buffer(new byte[] {'4', (byte) 0xff})).status()).isEqualTo(400);
    assertThat(get(poll(sid)).status()).isEqualTo(400);
  }

  @Test
  void refusalsHaveTheCodesOfTheReferenceServer() throws Exception {
    assertThat(get("EIO=3&transport=polling").body())
        .isEqualTo("{\"code\":5,\"message\":\"Unsupported protocol version\"}");
    assertThat(get("EIO=4&transport=smoke").body())
        .isEqualTo("{\"code\":0,\"message\":\"Transport unknown\"}");
    assertThat(get("EIO=4&transport=websocket").body())
        .isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
    assertThat(
            send(HttpMethod.POST, "EIO=4&transport=polling", Buffer.buffer())
                .await(20, SECONDS)
                .body())
        .isEqualTo("{\"code\":2,\"message\":\"Bad handshake method\"}");
  }

  @Test
  void aForgedSessionIdIsUnknown() throws Exception {
    String sid = openPolling();
    String forged = sid.substring(0, sid.length() - 1) + (sid.endsWith("A") ? "B" : "A");
    for (String unknown : new String[] {forged, "x", "conformance-0-", "a".repeat(4000)}) {
      Answer answer = get(poll(unknown));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }
  }

  @Test
  void crossOriginRequestsWithCredentialsAreAllowed() throws Exception {
    Answer answer = get("EIO=4&transport=polling", "origin", "https://app.example");
    assertThat(answer.headers().get("access-control-allow-origin"))
        .isEqualTo("https://app.example");
    assertThat(answer.headers().get("access-control-allow-credentials")).isEqualTo("true");

    Answer preflight =
        send(
                HttpMethod.OPTIONS,
                "EIO=4&transport=polling",
                Buffer.buffer(),
                "origin",
                "https://app.example",
                "access-control-request-headers",
                "x-a")
            .await(20, SECONDS);
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.headers().get("access-control-allow-headers")).isEqualTo("x-a");
  }

  @Test
  void anUpgradeOfAnUnknownSessionIsRefused() {
    assertThat(catchThrowable(() -> new Raw("&sid=nobody")))
        .isInstanceOf(UpgradeRejectedException.class);
  }
}
