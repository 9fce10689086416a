package dev.retort;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that other nodes may call, once an object of {@link Exports} with it has been
 * given to a node: Erlang's {@code -export}. A method without it can never be called from another
 * node.
 *
 * <p>Its name is the method's in snake_case ({@code netPrice} is {@code net_price}), its arity the
 * number of parameters.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Export {
  /** The function's name, taken literally; empty for the method's name in snake_case. */
  String value() default "";
}
