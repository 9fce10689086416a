/** The program of the guide, docs/guide: price alerts, chapter by chapter. */
@NullMarked
package dev.retort.examples.guide;

import org.jspecify.annotations.NullMarked;
