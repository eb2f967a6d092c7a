package dev.switchboard.signaling.socketio.engine;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Authenticated session ids: one made at each handshake, one checked at each poll. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SessionIdBenchmark {
  private final SessionIds ids = new SessionIds(SidKey.random());
  private final EdgeName edge = new EdgeName("0123456789abcdef", 0);
  private final String own = ids.next(edge);
  private final String forged = new SessionIds(SidKey.random()).next(edge);

  /** A new id. */
  @Benchmark
  public String next() {
    return ids.next(edge);
  }

  /** Whose id this is. */
  @Benchmark
  public @Nullable EdgeName ownerOf() {
    return ids.ownerOf(own);
  }

  /** An id that someone made up. */
  @Benchmark
  public @Nullable EdgeName ownerOfForged() {
    return ids.ownerOf(forged);
  }
}
