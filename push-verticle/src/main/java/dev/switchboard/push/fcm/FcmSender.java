package dev.switchboard.push.fcm;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.ImplFirebaseTrampolines;
import com.google.firebase.ThreadManager;
import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.FirebaseMessagingException;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.TopicManagementResponse;
import dev.switchboard.push.config.KeyFiles;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.Fit;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.send.SenderLine;
import dev.switchboard.push.send.TopicMembers;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.schedule.TimeLimit;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends to FCM. Each send blocks a virtual thread; the requests share a few connections. */
public final class FcmSender implements PushSender, TopicMembers {
  private static final long TOPIC_MILLIS = 5_000;

  /** Ends before the attempt is given up: what is tried again must not be under way any more. */
  private static final long ATTEMPT_MILLIS = SenderLine.ATTEMPT_MILLIS - 500;

  private static final long TOKEN_MILLIS = VertxTransport.CONNECT_MILLIS;

  /**
   * Longer than Google's library waits before it renews a token, in the last minutes of its hour.
   */
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final Vertx vertx;
  private final FirebaseApp app;
  private final FirebaseMessaging messaging;
  private final GoogleCredentials credentials;
  private final VertxTransport transport;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final Optional<String> androidChannel;
  private volatile @Nullable String trouble;

  private FcmSender(
      Vertx vertx,
      FirebaseApp app,
      VertxTransport transport,
      ExecutorService threads,
      InstantSource clock,
      Optional<String> androidChannel) {
    this.vertx = vertx;
    this.app = app;
    this.messaging = FirebaseMessaging.getInstance(app);
    // not those that it was given: it makes its own of them
    this.credentials = ImplFirebaseTrampolines.getCredentials(app);
    this.transport = transport;
    this.threads = threads;
    this.clock = clock;
    this.androidChannel = androidChannel;
  }

