package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointGuardTest {
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, List<String>> names = new HashMap<>();
  private final Set<String> missing = new HashSet<>();
  private final AtomicInteger lookUps = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private EndpointGuard guard() {
    return new EndpointGuard(
        vertx, WebPushSettings.from(Settings.of(settings)).endpoints(), this::resolve, nanos::get);
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    lookUps.incrementAndGet();
    if (host.indexOf(':') >= 0 || Character.isDigit(host.charAt(0))) {
      return InetAddress.getAllByName(host);
    }
    if (missing.contains(host)) {
      throw new EndpointGuard.NoSuchHostException();
    }
    if (!names.containsKey(host)) {
      throw new UnknownHostException(host);
    }
    return names.get(host).stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }

  /** On an event loop, as the guard wants it. */
  private <T> T on(Supplier<Future<T>> action) {
    return Await.await(
        Future.future(done -> vertx.runOnContext(v -> action.get().onComplete(done))));
  }

  private void admit(EndpointGuard guard, String url) {
    Endpoint endpoint = Endpoint.parse(url);
    on(() -> guard.admit(endpoint));
  }

  private void assertRefused(String url) {
    EndpointGuard guard = guard();
    assertThatThrownBy(() -> admit(guard, url))
        .as(url)
        .isInstanceOf(BadFieldException.class)
        .hasMessageContaining("endpoint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/p",
        "https://127.1/p",
        "https://2130706433/p",
        "https://0/p",
        "https://10.0.0.5:8443/p",
        "https://169.254.169.254/latest",
        "https://[::1]/p",
        "https://[::ffff:10.0.0.1]/p",
        "https://[fd00::1]/p",
        "https://[64:ff9b::7f00:1]/p",
        "https://localhost/p",
        "https://LOCALHOST:1/p",
        "https://a.localhost/p",
        "https://redis:6379/p",
        "https://metadata.google.internal/p",
        "https://printer.local./p",
        "http://push.example.net/p",
        "https://push.invalid/p",
        "https://push.invalid./p",
        "https://abc.onion/p",
        "https://push.alt/p"
      })
  void endpointOnAnInternalAddressIsRefused(String url) {
    names.put("push.example.net", List.of("1.1.1.1"));
    assertRefused(url);
  }

  @Test
  void nameWithOneInternalAddressAmongOthersIsRefused() {
    names.put("push.example.net", List.of("1.1.1.1", "10.0.0.1"));
    assertRefused("https://push.example.net/p");
  }

  @Test
  void publicEndpointPassesAndSoDoesANameThatNobodyKnowsJustNow() {
    names.put("push.example.net", List.of("1.1.1.1", "2606:4700::1111"));
    EndpointGuard guard = guard();
    admit(guard, "https://push.example.net/p");
    admit(guard, "https://8.8.8.8/p");
    admit(guard, "https://8.8.0.8/p");
    admit(guard, "https://007.push.example.net/p");
    admit(guard, "https://nowhere.example.net/p");
  }

  @Test
  void nameThatDoesNotExistPassesAndIsToldWhenItIsSentTo() {
    missing.add("nosuch.example.net");
    EndpointGuard guard = guard();
    admit(guard, "https://nosuch.example.net/p");
    admit(guard, "https://push.example/p");
    for (String url :
        List.of(
            "https://nosuch.example.net/p",
            "https://push.invalid/p",
            "https://push.test/p",
            "https://a.push.example./p")) {
      assertThatThrownBy(() -> on(() -> guard.addresses(Endpoint.parse(url))))
          .isInstanceOf(EndpointGuard.NoSuchHostException.class);
    }
    assertThatThrownBy(() -> on(() -> guard.addresses(Endpoint.parse("https://up.example.net/p"))))
        .isExactlyInstanceOf(UnknownHostException.class);
  }

  @Test
  void nameThatLeadsInsideLaterIsRefusedThen() {
    names.put("push.example.net", List.of("1.1.1.1"));
    EndpointGuard guard = guard();
    admit(guard, "https://push.example.net/p");
    names.put("push.example.net", List.of("127.0.0.1"));
    nanos.addAndGet(60_000_000_000L);

    Endpoint endpoint = Endpoint.parse("https://push.example.net/p");
    assertThatThrownBy(() -> on(() -> guard.addresses(endpoint)))
        .isInstanceOf(EndpointGuard.ForbiddenEndpointException.class);
  }

  @Test
  void whatWasCheckedIsWhatIsConnectedTo() {
    names.put("push.example.net", List.of("1.1.1.1"));
    EndpointGuard guard = guard();
    Endpoint endpoint = Endpoint.parse("https://push.example.net/p");
    List<InetAddress> first = on(() -> guard.addresses(endpoint));
    // a name that changes behind our back is not asked again for the connection
    names.put("push.example.net", List.of("127.0.0.1"));
    assertThat(on(() -> guard.addresses(endpoint))).isEqualTo(first);
    assertThat(lookUps).hasValue(1);
  }

  @Test
  void nextAddressIsTriedWhereOneCantBeReachedAndFirstTheNextTime() {
    names.put("push.example.net", List.of("1.1.1.1", "2606:4700::1", "8.8.8.8"));
    EndpointGuard guard = guard();
    assertThat(reach(guard, "8.8.8.8"))
        .containsExactly("1.1.1.1", "2606:4700:0:0:0:0:0:1", "8.8.8.8");
    assertThat(reach(guard, "8.8.8.8")).containsExactly("8.8.8.8");
    assertThat(reach(guard, "9.9.9.9")).hasSize(3);
  }

  /** The addresses that are tried in turn until the only one that can be reached. */
  private List<String> reach(EndpointGuard guard, String only) {
    List<String> tried = new ArrayList<>();
    on(
        () ->
            guard
                .connect(
                    Endpoint.parse("https://push.example.net/p"),
                    address -> {
                      tried.add(address.getHostAddress());
                      return address.getHostAddress().equals(only)
                          ? Future.succeededFuture()
                          : Future.failedFuture(new ConnectException("refused"));
                    })
                .otherwiseEmpty());
    return tried;
  }

  @Test
  void noOtherAddressIsTriedWhereTheFirstIsReachedAndFails() {
    names.put("push.example.net", List.of("1.1.1.1", "8.8.8.8"));
    EndpointGuard guard = guard();
    Endpoint endpoint = Endpoint.parse("https://push.example.net/p");
    AtomicInteger tried = new AtomicInteger();
    assertThatThrownBy(
            () ->
                on(
                    () ->
                        guard.connect(
                            endpoint,
                            address -> {
                              tried.incrementAndGet();
                              return Future.failedFuture(new SSLException("no trust"));
                            })))
        .isInstanceOf(SSLException.class);
    assertThat(tried).hasValue(1);
  }

  @Test
  void allowedHostsNarrowItToThemAndWhatIsBelow() {
    settings.put("WEBPUSH_ALLOWED_HOSTS", "fcm.googleapis.com, *.push.example.net");
    EndpointGuard guard = guard();
    admit(guard, "https://fcm.googleapis.com/p");
    admit(guard, "https://eu.push.example.net/p");
    assertRefused("https://other.example/p");
    assertRefused("https://fcm.googleapis.com.other.example/p");
    assertRefused("https://evilfcm.googleapis.com.example/p");
    assertRefused("https://notpush.example.net/p");
  }

  @Test
  void testsMayAllowHttpAndInternalAddresses() {
    settings.put("WEBPUSH_ALLOW_HTTP", "true");
    settings.put("WEBPUSH_ALLOW_PRIVATE", "true");
    EndpointGuard guard = guard();
    admit(guard, "http://127.0.0.1:9/p");
    admit(guard, "https://localhost/p");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "push.example.net/p",
        "ftp://push.example.net/p",
        "https://",
        "https:///p",
        "https://user@push.example.net/p",
        "https://push.example.net/p#f",
        "https://push.example.net:0/p",
        "https://push.example.net:70000/p",
        "https://push .example/p",
        "https://push.example.net/\u00e4",
        "https://[fe80::1%25eth0]/",
        "https://[::1%25lo]/",
        "https://[2606:4700::1111%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://0177.0.0.1/",
        "https://8.8.08.8/",
        "https://8.8.8.010./",
        "javascript:alert(1)"
      })
  void whatIsNoUrlOfAHostIsRefused(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(BadFieldException.class);
  }

  @Test
  void originHasOneSpelling() {
    assertThat(Endpoint.parse("https://Push.Example.Net:443/p?q").origin())
        .isEqualTo("https://push.example.net");
    assertThat(Endpoint.parse("https://push.example.net:8443/p").origin())
        .isEqualTo("https://push.example.net:8443");
    assertThat(Endpoint.parse("https://push.example.net").pathAndQuery()).isEqualTo("/");
    assertThat(Endpoint.parse("https://push.example.net/p?q=1").pathAndQuery()).isEqualTo("/p?q=1");
  }
}
