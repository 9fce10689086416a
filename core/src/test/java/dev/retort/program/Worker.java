package dev.retort.program;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A process that does steps of a program. */
interface Worker {
  /** Has it do a step; what comes of it, if it lives to tell. Called by the driver. */
  CompletableFuture<Object> command(Op op);

  /** What it has read since this was last cleared. */
  Queue<Object> seen();
}