  /**
   * Opens it; connects when something is sent. Reads files, so not on an event loop.
   *
   * @param strict refuses a key file that others may read
   * @throws BadSettingException if a setting is missing or can't be used
   */
  public static FcmSender open(
      Vertx vertx, FcmSettings settings, boolean strict, InstantSource clock) {
    String json = credentials(settings, strict);
    JsonObject account = account(settings.accountSetting(), json);
    String project = settings.projectId().orElseGet(() -> account.getString("project_id", ""));
    if (project.isEmpty()) {
      throw new BadSettingException(settings.projectSetting(), "is missing");
    }
    VertxTransport transport =
        new VertxTransport(vertx, settings.endpoint(), settings.trusted(), clock);
    try {
      GoogleCredentials credentials =
          GoogleCredentials.fromStream(
              new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), () -> transport);
      ExecutorService threads =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fcm-", 0).factory());
      FirebaseOptions options =
          FirebaseOptions.builder()
              .setCredentials(credentials)
              .setProjectId(project)
              .setHttpTransport(transport)
              .setThreadManager(new VirtualThreads(threads))
              .build();
      FirebaseApp app = FirebaseApp.initializeApp(options, UUID.randomUUID().toString());
      return new FcmSender(vertx, app, transport, threads, clock, settings.androidChannel());
    } catch (IOException | RuntimeException e) {
      transport.close();
      throw new BadSettingException(
          settings.accountSetting(), "is no service account with a usable key");
    }
  }

  private static String credentials(FcmSettings settings, boolean strict) {
    if (settings.credentialsPath().isEmpty()) {
      return settings
          .credentialsJson()
          .orElseThrow(
              () ->
                  new BadSettingException(
                      "FCM_CREDENTIALS_PATH", "is missing, and so is FCM_CREDENTIALS_JSON"));
    }
    FcmSettings.KeyFile file = settings.credentialsPath().get();
    try {
      return Files.readString(KeyFiles.check(file.setting(), file.path(), strict));
    } catch (IOException e) {
      throw new BadSettingException(file.setting(), "'" + file.path() + "' can't be read");
    }
  }

  private static JsonObject account(String setting, String json) {
    try {
      return new JsonObject(json);
    } catch (DecodeException | ClassCastException e) {
      throw new BadSettingException(setting, "is not the JSON of a service account");
    }
  }

  @Override
  public String provider() {
    return "fcm";
  }

  @Override
  public Future<Outcome> send(Push push, PushDevice device) {
    return Fit.send(
        push.content(),
        push::with,
        FcmMessages::size,
        FcmMessages.MOST_BYTES,
        fitting -> attempt(fitting, device));
  }

  /** What is sent says what is left of a ring, so it is made once there is an access token. */
  private Future<Outcome> attempt(Push push, PushDevice device) {
    Instant begun = clock.instant();
    long started = System.nanoTime();
    transport.belongTo(vertx.getOrCreateContext());
    return accessToken()
        .compose(there -> push.look().again())
        .compose(
            go ->
                onThread(
                    new Turn(left(started), TOKEN_MILLIS, push.look()),
                    () -> messaging.send(message(push, device))))
        .transform(
            sent -> {
              learn(sent.cause());
              if (sent.cause() instanceof CauseLook.OverException over) {
                return Future.failedFuture(over);
              }
              return Future.succeededFuture(
                  sent.succeeded()
                      ? new Outcome.Accepted(name(sent.result(), push, device))
                      : FcmAnswers.read(sent.cause(), begun));
            });
  }

  /**
   * Completes when there is an access token. An attempt does not wait long for it, for what is
   * tried again later is looked at again before; the request goes on, and may serve the next.
   */
  private Future<Void> accessToken() {
    if (hasFreshToken()) {
      return Future.succeededFuture();
    }
    Future<Void> refreshed =
        onThread(
            new Turn(ATTEMPT_MILLIS, ATTEMPT_MILLIS, CauseLook.NEVER_OVER),
            () -> {
              credentials.refreshIfExpired();
              return null;
            });
    return TimeLimit.of(vertx, TOKEN_MILLIS, refreshed)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof TimeoutException
                        ? AnsweredException.notAsked("no access token in time")
                        : failure));
  }

  /** True of one that need not be renewed yet, which is no matter for a thread. */
  private boolean hasFreshToken() {
    AccessToken token = credentials.getAccessToken();
    return token != null
        && token.getExpirationTime() != null
        && token.getExpirationTime().toInstant().isAfter(clock.instant().plus(FRESH));
  }

  private static long left(long startedNanos) {
    return ATTEMPT_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
  }

  private Message message(Push push, PushDevice device) {
    long now = clock.millis();
    if (push.deadline() <= now) {
      throw AnsweredException.notAsked("no access token before its end");
    }
    try {
      return FcmMessages.of(push, device, androidChannel, now);
    } catch (IllegalArgumentException e) {
      throw new AnsweredException(new Outcome.Rejected("not a valid message"), false);
    }
  }

  private static String name(String given, Push push, PushDevice device) {
    return given.equals(GoogleAnswers.UNNAMED) ? push.identity(device).toString() : given;
  }

  /** An account that Google refuses can send nothing, until something is sent. */
  private void learn(@Nullable Throwable failure) {
    if (failure == null) {
      trouble = null;
      return;
    }
    AnsweredException clear = FcmAnswers.answered(failure);
    if (clear != null
        && clear.isOfOurKey()
        && clear.outcome() instanceof Outcome.Rejected refused) {
      trouble = refused.reason();
    }
  }

  @Override
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  @Override
  public Future<Changed> subscribe(String topic, List<String> tokens) {
    return change(() -> messaging.subscribeToTopic(tokens, topic));
  }

  @Override
  public Future<Changed> unsubscribe(String topic, List<String> tokens) {
    return change(() -> messaging.unsubscribeFromTopic(tokens, topic));
  }

  private Future<Changed> change(Callable<TopicManagementResponse> request) {
    return TimeLimit.of(
            vertx,
            TOPIC_MILLIS,
            onThread(new Turn(TOPIC_MILLIS, TOPIC_MILLIS, CauseLook.NEVER_OVER), request))
        .map(
            answer ->
                new Changed(
                    answer.getSuccessCount(),
                    answer.getErrors().stream()
                        .map(error -> new Failure(error.getIndex(), error.getReason()))
                        .toList()))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof FirebaseMessagingException refused
                        ? "FCM answers " + refused.getErrorCode()
                        : "FCM does not answer"));
  }

  private <T extends @Nullable Object> Future<T> onThread(Turn turn, Callable<T> blocking) {
    Context context = vertx.getOrCreateContext();
    Promise<T> done = Promise.promise();
    threads.execute(
        () -> {
          try {
            T result = ScopedValue.where(Turn.CURRENT, turn).call(() -> blocking.call());
            context.runOnContext(then -> done.complete(result));
          } catch (Exception e) {
            context.runOnContext(then -> done.fail(e));
          }
        });
    return done.future();
  }

  @Override
  public Future<Void> close() {
    app.delete();
    threads.shutdown();
    return transport.close();
  }

  private static final class VirtualThreads extends ThreadManager {
    private final ExecutorService threads;

    VirtualThreads(ExecutorService threads) {
      this.threads = threads;
    }

    @Override
    protected ExecutorService getExecutor(FirebaseApp app) {
      return threads;
    }

    @Override
    protected void releaseExecutor(FirebaseApp app, ExecutorService executor) {
      executor.shutdown();
    }

    @Override
    protected ThreadFactory getThreadFactory() {
      return Thread.ofVirtual().name("fcm-background-", 0).factory();
    }
  }
}
