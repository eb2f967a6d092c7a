package dev.switchboard.signaling.websocket;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes at the end of the present turn of the event loop: one system call for all that a turn has
 * written to a connection.
 */
public final class LoopFlusher implements Runnable {
  /** Something that gathers what is written to it. */
  public interface Flushable {
    void flush();
  }

  private static final Logger log = LoggerFactory.getLogger(LoopFlusher.class);

  private final EventLoop loop;
  private List<Flushable> dirty = new ArrayList<>();
  private List<Flushable> spare = new ArrayList<>();

  public LoopFlusher(EventLoop loop) {
    this.loop = loop;
  }

  /** The caller makes sure that it is not in the list already. */
  public void later(Flushable flushable) {
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
      try {
        now.get(i).flush();
      } catch (RuntimeException e) {
        // The others must not suffer, nor the turns to come.
        log.error("A flush failed", e);
      }
    }
    now.clear();
  }
}
