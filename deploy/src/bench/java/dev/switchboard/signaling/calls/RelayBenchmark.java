package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.Payload;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a relayed event costs between its packet and the frame for the peer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RelayBenchmark {
  /** {@code candidate} or {@code sdp}. */
  @Param({"candidate", "sdp"})
  String body = "candidate";

  private String text = "";
  private RelayPayload payload = new RelayPayload("", "", "sdp", "");

  /** Makes the payload. */
  @Setup
  public void prepare() {
    text = Signals.payload(body, body.equals("sdp") ? Signals.SDP : Signals.CANDIDATE);
    payload = RelayPayload.read(Payload.of(text, CallError.PAYLOADS), body);
  }

  /** Finding who it is for, and cutting out what it carries. */
  @Benchmark
  public RelayPayload cut() {
    return RelayPayload.read(Payload.of(text, CallError.PAYLOADS), body);
  }

  /** Building the peer's frame around it. */
  @Benchmark
  public String frame() {
    return CallFrames.relayed("ice_candidate", payload, "ann", 1_780_000_000_000L);
  }
}
