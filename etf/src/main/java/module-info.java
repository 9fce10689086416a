/** Erlang's terms as immutable Java values, and the external term format that carries them. */
module dev.retort.etf {
  requires static transitive org.jspecify;

  exports dev.retort.term;
  exports dev.retort.etf;
}
