package dev.switchboard.shared.json;

import io.vertx.core.json.jackson.DatabindCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Vert.x's own codec, which reads no more than {@link JsonLevels#INSIDE} levels. Vert.x finds it
 * through {@code META-INF/services} wherever this module is on the class path.
 */
public final class BoundedJson implements JsonFactory {
  @Override
  public int order() {
    return 0;
  }

  @Override
  public JsonCodec codec() {
    var parsers = DatabindCodec.mapper().getFactory();
    parsers.setStreamReadConstraints(
        parsers.streamReadConstraints().rebuild().maxNestingDepth(JsonLevels.INSIDE).build());
    return new DatabindCodec();
  }
}
