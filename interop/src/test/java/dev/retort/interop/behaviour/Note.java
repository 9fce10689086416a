package dev.retort.interop.behaviour;

import dev.retort.Call;
import java.util.List;

/**
 * What every call, cast and other message of a scenario is, and all that a callback gives itself to
 * go on with: it says what whoever handles it does.
 *
 * @param reactions what is done when it is handled for the first time, the second and so on; a
 *     server handles it once
 */
record Note(long id, List<Reaction> reactions) implements Call<Object> {}
