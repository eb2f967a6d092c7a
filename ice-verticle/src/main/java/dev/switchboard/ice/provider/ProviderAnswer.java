package dev.switchboard.ice.provider;

import dev.switchboard.ice.server.Credential;
import dev.switchboard.ice.server.IceServer;
import dev.switchboard.ice.server.IceUrls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a provider answers, and believes none of it: of each URL and credential what every
 * browser takes is kept, and a list without a relay is none. Pure.
 */
final class ProviderAnswer {
  private static final int MAX_SERVERS = 16;
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,512}");
  private static final Pattern DIGITS = Pattern.compile("\\d{1,9}");

  private ProviderAnswer() {}

  /** The list of an answer. Its credentials live as long as was asked, or less if it says so. */
  static MintOutcome read(ListProvider provider, Buffer body, long askedSeconds) {
    JsonObject answer;
    try {
      answer = new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      return new MintOutcome.Unavailable("its answer is not JSON", 0);
    }
    if (!(answer.getValue(provider.listField()) instanceof JsonArray entries)) {
      return new MintOutcome.Unavailable("its answer has no list", 0);
    }
    Optional<Credential> ofAll =
        credential(answer.getValue("username"), answer.getValue("password"));
    Map<String, IceServer> servers = new LinkedHashMap<>();
    for (Object entry : entries) {
      if (entry instanceof JsonObject server) {
        add(servers, server, ofAll);
      }
    }
    long life = Math.min(askedSeconds, life(answer.getValue("ttl"), askedSeconds));
    if (servers.values().stream().noneMatch(server -> server.credential().isPresent())) {
      return new MintOutcome.Unavailable("its answer has no relay that browsers take", 0);
    }
    return life < 1
        ? new MintOutcome.Unavailable("its credentials have ended already", 0)
        : new MintOutcome.Minted(List.copyOf(servers.values()), life);
  }

  private static void add(
      Map<String, IceServer> servers, JsonObject entry, Optional<Credential> ofAll) {
    Optional<Credential> credential =
        credential(entry.getValue("username"), entry.getValue("credential")).or(() -> ofAll);
    for (Object each : urls(entry)) {
      if (each instanceof String text && servers.size() < MAX_SERVERS) {
        IceUrls.provided(text)
            .filter(url -> isStun(url) || credential.isPresent())
            .ifPresent(
                url ->
                    servers.putIfAbsent(
                        url, new IceServer(url, isStun(url) ? Optional.empty() : credential)));
      }
    }
  }

  private static Iterable<?> urls(JsonObject entry) {
    return switch (entry.getValue("urls", entry.getValue("url"))) {
      case JsonArray several -> several;
      case String one -> List.of(one);
      case null, default -> List.of();
    };
  }

  private static boolean isStun(String url) {
    return url.startsWith("stun:");
  }

  private static Optional<Credential> credential(@Nullable Object name, @Nullable Object secret) {
    return name instanceof String username
            && secret instanceof String password
            && NAME.matcher(username).matches()
            && NAME.matcher(password).matches()
        ? Optional.of(new Credential(username, password))
        : Optional.empty();
  }

  /** Twilio writes a number as a text. */
  private static long life(@Nullable Object ttl, long asked) {
    return switch (ttl) {
      case Number number -> number.longValue();
      case String text when DIGITS.matcher(text).matches() -> Long.parseLong(text);
      case null, default -> asked;
    };
  }
}
