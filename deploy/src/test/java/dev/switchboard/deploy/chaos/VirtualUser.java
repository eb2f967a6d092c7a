package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with a phone who calls others, answers, talks and hangs up as chance has it, and writes
 * down what is seen. What has no answer is done again, as an app does.
 */
final class VirtualUser implements AutoCloseable {
  private static final long RING_MILLIS = 5_000;
  private static final long AGAIN_MILLIS = 300;

  /** The call is over, whatever this user wanted of it. */
  private static final Set<String> OVER = Set.of("E101", "E102", "E105", "E106");

  /** How a call is seen from here. */
  private enum Stage {
    DIALING,
    RINGING,
    TALKING
  }

  private record Ongoing(Stage stage, String peer) {}

  private final String name;
  private final History history;
  private final Random random;
  private final Map<String, Ongoing> calls = new ConcurrentHashMap<>();
  private final Set<String> over = ConcurrentHashMap.newKeySet();
  private final Set<String> rang = ConcurrentHashMap.newKeySet();
  private final Phone phone;
  private final ChatMember chat;
  private int candidates;
  private volatile boolean registered;

  /**
   * Makes one who is not connected yet.
   *
   * @param chat the session in which it writes
   * @param creates whether it creates that
   */
  VirtualUser(
      String name,
      URI url,
      String token,
      String chat,
      boolean creates,
      long seed,
      History history) {
    this.name = name;
    this.history = history;
    this.random = new Random(seed);
    this.phone = new Phone(url, token, this::heard);
    this.chat = new ChatMember(name, chat, creates, phone, history);
  }

  /** Begins to connect. */
  void open() {
    phone.open();
  }

  ChatMember chat() {
    return chat;
  }

  String name() {
    return name;
  }

  boolean isRegistered() {
    return registered;
  }

  /** True while it takes part in a call, as far as it knows. */
  boolean isInCall() {
    return !calls.isEmpty();
  }

  private void heard(String event, JsonObject payload) {
    String call = payload.getString("callId", "");
    switch (event) {
      case Phone.UP -> {
        history.add(name, Kind.CONNECTED, "");
        register();
        chat.join();
      }
      case Phone.DOWN -> {
        registered = false;
        chat.down();
        history.add(name, Kind.DISCONNECTED, "");
      }
      case "registered" -> {
        registered = true;
        history.add(name, Kind.REGISTERED, "");
      }
      case "incoming_call" -> {
        String caller = payload.getString("callerId");
        history.add(name, Kind.RANG, call, caller);
        rang.add(call);
        begins(call, new Ongoing(Stage.RINGING, caller));
      }
      case "call_accept" -> {
        history.add(name, Kind.ACCEPT_HEARD, call);
        goesOn(call, Stage.TALKING, payload.getString("calleeId"));
      }
      case "call_resumed" -> {
        String state = payload.getString("state");
        history.add(name, Kind.RESUMED, call, state);
        goesOn(
            call,
            state.equals("accepted") ? Stage.TALKING : Stage.DIALING,
            payload.getString("peerId"));
      }
      case "ice_candidate" ->
          history.add(name, Kind.SIGNAL_HEARD, call, payload.getValue("candidate").toString());
      case "call_reject" -> ends(call, Kind.REJECT_HEARD, payload.getString("reason"));
      case "call_end" -> ends(call, Kind.END_HEARD, payload.getString("reason"));
      case "call_cancelled" -> ends(call, Kind.CANCEL_HEARD, "");
      case "call_timeout" -> ends(call, Kind.TIMEOUT_HEARD, "");
      default -> chat.heard(event, payload);
    }
  }

  private void register() {
    JsonObject registration =
        new JsonObject().put("userId", name).put("deviceId", "phone").put("platform", "android");
    phone.send("register", registration);
  }

  private synchronized void begins(String call, Ongoing ongoing) {
    if (!over.contains(call)) {
      calls.putIfAbsent(call, ongoing);
    }
  }

  private synchronized void goesOn(String call, Stage stage, String peer) {
    if (!over.contains(call)) {
      calls.put(call, new Ongoing(stage, peer));
    }
  }

  private synchronized void ends(String call, Kind kind, String detail) {
    over.add(call);
    calls.remove(call);
    history.add(name, kind, call, detail);
  }

