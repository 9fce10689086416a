package dev.retort.term;

/**
 * A term in a node's private format, as {@code term_to_binary(T, [local])} of OTP 26 makes it: only
 * the node that made it can read it, everybody else keeps and returns it. LOCAL_EXT.
 *
 * @param bytes what follows the LOCAL_EXT tag
 */
public record LocalTerm(Binary bytes) {
  @Override
  public String toString() {
    return "#LocalTerm<" + bytes.size() + " bytes>";
  }
}
