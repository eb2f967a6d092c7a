package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A push service on loopback, with TLS, as RFC 8030 and RFC 8292 have it: it checks the form of
 * each message and the signature of its token, and keeps it. It answers 201 unless told otherwise.
 */
public final class FakePushService implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final String host;
  private final boolean tls;
  private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
  private final AtomicInteger taken = new AtomicInteger();
  private final Set<String> signed = ConcurrentHashMap.newKeySet();
  private final Map<String, Queue<Consumer<HttpServerResponse>>> answers =
      new ConcurrentHashMap<>();

  /**
   * A message that has arrived.
   *
   * @param claims of its token
   * @param key the public key that signed it
   */
  public record Message(
      String path,
      Map<String, String> headers,
      Buffer body,
      JsonObject claims,
      String key,
      HttpVersion version,
      String authority) {
    public String header(String name) {
      return headers.get(name);
    }
  }

  private FakePushService(String host, HttpServerOptions options) {
    this.host = host;
    this.tls = options.isSsl();
    this.server =
        Await.await(
            vertx
                .createHttpServer(options)
                .requestHandler(this::take)
                .listen(0, host.startsWith("[") ? "::1" : "127.0.0.1"));
  }

  public static FakePushService start(TestCertificate certificate) {
    return start("127.0.0.1", certificate, true);
  }

  /** One that endpoints name otherwise, with or without HTTP/2. */
  public static FakePushService start(String host, TestCertificate certificate, boolean http2) {
    return new FakePushService(host, secure(certificate, http2));
  }

  private static HttpServerOptions secure(TestCertificate certificate, boolean http2) {
    return new HttpServerOptions()
        .setSsl(true)
        .setUseAlpn(http2)
        .setKeyCertOptions(
            new PfxOptions()
                .setPath(certificate.store().toString())
                .setPassword(TestCertificate.PASSWORD));
  }

  public static FakePushService withoutTls() {
    return new FakePushService("127.0.0.1", new HttpServerOptions());
  }

  /** On the IPv6 address of this machine. */
  public static FakePushService onIpv6(TestCertificate certificate, boolean tls) {
    return new FakePushService("[::1]", tls ? secure(certificate, true) : new HttpServerOptions());
  }

  public String endpoint(String name) {
    return origin() + "/" + name;
  }

  public String origin() {
    return (tls ? "https://" : "http://") + host + ":" + server.actualPort();
  }

  /** What the next message there is answered. */
  public void answer(String name, int status) {
    answer(name, response -> response.setStatusCode(status).end("words of the service"));
  }

  public void answer(String name, Consumer<HttpServerResponse> answer) {
    answers.computeIfAbsent("/" + name, path -> new ConcurrentLinkedQueue<>()).add(answer);
  }

  public List<Message> messages(String name) {
    return messages.stream().filter(message -> message.path.equals("/" + name)).toList();
  }

  public List<Message> messages() {
    return List.copyOf(messages);
  }

  private void take(HttpServerRequest request) {
    Map<String, String> headers = new ConcurrentHashMap<>();
    request
        .headers()
        .forEach(entry -> headers.put(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue()));
    request
        .body()
        .onSuccess(
            body -> {
              String problem = problem(request, headers, body);
              if (problem != null) {
                request.response().setStatusCode(400).end(problem);
                return;
              }
              String authorization = headers.get("authorization");
              messages.add(
                  new Message(
                      request.path(),
                      headers,
                      body,
                      claims(authorization),
                      key(authorization),
                      request.version(),
                      String.valueOf(request.authority())));
              Queue<Consumer<HttpServerResponse>> queued = answers.get(request.path());
              Consumer<HttpServerResponse> next = queued == null ? null : queued.poll();
              if (next != null) {
                next.accept(request.response());
              } else {
                request
                    .response()
                    .setStatusCode(201)
                    .putHeader("Location", origin() + "/message/" + taken.incrementAndGet())
                    .end();
              }
            });
  }

  private String problem(HttpServerRequest request, Map<String, String> headers, Buffer body) {
    String authorization = headers.getOrDefault("authorization", "");
    if (!request.method().name().equals("POST")
        || !headers.getOrDefault("ttl", "").matches("\\d+")
        || !headers.getOrDefault("urgency", "").matches("very-low|low|normal|high")
        || !headers.getOrDefault("topic", "").matches("[A-Za-z0-9_-]{1,32}")
        || !"aes128gcm".equals(headers.get("content-encoding"))
        || body.length() > 4_096) {
      return "not as RFC 8030 has it";
    }
    return authorization.matches("vapid t=[\\w-]+\\.[\\w-]+\\.[\\w-]+, k=[\\w-]{87}")
            && isKnown(authorization)
        ? null
        : "not as RFC 8292 has it";
  }

  private static String token(String authorization) {
    return authorization.substring("vapid t=".length(), authorization.indexOf(", k="));
  }

  private static String key(String authorization) {
    return authorization.substring(authorization.indexOf(", k=") + 4);
  }

  private static JsonObject claims(String authorization) {
    String claims = token(authorization).split("\\.")[1];
    return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(claims)));
  }

  private boolean isKnown(String authorization) {
    return signed.contains(authorization)
        || (isSigned(token(authorization), key(authorization)) && signed.add(authorization));
  }

  private static boolean isSigned(String token, String key) {
    try {
      byte[] point = Base64.getUrlDecoder().decode(key);
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      ECPoint w =
          new ECPoint(
              new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
              new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
      signature.initVerify(
          KeyFactory.getInstance("EC", "SunEC")
              .generatePublic(
                  new ECPublicKeySpec(w, parameters.getParameterSpec(ECParameterSpec.class))));
      int end = token.lastIndexOf('.');
      signature.update(token.substring(0, end).getBytes(US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
