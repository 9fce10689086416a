package dev.retort.etf;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The atom that stands for a record or an enum constant, where its name in snake_case is not it:
 * {@code @Tag("EXIT") record Exit(Pid from, Object reason)} is {@code {:EXIT, from, reason}}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Tag {
  /** The atom's name, taken literally. */
  String value();
}
