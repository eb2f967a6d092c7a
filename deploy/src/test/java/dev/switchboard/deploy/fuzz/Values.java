package dev.switchboard.deploy.fuzz;

import dev.switchboard.shared.http.ApiDescription;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.random.RandomGenerator;

/** JSON as a schema wants it, and as it does not. All of it is JSON text, so it may be invalid. */
final class Values {
  private static final int DEEP = 200;

  /** Within the levels that a reader of JSON goes down here, wherever it stands in a message. */
  private static final int DEEPEST = 994;

  private static final List<String> ODD =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1e999",
          "-1e-999",
          "9223372036854775808",
          "1" + "0".repeat(400),
          "0.1",
          "\"\"",
          "\" \"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\u0000\"",
          "\"\u202e\ud83d\ude00\"",
          "\"../../etc\"",
          "\"a:b:c:d\"",
          "\"__proto__\"",
          "\"" + "x".repeat(5_000) + "\"",
          "[]",
          "{}",
          "[null]",
          "{\"\":{}}",
          "{\"a\":1,\"a\":2}",
          "{\"_placeholder\":true,\"num\":0}",
          "{\"_placeholder\":true,\"num\":-1}",
          "[".repeat(DEEP) + "]".repeat(DEEP),
          "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP),
          "{\"a\":" + "[".repeat(DEEPEST) + "]".repeat(DEEPEST) + "}",
          "{\"a\":".repeat(DEEPEST) + "1" + "}".repeat(DEEPEST));

  private static final List<String> IDS =
      List.of("\"ann\"", "\"bob\"", "\"eve\"", "\"room\"", "\"session\"", "\"1\"", "7");

  private Values() {}

  static <T> T one(RandomGenerator random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  static boolean rarely(RandomGenerator random) {
    return random.nextInt(8) == 0;
  }

  static String odd(RandomGenerator random) {
    return one(random, ODD);
  }

  /** Shaped by the schema, with some fields removed, odd or twice. */
  static String shaped(ApiDescription api, JsonObject schema, RandomGenerator random) {
    return shaped(api, schema, random, 0);
  }

  private static String shaped(
      ApiDescription api, JsonObject schema, RandomGenerator random, int depth) {
    if (depth > 5 || rarely(random)) {
      return odd(random);
    }
    String ref = schema.getString("$ref");
    if (ref != null) {
      JsonObject target = api.part(ref.substring(2).split("/"));
      return shaped(api, target, random, depth + 1);
    }
    JsonArray choices = schema.getJsonArray("enum");
    if (choices != null) {
      Object choice = choices.getValue(random.nextInt(choices.size()));
      return choice == null ? "null" : "\"" + choice + "\"";
    }
    return switch (type(schema, random)) {
      case "object" -> object(api, schema, random, depth);
      case "array" ->
          "["
              + shaped(api, schema.getJsonObject("items", new JsonObject()), random, depth + 1)
              + "]";
      case "integer", "number" -> Integer.toString(random.nextInt(-2, 100));
      case "boolean" -> Boolean.toString(random.nextBoolean());
      case "null" -> "null";
      default -> one(random, IDS);
    };
  }

  private static String type(JsonObject schema, RandomGenerator random) {
    Object type = schema.getValue("type");
    if (type instanceof JsonArray types && !types.isEmpty()) {
      return types.getString(random.nextInt(types.size()));
    }
    return type instanceof String name ? name : schema.containsKey("properties") ? "object" : "";
  }

  private static String object(
      ApiDescription api, JsonObject schema, RandomGenerator random, int depth) {
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    StringBuilder text = new StringBuilder("{");
    for (String name : properties.fieldNames()) {
      for (int times = rarely(random) ? random.nextInt(3) : 1; times > 0; times--) {
        text.append(text.length() == 1 ? "" : ",").append('"').append(name).append("\":");
        boolean known = properties.getValue(name) instanceof JsonObject;
        text.append(
            known ? shaped(api, properties.getJsonObject(name), random, depth + 1) : odd(random));
      }
    }
    return text.append('}').toString();
  }

  /** The text, sometimes cut, or with a character changed. */
  static String damaged(String text, RandomGenerator random) {
    if (text.isEmpty() || !rarely(random)) {
      return text;
    }
    int at = random.nextInt(text.length());
    return random.nextBoolean()
        ? text.substring(0, at)
        : text.substring(0, at) + (char) random.nextInt(1, 128) + text.substring(at + 1);
  }
}
