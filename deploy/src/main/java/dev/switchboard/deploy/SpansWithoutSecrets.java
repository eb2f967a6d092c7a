package dev.switchboard.deploy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/**
 * Takes out of URLs what a collector must not know, before spans leave: the query of a request to
 * us, which may hold a token, and all but the origin of one that we make, since the path to a
 * browser's push service is all that it takes to push there. Vert.x writes whole URLs.
 */
final class SpansWithoutSecrets implements SpanExporter {
  private static final AttributeKey<String> SERVED = AttributeKey.stringKey("http.url");
  private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
  private static final AttributeKey<String> ASKED = AttributeKey.stringKey("url.full");

  private final SpanExporter exporter;

  SpansWithoutSecrets(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return exporter.export(
        spans.stream().<SpanData>map(SpansWithoutSecrets::withoutSecrets).toList());
  }

  private static SpanData withoutSecrets(SpanData span) {
    Attributes attributes = clean(span.getAttributes());
    return new DelegatingSpanData(span) {
      @Override
      public Attributes getAttributes() {
        return attributes;
      }
    };
  }

  static Attributes clean(Attributes attributes) {
    AttributesBuilder clean = attributes.toBuilder().remove(QUERY);
    String served = attributes.get(SERVED);
    if (served != null) {
      clean.put(SERVED, before(served, '?', 0));
    }
    String asked = attributes.get(ASKED);
    if (asked != null) {
      clean.put(ASKED, before(asked, '/', asked.indexOf("://") + 3));
    }
    return clean.build();
  }

  private static String before(String url, char end, int from) {
    int at = url.indexOf(end, from);
    return at < 0 ? url : url.substring(0, at);
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
