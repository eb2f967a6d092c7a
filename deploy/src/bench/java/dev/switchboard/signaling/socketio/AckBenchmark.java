package dev.switchboard.signaling.socketio;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The acknowledgement of a relayed event, from its tree to its text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AckBenchmark {
  private static final long ACK_ID = 17;

  /** Building and writing it. */
  @Benchmark
  public String encode() {
    JsonObject answer = new JsonObject().put("success", true).put("message", "Sent");
    return new PacketEncoder().ack("/", ACK_ID, new Object[] {answer});
  }
}
