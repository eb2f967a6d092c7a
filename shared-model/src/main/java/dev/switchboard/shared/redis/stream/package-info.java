/**
 * Redis Streams as a durable queue. Read {@link
 * dev.switchboard.shared.redis.stream.StreamConsumer}, which reads, claims and takes off, then
 * {@link dev.switchboard.shared.redis.stream.StreamEntry}, which it hands out, and {@link
 * dev.switchboard.shared.redis.stream.StreamAnswers}, which reads the answers of Redis.
 */
@NullMarked
package dev.switchboard.shared.redis.stream;

import org.jspecify.annotations.NullMarked;
