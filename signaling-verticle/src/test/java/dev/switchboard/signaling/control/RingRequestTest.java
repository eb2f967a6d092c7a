package dev.switchboard.signaling.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.signaling.calls.Call;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RingRequestTest {
  private static JsonObject body() {
    return new JsonObject()
        .put("callerId", 7)
        .put("calleeId", "bob")
        .put("callType", "audio")
        .put("metadata", new JsonObject().put("ticket", 7))
        .put("requestId", "r1");
  }

  @Test
  void callHasNoDeviceOfTheCallerAndIsCalledByItsId() {
    Call call = RingRequest.of(body()).call("c", "key:team", 1_000, Duration.ofSeconds(45));
    assertThat(call.isUntaken()).isTrue();
    assertThat(call.callerId()).isEqualTo("7");
    assertThat(call.callerName()).isEqualTo("7");
    assertThat(call.ringUntil()).isEqualTo(46_000);
    assertThat(call.requestedBy()).isEqualTo("key:team");
    assertThat(call.metadata()).isEqualTo("{\"ticket\":7}");
  }

  @Test
  void subjectsOfTwoRequestsAreTheSameForTheSameCallOnly() {
    String subject = RingRequest.of(body()).subject();
    assertThat(RingRequest.of(body().put("callerName", "Ann")).subject()).isEqualTo(subject);
    assertThat(RingRequest.of(body().put("calleeId", "eve")).subject()).isNotEqualTo(subject);
    assertThat(RingRequest.of(body().put("callType", "video")).subject()).isNotEqualTo(subject);
  }

  @Test
  void fieldThatIsWrongIsNamed() {
    assertBad(body().put("callType", "smoke"), "callType must be one of audio, video");
    assertBad(body().put("calleeId", "7"), "calleeId must not be the caller");
    assertBad(body().put("calleeId", 4.5), "calleeId must be a string or a whole number");
    assertBad(body().put("callerName", 5), "callerName must be a string");
    assertBad(body().put("requestId", ""), "requestId is missing");
    assertBad(body().put("requestId", "\ud800"), "requestId must not contain half");
    assertBad(body().put("metadata", "x"), "metadata must be a JSON object");
    String large = "ü".repeat(510);
    assertBad(body().put("metadata", new JsonObject().put("a", large)), "metadata must be");
  }

  private static void assertBad(JsonObject body, String message) {
    assertThatThrownBy(() -> RingRequest.of(body))
        .isInstanceOf(BadFieldException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void cursorIsReadAsItWasWritten() {
    LiveCalls.Cursor cursor = new LiveCalls.Cursor("1764320000000", "RING|c|d");
    assertThat(LiveCalls.Cursor.parse(cursor.text())).contains(cursor);
    for (String text : new String[] {"", "nonsense", "fHg", "MXw!"}) {
      assertThat(LiveCalls.Cursor.parse(text)).as(text).isEmpty();
    }
  }
}
