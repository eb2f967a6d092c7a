package dev.switchboard.shared.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.http.ApiDescription;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.SchemaRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code openapi.yaml} has every event, with an example that is as it says. */
final class WebhookDescriptionTest {
  private static final SchemaRepository SCHEMAS =
      SchemaRepository.create(
          new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("app://test"));

  private static JsonObject body(String event) {
    return ApiDescription.OPENAPI.part(
        "webhooks", event, "post", "requestBody", "content", "application/json");
  }

  @ParameterizedTest
  @EnumSource(WebhookEvent.class)
  void exampleIsAsDescribed(WebhookEvent event) {
    JsonObject body = body(event.wireName());
    JsonObject example = body.getJsonObject("example");
    var result = SCHEMAS.validator(JsonSchema.of(body.getJsonObject("schema"))).validate(example);
    assertThat(result.getValid()).as("%s", result.getErrors()).isTrue();
    assertThat(example.getString("type")).isEqualTo(event.wireName());
  }

  @Test
  void nothingElseIsSentButTheQuestionBeforeARing() {
    assertThat(ApiDescription.OPENAPI.json().getJsonObject("webhooks").fieldNames())
        .hasSize(WebhookEvent.values().length + 1)
        .contains("call.authorize");
  }
}
