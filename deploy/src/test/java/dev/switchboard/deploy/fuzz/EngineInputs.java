package dev.switchboard.deploy.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.deploy.fuzz.Input.Frame;
import dev.switchboard.shared.testing.fuzz.OddJson;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Engine.IO protocol 4: handshakes, payloads of polling, packets and frames in the wrong state. */
final class EngineInputs implements Inputs {
  private static final List<String> VERSIONS =
      List.of("4", "3", "", "-1", "99999999999", "4&EIO=3");
  private static final List<String> TRANSPORTS =
      List.of("websocket", "polling", "webtransport", "", "%00", "websocket&transport=polling");
  private static final List<String> SIDS =
      List.of("", "&sid=", "&sid=nobody", "&sid=%F0%9F%98%80", "&sid=a&sid=b", "&j=0", "&b64=1");
  private static final List<String> PACKETS =
      List.of(
          "0",
          "1",
          "2",
          "2probe",
          "3",
          "3probe",
          "4",
          "40",
          "5",
          "6",
          "9",
          "-1",
          "b",
          "bAAA=",
          "b!!!",
          "bbbb",
          "\u001e",
          "\u001e\u001e4",
          "4\u001e",
          "999999999999:4",
          "-5:4",
          "");
  private static final List<Integer> OPCODES = List.of(0, 1, 1, 1, 2, 3, 9, 10, 11, 15);

  @Override
  public Input next(RandomGenerator random) {
    boolean fit = random.nextInt(3) > 0;
    String version = fit ? "4" : OddJson.one(random, VERSIONS);
    String transport = fit ? "websocket" : OddJson.one(random, TRANSPORTS);
    String sid = fit ? "" : OddJson.one(random, SIDS);
    String target = "/socket.io/?EIO=" + version + "&transport=" + transport + sid;
    if (fit || random.nextBoolean()) {
      return new Input(Requests.webSocket(target), frames(random));
    }
    String method = OddJson.one(random, List.of("GET", "POST", "POST", "PUT", "OPTIONS"));
    String body = method.equals("POST") ? packet(random) + "\u001e" + packet(random) : "";
    return new Input(Requests.of(method, target, "", body), List.of());
  }

  private static String packet(RandomGenerator random) {
    return Values.damaged(OddJson.one(random, PACKETS), random);
  }

  private static List<Frame> frames(RandomGenerator random) {
    List<Frame> frames = new ArrayList<>();
    for (int left = random.nextInt(1, 6); left > 0; left--) {
      byte[] payload = packet(random).getBytes(UTF_8);
      if (Values.rarely(random)) {
        random.nextBytes(payload);
      }
      frames.add(new Frame(OddJson.one(random, OPCODES), !Values.rarely(random), payload));
    }
    return frames;
  }
}
