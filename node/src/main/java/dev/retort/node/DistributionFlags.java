package dev.retort.node;

import java.util.ArrayList;
import java.util.List;

/**
 * What a node can do, as it says in the handshake: the distribution flags of erl_dist_protocol. A
 * connection uses what both sides offer.
 */
final class DistributionFlags {
  static final long PUBLISHED = 0x1;
  static final long EXTENDED_REFERENCES = 0x4;
  static final long DIST_MONITOR = 0x8;
  static final long FUN_TAGS = 0x10;
  static final long DIST_MONITOR_NAME = 0x20;
  static final long NEW_FUN_TAGS = 0x80;
  static final long EXTENDED_PIDS_PORTS = 0x100;
  static final long EXPORT_PTR_TAG = 0x200;
  static final long BIT_BINARIES = 0x400;
  static final long NEW_FLOATS = 0x800;
  static final long UNICODE_IO = 0x1000;
  static final long DIST_HDR_ATOM_CACHE = 0x2000;
  static final long SMALL_ATOM_TAGS = 0x4000;
  static final long UTF8_ATOMS = 0x10000;
  static final long MAP_TAG = 0x20000;
  static final long BIG_CREATION = 0x40000;
  static final long SEND_SENDER = 0x80000;
  static final long EXIT_PAYLOAD = 0x400000;
  static final long FRAGMENTS = 0x800000;
  static final long HANDSHAKE_23 = 0x1000000;
  static final long UNLINK_ID = 0x2000000;
  static final long MANDATORY_25_DIGEST = 0x4000000;
  static final long SPAWN = 1L << 32;
  static final long NAME_ME = 1L << 33;
  static final long V4_NC = 1L << 34;
  static final long ALIAS = 1L << 35;
  static final long ALTACT_SIG = 1L << 37;

  /** What {@link #MANDATORY_25_DIGEST} stands for. */
  private static final long DIGEST_25 =
      EXTENDED_REFERENCES
          | FUN_TAGS
          | EXTENDED_PIDS_PORTS
          | NEW_FUN_TAGS
          | EXPORT_PTR_TAG
          | BIT_BINARIES
          | NEW_FLOATS
          | UTF8_ATOMS
          | MAP_TAG
          | BIG_CREATION
          | HANDSHAKE_23;

  /**
   * Without these there is no connection; the list of OTP 26, which every OTP from 25 on offers.
   */
  static final long MANDATORY = DIGEST_25 | V4_NC | UNLINK_ID;

  /** All that is built here, without {@link #PUBLISHED}, which is the user's choice. */
  static final long OFFERED =
      MANDATORY
          | MANDATORY_25_DIGEST
          | DIST_MONITOR
          | DIST_MONITOR_NAME
          | UNICODE_IO
          | DIST_HDR_ATOM_CACHE
          | SMALL_ATOM_TAGS
          | SEND_SENDER
          | EXIT_PAYLOAD
          | FRAGMENTS
          | SPAWN
          | ALIAS
          | ALTACT_SIG;

  private DistributionFlags() {}

  /** The flags with everything that {@link #MANDATORY_25_DIGEST} abbreviates. */
  static long expand(long flags) {
    return (flags & MANDATORY_25_DIGEST) != 0 ? flags | DIGEST_25 : flags;
  }

  static boolean has(long flags, long flag) {
    return (flags & flag) == flag;
  }

  /** The mandatory flags that are not among {@code flags}, by name, for a message. */
  static List<String> missing(long flags) {
    var missing = new ArrayList<String>();
    long left = MANDATORY & ~expand(flags);
    while (left != 0) {
      long flag = Long.lowestOneBit(left);
      missing.add(name(flag));
      left &= ~flag;
    }
    return missing;
  }

  private static String name(long flag) {
    if (flag == EXTENDED_REFERENCES) {
      return "EXTENDED_REFERENCES";
    } else if (flag == FUN_TAGS) {
      return "FUN_TAGS";
    } else if (flag == NEW_FUN_TAGS) {
      return "NEW_FUN_TAGS";
    } else if (flag == EXTENDED_PIDS_PORTS) {
      return "EXTENDED_PIDS_PORTS";
    } else if (flag == EXPORT_PTR_TAG) {
      return "EXPORT_PTR_TAG";
    } else if (flag == BIT_BINARIES) {
      return "BIT_BINARIES";
    } else if (flag == NEW_FLOATS) {
      return "NEW_FLOATS";
    } else if (flag == UTF8_ATOMS) {
      return "UTF8_ATOMS";
    } else if (flag == MAP_TAG) {
      return "MAP_TAG";
    } else if (flag == BIG_CREATION) {
      return "BIG_CREATION";
    } else if (flag == HANDSHAKE_23) {
      return "HANDSHAKE_23";
    } else if (flag == UNLINK_ID) {
      return "UNLINK_ID";
    } else if (flag == V4_NC) {
      return "V4_NC";
    }
    return "0x" + Long.toHexString(flag);
  }
}
