package dev.switchboard.signaling.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer.Patience;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no official client would send over a WebSocket. */
class MalformedPacketIT extends EchoServerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "2",
        "7",
        "",
        "4",
        "4abc",
        "40",
        "42{}",
        "42[\"disconnect\"]",
        "42[\"newListener\",1]",
        "42/nowhere,[\"a\"]",
        "44{\"message\":\"x\"}",
        "4511-[\"a\"]",
        "4299999999999999999999[\"a\"]",
        "bAAAA"
      })
  void aPacketThatIsNotAllowedClosesOnlyItsSocket(String packet) throws Exception {
    Raw bystander = Raw.connected();
    Raw raw = Raw.connected();

    raw.send(packet);

    raw.awaitClose();
    bystander.assertEchoes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "451-[\"message\",{\"_placeholder\":true,\"num\":1}]",
        "451-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
        "451-[\"message\"]",
        "451-[\"message\",{\"_placeholder\":true,\"num\":1e99}]"
      })
  void abusedPlaceholdersCloseTheSocket(String packet) throws Exception {
    Raw raw = Raw.connected();
    raw.send(packet);
    raw.sendBinary("x");
    raw.awaitClose();
  }

  @Test
  void textInsteadOfAnAttachmentClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    raw.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
    raw.send("42[\"message\"]");
    raw.awaitClose();
  }

  @Test
  void anAttachmentThatBelongsToNothingClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    raw.sendBinary("x");
    raw.awaitClose();
  }

  @Test
  void placeholdersInATextPacketArePlainData() throws Exception {
    Raw raw = Raw.connected();
    raw.send("42[\"message\",{\"_placeholder\":true,\"num\":0}]");
    assertThat(raw.next()).isEqualTo("42[\"message-back\",{\"_placeholder\":true,\"num\":0}]");
  }

  @Test
  void malformedUtf8ClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    Buffer bad = Buffer.buffer("42[\"message\",\"").appendByte((byte) 0xc3).appendString("(\"]");
    // The client library writes text frames from strings only: a continuation takes any bytes.
    raw.socket.writeFrame(WebSocketFrame.textFrame("", false));
    raw.socket.writeFrame(WebSocketFrame.continuationFrame(bad, true));
    raw.awaitClose();
  }

  @Test
  void aMessageInTinyFragmentsArrivesWhole() throws Exception {
    Raw raw = Raw.connected();
    String text = "42[\"message\",\"\u00fc\u20ac\"]";
    byte[] bytes = text.getBytes(UTF_8);
    raw.socket.writeFrame(WebSocketFrame.textFrame("", false));
    for (int i = 0; i < bytes.length; i++) {
      raw.socket.writeFrame(
          WebSocketFrame.continuationFrame(
              Buffer.buffer(new byte[] {bytes[i]}), i == bytes.length - 1));
    }
    assertThat(raw.next()).isEqualTo("42[\"message-back\",\"\u00fc\u20ac\"]");
  }

  @Test
  void aMessageBeyondTheLimitClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    raw.send("42[\"message\",\"" + "x".repeat(1_000_001) + "\"]");
    raw.awaitClose();
  }

  @ParameterizedTest
  @ValueSource(strings = {"42[\"message\",", "451-[\"message\","})
  void anEventThatIsTooDeepHasNoArguments(String head) throws Exception {
    Raw raw = Raw.connected();
    raw.send(head + "[".repeat(50_000) + "]".repeat(50_000) + "]");
    if (head.startsWith("451-")) {
      raw.sendBinary("x");
    }
    assertThat(raw.next()).isEqualTo("42[\"message-back\"]");
    raw.assertEchoes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"42", "431", "40/x,"})
  void anotherPacketThatIsTooDeepClosesTheSocket(String head) throws Exception {
    Raw raw = Raw.connected();
    raw.send(head + "[".repeat(50_000) + "]".repeat(50_000));
    raw.awaitClose();
  }

  @Test
  void randomBytesCostNoOtherSocket() throws Exception {
    Raw bystander = Raw.connected();
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      Raw raw = new Raw("");
      raw.unlessClosed(() -> raw.socket.writeBinaryMessage(Buffer.buffer(noise)));
      raw.awaitClose();
      post(openPolling(), Buffer.buffer(noise));
    }
    bystander.assertEchoes();
  }

  @Test
  void anExtraPongIsHarmless() throws Exception {
    Raw raw = Raw.connected();
    raw.send("3");
    raw.send("3");
    raw.assertEchoes();
  }

  @Test
  void anAcknowledgementIsAskedForAndPassedOn() throws Exception {
    Raw raw = Raw.connected();
    raw.send("427[\"ask-me\",{\"x\":1}]");
    assertThat(raw.next()).isEqualTo("420[\"question\",{\"x\":1}]");
    raw.send("430[\"yes\"]");
    assertThat(raw.next()).isEqualTo("437[\"yes\"]");
  }

  @Test
  void aConnectionWithoutANamespaceIsClosed() throws Exception {
    int hasty = RealRedis.freePort();
    Patience patience = new Patience(300, 20_000, 50);
    ConformanceServer.deploy(vertx, "127.0.0.1", hasty, 1, patience).await(10, SECONDS);
    Raw raw = new Raw(hasty, "");
    raw.awaitClose();
  }
}
