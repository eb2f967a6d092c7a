package dev.switchboard.deploy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.log.StateLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** Where log lines go and what they look like: JSON in production, readable elsewhere. */
final class Logs {
  private static final String READABLE =
      "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg %kvp%n%ex{full}";

  private static final Set<String> DEBUG_ON = Set.of("true", "on", "yes", "1", "*");
  private static final Set<String> DEBUG_OFF = Set.of("false", "off", "no", "0");
  private static final String LEVEL = "LOG_LEVEL";
  private static final long MEGABYTE = 1_048_576;

  /** How much of the log files is kept. */
  private record Kept(Path folder, long fileBytes, long totalBytes, int days) {
    static Optional<Kept> from(Settings settings) {
      long file = settings.number("LOG_FILE_BYTES", 50 * MEGABYTE, MEGABYTE / 1_024, 1L << 40);
      long total = settings.number("LOG_TOTAL_BYTES", 1_024 * MEGABYTE, MEGABYTE / 1_024, 1L << 50);
      int days = settings.integer("LOG_DAYS", 14, 1, 3_650);
      return settings.text("LOG_DIR").map(Logs::folder).map(at -> new Kept(at, file, total, days));
    }
  }

  private Logs() {}

  /** Sets logging up. Throws {@link dev.switchboard.shared.config.BadSettingException}. */
  static void configure(Settings settings) {
    boolean json = settings.environment().isProduction();
    Level wanted = level(settings.text(LEVEL, "info"));
    String debug = settings.text("DEBUG", "off").toLowerCase(Locale.ROOT);
    Level level = DEBUG_ON.contains(debug) ? Level.DEBUG : wanted;
    Optional<Kept> kept = Kept.from(settings);
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    context.getLogger("dev.switchboard").setLevel(level);
    if (!json && level.equals(Level.INFO)) {
      // Lines for each call and room are for those who collect logs; a terminal they would flood.
      context.getLogger(StateLog.LOGGER).setLevel(Level.WARN);
    }
    // Whoever waits for a process to be ready reads that line, whatever else is left out.
    context.getLogger(Main.class).setLevel(Level.INFO);
    // Who did what with which key is asked afterwards: no level leaves it out.
    context.getLogger(HttpApi.AUDIT_LOGGER).setLevel(Level.INFO);
    // The embedded database repeats its server's whole log.
    context.getLogger("io.zonky").setLevel(Level.ERROR);
    // A machine with a loopback network only is none to be warned of.
    context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
    // Advice about features that are not used here.
    context.getLogger("com.hazelcast.cp").setLevel(Level.ERROR);
    context.getLogger("com.hazelcast.instance.impl").setLevel(Level.ERROR);
    // What was still under way when a Vert.x closed: the one that looks at the stores, or ours at
    // the end.
    context
        .getLogger("io.netty.util.concurrent.DefaultPromise.rejectedExecution")
        .setLevel(Level.OFF);
    // A connection that breaks while it is made fails the making, which the link tells in its
    // words.
    context.getLogger("io.vertx.redis.client.impl.RedisConnectionManager").setLevel(Level.OFF);
    root.addAppender(start(context, new ConsoleAppender<>(), json));
    kept.ifPresent(
        files -> {
          root.addAppender(start(context, file(context, files, "combined", 3), json));
          var errors = file(context, files, "error", 1);
          ThresholdFilter filter = new ThresholdFilter();
          filter.setLevel("ERROR");
          filter.start();
          errors.addFilter(filter);
          root.addAppender(start(context, errors, json));
        });
    if (!DEBUG_ON.contains(debug) && !DEBUG_OFF.contains(debug)) {
      LoggerFactory.getLogger(Logs.class)
          .info("DEBUG: '{}' names parts of libraries that are not used here", debug);
    }
  }

  /** The names that loggers of Node.js and others give to theirs count too. */
  private static Level level(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "trace", "silly", "all" -> Level.TRACE;
      // Requests that went well, which "http" asks for, have their lines there.
      case "debug", "verbose", "http" -> Level.DEBUG;
      case "info", "notice", "log" -> Level.INFO;
      case "warn", "warning" -> Level.WARN;
      case "error", "fatal", "critical", "crit", "alert", "emerg" -> Level.ERROR;
      case "off", "silent", "none" -> Level.OFF;
      default ->
          throw new BadSettingException(
              LEVEL, "'" + name + "' is not one of trace, debug, info, warn, error, off");
    };
  }

  private static Path folder(String name) {
    try {
      Path folder = Files.createDirectories(Path.of(name));
      if (Files.isWritable(folder)) {
        return folder;
      }
    } catch (IOException e) {
      // told below
    }
    throw new BadSettingException("LOG_DIR", "'" + name + "' is not a folder to write to");
  }

  /**
   * A new file each day and at each size; the oldest go. Of the whole it may take some quarters.
   */
  private static RollingFileAppender<ILoggingEvent> file(
      LoggerContext context, Kept kept, String name, int quarters) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(kept.folder.resolve(name + ".log").toString());
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
    policy.setContext(context);
    policy.setParent(appender);
    policy.setFileNamePattern(kept.folder.resolve(name + ".%d{yyyy-MM-dd}.%i.log.gz").toString());
    policy.setMaxFileSize(new FileSize(Math.min(kept.fileBytes, kept.totalBytes / 8)));
    policy.setTotalSizeCap(new FileSize(kept.totalBytes * quarters / 4));
    policy.setMaxHistory(kept.days);
    policy.setCleanHistoryOnStart(true);
    policy.start();
    appender.setRollingPolicy(policy);
    return appender;
  }

  private static OutputStreamAppender<ILoggingEvent> start(
      LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, boolean json) {
    Encoder<ILoggingEvent> encoder = json ? new JsonLines() : readable(context);
    encoder.setContext(context);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  private static PatternLayoutEncoder readable(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(READABLE);
    return encoder;
  }
}
