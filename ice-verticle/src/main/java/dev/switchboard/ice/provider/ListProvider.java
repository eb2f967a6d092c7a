package dev.switchboard.ice.provider;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/** A service that mints lists of ICE servers. Pure: says how to ask, and how it writes a list. */
public sealed interface ListProvider {
  /** Where it is spoken to. */
  URI endpoint();

  /** The longest life it gives credentials, in seconds. */
  long longestSeconds();

  /** The question for a list whose credentials live so long; it holds a secret. */
  Question question(long lifeSeconds);

  /** The name of the list in its answer. */
  String listField();

  /** Its name in metrics, answers and the log. */
  default String wireName() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** A request to be posted. Does not print what it holds. */
  record Question(String path, Map<String, String> headers, Buffer body) {
    @Override
    public String toString() {
      return "Question";
    }
  }

  /** Cloudflare Realtime TURN: a key has an id, and an API token that is sent as a bearer. */
  record Cloudflare(URI endpoint, String keyId, String apiToken) implements ListProvider {
    private static final long TWO_DAYS = 172_800;

    @Override
    public long longestSeconds() {
      return TWO_DAYS;
    }

    @Override
    public String listField() {
      return "iceServers";
    }

    @Override
    public Question question(long lifeSeconds) {
      return new Question(
          "/v1/turn/keys/" + keyId + "/credentials/generate-ice-servers",
          Map.of("Authorization", "Bearer " + apiToken, "Content-Type", "application/json"),
          new JsonObject().put("ttl", lifeSeconds).toBuffer());
    }

    @Override
    public String toString() {
      return "Cloudflare[" + endpoint + "]";
    }
  }

  /** Twilio's Network Traversal Service: an account, and its token or an API key with a secret. */
  record Twilio(URI endpoint, String account, String user, String secret) implements ListProvider {
    private static final long ONE_DAY = 86_400;

    @Override
    public long longestSeconds() {
      return ONE_DAY;
    }

    @Override
    public String listField() {
      return "ice_servers";
    }

    @Override
    public Question question(long lifeSeconds) {
      byte[] plain = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
      return new Question(
          "/2010-04-01/Accounts/" + account + "/Tokens.json",
          Map.of(
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString(plain),
              "Content-Type",
              "application/x-www-form-urlencoded"),
          Buffer.buffer("Ttl=" + lifeSeconds));
    }

    @Override
    public String toString() {
      return "Twilio[" + endpoint + "]";
    }
  }
}
