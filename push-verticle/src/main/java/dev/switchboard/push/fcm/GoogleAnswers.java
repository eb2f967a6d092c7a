package dev.switchboard.push.fcm;

import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Reasons;
import dev.switchboard.push.send.RetryAfter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what came back before Google's libraries do: they would repeat some of it by themselves,
 * and report little of what is not as they expect.
 */
final class GoogleAnswers {
  private static final int UNAUTHORIZED = 401;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final String THIRD_PARTY = "THIRD_PARTY_AUTH_ERROR";

  /** The name of a message whose answer gave none. */
  static final String UNNAMED = "unnamed";

  /** What was asked for. */
  enum Asked {
    ACCESS_TOKEN,
    MESSAGE,
    TOPIC_CHANGE
  }

  private GoogleAnswers() {}

  /** The answer, if Google's libraries are to read it; else throws {@link AnsweredException}. */
  static VertxTransport.Answer checked(Asked asked, VertxTransport.Answer answer, Instant now) {
    int status = answer.status();
    JsonObject body = object(answer.body());
    String reason = reason(status, body);
    if (status == TOO_MANY || status >= SERVER_ERROR) {
      throw unavailable(reason, answer, now);
    }
    return switch (asked) {
      case ACCESS_TOKEN -> token(answer, body, reason, now);
      case MESSAGE -> message(answer, body, reason, now);
      case TOPIC_CHANGE -> answer;
    };
  }

  private static VertxTransport.Answer token(
      VertxTransport.Answer answer, @Nullable JsonObject body, String reason, Instant now) {
    if (body == null || isOther(answer)) {
      throw unavailable("no access token: " + reason, answer, now);
    }
    if (body.getValue("error") instanceof String) {
      throw new AnsweredException(new Outcome.Rejected(reason), true);
    }
    return answer;
  }

  private static VertxTransport.Answer message(
      VertxTransport.Answer answer, @Nullable JsonObject body, String reason, Instant now) {
    if (answer.status() < 300 && answer.status() >= 200) {
      if (answer.body().length() == 0 || (body != null && !body.containsKey("name"))) {
        return named(answer);
      }
      if (body == null) {
        throw unavailable("an answer that is not FCM's", answer, now);
      }
      return answer;
    }
    if (answer.status() == TOO_LARGE) {
      throw new AnsweredException(new Outcome.Rejected(reason, true), false);
    }
    if (body == null || !(body.getValue("error") instanceof JsonObject) || isOther(answer)) {
      // FCM's errors are JSON: something in between has answered
      throw unavailable(reason + " that is not FCM's", answer, now);
    }
    if (answer.status() == UNAUTHORIZED && (reason.equals(THIRD_PARTY) || !Turn.mayRenewToken())) {
      throw new AnsweredException(new Outcome.Rejected(reason), !reason.equals(THIRD_PARTY));
    }
    return answer;
  }

  private static boolean isOther(VertxTransport.Answer answer) {
    return answer.status() >= 300 && answer.status() < 400;
  }

  /** FCM has taken it, and something in between has lost its words. */
  private static VertxTransport.Answer named(VertxTransport.Answer answer) {
    return new VertxTransport.Answer(
        answer.status(),
        answer.reason(),
        Map.of("Content-Type", "application/json"),
        new JsonObject().put("name", UNNAMED).toBuffer());
  }

  private static AnsweredException unavailable(
      String reason, VertxTransport.Answer answer, Instant now) {
    return new AnsweredException(
        new Outcome.Unavailable(reason, RetryAfter.parse(answer.headers().get("Retry-After"), now)),
        false);
  }

  private static @Nullable JsonObject object(Buffer body) {
    try {
      return new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      return null;
    }
  }

  /** FCM's own code, else Google's, else OAuth's, else the status. */
  private static String reason(int status, @Nullable JsonObject body) {
    Object error = body == null ? null : body.getValue("error");
    if (error instanceof String word) {
      return Reasons.clean(word);
    }
    if (error instanceof JsonObject said) {
      if (said.getValue("details") instanceof JsonArray details) {
        for (Object detail : details) {
          if (detail instanceof JsonObject one
              && one.getValue("errorCode") instanceof String code) {
            return Reasons.clean(code);
          }
        }
      }
      if (said.getValue("status") instanceof String word) {
        return Reasons.clean(word);
      }
    }
    return "status " + status;
  }
}
