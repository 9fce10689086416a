package app;

import java.util.List;

/** A record with a record in a list, whose type only a generic signature mentions. */
public record Report(String title, List<Point> points) {}
