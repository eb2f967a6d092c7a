package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** HTTPS without a proxy in front. */
class TlsIT {
  /** Trusts anything: what is looked at is which certificate comes. */
  private static final class Gullible implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static void put(SelfSignedCertificate made, Path certificate, Path key)
      throws IOException {
    Files.copy(Path.of(made.certificatePath()), certificate, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(Path.of(made.privateKeyPath()), key, StandardCopyOption.REPLACE_EXISTING);
  }

  private static SSLSocket connect(int port) throws GeneralSecurityException, IOException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new Gullible()}, null);
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String servedBy(int port) {
    try (SSLSocket socket = connect(port)) {
      X509Certificate served = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return served.getSerialNumber().toString();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String status(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    // Its body is one small object.
    for (int next = socket.getInputStream().read(); next >= 0 && next != '}'; ) {
      answer.append((char) next);
      next = socket.getInputStream().read();
    }
    return answer.substring(0, "HTTP/1.1 200".length());
  }

  private static Server start(Path certificate, Path key) {
    Map<String, String> settings =
        TestSettings.with(
            Map.of(
                "PORT",
                "0",
                "EDGES",
                "2",
                "TLS_CERT_PATH",
                certificate.toString(),
                "TLS_KEY_PATH",
                key.toString()));
    return Await.await(Server.start(Settings.of(settings)), 30);
  }

  /** What the class that serves the files logs from now on. */
  private static ListAppender<ILoggingEvent> log() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    ((Logger) LoggerFactory.getLogger(TlsFiles.class)).addAppender(log);
    return log;
  }

  @Test
  void oldPairIsServedUntilBothNewFilesAreThere(@TempDir Path folder) throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    put(SelfSignedCertificate.create("localhost"), certificate, key);
    Server server = start(certificate, key);
    ListAppender<ILoggingEvent> log = log();
    try {
      String first = servedBy(server.port());
      SelfSignedCertificate next = SelfSignedCertificate.create("localhost");
      put(next, certificate, folder.resolve("not yet"));
      Await.until(() -> log.list.stream().anyMatch(line -> line.getLevel() == Level.WARN), 20);
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .allMatch(line -> line.contains("TLS_KEY_PATH: does not belong"));
      assertThat(servedBy(server.port())).isEqualTo(first);
      put(next, certificate, key);
      Await.until(() -> !servedBy(server.port()).equals(first), 20);
    } finally {
      ((Logger) LoggerFactory.getLogger(TlsFiles.class)).detachAppender(log);
      Await.await(server.stop(), 30);
    }
  }

  @Test
  void newCertificateIsServedWithoutARestartAndOpenConnectionsStay(@TempDir Path folder)
      throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    put(SelfSignedCertificate.create("localhost"), certificate, key);
    Server server = start(certificate, key);
    try {
      assertThat(server.address()).startsWith("https://");
      String first = servedBy(server.port());
      try (SSLSocket open = connect(server.port())) {
        assertThat(status(open)).isEqualTo("HTTP/1.1 200");
        put(SelfSignedCertificate.create("localhost"), certificate, key);
        Await.until(() -> !servedBy(server.port()).equals(first), 20);
        assertThat(status(open)).isEqualTo("HTTP/1.1 200");
      }
    } finally {
      Await.await(server.stop(), 30);
    }
  }
}
