package dev.switchboard.signaling.edge;

/**
 * A message on its way from one process to an edge. It may arrive twice, by the bus and by the
 * mailbox, and is delivered once.
 *
 * @param channel names all messages of one process to one edge
 * @param number its place among them, from 1
 */
public record EdgeEnvelope(String channel, long number, EdgeMessage message) {}
