package dev.switchboard.ice.cut;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One talk with a command line: logs in, has the sessions of some calls listed and ends them, and
 * hangs up. Bounded in time and in what it reads. Belongs to one context.
 */
final class CliTalk {
  private static final long TALK_MILLIS = 5_000;
  private static final int MAX_TEXT = 262_144;

  private final Vertx vertx;
  private final NetSocket socket;
  private final String password;
  private final Deque<String> calls;
  private final Deque<String> sessions = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();
  private final Promise<Integer> done = Promise.promise();
  private boolean sentPassword;
  private @Nullable String listed;
  private int cut;

  private CliTalk(Vertx vertx, NetSocket socket, String password, List<String> calls) {
    this.vertx = vertx;
    this.socket = socket;
    this.password = password;
    this.calls = new ArrayDeque<>(calls);
  }

  /** Completes with how many sessions it has ended; fails if the relay does not play along. */
  static Future<Integer> cut(
      Vertx vertx, NetClient client, CliSettings.Place place, String password, List<String> calls) {
    return client
        .connect(place.port(), place.host())
        .compose(socket -> new CliTalk(vertx, socket, password, calls).run());
  }

  private Future<Integer> run() {
    long deadline =
        vertx.setTimer(TALK_MILLIS, _ -> fail("did not finish in " + TALK_MILLIS + " ms"));
    socket.exceptionHandler(done::tryFail);
    socket.closeHandler(_ -> fail("hung up"));
    socket.handler(this::read);
    return done.future()
        .onComplete(
            _ -> {
              vertx.cancelTimer(deadline);
              socket.close();
            });
  }

  private void fail(String why) {
    done.tryFail(new IOException(why));
  }

  private void read(Buffer piece) {
    text.append(piece.toString(StandardCharsets.ISO_8859_1));
    if (text.length() > MAX_TEXT) {
      fail("wrote over " + MAX_TEXT + " characters");
      return;
    }
    String all = text.toString();
    if (CliText.asksPassword(all)) {
      text.setLength(0);
      if (sentPassword) {
        fail("does not take TURN_CLI_PASSWORD");
      } else {
        sentPassword = true;
        send(password);
      }
    } else if (CliText.isPrompt(all)) {
      text.setLength(0);
      prompted(all);
    }
  }

  private void prompted(String answer) {
    if (listed != null) {
      sessions.addAll(CliText.sessions(answer, listed));
      listed = null;
    }
    String session = sessions.poll();
    if (session != null) {
      cut++;
      send(CliText.cut(session));
      return;
    }
    listed = calls.poll();
    if (listed != null) {
      send(CliText.list(listed));
    } else {
      send("quit");
      done.tryComplete(cut);
    }
  }

  private void send(String line) {
    socket.write(line + "\r\n");
  }
}
