package dev.retort.node;

import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;

/**
 * What a connection goes over.
 *
 * @param socket what is closed, and waited for
 * @param bytes what is read and written, by one thread each: the socket itself, or TLS over it.
 *     Neither blocks once the socket does not. Bytes that a write has left must be the first ones
 *     of the next: TLS may have them under way already.
 */
record Line(SocketChannel socket, ByteChannel bytes) {}
