package dev.retort;

/**
 * When a supervisor starts an ended child again: {@code restart} of OTP's child specification. And
 * what the end of an {@link Application} means for its node, which never starts one again: it ends
 * with a permanent one, and with a transient one unless the reason is {@code normal}.
 */
public enum Restart {
  /** Always. */
  PERMANENT,
  /** After any end but {@code normal}, {@code shutdown} and {@code {shutdown, _}}. */
  TRANSIENT,
  /** Never. */
  TEMPORARY
}
