package dev.switchboard.signaling.testing;

import io.vertx.core.json.JsonObject;
import org.assertj.core.api.AbstractAssert;

/** What a client asserts of an acknowledgement: {@code {success}} or {@code {success, error}}. */
public final class AckAssert extends AbstractAssert<AckAssert, JsonObject> {
  private AckAssert(JsonObject ack) {
    super(ack, AckAssert.class);
  }

  /** Begins an assertion. */
  public static AckAssert assertAck(JsonObject ack) {
    return new AckAssert(ack);
  }

  /** The request was done. */
  public AckAssert isSuccess() {
    isNotNull();
    if (!Boolean.TRUE.equals(actual.getBoolean("success"))) {
      throw failure("Expected a success but was: %s", actual);
    }
    return this;
  }

  /** The request was refused with this code. */
  public AckAssert isRefused(String code) {
    isNotNull();
    JsonObject error = actual.getJsonObject("error", new JsonObject());
    if (!Boolean.FALSE.equals(actual.getBoolean("success"))
        || !code.equals(error.getString("code"))) {
      throw failure("Expected a refusal with %s but was: %s", code, actual);
    }
    return this;
  }
}