  private static boolean succeeded(JsonObject answer) {
    return answer.getBoolean("success", false);
  }

  private static String code(@Nullable JsonObject answer) {
    return answer == null ? "no answer" : answer.getJsonObject("error").getString("code");
  }

  /** Calls somebody; null if no answer came. */
  private @Nullable JsonObject dial(String callee) {
    return phone.ask(
        "call_initiate",
        new JsonObject().put("calleeId", callee).put("callType", "audio"),
        answer -> {
          if (succeeded(answer)) {
            String call = answer.getString("callId");
            history.add(name, Kind.DIALED, call, callee);
            begins(call, new Ongoing(Stage.DIALING, callee));
          }
        });
  }

  private void accept(String call, String caller) {
    phone.ask(
        "call_accept",
        new JsonObject().put("callId", call),
        answer -> {
          if (succeeded(answer)) {
            history.add(name, Kind.ACCEPTED, call, caller);
            goesOn(call, Stage.TALKING, caller);
          } else {
            refused(call, answer);
          }
        });
  }

  /** Hangs up, cancels or declines. */
  private void hangUp(String call) {
    phone.ask(
        "call_end",
        new JsonObject().put("callId", call),
        answer -> {
          if (succeeded(answer)) {
            ends(call, Kind.HUNG_UP, "");
          } else {
            refused(call, answer);
          }
        });
  }

  private void refused(String call, JsonObject answer) {
    if (OVER.contains(code(answer))) {
      ends(call, Kind.TOLD_OVER, code(answer));
    }
  }

  private void signal(String call, String peer) {
    phone.ask(
        "ice_candidate",
        new JsonObject().put("callId", call).put("to", peer).put("candidate", ++candidates),
        answer -> {});
  }

  /** Does one thing, or waits. */
  void act(List<VirtualUser> others) {
    pause(200 + random.nextInt(1_000));
    if (!registered) {
      return;
    }
    Map.Entry<String, Ongoing> current = calls.entrySet().stream().findFirst().orElse(null);
    double chance = random.nextDouble();
    if (current == null) {
      VirtualUser other = others.get(random.nextInt(others.size()));
      if (chance < 0.5 && other != this) {
        dial(other.name());
      }
      return;
    }
    String call = current.getKey();
    String peer = current.getValue().peer();
    switch (current.getValue().stage()) {
      case DIALING -> {
        if (chance < 0.15) {
          hangUp(call);
        }
      }
      case RINGING -> {
        if (chance < 0.6) {
          accept(call, peer);
        } else if (chance < 0.8) {
          hangUp(call);
        }
      }
      case TALKING -> {
        if (chance < 0.25) {
          hangUp(call);
        } else {
          signal(call, peer);
        }
      }
    }
  }

  /** Leaves every call it knows of; tries until then, or until the history is so old. */
  void leaveCalls(long untilMillis) {
    while (history.nowMillis() < untilMillis && !calls.isEmpty()) {
      calls.keySet().forEach(this::hangUp);
      if (!calls.isEmpty()) {
        pause(AGAIN_MILLIS);
      }
    }
  }

  /** Rings somebody who is in no call, until that is heard, or until the history is so old. */
  void tryToReach(VirtualUser callee, long untilMillis) {
    while (history.nowMillis() < untilMillis) {
      long triedMillis = history.nowMillis();
      JsonObject answer = dial(callee.name());
      if (answer != null && succeeded(answer)) {
        String call = answer.getString("callId");
        boolean heard = callee.rings(call);
        if (heard) {
          history.add(callee.name(), Kind.HEARD, "", call);
        } else {
          history.with(triedMillis, callee.name(), Kind.DEAF, "no ring", call);
        }
        callee.leaveCalls(untilMillis);
        leaveCalls(untilMillis);
        if (heard) {
          return;
        }
      } else {
        String code = code(answer);
        boolean busy = Set.of("E104", "E107", "E108").contains(code);
        String who = code.equals("E108") ? name : callee.name();
        history.with(triedMillis, who, busy ? Kind.BUSY : Kind.DEAF, code, "rung by " + name);
        pause(AGAIN_MILLIS);
        leaveCalls(untilMillis);
      }
    }
  }

  private boolean rings(String call) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RING_MILLIS);
    while (!rang.contains(call)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      pause(10);
    }
    return true;
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Override
  public void close() {
    phone.close();
  }
}
