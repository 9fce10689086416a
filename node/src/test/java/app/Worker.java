package app;

import static dev.retort.node.Printed.println;

import dev.retort.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an application may spawn on another node. */
public class Worker {
  private final String name;
  private final List<Object> notes = new ArrayList<>();
  private final transient Thread owner = Thread.currentThread();

  public Worker(String name) {
    this.name = name;
    notes.add(this);
  }

  /** Captures {@code this}. */
  public Body greet() {
    return () -> println("I am " + name + ", " + (notes.getFirst() == this) + ", " + owner);
  }

  public void work() {
    println(name + " works");
  }

  public static void run() {
    println("at work");
  }

  public static Body running() {
    return Worker::run;
  }

  public Body working() {
    return this::work;
  }

  public static Body reports(Report report, Object color, Map<Color, int[]> numbers) {
    return () ->
        println(
            switch (report.points().getFirst()) {
                  case Point(int x, int y) -> report.title() + x + y;
                }
                + color
                + (color == Color.GREEN)
                + numbers.get(Color.RED)[1]);
  }

  public static Body nested(Body inner) {
    return () -> {
      println("outer");
      Body both =
          () -> {
            inner.run();
            inner.run();
          };
      both.run();
    };
  }

  /** A closure as a record. */
  public record Errand(String what, Color color) implements Body {
    @Override
    public void run() {
      println(what + " " + color);
    }
  }

  /** A closure as an object of a class. */
  public static class Job implements Body {
    protected final int priority;
    private final Point[] points;

    public Job(int priority, Point... points) {
      this.priority = priority;
      this.points = points;
    }

    @Override
    public void run() {
      println(priority + points[0].toString());
    }
  }

  /** Runs on the other node as in any new JVM. */
  public static final class Counter {
    static final List<String> LOG = new ArrayList<>(List.of("started"));
    static int count;

    private Counter() {}

    public static Body counting() {
      count++;
      LOG.add("counted");
      return () -> println(LOG + " " + ++count);
    }
  }
}
