package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;

/**
 * Makes the pids and references that a decoder meets: a node gives pids that know their process or
 * their connection.
 */
public interface Identities {
  /** Pids and references that only name what they stand for. */
  Identities PLAIN =
      new Identities() {
        @Override
        public Pid pid(Atom node, int id, int serial, int creation) {
          return Pid.of(node, id, serial, creation);
        }

        @Override
        public Ref ref(Atom node, int creation, int[] words) {
          return Ref.of(node, creation, words);
        }
      };

  /** The pid with these numbers, unsigned 32 bits each. */
  Pid pid(Atom node, int id, int serial, int creation);

  /** The reference with these words, 1 to 5, unsigned 32 bits each. */
  Ref ref(Atom node, int creation, int[] words);
}
