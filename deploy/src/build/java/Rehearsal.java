import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What clients do with a server, for a JVM that learns from it: they sign in, call each other, and
 * go. The profiles of fewer are worse than none: the compiler trusts them.
 *
 * <p>{@code java [-Drounds=<number>] Rehearsal.java <JWT_SECRET> <http address>...}; ends with 1 if
 * anything was not as expected, or took more than two minutes. With several servers of a cluster as
 * many calls go from one to the next as stay on one. Limits of rates must be out of its way.
 */
final class Rehearsal {
  private static final int PAIRS = 64;
  private static final int ROUNDS = Integer.getInteger("rounds", 40);
  private static final int CALLS = 2;
  private static final int CANDIDATES = 10;
  private static final int LONGEST_SECONDS = 120;
  private static final int ANSWER_SECONDS = 20;

  private static final Pattern CALL_ID = Pattern.compile("\"callId\":\"([^\"]+)\"");
  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]+)\"");
  private static final String SDP =
      "v=0\\r\\no=- 4611731400430051336 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"
          + "a=rtpmap:111 opus/48000/2\\r\\n".repeat(70);
  private static final String CANDIDATE =
      "{\"candidate\":\"candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host\","
          + "\"sdpMid\":\"0\",\"sdpMLineIndex\":0}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String secret;
  private final List<String> servers;

  private Rehearsal(String secret, List<String> servers) {
    this.secret = secret;
    this.servers = servers;
  }

  public static void main(String[] args) throws Exception {
    List<String> given = List.of(args);
    Rehearsal rehearsal = new Rehearsal(given.getFirst(), given.subList(1, given.size()));
    List<Callable<Void>> pairs = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      int pair = i;
      pairs.add(() -> rehearsal.play(pair));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> played : threads.invokeAll(pairs, LONGEST_SECONDS, TimeUnit.SECONDS)) {
        played.get();
      }
    }
    System.exit(0);
  }

  private Void play(int pair) throws Exception {
    String near = servers.get(pair % servers.size());
    String far = servers.get(pair / servers.size() % servers.size());
    String user = "caller-" + pair;
    for (int round = 0; round < ROUNDS; round++) {
      // As Socket.IO's own clients in a browser begin, and as apps do.
      Phone caller = round % 2 == 0 ? upgraded(near, user) : direct(near, user);
      Phone callee = direct(far, "callee-" + pair);
      caller.register("web");
      callee.register("android");
      for (int call = 0; call < CALLS; call++) {
        call(caller, callee);
      }
      caller.close();
      callee.close();
    }
    return null;
  }

  private static void call(Phone caller, Phone callee) throws Exception {
    String wish = "{\"calleeId\":\"%s\",\"callType\":\"video\",\"callerName\":\"A caller\"}";
    String id = find(CALL_ID, caller.ask("call_initiate", wish.formatted(callee.user)));
    callee.hears("incoming_call");
    callee.ask("call_accept", "{\"callId\":\"%s\"}".formatted(id));
    caller.hears("call_accept");
    relay(caller, callee, id, "sdp_offer", "\"sdp\":\"" + SDP + "\"");
    relay(callee, caller, id, "sdp_answer", "\"sdp\":\"" + SDP + "\"");
    for (int i = 0; i < CANDIDATES; i++) {
      caller.signal("ice_candidate", callee, id, "\"candidate\":" + CANDIDATE);
      callee.signal("ice_candidate", caller, id, "\"candidate\":" + CANDIDATE);
    }
    for (int i = 0; i < CANDIDATES; i++) {
      callee.hears("ice_candidate");
      caller.hears("ice_candidate");
    }
    caller.ask("call_end", "{\"callId\":\"%s\"}".formatted(id));
    callee.hears("call_end");
  }

  private static void relay(Phone from, Phone to, String call, String event, String member)
      throws Exception {
    from.signal(event, to, call, member);
    to.hears(event);
  }

  private Phone direct(String server, String user) throws Exception {
    Phone phone = open(server, user, "");
    phone.hears("open");
    phone.send("40" + signIn(user));
    phone.hears("connected");
    return phone;
  }

  private Phone upgraded(String server, String user) throws Exception {
    String sid = find(SID, poll(server, "", null));
    poll(server, "&sid=" + sid, "40" + signIn(user));
    poll(server, "&sid=" + sid, null);
    Phone phone = open(server, user, "&sid=" + sid);
    phone.send("2probe");
    phone.hears("probe");
    phone.send("5");
    return phone;
  }

  /** Asks if there is nothing to tell. */
  private String poll(String server, String query, String told) throws Exception {
    URI address = URI.create(server + "/socket.io/?EIO=4&transport=polling" + query);
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    if (told != null) {
      request.POST(BodyPublishers.ofString(told));
    }
    return http.send(request.build(), BodyHandlers.ofString()).body();
  }

  private Phone open(String server, String user, String query) throws Exception {
    Phone phone = new Phone(user);
    String address = server.replaceFirst("^http", "ws");
    phone.socket =
        http.newWebSocketBuilder()
            .buildAsync(
                URI.create(address + "/socket.io/?EIO=4&transport=websocket" + query), phone)
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    return phone;
  }

  private String signIn(String user) throws Exception {
    long expires = System.currentTimeMillis() / 1000 + 3600;
    String signed =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
            + '.'
            + base64("{\"userId\":\"%s\",\"exp\":%d}".formatted(user, expires));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    return "{\"token\":\"" + signed + '.' + base64(signature) + "\"}";
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String find(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("not as expected: " + text);
    }
    return found.group(1);
  }

  /** A client with its socket. What it is told waits until it is listened to. */
  private static final class Phone implements WebSocket.Listener {
    private final String user;
    private final Map<String, BlockingQueue<String>> told = new ConcurrentHashMap<>();
    private final StringBuilder part = new StringBuilder();
    private WebSocket socket;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
    private int asked;

    private Phone(String user) {
      this.user = user;
    }

    private void register(String platform) throws Exception {
      String device = "{\"userId\":\"%s\",\"deviceId\":\"%s-1\",\"platform\":\"%s\"}";
      ask("register", device.formatted(user, user, platform));
    }

    private String ask(String event, String data) throws Exception {
      int number = ++asked;
      send("42" + number + "[\"" + event + "\"," + data + ']');
      String answer = hears("answer " + number);
      if (!answer.contains("\"success\":true")) {
        throw new IllegalStateException(event + ": " + answer);
      }
      return answer;
    }

    private void signal(String event, Phone to, String call, String member) {
      String data = "{\"callId\":\"%s\",\"to\":\"%s\",%s}".formatted(call, to.user, member);
      send("42[\"" + event + "\"," + data + ']');
    }

    /** One after another, as the library wants it. */
    private synchronized void send(String text) {
      sent = sent.thenCompose(done -> socket.sendText(text, true));
    }

    private String hears(String name) throws Exception {
      String text = queue(name).poll(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new TimeoutException(user + " did not hear " + name);
      }
      return text;
    }

    private BlockingQueue<String> queue(String name) {
      return told.computeIfAbsent(name, it -> new LinkedBlockingQueue<>());
    }

    private void close() throws Exception {
      sent.thenCompose(done -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
          .get(ANSWER_SECONDS, TimeUnit.SECONDS);
      hears("end");
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        String text = part.toString();
        part.setLength(0);
        if (text.equals("2")) {
          send("3");
        } else {
          queue(name(text)).add(text);
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      queue("end").add(reason);
      return null;
    }

    private static String name(String text) {
      if (text.startsWith("42[\"")) {
        return text.substring(4, text.indexOf('"', 4));
      }
      if (text.startsWith("43")) {
        return "answer " + text.substring(2, text.indexOf('['));
      }
      return switch (text.charAt(0)) {
        case '0' -> "open";
        case '3' -> "probe";
        default -> text.startsWith("40") ? "connected" : text;
      };
    }
  }
}
