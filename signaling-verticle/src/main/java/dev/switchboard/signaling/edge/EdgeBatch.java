package dev.switchboard.signaling.edge;

import java.util.List;

/** What leaves a loop of one process for one edge at once, in order; all of one channel. */
public record EdgeBatch(List<EdgeEnvelope> envelopes) {}
