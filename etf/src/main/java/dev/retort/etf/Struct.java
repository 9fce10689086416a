package dev.retort.etf;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a record an Elixir struct on the wire: {@code @Struct("MyApp.User") record User(String
 * firstName)} is {@code %MyApp.User{first_name: ...}}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Struct {
  /** The struct's module as Elixir writes it, such as {@code MyApp.User}. */
  String value();
}
