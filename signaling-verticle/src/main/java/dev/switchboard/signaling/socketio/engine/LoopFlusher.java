package dev.switchboard.signaling.socketio.engine;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * Flushes at the end of the present turn of the event loop: one system call for all that a turn has
 * written to a connection.
 */
final class LoopFlusher implements Runnable {
  /** Something that gathers what is written to it. */
  interface Flushable {
    void flush();
  }

  private final EventLoop loop;
  private List<Flushable> dirty = new ArrayList<>();
  private List<Flushable> spare = new ArrayList<>();

  LoopFlusher(EventLoop loop) {
    this.loop = loop;
  }

  /** The caller makes sure that it is not in the list already. */
  void later(Flushable flushable) {
    dirty.add(flushable);
    if (dirty.size() == 1) {
      loop.execute(this);
    }
  }

  @Override
  public void run() {
    List<Flushable> now = dirty;
    dirty = spare;
    spare = now;
    for (int i = 0; i < now.size(); i++) {
      now.get(i).flush();
    }
    now.clear();
  }
}
