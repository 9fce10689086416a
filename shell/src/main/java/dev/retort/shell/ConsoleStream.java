package dev.retort.shell;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * {@code System.out} and {@code System.err} of a shell: what is written there appears where
 * processes print, above the prompt if one is up. Lines are shown when they end, or when they are
 * flushed.
 */
final class ConsoleStream extends OutputStream {
  private final Console console;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(); // guarded by this

  ConsoleStream(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void write(int b) {
    line.write(b);
    if (b == '\n') {
      flush();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    line.write(bytes, offset, length);
    if (length > 0 && bytes[offset + length - 1] == '\n') {
      flush();
    }
  }

  @Override
  public synchronized void flush() {
    var text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    console.print(text);
  }
}
