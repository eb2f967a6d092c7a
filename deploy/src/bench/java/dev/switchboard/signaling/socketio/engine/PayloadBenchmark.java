package dev.switchboard.signaling.socketio.engine;

import dev.switchboard.signaling.calls.Signals;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The body of a long-polling request, read and written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PayloadBenchmark {
  private static final int PACKETS = 10;
  private static final int BINARY_BYTES = 256;

  /** What the packets hold. */
  public enum Kind {
    ONE_CANDIDATE,
    TEN_CANDIDATES,
    TEN_BINARIES
  }

  @Param Kind kind = Kind.TEN_CANDIDATES;

  private final List<Object> packets = new ArrayList<>();
  private String payload = "";

  /** Makes the packets. */
  @Setup
  public void prepare() {
    String candidate =
        "42[\"ice_candidate\"," + Signals.payload("candidate", Signals.CANDIDATE) + "]";
    int count = kind == Kind.ONE_CANDIDATE ? 1 : PACKETS;
    for (int i = 0; i < count; i++) {
      packets.add(kind == Kind.TEN_BINARIES ? Buffer.buffer(new byte[BINARY_BYTES]) : candidate);
    }
    payload = PayloadCodec.encode(packets);
  }

  /** Reading a body. */
  @Benchmark
  public List<Object> decode() {
    return PayloadCodec.decode(payload);
  }

  /** Writing a body. */
  @Benchmark
  public String encode() {
    return PayloadCodec.encode(packets);
  }
}
