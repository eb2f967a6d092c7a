package dev.switchboard.shared.http;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the body of a request against a schema of {@code openapi.yaml}, field by field in the
 * order in which they stand there, so that a refusal can name the first that is not in order.
 * Immutable.
 */
public final class BodySchema {
  private static final SchemaRepository SCHEMAS =
      SchemaRepository.create(
          new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("app://switchboard"));

  private final List<Field> fields;

  private record Field(String name, boolean required, Validator validator, String rule) {}

  /** What is wrong with a field. Never repeats its value. */
  public sealed interface Fault {
    /** Absent, null or blank. */
    record Missing(String field) implements Fault {}

    /** Not as {@code rule} has it, which reads on behind the field's name. */
    record Invalid(String field, String rule) implements Fault {}
  }

  private BodySchema(List<Field> fields) {
    this.fields = fields;
  }

  /** The schema with this name under {@code components/schemas}. */
  public static BodySchema named(String name) {
    JsonObject schema = ApiDescription.OPENAPI.part("components", "schemas", name);
    JsonObject properties = schema.getJsonObject("properties");
    List<Field> fields = new ArrayList<>();
    for (String field : properties.fieldNames()) {
      JsonObject of = properties.getJsonObject(field);
      fields.add(
          new Field(
              field,
              schema.getJsonArray("required").contains(field),
              SCHEMAS.validator(JsonSchema.of(of)),
              rule(of)));
    }
    return new BodySchema(List.copyOf(fields));
  }

  /** The first field that is not in order. */
  public Optional<Fault> check(JsonObject body) {
    for (Field field : fields) {
      Object value = body.getValue(field.name);
      if (isAbsent(value)) {
        if (field.required) {
          return Optional.of(new Fault.Missing(field.name));
        }
      } else if (!field.validator.validate(value).getValid()) {
        return Optional.of(new Fault.Invalid(field.name, field.rule));
      }
    }
    return Optional.empty();
  }

  private static boolean isAbsent(@Nullable Object value) {
    return value == null || (value instanceof String text && text.isBlank());
  }

  private static String rule(JsonObject schema) {
    if (schema.containsKey("enum")) {
      return schema.getJsonArray("enum").stream()
          .filter(value -> value instanceof String text && !text.isEmpty())
          .map(String::valueOf)
          .collect(Collectors.joining(" or ", "must be ", ""));
    }
    if (schema.containsKey("maximum")) {
      return "must be a whole number from "
          + schema.getValue("minimum")
          + " to "
          + schema.getValue("maximum");
    }
    return "must be a string of at most "
        + schema.getValue("maxLength")
        + " characters, none of them a control character";
  }
}
