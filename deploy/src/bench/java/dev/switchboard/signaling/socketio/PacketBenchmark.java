package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.calls.Signals;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Socket.IO packets, read and written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PacketBenchmark {
  private static final int MAX_ATTACHMENTS = 10;

  /** What the packet is. */
  public enum Kind {
    EVENT_WITH_ACK,
    CANDIDATE,
    SDP
  }

  @Param Kind kind = Kind.EVENT_WITH_ACK;

  private String event = "";
  private String text = "";
  private JsonObject argument = new JsonObject();

  /** Makes the packet. */
  @Setup
  public void prepare() {
    event =
        switch (kind) {
          case EVENT_WITH_ACK -> "call_accept";
          case CANDIDATE -> "ice_candidate";
          case SDP -> "sdp_offer";
        };
    String payload =
        switch (kind) {
          case EVENT_WITH_ACK -> "{\"callId\":\"" + Signals.CALL_ID + "\"}";
          case CANDIDATE -> Signals.payload("candidate", Signals.CANDIDATE);
          case SDP -> Signals.payload("sdp", Signals.SDP);
        };
    text = "2" + (kind == Kind.CANDIDATE ? "" : "17") + "[\"" + event + "\"," + payload + "]";
    argument = new JsonObject(payload);
    if (decode() == null) {
      throw new IllegalStateException("not a packet: " + text);
    }
  }

  /** Reading a client's packet: checked as JSON, arguments left as text. */
  @Benchmark
  public @Nullable Object decode() {
    return IncomingPacket.decode(text, MAX_ATTACHMENTS);
  }

  /** Reading it and its argument as a tree. */
  @Benchmark
  public @Nullable Object decodeTree() {
    IncomingPacket packet = IncomingPacket.decode(text, MAX_ATTACHMENTS);
    if (packet == null || packet.slices() == null) {
      return null;
    }
    return new Arguments(text, packet.slices().places(), 1, null).get(0);
  }

  /** Writing an event from a tree. */
  @Benchmark
  public String encode() {
    return EncodedPacket.event(event, argument).text();
  }
}
