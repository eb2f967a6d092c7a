package dev.switchboard.deploy;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Takes a share of all traces, each of them whole: every node decides by the first half of the
 * trace's id. The library's own looks at the second half, which in a call's id is not evenly spread
 * (RFC 9562 section 5.4 fixes its first two bits).
 */
final class ShareOfTraces implements Sampler {
  private static final int DIGITS = 16;
  private static final double ALL = 0x1p64;

  private final double share;

  /** From 0 to 1. */
  ShareOfTraces(double share) {
    this.share = share;
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return isIn(traceId) ? SamplingResult.recordAndSample() : SamplingResult.drop();
  }

  private boolean isIn(String traceId) {
    long half = Long.parseUnsignedLong(traceId, 0, DIGITS, 16);
    double place = (half >>> 1) * 2.0;
    return share == 1 || place < share * ALL;
  }

  @Override
  public String getDescription() {
    return "ShareOfTraces{" + share + "}";
  }
}
