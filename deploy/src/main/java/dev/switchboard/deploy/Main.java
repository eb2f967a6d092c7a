package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.config.SettingsSources;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the process and stops it. Exit codes: 0 stopped, 1 failed, 2 a bad setting. */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_SETTING = 2;
  private static final long STOP_SECONDS = 22;
  private static final long START_SECONDS = 120;

  private Main() {}

  /** Takes no arguments: everything is a setting. */
  public static void main(String[] arguments) {
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    System.setProperty("hazelcast.logging.type", "slf4j");
    try {
      run();
    } catch (BadSettingException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_SETTING);
    }
  }

  private static void run() {
    Map<String, String> environment = System.getenv();
    Path home = Path.of(environment.getOrDefault("SWITCHBOARD_HOME", ""));
    Map<String, String> given = SettingsSources.read(environment, home);
    Settings early = Settings.of(given);
    Logs.configure(early);
    // Refused before a database is started for nothing.
    ProcessSettings.from(early);
    BackEnds backEnds = BackEnds.supply(early, given);
    Logger log = LoggerFactory.getLogger(Main.class);
    try {
      Settings settings = Settings.of(backEnds.values());
      Server server = Server.start(settings).await(START_SECONDS, TimeUnit.SECONDS);
      stopOnSignal(server, backEnds);
      announce(log, settings, server);
    } catch (BadSettingException e) {
      backEnds.close();
      throw e;
    } catch (Exception e) {
      // Futures throw what they failed with, checked or not.
      backEnds.close();
      if (e instanceof BindException) {
        throw new BadSettingException("PORT", "another process listens there already");
      }
      log.error("the start failed", e);
      System.exit(FAILED);
    }
  }

  private static void announce(Logger log, Settings settings, Server server) {
    if (settings.environment().isProduction()) {
      log.atInfo()
          .addKeyValue("address", server.address())
          .log("Switchboard is ready at {}", server.address());
    } else {
      System.out.println("Switchboard is ready at " + server.address());
    }
  }

  private static void stopOnSignal(Server server, BackEnds backEnds) {
    Runnable stop =
        () -> {
          try {
            server.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
          } catch (TimeoutException e) {
            LoggerFactory.getLogger(Main.class).warn("not everything stopped in time");
          } catch (Exception e) {
            LoggerFactory.getLogger(Main.class).warn("stopping", e);
          }
          backEnds.close();
          // An orderly stop is a success; without this the signal's own code would be returned.
          Runtime.getRuntime().halt(0);
        };
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
  }
}
