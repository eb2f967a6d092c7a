package dev.switchboard.deploy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.log.StateLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Where log lines go and what they look like: JSON in production, readable elsewhere. */
final class Logs {
  private static final String READABLE =
      "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg %kvp%n%ex{full}";

  private enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  private Logs() {}

  /** Sets logging up. Throws {@link dev.switchboard.shared.config.BadSettingException}. */
  static void configure(Settings settings) {
    boolean json = settings.environment().isProduction();
    LogLevel wanted = settings.choice("LOG_LEVEL", LogLevel.class, LogLevel.INFO);
    LogLevel level = settings.flag("DEBUG", false) ? LogLevel.DEBUG : wanted;
    Optional<Path> folder = settings.text("LOG_DIR").map(Logs::folder);
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    context.getLogger("dev.switchboard").setLevel(Level.toLevel(level.name()));
    if (!json && level == LogLevel.INFO) {
      // Lines for each call and room are for those who collect logs; a terminal they would flood.
      context.getLogger(StateLog.LOGGER).setLevel(Level.WARN);
    }
    // Whoever waits for a process to be ready reads that line, whatever else is left out.
    context.getLogger(Main.class).setLevel(Level.INFO);
    // The embedded database repeats its server's whole log.
    context.getLogger("io.zonky").setLevel(Level.ERROR);
    // A machine with a loopback network only is none to be warned of.
    context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
    // Advice about features that are not used here.
    context.getLogger("com.hazelcast.cp").setLevel(Level.ERROR);
    context.getLogger("com.hazelcast.instance.impl").setLevel(Level.ERROR);
    root.addAppender(start(context, new ConsoleAppender<>(), json));
    folder.ifPresent(
        path -> {
          root.addAppender(start(context, file(path.resolve("combined.log")), json));
          var errors = file(path.resolve("error.log"));
          ThresholdFilter filter = new ThresholdFilter();
          filter.setLevel("ERROR");
          filter.start();
          errors.addFilter(filter);
          root.addAppender(start(context, errors, json));
        });
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

  private static FileAppender<ILoggingEvent> file(Path path) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(path.toString());
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
