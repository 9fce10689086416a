package dev.retort;

/** When a supervisor starts an ended child again: {@code restart} of OTP's child specification. */
public enum Restart {
  /** Always. */
  PERMANENT,
  /** After any end but {@code normal}, {@code shutdown} and {@code {shutdown, _}}. */
  TRANSIENT,
  /** Never. */
  TEMPORARY
}
