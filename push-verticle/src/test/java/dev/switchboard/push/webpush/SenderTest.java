package dev.switchboard.push.webpush;

import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sender and a push service on loopback, and a database for each test. */
abstract class SenderTest {
  static TestCertificate certificate;
  static Vertx vertx;

  final TestClock clock = new TestClock();
  final Browser browser = Browser.make();
  Pool postgres;
  FakePushService service;
  WebPushSender sender;

  @BeforeAll
  static void open(@TempDir Path folder) {
    certificate = TestCertificate.make(folder, "ip:127.0.0.1,ip:::1,dns:push.test");
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    Await.await(vertx.close());
  }

  @BeforeEach
  void startService() {
    service = FakePushService.start(certificate);
    postgres = Postgres.pool(vertx, RealPostgres.newDatabase(), 2);
  }

  @AfterEach
  void stop() {
    Await.await(sender.close());
    Await.await(postgres.close());
    service.close();
  }

  Outcome send(Push push, DeviceToken device) {
    return Await.await(
        Future.future(done -> vertx.runOnContext(v -> sender.send(push, device).onComplete(done))));
  }
}
