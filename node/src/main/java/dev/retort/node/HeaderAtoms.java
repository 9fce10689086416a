package dev.retort.node;

import dev.retort.etf.AtomCache;
import dev.retort.term.Atom;
import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The atoms that a peer has put into our cache with the headers of its messages, so that it can
 * name them with one byte from then on. 2048 of them at most: the peer chooses what is replaced.
 */
final class HeaderAtoms {
  private static final int CACHE_SIZE = 2048;
  private static final int NEW_ENTRY = 8;
  private static final int SEGMENT = 7;
  private static final AtomCache NONE = listed(new Atom[0]);

  private final @Nullable Atom[] cache = new @Nullable Atom[CACHE_SIZE];

  /**
   * Reads the atom cache references of a header, from NumberOfAtomCacheRefs on, and leaves {@code
   * in} behind them.
   */
  AtomCache read(ByteBuffer in) throws ProtocolException {
    try {
      int count = in.get() & 0xff;
      if (count == 0) {
        return NONE;
      }
      var flags = new byte[count / 2 + 1];
      in.get(flags);
      boolean longAtoms = (halfByte(flags, count) & 1) != 0;
      var atoms = new Atom[count];
      for (int i = 0; i < count; i++) {
        int flag = halfByte(flags, i);
        int slot = ((flag & SEGMENT) << 8) | (in.get() & 0xff);
        Atom atom;
        if ((flag & NEW_ENTRY) != 0) {
          int length = longAtoms ? in.getShort() & 0xffff : in.get() & 0xff;
          if (length > in.remaining() || length > 4 * Atom.MAX_LENGTH) {
            throw new ProtocolException("an atom in a header is too long: " + length + " bytes");
          }
          var text = in.slice(in.position(), length);
          in.position(in.position() + length);
          atom = Atom.of(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
          cache[slot] = atom;
        } else {
          atom = cache[slot];
          if (atom == null) {
            throw new ProtocolException("a header refers to entry " + slot + ", which is empty");
          }
        }
        atoms[i] = atom;
      }
      return listed(atoms);
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("a message ends within its header");
    } catch (CharacterCodingException e) {
      throw new ProtocolException("a header has an atom that is not UTF-8");
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("a header has a malformed atom: " + e.getMessage());
    }
  }

  /** The atoms of one header, which its terms refer to by their place. */
  private static AtomCache listed(Atom[] atoms) {
    return index -> atoms[index];
  }

  private static int halfByte(byte[] flags, int index) {
    int both = flags[index / 2] & 0xff;
    return index % 2 == 0 ? both & 0xf : both >> 4;
  }
}
