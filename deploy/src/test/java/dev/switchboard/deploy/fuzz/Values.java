package dev.switchboard.deploy.fuzz;

import dev.switchboard.shared.http.ApiDescription;
import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.OddJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.random.RandomGenerator;

/** JSON texts as a schema wants them, and as it does not. */
final class Values {
  private static final List<String> IDS =
      List.of("\"ann\"", "\"bob\"", "\"eve\"", "\"room\"", "\"session\"", "\"1\"", "7");

  private Values() {}

  static boolean rarely(RandomGenerator random) {
    return OddJson.onceIn(random, 8);
  }

  static String odd(RandomGenerator random) {
    return OddJson.onceIn(random, 3) ? OddJson.value(random) : OddJson.strange(random);
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
      default -> OddJson.one(random, IDS);
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

  /** The text, sometimes broken. */
  static String damaged(String text, RandomGenerator random) {
    return rarely(random) ? Damage.text(random, text) : text;
  }
}
