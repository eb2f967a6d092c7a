package dev.switchboard.shared.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A description of what goes over the wire, as it is served. It stands here and not beside the
 * server, so that every role can hold its requests and its tests against it.
 *
 * @param json the same as {@code yaml}, translated by the build
 */
public record ApiDescription(String yaml, JsonObject json) {
  /** The requests and answers of HTTP (OpenAPI 3.1). */
  public static final ApiDescription OPENAPI = load("openapi");

  /** The events of Socket.IO and of the rooms' WebSocket (AsyncAPI 3.0). */
  public static final ApiDescription ASYNCAPI = load("asyncapi");

  private static ApiDescription load(String name) {
    return new ApiDescription(text(name + ".yaml"), new JsonObject(text(name + ".json")));
  }

  private static String text(String file) {
    try (InputStream in = ApiDescription.class.getResourceAsStream("/api/" + file)) {
      if (in == null) {
        throw new IllegalStateException("no /api/" + file + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A part of it, with everything that it refers to in place of the references.
   *
   * @param path the keys that lead there, such as {@code components, schemas, RoomCreation}
   */
  public JsonObject part(String... path) {
    JsonObject at = json;
    for (String key : path) {
      at = resolve(at).getJsonObject(key);
      if (at == null) {
        throw new IllegalArgumentException("there is no " + String.join("/", path));
      }
    }
    return (JsonObject) inlined(at);
  }

  private Object inlined(Object value) {
    return switch (value) {
      case JsonObject object -> {
        JsonObject result = new JsonObject();
        resolve(object).forEach(field -> result.put(field.getKey(), inlinedOrNull(field)));
        yield result;
      }
      case JsonArray array -> {
        JsonArray result = new JsonArray();
        array.forEach(item -> result.add(item == null ? null : inlined(item)));
        yield result;
      }
      default -> value;
    };
  }

  private @Nullable Object inlinedOrNull(Map.Entry<String, Object> field) {
    return field.getValue() == null ? null : inlined(field.getValue());
  }

  private JsonObject resolve(JsonObject object) {
    JsonObject found = object;
    while (found.getValue("$ref") instanceof String reference) {
      JsonObject at = json;
      for (String key : reference.substring("#/".length()).split("/")) {
        at = at.getJsonObject(key.replace("~1", "/").replace("~0", "~"));
      }
      found = at;
    }
    return found;
  }
}
