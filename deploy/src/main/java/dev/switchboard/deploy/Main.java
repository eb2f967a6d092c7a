package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.config.SettingsSources;
import java.nio.file.Path;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Starts the process. Exit codes: 0 stopped, 1 failed, 2 a bad setting. */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_SETTING = 2;
  private static final long START_SECONDS = 120;

  private Main() {}

  /** Everything is a setting; the one argument it takes is {@code --version}. */
  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      System.out.println("Switchboard " + ManagementRoutes.VERSION);
      return;
    }
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    System.setProperty("hazelcast.logging.type", "slf4j");
    // The first buffer would register Netty's events with the flight recorder: a tenth of a second.
    System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
    // Names move: a Kubernetes service to other pods, a database to its standby.
    Security.setProperty("networkaddress.cache.ttl", "3");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    Stop stop = new Stop();
    try {
      run(stop);
    } catch (BadSettingException e) {
      System.err.println(e.getMessage());
      stop.failed(BAD_SETTING);
    } catch (Exception e) {
      // Futures throw what they failed with, checked or not.
      Level level = stop.isUnderWay() ? Level.DEBUG : Level.ERROR;
      LoggerFactory.getLogger(Main.class).atLevel(level).setCause(e).log("the start failed");
      stop.failed(FAILED);
    }
  }

  private static void run(Stop stop) throws Exception {
    Map<String, String> environment = System.getenv();
    Path home = Path.of(environment.getOrDefault("SWITCHBOARD_HOME", ""));
    Map<String, String> given = SettingsSources.read(environment, home);
    Settings early = Settings.of(given);
    Logs.configure(early);
    // Refused before a database is started for nothing.
    PortCheck.check(ProcessSettings.from(early));
    BackEnds backEnds = new BackEnds(given);
    stop.onSignal(backEnds);
    backEnds.supply(early);
    Settings settings = Settings.of(backEnds.values());
    Server server = Server.start(settings).await(START_SECONDS, TimeUnit.SECONDS);
    stop.running(server);
    server.onDrain(stop::byOrder);
    announce(settings, server);
  }

  private static void announce(Settings settings, Server server) {
    if (settings.environment().isProduction()) {
      Logger log = LoggerFactory.getLogger(Main.class);
      log.atInfo()
          .addKeyValue("address", server.address())
          .log("Switchboard is ready at {}", server.address());
    } else {
      System.out.println("Switchboard is ready at " + server.address());
    }
  }
}
