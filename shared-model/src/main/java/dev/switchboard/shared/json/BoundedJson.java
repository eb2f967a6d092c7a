package dev.switchboard.shared.json;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Vert.x's codec without data binding, which reads no more than {@link JsonLevels#INSIDE} levels.
 * Vert.x finds it through {@code META-INF/services} wherever this module is on the class path.
 */
public final class BoundedJson implements JsonFactory {
  @Override
  public int order() {
    return 0;
  }

  @Override
  public JsonCodec codec() {
    return new Codec();
  }

  private static final class Codec extends JacksonCodec {
    @Override
    public <T> T fromString(String json, Class<T> type) {
      return fromParser(JsonLevels.parser(json), type);
    }

    @Override
    public <T> T fromBuffer(Buffer json, Class<T> type) {
      return fromParser(JsonLevels.parser(json), type);
    }

    @Override
    public Object fromString(String json) {
      return fromString(json, Object.class);
    }

    @Override
    public Object fromBuffer(Buffer json) {
      return fromBuffer(json, Object.class);
    }
  }
}
