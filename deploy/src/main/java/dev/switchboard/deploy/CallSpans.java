package dev.switchboard.deploy;

import dev.switchboard.shared.trace.CallTraces;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** {@link CallTraces} as spans of OpenTelemetry. */
final class CallSpans implements CallTraces {
  private static final String CALL_ID = "call.id";

  private final Tracer tracer;

  CallSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public <T> Future<T> span(String callId, String name, Supplier<Future<T>> work) {
    Span span =
        tracer.spanBuilder(name).setParent(under(callId)).setAttribute(CALL_ID, callId).startSpan();
    return work.get()
        .onComplete(
            done -> {
              if (done.failed()) {
                span.setStatus(StatusCode.ERROR, String.valueOf(done.cause().getMessage()));
              }
              span.end();
            });
  }

  private static Context under(String callId) {
    SpanContext call =
        SpanContext.createFromRemoteParent(
            CallSpanIds.traceOf(callId),
            CallSpanIds.spanOf(callId),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(call));
  }

  @Override
  public void over(OverCall call) {
    CallSpanIds.beginning(
        call.callId(),
        () ->
            tracer
                .spanBuilder("call")
                .setNoParent()
                .setStartTimestamp(call.createdAt(), TimeUnit.MILLISECONDS)
                .setAttribute(CALL_ID, call.callId())
                .setAttribute("call.type", call.callType())
                .setAttribute("call.state", call.state())
                .startSpan()
                .end(call.endedAt(), TimeUnit.MILLISECONDS));
  }
}
